"""Rounds: each report of a unit is waited for, and asked for again where it is late."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from mailroom.drafts import RECALLABLE, SUPERVISION
from mailroom.errors import Text, text
from mailroom.followups.intervals import next_report
from mailroom.register import cases, drafts, followups, matters
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.follow_up import end_rows, go_on
from mailroom.workflow.hold import withdraw

CHAIN = "supervision"  # of chains.yaml
LOOKED_AT = 2  # working days in which somebody looks at what is said to be done
UNSAID = 5  # working days to the report of a matter that has neither day nor interval


def noticed(desk: Desk, tx: Connection, held: Held, *, now: datetime) -> None:
    """Wait for a unit's report, once its notice has left."""
    if held.kind != SUPERVISION:
        return
    for address in held.says.content.to:
        unit = desk.directory.unit(address)
        of = matters.unit_in(tx, held.case_id, unit.name) if unit else None
        if of is not None and not _running(tx, of):
            begin_round(
                desk, tx, of, after=desk.today(now), occasion=f"notice {held.id}",
                now=now,
            )  # fmt: skip


def begin_round(
    desk: Desk,
    tx: Connection,
    of: AnyRow,
    *,
    after: date,
    occasion: str,
    now: datetime,
    said_done: Sequence[object] | None = None,
) -> None:
    """Wait for the next report of a unit (a row of `unit_row`): due after a day.

    Where it has `said_done` (its message, and the words), our own people are waited
    for, who must look and strike it off; the unit itself is asked no more.
    """
    chain = desk.chains.by_id.get(CHAIN)
    if chain is None or of.state == "closed":
        return
    if said_done is not None:
        due = desk.calendar.add_working_days(after, LOOKED_AT)
    else:
        due = _due(desk, of, after)
    go_on(
        desk, tx, cases.row(tx, of.case_id), chain, done=0,
        occasion=f"unit {of.id} {occasion}", since=now, now=now,
        due_on=due.isoformat(), unit_id=of.id, said_done=said_done,
    )  # fmt: skip


def _due(desk: Desk, of: AnyRow, after: date) -> date:
    """Say when a unit reports next: by its interval, and at the latest on its day."""
    days = [date.fromisoformat(d) for d in (of.expected_on, of.planned_on) if d]
    last = next((day for day in days if day > after), None)
    coming = next_report(of.interval, after, desk.calendar) if of.interval else None
    if coming is not None and last is not None:
        return min(coming, last)
    return coming or last or desk.calendar.add_working_days(after, UNSAID)


def round_due(tx: Connection, of: AnyRow) -> date | None:
    """Give the day on which the report is due that a unit is asked for now."""
    rows = _running(tx, of)
    return date.fromisoformat(rows[-1].due_on) if rows else None


def end_round(tx: Connection, of: AnyRow, *, reason: Text, now: datetime) -> None:
    """Ask a unit no more for what it has told: reminders end, those that wait go."""
    end_rows(tx, _running(tx, of), reason=str(reason), now=now)
    for held in drafts.of_case(tx, of.case_id):
        ours = held.kind == SUPERVISION and of.address in held.says.content.to
        if ours and held.state in RECALLABLE and _asks_reason(held):
            withdraw(tx, held, text("the unit has reported"), now=now)


def _asks_reason(held: Held) -> bool:
    return held.says.template.startswith("reminder/unit_reason.")


def _running(tx: Connection, of: AnyRow) -> list[AnyRow]:
    return [row for row in followups.running(tx, of.case_id) if row.unit_id == of.id]
