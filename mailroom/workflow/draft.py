"""Draft: the reply and the office's papers are made from Word templates.

What is missing is marked, never left blank; a draft with a gap cannot be approved.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from markupsafe import escape
from sqlalchemy import Connection

from mailroom import cases as case_words
from mailroom.cases import CaseState
from mailroom.drafts import PASSED_ON, UNDER_WAY, Content, Enclosure
from mailroom.errors import Fault, TemplateError, text
from mailroom.message.answer import (
    Recipients,
    in_reply_to_for,
    quote,
    references_for,
)
from mailroom.message.model import Address, Attachment
from mailroom.message.parse import parse
from mailroom.message.reply import (
    ID_BYTES,
    Letter,
    build,
    new_message_id,
    pictures_in,
)
from mailroom.message.subjects import reply_subject
from mailroom.register import cases, drafts, jobs, messages, papers
from mailroom.register.drafts import Version
from mailroom.register.files import Files
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.settings import Account
from mailroom.words.model import Rendered
from mailroom.workflow.clerk import examined
from mailroom.workflow.desk import Desk
from mailroom.workflow.paper_fields import paper_fields
from mailroom.workflow.private import covered
from mailroom.workflow.readers import readers
from mailroom.workflow.source import Source, source_for

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QUOTED_CHARACTERS = 20_000  # of the original, under a reply
PLACED_CLEARANCE = 2  # above it two people decide, and the mail client cannot know that


def draft(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Make the reply and the papers for a message; returns the jobs that follow.

    Raises LeaseLostError, and TemplateError where a template is broken.
    """
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
        case = cases.row(tx, row.case_id)
    message = parse(desk.mail.read(row.sha256))
    answer = row.answer or {}
    source = source_for(desk, row, case, message, now=now)
    reply = _reply_template(desk, answer, source.language)
    version = None
    reader = readers(desk, message, answer)
    if reply is not None and reader is not None:
        enclosed, gaps = _enclosed(desk, answer, source)
        version = _version(desk, source, reply, reader, enclosed, gaps=gaps)
    made = _papers(desk, row, source)
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        if _overtaken(tx, row):
            version = None
        for template, rendered, sha256, edition in made:
            papers.add(
                tx, key=f"{row.id}:{template}", case_id=case.id, template=template,
                name=_paper_name(case.number, template, edition), sha256=sha256,
                missing=rendered.missing, now=now,
            )  # fmt: skip
        if version is not None:
            category = desk.rules.categories[answer["category"]]
            following.append(
                hold(
                    tx, version, key=_key(row.id, answer), source=source,
                    message_id=row.id, followup_id=None, kind="reply",
                    clearance=category.clearance, sensitivity=answer["sensitivity"],
                    now=now,
                )
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _paper_name(number: str, template: str, edition: int) -> str:
    """Name a paper; two of one case have two names."""
    again = f" {edition}" if edition > 1 else ""
    return f"{number} {PurePosixPath(template).stem}{again}.docx"


def _key(message_id: int, answer: Mapping[str, Any]) -> str:
    """Name what a draft answers: never two of one name.

    A letter that a person has put into another drawer is answered anew, once each time.
    """
    again = answer.get("again")
    return f"reply:{message_id}:{again}" if again else f"reply:{message_id}"


def _overtaken(tx: Connection, row: AnyRow) -> bool:
    """Say whether nobody waits for this reply any more.

    A person has closed the case, a colleague has answered from the mail client, or
    another reply is being made.
    """
    state = cases.row(tx, row.case_id).state
    if not case_words.is_open(state) or messages.answered_by_hand(tx, row):
        return True
    letters = drafts.of_case(tx, row.case_id)
    return any(held.kind == "reply" and held.state in UNDER_WAY for held in letters)


def hold(
    tx: Connection,
    version: Version,
    *,
    key: str,
    source: Source,
    message_id: int | None,
    followup_id: int | None,
    kind: str,
    clearance: int,
    sensitivity: str,
    now: datetime,
) -> int | None:
    """Enter a draft that waits for a person's word; returns the job that places it."""
    place = is_for_mail_client(version, clearance, sensitivity)
    draft_id = drafts.create(
        tx, key=key, case_id=source.case.id, message_id=message_id,
        followup_id=followup_id, account=source.account.name, kind=kind,
        clearance=clearance, sensitivity=sensitivity, place=place, version=version,
        now=now,
    )  # fmt: skip
    if draft_id is None:
        return None
    if kind != PASSED_ON:
        cases.move(tx, source.case.id, CaseState.DRAFTED, now=now)
    if not place:
        return None
    return jobs.add(tx, "place", draft_id, now=now, key=f"place:{draft_id}:1")


def is_for_mail_client(version: Version, clearance: int, sensitivity: str) -> bool:
    """Say whether a draft may lie in the IMAP Drafts mailbox too.

    Only what one person may decide alone, with the whole letter before them: there
    nobody sees what the clerk found.
    """
    doubtful = version.missing or any(f.level != "note" for f in version.findings)
    restricted = case_words.is_restricted(sensitivity)
    return not (doubtful or restricted or clearance > PLACED_CLEARANCE)


def _reply_template(desk: Desk, answer: Mapping[str, Any], language: str) -> str | None:
    category = desk.rules.categories.get(answer.get("category") or "")
    if category is None or category.draft == "never":
        return None
    if category.draft == "asked" and not answer.get("needs_reply"):
        return None
    for action in answer.get("actions", ()):
        if action["verb"] == "draft_reply":
            arguments = action["arguments"]
            found = arguments.get(f"template_{language}") or arguments.get("template")
            return str(found) if found else None
    return None


def render(desk: Desk, template: str, fields: Mapping[str, Any]) -> Rendered:
    """Fill in a template. Raises TemplateError where it is missing or broken."""
    try:
        found = desk.templates[template]
    except KeyError as error:
        wrong = text("There is no template {name}.", name=template)
        faults = [Fault(file=template, code="R040", text=wrong)]
        raise TemplateError(faults) from error
    return found.render(fields)


def _enclosed(
    desk: Desk, answer: Mapping[str, Any], source: Source
) -> tuple[list[Attachment], list[str]]:
    """Make the attachments; returns them, and the fields that they lack."""
    enclosed: list[Attachment] = []
    gaps: list[str] = []
    category = desk.rules.categories[answer["category"]]
    for template in category.attach:
        if f".{source.language}." in template:
            rendered = render(desk, template, source.fields)
            enclosed.append(
                Attachment(
                    name=f"{source.case.number}.docx", type=DOCX, content=rendered.docx
                )
            )
            gaps += rendered.missing
    return enclosed, gaps


def _papers(
    desk: Desk, row: AnyRow, source: Source
) -> list[tuple[str, Rendered, str, int]]:
    """Make the office's own papers; of a pair, the one in the office's language.

    Returns template, paper, its file, and the how many-th of its kind it is.
    """
    asked = [
        str(action["arguments"]["template"])
        for action in (row.answer or {}).get("actions", ())
        if action["verb"] == "draft_paper"
    ]
    office = desk.settings.office
    ours, other = (".zh.", ".en.") if office.language == "zh-CN" else (".en.", ".zh.")
    made = []
    for template in asked:
        if other in template and template.replace(other, ours) in asked:
            continue
        english = ".en." in template and office.name_en
        named = {"office_name": english or office.name}
        fields = {**source.fields, **paper_fields(desk, row, source, template), **named}
        rendered = render(desk, template, fields)
        (sha256,) = desk.enclosures.keep([rendered.docx])
        made.append((template, rendered, sha256, fields.get("edition", 1)))
    return made


def _version(
    desk: Desk,
    source: Source,
    template: str,
    reader: Recipients,
    enclosed: Sequence[Attachment],
    *,
    gaps: Sequence[str],
) -> Version:
    original = source.original
    if original is None:
        raise ValueError("a reply needs the mail that it answers")
    return compose(
        desk,
        source,
        template,
        to=[a.address for a in reader.to],
        cc=[a.address for a in reader.cc],
        subject=reply_subject(covered(original.subject)),
        enclosed=enclosed,
        gaps=gaps,
    )


def compose(
    desk: Desk,
    source: Source,
    template: str,
    *,
    to: Sequence[str],
    cc: Sequence[str] = (),
    subject: str,
    enclosed: Sequence[Attachment] = (),
    gaps: Sequence[str] = (),
) -> Version:
    """Make a version of a letter from a template; its bytes are durable afterwards.

    `gaps` are fields that the enclosed papers lack: they are missing here, too.
    """
    rendered = render(desk, template, source.fields)
    body, html = rendered.text, rendered.html
    if source.original is not None:
        quoted_text, quoted_html = quote(source.original, QUOTED_CHARACTERS)
        body, html = f"{body}\n\n{quoted_text}", f"{html}\n{quoted_html}"
    return seal(
        desk,
        source,
        Content(
            sender=formatted(source.account),
            to=tuple(to),
            cc=tuple(cc),
            subject=subject,
            text=body,
            html=html,
            pictures=_kept(desk.pictures, _shown(rendered)),
            enclosures=enclose(desk, enclosed),
        ),
        missing=tuple(dict.fromkeys((*rendered.missing, *gaps))),
        marks=tuple((m.start, m.end, m.field) for m in rendered.marks),
        template=f"{template}@{rendered.template[:12]}",
        made_by="mailroom",
    )


def _shown(rendered: Rendered) -> list[Attachment]:
    """Return the pictures that the letter shows; a template may hold more of them."""
    known = {one.name: one for one in rendered.pictures}
    return [
        Attachment(name=name, type=known[name].type, content=known[name].content)
        for name in pictures_in(rendered.html)
    ]


def _kept(files: Files, enclosed: Sequence[Attachment]) -> tuple[Enclosure, ...]:
    names = files.keep(e.content for e in enclosed)
    return tuple(
        Enclosure(name=e.name, type=e.type, sha256=sha256, size=len(e.content))
        for e, sha256 in zip(enclosed, names, strict=True)
    )


def enclose(desk: Desk, files: Sequence[Attachment]) -> tuple[Enclosure, ...]:
    """Keep what goes with a letter, each where its kind is kept."""
    return tuple(kept for one in files for kept in _kept(desk.shelf(one.type), [one]))


def _brought(files: Files, kept: Sequence[Enclosure]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(name=e.name, type=e.type, content=files.read(e.sha256)) for e in kept
    )


def as_page(body: str) -> str:
    """Write plain words as HTML."""
    lines = "<br>\n".join(str(escape(line)) for line in body.splitlines())
    return f"<div>{lines}</div>"


def formatted(account: Account) -> str:
    """Write who sends from an account."""
    return (
        f"{account.display} <{account.address}>" if account.display else account.address
    )


def seal(
    desk: Desk,
    source: Source,
    content: Content,
    *,
    missing: Sequence[str],
    marks: Sequence[tuple[int, int, str]],
    template: str,
    made_by: str,
) -> Version:
    """Fix a letter for good: its Message-ID and its exact bytes, durable on disk.

    The clerk's checks read it first; a letter that was revised is read again.
    """
    account, original, thread = source.account, source.original, source.thread
    rfc_id = new_message_id(account.address.rpartition("@")[2], os.urandom(ID_BYTES))
    letter = Letter(
        message_id=rfc_id,
        date=source.now.astimezone(desk.settings.office.zone),
        sender=Address(account.display, account.address),
        to=tuple(Address("", address) for address in content.to),
        cc=tuple(Address("", address) for address in content.cc),
        subject=content.subject,
        text=content.text,
        html=content.html,
        pictures=_brought(desk.pictures, content.pictures),
        attachments=tuple(
            brought
            for one in content.enclosures
            for brought in _brought(desk.shelf(one.type), [one])
        ),
        in_reply_to=in_reply_to_for(original)
        if original
        else next(reversed(thread), None),
        references=references_for(original) if original else thread,
        extra_headers=(("X-Mailroom-Loop", desk.loop_mark),),
    )
    (mime_sha256,) = desk.letters.keep([build(letter)])
    return Version(
        content=content,
        rfc_id=rfc_id,
        missing=tuple(missing),
        findings=examined(desk, source, content, template),
        marks=tuple(marks),
        template=template,
        mime_sha256=mime_sha256,
        made_by=made_by,
    )
