"""Supervised matters in the book: who owes what by when, and what each has told."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from mailroom.cases import CaseState, Sight
from mailroom.register import events
from mailroom.register.schema import AnyRow, case
from mailroom.register.schema_matters import matter, matter_unit, step
from mailroom.register.sight import seen_by

CLOSED = (CaseState.CLOSED, CaseState.ARCHIVED)


def open_matter(
    tx: Connection,
    of: AnyRow,
    *,
    about: str,
    interval: str,
    due_on: date | None,
    now: datetime,
    actor: str,
) -> int:
    """Turn a case into a supervised matter, or change the one it is; returns its id."""
    values = {
        "about": about,
        "interval": interval,
        "due_on": due_on.isoformat() if due_on else None,
    }
    known = of_case(tx, of.id)
    if known is not None:
        tx.execute(update(matter).where(matter.c.id == known.id).values(**values))
        return int(known.id)
    made = tx.execute(
        insert(matter)
        .values(case_id=of.id, opened_at=now, opened_by=actor, **values)
        .returning(matter.c.id)
    ).scalar_one()
    events.record(
        tx, "supervised", at=now, entity="matter", entity_id=made, case_id=of.id,
        actor=actor, due_at=values["due_on"],
    )  # fmt: skip
    return int(made)


def add_unit(
    tx: Connection,
    matter_id: int,
    case_id: int,
    *,
    unit: str,
    role: str,
    address: str,
    head: str,
    planned_on: date | None,
    now: datetime,
    actor: str,
) -> int | None:
    """Give a unit its part; None where it has one already."""
    known = select(matter_unit.c.id).where(
        matter_unit.c.matter_id == matter_id, matter_unit.c.unit == unit
    )
    if tx.execute(known).first() is not None:
        return None
    made = tx.execute(
        insert(matter_unit)
        .values(
            matter_id=matter_id,
            unit=unit,
            role=role,
            address=address,
            head=head,
            planned_on=planned_on.isoformat() if planned_on else None,
            state="asked",
        )
        .returning(matter_unit.c.id)
    ).scalar_one()
    events.record(
        tx, "given to a unit", at=now, entity="unit", entity_id=made, case_id=case_id,
        actor=actor, to=unit,
    )  # fmt: skip
    return int(made)


def of_case(tx: Connection, case_id: int) -> AnyRow | None:
    """Return the matter that a case is; None where it is none."""
    return tx.execute(select(matter).where(matter.c.case_id == case_id)).one_or_none()


def units(tx: Connection, matter_id: int) -> Sequence[AnyRow]:
    """List the units of a matter, the leading ones first."""
    return tx.execute(
        select(matter_unit)
        .where(matter_unit.c.matter_id == matter_id)
        .order_by(matter_unit.c.role.desc(), matter_unit.c.id)
    ).all()


def unit_row(tx: Connection, unit_id: int) -> AnyRow:
    """Return the row of a unit with the case of its matter."""
    return tx.execute(
        select(matter_unit, matter.c.case_id, matter.c.about, matter.c.interval)
        .join(matter, matter.c.id == matter_unit.c.matter_id)
        .where(matter_unit.c.id == unit_id)
    ).one()


def unit_in(tx: Connection, case_id: int, name: str) -> AnyRow | None:
    """Find a unit's part in the matter of a case; None where it has none."""
    return tx.execute(
        select(matter_unit, matter.c.case_id, matter.c.about, matter.c.interval)
        .join(matter, matter.c.id == matter_unit.c.matter_id)
        .where(matter.c.case_id == case_id, matter_unit.c.unit == name)
    ).one_or_none()


def owed_by(tx: Connection, name: str) -> Sequence[AnyRow]:
    """List the open matters in which a unit has an open part: case_id, about."""
    return tx.execute(
        select(matter.c.case_id, matter.c.about)
        .join(matter_unit, matter_unit.c.matter_id == matter.c.id)
        .join(case, case.c.id == matter.c.case_id)
        .where(
            matter_unit.c.unit == name,
            matter_unit.c.state != "closed",
            case.c.state.not_in(CLOSED),
        )
    ).all()


