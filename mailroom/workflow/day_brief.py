"""The daily brief (每日要情), and what falls into the days off that are coming."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from mailroom.appointments import Standing
from mailroom.calendar import WEEKDAYS, Calendar
from mailroom.errors import Text, text
from mailroom.register import ledgers, messages, queue, reports, unsorted
from mailroom.register.queue import Filter
from mailroom.register.schema import AnyRow
from mailroom.workflow import calendar_words
from mailroom.workflow.calendar_words import where
from mailroom.workflow.day_report import (
    Line,
    Reader,
    Report,
    Section,
    cut,
    fitted,
    lines,
    titled,
)
from mailroom.workflow.day_sheet import day_sheet
from mailroom.workflow.desk import Desk

_ASKED = 12  # entries of a list that a page could show at most
_URGENT = ("特提", "特急", "加急", "急件", "urgent", "immediate")
_ONE = timedelta(days=1)
_NEAR = 10  # days off that begin later are not told yet


def brief(desk: Desk, reader: Reader) -> Report:
    """Tell what today brings: on one page, as this reader may see it."""
    reader, today = reader.of_the_office(), desk.today(reader.now)
    with desk.database.read() as tx:
        cases = reports.open_cases(tx, reader.sight)
        due = [row for row in cases if row.due_on == today.isoformat()]
        late = [row for row in cases if row.due_on and row.due_on < today.isoformat()]
        why = reports.reasons(tx, [row.id for row in late])
        urgent = _urgent(desk, tx, cases, reader)
        sections = (
            _meetings(desk, reader, today),
            lines(text("Urgent since yesterday"), map(_plain, urgent)),
            lines(text("Due today"), map(_plain, due)),
            lines(
                text("Overdue"),
                (_overdue(desk, row, today, why.get(row.id, "")) for row in late),
            ),
            _waiting(tx, reader),
            _unsorted(tx, reader),
        )
        hidden = reports.hidden_open(tx, reader.sight)
    return Report(
        kind="brief", day=today, period=_day_words(today), sections=fitted(sections),
        hidden=hidden,
    )  # fmt: skip


def _day_words(day: date) -> Text:
    return text(
        "{day}, {weekday}", day=day.isoformat(), weekday=WEEKDAYS[day.weekday()]
    )


def _meetings(
    desk: Desk, reader: Reader, first: date, last: date | None = None
) -> Section:
    zone = desk.settings.office.zone
    found = []
    sheet = day_sheet(desk, reader.sight, first, last)
    for each in sheet.shown:
        if each.standing == Standing.STANDS and not each.hidden:
            day = max(each.begins_at.astimezone(zone).date(), first)
            hours = calendar_words.hours(each, day, zone)
            found.append(
                Line(
                    what=calendar_words.what(each),
                    who="、".join(each.people),
                    when=hours
                    if last is None
                    else text("{day} {hours}", day=f"{day:%m-%d}", hours=hours),
                    note=f"{where(each)} {each.case_no}".strip(),
                    case=each.case_no,
                )
            )
    return lines(text("Meetings and travel"), found)


def _plain(row: AnyRow) -> Line:
    return Line(
        what=titled(row),
        who=row.owner,
        when=row.due_on or "",
        note=row.correspondent,
        case=row.number,
    )


def _overdue(desk: Desk, row: AnyRow, today: date, reason: str) -> Line:
    due = date.fromisoformat(row.due_on)
    days = desk.calendar.working_days_between(due, today)
    return Line(
        what=titled(row), who=row.owner,
        when=text("{day}, {n} working days late", day=row.due_on, n=days),
        note=reason or text("no reason told"), case=row.number,
    )  # fmt: skip


def _urgent(
    desk: Desk, tx: Connection, cases: Sequence[AnyRow], reader: Reader
) -> Iterator[AnyRow]:
    """Find what came as urgent since the office closed on its last working day."""
    _, closes = desk.directory.hours
    before = desk.calendar.add_working_days(desk.today(reader.now), -1)
    since = datetime.combine(before, closes, desk.settings.office.zone)
    fresh = [row for row in cases if row.opened_at >= since]
    told = ledgers.told(tx, [row.id for row in fresh])
    for row in fresh:
        said = (messages.fields(answer) for _, answer in told.get(row.id, ()))
        if any(_is_urgent(fields.get("urgency", "")) for fields in said):
            yield row


def _is_urgent(words: str) -> bool:
    return any(word in words.lower() for word in _URGENT)


def _waiting(tx: Connection, reader: Reader) -> Section:
    every = Filter(order="due")
    drafts = queue.listed(tx, reader.sight, every, limit=_ASKED)
    return lines(
        text("Waiting for a decision"),
        (
            Line(
                what=f"{each.case} {cut(each.subject)}", who=each.owner,
                when=each.due_on or "", note="; ".join(each.to), case=each.case,
            )
            for each in drafts
        ),
        queue.count(tx, reader.sight, every),
    )  # fmt: skip


def _unsorted(tx: Connection, reader: Reader) -> Section:
    found, _ = unsorted.counted(tx, reader.sight)
    rows = unsorted.listed(tx, reader.sight, limit=_ASKED)
    return lines(
        text("Unsorted"),
        (Line(what=titled(row), note=row.sender, case=row.number) for row in rows),
        found,
    )


def next_break(calendar: Calendar, today: date) -> tuple[date, date] | None:
    """Find the next days off that a holiday makes, beginning within ten days.

    A weekend alone is none. Returns the first and the last day off.
    """
    first = today + _ONE
    while first <= today + _NEAR * _ONE:
        last = first
        while not calendar.is_working_day(last):
            last += _ONE
        off = [first + _ONE * n for n in range((last - first).days)]
        if any(day in calendar.days_off for day in off):
            return first, off[-1]
        first = last + _ONE
    return None


def holiday(desk: Desk, reader: Reader) -> Report:
    """Tell what falls into the days off that are coming, or right behind them."""
    reader, today = reader.of_the_office(), desk.today(reader.now)
    off = next_break(desk.calendar, today)
    if off is None:
        with desk.database.read() as tx:
            hidden = reports.hidden_open(tx, reader.sight)
        return Report(
            kind="holiday", day=today, period=text("no holiday is near"), sections=(),
            hidden=hidden,
        )  # fmt: skip
    first, last = off
    back = desk.calendar.add_working_days(last, 1)
    with desk.database.read() as tx:
        cases = reports.open_cases(tx, reader.sight)
        before = [r for r in cases if r.due_on and r.due_on < today.isoformat()]
        why = reports.reasons(tx, [row.id for row in before])
        hidden = reports.hidden_open(tx, reader.sight)

    def due(since: date, until: date) -> list[AnyRow]:
        span = since.isoformat(), until.isoformat()
        return [row for row in cases if row.due_on and span[0] <= row.due_on <= span[1]]

    sections = (
        lines(
            text("Due before the office closes"), map(_plain, due(today, first - _ONE))
        ),
        lines(text("Due while it is closed"), map(_plain, due(first, last))),
        lines(text("Due when it opens again"), map(_plain, due(last + _ONE, back))),
        lines(
            text("Overdue"),
            (_overdue(desk, row, today, why.get(row.id, "")) for row in before),
        ),
        _meetings(desk, reader, first, back),
    )
    period = text(
        "{first} to {last}, back on {back}",
        first=first.isoformat(),
        last=last.isoformat(),
        back=back.isoformat(),
    )
    return Report(
        kind="holiday", day=today, period=period, sections=sections, hidden=hidden
    )


def midnight(desk: Desk, day: date) -> datetime:
    """Return when a day begins by the office's clock."""
    return datetime.combine(day, time(), desk.settings.office.zone)
