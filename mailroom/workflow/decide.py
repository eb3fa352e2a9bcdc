"""Decide: a person's word on a draft, bound to exactly what they were shown."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailroom.cases import CaseState, is_restricted
from mailroom.directory import Person
from mailroom.drafts import (
    PASSED_ON,
    RECALLABLE,
    REVISABLE,
    DraftState,
    Finding,
    differences,
)
from mailroom.errors import ReviewError, Text, text
from mailroom.message.parse import parse
from mailroom.message.redate import redate
from mailroom.message.reply import is_sendable
from mailroom.register import cases, drafts, events, jobs, messages
from mailroom.register.drafts import Held
from mailroom.workflow.clerk import since_then
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import as_page, is_for_mail_client, seal
from mailroom.workflow.follow_up import end_for, thread_of
from mailroom.workflow.hold import lead_case, withdraw
from mailroom.workflow.send import sent
from mailroom.workflow.sight import sight_of
from mailroom.workflow.source import Source

MACHINE = "mailroom"  # what the machine itself does stands under this name
TWO_PEOPLE = 3  # clearance from which a director and a leader decide


def show(desk: Desk, draft_id: int, *, who: str, now: datetime) -> Held:
    """Give a draft to a reviewer, and remember which version they saw.

    Raises ReviewError where there is no such draft, or none for this person.
    """
    with desk.database.write() as tx:
        held = _found(tx, draft_id)
        _person_for(desk, held, who)
        drafts.note_shown(tx, who, held, now)
    return held


def findings(desk: Desk, held: Held) -> tuple[Finding, ...]:
    """Return what the clerk points at in a draft, what came in since first."""
    with desk.database.read() as tx:
        return (*since_then(tx, held), *held.says.findings)


def approve(
    desk: Desk, draft_id: int, *, who: str, now: datetime, seen: str | None = None
) -> Held:
    """Approve what was shown; returns the draft as it stands then.

    `seen` is the seal of what the reviewer looked at (or its first eight letters or
    more); without it, the version shown to them last counts. Raises ReviewError, with
    the differences, where the draft has changed since.
    """
    with desk.database.write() as tx:
        held = _found(tx, draft_id)
        person = _person_for(desk, held, who)
        _must_be_as_shown(tx, held, who, seen)
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
        return _found(tx, draft_id)


def undo(desk: Desk, draft_id: int, *, who: str, now: datetime) -> Held:
    """Take an approval back within the grace time. Raises ReviewError afterwards."""
    with desk.database.write() as tx:
        held = _found(tx, draft_id)
        _person_for(desk, held, who)
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
        return _found(tx, draft_id)


def reject(desk: Desk, draft_id: int, *, who: str, reason: str, now: datetime) -> Held:
    """Reject a draft for good; its case goes on. Raises ReviewError."""
    with desk.database.write() as tx:
        held = _found(tx, draft_id)
        _person_for(desk, held, who)
        drafts.move(
            tx, held, DraftState.REJECTED, now=now, actor=who, decided_by=who,
            decided_at=now, reason=text("{reason}", reason=reason), send_at=None,
        )  # fmt: skip
        jobs.cancel(tx, "send", held.id, now=now)
        lead_case(tx, held, CaseState.ASSIGNED, now=now, actor=who)
        if held.placement in {"placed", "due"}:
            key = f"tidy:{held.id}:rejected"
            jobs.add(tx, "tidy", held.id, now=now, key=key)
        return _found(tx, draft_id)


def revise(
    desk: Desk,
    draft_id: int,
    *,
    who: str,
    now: datetime,
    body: str | None = None,
    subject: str | None = None,
    to: Sequence[str] | None = None,
) -> Held:
    """Change a draft by hand; it waits again, and nobody has approved it.

    `body` is the whole plain text; its HTML form is made from it, and has no pictures.
    Gaps that the new text no longer shows are filled; one in an attachment is not.
    Raises ReviewError.
    """
    with desk.database.read() as tx:
        held = _found(tx, draft_id)
        _person_for(desk, held, who)
        case = cases.row(tx, held.case_id)
        row = messages.row(tx, held.message_id) if held.message_id else None
        letters = drafts.of_case(tx, held.case_id)
    if held.state not in REVISABLE:
        raise ReviewError(
            text(
                "draft {id} is {state}; only a waiting one can be changed",
                id=held.id,
                state=text(held.state.value),
            )
        )
    for address in to or ():
        if not is_sendable(address):
            raise ReviewError(
                text("{address} is not a mail address", address=repr(address))
            )
    old = held.says.content
    content = replace(
        old,
        to=tuple(to) if to is not None else old.to,
        subject=_one_line(subject) if subject is not None else old.subject,
        text=body if body is not None else old.text,
        html=as_page(body) if body is not None else old.html,
        pictures=old.pictures if body is None else (),
    )
    source = Source(
        case=case,
        account=desk.settings.account(held.account),
        language="zh",
        fields=messages.fields(row.answer) if row else {},
        original=parse(desk.mail.read(row.sha256)) if row else None,
        thread=() if held.kind == PASSED_ON else thread_of(letters),
        now=now,
    )
    version = seal(
        desk,
        source,
        content,
        missing=[f for f in held.says.missing if _shows_gap(content.text, f)
                 or not _shows_gap(old.text, f)],  # a gap in an attachment stays
        marks=() if body is not None else held.says.marks,
        template=held.says.template,
        made_by=who,
    )  # fmt: skip
    place = is_for_mail_client(version, held.clearance, held.sensitivity)
    with desk.database.write() as tx:
        drafts.revise(tx, held, version, place=place, now=now)
        number = held.version + 1
        if held.placement in {"placed", "due"}:
            jobs.add(tx, "tidy", held.id, now=now, key=f"tidy:{held.id}:v{number}")
        if place:
            jobs.add(tx, "place", held.id, now=now, key=f"place:{held.id}:{number}")
        return _found(tx, draft_id)


def settle(
    desk: Desk, draft_id: int, *, who: str, delivered: bool, now: datetime
) -> Held:
    """Say what became of an uncertain letter: it was delivered, or it waits again.

    Raises ReviewError where nothing is uncertain.
    """
    with desk.database.write() as tx:
        held = _found(tx, draft_id)
        _person_for(desk, held, who)
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
        return _found(tx, draft_id)


def close(desk: Desk, number: str, *, who: str, now: datetime) -> None:
    """Close a case (办结); what still waits in it is withdrawn. Raises ReviewError."""
    with desk.database.write() as tx:
        case = cases.by_number(tx, number)
        if case is None:
            raise ReviewError(text("there is no case {number}", number=number))
        letters = drafts.of_case(tx, case.id)
        if any(held.state == DraftState.SENDING for held in letters):
            raise ReviewError(
                text(
                    "a letter of {number} is leaving just now; try again", number=number
                )
            )
        for held in letters:
            if held.state in RECALLABLE:
                withdraw(tx, held, text("the case was closed"), now=now)
        end_for(desk, tx, case.id, "closed", reason="the case was closed", now=now)
        cases.move(tx, case.id, CaseState.CLOSED, now=now, actor=who)


# -- the questions that every decision asks ------------------------------------------


def _found(tx: Connection, draft_id: int) -> Held:
    held = drafts.held(tx, draft_id)
    if held is None:
        raise ReviewError(text("there is no draft {id}", id=draft_id))
    return held


def _person_for(desk: Desk, held: Held, who: str) -> Person | None:
    """Find who decides; restricted and two-person drafts need a known person."""
    if who == MACHINE:
        raise ReviewError(
            text("decisions need a person's name; run this as yourself, through sudo")
        )
    person = desk.person(who)
    restricted = is_restricted(held.sensitivity)
    if person is None and (restricted or held.clearance >= TWO_PEOPLE):
        raise ReviewError(
            text(
                "draft {id} is for named people; let the operator map your account"
                " {who} under [reviewers] in mailroom.toml",
                id=held.id,
                who=who,
            )
        )
    if not sight_of(desk, person).sees(held.sensitivity, held.category, held.owner):
        raise ReviewError(text("there is no draft {id}", id=held.id))
    return person


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


def _must_be_as_shown(tx: Connection, held: Held, who: str, seen: str | None) -> None:
    if seen is not None:
        if len(seen) >= 8 and held.seal.startswith(seen.lower()):  # noqa: PLR2004  a short seal, as shown
            return
        changes: list[Text] = []
    else:
        version = drafts.version_shown(tx, who, held.id)
        if version is None:
            raise ReviewError(
                text("look at the draft first: mailroom review show {id}", id=held.id)
            )
        if version == held.version:
            return
        changes = list(
            differences(drafts.content_of(tx, held.id, version), held.says.content)
        )
    raise ReviewError(
        text(
            "draft {id} has changed since you saw it; nothing was sent. {changes}",
            id=held.id,
            changes=_joined(changes),
        )
    )


def _joined(sentences: Sequence[Text]) -> Text:
    if not sentences:
        return text("Look at it again.")
    if len(sentences) == 1:
        return sentences[0]
    return text("{first}\n{rest}", first=sentences[0], rest=_joined(sentences[1:]))


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
                reasons=_joined(blocking),
            )
        )
    if not held.says.content.recipients:
        raise ReviewError(text("draft {id} has no recipient", id=held.id))


def _shows_gap(body: str, field: str) -> bool:
    return f"【待填:{field}】" in body or f"[to fill: {field}]" in body


def _one_line(value: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())
