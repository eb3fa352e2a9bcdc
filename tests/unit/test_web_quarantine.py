"""Quarantine in the browser: what is shown, who decides, what becomes of the letter."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.cases import Outcome
from mailroom.register import messages
from mailroom.register.logins import Role
from mailroom.register.schema import AnyRow, event, message, notice
from mailroom.rules.load import RuleSet
from mailroom.workflow import find
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice, letter

INVOICES = letter(
    "代开发票",
    "本公司可代开各类增值税发票，点数优惠，联系电话 13800000000，微信同号。zebra\n",
    sender="小李 <li@cheap-invoices.example>",
)
PRIZE = """\
mailroom: 1
rules:
  - id: prize
    when: {subject: prize}
    then: [{quarantine: odd}, {notify: 徐婷}]
"""
SECRET = letter("【机密】关于会议", "密级：机密\n发至各单位。\n")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", role=Role.REVIEWER, person="徐婷")


def now(office: SmallOffice, number: int) -> AnyRow:
    with office.desk.database.read() as tx:
        return messages.row(tx, number)


def told(office: SmallOffice) -> list[tuple[str, str]]:
    return [(e.what, e.actor) for e in office.rows(select(event))]


def test_what_is_held_stands_there_with_its_reason_and_without_its_text(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(INVOICES)
    assert row.outcome == Outcome.HELD

    page = xu.get("/quarantine").text

    assert "offers invoices for sale" in page
    assert "li@cheap-invoices.example" in page
    assert "13800000000" not in page


def test_a_released_letter_is_sorted_by_the_rules_without_the_quarantine(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(INVOICES)

    refused = xu.post(f"/quarantine/{row.id}/release")
    assert refused.status_code == 409
    assert now(office, row.id).outcome == Outcome.HELD
    done = xu.post(f"/quarantine/{row.id}/release", {"looked": "yes"})

    assert done.headers["location"] == "/quarantine?done=released"
    after = now(office, row.id)
    assert after.outcome == Outcome.UNSORTED
    assert after.case_id is not None
    assert ("released from quarantine", "xuting") in told(office)
    again = xu.post(f"/quarantine/{row.id}/release", {"looked": "yes"})
    assert again.status_code == 404
    assert xu.get(f"/messages/{row.id}").status_code == 200


def test_whom_a_rule_names_is_told_once_of_a_letter_that_is_released_later(
    office: SmallOffice, xu: Visitor, tmp_path: Path
) -> None:
    folder = tmp_path / "own-rules"
    folder.mkdir()
    (folder / "prize.yaml").write_text(PRIZE, encoding="utf-8")
    office.desk = replace(office.desk, rules=RuleSet.load(folder))
    (row,) = office.sort(letter("A prize", "You have won.\n"))

    with office.desk.database.read() as tx:
        assert messages.row(tx, row.id).outcome == Outcome.HELD
    xu.post(f"/quarantine/{row.id}/release", {"looked": "yes"})

    assert now(office, row.id).case_id is not None
    assert len(office.rows(select(notice))) == 1
    assert [what for what, _ in told(office)].count("a notice is written") == 1


def test_what_is_left_as_spam_goes_off_the_list_and_is_shown_nowhere(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(INVOICES)

    xu.post(f"/quarantine/{row.id}/leave")

    assert now(office, row.id).outcome == Outcome.IGNORED
    assert ("left as spam", "xuting") in told(office)
    assert "cheap-invoices" not in xu.get("/quarantine").text
    assert xu.get(f"/messages/{row.id}").status_code == 404
    while find.catch_up(office.desk):
        pass
    assert "cheap-invoices" not in xu.get("/cases?q=zebra").text


def test_what_was_left_as_spam_by_mistake_is_held_again(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(INVOICES)
    left = xu.post(f"/quarantine/{row.id}/leave")
    assert (
        f'action="/quarantine/{row.id}/back"' in xu.get(left.headers["location"]).text
    )

    nameless = Visitor(office, "temp", role=Role.ADMIN)
    assert nameless.post(f"/quarantine/{row.id}/back").status_code == 409
    xu.post(f"/quarantine/{row.id}/back")

    after = now(office, row.id)
    assert (after.outcome, after.reason) == (Outcome.HELD, row.reason)
    assert told(office)[-1] == ("held again", "xuting")
    assert xu.post(f"/quarantine/{row.id}/back").status_code == 409


def test_the_raw_mail_is_saved_by_named_people_alone_and_the_book_notes_it(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(INVOICES)
    nameless = Visitor(office, "temp", role=Role.ADMIN)

    assert nameless.get(f"/quarantine/{row.id}/mail").status_code == 409
    assert nameless.post(f"/quarantine/{row.id}/leave").status_code == 409
    given = xu.get(f"/quarantine/{row.id}/mail")

    assert given.content == INVOICES
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"].startswith("attachment")
    assert told(office)[-1] == ("fetched from quarantine", "xuting")


def test_of_a_state_secret_there_is_a_number_and_no_way_to_it(
    office: SmallOffice, xu: Visitor
) -> None:
    (row,) = office.sort(SECRET)
    assert row.answer["sensitivity"] == "classified"

    page = xu.get("/quarantine").text

    assert "state secret: 1" in page
    assert "see the person in charge" in page
    assert "关于会议" not in page
    for path in ("mail", "release", "leave"):
        ask = xu.get if path == "mail" else xu.post
        assert ask(f"/quarantine/{row.id}/{path}").status_code in {404, 409}
    xu.post(f"/quarantine/{row.id}/release", {"looked": "yes"})
    assert now(office, row.id).outcome == Outcome.HELD


def test_what_is_restricted_and_held_is_a_number_to_others(
    office: SmallOffice,
) -> None:
    (row,) = office.sort(INVOICES)
    answer = dict(row.answer) | {"sensitivity": "confidential"}
    with office.desk.database.write() as tx:
        tx.execute(update(message).values(answer=answer, category=None))
    boss = Visitor(office, "boss", role=Role.ADMIN, person="周广川")

    page = boss.get("/quarantine").text

    assert "1 restricted items" in page
    assert "cheap-invoices" not in page
    assert boss.get(f"/quarantine/{row.id}/mail").status_code == 404
    assert boss.post(f"/quarantine/{row.id}/leave").status_code == 404
