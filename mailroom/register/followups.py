"""The promises in the book: what is due when, and what ended it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.cases import Sight
from mailroom.register import events
from mailroom.register.schema import AnyRow, case, followup
from mailroom.register.sight import seen_by

# States in which nobody has ended it; a proposed one waits for a person's word.
RUNNING = ("active", "fired", "past", "proposed")


def start(
    tx: Connection,
    case_id: int,
    *,
    chain: str,
    step: int,
    occasion: str,
    due_at: datetime,
    started_at: datetime,
    now: datetime,
    late: bool = False,
    proposed: bool = False,
    due_on: str | None = None,
    sentence: str | None = None,
    sure: bool | None = None,
    unit_id: int | None = None,
    said_done: Sequence[Any] | None = None,
) -> int | None:
    """Enter a follow-up once; returns its id, None where this occasion has it already.

    One that is past already when it is entered is listed, and never fires, but for one
    that is made up for though it is `late`; one that is `proposed` fires only after a
    person has confirmed it. `due_on` is its own day (ISO), `sentence` the words that
    promise it, `unit_id` who is asked, `said_done` who says that it is done.
    """
    waits = late or due_at > now
    state = "proposed" if proposed else "active" if waits else "past"
    followup_id: int | None = tx.execute(
        insert(followup)
        .values(
            key=f"{case_id}:{chain}:{step}:{occasion}",
            case_id=case_id,
            chain=chain,
            step=step,
            state=state,
            due_at=due_at,
            started_at=started_at,
            due_on=due_on,
            sentence=sentence,
            sure=sure,
            unit_id=unit_id,
            said_done=said_done,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(followup.c.id)
    ).scalar_one_or_none()
    if followup_id is not None:
        events.record(
            tx, "promised", at=now, entity="followup", entity_id=followup_id,
            case_id=case_id, chain=chain, step=step, due_at=due_at.isoformat(),
            state=state,
        )  # fmt: skip
    return followup_id


def row(tx: Connection, followup_id: int) -> AnyRow:
    """Return the row of a follow-up."""
    return tx.execute(select(followup).where(followup.c.id == followup_id)).one()


def fire(tx: Connection, followup_id: int, *, now: datetime) -> bool:
    """Mark a due follow-up as fired; False where it was ended in the meantime."""
    changed = tx.execute(
        update(followup)
        .where(followup.c.id == followup_id, followup.c.state == "active")
        .values(state="fired", fired_at=now)
    )
    return changed.rowcount == 1


def pass_over(tx: Connection, followup_id: int) -> None:
    """Leave a follow-up out: a later one of its chain is due already."""
    tx.execute(
        update(followup)
        .where(followup.c.id == followup_id, followup.c.state == "active")
        .values(state="past")
    )


def put_off(tx: Connection, followup_id: int, due_at: datetime) -> None:
    """Let a follow-up be due at another time."""
    tx.execute(
        update(followup).where(followup.c.id == followup_id).values(due_at=due_at)
    )


def propose_end(
    tx: Connection, case_id: int, *, message_id: int, words: str, now: datetime
) -> None:
    """Note that somebody says what a case waits for is done; a person confirms.

    What a unit owes, its own report alone says to be done.
    """
    changed = tx.execute(
        update(followup)
        .where(
            followup.c.case_id == case_id,
            followup.c.state.in_(RUNNING),
            followup.c.unit_id.is_(None),
        )
        .values(said_done=[message_id, words])
    )
    if changed.rowcount:
        events.record(
            tx, "said to be done", at=now, entity="case", entity_id=case_id,
            case_id=case_id, message=message_id,
        )  # fmt: skip


def go_on(tx: Connection, followup_id: int, *, now: datetime, actor: str) -> bool:
    """Say that it is not done after all; False where nobody had said it was."""
    case_id: int | None = tx.execute(
        update(followup)
        .where(followup.c.id == followup_id, followup.c.said_done.is_not(None))
        .values(said_done=None)
        .returning(followup.c.case_id)
    ).scalar_one_or_none()
    if case_id is None:
        return False
    events.record(
        tx, "not done yet", at=now, entity="followup", entity_id=followup_id,
        case_id=case_id, actor=actor,
    )  # fmt: skip
    return True


def end(
    tx: Connection,
    followup_id: int,
    *,
    state: str,
    reason: str,
    now: datetime,
    actor: str = "mailroom",
) -> bool:
    """End a follow-up as `done` or `cancelled`; False where it has ended already."""
    ended = tx.execute(
        update(followup)
        .where(
            followup.c.id == followup_id,
            followup.c.state.in_(RUNNING),
        )
        .values(state=state, ended_at=now, reason=reason)
        .returning(followup.c.case_id)
    ).one_or_none()
    if ended is None:
        return False
    events.record(
        tx, state, at=now, entity="followup", entity_id=followup_id,
        case_id=ended.case_id, actor=actor, reason=reason,
    )  # fmt: skip
    return True


def confirm(
    tx: Connection,
    proposed: AnyRow,
    *,
    step: int,
    due_at: datetime,
    now: datetime,
    actor: str,
) -> None:
    """Let a proposed follow-up run, from the step of its chain that comes next."""
    occasion = occasion_of(proposed)
    key = f"{proposed.case_id}:{proposed.chain}:{step}:{occasion}"
    tx.execute(
        update(followup)
        .where(followup.c.id == proposed.id, followup.c.state == "proposed")
        .values(key=key, step=step, state="active", due_at=due_at, started_at=now)
    )
    events.record(
        tx, "confirmed", at=now, entity="followup", entity_id=proposed.id,
        case_id=proposed.case_id, actor=actor, chain=proposed.chain,
        due_at=due_at.isoformat(),
    )  # fmt: skip


def occasion_of(row: AnyRow) -> str:
    """Give what a follow-up began with, so that it begins only once."""
    return str(row.key).split(":", 3)[3]


def running(tx: Connection, case_id: int) -> Sequence[AnyRow]:
    """List the follow-ups of a case that have not ended."""
    return tx.execute(
        select(followup)
        .where(
            followup.c.case_id == case_id,
            followup.c.state.in_(RUNNING),
        )
        .order_by(followup.c.id)
    ).all()


def chains_running(tx: Connection) -> Mapping[str, int]:
    """Return the chains whose next step is still to come, with in how many cases."""
    question = (
        select(followup.c.chain, func.count(followup.c.case_id.distinct()))
        .where(followup.c.state == "active")
        .group_by(followup.c.chain)
    )
    return {row[0]: row[1] for row in tx.execute(question)}


def of_case(tx: Connection, case_id: int) -> Sequence[AnyRow]:
    """List all follow-ups of a case."""
    return tx.execute(
        select(followup).where(followup.c.case_id == case_id).order_by(followup.c.id)
    ).all()


def seen(
    tx: Connection,
    sight: Sight,
    *,
    ended: bool,
    owner: str = "",
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[AnyRow], int, int]:
    """List follow-ups that somebody may see, with their case, the earliest first.

    `owner` is whose cases they are; "": everybody's. Returns a page of them, how many
    there are, and how many are not for these eyes.
    """
    joined = followup.join(case, case.c.id == followup.c.case_id)
    wanted: list[ColumnElement[bool]] = []
    if not ended:
        wanted.append(followup.c.state.in_(RUNNING))
    if owner:
        wanted.append(case.c.owner == owner)
    page = (
        select(followup, case.c.number, case.c.subject, case.c.owner)
        .select_from(joined)
        .where(seen_by(sight), *wanted)
        .order_by(followup.c.due_at, followup.c.id)
        .limit(limit)
        .offset(offset)
    )
    number = select(func.count()).select_from(joined).where(*wanted)
    return (
        tx.execute(page).all(),
        int(tx.execute(number.where(seen_by(sight))).scalar_one()),
        int(tx.execute(number.where(~seen_by(sight))).scalar_one()),
    )


def unconfirmed(tx: Connection, sight: Sight, since: datetime) -> int:
    """Count the promises that somebody may see and nobody has decided on since then."""
    question = (
        select(func.count())
        .select_from(followup.join(case, case.c.id == followup.c.case_id))
        .where(
            followup.c.state == "proposed",
            followup.c.started_at <= since,
            seen_by(sight),
        )
    )
    return int(tx.execute(question).scalar_one())


def is_seen(tx: Connection, sight: Sight, followup_id: int) -> bool:
    """Say whether there is such a follow-up that somebody may see."""
    found = (
        select(followup.c.id)
        .join(case, case.c.id == followup.c.case_id)
        .where(followup.c.id == followup_id, seen_by(sight))
    )
    return tx.execute(found).first() is not None


def listed(tx: Connection, *, all_of_them: bool = False) -> Sequence[AnyRow]:
    """List follow-ups with their case number, the earliest due first."""
    question = (
        select(followup, case.c.number)
        .join(case, case.c.id == followup.c.case_id)
        .order_by(followup.c.due_at)
    )
    if not all_of_them:
        question = question.where(followup.c.state.in_(RUNNING))
    return tx.execute(question).all()
