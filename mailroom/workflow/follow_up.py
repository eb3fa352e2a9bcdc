"""Follow up: every promise has a due time, a next step and an end.

A step that is due makes a waiting draft for the correspondent, or a notice to the
owner; never a letter by itself. The answer, arriving in the thread, ends it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from mailroom.cases import Sight
from mailroom.drafts import ASIDE, SUPERVISION, DraftState
from mailroom.errors import ReviewError, Text, text
from mailroom.followups.chains import Chain, Step
from mailroom.followups.due import days_late, ends, next_step
from mailroom.message.reply import is_sendable
from mailroom.message.subjects import reply_subject
from mailroom.register import cases, drafts, events, followups, jobs, matters, messages
from mailroom.register.drafts import Version
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import compose, hold
from mailroom.workflow.notify import notify
from mailroom.workflow.source import Source, built_in
from mailroom.workflow.unit_letters import remind_unit

_OWN = ("due_on", "sentence", "sure", "unit_id")


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
) -> None:
    """Start those of the chains that begin now: "registered", "sent" or "held".

    `occasion` makes it once: the same letter never starts the same chain twice. A newer
    letter starts it anew: nobody is reminded of both.
    """
    for chain_id in dict.fromkeys(chains):
        chain = desk.chains.by_id.get(chain_id)
        if chain is None:  # since the letter was sorted, the rules have changed
            events.record(
                tx, "a chain is gone", at=now, entity="case", entity_id=case.id,
                case_id=case.id, chain=chain_id,
            )  # fmt: skip
        elif chain.starts == starts:
            _end_all(
                tx, [r for r in followups.running(tx, case.id) if r.chain == chain_id],
                reason="it has begun anew", now=now,
            )  # fmt: skip
            go_on(
                desk, tx, case, chain, done=0, occasion=occasion, since=since, now=now
            )


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
    after: AnyRow | None = None,
    **own: Any,  # noqa: ANN401  what a follow-up has of its own: see followups.start
) -> None:
    """Enter the next step; those whose time is past already are listed, not fired.

    `after` is the follow-up that it comes after: what that one has of its own, it has.
    """
    if after is not None:
        own = {name: getattr(after, name) for name in _OWN}
    due_on = own.get("due_on") or case.due_on
    due = date.fromisoformat(due_on) if due_on else None
    while True:
        reminder = next_step(
            chain, done, start=since, due=due, calendar=desk.calendar,
            zone=desk.settings.office.zone,
        )  # fmt: skip
        if reminder is None:
            return
        followup_id = followups.start(
            tx, case.id, chain=chain.id, step=reminder.step.number, occasion=occasion,
            due_at=reminder.at, started_at=since, now=now, **own,
        )  # fmt: skip
        if reminder.at > now:
            if followup_id is not None:
                jobs.add(tx, "remind", followup_id, now=now, due_at=reminder.at)
            return
        done = reminder.step.number


def end_for(
    desk: Desk, tx: Connection, case_id: int, what: str, *, reason: str, now: datetime
) -> None:
    """End what this ends: "answer", "sent", "decided" or "closed"."""
    ended = []
    for row in followups.running(tx, case_id):
        chain = desk.chains.by_id.get(row.chain)
        if chain is None or ends(chain, what):
            ended.append(row)
    _end_all(tx, ended, reason=reason, now=now)


def end_chains(
    tx: Connection, case_id: int, chains: Iterable[str], *, reason: Text, now: datetime
) -> None:
    """End these chains of a case: what they were promised for is no longer so."""
    ended = set(chains)
    rows = [row for row in followups.running(tx, case_id) if row.chain in ended]
    _end_all(tx, rows, reason=str(reason), now=now)


def _end_all(
    tx: Connection, rows: Iterable[AnyRow], *, reason: str, now: datetime
) -> None:
    for row in rows:
        followups.end(tx, row.id, state="done", reason=reason, now=now)
        jobs.cancel(tx, "remind", row.id, now=now)


def remind(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Do what a due follow-up asks for; returns the jobs that follow.

    Raises LeaseLostError, and TemplateError where a template is broken.
    """
    with desk.database.read() as tx:
        row = followups.row(tx, job.subject_id)
        case = cases.row(tx, row.case_id)
        letters = drafts.of_case(tx, row.case_id)
        mails = messages.of_case(tx, row.case_id)
        of = matters.unit_row(tx, row.unit_id) if row.unit_id is not None else None
    chain = desk.chains.by_id.get(row.chain)
    step = chain.steps[row.step - 1] if chain and row.step <= len(chain.steps) else None
    version, source = None, None
    drafting = desk.settings.office.mode != "observe"
    if drafting and step is not None and step.to == "correspondent":
        if of is not None:
            source, version = remind_unit(
                desk, of, case, step, letters, due_on=row.due_on, now=now
            )
        else:
            source = _source(desk, case, letters, due_on=row.due_on, now=now)
            readers = _readers(letters, mails)
            version = _reminder(desk, source, step, readers) if readers else None
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        # The answer may have come while the letter was made: asked again in here.
        if (
            step is not None
            and chain is not None
            and followups.fire(tx, row.id, now=now)
        ):
            if version is not None and source is not None:
                category = desk.rules.categories.get(case.category or "")
                following.append(
                    hold(
                        tx, version, key=f"reminder:{row.id}", source=source,
                        message_id=None, followup_id=row.id,
                        kind="reminder" if of is None else SUPERVISION,
                        clearance=category.clearance if category else 1,
                        sensitivity=case.sensitivity, now=now,
                    )
                )  # fmt: skip
            if drafting:
                following += _tell_owner(desk, tx, case, row, now=now)
            go_on(
                desk, tx, case, chain, done=step.number,
                occasion=followups.occasion_of(row), since=row.started_at, now=now,
                after=row,
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _source(
    desk: Desk,
    case: AnyRow,
    letters: list[drafts.Held],
    *,
    due_on: str | None,
    now: datetime,
) -> Source:
    sent = [held for held in letters if held.state == DraftState.SENT]
    account = sent[-1].account if sent else desk.settings.accounts[0].name
    chinese = any("一" <= letter <= "鿿" for letter in case.subject)
    language = "zh" if chinese else "en"
    fields = built_in(desk, case, language, name="", now=now)
    fields["matter"] = case.subject
    due_on = due_on or case.due_on
    if due_on:
        due = date.fromisoformat(due_on)
        fields["due"] = due
        fields["days_late"] = days_late(due, desk.today(now), desk.calendar)
    return Source(
        case=case,
        account=desk.settings.account(account),
        language=language,
        fields=fields,
        original=None,
        thread=thread_of(letters),
        now=now,
    )


def thread_of(letters: Iterable[drafts.Held]) -> tuple[str, ...]:
    """Give the Message-IDs of the letters that they have got of us, oldest first."""
    return tuple(held.says.rfc_id for held in letters if _reached_them(held))


def _reached_them(held: drafts.Held) -> bool:
    return held.state == DraftState.SENT and held.kind not in ASIDE


def _readers(letters: Sequence[drafts.Held], mails: Sequence[AnyRow]) -> list[str]:
    """Say who is reminded: whoever got our letter, else whoever wrote to us."""
    for held in reversed(letters):
        if _reached_them(held):
            return list(held.says.content.to)
    theirs = [row.sender for row in mails if row.direction == "in"]
    return [a for a in theirs[:1] if is_sendable(a)]


def _reminder(
    desk: Desk, source: Source, step: Step, readers: Sequence[str]
) -> Version:
    template = step.template.get(source.language) or next(iter(step.template.values()))
    return compose(
        desk,
        source,
        template,
        to=readers,
        subject=reply_subject(source.case.subject),
    )


def _tell_owner(
    desk: Desk, tx: Connection, case: AnyRow, row: AnyRow, *, now: datetime
) -> list[int | None]:
    owner = desk.directory.person(case.owner)
    return notify(
        desk,
        tx,
        key=f"followup:{row.id}",
        subject=text("[{case}] a follow-up is due", case=case.number),
        body=text(
            "A follow-up of case {case} is due today ({chain}, step {step}).\n"
            "Look at it: mailroom cases show {case}",
            case=case.number,
            chain=row.chain,
            step=row.step,
        ),
        also=[owner.address] if owner else [],
        now=now,
    )


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
    """End a promise by a person's word: done, or cancelled. Raises ReviewError."""
    state = "done" if done else "cancelled"
    with desk.database.write() as tx:
        if not followups.is_seen(tx, sight, followup_id):
            raise ReviewError(text("there is no follow-up {id}", id=followup_id))
        if not followups.end(
            tx, followup_id, state=state, reason=reason, now=now, actor=who
        ):
            raise ReviewError(text("follow-up {id} has ended already", id=followup_id))
