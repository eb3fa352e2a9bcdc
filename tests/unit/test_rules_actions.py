"""Claims about what rules may ask for, and what is done about it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailroom.cases import CaseState
from mailroom.errors import RuleError
from mailroom.register.schema import notice
from mailroom.register.texts import unpack
from mailroom.rules.check import Known, check
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from tests.unit.rule_mails import NOW, mail
from tests.unit.small_office import SmallOffice, letter

FILE = """
mailroom: 1
category: {id: repair, about: {zh: 报修, en: Repair}, owner: Tom Reyes}
rules:
"""
LEAK = letter("Leak", "There is water in the hall.")


def rules(tmp_path: Path, *lines: str) -> RuleSet:
    folder = tmp_path / "own-rules"
    folder.mkdir()
    listed = "".join(f"  - {line}\n" for line in lines)
    (folder / "repair.yaml").write_text(FILE + listed, encoding="utf-8")
    return RuleSet.load(folder)


def faults(tmp_path: Path, line: str) -> list[tuple[str, int, str]]:
    with pytest.raises(RuleError) as caught:
        rules(tmp_path, line)
    return [(f.code, f.line, str(f.text)) for f in caught.value.faults]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def use(office: SmallOffice, tmp_path: Path, *lines: str) -> None:
    office.desk = replace(office.desk, rules=rules(tmp_path, *lines))


@pytest.mark.parametrize(
    ("asked", "verb", "arguments"),
    [
        ("{assign: 徐婷}", "assign", {"to": "徐婷"}),
        ("{notify: {to: 徐婷}}", "notify", {"to": "徐婷"}),
        ("{move: 已处理}", "move", {"mailbox": "已处理"}),
        ("{mark: flagged}", "mark", {"as": "flagged"}),
        (
            "{save_attachment: {folder: 发票, type: application/pdf}}",
            "save_attachment",
            {"folder": "发票", "type": "application/pdf"},
        ),
    ],
)
def test_an_action_is_read_with_its_arguments(
    tmp_path: Path, asked: str, verb: str, arguments: dict[str, str]
) -> None:
    loaded = rules(tmp_path, f"{{id: a, when: always, then: [{asked}]}}")

    actions = loaded.classify(mail(subject="x"), Context(now=NOW)).actions

    assert (verb, arguments) in [(a.verb, dict(a.arguments)) for a in actions]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("{mark: importent}", "R004"),
        ("{move: ''}", "R003"),
        ("{save_attachment: ../etc}", "R072"),
        ("{save_attachment: {type: image/png}}", "R003"),
        ("{forwrd_draft: 徐婷}", "R001"),
    ],
)
def test_an_action_that_cannot_be_is_told(
    tmp_path: Path, asked: str, code: str
) -> None:
    found = faults(tmp_path, f"{{id: a, when: always, then: [{asked}]}}")

    assert [(code, 5)] == [(c, line) for c, line, _ in found]


@pytest.mark.parametrize(
    "when",
    [
        "always",
        "{from: boss@firm.example}",
        "{known_sender: own, thread: yes}",
        "{any: [{trusted: yes}, {subject: 转发}]}",
        "{none: [{trusted: no}]}",
        "{trusted: [yes, unknown]}",
        "{trusted: yes}",
        "{trusted: yes, subject: 转发}",
        "{trusted: yes, from: {name: 徐婷}}",
        "{trusted: yes, from: {own: no}}",
        "{trusted: yes, to: boss@firm.example}",
        "{trusted: yes, known_sender: [vip, no]}",
        "{trusted: yes, any: [{from: boss@firm.example}, {subject: 转发}]}",
    ],
)
def test_what_can_be_forged_may_not_forward(tmp_path: Path, when: str) -> None:
    line = f"{{id: a, when: {when}, then: [{{forward_draft: 徐婷}}]}}"

    assert [code for code, _, _ in faults(tmp_path, line)] == ["R025"]


@pytest.mark.parametrize(
    "when",
    [
        "{trusted: yes, from: boss@firm.example}",
        "{all: [{from: {own: yes}}, {trusted: yes}]}",
        "{any: [{trusted: yes, known_sender: vip}, {trusted: yes, from: gov.cn}]}",
        "{trusted: yes, any: [{from: a.example}, {from: b.example}]}",
    ],
)
def test_what_our_server_vouches_for_may_forward(tmp_path: Path, when: str) -> None:
    line = f"{{id: a, when: {when}, then: [{{forward_draft: 徐婷}}]}}"

    assert rules(tmp_path, line).rules[0].actions[0].verb == "forward_draft"


def test_check_tells_whom_nobody_knows_and_which_template_is_not_there(
    tmp_path: Path,
) -> None:
    line = (
        "{id: a, owner: Nobody, when: {trusted: yes, from: {own: yes}}, then:"
        " [{notify: Nemo}, {forward_draft: {to: Nemo, template: no.docx}},"
        " {forward_draft: lawyer@firm.example}, {move: X}, {mark: read}]}"
    )

    found = check(rules(tmp_path, line), Known(people=frozenset({"Tom Reyes"})))

    told = [(f.code, f.severity) for f in found if f.line]
    assert told.count(("R042", "error")) == 3
    assert told.count(("R040", "error")) == 1
    assert {code for code, _ in told} <= {"R040", "R042", "R046"}


QUARANTINES = "{id: q, when: {subject: odd}, then: [{quarantine: odd}, {move: Odd}]}"
IGNORES = "{id: i, when: {subject: news}, then: [{ignore: news}, {mark: read}]}"
SORTS = (
    "{id: s, when: {body: water}, then:"
    " [{move: Repairs}, {save_attachment: Files}, {mark: flagged}]}"
)


def asked(tmp_path: Path, **words: str) -> set[str]:
    folder = tmp_path / "own-rules"
    folder.mkdir()
    (folder / "repair.yaml").write_text(f"{FILE}  - {SORTS}\n", encoding="utf-8")
    (folder / "zz.yaml").write_text(
        f"mailroom: 1\nrules:\n  - {QUARANTINES}\n  - {IGNORES}\n", encoding="utf-8"
    )
    answer = RuleSet.load(folder).classify(mail(**words), Context(now=NOW))
    return {
        " ".join((a.verb, *a.arguments.values()))
        for a in answer.actions
        if a.verb in {"move", "mark", "save_attachment"}
    }


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        (
            {"subject": "x", "body": "water"},
            {"move Repairs", "save_attachment Files", "mark flagged"},
        ),
        # In quarantine only what put it there touches it, and nothing is kept.
        ({"subject": "odd", "body": "water"}, {"move Odd"}),
        ({"subject": "odd", "body": "x"}, {"move Odd"}),
        ({"subject": "odd", "body": "密级：机密★10年"}, set()),
        # A rule that sorts is stronger than one that ignores.
        ({"subject": "news", "body": "x"}, {"mark read"}),
        (
            {"subject": "news", "body": "water"},
            {"move Repairs", "save_attachment Files", "mark flagged"},
        ),
        ({"subject": "x", "body": "x"}, set()),
    ],
)
def test_what_is_asked_for_goes_by_what_becomes_of_the_mail(
    tmp_path: Path, words: dict[str, str], asks: set[str]
) -> None:
    assert asked(tmp_path, **words) == asks


@pytest.mark.parametrize("folder", ["CON", "发票.", "a/b", ".git", "a\\b", "x" * 81])
def test_a_folder_must_have_a_name_that_every_system_takes(
    tmp_path: Path, folder: str
) -> None:
    found = faults(
        tmp_path, f"{{id: a, when: always, then: [{{save_attachment: '{folder}'}}]}}"
    )

    assert [code for code, _, _ in found] == ["R072"]


@pytest.mark.parametrize("mailbox", ["a*b", "/a", "a//b", "a/", "a%", "x\ty"])
def test_a_mailbox_must_have_a_name_that_servers_take(
    tmp_path: Path, mailbox: str
) -> None:
    found = faults(tmp_path, f'{{id: a, when: always, then: [{{move: "{mailbox}"}}]}}')

    assert [code for code, _, _ in found] == ["R074"]


def test_a_rule_may_give_a_case_to_somebody(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, "{id: a, when: {body: water}, then: [{assign: 徐婷}]}")

    office.sort(LEAK)

    (case,) = office.cases()
    assert case.owner == "徐婷"


def test_a_case_that_a_person_must_look_at_is_screened_with_the_reason(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, "{id: a, when: {body: water}, then: [{review: 水电}]}")

    (row,) = office.sort(LEAK)

    (case,) = office.cases()
    assert case.state == CaseState.SCREENING
    assert str(unpack(row.reason)) == "look at it: 水电"


def test_mail_that_a_rule_ignores_gets_no_case(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(
        office,
        tmp_path,
        "{id: a, when: {body: water}, then: [{ignore: 不归我们管}]}",
    )

    (row,) = office.sort(LEAK)

    assert row.outcome == "ignored"
    assert str(unpack(row.reason)) == "ignored by a rule: 不归我们管"
    assert office.cases() == []


def test_a_rule_that_sorts_is_stronger_than_one_that_ignores(
    office: SmallOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "own-rules"
    folder.mkdir()
    business = "  - {id: a, when: {body: water}}\n"
    (folder / "repair.yaml").write_text(FILE + business, encoding="utf-8")
    (folder / "zz.yaml").write_text(
        "mailroom: 1\nrules:\n  - {id: b, when: always, then: [{ignore: 吵}]}\n",
        encoding="utf-8",
    )
    office.desk = replace(office.desk, rules=RuleSet.load(folder))

    rows = office.sort(LEAK, letter("Hello", "Nothing of note."))

    assert [row.outcome for row in rows] == ["sorted", "ignored"]


def test_a_rule_may_tell_one_of_our_people_and_nobody_else(
    office: SmallOffice, tmp_path: Path
) -> None:
    line = "{id: a, when: {body: water}, then: [{notify: 徐婷}, {notify: Stranger}]}"
    use(office, tmp_path, line)

    office.sort(LEAK)

    told = office.rows(notice.select())
    assert [row.to for row in told] == ["xuting@hengyuan.example"]
    assert "water" not in str(told)
