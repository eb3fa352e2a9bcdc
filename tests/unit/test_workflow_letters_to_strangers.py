"""What a letter of ours repeats of a mail: a name that is one, no private number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailroom.message.parse import parse
from mailroom.workflow.private import covered, covered_fields
from mailroom.workflow.salutation import salutation
from tests.unit.small_office import SmallOffice, letter


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def begins(sender: str, language: str = "en", body: str = "Hello.") -> str:
    return salutation(parse(letter("A question", body, sender=sender)), language)


@pytest.mark.parametrize(
    ("sender", "line"),
    [
        ("Jane Poole <j@x.example>", "Dear Jane Poole,"),
        ('"Poole, Jane" <j@x.example>', "Dear Jane Poole,"),
        ("Ms Carol Fry <c@x.example>", "Dear Ms Fry,"),
        ('"Dr. Amy O\'Neil" <a@x.example>', "Dear Dr O'Neil,"),
        ('"Carol Fry (Mrs)" <c@x.example>', "Dear Mrs Fry,"),
        ('"Jane Poole (Acme)" <j@x.example>', "Dear Jane Poole,"),
        ("Mr Lee Wai Man <l@x.example>", "Dear Mr Lee Wai Man,"),
        ("Acme Ltd <billing@x.example>", "Dear Sir or Madam,"),
        ("nobody <a@x.example>", "Dear Sir or Madam,"),
        ("A colleague <a@x.example>", "Dear Sir or Madam,"),
        ('"jane@x.example" <jane@x.example>', "Dear Sir or Madam,"),
        ('"URGENT: you are approved" <e@x.example>', "Dear Sir or Madam,"),
        ('"Pay 20000 now" <e@x.example>', "Dear Sir or Madam,"),
        ('"your invoice is approved pay today" <e@x.example>', "Dear Sir or Madam,"),
        ('"{{ owner }}" <e@x.example>', "Dear Sir or Madam,"),
        ("e@x.example", "Dear Sir or Madam,"),
    ],
)
def test_an_english_letter_begins_with_the_name_and_title_that_the_mail_gives(
    sender: str, line: str
) -> None:
    assert begins(sender) == line


@pytest.mark.parametrize(
    ("sender", "line"),
    [
        ("王处长 <w@x.example>", "尊敬的王处长："),
        ("李雷 <l@x.example>", "尊敬的李雷："),
        ("江州市应急管理局 <y@x.example>", "江州市应急管理局："),
        ("恒通物流有限公司 <y@x.example>", "恒通物流有限公司："),
        ("匿名 <n@x.example>", "您好："),
        ("某员工 <n@x.example>", "您好："),
        ('"【通知】您的款项已批准" <n@x.example>', "您好："),
        ("n@x.example", "您好："),
    ],
)
def test_a_chinese_letter_greets_a_person_a_house_and_nobody_each_in_its_way(
    sender: str, line: str
) -> None:
    assert begins(sender, "zh") == line


def test_a_title_stands_where_the_writer_signs_with_it() -> None:
    assert begins("Carol Fry <c@x.example>", body="Hello.\n\nMs Carol Fry\n") == (
        "Dear Ms Fry,"
    )
    assert begins("Carol Fry <c@x.example>", body="Ms Anna Roe asks.\n") == (
        "Dear Carol Fry,"
    )


def test_a_web_form_is_answered_to_whoever_filled_it_in() -> None:
    form = letter(
        "Contact form",
        "When are you open?",
        sender="Website Form <form@x.example>",
        headers={"Reply-To": "Ann Lee <ann@y.example>"},
    )

    assert salutation(parse(form), "en") == "Dear Ann Lee,"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("应聘-李雷-13800138000", "应聘-李雷-138****8000"),
        ("身份证110101199003070012", "身份证110101199003070012"),  # no such card
        ("Card 4929 1234 5678 9012", "Card 492*********9012"),
        ("IBAN GB29 NWBK 6016 1331 9268 19", "IBAN GB2***************6819"),
        ("发票 12345678901234567890", "发票 12345678901234567890"),
        (
            "PO-2026-0012, 12 people on 3 December",
            "PO-2026-0012, 12 people on 3 December",
        ),
        ("a delegation of 12; {{ 7*7 }}", "a delegation of 12; {{ 7*7 }}"),
    ],
)
def test_private_numbers_are_covered_and_other_figures_stay(
    words: str, shown: str
) -> None:
    assert covered(words) == shown


def test_the_number_of_an_invoice_or_a_telephone_is_not_covered() -> None:
    fields = {"order_no": "4111111111111111", "caller_phone": "13800138000"}

    assert covered_fields(fields) == fields
    assert covered_fields({"account": "4111111111111111"}) == {
        "account": "411*********1111"
    }


def test_an_answer_and_the_list_of_cases_repeat_no_private_number(
    office: SmallOffice,
) -> None:
    card = "11010119900307109X"
    (row,) = office.sort(
        letter(
            f"应聘行政专员 李雷 13800138000 {card}",
            "您好，我应聘贵公司行政专员岗位，附上简历，盼复。\n\n李雷",
            sender="李雷 <lilei@x.example>",
        )
    )

    (case,) = office.cases()
    (held,) = office.drafts(row.case_id)
    ours = held.says.content.text.partition("<lilei@x.example>")[0]
    for words in (case.subject, held.says.content.subject, ours):
        assert "13800138000" not in words
        assert card not in words
    assert "138****8000" in case.subject
