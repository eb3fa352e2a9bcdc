"""The calendar in the book: what is entered, replaced, struck; nothing is removed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from mailroom.appointments import Appointment, Kind, Standing
from mailroom.register import events
from mailroom.register.schema import AnyRow, case, message
from mailroom.register.schema_calendar import appointment

# Nothing lasts longer, but a journey without an end.
_LONGEST = timedelta(days=366)
_UNTOLD = timedelta(hours=3)
# Columns that a value has under its own name.
_PLAIN = (
    "kind", "begins_at", "ends_at", "whole_day", "zone", "title", "venue", "room",
    "transport_no", "booking_ref", "hotel", "destination", "recurs", "uid", "sequence",
    "sure", "case_id", "standing",
)  # fmt: skip


def enter(
    tx: Connection,
    told: Appointment,
    *,
    now: datetime,
    message_id: int | None = None,
    sensitivity: str = "normal",
    owner: str = "",
    actor: str = "mailroom",
) -> int:
    """Enter an appointment; returns its id."""
    given = asdict(told)
    number: int = tx.execute(
        insert(appointment)
        .values(
            {name: given[name] for name in _PLAIN}
            | {
                "people": list(told.people),
                "message_id": message_id,
                "sensitivity": sensitivity,
                "owner": owner,
                "made_by": actor,
                "made_at": now,
            }
        )
        .returning(appointment.c.id)
    ).scalar_one()
    events.record(
        tx, "entered in the calendar", at=now, entity="appointment", entity_id=number,
        case_id=told.case_id, actor=actor, begins_at=told.begins_at.isoformat(),
    )  # fmt: skip
    return number


def replace(tx: Connection, old: AnyRow, heir: int, *, now: datetime) -> None:
    """Let a newer appointment take the place of an older one, which stays, marked."""
    tx.execute(
        update(appointment)
        .where(appointment.c.id == old.id)
        .values(standing=Standing.MOVED, heir_id=heir, ended_at=now)
    )
    events.record(
        tx, "moved in the calendar", at=now, entity="appointment", entity_id=old.id,
        case_id=old.case_id, before=old.begins_at.isoformat(), to=heir,
    )  # fmt: skip


def strike(
    tx: Connection,
    old: AnyRow,
    *,
    reason: str,
    now: datetime,
    actor: str = "mailroom",
    sequence: int | None = None,
) -> None:
    """Strike an appointment: it stays, marked as cancelled.

    `sequence` is the number of the invitation that cancels it: older ones that come
    later are stale.
    """
    tx.execute(
        update(appointment)
        .where(appointment.c.id == old.id)
        .values(
            standing=Standing.CANCELLED,
            ended_at=now,
            reason=reason,
            sequence=old.sequence if sequence is None else sequence,
        )
    )
    events.record(
        tx, "struck from the calendar", at=now, entity="appointment",
        entity_id=old.id, case_id=old.case_id, actor=actor, reason=reason,
    )  # fmt: skip


def _asked() -> Select[tuple[object, ...]]:
    return select(
        appointment,
        case.c.number,
        case.c.category,
        case.c.sensitivity.label("case_sensitivity"),
        case.c.owner.label("case_owner"),
    ).outerjoin(case, case.c.id == appointment.c.case_id)


def find(tx: Connection, number: int) -> AnyRow | None:
    """Return an appointment with its case's number and sight; None: there is none."""
    return tx.execute(_asked().where(appointment.c.id == number)).one_or_none()


def between(tx: Connection, begin: datetime, end: datetime) -> Sequence[AnyRow]:
    """List what lies between two moments, struck and moved ones too, by their time."""
    lasts = or_(
        appointment.c.ends_at > begin,
        appointment.c.begins_at >= begin,
        appointment.c.ends_at.is_(None) & (appointment.c.begins_at > begin - _UNTOLD),
    )
    return tx.execute(
        _asked()
        .where(
            appointment.c.begins_at > begin - _LONGEST,
            appointment.c.begins_at < end,
            lasts,
        )
        .order_by(appointment.c.begins_at, appointment.c.id)
    ).all()


def standing(
    tx: Connection, *, case_id: int | None = None, uid: str = ""
) -> Sequence[AnyRow]:
    """List what stands of a case, or of an invitation, the newest first."""
    question = _asked().where(appointment.c.standing == Standing.STANDS)
    if uid:
        question = question.where(appointment.c.uid == uid)
    else:
        question = question.where(appointment.c.case_id == case_id)
    return tx.execute(question.order_by(appointment.c.id.desc())).all()


def newest_sequence(tx: Connection, uid: str, domain: str) -> int | None:
    """Return the highest number under which an invitation came; None: it never did.

    What came under its UID from another domain than its own is not counted.
    """
    question = (
        select(appointment.c.sequence)
        .join(message, message.c.id == appointment.c.message_id)
        .where(
            appointment.c.uid == uid,
            func.lower(message.c.sender).endswith(f"@{domain}", autoescape=True),
        )
    )
    return tx.execute(
        question.order_by(appointment.c.sequence.desc()).limit(1)
    ).scalar_one_or_none()


def replaced_by(tx: Connection, ids: Collection[int]) -> Mapping[int, AnyRow]:
    """Return what these appointments have taken the place of, by their ids."""
    found = tx.execute(_asked().where(appointment.c.heir_id.in_(ids))).all()
    return {row.heir_id: row for row in found}


def came_from(tx: Connection, number: int) -> str:
    """Return the domain of whoever wrote the letter that told of an appointment."""
    question = (
        select(message.c.sender)
        .join(appointment, appointment.c.message_id == message.c.id)
        .where(appointment.c.id == number)
    )
    sender: str = tx.execute(question).scalar_one_or_none() or ""
    return sender.rpartition("@")[2].lower()


def of_message(tx: Connection, message_id: int) -> Sequence[AnyRow]:
    """List what stands because of one letter."""
    return tx.execute(
        _asked().where(
            appointment.c.message_id == message_id,
            appointment.c.standing == Standing.STANDS,
        )
    ).all()


def value(row: AnyRow, *, site: str = "") -> Appointment:
    """Read a row as a value; `site` is where its room is."""
    given = {name: getattr(row, name) for name in _PLAIN if name not in _READ}
    return Appointment(
        **given,
        id=row.id,
        kind=Kind(row.kind),
        standing=Standing(row.standing),
        people=tuple(row.people),
        heir=row.heir_id,
        case_no=row.number or "",
        site=site,
    )


_READ = ("kind", "standing")
