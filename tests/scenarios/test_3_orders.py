"""3. 督办: one order, three departments; one is late, a person closes."""

import pytest

from mailroom.cases import CaseState
from tests.scenarios.office import Office, at, mail, value

THREAD = "<order.1@hengyuan.example>"
ORDER = mail(
    "周广川 <zhouguangchuan@hengyuan.example>",
    "批示：仓储系统切换请抓紧",
    "请办公室列入督办台账，跟踪到底。\n"
    "由信息中心牵头，财务部、法务部配合，4月17日前完成上线，每周五17:00前报进展。\n周广川",
    sent="2026-03-09 10:00",
    message_id=THREAD,
)
ON_TIME = mail(
    "段鹏 <duanpeng@hengyuan.example>",
    "回复：批示：仓储系统切换请抓紧",
    "信息中心本周进展：数据迁移已完成60%，按计划推进，下周三试运行。",
    sent="2026-03-13 15:00",
    answers=THREAD,
)
LATE = mail(
    "蒋晨 <jiangchen@hengyuan.example>",
    "回复：批示：仓储系统切换请抓紧",
    "财务部这边滞后了，原因是供应商对账单未返回，预计4月10日完成。",
    sent="2026-03-20 15:00",
    answers=THREAD,
)
ASKS_TO_CLOSE = mail(
    "段鹏 <duanpeng@hengyuan.example>",
    "关于仓储系统切换督办事项申请办结的报告",
    "仓储系统切换已于4月15日上线验收，批示事项全部落实，现申请办结销号。",
    sent="2026-04-16 15:00",
    answers=THREAD,
)


@pytest.fixture
def matter(office: Office) -> int:
    (row,) = office.arrive(ORDER)
    assert row.category == "supervision_order"
    return int(row.case_id)


def test_an_order_is_one_matter_with_its_lead_day_and_interval(
    office: Office, matter: int
) -> None:
    order = office.message(1)

    assert value(order, "matter") == "仓储系统切换"
    assert value(order, "lead_department") == "信息中心"
    assert value(order, "deadline") == "2026-04-17"
    assert value(order, "interval") == "每周五"
    assert office.case(matter).due_on == "2026-04-17"
    sheet = office.paper(matter, "paper/supervision_order.zh.docx")
    assert "信息中心" in office.words(sheet)


def test_what_departments_report_belongs_to_the_matter(
    office: Office, matter: int
) -> None:
    on_time = office.arrive(ON_TIME)[-1]
    late = office.arrive(LATE)[-1]

    assert on_time.case_id == late.case_id == matter
    assert len(office.cases()) == 1
    assert value(on_time, "percent") == "60"
    assert value(on_time, "delayed") == "false"


def test_the_book_says_who_is_late_why_and_until_when(
    office: Office, matter: int
) -> None:
    office.arrive(ON_TIME)
    late = office.arrive(LATE)[-1]

    assert late.case_id == matter
    writer = office.desk.directory.person(late.sender)
    assert writer is not None
    assert writer.unit == "财务部"
    assert value(late, "delayed") == "true"
    assert "供应商对账单未返回" in value(late, "reason")
    assert value(late, "next_date") == "2026-04-10"


def test_who_asks_for_closure_closes_nothing_a_person_does(
    office: Office, matter: int
) -> None:
    office.arrive(ON_TIME)
    asked = office.arrive(ASKS_TO_CLOSE)[-1]

    assert asked.case_id == matter
    assert value(asked, "status") == "申请办结"
    case = office.case(matter)
    assert case.state != CaseState.CLOSED
    running = [f for f in office.reminders(matter) if f.state == "active"]
    assert running, "a report ends no reminder of an order"

    office.now = at("2026-04-17 16:00")
    office.close(case.number)
    assert office.case(matter).state == CaseState.CLOSED
    assert not [f for f in office.reminders(matter) if f.state == "active"]
    (closing,) = [
        e
        for e in office.story(matter)
        if e.entity == "case" and (e.detail or {}).get("state") == "closed"
    ]
    assert closing.actor == "shenmoran"
