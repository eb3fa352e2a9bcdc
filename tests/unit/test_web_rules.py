"""The rules in the browser: who may, what is checked, what is saved and by whom."""

import html
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import select, update

from mailroom import office as offices
from mailroom.cases import NOBODY
from mailroom.errors import EnvironmentFault
from mailroom.i18n import say
from mailroom.register import rule_track
from mailroom.register.logins import Role
from mailroom.register.rule_files import add, put
from mailroom.register.rule_history import Author, commit
from mailroom.register.rule_track import Asked
from mailroom.register.schema import case, event
from mailroom.rules.examples import try_each
from mailroom.rules.model import Context
from mailroom.web.rules import place_of
from mailroom.web.rules_why import MOST_EXPLAINED
from mailroom.workflow import decide
from mailroom.workflow.rule_tree import failure_lines
from tests.unit.desk_visitor import Visitor, fields
from tests.unit.small_office import REPAIR, SmallOffice, letter

ADMIN, REVIEWER = Role.ADMIN, Role.REVIEWER
PEOPLE = """\
mailroom: 1
people:
  - {name: 徐婷, address: xuting@hengyuan.example, role: [reviewer, editor]}
  - {name: 何婕, address: hejie@hengyuan.example, role: [reviewer]}
  - {name: 马德胜, address: madesheng@hengyuan.example, role: [leader]}
confidential_readers: [马德胜]
"""
REPAIRS = """\
mailroom: 1
category:
  id: repair
  about: {zh: 报修, en: Repairs}
  reply: {en: letter/acknowledgement.en.docx}
rules:
  - id: heating
    when: {text: heating}
    examples: {match: [{subject: heating, body: heating}]}
"""
PARKING = """\
mailroom: 1
category: {id: parking, about: {zh: 车位, en: Parking}, sensitivity: LEVEL}
rules:
  - id: parking
    when: {text: parking}
    examples: {match: [{subject: parking, body: parking}]}
"""
NAME = "报修 & 维修.yaml"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@t.example",
         *arguments],
        capture_output=True, check=True, encoding="utf-8",
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "own rules"
    (folder / "office").mkdir(parents=True)
    (folder / "office" / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    (folder / "chains.yaml").write_text("mailroom: 1\nchains: {}\n", encoding="utf-8")
    (folder / NAME).write_text(REPAIRS, encoding="utf-8")
    words = PARKING.replace("LEVEL", "normal")
    (folder / "parking.yaml").write_text(words, encoding="utf-8")
    return folder


@pytest.fixture
def office(tmp_path: Path, rules: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    settings = small.desk.settings
    folders = settings.folders.model_copy(update={"rules": rules})
    settings = settings.model_copy(update={"folders": folders})
    # Decisions by xuting are hers, as her login says, too.
    reviewers = {"xuting": "徐婷"}
    settings = settings.model_copy(update={"reviewers": reviewers})
    small.desk = replace(small.desk, settings=settings)
    take_over(small)
    yield small
    small.close()


def take_over(office: SmallOffice) -> None:
    """Let the desk go by the files as they are, as the worker would."""
    papers, faults = offices.proofread(
        office.desk, office.desk.settings.folder("rules")
    )
    assert not faults
    office.desk = offices.with_rules(office.desk, papers)


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", role=REVIEWER, person="徐婷")


@pytest.fixture
def admin(office: SmallOffice) -> Visitor:
    return Visitor(office, "boss", role=ADMIN)


def send(visitor: Visitor, name: str, content: str, do: str, **more: str) -> str:
    """Send the form of a file as its page shows it, with another text."""
    page = visitor.get(place_of(name))
    form = fields(page, "/rules/file") | {"content": content, "do": do} | more
    return visitor.post("/rules/file", form).text


def save(visitor: Visitor, name: str, content: str, **more: str) -> int:
    """Look at what would change, and save it."""
    page = visitor.get(place_of(name))
    form = fields(page, "/rules/file") | {"content": content, "do": "save"} | more
    looked = visitor.post("/rules/file", form)
    shown = fields(looked, "/rules/file")["shown"]
    return visitor.post("/rules/file", form | {"shown": shown}).status_code


# ── who may ──────────────────────────────────────────────────────────────


def test_rules_open_to_admins_and_to_editors_by_name_alone(
    office: SmallOffice, xu: Visitor, admin: Visitor
) -> None:
    he = Visitor(office, "hejie", role=Role.APPROVER, person="何婕")

    assert xu.get("/rules").status_code == admin.get("/rules").status_code == 200
    for path in ("/rules", place_of("parking.yaml"), "/rules/add-example"):
        assert he.get(path).status_code == 404
    assert he.post("/rules/file", {"name": "parking.yaml"}).status_code == 404
    assert 'href="/rules"' in xu.get("/").text
    assert 'href="/rules"' not in he.get("/").text


def test_who_counts_as_whom_is_for_admins(xu: Visitor, admin: Visitor) -> None:
    assert "office/people.yaml" not in xu.get("/rules").text
    assert xu.get(place_of("office/people.yaml")).status_code == 404
    assert "马德胜" in admin.get(place_of("office/people.yaml")).text


def test_an_admin_gives_themselves_neither_sight_nor_rank(
    office: SmallOffice, rules: Path
) -> None:
    he = Visitor(office, "hejie", role=ADMIN, person="何婕")
    name = "office/people.yaml"
    for grab in (
        PEOPLE.replace("readers: [", "readers: [何婕, "),
        PEOPLE.replace("{name: 何婕,", "{name: 何婕, also: [马德胜],").replace(
            "{name: 马德胜,", "{name: 马德胜二,"
        ),
        PEOPLE.replace("role: [reviewer]}", "role: [reviewer, leader]}"),
        PEOPLE.replace("name: 何婕", "name: 何婕二").replace("马德胜,", "何婕,", 1),
    ):
        assert grab != PEOPLE
        assert save(he, name, grab) == 409, grab
        assert (rules / name).read_text(encoding="utf-8") == PEOPLE
    for_others = PEOPLE.replace("readers: [", "readers: [徐婷, ")
    assert save(he, name, for_others) == 303


def test_what_one_does_not_see_one_cannot_open_by_a_rule(
    office: SmallOffice, xu: Visitor, rules: Path
) -> None:
    closed = PARKING.replace("LEVEL", "confidential")
    (rules / "parking.yaml").write_text(closed, encoding="utf-8")
    take_over(office)
    assigned = closed.replace("    when:", "    then: [{assign: 徐婷}]\n    when:")
    mine = closed.replace("confidential", "confidential, owner: 徐婷")
    for grab in (
        closed.replace("confidential", "normal"),
        closed.replace("parking", "cars"),
        mine,
        assigned,
    ):
        assert save(xu, "parking.yaml", grab) == 409, grab
    assert (rules / "parking.yaml").read_text(encoding="utf-8") == closed
    assert save(xu, "parking.yaml", closed + "# a note\n") == 303
    ma = Visitor(office, "ma", role=ADMIN, person="马德胜")
    assert save(ma, "parking.yaml", mine) == 303


def test_the_page_of_the_rules_says_where_it_stands_how_one_is_written(
    xu: Visitor, rules: Path
) -> None:
    before = xu.get("/rules").text
    (rules / "README.zh-CN.md").write_text("# 规则怎么写\n", encoding="utf-8")

    after = xu.get("/rules").text

    assert "README.zh-CN.md" not in before
    assert str(rules / "README.zh-CN.md") in html.unescape(after)
    # It is no file of rules: nobody edits it here.
    assert place_of("README.zh-CN.md") not in html.unescape(after)


@pytest.mark.parametrize(
    "name",
    ["../mailroom.toml", "/etc/passwd", "office/../parking.yaml", "./parking.yaml",
     "..\\mailroom.toml", "office", "", ".", "parking.yaml\0", ".hidden.yaml",
     "secrets/office_imap_password"],
)  # fmt: skip
def test_only_listed_files_are_read_and_written(
    admin: Visitor, rules: Path, name: str
) -> None:
    (rules / ".hidden.yaml").write_text("secret", encoding="utf-8")
    before = {path: path.read_bytes() for path in rules.parent.rglob("*.*") if
              path.is_file() and "data" not in path.parts}  # fmt: skip

    assert admin.get(place_of(name)).status_code == 404
    form = {"name": name, "content": "x", "do": "save", "base": "", "shown": ""}
    assert admin.post("/rules/file", form).status_code == 404
    assert all(path.read_bytes() == content for path, content in before.items())


def test_rule_text_and_file_names_are_never_markup(admin: Visitor, rules: Path) -> None:
    evil = "</textarea><script>alert(1)</script>"
    (rules / "<img src=x onerror=alert(2)>.yaml").write_text(
        f"mailroom: 1\n# {evil}\nrules: []\n", encoding="utf-8"
    )
    name = "<img src=x onerror=alert(2)>.yaml"

    for page in (
        admin.get("/rules").text,
        admin.get(place_of(name)).text,
        send(admin, name, f"mailroom: 1\n{evil}: 1\n", "check"),
        send(admin, "parking.yaml", f"{evil}\n", "save"),
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page


# ── check ────────────────────────────────────────────────────────────────


def test_a_check_names_the_line_and_saves_nothing(xu: Visitor, rules: Path) -> None:
    wrong = REPAIRS.replace("when:", "wenn:")

    page = send(xu, NAME, wrong, "check")

    assert 'href="#line-8"' in page
    assert "wenn: {text: heating}" in html.unescape(page)
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS


def test_examples_are_tried_with_all_rules_together(xu: Visitor) -> None:
    greedy = REPAIRS.replace("text: heating}", "text: [heating, parking]}")

    page = html.unescape(send(xu, NAME, greedy, "check"))

    assert place_of("parking.yaml") in page  # whose example is no longer decided
    assert "No fault" in send(xu, NAME, REPAIRS + "# a note\n", "check")


def why(page: str) -> str:
    """Give what a page tells of the reason of each failure, as a person reads it."""
    found = re.findall(r'<ul class="tree">(.*?)</ul>', page, re.DOTALL)
    lines = re.findall(r"<li[^>]*>(.*?)</li>", "".join(found), re.DOTALL)
    words = (" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines)
    return html.unescape("\n".join(words))


def test_beside_an_example_that_fails_stands_why_condition_by_condition(
    xu: Visitor,
) -> None:
    unmet = REPAIRS.replace("heating, body: heating", "lift, body: it is stuck")

    told = why(send(xu, NAME, unmet, "check"))

    assert "✗ heating" in told
    assert "text contains heating – not in subject “lift”, new text “it is stuck”" in (
        told.replace("✗ ", "")
    )


def test_of_two_rules_the_one_that_decided_is_shown_too(xu: Visitor) -> None:
    greedy = REPAIRS.replace("text: heating}", "text: [heating, parking]}").replace(
        "  - id: heating\n", "  - id: heating\n    priority: 90\n"
    )

    told = why(send(xu, NAME, greedy, "check"))

    assert "✓ parking rules" not in told
    assert "✓ parking " in told
    assert "✓ heating " in told
    assert "“parking” (subject)" in told


def test_the_desk_and_the_terminal_tell_a_failure_in_the_same_words(
    office: SmallOffice, xu: Visitor, rules: Path
) -> None:
    unmet = REPAIRS.replace("heating, body: heating", "lift, body: stuck")
    told = why(send(xu, NAME, unmet, "check")).split("\n")
    (rules / NAME).write_text(unmet, encoding="utf-8")

    papers = offices.read_papers(office.desk.settings)
    context = Context(
        now=datetime.now(UTC),
        own_domains=papers.directory.own_domains,
        directory=papers.directory,
        calendar=papers.calendar,
    )
    (tried,) = [t for t in try_each(papers.rules, context) if t.faults]
    lines = failure_lines(lambda words: say(words, "en"), papers.rules, tried)
    assert told == [" ".join(f"{mark} {words}".split()) for _, mark, words in lines]


def test_what_a_failing_example_says_is_never_markup(xu: Visitor) -> None:
    evil = "<b id=x>lift</b></li></ul><script>alert(1)</script>"
    unmet = REPAIRS.replace("heating, body: heating", f"'{evil}', body: '{evil}'")

    page = send(xu, NAME, unmet, "check")

    assert "<b id=x>" not in page
    assert "<script>alert" not in page
    assert "<b id=x>lift" in why(page)


def test_of_a_hundred_failing_examples_the_first_are_explained(xu: Visitor) -> None:
    one = "{subject: lift, body: stuck}"
    many = REPAIRS.replace("{subject: heating, body: heating}", ", ".join([one] * 100))

    page = send(xu, NAME, many, "check")

    assert page.count('<ul class="tree">') == MOST_EXPLAINED
    assert "Problems: 100" in page


# ── what would change ────────────────────────────────────────────────────


def test_before_saving_one_sees_which_mail_would_go_elsewhere(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR, letter("Lift", "the lift is stuck"))
    changed = REPAIRS.replace("text: heating", "text: lift").replace(
        "heating, body: heating", "lift, body: lift"
    )

    page = html.unescape(send(xu, NAME, changed, "try"))

    assert "2 mails of 30 days: 0 as before, 2 otherwise." in page
    assert "unsorted → Repairs: 1" in page
    assert "Heating on level 4" in page


def test_before_saving_one_sees_that_an_edited_rule_would_hold_no_more(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    hushed = REPAIRS.replace("text: heating", "text: lift").replace(
        "heating, body: heating", "lift, body: lift"
    )

    page = html.unescape(send(xu, NAME, hushed, "try"))
    same = html.unescape(send(xu, NAME, REPAIRS + "# a note\n", "try"))

    assert "edited rules that held before, and as edited never: heating" in page
    assert "edited rules" not in same


def test_of_restricted_mail_only_the_number_is_shown(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(letter("Parking for the merger", "parking"))
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))
    other = PARKING.replace("LEVEL", "normal").replace("text: parking", "text: lift")
    other = other.replace("parking, body: parking", "lift, body: lift")

    page = send(xu, "parking.yaml", other, "try")

    assert "1 restricted items" in page
    assert "merger" not in page


def test_a_drawer_with_open_cases_is_not_called_otherwise(
    office: SmallOffice, rules: Path, xu: Visitor
) -> None:
    office.sort(letter("Parking for the visitors", "parking"))
    before = (rules / "parking.yaml").read_text(encoding="utf-8")
    lift = PARKING.replace("LEVEL", "normal").replace("parking", "lift")

    page = html.unescape(send(xu, "parking.yaml", lift, "check"))
    save(xu, "parking.yaml", lift)

    assert "“parking” is gone, but 1 open cases belong to it" in page
    assert (rules / "parking.yaml").read_text(encoding="utf-8") == before


def test_an_edited_reader_gets_no_view_of_what_is_restricted(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(letter("Lift for the merger", "the lift"))
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))
    grab = PARKING.replace("LEVEL", "confidential, readers: [徐婷]").replace(
        "parking", "lift"
    )

    page = send(xu, "parking.yaml", grab, "try")

    assert "merger" not in page
    assert save(xu, "parking.yaml", grab) == 409


def test_mail_is_marked_whose_draft_was_rejected(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    rejected(office)
    changed = REPAIRS.replace("text: heating", "text: lift").replace(
        "heating, body: heating", "lift, body: lift"
    )

    page = send(xu, NAME, changed, "try")

    assert "its draft was rejected: wrong drawer" in page


def rejected(office: SmallOffice) -> int:
    """Reject the one draft of the office."""
    (opened,) = office.cases()
    (held,) = office.drafts(opened.id)
    decide.reject(
        office.desk, held.id, who="xuting", reason="wrong drawer",
        now=datetime.now(UTC),
    )  # fmt: skip
    return held.id


# ── save ─────────────────────────────────────────────────────────────────


def test_only_what_was_shown_is_saved_and_at_once(xu: Visitor, rules: Path) -> None:
    page = xu.get(place_of(NAME))
    form = fields(page, "/rules/file") | {"content": REPAIRS + "# a\n", "do": "save"}

    looked = xu.post("/rules/file", form)

    assert looked.status_code == 200
    assert "What would change" in looked.text
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS
    shown = fields(looked, "/rules/file")["shown"]
    other = form | {"shown": shown, "content": REPAIRS + "# b\n"}
    assert xu.post("/rules/file", other).status_code == 200  # looked at, not saved
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS
    assert xu.post("/rules/file", form | {"shown": shown}).status_code == 303
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS + "# a\n"
    assert [p.name for p in rules.iterdir() if p.name.startswith(".")] == []


def test_the_book_tells_who_saved_and_without_git_it_says_so(
    office: SmallOffice, xu: Visitor
) -> None:
    assert save(xu, NAME, REPAIRS + "# a\n") == 303

    (told,) = office.rows(select(event).where(event.c.what == "rule file saved"))
    assert (told.actor, told.detail["file"]) == ("xuting", NAME)
    assert told.detail["hash"] == sha256((REPAIRS + "# a\n").encode()).hexdigest()
    page = xu.get(place_of(NAME)).text
    assert "without a git commit: the rules do not lie in a git work tree" in page


def test_a_save_is_a_commit_of_this_file_in_the_name_of_its_editor(
    xu: Visitor, rules: Path
) -> None:
    root = rules.parent
    git(root, "init", "-q")
    git(root, "add", "own rules")
    git(root, "commit", "-qm", "first")
    (rules / "parking.yaml").write_text("half done", encoding="utf-8")
    (rules / "new.yaml").write_text(
        REPAIRS.replace("repair", "lift").replace("heating", "lift"), encoding="utf-8"
    )
    git(root, "add", "own rules/new.yaml")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\ntouch ../ran\nexit 1\n")
    hook.chmod(0o755)
    (rules / "parking.yaml").write_text(
        PARKING.replace("LEVEL", "normal") + "# by hand\n", encoding="utf-8"
    )

    assert save(xu, NAME, REPAIRS + "# a\n", note="they asked") == 303

    shown = git(root, "-c", "core.quotePath=false", "log", "-1", "--name-only",
                "--format=%an <%ae>%n%B")  # fmt: skip
    assert shown.split("\n") == [
        "徐婷 <xuting@hengyuan.example>", f"{NAME}: 徐婷", "", "they asked", "", "",
        f"own rules/{NAME}", "",
    ]  # fmt: skip
    state = git(root, "status", "--porcelain", "own rules").splitlines()
    assert state == ['A  "own rules/new.yaml"', ' M "own rules/parking.yaml"']
    assert not list(root.parent.rglob("ran"))
    head = git(root, "rev-parse", "--short", "HEAD").strip()
    assert f"git commit {head}" in xu.get(place_of(NAME)).text


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [("徐 婷", "x@own.example", "徐 婷 <x@own.example>"),
     ("A <b@c>\nEvil: x", "x@own.example>\n", "A b@cEvil: x <x@own.example>"),
     ("--author=x", "", "--author=x <mailroom>"),
     ("", "", "mailroom <mailroom>")],
)  # fmt: skip
def test_a_name_is_only_ever_a_name(
    tmp_path: Path, name: str, address: str, said: str
) -> None:
    git(tmp_path, "init", "-q")
    file = tmp_path / "--all *.yaml"
    file.write_text("a", encoding="utf-8")
    (tmp_path / "other.yaml").write_text("b", encoding="utf-8")

    entered = commit(file, Author(name=name, address=address), "words")

    assert entered.commit, entered.why
    assert git(tmp_path, "log", "-1", "--format=%an <%ae>").strip() == said
    assert git(tmp_path, "show", "--name-only", "--format=").strip() == file.name


def test_of_two_editors_the_second_sees_both_and_nothing_is_lost(
    xu: Visitor, admin: Visitor, rules: Path
) -> None:
    theirs = fields(xu.get(place_of(NAME)), "/rules/file")
    assert save(admin, NAME, REPAIRS + "# by the admin\n") == 303

    late = xu.post("/rules/file", theirs | {"content": REPAIRS + "# mine\n",
                                            "do": "save"})  # fmt: skip

    assert late.status_code == 409
    assert "<del>-# by the admin</del>" in late.text
    assert "<ins>+# mine</ins>" in late.text
    assert "# mine" in fields(late, "/rules/file")["content"]
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS + "# by the admin\n"


def test_a_file_saved_in_the_folder_meanwhile_is_not_overwritten(
    xu: Visitor, rules: Path
) -> None:
    form = fields(xu.get(place_of(NAME)), "/rules/file")
    form |= {"content": REPAIRS + "# mine\n", "do": "save"}
    form |= {"shown": fields(xu.post("/rules/file", form), "/rules/file")["shown"]}
    (rules / NAME).write_text(REPAIRS + "# by Notepad\n", encoding="utf-8")

    assert xu.post("/rules/file", form).status_code == 409
    assert "Notepad" in (rules / NAME).read_text(encoding="utf-8")


def test_a_broken_file_never_replaces_one_that_holds(xu: Visitor, rules: Path) -> None:
    twice = REPAIRS.replace("id: heating", "id: parking")
    unmet = REPAIRS.replace("heating, body: heating", "lift, body: lift")
    for wrong in ("", "mailroom: 1\nrules: [", twice, unmet):
        page = xu.get(place_of(NAME))
        form = fields(page, "/rules/file") | {
            "content": wrong, "do": "save", "shown": sha256(wrong.encode()).hexdigest(),
        }  # fmt: skip
        assert xu.post("/rules/file", form).status_code != 303
        assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS


def test_a_change_that_breaks_another_file_is_not_saved(
    xu: Visitor, rules: Path
) -> None:
    greedy = REPAIRS.replace("text: heating}", "text: [heating, parking]}")
    form = fields(xu.get(place_of(NAME)), "/rules/file")

    said = xu.post("/rules/file", form | {"content": greedy, "do": "save"})

    assert said.status_code == 409
    assert "other files have faults" in said.text
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS


def test_of_two_broken_files_one_can_be_mended_first(xu: Visitor, rules: Path) -> None:
    (rules / NAME).write_text("broken: [", encoding="utf-8")
    (rules / "parking.yaml").write_text("broken: [", encoding="utf-8")
    form = fields(xu.get(place_of(NAME)), "/rules/file")

    said = xu.post("/rules/file", form | {"content": REPAIRS, "do": "save"})

    assert said.status_code == 303
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS


@pytest.mark.parametrize("path", ["/rules", place_of("parking.yaml")])
def test_a_file_that_cannot_be_read_is_named_wherever_rules_are_edited(
    xu: Visitor, rules: Path, tmp_path: Path, path: str
) -> None:
    (rules / "linked.yaml").symlink_to(tmp_path / "gone.yaml")

    said = xu.get(path)

    assert "linked.yaml" in said.text
    assert "This file cannot be read" in said.text


def test_a_form_sent_when_another_file_cannot_be_read_any_more_is_not_lost(
    xu: Visitor, rules: Path, tmp_path: Path
) -> None:
    form = fields(xu.get(place_of(NAME)), "/rules/file")
    (rules / "linked.yaml").symlink_to(tmp_path / "gone.yaml")

    said = xu.post("/rules/file", form | {"content": "# my words", "do": "check"})

    assert said.status_code == 409
    assert "linked.yaml" in said.text
    assert "# my words" in said.text


def test_of_saves_at_one_moment_just_one_is_written(rules: Path) -> None:
    base = (rules / NAME).read_bytes()
    contents = [f"# {n}\n".encode() * 1000 for n in range(8)]

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda c: put(rules, NAME, c, base=base), contents))

    assert sum(written) == 1
    assert (rules / NAME).read_bytes() == contents[written.index(True)]
    assert sorted(p.name for p in rules.iterdir()) == sorted(
        ["chains.yaml", "office", "parking.yaml", NAME]
    )


def test_a_link_to_another_file_is_not_replaced(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text(REPAIRS, encoding="utf-8")
    (rules / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")

    with pytest.raises(EnvironmentFault):
        put(rules, "linked.yaml", b"x", base=REPAIRS.encode())

    assert (rules / "linked.yaml").is_symlink()


def test_line_ends_and_byte_order_mark_stay_as_they_were(
    xu: Visitor, rules: Path
) -> None:
    windows = b"\xef\xbb\xbf" + REPAIRS.replace("\n", "\r\n").encode()
    (rules / NAME).write_bytes(windows)
    (rules / NAME).chmod(0o664)

    assert save(xu, NAME, REPAIRS + "# a\n") == 303

    assert (rules / NAME).read_bytes() == windows + b"# a\r\n"
    assert (rules / NAME).stat().st_mode & 0o777 == 0o664


# ── the record of a rule ─────────────────────────────────────────────────


def test_a_rejection_stands_at_its_rule_with_its_reason(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    number = rejected(office)

    page = xu.get(place_of(NAME)).text

    assert f'<a href="/drafts/{number}">wrong drawer</a>' in page
    assert "rejected: 1" in xu.get("/rules").text


def test_the_record_does_not_speak_of_what_somebody_may_not_see(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    rejected(office)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))

    assert "wrong drawer" not in xu.get(place_of(NAME)).text
    assert "rejected: 1" not in xu.get("/rules").text
    with office.desk.database.write() as tx:
        now = datetime.now(UTC)
        asked = Asked(rules=["heating"], categories=["repair"])
        assert rule_track.of_rules(tx, NOBODY, asked, now=now) == {}
        tx.execute(update(case).values(sensitivity="normal"))
        (fate,) = rule_track.of_rules(tx, NOBODY, asked, now=now).values()
        assert (fate.rejected, fate.decided) == (1, 1)


# ── a new file ───────────────────────────────────────────────────────────


def begin(visitor: Visitor, name: str) -> httpx.Response:
    return visitor.get("/rules/new?" + urlencode({"name": name}))


def start(visitor: Visitor, name: str) -> dict[str, str]:
    """Give the form of a new file, as its page fills it for a start."""
    form = fields(begin(visitor, name), "/rules/new")
    return form | {"content": form["content"].removeprefix("\n")}


def make(visitor: Visitor, name: str, **more: str) -> httpx.Response:
    """Look at what would change by a new file, and save it."""
    form = start(visitor, name) | {"do": "save"} | more
    looked = visitor.post("/rules/new", form)
    again = fields(looked, "/rules/new")
    return visitor.post("/rules/new", form | {"shown": again["shown"]})


def listed(rules: Path) -> set[str]:
    return {path.relative_to(rules).as_posix() for path in rules.rglob("*")}


SOUND = {
    "en": ("No fault was found", "1 as before, 0 otherwise"),
    "zh-CN": ("未发现错误", "来信 1 封：1 封不变，0 封有变"),
}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("name", ["lost_keys", "钥匙遗失", "2-Keys", "parking-2"])
def test_a_new_file_begins_with_a_rule_that_is_in_order_and_sorts_nothing(
    office: SmallOffice, rules: Path, name: str, language: str
) -> None:
    xu = Visitor(office, "xuting", role=REVIEWER, person="徐婷", language=language)
    office.sort(REPAIR)
    form = start(xu, name)

    checked = xu.post("/rules/new", form | {"do": "check"}).text
    looked = xu.post("/rules/new", form | {"do": "try"}).text

    assert '<ol class="risks">' not in checked
    for words, page in zip(SOUND[language], (checked, looked), strict=True):
        assert words in page
    assert listed(rules) == {"chains.yaml", "office", "office/people.yaml",
                             "parking.yaml", NAME}  # fmt: skip


def test_new_files_that_are_left_as_they_began_do_not_hinder_each_other(
    office: SmallOffice, xu: Visitor
) -> None:
    for name in ("keys", "my_keys", "keys-2", "钥匙", "遗失"):
        assert make(xu, name).status_code == 303, name
        take_over(office)  # without a fault or a warning


def test_a_new_file_becomes_rules_of_another_drawer_as_its_note_tells(
    xu: Visitor,
) -> None:
    words = start(xu, "keys")["content"]
    head = re.search(r"category:\n(?:  .*\n){2}", words)
    assert head
    for_repairs = words.replace(head[0], "").replace(
        "    confidence:", "    then: [{category: repair}]\n    confidence:"
    )

    said = xu.post("/rules/new", start(xu, "keys") | {"content": for_repairs,
                                                      "do": "check"})  # fmt: skip

    assert "No fault was found" in said.text


def test_a_new_file_is_saved_as_it_was_shown_and_by_whom_stands_in_git_and_the_book(
    office: SmallOffice, xu: Visitor, rules: Path
) -> None:
    git(rules.parent, "init", "-q")
    git(rules.parent, "add", "own rules")
    git(rules.parent, "commit", "-qm", "as it was")

    said = make(xu, "钥匙遗失", note="for the front desk")

    assert said.status_code == 303
    assert said.headers["location"] == place_of("钥匙遗失.yaml") + "&done=saved"
    assert (rules / "钥匙遗失.yaml").is_file()
    assert xu.get(said.headers["location"]).status_code == 200
    assert "钥匙遗失.yaml" in xu.get("/rules").text
    assert git(rules.parent, "log", "-1", "--format=%an %b").strip() == (
        "徐婷 for the front desk"
    )
    assert "new file" in git(rules.parent, "show", "HEAD")
    (told,) = office.rows(select(event).where(event.c.what == "rule file saved"))
    assert (told.actor, told.detail["file"]) == ("xuting", "钥匙遗失.yaml")
    take_over(office)
    assert [r for r in office.desk.rules.rules if r.file.endswith("钥匙遗失.yaml")]


def test_those_who_read_the_other_files_may_read_a_new_one(
    xu: Visitor, rules: Path
) -> None:
    (rules / "parking.yaml").chmod(0o640)
    (rules / "chains.yaml").chmod(0o640)
    (rules / NAME).chmod(0o640)

    assert make(xu, "keys").status_code == 303

    assert (rules / "keys.yaml").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "name",
    ["../keys", "a/b", "office/keys", "a\\b", "/etc/keys", ".keys", "..", "", " ",
     "ke ys", "keys.yaml.txt", "keys.yml", "-keys", "keys\0", "ke\nys", "ｏ／ｋ",
     "~keys", "<b>", "k*", "a:b", "$HOME", "клю", "k" * 61, "chains", "Days", "con",
     "LPT1", "keys\u202e"],
)  # fmt: skip
def test_a_new_file_gets_no_name_but_a_plain_one(
    admin: Visitor, rules: Path, name: str
) -> None:
    before = listed(rules.parent)

    asked = begin(admin, name)
    form = {"name": name, "content": PARKING, "do": "save", "base": "", "shown": ""}
    sent = admin.post("/rules/new", form)

    assert asked.status_code == (409 if name.strip() else 200)
    assert "<textarea" not in asked.text
    assert sent.status_code == 409
    assert listed(rules.parent) == before


@pytest.mark.parametrize(
    "name",
    ["parking", "PARKING", "Parking.yaml", "parking.YAML", "ｐａｒｋｉｎｇ",
     " parking ", "车位", "車位", "letters", "room_1", "gone"],
)  # fmt: skip
def test_a_name_that_counts_like_another_is_not_taken(
    xu: Visitor, rules: Path, tmp_path: Path, name: str
) -> None:
    (rules / "车位.yml").write_text("mailroom: 1\nrules: []\n", encoding="utf-8")
    (rules / "Letters.YAML").write_text("", encoding="utf-8")
    (rules / "Room_1.yaml.txt").write_text("", encoding="utf-8")
    (rules / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    before = listed(rules)

    asked = begin(xu, name)

    assert asked.status_code == 409
    assert "There is already a file" in asked.text
    assert listed(rules) == before


def test_new_files_are_made_by_those_who_may_edit(office: SmallOffice) -> None:
    he = Visitor(office, "hejie", role=Role.APPROVER, person="何婕")

    assert begin(he, "keys").status_code == 404
    assert begin(he, "").status_code == 404
    assert he.post("/rules/new", {"name": "keys", "do": "save"}).status_code == 404
    assert begin(Visitor(office), "keys").status_code == 303


def test_of_two_who_make_the_same_file_the_second_sees_both(
    xu: Visitor, admin: Visitor, rules: Path
) -> None:
    mine = start(xu, "keys")
    assert make(admin, "keys").status_code == 303
    theirs = (rules / "keys.yaml").read_text(encoding="utf-8")

    for do in ("check", "save"):
        late = xu.post("/rules/new", mine | {"content": "# my words\n", "do": do})

        assert late.status_code == 409
        assert "<ins>+# my words</ins>" in late.text
        # It is an edit of that file from here on.
        assert "# my words" in fields(late, "/rules/file")["content"]
        assert (rules / "keys.yaml").read_text(encoding="utf-8") == theirs


def test_text_written_for_a_name_that_is_gone_is_not_lost(
    xu: Visitor, rules: Path
) -> None:
    mine = start(xu, "keys")
    (rules / "Keys.yml").write_text("mailroom: 1\nrules: []\n", encoding="utf-8")

    late = xu.post("/rules/new", mine | {"content": "# my words\n", "do": "save"})

    assert late.status_code == 409
    assert "Keys.yml" in late.text
    assert "# my words" in late.text
    assert not (rules / "keys.yaml").exists()


def test_of_new_files_at_one_moment_just_one_is_made(rules: Path) -> None:
    names = ["keys.yaml", "Keys.yaml"] * 4
    contents = [f"# {n}\n".encode() * 1000 for n in range(8)]
    before = listed(rules)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n, c: add(rules, n, c), names, contents))

    assert sum(made) == 1
    (new,) = listed(rules) - before
    assert (rules / new).read_bytes() == contents[made.index(True)]


def test_a_new_file_with_faults_is_not_saved(xu: Visitor, rules: Path) -> None:
    before = listed(rules)
    form = start(xu, "keys") | {"do": "save"}
    greedy = REPAIRS.replace("id: repair", "id: cars").replace("heating", "parking")
    for wrong in ("", "broken: [", PARKING, greedy):
        shown = sha256(wrong.encode()).hexdigest()
        said = xu.post("/rules/new", form | {"content": wrong, "shown": shown})
        assert said.status_code != 303
        assert listed(rules) == before


def test_of_a_folder_that_is_gone_the_desk_says_so(xu: Visitor, rules: Path) -> None:
    rules.rename(rules.with_name("elsewhere"))

    asked = begin(xu, "keys")

    assert asked.status_code == 503
    assert "keys.yaml" in asked.text


def test_an_example_that_is_no_mail_is_named_by_its_line(xu: Visitor) -> None:
    told = (
        "mailroom: 1\nrules:\n  - id: mine\n    when: {text: parking}\n"
        "    then: [{tag: x}]\n    examples:\n      match:\n"
        "        - {subject: parking, headers: {Content-Type: multipart/mixed}}\n"
    )

    said = xu.post("/rules/new", start(xu, "keys") | {"content": told, "do": "check"})

    assert said.status_code == 200
    assert "R050" in said.text
    assert 'href="#line-8"' in said.text


def test_nobody_opens_a_drawer_to_themselves_by_a_new_file(
    office: SmallOffice, xu: Visitor, rules: Path
) -> None:
    closed = PARKING.replace("LEVEL", "confidential")
    (rules / "parking.yaml").write_text(closed, encoding="utf-8")
    take_over(office)
    grab = (
        "mailroom: 1\nrules:\n  - id: mine\n    when: {text: parking}\n"
        "    then: [{assign: 徐婷}]\n"
    )

    assert make(xu, "mine", content=grab).status_code == 409
    assert not (rules / "mine.yaml").exists()


# ── an example from a case ───────────────────────────────────────────────


def test_a_letter_becomes_an_example_by_the_way_of_any_change(
    office: SmallOffice, xu: Visitor, rules: Path
) -> None:
    office.sort(REPAIR)
    (opened,) = office.cases()

    link = f"/rules/add-example?case={opened.number}"
    assert link in xu.get(f"/cases/{opened.number}").text
    page = xu.get(link)
    form = fields(page, '/rules/add-example" class="card')
    looked = xu.post("/rules/add-example", form)

    assert page.status_code == 200
    assert "Wang Li" not in page.text
    assert form["rule"] == "heating"
    assert (rules / NAME).read_text(encoding="utf-8") == REPAIRS
    again = fields(looked, "/rules/file")
    # Browsers drop the line end that follows the tag.
    again |= {"do": "save", "content": again["content"].removeprefix("\n")}
    assert xu.post("/rules/file", again).status_code == 303
    written = (rules / NAME).read_text(encoding="utf-8")
    assert "level" in written.lower()
    assert "wangli" not in written


def test_no_example_is_made_of_what_is_restricted(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    (opened,) = office.cases()
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner="徐婷"))
    hers = xu.get(f"/rules/add-example?case={opened.number}")
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(owner="马德胜"))
    not_hers = xu.get(f"/rules/add-example?case={opened.number}")
    none = xu.get("/rules/add-example?case=HY-2020-0001")

    assert "this mail is restricted" in hers.text
    assert "there is no case" in not_hers.text
    assert "there is no case" in none.text
    assert not_hers.status_code == none.status_code == hers.status_code == 409
