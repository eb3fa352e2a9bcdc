"""Follow up: every promise has a due time, a next step and an end.

A step that is due joins what its reader is reminded of that day; it sends nothing by
itself. The answer, arriving in the thread, ends it.
"""

import contextlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from mailroom.cases import Sight
from mailroom.drafts import RECALLABLE
from mailroom.errors import ReviewError, Text, text
from mailroom.followups.chains import PLAIN, Chain, Urgency
from mailroom.followups.due import Matter, Reminder, ends, next_step
from mailroom.register import cases, drafts, events, followups, jobs, messages
from mailroom.register import reminders as book
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow import hours
from mailroom.workflow.desk import Desk
from mailroom.workflow.hold import withdraw
from mailroom.workflow.remind_whom import addressed
from mailroom.workflow.slots import put

_OWN = ("due_on", "sentence", "sure", "unit_id", "said_done")
MADE_UP_FOR = 10  # working days; a first collection brings mail that is older


def promise(
    desk: Desk,
    tx: Connection,
    case: AnyRow,
    chains: Iterable[str],
    *,
    starts: str,
    occasion: str,
    since: datetime,
    now: datetime,
    by_hand: bool = False,
) -> None:
    """Start those of the chains that begin now: "registered", "sent" or "bounced".

    `occasion` makes it once: the same letter never starts the same chain twice. A newer
    letter starts it anew: nobody is reminded of both. `by_hand`: a person wants it
    followed now, however old the letter is.
    """
    for chain_id in in_its_urgency(desk, case, chains):
        chain = desk.chains.by_id.get(chain_id)
        if chain is None:  # since the letter was sorted, the rules have changed
            events.record(
                tx, "a chain is gone", at=now, entity="case", entity_id=case.id,
                case_id=case.id, chain=chain_id,
            )  # fmt: skip
        elif chain.starts == starts:
            end_rows(
                tx, [r for r in followups.running(tx, case.id) if r.chain == chain_id],
                reason="it has begun anew", now=now,
            )  # fmt: skip
            matter = matter_of(desk, tx, case, chain, since=since)
            first, today = matter.first_day, now.astimezone(matter.zone).date()
            fresh = (
                by_hand
                or matter.calendar.working_days_between(first, today) <= MADE_UP_FOR
            )
            go_on(
                desk, tx, case, chain, done=0, occasion=occasion, since=since, now=now,
                makes_up=fresh,
            )  # fmt: skip


def in_its_urgency(desk: Desk, case: AnyRow, chains: Iterable[str]) -> list[str]:
    """Name the chains that a case runs: its degree of urgency may ask for another."""
    degree = degree_of(desk, case)
    category = desk.rules.categories.get(case.category or "")
    if degree is None or not degree.chain or category is None:
        return list(dict.fromkeys(chains))
    named = (degree.chain if one == category.chain else one for one in chains)
    return list(dict.fromkeys(named))


def degree_of(desk: Desk, case: AnyRow) -> Urgency | None:
    """Find the degree of urgency of a case; None where its letter names none."""
    return desk.chains.degree(case.urgency) if case.urgency else None


def matter_of(
    desk: Desk,
    tx: Connection,
    case: AnyRow,
    chain: Chain,
    *,
    since: datetime,
    due_on: str | None = None,
) -> Matter:
    """Gather what the days of a case's chain are counted from.

    `due_on` is a day of its own (ISO), instead of the case's.
    """
    due_on = due_on or case.due_on
    where = hours.place(desk, case.site)
    owners = hours.site_of(desk.directory, desk.directory.person(case.owner))
    degree = degree_of(desk, case) or desk.chains.degree("plain")
    return Matter(
        start=since,
        due=date.fromisoformat(due_on) if due_on else None,
        days=days_told(tx, case.id) if chain.fields else {},
        urgency=degree.days if degree else PLAIN,
        any_hour=degree is not None and degree.any_hour,
        calendar=where.calendar,
        zone=where.zone,
        theirs=hours.place(desk, owners).calendar if owners != case.site else None,
    )


def days_told(tx: Connection, case_id: int) -> Mapping[str, date]:
    """Return the days that the letters of a case tell; the last one counts."""
    told: dict[str, date] = {}
    for row in messages.of_case(tx, case_id):
        if row.direction != "in":
            continue
        for name, value in messages.fields(row.answer).items():
            with contextlib.suppress(ValueError):
                told[name] = date.fromisoformat(str(value)[:10])
    return told


def go_on(
    desk: Desk,
    tx: Connection,
    case: AnyRow,
    chain: Chain,
    *,
    done: int,
    occasion: str,
    since: datetime,
    now: datetime,
    makes_up: bool = True,
    after: AnyRow | None = None,
    **own: Any,  # noqa: ANN401  what a follow-up has of its own: see followups.start
) -> None:
    """Enter the next step. Of those whose time is past the last is made up for.

    Where not even that is to be, they are listed, and not fired. `after` is the
    follow-up that it comes after: what that one has of its own, it has.
    """
    if after is not None:
        own = {name: getattr(after, name) for name in _OWN}
    matter = matter_of(desk, tx, case, chain, since=since, due_on=own.get("due_on"))
    lapsed: list[Reminder] = []
    while True:
        coming = next_step(chain, done, matter)
        if coming is None or coming.at > now:
            break
        lapsed.append(coming)
        done = coming.step.number
    late = lapsed[-1] if lapsed and makes_up else None
    for reminder in (*lapsed, *([coming] if coming and late is None else [])):
        followup_id = followups.start(
            tx, case.id, chain=chain.id, step=reminder.step.number, occasion=occasion,
            due_at=reminder.at, started_at=since, now=now, late=reminder is late,
            **own,
        )  # fmt: skip
        if followup_id is not None and (reminder is late or reminder is coming):
            jobs.add(tx, "remind", followup_id, now=now, due_at=max(now, reminder.at))


