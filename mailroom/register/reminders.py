"""The reminders in the book: what one person is told on one day, and of which cases."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.drafts import DraftState
from mailroom.register.schema import (
    AnyRow,
    case,
    draft,
    draft_version,
    followup,
    send,
)
from mailroom.register.schema_reminders import reminder, reminder_matter


def on(tx: Connection, address: str, day: date) -> AnyRow | None:
    """Find what somebody is reminded of on a day."""
    return tx.execute(
        select(reminder).where(
            reminder.c.address == address, reminder.c.day == day.isoformat()
        )
    ).one_or_none()


def row(tx: Connection, reminder_id: int) -> AnyRow:
    """Return the row of a reminder."""
    return tx.execute(select(reminder).where(reminder.c.id == reminder_id)).one()


def begin(
    tx: Connection, address: str, day: date, *, kind: str, due_at: datetime
) -> int:
    """Enter the reminder of somebody for a day that has none; returns its id."""
    return int(
        tx.execute(
            insert(reminder)
            .values(
                address=address,
                day=day.isoformat(),
                kind=kind,
                state="open",
                due_at=due_at,
            )
            .returning(reminder.c.id)
        ).scalar_one()
    )


def add(tx: Connection, reminder_id: int, followup_id: int) -> None:
    """Let a reminder speak of a follow-up, once."""
    tx.execute(
        insert(reminder_matter)
        .values(reminder_id=reminder_id, followup_id=followup_id)
        .on_conflict_do_nothing()
    )


def take_out(tx: Connection, reminder_id: int, followup_id: int) -> None:
    """Let a reminder speak of a follow-up no more."""
    tx.execute(
        delete(reminder_matter).where(
            reminder_matter.c.reminder_id == reminder_id,
            reminder_matter.c.followup_id == followup_id,
        )
    )


def note(tx: Connection, reminder_id: int, **values: object) -> None:
    """Write how far a reminder has come."""
    tx.execute(update(reminder).where(reminder.c.id == reminder_id).values(**values))


def matters(tx: Connection, reminder_id: int) -> Sequence[AnyRow]:
    """List what a reminder speaks of and nobody has ended, each with its case."""
    columns = (
        case.c.number, case.c.subject, case.c.owner, case.c.sensitivity,
        case.c.category, case.c.site, case.c.urgency,
        func.coalesce(followup.c.due_on, case.c.due_on).label("by"),
    )  # fmt: skip
    return tx.execute(
        select(followup, *columns)
        .join(reminder_matter, reminder_matter.c.followup_id == followup.c.id)
        .join(case, case.c.id == followup.c.case_id)
        .where(
            reminder_matter.c.reminder_id == reminder_id, followup.c.state == "fired"
        )
        .order_by(followup.c.case_id, followup.c.id)
    ).all()


def waiting_letters(tx: Connection, address: str, before: int) -> Sequence[AnyRow]:
    """List the earlier reminders of somebody on whose letters nobody has decided."""
    return tx.execute(
        select(reminder)
        .join(draft, draft.c.id == reminder.c.draft_id)
        .where(
            reminder.c.address == address,
            reminder.c.id != before,
            draft.c.state.in_((DraftState.WAITING, DraftState.LATER)),
        )
        .order_by(reminder.c.id)
    ).all()


def with_letters(tx: Connection, followup_ids: Collection[int]) -> Sequence[AnyRow]:
    """List the reminders that speak of these follow-ups in a letter."""
    return tx.execute(
        select(reminder)
        .join(reminder_matter, reminder_matter.c.reminder_id == reminder.c.id)
        .where(
            reminder_matter.c.followup_id.in_(list(followup_ids)),
            reminder.c.draft_id.is_not(None),
        )
        .distinct()
        .order_by(reminder.c.id)
    ).all()


def open_letters(tx: Connection, followup_ids: Collection[int]) -> Sequence[AnyRow]:
    """List the letters of reminder still to be written that speak of these."""
    return tx.execute(
        select(reminder)
        .join(reminder_matter, reminder_matter.c.reminder_id == reminder.c.id)
        .where(
            reminder_matter.c.followup_id.in_(list(followup_ids)),
            reminder.c.state == "open",
            reminder.c.kind == "letter",
        )
        .distinct()
        .order_by(reminder.c.id)
    ).all()


def cases_of_draft(tx: Connection, draft_id: int) -> Sequence[int]:
    """Return the cases that a letter of reminder speaks of; none for other letters."""
    return list(
        tx.execute(
            select(followup.c.case_id)
            .join(reminder_matter, reminder_matter.c.followup_id == followup.c.id)
            .join(reminder, reminder.c.id == reminder_matter.c.reminder_id)
            .where(reminder.c.draft_id == draft_id)
            .distinct()
            .order_by(followup.c.case_id)
        ).scalars()
    )


def answered(tx: Connection, rfc_ids: Collection[str]) -> int | None:
    """Return the letter of reminder that carries one of these Message-IDs."""
    found: int | None = tx.execute(
        select(draft.c.id)
        .join(draft_version, draft_version.c.draft_id == draft.c.id)
        .where(draft_version.c.rfc_id.in_(list(rfc_ids)), draft.c.kind == "reminder")
        .limit(1)
    ).scalar_one_or_none()
    return found


def left_since(
    tx: Connection, addresses: Collection[str], since: datetime, *, but: int
) -> bool:
    """Say whether another letter of reminder left for one of these people since."""
    rows = tx.execute(
        select(send.c.recipients)
        .join(draft, draft.c.id == send.c.draft_id)
        .where(
            draft.c.kind == "reminder",
            draft.c.id != but,
            send.c.started_at >= since,
            send.c.state.in_(("committing", "accepted", "uncertain")),
        )
    ).scalars()
    wanted = {address.lower() for address in addresses}
    return any(a.lower() in wanted for recipients in rows for a in recipients)
