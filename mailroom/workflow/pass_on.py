"""Pass on: a draft that forwards a letter, because a rule of the office asks for it.

Held for a person's word like every letter. The mail goes with it as it came; what it
says is never read as a command, an address or a template.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from mailroom import cases as case_words
from mailroom.drafts import LETTER, PASSED_ON, Content
from mailroom.errors import Text, text
from mailroom.i18n import say
from mailroom.message.model import Attachment, Message
from mailroom.message.parse import parse
from mailroom.message.reply import is_sendable
from mailroom.message.subjects import forward_subject
from mailroom.register import cases, events, jobs, messages
from mailroom.register.drafts import Version
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.register.texts import pack
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import as_page, compose, enclose, formatted, hold, seal
from mailroom.workflow.source import Source, source_for

LARGEST = 20 * 1024 * 1024  # bytes; more is refused by most servers anyway


def pass_on(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Draft what rules want forwarded, once for each reader; returns the jobs.

    Raises LeaseLostError, UnreadableMessageError, and TemplateError where a template
    is broken.
    """
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
        case = cases.row(tx, row.case_id)
    raw = desk.mail.read(row.sha256)
    letter = _Letter(
        desk=desk, row=row, case=case, raw=raw, message=parse(raw), now=now
    )
    refused: dict[str, Text] = {}
    versions: list[tuple[str, Version]] = []
    for address, template in _wanted(desk, row.answer).items():
        why = letter.why_not(address)
        if why is None:
            versions.append((address, letter.version(address, template)))
        else:
            refused[address] = why
    category = desk.rules.categories.get(case.category or "")
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        for address, why in refused.items():
            events.record(
                tx, "not passed on", at=now, entity="message", entity_id=row.id,
                case_id=case.id, to=address, reason=pack(why),
            )  # fmt: skip
        for address, version in versions:
            following.append(
                hold(
                    tx, version, key=f"forward:{row.id}:{address}",
                    source=letter.source, message_id=None, followup_id=None,
                    kind=PASSED_ON, clearance=category.clearance if category else 1,
                    sensitivity=letter.sensitivity, now=now,
                )
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _wanted(desk: Desk, answer: Mapping[str, Any]) -> dict[str, str]:
    """Give each reader's address with the template of the letter, "" for none."""
    wanted: dict[str, str] = {}
    for action in answer.get("actions", ()):
        if action["verb"] == "forward_draft":
            to = str(action["arguments"]["to"])
            person = desk.directory.person(to)
            address = (person.address if person else to).lower()
            wanted.setdefault(address, str(action["arguments"].get("template", "")))
    return wanted


@dataclass(frozen=True, kw_only=True)
class _Letter:
    """A received letter that may be passed on."""

    desk: Desk
    row: AnyRow
    case: AnyRow
    raw: bytes
    message: Message
    now: datetime

    @property
    def sensitivity(self) -> str:
        """How confidential it is: as it was sorted, or as its case has become."""
        return case_words.stricter(
            self.case.sensitivity, self.row.answer["sensitivity"]
        )

    def why_not(self, address: str) -> Text | None:
        """Say why it is not passed on to somebody; None where it may be."""
        desk = self.desk
        ours = {a.lower() for a in desk.settings.office.addresses}
        ours |= {account.address.lower() for account in desk.settings.accounts}
        restricted = case_words.is_restricted(self.sensitivity)
        wrote = {one.address.lower() for one in self.message.senders}
        reasons = (
            (
                not is_sendable(address),
                text("{address} is not a mail address", address=repr(address)),
            ),
            (address in ours, text("it would come back to this desk")),
            (address in wrote, text("they wrote it themselves")),
            (
                restricted and not desk.directory.is_own(address),
                text("it is confidential, and {address} is not ours", address=address),
            ),
            (
                self.row.size > LARGEST,
                text("it is larger than the {limit} MB allowed: {size} MB",
                     limit=LARGEST // 2**20, size=self.row.size // 2**20),
            ),
            (not case_words.is_open(self.case.state), text("the case was closed")),
        )  # fmt: skip
        return next((why for holds, why in reasons if holds), None)

    @cached_property
    def source(self) -> Source:
        """What the draft is made for. It answers nobody: no thread, no quotation."""
        whole = source_for(self.desk, self.row, self.case, self.message, now=self.now)
        return replace(whole, original=None)

    def version(self, address: str, template: str) -> Version:
        """Make what is sent to one reader; the letter goes with it as it came."""
        subject = forward_subject(self.message.subject or self.case.subject)
        mail = Attachment(name=f"{self.case.number}.eml", type=LETTER, content=self.raw)
        if template:
            return compose(
                self.desk, self.source, template, to=[address], subject=subject,
                enclosed=[mail],
            )  # fmt: skip
        body = self._cover(address)
        content = Content(
            sender=formatted(self.source.account),
            to=(address,),
            subject=subject,
            text=body,
            html=as_page(body),
            enclosures=enclose(self.desk, [mail]),
        )
        return seal(
            self.desk, self.source, content, missing=(), marks=(),
            template="", made_by="mailroom",
        )  # fmt: skip

    def _cover(self, address: str) -> str:
        office = self.desk.settings.office
        person = self.desk.directory.person(address)
        sender = self.message.sender
        chinese = office.language == "zh-CN"
        sentence = text(
            "{name}:\n\nthe letter enclosed came to us on {date} from {sender}; it is"
            " registered as {case}. Subject: {subject}\n\n{office}",
            name=person.name if person else address,
            date=self.desk.today(self.row.received_at).isoformat(),
            sender=sender.address if sender else "–",
            case=self.case.number,
            subject=self.message.base_subject or self.message.subject,
            office=office.name if chinese else office.name_en or office.name,
        )
        return say(sentence, office.language)
