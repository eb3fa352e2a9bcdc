"""4. The leader's trip: the sheet, its gaps, its day, a changed flight, a clash."""

from datetime import date
from zipfile import ZipFile

import pytest

from mailroom.register import itineraries
from mailroom.register.schema import AnyRow
from tests.scenarios.office import CHINA, DIRECTOR, Office, at, mail, value

BULK = {"Auto-Submitted": "auto-generated"}
MEETING = mail(
    "行业协会会务组 <huiwu@xiehui.example>",
    "关于召开行业年会筹备会的通知",
    "恒远集团办公室：\n兹定于2026年4月23日上午9:30在北京国际饭店三层会议室召开"
    "行业年会筹备会，请周广川董事长出席并致辞。请于4月15日前反馈参会回执。\n"
    "联系人：王芳 0440-83100111",
    sent="2026-04-08 09:00",
)
AT_HOME = mail(
    "沈默然 <shenmoran@hengyuan.example>",
    "总经理办公会通知",
    "总经理办公会定于2026年4月23日上午9:30在2号楼201会议室召开，请周广川董事长出席。",
    sent="2026-04-08 09:00",
)
TICKET = mail(
    "云旅出行 <no-reply@yunlv.example>",
    "出票成功通知",
    "尊敬的旅客：您的机票已出票成功。\n乘机人：周广川\n"
    "航班：MU5101 2026年4月22日 08:00 上海虹桥-北京首都\n"
    "返程：2026年4月24日 18:30\n订单号：YL26042201",
    sent="2026-04-10 10:00",
    headers=BULK,
)
CHANGED = mail(
    "云旅出行 <no-reply@yunlv.example>",
    "航班变动通知",
    "尊敬的旅客周广川：您预订的MU5101航班（订单号：YL26042201）起飞时间由"
    "2026年4月22日08:00调整为2026年4月23日10:30，请合理安排行程。\n乘机人：周广川",
    sent="2026-04-17 10:00",
    headers=BULK,
)
SHEET = "paper/travel.zh.docx"


@pytest.fixture
def trip(office: Office) -> int:
    (row,) = office.arrive(TICKET)
    assert row.category == "travel"
    return int(row.case_id)


def test_the_sheet_is_drafted_with_what_only_a_person_knows_in_red(
    office: Office, trip: int
) -> None:
    sheet = office.paper(trip, SHEET)

    beside = office.cells(sheet)
    assert beside["出行领导"] == "周广川"
    assert beside["车次航班"] == "MU5101"
    assert beside["出发"].startswith("2026年4月22日")
    assert set(sheet.missing) == {
        "speech_owner",
        "sign_in",
        "papers_contact",
        "dinner_first",
        "dinner_second",
    }
    with ZipFile(office.file_of(sheet)) as archive:
        body = archive.read("word/document.xml").decode()
    for gap in sheet.missing:
        assert f"【待填:{gap}】" in body
    assert body.count('w:val="C00000"') >= len(sheet.missing), "the gaps are red"


def test_it_is_to_be_handed_over_the_working_day_before(
    office: Office, trip: int
) -> None:
    case = office.case(trip)

    assert (case.due_on, case.due_basis) == ("2026-04-21", "deadline")
    times = [f.due_at.astimezone(CHINA).isoformat() for f in office.reminders(trip)]
    assert any(moment < "2026-04-21T17:00" for moment in times)
    office.work("2026-04-20 09:05")
    assert any(case.number in notice.subject for notice in office.notices())


def test_on_a_monday_the_day_before_is_the_last_working_day(office: Office) -> None:
    (row,) = office.arrive(
        mail(
            "云旅出行 <no-reply@yunlv.example>",
            "出票成功通知",
            "乘机人：林佩仪\n航班：MU5103 2026年5月11日 08:00 上海虹桥-北京首都\n"
            "订单号：YL26051101",
            sent="2026-05-06 10:00",
            headers=BULK,
        )
    )

    # Saturday, 9 May 2026 is a make-up working day.
    assert office.case(row.case_id).due_on == "2026-05-09"


def test_a_changed_flight_replaces_the_time_marks_the_old_and_reissues_the_sheet(
    office: Office, trip: int
) -> None:
    first = office.paper(trip, SHEET)
    row = office.arrive(CHANGED)[-1]

    assert row.case_id == trip, "known by its booking"
    again = office.paper(trip, SHEET)
    assert again.id != first.id
    assert again.name == f"{office.case(trip).number} travel.zh 2.docx"
    beside = office.cells(again)
    assert beside["出发"].startswith("2026年4月23日（星期四）10:30")
    assert "原2026年4月22日（星期三）08:00，作废" in beside["出发"]
    assert beside["返回"].startswith("2026年4月24日"), "what was not changed stays"
    assert "第2版，此前各版作废" in office.words(again)
    assert "作废" not in office.cells(first)["出发"]
    assert office.case(trip).due_on == "2026-04-22", "handed over a day later, too"