def add_step(
    tx: Connection,
    of: AnyRow,
    *,
    what: str,
    by: str,
    sentence: str,
    now: datetime,
    message_id: int | None = None,
    percent: str | None = None,
    late: bool | None = None,
    reason: str | None = None,
    new_date: str | None = None,
) -> int:
    """Write what a unit has told, or what a person decided; returns the step's id.

    `of` is a row of `unit_row`. What is only noted leaves the unit's state as it is; a
    closed part stays closed.
    """
    made = tx.execute(
        insert(step)
        .values(
            unit_id=of.id, message_id=message_id, at=now, what=what, by=by,
            percent=percent, late=late, reason=reason, new_date=new_date,
            sentence=sentence,
        )
        .returning(step.c.id)
    ).scalar_one()  # fmt: skip
    if what != "noted" and of.state != "closed":
        values: dict[str, object] = {"state": what}
        if late is not None:  # what is on time is due as planned
            values["expected_on"] = new_date if late else None
        tx.execute(
            update(matter_unit).where(matter_unit.c.id == of.id).values(**values)
        )
    events.record(
        tx, what, at=now, entity="unit", entity_id=of.id, case_id=of.case_id, actor=by,
        to=of.unit, due_at=new_date,
    )  # fmt: skip
    return int(made)


def close_unit(
    tx: Connection, of: AnyRow, *, proof: str, now: datetime, actor: str
) -> None:
    """Strike a unit's part off (销号), by a person's word and on what shows it."""
    add_step(tx, of, what="closed", by=actor, sentence=proof, now=now)
    tx.execute(
        update(matter_unit)
        .where(matter_unit.c.id == of.id)
        .values(state="closed", closed_at=now, closed_by=actor, proof=proof)
    )


def steps(tx: Connection, matter_id: int) -> Sequence[AnyRow]:
    """List the steps of a matter with the name of their unit, in their order."""
    return tx.execute(
        select(step, matter_unit.c.unit)
        .join(matter_unit, matter_unit.c.id == step.c.unit_id)
        .where(matter_unit.c.matter_id == matter_id)
        .order_by(step.c.id)
    ).all()


def reported(
    tx: Connection, sight: Sight, *, closed_too: bool
) -> tuple[Sequence[AnyRow], int]:
    """List each unit of each matter that somebody may see, with what it told last.

    Returns the rows, and how many matters are not for these eyes.
    """
    wanted = [] if closed_too else [case.c.state.not_in(CLOSED)]
    # The last step that told something: a word of thanks hides no report.
    newest = (
        select(step.c.unit_id, func.max(step.c.id).label("step_id"))
        .where(step.c.what != "noted")
        .group_by(step.c.unit_id)
        .subquery()
    )
    late = (
        select(step.c.unit_id, func.max(step.c.id).label("step_id"))
        .where(step.c.reason.is_not(None))
        .group_by(step.c.unit_id)
        .subquery()
    )
    last, why = step.alias("last"), step.alias("why")
    rows = tx.execute(
        select(
            case.c.number, case.c.state.label("case_state"), case.c.closed_at.label(
                "case_closed_at"
            ), matter.c.about, matter.c.interval, matter_unit,
            last.c.percent, last.c.at.label("told_at"), last.c.sentence,
            last.c.message_id, last.c.late, why.c.reason,
        )
        .join(matter, matter.c.case_id == case.c.id)
        .join(matter_unit, matter_unit.c.matter_id == matter.c.id)
        .outerjoin(newest, newest.c.unit_id == matter_unit.c.id)
        .outerjoin(last, last.c.id == newest.c.step_id)
        .outerjoin(late, late.c.unit_id == matter_unit.c.id)
        .outerjoin(why, why.c.id == late.c.step_id)
        .where(seen_by(sight), *wanted)
        .order_by(matter.c.id, matter_unit.c.role.desc(), matter_unit.c.id)
    ).all()  # fmt: skip
    hidden = tx.execute(
        select(func.count())
        .select_from(matter.join(case, case.c.id == matter.c.case_id))
        .where(~seen_by(sight), *wanted)
    ).scalar_one()
    return rows, int(hidden)
