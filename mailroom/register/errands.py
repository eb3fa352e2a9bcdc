"""What rules ask for outside the book, written down before it is done, and after."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.errors import Text, text
from mailroom.register import events
from mailroom.register.schema import AnyRow, errand, intake, mailbox, message
from mailroom.register.texts import pack

ON_SERVER = ("mark", "move")
_TOLD: Mapping[tuple[str, str], Text] = {  # the event that an ending leaves
    ("mark", "done"): text("marked on the server"),
    ("move", "done"): text("moved on the server"),
    ("save_attachment", "done"): text("attachments kept"),
    ("mark", "gone"): text("gone before it could be marked"),
    ("move", "gone"): text("gone before it could be moved"),
}
_NOT_DONE = text("not done, though a rule asks for it")


def add(
    tx: Connection,
    message_id: int,
    *,
    verb: str,
    wanted: str,
    only: str = "",
    rule: str,
    now: datetime,
) -> None:
    """Write down that a rule asks for this, once."""
    tx.execute(
        insert(errand)
        .values(
            message_id=message_id,
            verb=verb,
            wanted=wanted,
            only=only,
            rule=rule,
            state="due",
            asked_at=now,
        )
        .on_conflict_do_nothing()
    )


def due(
    tx: Connection, message_id: int, verbs: Collection[str] = ON_SERVER
) -> Sequence[AnyRow]:
    """List what is still to be done with a message, as the rules gave the order."""
    return tx.execute(
        select(errand)
        .where(
            errand.c.message_id == message_id,
            errand.c.verb.in_(list(verbs)),
            errand.c.state == "due",
        )
        .order_by(errand.c.id)
    ).all()


def head_for(tx: Connection, errand_id: int, place: str) -> None:
    """Note the mailbox to which a message is about to be moved.

    Before it is: whoever reads that mailbox must know it for the one we have.
    """
    tx.execute(update(errand).where(errand.c.id == errand_id).values(place=place))


def end(
    tx: Connection,
    row: AnyRow,
    state: str,
    *,
    now: datetime,
    reason: Text | None = None,
    files: Sequence[Sequence[Any]] | None = None,
) -> None:
    """Write how an errand has ended: "done", "gone" or "left"."""
    changed = tx.execute(
        update(errand)
        .where(errand.c.id == row.id, errand.c.state == "due")
        .values(
            state=state,
            reason=pack(reason) if reason else None,
            files=files,
            ended_at=now,
        )
        .returning(errand.c.place)
    ).one_or_none()
    if changed is None:
        return
    case_id = tx.execute(
        select(message.c.case_id).where(message.c.id == row.message_id)
    ).scalar_one()
    events.record(
        tx, _TOLD.get((row.verb, state), _NOT_DONE).pattern, at=now,
        entity="message", entity_id=row.message_id, case_id=case_id, rule=row.rule,
        wanted=changed.place or row.wanted, reason=pack(reason) if reason else None,
    )  # fmt: skip


def of_case(tx: Connection, case_id: int) -> Sequence[AnyRow]:
    """List what rules asked for with the messages of a case, oldest first."""
    return tx.execute(
        select(errand)
        .join(message, message.c.id == errand.c.message_id)
        .where(message.c.case_id == case_id)
        .order_by(errand.c.id)
    ).all()


def place_of(tx: Connection, row: AnyRow) -> AnyRow:
    """Say where a received message lies, as far as the book knows.

    Returns its mailbox: name, uidvalidity, uid; the uid is None where the mailbox was
    renumbered, and it has not been found again.
    """
    return tx.execute(
        select(mailbox.c.name, mailbox.c.uidvalidity, intake.c.uid)
        .outerjoin(
            intake,
            (intake.c.mailbox_id == mailbox.c.id)
            & (intake.c.epoch == mailbox.c.epoch)
            & (intake.c.message_id == row.id),
        )
        .where(mailbox.c.id == row.mailbox_id)
        .order_by(intake.c.uid.desc())
        .limit(1)
    ).one()


def moved_into(tx: Connection, mailbox_id: int, epoch: int) -> Sequence[AnyRow]:
    """List the messages that we moved into a mailbox and have not met in it yet.

    Their message_id, rfc_id, size and sha256.
    """
    met = exists().where(
        intake.c.mailbox_id == mailbox_id,
        intake.c.epoch == epoch,
        intake.c.message_id == message.c.id,
    )
    here = select(mailbox.c.account, mailbox.c.name).where(mailbox.c.id == mailbox_id)
    account, name = tx.execute(here).one()
    source = mailbox.alias()
    return tx.execute(
        select(errand.c.message_id, message.c.rfc_id, message.c.size, message.c.sha256)
        .join(message, message.c.id == errand.c.message_id)
        .join(source, source.c.id == message.c.mailbox_id)
        .where(
            errand.c.verb == "move",
            errand.c.place == name,
            errand.c.state.in_(("due", "done")),
            source.c.account == account,
            source.c.id != mailbox_id,
            ~met,
        )
    ).all()
