"""3. 督办: one order, three departments; one is late, a person closes."""

import re

import pytest

from mailroom.cases import NOBODY, CaseState
from mailroom.drafts import SUPERVISION, DraftState
from mailroom.register.drafts import Held
from mailroom.workflow.gather import AT_ONCE
from mailroom.workflow.progress import Line, progress
from tests.scenarios.office import Office, at, mail, value

XINXI, CAIWU, FAWU = (f"{name}@hengyuan.example" for name in ("xinxi", "caiwu", "fawu"))

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


LATE_AND_NO_MORE = mail(
    "谢宁 <xiening@hengyuan.example>",
    "回复：批示：仓储系统切换请抓紧",
    "法务部这一项滞后了。\n\n"
    "> 由信息中心牵头，财务部、法务部配合，预计4月17日前完成，目前进度90%。",
    sent="2026-03-20 16:00",
    answers=THREAD,
)
THANKS = mail(
    "谢宁 <xiening@hengyuan.example>",
    "回复：批示：仓储系统切换请抓紧",
    "收到，谢谢。",
    sent="2026-03-10 10:00",
    answers=THREAD,
)


def notices_of(office: Office, matter: int) -> dict[str, Held]:
    """Return the notice to each unit, by its address."""
    letters = [d for d in office.drafts(matter) if d.kind == SUPERVISION]
    return {
        d.says.content.to[0]: d
        for d in letters
        if d.says.template.startswith("letter/supervision.")
    }


def asked(office: Office, matter: int) -> dict[str, str]:
    """Return which template waits for each unit: who is asked again, and how."""
    return {
        d.says.content.to[0]: d.says.template.partition(".")[0]
        for d in office.drafts(matter)
        if d.kind == SUPERVISION and d.state == DraftState.WAITING
    }


@pytest.fixture
def noticed(office: Office, matter: int) -> int:
    for notice in notices_of(office, matter).values():
        office.approve(notice.id)
    return matter


def lines(office: Office) -> dict[str, Line]:
    found, _ = progress(office.desk, NOBODY, now=office.now)
    return {line.department: line for line in found}


def test_each_department_gets_its_notice_by_mail_and_no_notice_leaves_unapproved(
    office: Office, matter: int
) -> None:
    notices = notices_of(office, matter)

    assert set(notices) == {XINXI, CAIWU, FAWU}
    assert {notice.state for notice in notices.values()} == {DraftState.WAITING}
    assert not office.sent
    assert {n: line.role for n, line in lines(office).items()} == {
        "信息中心": "lead",
        "财务部": "assist",
        "法务部": "assist",
    }
    office.approve(notices[XINXI].id)
    (sent,) = office.sent
    assert sent.rcpt_to == (XINXI,)
    (sheet,) = notices[XINXI].says.content.enclosures
    words = office.words_of(sheet.sha256)
    assert "2026 年 4 月 17 日" in words or "2026年4月17日" in words
    assert "财务部、法务部" in words


def test_the_friday_reminder_is_satisfied_by_a_reply_of_that_department_alone(
    office: Office, noticed: int
) -> None:
    office.arrive(THANKS)
    office.work("2026-03-12 09:30")  # the day before Friday
    assert asked(office, noticed) == dict.fromkeys(
        (XINXI, CAIWU, FAWU), "reminder/unit"
    )

    office.arrive(ON_TIME)

    assert asked(office, noticed) == dict.fromkeys((CAIWU, FAWU), "reminder/unit")
    line = lines(office)["信息中心"]
    assert (line.state, line.percent) == ("reported", "60")
    assert (
        line.sentence
        == "信息中心本周进展：数据迁移已完成60%，按计划推进，下周三试运行。"
    )
    coming = [
        row
        for row in office.reminders(noticed)
        if row.chain == "supervision" and row.state == "active" and row.due_on
    ]
    assert "2026-03-20" in {row.due_on for row in coming}, "the next Friday"


def test_silence_climbs_to_the_head_of_the_department(
    office: Office, noticed: int
) -> None:
    for morning in ("2026-03-12", "2026-03-13", "2026-03-17"):
        office.work(f"{morning} 09:30")

    assert set(asked(office, noticed).values()) == {"reminder/unit_overdue"}
    heads = {row.to for row in office.notices()}
    assert {"jiangchen@hengyuan.example", "xiening@hengyuan.example"} <= heads


