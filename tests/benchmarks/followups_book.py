"""A register with very many promises: a real one, entered again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from mailroom.register import followups, jobs
from mailroom.register.schema import case, followup, job, message
from mailroom.workflow import follow_up
from tests.unit.small_office import REPAIR, SmallOffice

AT_ONCE = 2000  # rows of one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is promised."""

    open: int = 100_000
    due: int = 1_000  # of them at the same minute


def promise_one(office: SmallOffice, chain: str, *, since: datetime) -> int:
    """Sort one letter and start a chain for its case; return the follow-up."""
    (row,) = office.sort(REPAIR)
    with office.desk.database.write() as tx:
        asked = select(case).where(case.c.id == row.case_id)
        of_case = tx.execute(asked).one()
        for running in followups.running(tx, of_case.id):
            followups.end(tx, running.id, state="done", reason="", now=since)
            jobs.cancel(tx, "remind", running.id, now=since)
        follow_up.promise(
            office.desk, tx, of_case, [chain], starts=office.desk.chains.by_id[chain]
            .starts, occasion="bench", since=since, now=since,
        )  # fmt: skip
        return int(followups.running(tx, of_case.id)[-1].id)


def multiply(office: SmallOffice, followup_id: int, size: Size) -> Sequence[datetime]:
    """Enter that promise again for as many cases; return the minutes, `due` at each."""
    with office.desk.database.write() as tx:
        one = _row(tx, followup, followup_id)
        its_case = _row(tx, case, one["case_id"])
        asked = select(job).where(
            job.c.kind == "remind", job.c.subject_id == followup_id
        )
        its_job = dict(tx.execute(asked).one()._mapping)
        asked = select(message).where(message.c.case_id == one["case_id"])
        its_mail = dict(tx.execute(asked).one()._mapping)
        rows: dict[Table, list[dict[str, Any]]] = {
            table: [] for table in (case, message, followup, job)
        }
        minutes: list[datetime] = []
        people = [person.name for person in office.desk.directory.people]
        for n in range(1, size.open):
            number = 1_000_000 + n
            minute = n // size.due
            if minute == len(minutes):
                minutes.append(one["due_at"] + timedelta(hours=minute))
            at = minutes[minute]
            rows[case].append(
                {**its_case, "id": number, "number": f"B-{n:06d}", "sequence": number,
                 "owner": people[n % len(people)],
                 "correspondent": f"guest{n % 900}@client.example"}
            )  # fmt: skip
            rows[message].append(
                {**its_mail, "id": number, "case_id": number,
                 "rfc_id": f"<{number}@client.example>", "dedupe_key": str(number)}
            )  # fmt: skip
            rows[followup].append(
                {**one, "id": number, "case_id": number, "due_at": at,
                 "key": f"{number}:{one['chain']}:{one['step']}:bench"}
            )  # fmt: skip
            rows[job].append(
                {**its_job, "id": number, "key": f"remind:{number}",
                 "subject_id": number, "due_at": at}
            )  # fmt: skip
        for table, many in rows.items():
            _enter(tx, table, many)
    return minutes


def _row(tx: Connection, table: Table, number: int) -> dict[str, Any]:
    return dict(tx.execute(select(table).where(table.c.id == number)).one()._mapping)


def _enter(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        tx.execute(insert(table), list(rows[begin : begin + AT_ONCE]))
