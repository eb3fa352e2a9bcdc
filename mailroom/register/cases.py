"""The cases in the book: their numbers, their state, their threads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom import cases
from mailroom.cases import CaseState
from mailroom.register import events
from mailroom.register.schema import AnyRow, case, counter, thread


def open_case(
    tx: Connection,
    *,
    code: str,
    kind: str,
    year: int,
    now: datetime,
    state: CaseState,
    category: str | None,
    subject: str,
    correspondent: str,
    owner: str,
    sensitivity: str,
    due_on: date | None,
    due_basis: str | None,
    urgency: str = "",
    site: str = "",
    actor: str = "mailroom",
    medium: str | None = None,
    doc_no: str | None = None,
    received_on: date | None = None,
) -> AnyRow:
    """Open a case under the next number of its kind and year; numbers have no gaps.

    The last three are of what somebody enters by hand.
    """
    sequence = tx.execute(
        insert(counter)
        .values(kind=kind, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["kind", "year"], set_={"last": counter.c.last + 1}
        )
        .returning(counter.c.last)
    ).scalar_one()
    opened = tx.execute(
        insert(case)
        .values(
            number=cases.number(code, kind, year, sequence),
            kind=kind,
            year=year,
            sequence=sequence,
            state=state,
            category=category,
            subject=subject,
            correspondent=correspondent,
            owner=owner,
            sensitivity=sensitivity,
            due_on=due_on.isoformat() if due_on else None,
            due_basis=due_basis,
            urgency=urgency,
            site=site,
            opened_at=now,
            medium=medium,
            doc_no=doc_no,
            received_on=received_on.isoformat() if received_on else None,
        )
        .returning(case)
    ).one()
    events.record(
        tx, "opened", at=now, entity="case", entity_id=opened.id, case_id=opened.id,
        actor=actor, state=state, category=category,
    )  # fmt: skip
    return opened


def move(
    tx: Connection,
    case_id: int,
    state: CaseState,
    *,
    now: datetime,
    actor: str = "mailroom",
    why: str = "",
) -> None:
    """Move a case on; the event says from where, and by whom.

    A closed case stays closed, but for something new that a person must see.
    """
    before = tx.execute(select(case.c.state).where(case.c.id == case_id)).scalar_one()
    if before == state or not cases.may_move(before, state):
        return
    closed_at = now if state == CaseState.CLOSED else None
    tx.execute(
        update(case)
        .where(case.c.id == case_id)
        .values(state=state, closed_at=closed_at)
    )
    events.record(
        tx, "moved", at=now, entity="case", entity_id=case_id, case_id=case_id,
        actor=actor, before=before, state=state, why=why,
    )  # fmt: skip


def restrict(tx: Connection, row: AnyRow, sensitivity: str, *, now: datetime) -> None:
    """Make a case as confidential as the most confidential letter in it."""
    if cases.stricter(row.sensitivity, sensitivity) == row.sensitivity:
        return
    tx.execute(update(case).where(case.c.id == row.id).values(sensitivity=sensitivity))
    events.record(
        tx,
        "restricted",
        at=now,
        entity="case",
        entity_id=row.id,
        case_id=row.id,
        sensitivity=sensitivity,
    )


def assign(
    tx: Connection, row: AnyRow, owner: str, *, now: datetime, actor: str
) -> None:
    """Put somebody in charge of a case."""
    if row.owner == owner:
        return
    tx.execute(update(case).where(case.c.id == row.id).values(owner=owner))
    events.record(
        tx, "handed over", at=now, entity="case", entity_id=row.id, case_id=row.id,
        actor=actor, before=row.owner, to=owner,
    )  # fmt: skip


def put_off(
    tx: Connection, row: AnyRow, due_on: date, due_basis: str | None, *, now: datetime
) -> None:
    """Move the due day of a case, because what it is about has another day now."""
    tx.execute(
        update(case)
        .where(case.c.id == row.id)
        .values(due_on=due_on.isoformat(), due_basis=due_basis)
    )
    events.record(
        tx, "due on another day", at=now, entity="case", entity_id=row.id,
        case_id=row.id, before=row.due_on, to=due_on.isoformat(),
    )  # fmt: skip


def sort_anew(
    tx: Connection,
    row: AnyRow,
    category: str,
    *,
    owner: str,
    due_on: date | None,
    due_basis: str | None,
    now: datetime,
    actor: str,
) -> None:
    """Put a case into another drawer; its number stays what it was."""
    tx.execute(
        update(case)
        .where(case.c.id == row.id)
        .values(
            category=category,
            owner=owner,
            due_on=due_on.isoformat() if due_on else None,
            due_basis=due_basis,
        )
    )
    events.record(
        tx, "sorted by hand", at=now, entity="case", entity_id=row.id, case_id=row.id,
        actor=actor, before=row.category, category=category,
    )  # fmt: skip


def join_thread(tx: Connection, case_id: int, ids: Iterable[str]) -> None:
    """Note Message-IDs as belonging to a case."""
    for rfc_id in ids:
        tx.execute(
            insert(thread)
            .values(rfc_id=rfc_id, case_id=case_id)
            .on_conflict_do_nothing()
        )


def of_thread(tx: Connection, ids: Sequence[str]) -> AnyRow | None:
    """Find the case that these Message-IDs belong to; the earlier id tells more."""
    if not ids:
        return None
    found = {
        row.rfc_id: row
        for row in tx.execute(
            select(thread.c.rfc_id, case)
            .join(case, case.c.id == thread.c.case_id)
            .where(thread.c.rfc_id.in_(list(ids)[:500]))
            .order_by(case.c.id)
        )
    }
    return next((found[rfc_id] for rfc_id in ids if rfc_id in found), None)


def by_number(tx: Connection, number: str) -> AnyRow | None:
    """Find a case by its number, in any case of letters."""
    return tx.execute(select(case).where(case.c.number == number.upper())).one_or_none()


def open_with(tx: Connection, domain: str, limit: int = 200) -> Sequence[AnyRow]:
    """List the open cases with correspondents of one domain, newest first."""
    ending = case.c.correspondent.endswith(f"@{domain}", autoescape=True)
    closed = (CaseState.CLOSED, CaseState.ARCHIVED)
    return tx.execute(
        select(case)
        .where(ending, case.c.state.not_in(closed))
        .order_by(case.c.id.desc())
        .limit(limit)
    ).all()


def row(tx: Connection, case_id: int) -> AnyRow:
    """Return the row of a case."""
    return tx.execute(select(case).where(case.c.id == case_id)).one()


def open_by_category(tx: Connection) -> Mapping[str, int]:
    """Count the open cases of each drawer that has any."""
    question = (
        select(case.c.category, func.count())
        .where(
            case.c.category.is_not(None),
            case.c.state.not_in([CaseState.CLOSED, CaseState.ARCHIVED]),
        )
        .group_by(case.c.category)
        .order_by(case.c.category)
    )
    return {row[0]: row[1] for row in tx.execute(question)}


def listed(
    tx: Connection, *, open_only: bool = True, limit: int = 500
) -> Sequence[AnyRow]:
    """List cases, newest first."""
    question = select(case).order_by(case.c.id.desc()).limit(limit)
    if open_only:
        question = question.where(
            case.c.state.not_in([CaseState.CLOSED, CaseState.ARCHIVED])
        )
    return tx.execute(question).all()