def test_the_report_prints_step_who_is_slow_and_why(
    office: Office, noticed: int
) -> None:
    office.arrive(ON_TIME)
    office.arrive(LATE)

    line = lines(office)["财务部"]
    assert (line.state, line.reason) == ("late", "原因是供应商对账单未返回")
    assert (line.planned, line.expected) == ("2026-04-17", "2026-04-10")
    assert line.sentence is not None
    assert "财务部这边滞后了" in line.sentence
    printed = office.command("report", "supervision")
    assert re.search(r"财务部\s+滞后.*供应商对账单未返回.*新时限 2026-04-10", printed)
    assert re.search(r"信息中心\s+办理中 60%", printed)
    assert re.search(r"法务部\s+尚未反馈", printed)
    assert asked(office, noticed).get(CAIWU) is None, (
        "it has told the reason and the day"
    )


def test_who_is_late_without_reason_or_day_is_asked_and_nothing_quoted_counts(
    office: Office, noticed: int
) -> None:
    office.arrive(LATE_AND_NO_MORE)

    line = lines(office)["法务部"]
    assert (line.state, line.percent, line.reason, line.expected) == (
        "late", None, None, None,
    )  # fmt: skip
    assert asked(office, noticed)[FAWU] == "reminder/unit_reason"


def test_a_part_that_is_said_to_be_done_stays_open_until_a_person_strikes_it_off(
    office: Office, noticed: int
) -> None:
    number = office.case(noticed).number
    office.arrive(ASKS_TO_CLOSE)

    assert lines(office)["信息中心"].state == "asks to close"
    assert office.case(noticed).state != CaseState.CLOSED
    told = [row for row in office.notices() if "cases done" in row.body]
    assert {row.to for row in told} == {"shenmoran@hengyuan.example"}

    office.command(
        "cases", "done", number, "--unit", "信息中心", "--proof", "验收单3号"
    )

    struck = lines(office)["信息中心"]
    assert (struck.state, struck.sentence) == ("closed", "验收单3号")
    assert office.case(noticed).state != CaseState.CLOSED, "two departments owe theirs"


def test_who_writes_again_and_again_that_it_is_done_makes_no_flood_of_notices(
    office: Office, noticed: int
) -> None:
    for n in range(AT_ONCE + 3):
        office.arrive(
            mail(
                "段鹏 <duanpeng@hengyuan.example>",
                "关于仓储系统切换督办事项申请办结的报告",
                f"仓储系统切换已上线验收，全部落实，现第{n + 1}次申请办结销号。",
                sent=f"2026-04-16 15:{n:02}",
                answers=THREAD,
            )
        )

    told = [row.state for row in office.notices() if "asks-to-close" in row.key]
    assert told.count("gathered") == 3
    assert len(told) == AT_ONCE + 3
    assert office.case(noticed).state != CaseState.CLOSED


def test_what_a_unit_says_to_be_done_its_own_people_are_reminded_to_look_at(
    office: Office, noticed: int
) -> None:
    office.arrive(ASKS_TO_CLOSE)
    for day in ("17", "20", "21", "22"):
        office.work(f"2026-04-{day} 10:00")

    told = [row for row in office.notices() if "须有人确认" in row.body]
    assert "shenmoran@hengyuan.example" in {row.to for row in told}
    assert XINXI not in asked(office, noticed), "it has answered"
    of_it = [f for f in office.reminders(noticed) if f.said_done and f.unit_id]
    assert {f.unit_id for f in of_it} == {1}, "the others have said nothing"
    assert {f.state for f in of_it} == {"fired", "active"}
    office.command("followups", "not-done", str(of_it[0].id))
    office.work("2026-04-27 10:00")
    office.work("2026-04-28 10:00")
    assert not [f for f in office.reminders(noticed) if f.said_done]


def test_a_report_without_a_date_of_its_own_is_read(
    office: Office, noticed: int
) -> None:
    undated = b"\r\n".join(
        line for line in LATE.splitlines() if not line.startswith(b"Date:")
    )
    office.imap.deliver(undated, received=at("2026-03-20 17:00"))
    office.work("2026-03-20 17:05")

    line = lines(office)["财务部"]
    assert line.case == office.case(noticed).number
    assert (line.state, line.reason) == ("late", "原因是供应商对账单未返回")
