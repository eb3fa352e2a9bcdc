"""Release: a named person decides on a letter in quarantine, either way."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from mailroom.cases import Outcome
from mailroom.errors import ReviewError, UnreadableMessageError, text
from mailroom.register import events, messages
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.workflow.desk import Desk
from mailroom.workflow.permission import person_behind
from mailroom.workflow.reading import Reading
from mailroom.workflow.sight import sight_of
from mailroom.workflow.sort import Received, read_in_thread


def release(desk: Desk, message_id: int, *, who: str, now: datetime) -> list[int]:
    """Sort a letter as if no rule had put it into quarantine; returns the jobs.

    Every other rule holds, but for those that would ignore it: a person has said that
    it is real, so it gets a case. Raises ReviewError for what is not there, not theirs,
    not in quarantine, and for whoever is not known by name.
    """
    row = held_for(desk, message_id, who)
    if not (row.answer or {}).get("quarantine"):
        raise ReviewError(
            text("message {id} is held for another reason", id=message_id)
        )
    try:
        reading = read_in_thread(desk, row, now)
    except UnreadableMessageError as error:
        raise ReviewError(error.text) from error
    reading = _taken_seriously(reading)
    with desk.database.write() as tx:
        _must_still_be_held(tx, message_id)
        events.record(
            tx, "released from quarantine", at=now, entity="message",
            entity_id=message_id, actor=who,
        )  # fmt: skip
        entry = Received(desk=desk, tx=tx, row=row, reading=reading, now=now)
        following = entry.received()
    return [number for number in following if number is not None]


def _taken_seriously(reading: Reading) -> Reading:
    """Take out of an answer what would set the letter aside or ignore it."""
    answer, category, machine = reading.answer, reading.category, reading.machine
    if answer is None:
        return reading
    if category is not None and category.machine:
        # The drawer of spam is no drawer for it: a person says which is.
        category, answer = None, replace(answer, category=None)
    actions = tuple(action for action in answer.actions if action.verb != "ignore")
    return replace(
        reading,
        answer=replace(answer, quarantine=None, actions=actions),
        category=category,
        machine=None if machine is not None and machine.kind == "list" else machine,
    )


def leave_as_spam(desk: Desk, message_id: int, *, who: str, now: datetime) -> None:
    """Take a held letter off the list: nobody answers it. Raises ReviewError."""
    row = held_for(desk, message_id, who)
    with desk.database.write() as tx:
        _must_still_be_held(tx, message_id)
        reason = text("{who} has looked at it: nobody answers it", who=who)
        messages.conclude(tx, message_id, Outcome.IGNORED, reason=reason)
        events.record(
            tx, "left as spam", at=now, entity="message", entity_id=message_id,
            actor=who, held_for=row.reason,
        )  # fmt: skip


def put_back(desk: Desk, message_id: int, *, who: str, now: datetime) -> None:
    """Hold a letter again that was left as spam by mistake. Raises ReviewError."""
    with desk.database.read() as tx:
        row = messages.find(tx, message_id)
        left = events.last_of(tx, "message", message_id)
    if row is None or row.outcome != Outcome.IGNORED or left is None:
        raise ReviewError(text("there is no message {id}", id=message_id))
    if left.what != "left as spam":
        raise ReviewError(text("message {id} is not left as spam", id=message_id))
    _must_be_theirs(desk, row, who)
    reason = unpack(left.detail["held_for"])
    with desk.database.write() as tx:
        messages.conclude(tx, message_id, Outcome.HELD, reason=reason)
        events.record(
            tx, "held again", at=now, entity="message", entity_id=message_id, actor=who
        )


def fetch_raw(desk: Desk, message_id: int, *, who: str, now: datetime) -> bytes:
    """Give the bytes of a held letter to a named person; the book notes it.

    Raises ReviewError.
    """
    row = held_for(desk, message_id, who)
    try:
        raw = desk.mail.read(row.sha256)
    except UnreadableMessageError as error:
        raise ReviewError(error.text) from error
    with desk.database.write() as tx:
        events.record(
            tx, "fetched from quarantine", at=now, entity="message",
            entity_id=message_id, actor=who,
        )  # fmt: skip
    return raw


def held_for(desk: Desk, message_id: int, who: str) -> AnyRow:
    """Find a held letter for somebody who may decide on it. Raises ReviewError.

    State secrets are nobody's here: who is in charge of them goes by other ways.
    """
    with desk.database.read() as tx:
        row = messages.find(tx, message_id)
    if row is None or row.outcome != Outcome.HELD or row.direction != "in":
        raise ReviewError(text("there is no message {id}", id=message_id))
    _must_be_theirs(desk, row, who)
    with desk.database.read() as tx:
        return messages.row(tx, message_id)


def _must_be_theirs(desk: Desk, row: AnyRow, who: str) -> None:
    """Hold a decision to those who may make it. Raises ReviewError."""
    person = person_behind(desk, who)
    level = (row.answer or {}).get("sensitivity", "normal")
    if level == "classified" or not sight_of(desk, person).sees(level, row.category):
        raise ReviewError(text("there is no message {id}", id=row.id))
    if person is None:
        raise ReviewError(
            text(
                "only people whom rules/office/people.yaml names decide on quarantine;"
                " let the operator map your login {who}",
                who=who,
            )
        )


def _must_still_be_held(tx: Connection, message_id: int) -> None:
    if messages.row(tx, message_id).outcome != Outcome.HELD:
        raise ReviewError(
            text("Somebody has decided on message {id} meanwhile.", id=message_id)
        )
