"""Revise: a person changes a draft by hand; it waits again, approved by nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailroom.drafts import ASIDE, REVISABLE, Content, Enclosure
from mailroom.errors import ReviewError, text
from mailroom.message.attachment_text import read_text
from mailroom.message.model import Attachment
from mailroom.message.parse import parse
from mailroom.message.reply import is_sendable
from mailroom.register import cases, drafts, jobs, messages, sends
from mailroom.register.drafts import Held, Version
from mailroom.register.schema import AnyRow
from mailroom.workflow.bundle import thread_of
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import as_page, compose, is_for_mail_client, seal
from mailroom.workflow.permission import found, must_be_as_shown, person_for
from mailroom.workflow.source import Source, source_for


def revise(
    desk: Desk,
    draft_id: int,
    *,
    who: str,
    now: datetime,
    body: str | None = None,
    subject: str | None = None,
    to: Sequence[str] | None = None,
    cc: Sequence[str] | None = None,
    enclosures: Sequence[Enclosure] | None = None,
    seen: str | None = None,
) -> Held:
    """Change what a draft says, to whom, and what goes with it; None leaves it.

    `body` is the whole plain text; its HTML form is made from it, and has no pictures.
    Gaps that the new text no longer shows are filled; one in an attachment is filled
    by another in its place, without the gap. `seen` is the seal of what was shown to
    whoever changes it. Raises ReviewError, also where somebody else has changed the
    draft since then.
    """
    matter = _open(desk, draft_id, who, seen)
    for address in (*(to or ()), *(cc or ())):
        if not is_sendable(address):
            raise ReviewError(
                text("{address} is not a mail address", address=repr(address))
            )
    held, old = matter.held, matter.held.says.content
    content = replace(
        old,
        to=tuple(to) if to is not None else old.to,
        cc=tuple(cc) if cc is not None else old.cc,
        subject=_one_line(subject) if subject is not None else old.subject,
        text=body if body is not None else old.text,
        html=as_page(body) if body is not None else old.html,
        pictures=old.pictures if body is None else (),
        enclosures=tuple(enclosures) if enclosures is not None else old.enclosures,
    )
    if not content.to:
        raise ReviewError(text("draft {id} has no recipient", id=held.id))
    fields = messages.fields(matter.row.answer) if matter.row else {}
    version = seal(
        desk,
        matter.source(desk, fields, now),
        content,
        missing=_gaps_left(desk, held, content),
        marks=() if body is not None else held.says.marks,
        template=held.says.template,
        made_by=who,
    )
    return _enter(desk, held, version, now)


def refill(
    desk: Desk,
    draft_id: int,
    *,
    who: str,
    now: datetime,
    fields: Mapping[str, str],
    seen: str | None = None,
) -> Held:
    """Make the letter anew from its template, with values that a person gives.

    What was changed by hand in its text before is gone: the page says so. `seen`
    as for `revise`. Raises ReviewError, and TemplateError where the template is broken.
    """
    matter = _open(desk, draft_id, who, seen)
    held, row = matter.held, matter.row
    template = held.says.template.partition("@")[0]
    if row is None or template not in desk.templates:
        raise ReviewError(text("draft {id} was not made from a template", id=draft_id))
    original = parse(desk.mail.read(row.sha256))
    source = source_for(desk, row, matter.case, original, now=now)
    source = replace(source, fields={**source.fields, **fields})
    content = held.says.content
    version = compose(
        desk, source, template, to=content.to, cc=content.cc, subject=content.subject
    )
    # The attachments were made from the old values; what a person put in stays.
    if content.enclosures:
        # A gap in an attachment stays until there is another attachment.
        missing = held.says.missing
        enclosed = _in_enclosures(desk, missing, content)
        gaps = [
            field
            for field in missing
            if field in enclosed or not _shows_gap(content.text, field)
        ]
        version = seal(
            desk,
            source,
            replace(version.content, enclosures=content.enclosures),
            missing=tuple(dict.fromkeys((*version.missing, *gaps))),
            marks=version.marks,
            template=version.template,
            made_by=who,
        )
    return _enter(desk, held, replace(version, made_by=who), now)


class _Matter:
    """A draft that may be changed, with what it was made from."""

    def __init__(
        self, held: Held, case: AnyRow, row: AnyRow | None, letters: Sequence[Held]
    ) -> None:
        self.held, self.case, self.row, self.letters = held, case, row, letters

    def source(self, desk: Desk, fields: Mapping[str, Any], now: datetime) -> Source:
        return Source(
            case=self.case,
            account=desk.settings.account(self.held.account),
            language="zh",
            fields=fields,
            original=parse(desk.mail.read(self.row.sha256)) if self.row else None,
            thread=() if self.held.kind in ASIDE else thread_of(self.letters),
            now=now,
        )


def _open(desk: Desk, draft_id: int, who: str, seen: str | None) -> _Matter:
    with desk.database.read() as tx:
        held = found(tx, draft_id)
        case = cases.row(tx, held.case_id)
        row = messages.row(tx, held.message_id) if held.message_id else None
        letters = drafts.of_case(tx, held.case_id)
        person_for(desk, held, who)
        if seen is not None:
            must_be_as_shown(tx, held, who, seen)
        settled = sends.settled_recipients(
            tx, held.id, rfc_id=held.says.rfc_id, approved_at=held.decided_at
        )
    got_it = [address for address, how in settled.items() if how == "accepted"]
    if got_it:
        # Another text is another letter: they would have two.
        raise ReviewError(
            text(
                "{addresses} have got this letter already; it can be approved as it is"
                " for the others, or rejected",
                addresses=", ".join(got_it),
            )
        )
    if held.state not in REVISABLE:
        raise ReviewError(
            text(
                "draft {id} is {state}; only a waiting one can be changed",
                id=held.id,
                state=text(held.state.value),
            )
        )
    return _Matter(held, case, row, letters)


def _enter(desk: Desk, held: Held, version: Version, now: datetime) -> Held:
    place = is_for_mail_client(version, held.clearance, held.sensitivity)
    with desk.database.write() as tx:
        drafts.revise(tx, held, version, place=place, now=now)
        _arrange(tx, held, place=place, now=now)
        return found(tx, held.id)


def _arrange(tx: Connection, held: Held, *, place: bool, now: datetime) -> None:
    """Let the old copy leave the mail client's Drafts, and the new one come."""
    number = held.version + 1
    if held.placement in {"placed", "due"}:
        jobs.add(tx, "tidy", held.id, now=now, key=f"tidy:{held.id}:v{number}")
    if place:
        jobs.add(tx, "place", held.id, now=now, key=f"place:{held.id}:{number}")


def _gaps_left(desk: Desk, held: Held, content: Content) -> list[str]:
    """List the fields that are missing still, in the letter or in what goes with it.

    One that shows nowhere is of an attachment: it stays until one is gone. One more
    file fills nothing.
    """
    old = held.says.content
    enclosed = _in_enclosures(desk, held.says.missing, content)
    all_there = set(old.enclosures) <= set(content.enclosures)
    return [
        field
        for field in held.says.missing
        if _shows_gap(content.text, field)
        or field in enclosed
        or (all_there and not _shows_gap(old.text, field))
    ]


def _in_enclosures(desk: Desk, missing: Sequence[str], content: Content) -> set[str]:
    """Tell which of these fields an enclosure shows as a gap."""
    if not missing:
        return set()
    words = [_words_of(desk, one) for one in content.enclosures]
    return {field for field in missing if any(_shows_gap(w, field) for w in words)}


def _words_of(desk: Desk, one: Enclosure) -> str:
    content = desk.shelf(one.type).read(one.sha256)
    return read_text(Attachment(name=one.name, type=one.type, content=content)) or ""


def _shows_gap(body: str, field: str) -> bool:
    return f"【待填:{field}】" in body or f"[to fill: {field}]" in body


def _one_line(value: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())
