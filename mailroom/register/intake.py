"""What was listed in a mailbox, and whether it was stored, quarantined or vanished."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from mailroom.errors import Text
from mailroom.register import events
from mailroom.register.schema import AnyRow, errand, intake, job, message
from mailroom.register.texts import pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message that is durable on disk, and not yet in the book."""

    uid: int
    sha256: str
    size: int  # bytes
    internaldate: datetime
    history: bool  # older than the mailbox's beginning: it triggers nothing


def store(
    tx: Connection,
    mailbox_id: int,
    epoch: int,
    arrivals: Sequence[Arrival],
    *,
    direction: str,
    now: datetime,
) -> list[int]:
    """Enter messages: a row each, its place in the mailbox, and the job to sort it.

    Returns the intake numbers. A UID that is there already is passed over.
    """
    known = accounted(tx, mailbox_id, epoch, [a.uid for a in arrivals])
    fresh = [a for a in arrivals if a.uid not in known]
    if not fresh:
        return []
    # One writer at a time: numbers follow each other without a gap.
    first = (tx.execute(select(func.max(message.c.id))).scalar_one() or 0) + 1
    tx.execute(
        insert(message),
        [
            {
                "id": number,
                "mailbox_id": mailbox_id,
                "direction": direction,
                "sha256": a.sha256,
                "size": a.size,
                "received_at": a.internaldate,
                "registered_at": now,
                "history": a.history,
                "outcome": "received",
            }
            for number, a in enumerate(fresh, first)
        ],
    )
    _clear_failing(tx, mailbox_id, epoch, [a.uid for a in fresh])
    tx.execute(
        insert(intake),
        [
            {
                "mailbox_id": mailbox_id,
                "epoch": epoch,
                "uid": a.uid,
                "state": "stored",
                "message_id": number,
                "size": a.size,
                "internaldate": a.internaldate,
            }
            for number, a in enumerate(fresh, first)
        ],
    )
    tx.execute(
        insert(job),
        [
            {
                "kind": "sort",
                "key": f"sort:{number}",
                "subject_id": number,
                "state": "ready",
                "due_at": now,
                "created_at": now,
            }
            for number in range(first, first + len(fresh))
        ],
    )
    return list(range(first, first + len(fresh)))


def _clear_failing(
    tx: Connection, mailbox_id: int, epoch: int, uids: Iterable[int]
) -> None:
    tx.execute(
        intake.delete().where(
            intake.c.mailbox_id == mailbox_id,
            intake.c.epoch == epoch,
            intake.c.uid.in_(list(uids)),
            intake.c.state == "failing",
        )
    )


def adopt(
    tx: Connection,
    mailbox_id: int,
    epoch: int,
    uid: int,
    *,
    message_id: int,
    size: int,
    internaldate: datetime,
    marked: bool = False,
) -> None:
    """Give a message that we have already its new place.

    After a UIDVALIDITY reset; or where a rule moved it, and the account's own mark
    (which may be a move) is not for it.
    """
    tx.execute(
        upsert(intake)
        .values(
            mailbox_id=mailbox_id,
            epoch=epoch,
            uid=uid,
            state="stored",
            message_id=message_id,
            size=size,
            internaldate=internaldate,
            marked=marked,
        )
        .on_conflict_do_nothing()
    )


def set_aside(
    tx: Connection,
    mailbox_id: int,
    epoch: int,
    uid: int,
    *,
    state: str,
    reason: Text,
    size: int,
    now: datetime,
) -> None:
    """Account for a UID that gives no message: `quarantined` or `vanished`."""
    values = {
        "state": state,
        "reason": pack(reason),
        "size": size,
    }
    tx.execute(
        upsert(intake)
        .values(mailbox_id=mailbox_id, epoch=epoch, uid=uid, **values)
        .on_conflict_do_update(
            index_elements=["mailbox_id", "epoch", "uid"], set_=values
        )
    )
    events.record(
        tx, state, at=now, entity="mailbox", entity_id=mailbox_id, epoch=epoch, uid=uid
    )


def failed(
    tx: Connection, mailbox_id: int, epoch: int, uid: int, *, reason: Text, size: int
) -> int:
    """Note that a message could not be fetched; returns how often that was so."""
    attempts: int = tx.execute(
        upsert(intake)
        .values(
            mailbox_id=mailbox_id,
            epoch=epoch,
            uid=uid,
            state="failing",
            attempts=1,
            size=size,
            reason=pack(reason),
        )
        .on_conflict_do_update(
            index_elements=["mailbox_id", "epoch", "uid"],
            set_={"attempts": intake.c.attempts + 1, "reason": pack(reason)},
        )
        .returning(intake.c.attempts)
    ).scalar_one()
    return attempts


def failing(tx: Connection, mailbox_id: int, epoch: int) -> set[int]:
    """Return the UIDs that could not be fetched so far."""
    return set(
        tx.execute(
            select(intake.c.uid).where(
                intake.c.mailbox_id == mailbox_id,
                intake.c.epoch == epoch,
                intake.c.state == "failing",
            )
        ).scalars()
    )


def accounted(
    tx: Connection, mailbox_id: int, epoch: int, uids: Collection[int]
) -> set[int]:
    """Return those of the UIDs that have ended as stored, quarantined or vanished."""
    if not uids:
        return set()
    return set(
        tx.execute(
            select(intake.c.uid).where(
                intake.c.mailbox_id == mailbox_id,
                intake.c.epoch == epoch,
                intake.c.uid.between(min(uids), max(uids)),
                intake.c.state != "failing",
            )
        ).scalars()
    ).intersection(uids)


def previous(tx: Connection, mailbox_id: int, epoch: int) -> Sequence[AnyRow]:
    """List the messages stored in an epoch: id, size, internaldate, rfc_id, sha256."""
    return tx.execute(
        select(
            intake.c.message_id,
            intake.c.size,
            intake.c.internaldate,
            message.c.rfc_id,
            message.c.sha256,
        )
        .join(message, message.c.id == intake.c.message_id)
        .where(
            intake.c.mailbox_id == mailbox_id,
            intake.c.epoch == epoch,
            intake.c.state == "stored",
        )
        .order_by(intake.c.uid)
    ).all()


def unmarked(
    tx: Connection, mailbox_id: int, epoch: int, limit: int = 200
) -> list[tuple[int, str | None]]:
    """List stored messages without their mark on the server: UID and Message-ID.

    Only sorted ones: the mark tells colleagues that the desk has the message. History
    stays as it lies, and what a rule still has to do on the server comes first.
    """
    asked = exists().where(
        errand.c.message_id == message.c.id,
        errand.c.verb.in_(("mark", "move")),
        errand.c.state == "due",
    )
    rows = tx.execute(
        select(intake.c.uid, message.c.rfc_id)
        .join(message, message.c.id == intake.c.message_id)
        .where(
            intake.c.mailbox_id == mailbox_id,
            intake.c.epoch == epoch,
            intake.c.state == "stored",
            intake.c.marked.is_(False),
            message.c.outcome != "received",
            message.c.history.is_(False),
            ~asked,
        )
        .order_by(intake.c.uid)
        .limit(limit)
    )
    return [(uid, rfc_id) for uid, rfc_id in rows]


def marked(tx: Connection, mailbox_id: int, epoch: int, uids: Collection[int]) -> None:
    """Note that the server carries the mark."""
    tx.execute(
        update(intake)
        .where(
            intake.c.mailbox_id == mailbox_id,
            intake.c.epoch == epoch,
            intake.c.uid.in_(list(uids)),
        )
        .values(marked=True)
    )
