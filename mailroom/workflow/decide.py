"""Decide: a person's word on a draft, bound to exactly what they were shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mailroom.cases import CaseState
from mailroom.directory import Person
from mailroom.drafts import RECALLABLE, DraftState, Finding
from mailroom.errors import ReviewError, text
from mailroom.message.redate import redate
from mailroom.register import cases, drafts, events, jobs, precedents
from mailroom.register.drafts import Held
from mailroom.workflow.clerk import since_then
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import is_for_mail_client
from mailroom.workflow.follow_up import end_for
from mailroom.workflow.hold import lead_case, withdraw
from mailroom.workflow.permission import (
    TWO_PEOPLE,
    found,
    joined,
    must_be_as_shown,
    person_behind,
    person_for,
)
from mailroom.workflow.send import sent
from mailroom.workflow.sight import sight_of

# What nobody has decided on.
WAITING = frozenset({DraftState.WAITING, DraftState.LATER, DraftState.REFUSED})


def show(desk: Desk, draft_id: int, *, who: str, now: datetime) -> Held:
    """Give a draft to a reviewer, and remember which version they saw.

    Raises ReviewError where there is no such draft, or none for this person.
    """
    with desk.database.write() as tx:
        held = found(tx, draft_id)
        person_for(desk, held, who)
        heard = precedents.newest_mail(tx, held.case_id)
        drafts.note_shown(tx, who, held, heard=heard, now=now)
    return held


def findings(desk: Desk, held: Held) -> tuple[Finding, ...]:
    """Return what the clerk points at in a draft, what came in since first."""
    with desk.database.read() as tx:
        return (*since_then(tx, held), *held.says.findings)


def approve(
    desk: Desk,
    draft_id: int,
    *,
    who: str,
    now: datetime,
    seen: str | None = None,
    heard: int | None = None,
) -> Held:
    """Approve what was shown; returns the draft as it stands then.

    `seen` is the seal of what the reviewer looked at (or its first eight letters or
    more); without it, the version shown to them last counts. `heard` is the number of
    the last letter of theirs that stood in the case then; without it, the one that
    stood there when the draft was shown to them last. Raises ReviewError, with the
    differences, where the draft has changed since, or they have written again.
    """
    with desk.database.write() as tx:
        held = found(tx, draft_id)
        person = person_for(desk, held, who)
        must_be_as_shown(tx, held, who, seen)
        if heard is None:
            heard = drafts.heard_by(tx, who, held.id)
        if heard is not None and precedents.newest_mail(tx, held.case_id) > heard:
            raise ReviewError(
                text(
                    "they have written again since you looked; nothing was approved:"
                    " look at draft {id} again",
                    id=held.id,
                )
            )
        _must_be_ready(desk, held)
        if held.state not in {DraftState.WAITING, DraftState.LATER}:
            raise ReviewError(
                text(
                    "draft {id} is {state}; only a waiting one can be approved",
                    id=held.id,
                    state=text(held.state.value),
                )
            )
        approvals = [*held.approvals, (who, held.seal)]
        if held.clearance >= TWO_PEOPLE and not _enough(desk, approvals, person):
            if any(name == who for name, _ in held.approvals):
                raise ReviewError(
                    text(
                        "you have approved it already; two people must, one of them a"
                        " leader"
                    )
                )
            drafts.note(tx, held.id, approvals=[list(a) for a in approvals])
            events.record(
                tx, "approved by one of two", at=now, entity="draft", entity_id=held.id,
                case_id=held.case_id, actor=who, version=held.version, seal=held.seal,
            )  # fmt: skip
            return replace(held, approvals=tuple(approvals))
        send_at = now + timedelta(seconds=desk.settings.limits.grace)
        letter = redate(
            desk.letters.read(held.says.mime_sha256),
            send_at.astimezone(desk.settings.office.zone),
        )
        (letter_sha256,) = desk.letters.keep([letter])
        drafts.move(
            tx, held, DraftState.APPROVED, now=now, actor=who, decided_by=who,
            decided_at=now, send_at=send_at, letter_sha256=letter_sha256,
            approvals=[list(a) for a in approvals],
        )  # fmt: skip
        lead_case(tx, held, CaseState.APPROVED, now=now, actor=who)
        jobs.add(
            tx, "send", held.id, now=now, due_at=send_at,
            key=f"send:{held.id}:{held.version}:{now.isoformat()}",
        )  # fmt: skip
        return found(tx, draft_id)


def undo(desk: Desk, draft_id: int, *, who: str, now: datetime) -> Held:
    """Take an approval back within the grace time. Raises ReviewError afterwards."""
    with desk.database.write() as tx:
        held = found(tx, draft_id)
        person_for(desk, held, who)
        # Never while it is handed over, or in doubt: it would be sent a second time.
        if held.state not in {DraftState.APPROVED, DraftState.DEFERRED}:
            raise ReviewError(
                text(
                    "draft {id} is {state}; there is no approval to take back",
                    id=held.id,
                    state=text(held.state.value),
                )
            )
        drafts.move(
            tx, held, DraftState.WAITING, now=now, actor=who, approvals=[],
            send_at=None, letter_sha256=None,
        )  # fmt: skip
        lead_case(tx, held, CaseState.DRAFTED, now=now, actor=who)
        jobs.cancel(tx, "send", held.id, now=now)
        return found(tx, draft_id)


def reject(
    desk: Desk,
    draft_id: int,
    *,
    who: str,
    reason: str,
    now: datetime,
    seen: str | None = None,
) -> Held:
    """Reject a draft for good; its case goes on.

    `seen` is the seal of what the reviewer has looked at, as for an approval. With
    it, only what waits is rejected: who was shown a waiting draft did not mean to
    overrule the colleague who has approved it meanwhile. Raises ReviewError.
    """
    with desk.database.write() as tx:
        held = found(tx, draft_id)
        person_for(desk, held, who)
        if seen is not None:
            must_be_as_shown(tx, held, who, seen)
            _must_wait(held)
        drafts.move(
            tx, held, DraftState.REJECTED, now=now, actor=who, decided_by=who,
            decided_at=now, reason=text("{reason}", reason=reason), send_at=None,
        )  # fmt: skip
        jobs.cancel(tx, "send", held.id, now=now)
        lead_case(tx, held, CaseState.ASSIGNED, now=now, actor=who)
        if held.placement in {"placed", "due"}:
            key = f"tidy:{held.id}:rejected"
            jobs.add(tx, "tidy", held.id, now=now, key=key)
        return found(tx, draft_id)


def put_off(
    desk: Desk, draft_id: int, *, who: str, until: datetime, now: datetime
) -> Held:
    """Let a draft wait unseen until a time; then it stands in the queue again.

    Raises ReviewError.
    """
    if until <= now:
        raise ReviewError(text("that time has passed"))
    with desk.database.write() as tx:
        held = found(tx, draft_id)
        person_for(desk, held, who)
        jobs.cancel(tx, "wake", held.id, now=now)
        if held.state != DraftState.LATER:
            drafts.move(tx, held, DraftState.LATER, now=now, actor=who)
        key = f"wake:{held.id}:{now.isoformat()}"
        jobs.add(tx, "wake", held.id, now=now, due_at=until, key=key)
        return found(tx, draft_id)


def hand_over(desk: Desk, number: str, *, to: str, who: str, now: datetime) -> None:
    """Put another person of the office in charge of a case. Raises ReviewError."""
    person = desk.directory.person(to)
    with desk.database.write() as tx:
        case = cases.by_number(tx, number)
        sight = sight_of(desk, person_behind(desk, who))
        if case is None or not sight.sees(case.sensitivity, case.category, case.owner):
            raise ReviewError(text("there is no case {number}", number=number))
        if person is None:
            raise ReviewError(
                text("rules/office/people.yaml knows nobody called {name}", name=to)
            )
        cases.assign(tx, case, person.name, now=now, actor=who)


def settle(
    desk: Desk, draft_id: int, *, who: str, delivered: bool, now: datetime
) -> Held:
    """Say what became of an uncertain letter: it was delivered, or it waits again.

    Raises ReviewError where nothing is uncertain.
    """
    with desk.database.write() as tx:
        held = found(tx, draft_id)
        person_for(desk, held, who)
        if held.state != DraftState.UNCERTAIN:
            raise ReviewError(text("nothing is uncertain about draft {id}", id=held.id))
        if delivered:
            sent(desk, tx, held, now=now, actor=who)
        else:
            place = is_for_mail_client(held.says, held.clearance, held.sensitivity)
            drafts.move(
                tx, held, DraftState.WAITING, now=now, actor=who, approvals=[],
                send_at=None, letter_sha256=None, placement="due" if place else "none",
            )  # fmt: skip
            lead_case(tx, held, CaseState.DRAFTED, now=now, actor=who)
            if place:
                key = f"place:{held.id}:again:{now.isoformat()}"
                jobs.add(tx, "place", held.id, now=now, key=key)
        return found(tx, draft_id)


def close(
    desk: Desk, number: str, *, who: str, now: datetime, heard: int | None = None
) -> None:
    """Close a case (办结); what still waits in it is withdrawn.

    `heard` is the number of their last letter that the page had shown. Raises
    ReviewError, also where another one has come since: nobody would answer it.
    """
    with desk.database.write() as tx:
        case = cases.by_number(tx, number)
        if case is None:
            raise ReviewError(text("there is no case {number}", number=number))
        if heard is not None and precedents.newest_mail(tx, case.id) > heard:
            raise ReviewError(
                text(
                    "they have written again since you looked; {number} was not closed",
                    number=number,
                )
            )
        letters = drafts.of_case(tx, case.id)
        if any(held.state == DraftState.SENDING for held in letters):
            raise ReviewError(
                text(
                    "a letter of {number} is leaving just now; try again", number=number
                )
            )
        # First: a letter that speaks of other cases too is written anew for those.
        end_for(desk, tx, case.id, "closed", reason="the case was closed", now=now)
        for held in drafts.of_case(tx, case.id):
            if held.state in RECALLABLE:
                withdraw(tx, held, text("the case was closed"), now=now)
            elif held.state == DraftState.REFUSED:
                # Else it would stay in the queue, and could leave after the end.
                why = text("the case was closed")
                drafts.move(
                    tx, held, DraftState.REJECTED, now=now, actor=who, reason=why
                )
        cases.move(tx, case.id, CaseState.CLOSED, now=now, actor=who)


def archive(desk: Desk, number: str, *, who: str, now: datetime) -> None:
    """File a closed case (归档). Raises ReviewError where it is still open."""
    with desk.database.write() as tx:
        case = cases.by_number(tx, number)
        if case is None:
            raise ReviewError(text("there is no case {number}", number=number))
        if case.state != CaseState.CLOSED:
            raise ReviewError(
                text(
                    "{number} is not closed; only a closed case is filed", number=number
                )
            )
        cases.move(tx, case.id, CaseState.ARCHIVED, now=now, actor=who)


def _enough(
    desk: Desk, approvals: Sequence[tuple[str, str]], person: Person | None
) -> bool:
    """Say whether two different people have approved, one of them a leader."""
    people = {
        p.address: p
        for p in (desk.person(name) for name, _ in approvals)
        if p is not None
    }
    if person is not None:
        people[person.address] = person
    return len(people) > 1 and any("leader" in p.roles for p in people.values())


def _must_wait(held: Held) -> None:
    if held.state not in WAITING:
        raise ReviewError(
            text(
                "draft {id} is {state}; somebody was quicker",
                id=held.id,
                state=text(held.state.value),
            )
        )


def _must_be_ready(desk: Desk, held: Held) -> None:
    if desk.settings.office.mode != "send":
        raise ReviewError(
            text(
                "mailroom is in {mode} mode and sends nothing; send the draft from"
                ' your mail client, or set mode = "send"',
                mode=desk.settings.office.mode,
            )
        )
    if held.says.missing:
        raise ReviewError(
            text(
                "draft {id} still has gaps: {fields}; fill them in with: mailroom"
                " review revise {id}",
                id=held.id,
                fields=", ".join(held.says.missing),
            )
        )
    blocking = [f.text for f in held.says.findings if f.level == "blocks"]
    if blocking:
        raise ReviewError(
            text(
                "draft {id} cannot be approved as it is: {reasons}\nChange it with:"
                " mailroom review revise {id}",
                id=held.id,
                reasons=joined(blocking),
            )
        )
    if not held.says.content.recipients:
        raise ReviewError(text("draft {id} has no recipient", id=held.id))
