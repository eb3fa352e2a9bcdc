"""7. Confidential staff matters: no draft, few eyes, nobody's name on a list."""

import pytest

from tests.scenarios.office import DIRECTOR, Office, mail

WHISTLE = "x7731@free-mail.example"
CONCERN = mail(
    WHISTLE,
    "反映一个情况",
    "领导好：我是公司一名员工，不便署名。部门加班费半年没发，排班不公，反映多次没人管，"
    "希望公司给个说法，请不要追查是谁写的。",
    sent="2026-05-12 20:10",
)
ACCIDENT = mail(
    "段鹏 <duanpeng@hengyuan.example>",
    "公务车追尾情况说明",
    "今天下午3点公务车江A·12345在滨江路被追尾，车尾保险杠受损，人员无碍，"
    "已报交警和保险公司。",
    sent="2026-05-13 16:00",
)


@pytest.fixture
def concern(office: Office) -> int:
    (row,) = office.arrive(CONCERN)
    assert row.category == "staff_concern"
    return int(row.case_id)


def test_an_anonymous_mail_gets_no_draft_and_nobody_is_written_to(
    office: Office, concern: int
) -> None:
    office.work("2026-05-22 09:00")  # long after every day it could be due

    assert office.drafts(concern) == []
    assert office.papers(concern) == []
    assert [letter for letter in office.sent if WHISTLE in letter.rcpt_to] == []


def test_only_the_person_in_charge_is_reminded(office: Office, concern: int) -> None:
    assert office.case(concern).owner == "沈默然"
    office.work("2026-05-22 09:00")

    reminded = {n.to for n in office.notices()}
    assert reminded == {"shenmoran@hengyuan.example"}
    for notice in office.notices():
        assert "加班费" not in notice.subject + notice.body
        assert WHISTLE not in notice.subject + notice.body


def test_only_the_named_reviewer_sees_it(office: Office, concern: int) -> None:
    case = office.case(concern)

    assert case.sensitivity == "confidential"
    assert case.number in office.command("cases", "list", who=DIRECTOR)
    for command in (
        ("cases", "list"),
        ("cases", "search", "加班费"),
        ("cases", "show", case.number),
        ("followups", "list"),
        ("review", "list"),
    ):
        seen = office.command(*command, who="zouxin")
        assert "反映一个情况" not in seen
        assert WHISTLE not in seen


def test_the_senders_address_is_in_no_list_of_others(
    office: Office, concern: int
) -> None:
    number = office.case(concern).number
    for command in (("cases", "list", "--json"), ("followups", "list", "--json")):
        listed = office.command(*command, who="zouxin")
        assert WHISTLE not in listed
        assert number not in listed


def test_a_car_accident_is_an_incident_and_gets_no_wording_of_ours(
    office: Office,
) -> None:
    (row,) = office.arrive(ACCIDENT)

    case = office.case(row.case_id)
    assert row.category == "incident_report"
    assert office.drafts(row.case_id) == [], "never automatic wording"
    assert case.owner == "沈默然"
