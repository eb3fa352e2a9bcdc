"""Letters that name a time stand in the calendar; changes and cancellations follow."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailroom.appointments import Appointment, Kind, Standing
from mailroom.cases import NOBODY, Sight
from mailroom.errors import ReviewError
from mailroom.register.schema import AnyRow
from mailroom.register.schema_calendar import appointment
from mailroom.workflow.calendar_by_hand import add_by_hand, cancel_by_hand
from mailroom.workflow.day_sheet import day_sheet
from tests.unit.small_office import OWN, SmallOffice

CHINA = ZoneInfo("Asia/Shanghai")
EVERYTHING = Sight(others=True)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def mail(
    subject: str,
    body: str,
    *,
    sender: str = "会务组 <huiwu@xiehui.example>",
    answers: str = "",
    id_: str = "",
    calendar: str = "",
    sent: datetime = datetime(2026, 4, 8, 9, tzinfo=CHINA),
) -> bytes:
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, OWN, subject
    written["Date"] = sent
    written["Message-ID"] = id_ or f"<{abs(hash((subject, body, calendar)))}@x.example>"
    if answers:
        written["In-Reply-To"] = answers
    written.set_content(body)
    if calendar:
        written.add_attachment(
            calendar.encode(), maintype="text", subtype="calendar", filename="i.ics"
        )
    return written.as_bytes()


def invitation(
    method: str,
    sequence: int = 0,
    *,
    start: str = ";TZID=Europe/London:20260423T093000",
    more: str = "",
) -> str:
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n"
        f"UID:board-1@xiehui.example\r\nSEQUENCE:{sequence}\r\nSUMMARY:Board\r\n"
        f"DTSTART{start}\r\nDURATION:PT1H30M\r\n{more}"
        "ATTENDEE;CN=x:mailto:lin.peiyi@hengyuan.example\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def entered(office: SmallOffice) -> list[AnyRow]:
    return office.rows(select(appointment).order_by(appointment.c.id))


def of_day(
    office: SmallOffice, day: str, sight: Sight = EVERYTHING
) -> tuple[Appointment, ...]:
    return day_sheet(office.desk, sight, date.fromisoformat(day)).shown


NOTICE = (
    "关于召开行业年会筹备会的通知",
    (
        "兹定于2026年4月23日上午9:30在北京国际饭店三层会议室召开行业年会筹备会，"
        "请周广川董事长出席并致辞。"
        "请于4月15日前反馈参会回执。\n联系人：徐婷"
    ),
)


def test_a_notice_stands_on_its_day_with_whom_it_calls(office: SmallOffice) -> None:
    office.sort(mail(*NOTICE))

    (only,) = of_day(office, "2026-04-23")
    assert only.begins_at == datetime(2026, 4, 23, 9, 30, tzinfo=CHINA)
    assert only.people == ("周广川",), "who is but to be asked is not called"
    assert "北京国际饭店" in only.venue
    assert only.case_no == office.cases()[0].number
    assert of_day(office, "2026-04-22") == ()


def test_a_changed_time_replaces_the_old_one_which_stays_marked(
    office: SmallOffice,
) -> None:
    office.sort(mail(*NOTICE, id_="<n1@xiehui.example>"))
    office.sort(
        mail(
            "关于行业年会筹备会改期的通知",
            "原定于4月23日的行业年会筹备会改为4月24日下午14:00召开，地点不变，请准时参加。",
            answers="<n1@xiehui.example>",
        )
    )

    old, new = entered(office)
    assert (old.standing, old.heir_id) == (Standing.MOVED, new.id)
    assert new.begins_at == datetime(2026, 4, 24, 14, tzinfo=CHINA)
    assert new.people == ["周广川"], "what has not changed stays"
    (shown,) = of_day(office, "2026-04-23")
    assert shown.standing == Standing.MOVED


def test_a_cancelled_meeting_is_struck_and_stays(office: SmallOffice) -> None:
    office.sort(mail(*NOTICE, id_="<n1@xiehui.example>"))
    office.sort(
        mail(
            "会议取消通知",
            "原定于4月23日召开的行业年会筹备会取消，特此通知。",
            answers="<n1@xiehui.example>",
        )
    )

    (only,) = entered(office)
    assert only.standing == Standing.CANCELLED


def test_an_invitation_counts_by_the_clock_of_its_zone(office: SmallOffice) -> None:
    office.sort(
        mail(
            "Invitation: Board meeting", "Please join.", calendar=invitation("REQUEST")
        )
    )

    (only,) = of_day(office, "2026-04-23")
    assert only.begins_at == datetime(2026, 4, 23, 8, 30, tzinfo=UTC), "summer time"
    assert only.ends_at == datetime(2026, 4, 23, 10, 0, tzinfo=UTC)
    assert only.zone == "Europe/London"
    assert only.people == ("林佩仪",)


def test_a_newer_version_of_an_invitation_replaces_it_and_an_older_does_not(
    office: SmallOffice,
) -> None:
    moved = ";TZID=Europe/London:20260424T093000"
    office.sort(mail("Invitation: Board meeting", "x", calendar=invitation("REQUEST")))
    office.sort(
        mail(
            "Updated: Board meeting",
            "x",
            calendar=invitation("REQUEST", 2, start=moved),
        )
    )
    office.sort(
        mail("Invitation: Board meeting", "late", calendar=invitation("REQUEST", 1))
    )

    old, new = entered(office)
    assert (old.standing, old.heir_id, new.standing) == (
        Standing.MOVED, new.id, Standing.STANDS,
    )  # fmt: skip
    assert new.begins_at == datetime(2026, 4, 24, 8, 30, tzinfo=UTC)


def test_an_invitation_is_struck_by_its_organiser_alone(office: SmallOffice) -> None:
    office.sort(mail("Invitation: Board meeting", "x", calendar=invitation("REQUEST")))
    cancel = invitation("CANCEL", 1)

    office.sort(
        mail(
            "Cancelled: Board meeting",
            "x",
            calendar=cancel,
            sender="M <m@elsewhere.example>",
        )
    )
    assert entered(office)[0].standing == Standing.STANDS

    office.sort(mail("Cancelled: Board meeting", "x", calendar=cancel))
    assert entered(office)[0].standing == Standing.CANCELLED


def test_of_a_series_the_first_time_stands_and_it_says_so(office: SmallOffice) -> None:
    weekly = invitation("REQUEST", more="RRULE:FREQ=WEEKLY;COUNT=5\r\n")
    office.sort(mail("Invitation: Board meeting", "x", calendar=weekly))

    (only,) = of_day(office, "2026-04-23")
    assert only.recurs == "FREQ=WEEKLY;COUNT=5"
    assert of_day(office, "2026-04-30") == ()


def test_two_bookings_of_one_room_at_one_time_clash(office: SmallOffice) -> None:
    own = "段鹏 <duanpeng@hengyuan.example>"
    asks = "麻烦订一下2号楼301会议室，4月16日下午{}，大概15个人。"
    office.sort(mail("预订会议室", asks.format("2点到4点半"), sender=own))
    office.sort(
        mail(
            "借会议室",
            asks.format("3点到5点"),
            sender="蒋晨 <jiangchen@hengyuan.example>",
        )
    )
    office.sort(mail("订会议室", asks.format("5点到6点"), sender=own))

    sheet = day_sheet(office.desk, EVERYTHING, date(2026, 4, 16))
    (clash,) = sheet.clashes
    assert (clash.why, clash.whose) == ("room", "2号楼301会议室")
    numbers = {each.number for each in office.cases()[:2]}
    assert {clash.first.case_no, clash.second.case_no} == numbers


def test_what_is_not_for_their_eyes_is_but_busy(office: SmallOffice) -> None:
    office.sort(
        mail(
            "出票成功通知",
            "您的机票已出票成功。\n乘机人：周广川\n航班：MU5101 2026年4月22日 08:00"
            " 上海虹桥-北京首都\n返程：2026年4月24日 18:30\n订单号：YL26042201",
            sender="云旅 <no-reply@yunlv.example>",
        )
    )

    (whole,) = of_day(office, "2026-04-22")
    assert (whole.transport_no, whole.destination[:2]) == ("MU5101", "北京")
    (busy,) = of_day(office, "2026-04-22", NOBODY)
    assert (busy.hidden, busy.people) == (True, ("周广川",))
    assert {busy.title, busy.case_no, busy.transport_no, busy.destination} == {""}


def test_a_person_enters_and_strikes_by_hand(office: SmallOffice) -> None:
    told = Appointment(
        id=0,
        kind=Kind.MEETING,
        begins_at=datetime(2026, 4, 23, 15, tzinfo=CHINA),
        ends_at=None,
        title="班子例会",
        people=("Lin Peiyi",),
        room="301会议室",
        zone="Asia/Shanghai",
    )
    now = datetime(2026, 4, 20, 9, tzinfo=CHINA)
    number = add_by_hand(
        office.desk, told, restricted=True, who="xuting", sight=NOBODY, now=now
    )

    (only,) = of_day(office, "2026-04-23")
    assert (only.id, only.people, only.room) == (number, ("林佩仪",), "2号楼301会议室")
    with pytest.raises(ReviewError):  # not for these eyes: as if it were not there
        cancel_by_hand(
            office.desk, number, reason="x", who="zouxin", sight=NOBODY, now=now
        )
    cancel_by_hand(
        office.desk, number, reason="改期", who="xuting", sight=EVERYTHING, now=now
    )
    assert entered(office)[0].standing == Standing.CANCELLED


@pytest.mark.parametrize(
    "start",
    [
        ":99991231T233000Z",
        ";TZID=Asia/Shanghai:00010101T000000",
        ";TZID=America/New_York:99991231T233000",
        ";VALUE=DATE:99991231",
    ],
)
def test_an_invitation_to_the_end_of_all_days_is_sorted_like_any_letter(
    office: SmallOffice, start: str
) -> None:
    (row,) = office.sort(
        mail("Board", "Please attend the board meeting.",
             calendar=invitation("REQUEST", start=start))
    )  # fmt: skip

    assert row.outcome in ("sorted", "unsorted")
    assert entered(office) == []


def test_who_writes_in_the_thread_of_an_invitation_is_not_its_organiser(
    office: SmallOffice,
) -> None:
    office.sort(
        mail("Board meeting", "Please attend the board meeting.",
             id_="<b1@xiehui.example>", calendar=invitation("REQUEST"))
    )  # fmt: skip
    for sender, standing in (
        ("Mallory <m@elsewhere.example>", Standing.STANDS),
        ("Hui <hui@xiehui.example>", Standing.CANCELLED),
    ):
        office.sort(
            mail("Cancelled: Board meeting", "The board meeting is cancelled.",
                 sender=sender, answers="<b1@xiehui.example>",
                 calendar=invitation("CANCEL", 1), id_=f"<{sender[:3]}@x.example>")
        )  # fmt: skip
        assert [row.standing for row in entered(office)] == [standing]


def test_nothing_tells_the_day_of_a_restricted_matter_that_takes_none_of_ours(
    office: SmallOffice,
) -> None:
    day = datetime(2026, 4, 23, 9, tzinfo=CHINA)
    told = Appointment(
        id=0, kind=Kind.MEETING, begins_at=day, ends_at=None, title="约谈", zone="",
        venue="茶室",
    )  # fmt: skip
    add_by_hand(office.desk, told, restricted=True, who="xuting", sight=NOBODY, now=day)

    empty, full = (
        day_sheet(office.desk, NOBODY, date(2026, 4, number)) for number in (22, 23)
    )
    assert (empty.shown, empty.clashes) == (full.shown, full.clashes) == ((), ())
    assert [each.title for each in of_day(office, "2026-04-23")] == ["约谈"]


def test_an_older_invitation_that_comes_after_the_cancellation_is_stale(
    office: SmallOffice,
) -> None:
    for method, sequence in (("REQUEST", 0), ("CANCEL", 2), ("REQUEST", 1)):
        office.sort(
            mail(f"Board {method} {sequence}", "Please attend the board meeting.",
                 calendar=invitation(method, sequence))
        )  # fmt: skip

    assert [row.standing for row in entered(office)] == [Standing.CANCELLED]


def test_of_a_series_a_later_time_is_cancelled_and_the_first_one_stands(
    office: SmallOffice,
) -> None:
    def send(method: str, day: int, more: str, sequence: int) -> None:
        start = f":202604{day:02}T013000Z"
        office.sort(
            mail(f"Weekly board meeting {day} {method}",
                 "Please attend the board meeting.",
                 id_=f"<{method}{day}@xiehui.example>",
                 answers="" if method == "REQUEST" else "<REQUEST16@xiehui.example>",
                 calendar=invitation(method, sequence, start=start, more=more))
        )  # fmt: skip

    send("REQUEST", 16, "RRULE:FREQ=WEEKLY\r\n", 0)
    send("CANCEL", 23, "RECURRENCE-ID:20260423T013000Z\r\n", 1)
    assert [row.standing for row in entered(office)] == [Standing.STANDS]
    send("CANCEL", 16, "RECURRENCE-ID:20260416T013000Z\r\n", 1)
    assert [row.standing for row in entered(office)] == [Standing.CANCELLED]


def test_an_hour_of_a_zone_that_nobody_knows_is_held_against_the_letter(
    office: SmallOffice,
) -> None:
    for place, zone in enumerate(("Pacific Standard Time", "Our Own Time")):
        office.sort(
            mail(f"Board meeting {place}", "Please attend the board meeting.",
                 calendar=invitation("REQUEST", start=f";TZID={zone}:20260423T093000")
                 .replace("board-1", f"board-{place}"))
        )  # fmt: skip

    known, unknown = entered(office)
    assert (known.begins_at, known.sure) == (
        datetime(2026, 4, 23, 16, 30, tzinfo=UTC), True,
    )  # fmt: skip
    assert not unknown.sure


def test_nobody_else_makes_the_organisers_next_invitation_a_stale_one(
    office: SmallOffice,
) -> None:
    for place, (sender, method, sequence) in enumerate(
        (
            ("Hui <hui@xiehui.example>", "REQUEST", 0),
            ("Mallory <m@elsewhere.example>", "REQUEST", 99),
            ("Hui <hui@xiehui.example>", "CANCEL", 1),
        )
    ):
        office.sort(
            mail(f"Board {place}", "Please attend the board meeting.", sender=sender,
                 calendar=invitation(method, sequence))
        )  # fmt: skip

    assert entered(office)[0].standing == Standing.CANCELLED
