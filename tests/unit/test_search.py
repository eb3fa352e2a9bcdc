"""Search: Chinese and English words find cases, for those who may see them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from mailroom.cases import NOBODY, Sight
from mailroom.register import search
from mailroom.register.schema import case
from mailroom.register.schema_search import findable, search_mark
from mailroom.register.search_words import entered, excerpt, expression, terms
from mailroom.workflow import find, revise
from tests.unit.small_office import REPAIR, SmallOffice, letter


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def numbers(office: SmallOffice, question: str, sight: Sight = NOBODY) -> list[str]:
    while find.catch_up(office.desk):
        pass
    with office.desk.database.read() as tx:
        hits, count = search.look(tx, sight, question, limit=50)
    assert count == len(hits)
    return [hit.number for hit in hits]


PRINTER = letter(
    "打印机又卡纸了",
    "您好，\n\n三楼財務室那臺打印機又卡紙了，單號 PO-2026-0815，"
    "請派師傅看一下。\n\n陈梅\n",
    sender="陈梅 <chenmei@other.example>",
)


@pytest.fixture(scope="module")
def two_letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    small.sort(PRINTER, REPAIR)
    yield small
    small.close()


@pytest.mark.parametrize(
    "question",
    [
        "打印机", "印机", "卡纸", "财务室", "財務室", "纸", "PO-2026-0815", "po 0815",
        "陈梅", "chenmei", "other.example", "打印机 财务", "“打印机又卡纸”",
        "ＰＯ－２０２６", "单号PO",
    ],
)  # fmt: skip
def test_a_letter_is_found_by_its_words(
    two_letters: SmallOffice, question: str
) -> None:
    assert numbers(two_letters, question) == [two_letters.cases()[0].number]


@pytest.mark.parametrize(
    "question",
    ["机打", "打印机 电梯", "纸卡", "", "  ", '""', "*", "NEAR(", "zebra OR heating"],
)
def test_what_was_not_written_is_not_found(
    two_letters: SmallOffice, question: str
) -> None:
    assert numbers(two_letters, question) == []


def test_a_case_is_found_by_its_number_once(office: SmallOffice) -> None:
    office.sort(REPAIR)
    (opened,) = office.cases()

    assert numbers(office, opened.number.lower()) == [opened.number]


def test_words_of_an_attachment_and_of_our_answer_are_found(
    office: SmallOffice,
) -> None:
    mail = message_from_bytes(REPAIR, policy=default)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(b"the thermostat reads 27\n", maintype="text",
                        subtype="plain", filename="readings.txt")  # fmt: skip
    (row,) = office.sort(mail.as_bytes())
    (opened,) = office.cases()
    (held,) = office.drafts(row.case_id)

    assert numbers(office, "thermostat") == [opened.number]
    assert numbers(office, "readings.txt") == [opened.number]
    revise.revise(office.desk, held.id, who="x", now=datetime.now(UTC), body="Gasket!")
    assert numbers(office, "gaskets") == []
    assert numbers(office, "gasket") == [opened.number]


def test_an_older_version_of_a_draft_is_found_no_more(office: SmallOffice) -> None:
    (row,) = office.sort(REPAIR)
    (held,) = office.drafts(row.case_id)
    for body in ("first zebra", "then giraffe"):
        revise.revise(office.desk, held.id, who="x", now=datetime.now(UTC), body=body)
        numbers(office, "anything")

    assert numbers(office, "zebra") == []
    assert len(numbers(office, "giraffe")) == 1


def test_what_somebody_may_not_see_is_not_found_and_not_counted(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner="徐婷"))

    assert numbers(office, "heating") == []
    assert len(numbers(office, "heating", Sight(names=frozenset({"徐婷"})))) == 1


def test_a_letter_without_a_case_is_found_with_its_reason(office: SmallOffice) -> None:
    office.sort(REPAIR, history=True)
    numbers(office, "x")

    with office.desk.database.read() as tx:
        (hit,), _ = search.look(tx, NOBODY, "heating", limit=9)
    assert hit.number == ""
    assert hit.state == "ignored"


def test_a_register_from_before_the_search_is_gone_through(office: SmallOffice) -> None:
    office.sort(PRINTER, REPAIR)
    numbers(office, "x")
    with office.desk.database.write() as tx:
        tx.execute(delete(findable))
        tx.execute(update(search_mark).values(event_id=0))

    assert len(numbers(office, "打印机")) == 1
    with office.desk.database.read() as tx:
        assert search.behind(tx) == 0


def test_to_go_through_the_book_twice_changes_nothing(office: SmallOffice) -> None:
    office.sort(PRINTER)
    numbers(office, "x")
    with office.desk.database.read() as tx:
        before = tx.execute(findable.select()).all()
    with office.desk.database.write() as tx:
        tx.execute(update(search_mark).values(event_id=0))
    numbers(office, "x")

    with office.desk.database.read() as tx:
        assert tx.execute(findable.select()).all() == before


def test_a_held_letter_is_not_found(office: SmallOffice) -> None:
    raw = letter("【机密】关于会议", "密级：机密\n发至各单位。打印机\n")
    (row,) = office.sort(raw)
    assert row.outcome == "held"

    assert numbers(office, "打印机") == []


def test_an_excerpt_marks_what_was_asked_for() -> None:
    found = excerpt("很长" * 60 + "三楼財務室的打印机", terms("财务室"))

    assert ("財務室", True) in found
    assert found[0] == ("…", False)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_question_can_be_asked_of_any_text(words: str, question: str) -> None:
    entered(words)
    asked = terms(question)
    excerpt(words, asked)
    if asked:
        assert set(expression(asked)) - set('"* AND') <= set(
            "".join(map(entered, asked))
        ) | {" "}


@given(st.text(alphabet="打印机坏了PO12 ，-", min_size=1, max_size=30), st.data())
def test_a_stretch_of_a_text_finds_it(words: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(begin + 1, len(words)))
    asked = terms(words[begin:end].replace("-", " "))
    if not asked or (begin and words[begin - 1 : begin + 1].isascii()):
        return  # the middle of a Latin word is no beginning
    there = f" {entered(words)} "
    for term in expression(asked).split(" AND "):
        phrase = term.strip('"* ')
        assert f" {phrase.replace(chr(34), '')}" in there


def test_a_question_is_cut_at_spaces_but_not_within_quotation_marks() -> None:
    assert terms("報修 “level 4”") == ("报修", "level 4")