def end_for(
    desk: Desk, tx: Connection, case_id: int, what: str, *, reason: str, now: datetime
) -> None:
    """End what this ends: "answer", "sent", "decided" or "closed"."""
    ended = []
    for row in followups.running(tx, case_id):
        chain = desk.chains.by_id.get(row.chain)
        if chain is None or ends(chain, what):
            ended.append(row)
    end_rows(tx, ended, reason=reason, now=now)


def end_chains(
    tx: Connection, case_id: int, chains: Iterable[str], *, reason: Text, now: datetime
) -> None:
    """End these chains of a case: what they were promised for is no longer so."""
    ended = set(chains)
    rows = [row for row in followups.running(tx, case_id) if row.chain in ended]
    end_rows(tx, rows, reason=str(reason), now=now)


def end_rows(
    tx: Connection, rows: Iterable[AnyRow], *, reason: str, now: datetime
) -> None:
    """End these follow-ups, and take back the waiting letters that speak of them."""
    ended = list(rows)
    for row in ended:
        followups.end(tx, row.id, state="done", reason=reason, now=now)
        jobs.cancel(tx, "remind", row.id, now=now)
    call_letters_back(tx, [row.id for row in ended], now=now)


def call_letters_back(
    tx: Connection, followup_ids: Iterable[int], *, now: datetime
) -> None:
    """Take back the waiting letters that speak of what has ended.

    What else such a letter speaks of gets another letter.
    """
    for row in book.with_letters(tx, list(followup_ids)):
        held = drafts.held(tx, row.draft_id)
        if held is None or held.state not in RECALLABLE:
            continue
        withdraw(tx, held, text("what it asks for has ended"), now=now)
        jobs.cancel(tx, "send", held.id, now=now)
        book.note(tx, row.id, state="open", draft_id=None)
        jobs.add(tx, "bundle", row.id, now=now, key=f"bundle:{row.id}:{held.id}")


def remind(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Let a due follow-up join what its reader is told today. Raises LeaseLostError.

    Where later steps of its chain are due as well, the last of them counts: after a
    pause nobody is reminded of each.
    """
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        row = followups.row(tx, job.subject_id)
        case = cases.row(tx, row.case_id)
        chain = desk.chains.by_id.get(row.chain)
        if chain is not None and row.state == "active":
            matter = matter_of(
                desk, tx, case, chain, since=row.started_at, due_on=row.due_on
            )
            later = next_step(chain, row.step, matter)
            if later is not None and later.at <= now:
                followups.pass_over(tx, row.id)
            elif row.step <= len(chain.steps) and followups.fire(tx, row.id, now=now):
                step = chain.steps[row.step - 1]
                if desk.settings.office.mode != "observe":
                    for whom in addressed(desk, tx, case, row, step):
                        put(desk, tx, row, case, whom, now=now)
            go_on(
                desk, tx, case, chain, done=row.step,
                occasion=followups.occasion_of(row), since=row.started_at, now=now,
                after=row,
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return []


def end_by_hand(
    desk: Desk,
    followup_id: int,
    *,
    done: bool,
    reason: str,
    who: str,
    sight: Sight,
    now: datetime,
) -> None:
    """End a promise by a person's word: done, or cancelled. Raises ReviewError.

    With it end the other steps of its chain, those that are still to come as well.
    """
    state = "done" if done else "cancelled"
    with desk.database.write() as tx:
        if not followups.is_seen(tx, sight, followup_id):
            raise ReviewError(text("there is no follow-up {id}", id=followup_id))
        ended = _with_its_steps(tx, followup_id)
        if followup_id not in ended:
            raise ReviewError(text("follow-up {id} has ended already", id=followup_id))
        for each in ended:
            followups.end(tx, each, state=state, reason=reason, now=now, actor=who)
            jobs.cancel(tx, "remind", each, now=now)
        call_letters_back(tx, ended, now=now)


def _with_its_steps(tx: Connection, followup_id: int) -> list[int]:
    """List the steps that have not ended of the chain that a follow-up belongs to."""
    one = followups.row(tx, followup_id)
    return [
        row.id
        for row in followups.running(tx, one.case_id)
        if (row.chain, followups.occasion_of(row))
        == (one.chain, followups.occasion_of(one))
    ]


def not_done(
    desk: Desk, followup_id: int, *, who: str, sight: Sight, now: datetime
) -> None:
    """Say that what they call done is not; the reminders go on. Raises ReviewError."""
    with desk.database.write() as tx:
        if not followups.is_seen(tx, sight, followup_id):
            raise ReviewError(text("there is no follow-up {id}", id=followup_id))
        if followups.row(tx, followup_id).said_done is None:
            raise ReviewError(
                text("nobody says that follow-up {id} is done", id=followup_id)
            )
        for each in _with_its_steps(tx, followup_id):
            followups.go_on(tx, each, now=now, actor=who)
