"""What reports ask of the book: open cases, answers and their days, orders."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from mailroom.cases import CaseState, Sight
from mailroom.register.ledgers import OUTGOING
from mailroom.register.schema import AnyRow, case
from mailroom.register.schema_ledger import ledger_entry
from mailroom.register.schema_matters import matter, matter_unit, step
from mailroom.register.sight import seen_by

_ENDED = (CaseState.CLOSED, CaseState.ARCHIVED)


def open_cases(tx: Connection, sight: Sight) -> Sequence[AnyRow]:
    """List the open cases that somebody may see, what is due first before."""
    return tx.execute(
        select(case)
        .where(seen_by(sight), case.c.state.not_in(_ENDED))
        .order_by(func.coalesce(case.c.due_on, "9999"), case.c.id)
    ).all()


def hidden_open(tx: Connection, sight: Sight) -> int:
    """Count the open cases that are not for these eyes."""
    return int(
        tx.execute(
            select(func.count())
            .select_from(case)
            .where(~seen_by(sight), case.c.state.not_in(_ENDED))
        ).scalar_one()
    )


def opened_between(
    tx: Connection, sight: Sight, begin: datetime, end: datetime
) -> Sequence[AnyRow]:
    """List the cases opened in a span of time that somebody may see."""
    return tx.execute(
        select(case)
        .where(seen_by(sight), case.c.opened_at >= begin, case.c.opened_at < end)
        .order_by(case.c.id)
    ).all()


def first_answers(tx: Connection, cases: Sequence[int]) -> Mapping[int, str]:
    """Return on which day the first letter of ours left: case → ISO date."""
    question = (
        select(ledger_entry.c.case_id, func.min(ledger_entry.c.day))
        .where(ledger_entry.c.ledger == OUTGOING, ledger_entry.c.case_id.in_(cases))
        .group_by(ledger_entry.c.case_id)
    )
    return {row[0]: row[1] for row in tx.execute(question)}


def orders(tx: Connection, sight: Sight) -> Sequence[AnyRow]:
    """List what units still owe of the orders that somebody may see."""
    return tx.execute(
        select(case.c.number, case.c.id.label("case_id"), matter.c.about, matter_unit)
        .select_from(
            matter_unit.join(matter, matter.c.id == matter_unit.c.matter_id).join(
                case, case.c.id == matter.c.case_id
            )
        )
        .where(
            seen_by(sight), matter_unit.c.state != "closed",
            case.c.state.not_in(_ENDED),
        )
        .order_by(matter.c.id, matter_unit.c.role.desc(), matter_unit.c.id)
    ).all()  # fmt: skip


def last_words(tx: Connection, units: Sequence[int]) -> Mapping[int, AnyRow]:
    """Return the last step of these units that gives a reason: unit → step."""
    rows = tx.execute(
        select(step)
        .where(step.c.unit_id.in_(units), step.c.reason.is_not(None))
        .order_by(step.c.id)
    )
    return {row.unit_id: row for row in rows}


def reasons(tx: Connection, cases: Sequence[int]) -> Mapping[int, str]:
    """Return why a case is late, in the words of the unit that told it last."""
    rows = tx.execute(
        select(matter.c.case_id, step.c.reason)
        .select_from(
            step.join(matter_unit, matter_unit.c.id == step.c.unit_id).join(
                matter, matter.c.id == matter_unit.c.matter_id
            )
        )
        .where(matter.c.case_id.in_(cases), step.c.reason.is_not(None))
        .order_by(step.c.id)
    )
    return {row.case_id: row.reason for row in rows}


def numbered(tx: Connection, numbers: Collection[str]) -> Sequence[int]:
    """Return the ids of the cases of these numbers."""
    return (
        tx.execute(select(case.c.id).where(case.c.number.in_(numbers))).scalars().all()
    )
