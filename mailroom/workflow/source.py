"""What a letter is made for and from: the case, the account, the fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailroom.message.model import Message
from mailroom.register import messages
from mailroom.register.schema import AnyRow
from mailroom.settings import Account
from mailroom.words.filters.people import salutation_cn, salutation_en
from mailroom.words.rich import Picture
from mailroom.workflow.desk import Desk
from mailroom.workflow.private import covered, covered_fields
from mailroom.workflow.salutation import salutation

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})  # what Word shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a letter is made for and from."""

    case: AnyRow
    account: Account
    language: str  # "zh" | "en"
    fields: Mapping[str, Any]
    original: Message | None  # the mail that it answers; None for a reminder
    thread: tuple[str, ...] = ()  # without it: Message-IDs of ours that it refers to
    now: datetime


def source_for(
    desk: Desk, row: AnyRow, case: AnyRow, message: Message, *, now: datetime
) -> Source:
    """Gather what an answer to a message is made from."""
    language = "en" if message.language == "en" else "zh"
    sender = message.sender
    name = sender.name if sender else ""
    fields = built_in(desk, case, language, name=name, now=now)
    fields["received_on"] = desk.today(row.received_at)
    fields["salutation"] = salutation(message, language)
    fields["subject"] = covered(message.base_subject or message.subject)
    fields["their_reference"] = message.message_id or ""
    fields["attached_pictures"] = [
        Picture(one.content, alt=one.name)
        for one in message.attachments
        if one.type in PICTURES and not one.inline
    ]
    # The office's own words win over what a mail claims to be.
    fields = {**covered_fields(messages.fields(row.answer)), **fields}
    return Source(
        case=case,
        account=desk.settings.account(row.account),
        language=language,
        fields=fields,
        original=message,
        now=now,
    )


def built_in(
    desk: Desk, case: AnyRow, language: str, *, name: str, now: datetime
) -> dict[str, Any]:
    """Return the fields that every template may use, the office's pictures too."""
    office = desk.settings.office
    owner = desk.directory.person(case.owner)
    return {
        **desk.own_pictures,
        "case_no": case.number,
        "our_reference": case.number,
        "salutation": salutation_cn(name) if language == "zh" else salutation_en(name),
        "sender_name": name,
        "subject": case.subject,
        "today": desk.today(now),
        "office_name": office.name
        if language == "zh"
        else office.name_en or office.name,
        "owner": owner.name if owner else case.owner,
        "due": case.due_on or "",
    }
