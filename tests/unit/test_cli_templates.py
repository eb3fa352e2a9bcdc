"""What `mailroom templates` lists, proofreads, fills in and shows."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from mailroom.cli import fill_in
from mailroom.cli import templates as templates_commands
from mailroom.errors import EnvironmentFault, text
from mailroom.words.preview import Preview
from mailroom.words.sample import sample
from mailroom.words.template import Template
from tests.unit.command_line import Run, runner
from tests.unit.drawn import png
from tests.unit.word_files import SHIPPED, template, write

RULE = """\
mailroom: 1
category:
  id: lifts
  about: {zh: 电梯, en: Lifts}
  fields: [floor]
  reply: {zh: reply/lift.zh.docx}
rules:
  - id: lift-zh
    when: {subject: {contains: [电梯]}}
    confidence: 0.9
    then: [{category: lifts}, {draft_paper: paper/note.zh.docx}]
"""
CHAINS = """\
mailroom: 1
chains:
  wait:
    about: {zh: 等, en: Wait}
    starts: sent
    steps:
      - after: 3
        level: friendly
        to: correspondent
        template: {zh: reminder/lift.zh.docx}
    ends_on: [answer]
"""
SETTINGS = """\
[office]
name = "恒远集团办公室"
addresses = ["office@hengyuan.example"]
[[accounts]]
name = "office"
address = "office@hengyuan.example"
[accounts.imap]
host = "mail.example"
"""


@pytest.fixture(autouse=True)
def _fonts_of_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates_commands, "fonts_here", lambda: None)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Run commands in a folder with the files of a small office."""
    (tmp_path / "rules").mkdir()
    for folder in ("reply", "paper", "reminder"):
        (tmp_path / "templates" / folder).mkdir(parents=True)
    (tmp_path / "mailroom.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "rules" / "lifts.yaml").write_text(RULE, "utf-8")
    (tmp_path / "rules" / "chains.yaml").write_text(CHAINS, "utf-8")
    shelf = tmp_path / "templates"
    write(shelf / "reply" / "lift.zh.docx", ["编号{{ case_no }}，{{ floor }}层"])
    write(shelf / "reminder" / "lift.zh.docx", ["{{ case_no }}：{{ matter }}"])
    write(shelf / "paper" / "note.zh.docx", ["{{ floor }}", "{{ nobody_knows }}"])
    write(shelf / "unused.en.docx", ["Dear {{ anybody }}"])
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return runner(monkeypatch, capsys, tmp_path)


def values(folder: Path, content: object) -> Path:
    file = folder / "fields.json"
    file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    return file


# ── list, fields ─────────────────────────────────────────────────────────


def test_the_list_says_of_each_template_what_it_needs_and_who_uses_it(
    run: Run,
) -> None:
    said = run("templates", "list", "--json")

    assert said.code == 0
    rows = {row["template"]: row for row in json.loads(said.out)}
    assert rows["reply/lift.zh.docx"] == {
        "template": "reply/lift.zh.docx",
        "language": "zh",
        "fields": ["case_no", "floor"],
        "faults": 0,
        "used_by": [{"kind": "category", "id": "lifts"}],
    }
    assert rows["paper/note.zh.docx"]["used_by"] == [{"kind": "rule", "id": "lift-zh"}]
    assert rows["paper/note.zh.docx"]["faults"] == 1  # nobody gives nobody_knows
    assert rows["paper/note.zh.docx"]["fields"] == ["floor", "nobody_knows"]
    assert rows["reminder/lift.zh.docx"]["used_by"] == [{"kind": "chain", "id": "wait"}]
    assert rows["reminder/lift.zh.docx"]["faults"] == 0
    assert rows["unused.en.docx"]["used_by"] == []
    assert rows["unused.en.docx"]["language"] == "en"
    table = run("--lang", "zh", "templates", "list").out
    assert "reply/lift.zh.docx" in table
    assert "lifts" in table


def test_a_broken_template_is_listed_with_its_faults(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "templates" / "broken.en.docx", ["{{ a", "{% if b %}"])
    (tmp_path / "templates" / "~$broken.en.docx").write_bytes(b"Word's lock file")

    rows = json.loads(run("templates", "list", "--json").out)

    (broken,) = [row for row in rows if "broken" in row["template"]]
    assert broken["faults"] >= 2
    assert (broken["fields"], broken["language"]) == (None, None)


def test_an_empty_shelf_is_said_to_be_empty(run: Run, tmp_path: Path) -> None:
    (tmp_path / "templates").rename(tmp_path / "elsewhere")

    said = run("templates", "list", "--json")

    assert (said.code, json.loads(said.out)) == (0, [])
    assert f"there is no template in {tmp_path / 'templates'}" in said.err


def test_while_rules_have_faults_templates_are_listed_without_their_users(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "lifts.yaml").write_text("nonsense: 1", "utf-8")

    said = run("templates", "list", "--json")

    assert said.code == 0
    assert "lifts.yaml:1:1: error" in said.err
    assert all(row["used_by"] == [] for row in json.loads(said.out))


def test_a_field_says_how_it_is_used_where_and_who_gives_it(run: Run) -> None:
    said = run("templates", "fields", "paper/note.zh.docx", "--json")

    assert (said.code, said.err) == (0, "")
    rule = {"kind": "rule", "id": "lift-zh"}
    assert json.loads(said.out) == [
        {
            "field": name,
            "used_as": ["text"],
            "places": [f"text of the letter, paragraph {number}"],
            "given_by": given_by,
            "not_given_by": not_given_by,
        }
        for number, name, given_by, not_given_by in (
            (1, "floor", [rule], []), (2, "nobody_knows", [], [rule]),
        )
    ]  # fmt: skip
    table = run("--lang", "zh", "templates", "fields", "paper/note.zh.docx").out
    assert "规则 lift-zh" in table


def test_without_settings_the_templates_that_ship_are_meant(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "mailroom.toml").unlink()

    said = run("templates", "fields", "reply/invoice.en.docx", "--json")

    assert (said.code, said.err) == (0, "")
    assert {"case_no", "invoice_no"} <= {one["field"] for one in json.loads(said.out)}


def test_a_path_needs_no_office(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mailroom.toml").unlink()
    own = write(tmp_path / "mine.en.docx", ["Dear {{ anybody }}"])

    (use,) = json.loads(run("templates", "fields", own, "--json").out)

    assert (use["field"], use["given_by"], use["not_given_by"]) == ("anybody", [], [])


def test_a_misspelt_name_is_answered_with_the_right_one(run: Run) -> None:
    said = run("templates", "fields", "reply/lifts.zh.docx")

    assert (said.code, said.out) == (2, "")
    assert "Did you mean reply/lift.zh.docx?" in said.err


# ── lint ─────────────────────────────────────────────────────────────────


def test_a_picture_of_the_settings_is_a_field_that_everybody_gives(
    run: Run, tmp_path: Path
) -> None:
    with (tmp_path / "mailroom.toml").open("a") as file:
        file.write('[pictures]\nseal = "seal.png"\n')
    (tmp_path / "seal.png").write_bytes(png(6))
    letter = write(tmp_path / "templates" / "reply" / "lift.zh.docx", ["{{ seal }}"])

    linted = run("templates", "lint", str(letter))
    made = run("templates", "render", str(letter), "--html", str(tmp_path / "x.html"))

    assert "seal" not in linted.out + linted.err
    assert (made.code, made.err) == (0, "")
    assert '<img src="cid:' in (tmp_path / "x.html").read_text("utf-8")


def test_lint_finds_every_fault_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "templates" / "broken.en.docx", ["{{ a", "fine", "{% if b %}"])

    said = run("templates", "lint")
    as_json = run("templates", "lint", "--json")

    assert (said.code, said.out, as_json.code) == (1, "", 1)
    found = json.loads(as_json.out)
    assert {Path(one["file"]).name for one in found} >= {
        "broken.en.docx",
        "note.zh.docx",
    }
    assert len(said.err.splitlines()) == len(found) >= 3
    assert any("nobody_knows" in one["text"] for one in found)


def test_lint_takes_names_and_paths_and_is_content_with_good_ones(run: Run) -> None:
    said = run(
        "templates", "lint", "reply/../unused.en.docx", "templates/unused.en.docx"
    )

    assert (said.code, said.out) == (0, "")
    assert "2 templates, no fault" in said.err


def test_lint_tells_a_font_that_this_machine_lacks_once_for_all(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates_commands, "fonts_here", lambda: {"Times New Roman"})

    said = run("templates", "lint", "unused.en.docx", "templates/unused.en.docx")
    as_json = run("templates", "lint", "--json", "unused.en.docx")

    assert said.code == as_json.code == 0
    assert said.err.count("is not on this machine") == 1
    (found,) = json.loads(as_json.out)
    assert (found["code"], found["severity"]) == ("W062", "warning")
    assert found["part"] == "word/document.xml"


# ── render ───────────────────────────────────────────────────────────────


def test_a_letter_is_filled_in_as_word_html_and_text(run: Run, tmp_path: Path) -> None:
    file = values(tmp_path, {"case_no": "HY-2026-0001", "floor": 3})

    said = run(
        "templates", "render", "reply/lift.zh.docx", "--fields", file,
        "-o", "out.docx", "--html", "out.html", "--text", "out.txt",
    )  # fmt: skip

    assert (said.code, said.out, said.err) == (0, "", "")
    words = "编号HY-2026-0001，3层"
    assert words in [
        one.text for one in Document(str(tmp_path / "out.docx")).paragraphs
    ]
    assert words in (tmp_path / "out.html").read_text("utf-8")
    assert words in (tmp_path / "out.txt").read_text("utf-8")


def test_a_letter_with_a_gap_is_written_and_the_gap_is_a_finding(
    run: Run, tmp_path: Path
) -> None:
    file = values(tmp_path, {"case_no": "HY-2026-0001", "floor": None})

    said = run(
        "templates", "render", "reply/lift.zh.docx", "--fields", file, "--text", "o.txt"
    )

    assert (said.code, said.err.count("floor")) == (1, 1)
    assert "【待填:floor】" in (tmp_path / "o.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [[], ["-o", "templates/reply/lift.zh.docx"], ["--text", "./templates"]],
    ids=["nowhere to write", "over the template", "a folder"],
)
def test_what_is_no_place_to_write_is_refused(
    arguments: list[str], run: Run, tmp_path: Path
) -> None:
    before = (tmp_path / "templates/reply/lift.zh.docx").read_bytes()

    said = run("templates", "render", "reply/lift.zh.docx", *arguments)

    assert (said.code, said.out) == (2, "")
    assert (tmp_path / "templates/reply/lift.zh.docx").read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(run: Run) -> None:
    said = run("templates", "render", "reply/lift.zh.docx", "-o", "none/o.docx")

    assert (said.code, said.out) == (3, "")
    assert "cannot write none/o.docx" in said.err


def test_values_that_cannot_be_read_are_a_file_to_mend(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "f.json").write_text('{"floor": 3,}')

    said = run(
        "templates", "render", "reply/lift.zh.docx", "--fields", "f.json", "-o", "o"
    )

    assert (said.code, said.out) == (4, "")
    assert "f.json:1:" in said.err
    assert not (tmp_path / "o").exists()


# ── preview ──────────────────────────────────────────────────────────────


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[bytes]:
    """Draw two pages of nothing; return what was to be drawn."""
    asked: list[bytes] = []
    pages = tuple(tmp_path / f"page-{number}.png" for number in (1, 2))

    def draw(docx: bytes, folder: Path, *, timeout: float) -> Preview:
        assert folder == tmp_path / "cache" / "mailroom" / "previews"
        assert timeout > 0
        asked.append(docx)
        for page in pages:
            page.write_bytes(page.name.encode())
        return Preview(pages=pages)

    monkeypatch.setattr(fill_in, "draw", draw)
    return asked


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be without LibreOffice."""

    def draw(*_: object, **__: object) -> Preview:
        raise EnvironmentFault(
            text("pictures of pages need LibreOffice: apt install …")
        )

    monkeypatch.setattr(fill_in, "draw", draw)


def test_a_template_is_shown_with_the_names_of_its_fields(
    run: Run, tmp_path: Path, drawn: list[bytes]
) -> None:
    said = run("templates", "preview", "reply/lift.zh.docx")

    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        str(tmp_path / "page-1.png"), str(tmp_path / "page-2.png"),
    ]  # fmt: skip
    (letter,) = drawn
    words = [one.text for one in Document(BytesIO(letter)).paragraphs]
    assert "编号〔case_no〕，〔floor〕层" in words


def test_pictures_are_copied_where_they_are_wanted(
    run: Run, tmp_path: Path, drawn: list[bytes]
) -> None:
    file = values(tmp_path, {"case_no": "HY-1", "floor": 7})

    said = run(
        "templates", "preview", "reply/lift.zh.docx", "--fields", file, "-o", "shown",
        "--json",
    )  # fmt: skip

    assert said.code == 0
    assert json.loads(said.out) == {
        "pages": ["shown/lift.zh-1.png", "shown/lift.zh-2.png"],
        "text": "编号HY-1，7层\n",
        "missing": [],
    }
    assert (tmp_path / "shown" / "lift.zh-2.png").read_bytes() == b"page-2.png"
    assert len(drawn) == 1


@pytest.mark.usefixtures("undrawn")
def test_without_libreoffice_the_text_is_shown_and_says_so(run: Run) -> None:
    said = run("templates", "preview", "reply/lift.zh.docx")
    as_json = run("templates", "preview", "reply/lift.zh.docx", "--json")
    files = run("templates", "preview", "reply/lift.zh.docx", "-o", "shown")

    assert (said.code, as_json.code) == (0, 0)
    assert "编号〔case_no〕，〔floor〕层" in said.out
    assert "need LibreOffice" in said.err
    assert "the text alone" in said.err
    assert json.loads(as_json.out)["pages"] == []
    assert (files.code, files.out) == (3, "")


def test_where_made_up_values_do_not_do_real_ones_are_asked_for(
    run: Run, tmp_path: Path, drawn: list[bytes]
) -> None:
    write(
        tmp_path / "x.en.docx",
        ["{%p if amount > 1000 %}", "{{ amount }}", "{%p endif %}"],
    )

    said = run("templates", "preview", "x.en.docx")

    assert (said.code, said.out, drawn) == (4, "", [])
    assert "give real ones with --fields" in said.err
    assert run("templates", "preview", "x.en.docx", "--fields",
               values(tmp_path, {"amount": 2000})).code == 0  # fmt: skip


def test_samples_fill_what_a_template_asks(tmp_path: Path) -> None:
    form = template(
        tmp_path,
        "{{ name }} of {{ order.no }}",
        "{%p if urgent %}", "soon", "{%p endif %}",
        "{%p for row in rows %}", "{{ row.what }}: {{ row.price }}", "{%p endfor %}",
        "{%p for line in lines %}", "– {{ line }}", "{%p endfor %}",
        name="x.en.docx",
    )  # fmt: skip

    shown = form.render(sample(form.uses, zh=form.zh))

    assert shown.missing == ()
    assert " ".join(shown.text.split()) == (
        "[name] of [order.no] soon"
        " [rows.what 1]: [rows.price 1] [rows.what 2]: [rows.price 2]"
        " [rows.what 3]: [rows.price 3]"
        " – [lines 1] – [lines 2] – [lines 3]"
    )


@pytest.mark.parametrize(
    "path",
    sorted(SHIPPED.rglob("*.docx")),
    ids=lambda path: path.relative_to(SHIPPED).as_posix(),
)
def test_every_shipped_template_can_be_shown_by_its_sample(path: Path) -> None:
    form = Template.load(path)

    shown = form.render(sample(form.uses, zh=form.zh))

    assert all("{{" not in line for line in shown.text.splitlines())
    assert set(shown.missing) <= {"picture"}


# ── check-gongwen ────────────────────────────────────────────────────────


def test_a_paper_is_compared_with_the_standard_fact_by_fact(run: Run) -> None:
    said = run("templates", "check-gongwen", "paper/note.zh.docx")
    found = json.loads(
        run("templates", "check-gongwen", "paper/note.zh.docx", "--json").out
    )

    assert said.code == 1  # its margins are those of a letter
    assert {"met", "not met"} <= {one["state"] for one in found}
    assert {set(one) == {"clause", "fact", "state", "found", "wanted"} for one in found}
    assert all(one["clause"] in said.out for one in found)


def test_what_is_no_paper_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_text("no Word file")

    said = run("templates", "check-gongwen", "x.docx")

    assert (said.code, said.out) == (2, "")
    assert "save it again in Word" in said.err