def test_a_flight_of_another_booking_is_another_trip(office: Office, trip: int) -> None:
    row = office.arrive(
        mail(
            "云旅出行 <no-reply@yunlv.example>",
            "航班变动通知",
            "您预订的MU5105航班（订单号：YL26042299）起飞时间由2026年4月22日08:00"
            "调整为2026年4月23日10:30，请合理安排行程。\n乘机人：林佩仪",
            sent="2026-04-17 10:00",
            headers=BULK,
        )
    )[-1]

    assert row.case_id != trip


def test_a_clash_with_a_meeting_is_shown_on_the_sheet(office: Office) -> None:
    (meeting,) = office.arrive(AT_HOME)
    assert value(meeting, "start") == "2026-04-23T09:30"
    trip = office.arrive(TICKET)[-1].case_id

    clash = office.cells(office.paper(trip, SHEET))["时间冲突"]
    assert office.case(meeting.case_id).number in clash
    assert "2026-04-23 09:30" in clash


def test_a_meeting_that_comes_after_the_ticket_shows_the_trip_by_number_alone(
    office: Office, trip: int
) -> None:
    meeting = office.arrive(AT_HOME)[-1]
    notice = office.paper(meeting.case_id, "paper/meeting_notice.zh.docx")

    # A leader's trip is restricted; the notice of a meeting goes round.
    assert office.cells(notice)["时间冲突"] == office.case(trip).number


def test_why_one_travels_is_no_clash_until_the_flight_is_too_late_for_it(
    office: Office,
) -> None:
    (meeting,) = office.arrive(MEETING)
    trip = office.arrive(TICKET)[-1].case_id
    assert "时间冲突" not in office.words(office.paper(trip, SHEET))
    assert "冲突" not in office.command("calendar", "day", "2026-04-23")

    office.arrive(CHANGED)

    numbers = {office.case(case_id).number for case_id in (meeting.case_id, trip)}
    said = office.command("calendar", "day", "2026-04-23", "--for", "周董")
    (clash,) = [line for line in said.splitlines() if line.startswith("！")]
    assert all(number in clash for number in numbers), "both are named"
    assert "出行在外" in clash
    assert (
        office.case(meeting.case_id).number
        in office.cells(office.paper(trip, SHEET))["时间冲突"]
    )


def sheets(office: Office) -> list[AnyRow]:
    """Return every edition of the leaders' sheets, the oldest first."""
    with office.desk.database.read() as tx:
        return list(itineraries.since(tx, date(2026, 4, 1)))


@pytest.mark.usefixtures("trip")
def test_the_leaders_day_sheet_follows_the_flight(office: Office) -> None:
    office.work("2026-04-17 17:00")
    assert sheets(office) == []
    office.work("2026-04-20 09:05")
    (sheet,) = sheets(office)
    assert (sheet.person, sheet.day, sheet.edition) == ("周广川", "2026-04-22", 1)
    assert sheet.due_at == at("2026-04-21 17:00"), "the working day before"

    office.now = at("2026-04-20 10:00")
    office.arrive(
        mail(
            "云旅出行 <no-reply@yunlv.example>",
            "航班变动通知",
            "尊敬的旅客周广川：您预订的MU5101航班（订单号：YL26042201）起飞时间由2026年4月22日"
            "08:00调整为2026年4月22日10:30，请合理安排行程。\n乘机人：周广川",
            sent="2026-04-20 11:00",
            headers=BULK,
        )
    )
    first, second = sheets(office)
    assert (first.state, second.state) == ("void", "waiting")
    words = office.words(second)
    assert "10:30" in words
    assert "（原08:00，作废）" in words
    assert "第2版，此前各版作废" in words

    office.work("2026-04-21 15:01")
    assert any("日程单尚未签发" in notice.subject for notice in office.notices())


def test_a_trip_on_other_days_clashes_with_nothing(office: Office) -> None:
    office.arrive(MEETING)
    row = office.arrive(
        mail(
            "云旅出行 <no-reply@yunlv.example>",
            "出票成功通知",
            "乘机人：周广川\n航班：MU5109 2026年4月27日 08:00 上海虹桥-北京首都\n"
            "订单号：YL26042701",
            sent="2026-04-10 10:00",
            headers=BULK,
        )
    )[-1]

    assert "时间冲突" not in office.words(office.paper(row.case_id, SHEET))


def test_the_trip_is_restricted(office: Office, trip: int) -> None:
    case = office.case(trip)

    assert case.sensitivity == "confidential"
    assert case.number in office.command("cases", "list", who=DIRECTOR)
    assert case.number not in office.command("cases", "list", who="zouxin")
