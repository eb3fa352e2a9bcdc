"""2. 加急收文: a numbered, urgent document that wants material by a day."""

from datetime import date

import pytest

from mailroom.drafts import DraftState
from tests.scenarios.office import DIRECTOR, Office, at, mail, value

ORDER = mail(
    "江州市政府值班室 <zbs@jzgov.example>",
    "【加急】关于做好春节期间应急值守工作的通知",
    "各县（市、区）人民政府，市属各企业：\n\n"
    "现将《关于做好春节期间应急值守工作的通知》（江政办发〔2026〕21号）印发给你们，"
    "请认真贯彻执行。\n\n"
    "一、严格落实领导带班和24小时值班制度。\n"
    "二、请于2月11日17:00前将春节值班表报送至 zbbs@jzgov.example，"
    "联系电话：0440-83115566。\n\n江州市人民政府办公室\n2026年2月3日\n",
    sent="2026-02-03 09:20",
)


@pytest.fixture
def case_id(office: Office) -> int:
    (row,) = office.arrive(ORDER)
    assert row.outcome == "sorted"
    return int(row.case_id)


def test_the_register_has_its_number_urgency_and_deadline(
    office: Office, case_id: int
) -> None:
    row = office.message(1)
    case = office.case(case_id)

    assert case.number == "HY-G2026-0001"
    assert case.owner == "沈默然"
    assert value(row, "doc_no") == "江政办发〔2026〕21号"
    assert value(row, "urgency") == "加急"
    assert value(row, "deadline") == "2026-02-11T17:00"
    assert value(row, "issuing_org") == "江州市人民政府办公室"
    assert (case.due_on, case.due_basis) == ("2026-02-11", "deadline")


def test_the_document_sheet_is_drafted(office: Office, case_id: int) -> None:
    sheet = office.paper(case_id, "paper/official_document.zh.docx")

    beside = office.cells(sheet)
    assert sheet.missing == []
    assert beside["来文字号"] == "江政办发〔2026〕21号"
    assert beside["紧急程度"] == "加急"
    assert beside["收文编号"] == "HY-G2026-0001"
    assert "2月11日" in beside["办理时限"]
    assert "17:00" in beside["办理时限"]


def test_the_departments_are_asked_by_a_day_before_the_deadline(
    office: Office, case_id: int
) -> None:
    call = office.paper(case_id, "paper/data_request.zh.docx")

    beside = office.cells(call)
    assert call.missing == []
    assert beside["所需材料"] == "春节值班表"
    assert "2026年2月9日" in beside["报办公室"]
    assert "2月11日" in beside["对外时限"]
    inner, outer = date(2026, 2, 9), date(2026, 2, 11)
    assert office.desk.calendar.working_days_between(inner, outer) == 2


def test_after_approval_the_reply_goes_to_the_address_named_in_the_text(
    office: Office, case_id: int
) -> None:
    (reply,) = office.drafts(case_id)
    assert office.sent == [], "nothing leaves before a person's word"
    office.approve(reply.id)

    (letter,) = office.sent
    assert letter.rcpt_to == ("zbbs@jzgov.example",)
    assert office.drafts(case_id)[0].state == DraftState.SENT


def test_an_address_of_another_house_is_not_followed(office: Office) -> None:
    (row,) = office.arrive(
        mail(
            "江州市政府值班室 <zbs@jzgov.example>",
            "【加急】关于报送值班表的通知",
            "各单位：\n现将通知（江政办发〔2026〕22号）印发给你们，"
            "请于2月11日前将值班表报送至 zhiban@free-mail.example。\n",
            sent="2026-02-03 09:30",
        )
    )

    (reply,) = office.drafts(row.case_id)
    assert reply.says.content.to == ("zbs@jzgov.example",)


def test_a_document_that_asks_for_nothing_gets_no_reply(office: Office) -> None:
    (row,) = office.arrive(
        mail(
            "区防火办 <qfb@qu-gov.example>",
            "关于做好森林防火工作的通知",
            "临政办发〔2026〕8号\n各镇人民政府：\n"
            "现就森林防火工作通知如下：压实责任，管好火源。\n"
            "本通知自印发之日起施行。\n",
            sent="2026-02-04 09:00",
        )
    )

    assert row.category == "official_document"
    assert office.drafts(row.case_id) == []
    assert [p.template for p in office.papers(row.case_id)] == [
        "paper/official_document.zh.docx"
    ]


def test_the_history_tells_each_step_with_its_time(
    office: Office, case_id: int
) -> None:
    office.now = at("2026-02-09 10:00")
    office.approve(office.drafts(case_id)[0].id)
    office.now = at("2026-02-12 16:00")
    office.close("HY-G2026-0001")
    office.now = at("2026-02-27 11:00")
    office.archive("HY-G2026-0001")

    told = office.told("HY-G2026-0001")
    steps = [
        "来信 1，2026-02-03 09:20",  # 签收
        "2026-02-03 09:22  mailroom   事项: 立案",  # 登记
        "2026-02-03 09:22  mailroom   来信 1: 已分类",  # 初审
        "承办",
        f"2026-02-09 10:00  {DIRECTOR}  草稿 1: 已签发",
        "2026-02-09 10:00  mailroom   草稿 1: 已发出",  # 答复
        f"2026-02-12 16:00  {DIRECTOR}  事项: 流转  待复  → 办结",
        f"2026-02-27 11:00  {DIRECTOR}  事项: 流转  办结  → 归档",
    ]
    for step in steps:
        assert step in told
    order = [told.index(step) for step in steps if step != "承办"]
    assert order == sorted(order)
