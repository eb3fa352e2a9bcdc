"""The day's papers: for whom, when, once, and nothing that is not for these eyes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mailroom.cases import CaseState, Sight
from mailroom.errors import ReviewError
from mailroom.message.attachment_text import read_text
from mailroom.message.model import Attachment
from mailroom.register import cases, jobs
from mailroom.register.schema import AnyRow, case, event, job, notice
from mailroom.register.schema_day_paper import day_paper
from mailroom.words.model import Rendered
from mailroom.worker import perform
from mailroom.workflow import day_papers
from mailroom.workflow.day_brief import brief, holiday, next_break
from mailroom.workflow.day_figures import month, week
from mailroom.workflow.day_papers import is_day_of, open_paper, readers
from mailroom.workflow.day_report import Reader, Report, render_report
from mailroom.workflow.draft import DOCX
from mailroom.workflow.sight import sight_of
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice

# A Monday; 8:00 in Shanghai.
NOW = datetime(2026, 3, 9, 0, 0, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def opened(
    office: SmallOffice,
    subject: str,
    due: str | None = None,
    *,
    category: str = "maintenance",
    sensitivity: str = "normal",
    at: datetime = NOW - timedelta(days=10),
) -> AnyRow:
    with office.desk.database.write() as tx:
        return cases.open_case(
            tx, code="HY", kind="", year=2026, now=at, state=CaseState.ASSIGNED,
            category=category, subject=subject, correspondent="wangli@client.example",
            owner="邹欣", sensitivity=sensitivity,
            due_on=date.fromisoformat(due) if due else None, due_basis=None,
        )  # fmt: skip


def sight(office: SmallOffice, name: str) -> Sight:
    return sight_of(office.desk, office.desk.directory.person(name))


def asked_by(office: SmallOffice, name: str, at: datetime = NOW) -> Reader:
    return Reader(name=name, sight=sight(office, name), now=at)


def section(report: Report, heading: str) -> list[str]:
    (found,) = [each for each in report.sections if str(each.heading) == heading]
    return [" | ".join(map(str, (x.what, x.who, x.when, x.note))) for x in found.lines]


def test_the_brief_tells_what_is_due_and_overdue_with_owner_and_days(
    office: SmallOffice,
) -> None:
    opened(office, "今天到期的", "2026-03-09")
    opened(office, "早就到期的", "2026-03-04")
    opened(office, "以后的", "2026-03-10")

    report = brief(office.desk, asked_by(office, "沈默然"))

    assert [line[:20] for line in section(report, "Due today")] == [
        "HY-2026-0001 今天到期的 |"
    ]
    (late,) = section(report, "Overdue")
    assert late == (
        "HY-2026-0002 早就到期的 | 邹欣 | 2026-03-04, 3 working days late"
        " | no reason told"
    )


def test_a_report_is_cut_to_what_its_reader_may_see(office: SmallOffice) -> None:
    opened(office, "举报", "2026-03-09", category="staff_concern",
           sensitivity="confidential")  # fmt: skip

    for make in (brief, week, holiday, month):
        blind = make(office.desk, asked_by(office, "蒋晨"))
        paper = render_report(office.desk, blind, "zh-CN", reader="蒋晨")
        assert "举报" not in paper.text
        assert "HY-2026" not in paper.text
        assert "另有 1 件" in paper.text
        assert not blind.cases
    named = brief(office.desk, asked_by(office, "沈默然"))
    shown = any("举报" in line for line in section(named, "Due today"))
    assert shown is sight(office, "沈默然").sees(
        "confidential", "staff_concern", "邹欣"
    )
    assert bool(named.cases) is shown


def test_however_much_there_is_the_brief_says_how_much_and_stays_short(
    office: SmallOffice,
) -> None:
    for n in range(40):
        opened(office, f"事项{n}", "2026-03-04")
        opened(office, f"另一件{n}", "2026-03-09")

    report = brief(office.desk, asked_by(office, "沈默然"))

    assert sum(len(each.lines) for each in report.sections) <= 16
    assert [e.count for e in report.sections if str(e.heading) == "Overdue"] == [40]
    words = render_report(office.desk, report, "zh-CN", reader="").text
    assert "逾期（40）" in words
    assert "另有 32 件" in words


def test_papers_are_made_on_their_days_whatever_the_holidays_do(
    office: SmallOffice,
) -> None:
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    def days(kind: str) -> list[str]:
        return [f"{d:%m-%d}" for d in year if is_day_of(office.desk, kind, d)]

    assert len(days("brief")) == sum(map(office.desk.calendar.is_working_day, year))
    assert days("month")[:5] == ["01-04", "02-02", "03-02", "04-01", "05-06"]
    assert "04-03" in days("week")  # the Friday before Qingming is worked
    assert "04-30" in days("week")  # that Friday is Labour Day
    assert days("holiday") == [
        "02-14", "04-03", "04-30", "06-18", "09-24", "09-30", "12-31",
    ]  # fmt: skip


def test_before_a_holiday_it_is_told_what_falls_into_it(office: SmallOffice) -> None:
    before = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
    assert next_break(office.desk.calendar, date(2026, 9, 30)) == (
        date(2026, 10, 1), date(2026, 10, 7),
    )  # fmt: skip
    opened(office, "节中", "2026-10-03")
    opened(office, "节前", "2026-09-30")
    opened(office, "节后", "2026-10-08")

    report = holiday(office.desk, asked_by(office, "徐婷", before))

    assert "节中" in section(report, "Due while it is closed")[0]
    assert "节前" in section(report, "Due before the office closes")[0]
    assert "节后" in section(report, "Due when it opens again")[0]
    assert "back on 2026-10-08" in str(report.period)


def test_the_month_counts_what_came_and_what_is_not_answered(
    office: SmallOffice,
) -> None:
    closed = opened(office, "旧的", at=datetime(2026, 2, 3, tzinfo=UTC))
    opened(office, "新的", at=datetime(2026, 2, 10, tzinfo=UTC))
    opened(office, "本月的", at=datetime(2026, 3, 2, tzinfo=UTC))
    with office.desk.database.write() as tx:
        cases.move(tx, closed.id, CaseState.CLOSED, now=NOW)

    report = month(office.desk, asked_by(office, "沈默然"))

    assert report.period == "2026-02"
    figures = dict(line.split(" |  | ") for line in section(report, "Figures"))
    assert figures["Cases received"].startswith("2 ")
    assert figures["Closed"].startswith("1 ")
    assert section(report, "Where open cases wait") == [
        "assigned |  | 1 | 15 working days, median"
    ]


def queued(office: SmallOffice, now: datetime) -> list[AnyRow]:
    with office.desk.database.write() as tx:
        day_papers.plan(office.desk, tx, now=now)
    return office.rows(
        select(job).where(job.c.kind == "day_papers", job.c.state == "ready")
        .order_by(job.c.due_at)
    )  # fmt: skip


def work(office: SmallOffice, now: datetime, patch: pytest.MonkeyPatch) -> None:
    """Do the papers that are due at a moment, as a consumer does."""
    patch.setattr(perform, "clock", lambda: now)
    for row in queued(office, now):
        if row.due_at <= now:
            perform.perform(office.desk, row.id, "test")


def test_each_reader_gets_each_paper_once_and_a_notice_that_tells_nothing(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(office, "机密的事", "2026-03-09")
    queued(office, NOW - timedelta(hours=1))
    for _ in range(3):
        work(office, NOW + timedelta(minutes=1), monkeypatch)

    people = [person.name for person in readers(office.desk, "brief")]
    assert people == ["沈默然", "周广川", "林佩仪"]
    assert [row.person for row in office.rows(select(day_paper))] == people
    told = office.rows(select(notice))
    assert [row.subject for row in told] == ["每日要情（2026-03-09）已备好"] * 3
    assert not any("机密" in row.body + row.subject for row in told)


def test_a_service_that_was_down_makes_them_the_same_day_and_no_older_ones(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued(office, NOW - timedelta(days=3))  # since Friday nobody worked

    work(office, NOW + timedelta(hours=3), monkeypatch)

    assert {row.day for row in office.rows(select(day_paper))} == {"2026-03-09"}
    waiting = queued(office, NOW + timedelta(hours=3))
    assert all(row.due_at > NOW + timedelta(hours=3) for row in waiting)
    zone = office.desk.settings.office.zone
    assert [row.due_at.astimezone(zone).isoformat()[:16] for row in waiting[:2]] == [
        "2026-03-10T08:00", "2026-03-13T15:00",
    ]  # fmt: skip


def test_a_worker_that_dies_half_way_leaves_nothing_doubled_and_nothing_out(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    (first, *_) = queued(office, NOW - timedelta(hours=1))
    rendered = render_report
    for dies_at in (2, 2):
        made = iter(range(1, 9))

        def dying(
            *given: Any,  # noqa: ANN401  whatever is rendered
            turn: Iterator[int] = made,
            **named: Any,  # noqa: ANN401  likewise
        ) -> Rendered:
            if next(turn) == dies_at:  # noqa: B023  called within this turn
                raise Killed
            return rendered(*given, **named)

        monkeypatch.setattr(perform, "clock", lambda: NOW)
        monkeypatch.setattr(day_papers, "render_report", dying)
        with pytest.raises(Killed):
            perform.perform(office.desk, first.id, f"worker {dies_at}")
        with office.desk.database.write() as tx:
            jobs.release(tx, now=NOW, living=())
    monkeypatch.setattr(day_papers, "render_report", rendered)
    for owner in ("one", "two"):
        perform.perform(office.desk, first.id, owner)

    people = [person.name for person in readers(office.desk, "brief")]
    assert [row.person for row in office.rows(select(day_paper))] == people
    assert len(office.rows(select(notice))) == len(people)


def test_a_desk_that_begins_at_ten_begins_with_the_next_hour(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in (0, 5):  # and again, when it is started anew
        work(office, NOW + timedelta(hours=2, minutes=minutes), monkeypatch)

    assert office.rows(select(day_paper)) == []
    assert office.rows(select(notice)) == []


def test_a_paper_opens_to_its_reader_alone_and_each_look_is_written_down(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = opened(office, "工伤", "2026-03-09", category="incident_report",
                 sensitivity="confidential")  # fmt: skip
    queued(office, NOW - timedelta(hours=1))
    work(office, NOW, monkeypatch)
    papers = {each.person: each for each in office.rows(select(day_paper))}
    own, director = papers["沈默然"], office.desk.directory.person("沈默然")

    visitor = Visitor(office, "shen", person="沈默然", language="zh-CN")
    assert "每日要情" in visitor.get("/day-papers").text
    got = visitor.get(f"/day-papers/{own.id}")
    words = read_text(Attachment(name="a.docx", type=DOCX, content=got.content))
    assert words is not None
    assert "工伤" in words
    looks = office.rows(select(event).where(event.c.what == "opened to read"))
    assert [(look.actor, look.case_id) for look in looks] == [("shen", row.id)]

    for name, person in (("boss", "周广川"), ("nobody", "")):
        other = Visitor(office, name, person=person)
        assert other.get(f"/day-papers/{own.id}").status_code == 404
    # What they may no longer see, their old paper does not show either.
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="classified", owner=""))
    with pytest.raises(ReviewError):
        open_paper(office.desk, own.id, director, Sight(), who="shen", now=NOW)


def test_of_a_restricted_register_others_read_a_number_in_their_papers(
    office: SmallOffice,
) -> None:
    opened(office, "病假三天", "2026-03-09", category="leave_request",
           sensitivity="internal")  # fmt: skip
    opened(office, "消防隐患", "2026-03-04", category="safety_security")

    for make in (brief, week, holiday, month):
        others = make(office.desk, asked_by(office, "蒋晨"))
        paper = render_report(office.desk, others, "zh-CN", reader="蒋晨")
        assert "HY-2026" not in paper.text
        assert "另有 2 件" in paper.text
    named = brief(office.desk, asked_by(office, "沈默然"))
    assert "病假三天" in section(named, "Due today")[0]
    in_charge = brief(office.desk, asked_by(office, "邹欣"))
    assert "消防隐患" in section(in_charge, "Overdue")[0]


def test_a_paper_closes_when_a_case_that_it_tells_of_becomes_restricted(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened(office, "空调", "2026-03-09")
    opened(office, f"转 {one.number} 水管", "2026-03-09", category="supplies")
    queued(office, NOW - timedelta(hours=1))
    work(office, NOW, monkeypatch)
    own = office.rows(select(day_paper).where(day_paper.c.person == "沈默然"))[0]
    director = office.desk.directory.person("沈默然")

    def look() -> None:
        open_paper(office.desk, own.id, director, Sight(), who="shen", now=NOW)

    look()
    assert not office.rows(select(event).where(event.c.what == "opened to read"))
    with office.desk.database.write() as tx:
        tx.execute(
            update(case).where(case.c.id == one.id).values(sensitivity="confidential")
        )
    with pytest.raises(ReviewError):
        look()


def test_where_no_holiday_is_near_nothing_is_said_to_fall_into_one(
    office: SmallOffice,
) -> None:
    opened(office, "明天到期的", "2026-03-10")

    report = holiday(office.desk, asked_by(office, "沈默然"))
    paper = render_report(office.desk, report, "zh-CN", reader="沈默然")

    assert report.sections == ()
    assert "明天到期的" not in paper.text
