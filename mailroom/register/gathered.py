"""The notices of letters that wait to be told in one, and when the last ones left."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, literal, or_, select, update
from sqlalchemy import case as either

from mailroom.register.schema import AnyRow, Moment, case, job, message, notice

# What could not leave within a day is given up, and takes nobody's place any more.
_WAITS_AT_MOST = timedelta(days=1)
# What left later than that has its time from a clock that was wrong then.
_AHEAD_AT_MOST = timedelta(hours=1)
_LEFT = ("due", "sending", "sent", "refused", "uncertain")
_AT_A_TIME = 500  # far below the most values that SQLite takes in one statement


def nth_last(
    tx: Connection, to: str, kinds: Iterable[str], *, n: int, now: datetime
) -> datetime | None:
    """Return when the nth last notice of these kinds left for somebody.

    What still waits to leave is taken to leave now. None where there are fewer.
    """
    left = either(
        (notice.c.state == "due", literal(now, Moment)),
        else_=func.coalesce(notice.c.sent_at, notice.c.made_at),
    )
    found: datetime | None = tx.execute(
        select(left)
        .where(
            notice.c.to == to,
            notice.c.state.in_(_LEFT),
            notice.c.made_at > now - _WAITS_AT_MOST,
            left <= now + _AHEAD_AT_MOST,
            or_(*(notice.c.key.startswith(f"{kind}:") for kind in kinds)),
        )
        .order_by(left.desc())
        .offset(n - 1)
        .limit(1)
    ).scalar_one_or_none()
    return found


def is_coming(tx: Connection, to: str, kind: str, *, by: datetime) -> bool:
    """Say whether a job of this kind will tell somebody what is gathered.

    One that is due after `by` has its time from a wrong clock, and does not count.
    """
    # The first that was gathered has the job. The other way round, each letter would
    # go through all the work that waits.
    its_job = (
        select(job.c.id)
        .where(
            job.c.subject_id == notice.c.id,
            job.c.kind == kind,
            job.c.state.in_(("ready", "leased")),
            job.c.due_at <= by,
        )
        .exists()
    )
    found = (
        select(notice.c.id)
        .where(notice.c.to == to, notice.c.state == "gathered", its_job)
        .order_by(notice.c.made_at)
    )
    return tx.execute(found.limit(1)).first() is not None


def of(tx: Connection, to: str) -> Sequence[AnyRow]:
    """List what is gathered for somebody, the oldest first."""
    return tx.execute(
        select(notice.c.id, notice.c.key, notice.c.body)
        .where(notice.c.to == to, notice.c.state == "gathered")
        .order_by(notice.c.id)
    ).all()


def end(tx: Connection, states: Mapping[int, str]) -> None:
    """Write what became of gathered notices: `told` in one, or `withheld`."""
    if states:
        tx.execute(
            update(notice)
            .where(notice.c.id == bindparam("of"))
            .values(state=bindparam("became")),
            [{"of": each, "became": state} for each, state in states.items()],
        )


def letters(tx: Connection, numbers: Sequence[int]) -> dict[int, AnyRow]:
    """Return who may see these letters: by their case, else by what sorted them."""
    columns = (
        message.c.id, message.c.case_id, case.c.owner,
        func.coalesce(
            case.c.sensitivity, message.c.answer["sensitivity"].as_string(), "normal"
        ).label("sensitivity"),
        either(
            (message.c.case_id.is_(None), message.c.category), else_=case.c.category
        ).label("category"),
    )  # fmt: skip
    found: dict[int, AnyRow] = {}
    for begin in range(0, len(numbers), _AT_A_TIME):
        rows = tx.execute(
            select(*columns)
            .join(case, case.c.id == message.c.case_id, isouter=True)
            .where(message.c.id.in_(numbers[begin : begin + _AT_A_TIME]))
        )
        found |= {row.id: row for row in rows}
    return found
