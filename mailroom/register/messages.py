"""The messages in the book: what each is, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.cases import Outcome
from mailroom.errors import Text
from mailroom.register.schema import (
    AnyRow,
    answers,
    case,
    draft,
    draft_version,
    mailbox,
    message,
)
from mailroom.register.texts import pack


def row(tx: Connection, message_id: int) -> AnyRow:
    """Return the row of a message, with the account of its mailbox."""
    return tx.execute(
        select(message, mailbox.c.account)
        .join(mailbox, mailbox.c.id == message.c.mailbox_id)
        .where(message.c.id == message_id)
    ).one()


def find(tx: Connection, message_id: int) -> AnyRow | None:
    """Return the row of a message; None where there is none."""
    return tx.execute(select(message).where(message.c.id == message_id)).one_or_none()


def describe(
    tx: Connection,
    message_id: int,
    *,
    rfc_id: str | None,
    dedupe_key: str,
    dated_at: datetime | None,
    sender: str,
    subject: str,
) -> None:
    """Write what reading the message has told."""
    tx.execute(
        update(message)
        .where(message.c.id == message_id)
        .values(
            rfc_id=rfc_id,
            dedupe_key=dedupe_key,
            dated_at=dated_at,
            sender=sender,
            subject=subject,
        )
    )


def conclude(
    tx: Connection,
    message_id: int,
    outcome: Outcome,
    *,
    reason: Text | None = None,
    **values: Any,  # noqa: ANN401  columns of the message
) -> None:
    """Write what became of a message."""
    tx.execute(
        update(message)
        .where(message.c.id == message_id)
        .values(outcome=outcome, reason=pack(reason) if reason else None, **values)
    )


def original(
    tx: Connection, message_id: int, dedupe_key: str, direction: str
) -> int | None:
    """Return the intake number of the first delivery of the same message."""
    return tx.execute(
        select(message.c.id)
        .where(
            message.c.dedupe_key == dedupe_key,
            message.c.direction == direction,
            message.c.id != message_id,
            message.c.outcome.not_in([Outcome.RECEIVED, Outcome.MERGED]),
        )
        .order_by(message.c.id)
        .limit(1)
    ).scalar_one_or_none()


def unsorted_before(tx: Connection, message_id: int) -> bool:
    """Say whether a message that came in earlier still has no outcome."""
    earlier = select(message.c.id).where(
        message.c.outcome == Outcome.RECEIVED, message.c.id < message_id
    )
    return tx.execute(earlier.limit(1)).first() is not None


def our_draft(tx: Connection, ids: Iterable[str]) -> AnyRow | None:
    """Find the draft of ours that carries one of these Message-IDs."""
    return tx.execute(
        select(draft, draft_version.c.rfc_id)
        .join(draft_version, draft_version.c.draft_id == draft.c.id)
        .where(draft_version.c.rfc_id.in_(list(ids)))
        .limit(1)
    ).one_or_none()


def note_answers(tx: Connection, message_id: int, ids: Iterable[str]) -> None:
    """Note which Message-IDs a letter from Sent answers, until one of them is known."""
    for rfc_id in ids:
        tx.execute(
            insert(answers)
            .values(rfc_id=rfc_id, message_id=message_id)
            .on_conflict_do_nothing()
        )


def that_answer(tx: Connection, rfc_id: str) -> Sequence[AnyRow]:
    """List the letters from Sent that answer a Message-ID and have no case yet."""
    return tx.execute(
        select(message)
        .join(answers, answers.c.message_id == message.c.id)
        .where(answers.c.rfc_id == rfc_id, message.c.case_id.is_(None))
        .order_by(message.c.id)
    ).all()


def answered_by_hand(tx: Connection, row: AnyRow) -> bool:
    """Say whether a colleague wrote in its case after a message was written."""
    since = row.dated_at or row.received_at
    later = select(message.c.id).where(
        message.c.case_id == row.case_id,
        message.c.direction == "out",
        message.c.outcome == Outcome.SORTED,
        func.coalesce(message.c.dated_at, message.c.received_at) >= since,
    )
    return tx.execute(later.limit(1)).first() is not None


def of_case(tx: Connection, case_id: int) -> Sequence[AnyRow]:
    """List the messages of a case, oldest first."""
    return tx.execute(
        select(message).where(message.c.case_id == case_id).order_by(message.c.id)
    ).all()


def with_outcome(tx: Connection, outcome: str, limit: int = 200) -> Sequence[AnyRow]:
    """List the messages with one outcome, newest first."""
    return tx.execute(
        select(message)
        .where(message.c.outcome == outcome, message.c.direction == "in")
        .order_by(message.c.id.desc())
        .limit(limit)
    ).all()


def all_of_them(tx: Connection) -> Sequence[AnyRow]:
    """List every received message, in the order of intake."""
    return tx.execute(
        select(message).where(message.c.direction == "in").order_by(message.c.id)
    ).all()


def received_since(
    tx: Connection, moment: datetime, *, most: int | None = None
) -> Sequence[AnyRow]:
    """List the messages received since then, in the order of intake.

    `most` leaves it at the newest. `case_sensitivity` is that of the case it belongs
    to, if any.
    """
    newest = tx.execute(
        select(message, case.c.sensitivity.label("case_sensitivity"))
        .outerjoin(case, case.c.id == message.c.case_id)
        .where(message.c.direction == "in", message.c.received_at >= moment)
        .order_by(message.c.id.desc())
        .limit(most)
    ).all()
    return newest[::-1]


def openers(tx: Connection) -> Mapping[int, int]:
    """Return which message opened each case: case → message."""
    question = select(message.c.case_id, func.min(message.c.id))
    opened = question.where(message.c.case_id.is_not(None), message.c.direction == "in")
    return {row[0]: row[1] for row in tx.execute(opened.group_by(message.c.case_id))}


def chains(answer: Mapping[str, Any] | None) -> list[str]:
    """Return the chains of follow-ups that the rules asked for."""
    return [
        action["arguments"]["chain"]
        for action in (answer or {}).get("actions", ())
        if action["verb"] == "follow_up"
    ]


def fields(answer: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the values that the rules read from a message."""
    found = (answer or {}).get("fields", {})
    return {name: field["value"] for name, field in found.items()}
