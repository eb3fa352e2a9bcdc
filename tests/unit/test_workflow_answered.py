"""What a letter in a case ends, and what it only says to be done."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.cases import CaseState
from mailroom.register.schema import AnyRow, draft, followup
from mailroom.register.schema_reminders import absence
from mailroom.workflow import follow_up, health
from tests.unit.small_office import REPAIR, SmallOffice, letter

NOW = datetime.now(UTC)
FIRST = "<repair.1@client.example>"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    """Give an office that waits for the answer to a letter of its own."""
    made = SmallOffice(tmp_path)
    made.sort(REPAIR)
    (case,) = made.cases()
    with made.desk.database.write() as tx:
        follow_up.promise(
            made.desk, tx, case, ["answer_awaited"], starts="sent", occasion="sent:1",
            since=NOW, now=NOW,
        )  # fmt: skip
    yield made
    made.close()


def waiting(office: SmallOffice) -> AnyRow:
    (row,) = office.rows(select(followup).where(followup.c.chain == "answer_awaited"))
    return row


def chased(office: SmallOffice) -> None:
    """Let the second letter of reminder have been made."""
    with office.desk.database.write() as tx:
        tx.execute(
            update(followup)
            .where(followup.c.chain == "answer_awaited")
            .values(step=2, state="fired", fired_at=NOW)
        )


def test_thanks_end_nothing(office: SmallOffice) -> None:
    office.sort(letter("Re: Heating", "Thank you!", answers=FIRST))

    assert waiting(office).state == "active"


def test_an_answer_ends_the_waiting(office: SmallOffice) -> None:
    office.sort(letter("Re: Heating", "The valve number is 4711.", answers=FIRST))

    assert waiting(office).state == "done"


@pytest.mark.parametrize("words", ["Done.", "已完成", "It is finished"])
def test_words_of_completion_only_propose_the_end(
    office: SmallOffice, words: str
) -> None:
    office.sort(letter("Re: Heating", f"{words}\n\nWang Li\n", answers=FIRST))

    (row,) = office.rows(select(followup).where(followup.c.chain == "repair"))
    (case,) = office.cases()
    assert row.state == "active"
    assert row.said_done is not None
    assert row.said_done[1] == words
    assert case.state != CaseState.CLOSED


def asked_why(office: SmallOffice) -> list[AnyRow]:
    return office.rows(select(draft).where(draft.c.key.startswith("why:")))


def test_a_late_answer_without_a_reason_is_asked_for_it(office: SmallOffice) -> None:
    chased(office)
    with office.desk.database.write() as tx:  # our first answer has been decided on
        tx.execute(update(draft).values(state="sent"))

    office.sort(letter("Re: Heating", "The valve number is 4711.", answers=FIRST))

    (made,) = asked_why(office)
    assert made.state == "waiting"


def test_a_late_answer_with_its_reason_is_not(office: SmallOffice) -> None:
    chased(office)

    office.sort(
        letter("Re: Heating", "4711. Late because the firm was closed.", answers=FIRST)
    )

    assert asked_why(office) == []


def test_a_letter_that_comes_back_ends_the_waiting_and_is_to_be_sent_again(
    office: SmallOffice,
) -> None:
    (case,) = office.cases()
    ours = office.drafts(case.id)[0].says.rfc_id
    office.sort(_bounce(ours))

    rows = {row.chain: row for row in office.rows(select(followup))}
    assert rows["answer_awaited"].state == "done"
    assert rows["bounce"].state == "active"
    assert office.cases()[0].state == CaseState.SCREENING


def _bounce(original: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.client.example\r\nTo: office@hengyuan.example\r\n"
        f"Subject: Delivery status\r\nMessage-ID: <b1@mx.client.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report;"
        " report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.client.example\r\n\r\n"
        "Final-Recipient: rfc822; wangli@client.example\r\nAction: failed\r\n"
        "Status: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {original}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("instead", "delegate"),
    [
        ("zhao@client.example", "zhao@client.example"),
        ("zhao@elsewhere.example", None),  # another house may not be named
    ],
)
def test_an_automatic_answer_tells_who_is_away(
    office: SmallOffice, instead: str, delegate: str | None
) -> None:
    back = NOW + timedelta(days=9)
    office.sort(
        letter(
            "Automatic reply: Heating",
            f"I am out of the office until {back:%-d %B %Y}. Please contact {instead}.",
            answers=FIRST,
            headers={"Auto-Submitted": "auto-replied"},
        )
    )

    (row,) = office.rows(select(absence))
    assert (row.address, row.delegate) == ("wangli@client.example", delegate)
    assert row.until == back.date().isoformat()
    assert waiting(office).state == "active"


def test_in_december_the_missing_holidays_are_told(office: SmallOffice) -> None:
    last = office.desk.calendar.known_until

    november = datetime(last, 11, 15, tzinfo=UTC)
    december = datetime(last, 12, 2, tzinfo=UTC)

    assert list(health.unknown_days(office.desk, november)) == []
    (told,) = health.unknown_days(office.desk, december)
    assert str(last + 1) in str(told.words)
