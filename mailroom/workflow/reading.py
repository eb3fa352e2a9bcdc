"""What thinking makes of a message, before the book is opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Any, cast

from mailroom.calendar import Calendar
from mailroom.directory import Directory, Site
from mailroom.message.authentication import vouched
from mailroom.message.machine import is_own
from mailroom.message.model import Machine, MachineKind, Message
from mailroom.message.moment import sent_at
from mailroom.message.parse import parse
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Category, Classification, Context, Field, Reason
from mailroom.workflow.hours import days_of

# Machine mail that is what it is whatever its words: nobody waits for an answer.
SILENT = frozenset({"bounce", "auto_reply", "receipt", "own"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message with all that thinking has made of it, before the book is opened."""

    message: Message
    machine: Machine | None
    answer: Classification | None  # None for silent machine mail
    category: Category | None
    context: Context | None = None  # what the rules knew; None: they were not asked
    told: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    # fields of silent machine mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How the office knows itself in a mail: addresses, people, days, hours."""

    addresses: tuple[str, ...]
    domains: tuple[str, ...]
    loop_mark: str = ""  # X-Mailroom-Loop of this installation
    directory: Directory = field(default_factory=Directory)
    calendar: Calendar | None = None  # None: China's public days
    zone: tzinfo | None = None  # None: that of each message's Date


def read(
    raw: bytes,
    rules: RuleSet,
    own: Own,
    *,
    now: datetime,
    thread_category: str | None = None,
) -> Reading:
    """Think about a message: bytes in, answer out. Raises UnreadableMessageError."""
    message = parse(raw)
    return think(message, rules, own, now=now, thread_category=thread_category)


def think(
    message: Message,
    rules: RuleSet,
    own: Own,
    *,
    now: datetime,
    thread_category: str | None = None,
    by_hand: str | None = None,
) -> Reading:
    """Think about a message that has been parsed; answers as `read`.

    `by_hand` is the drawer that a person has named for it.
    """
    calendar = works_by(message, own)
    machine = is_own(message, own.addresses, own.loop_mark) or message.machine
    answer = category = None
    fields: Mapping[str, Field] = MappingProxyType({})
    context = Context(
        now=now,
        thread_category=thread_category,
        own_domains=own.domains,
        own_addresses=own.addresses,
        directory=own.directory,
        calendar=calendar,
        zone=own.zone,
        trusted=vouched(message, own.directory.mail_servers),
    )
    if machine is not None and machine.kind in SILENT:
        fields = _told_by(machine, message, rules, context)
    else:
        answer = (
            rules.classify(message, context)
            if by_hand is None
            else rules.sort_by_hand(message, context, by_hand)
        )
        category = rules.categories.get(answer.category or "")
        if category is not None and category.id in SILENT:
            # No header says so, but its words do (seen in practice: QQ Mail).
            reason = answer.rule or category.id
            machine = Machine(kind=cast("MachineKind", category.id), reason=reason)
    return Reading(
        message=message,
        machine=machine,
        answer=answer,
        category=category,
        context=context if answer is not None else None,
        told=fields if answer is None else answer.fields,
    )


def works_by(message: Message, own: Own) -> Calendar | None:
    """Say whose working days count for a letter: those of the site it concerns.

    That is where its writer works for us; of a stranger, where his clock is that of
    the site and not that of the office, and he writes in English.
    """
    site = site_of(message, own.directory, own.zone)
    return own.calendar if site is None else days_of(site.calendar)


def site_of(message: Message, directory: Directory, zone: tzinfo | None) -> Site | None:
    """Say which of our sites a letter belongs to; None where it is the office's own."""
    writer = directory.person(message.sender.address) if message.sender else None
    for site in directory.sites:
        if writer is not None and writer.unit == site.name:
            return site
    moment = sent_at(message)
    if writer is not None or moment is None or message.language != "en":
        return None
    at_home = zone and moment.astimezone(zone).utcoffset() == moment.utcoffset()
    for site in directory.sites:
        if not at_home and site.has_the_clock_of(moment):
            return site
    return None


def _told_by(
    machine: Machine, message: Message, rules: RuleSet, context: Context
) -> Mapping[str, Field]:
    """Give what silent machine mail tells: who was not reached, who is away till when.

    A report's own status part is surer than what rules read in its words.
    """
    fields = dict(rules.fields_of(machine.kind, message, context))
    reports = [each for each in message.bounces if each.action != "other"]
    if reports:
        first, *others = reports
        said = {
            "failed_recipient": first.recipient,
            "status": first.status,
            "action": first.action,
            "original_id": first.original_id or "",
        }
        fields |= {
            name: Field(value=value, zone="header", span=(0, 0))
            for name, value in said.items()
            if value
        }
        named = tuple(each.recipient for each in others)
        fields["failed_recipient"] = replace(fields["failed_recipient"], others=named)
    return MappingProxyType(fields)


def due(
    reading: Reading, received_on: date, calendar: Calendar
) -> tuple[date | None, str | None]:
    """Say by when the office must act: the stated deadline, else the category's days.

    A deadline on a day off counts as the working day before it, unless the letter came
    later than that: then the day itself is left. Returns the day and its basis,
    "deadline" or "default"; (None, None) where nothing is due. `calendar` counts where
    the letter is not known to belong to another one.
    """
    answer, category = reading.answer, reading.category
    if reading.context is not None and reading.context.calendar is not None:
        calendar = reading.context.calendar
    if answer is not None and answer.due is not None:
        day = calendar.back_to_working_day(answer.due)
        return (answer.due if day < received_on <= answer.due else day), "deadline"
    if category is not None and category.days is not None:
        return calendar.add_working_days(received_on, category.days), "default"
    return None, None


def plain(answer: Classification) -> Mapping[str, Any]:
    """Write an answer of the rules as plain values, as JSON keeps it."""
    return {
        "category": answer.category,
        "candidates": [list(candidate) for candidate in answer.candidates],
        "also": list(answer.also),
        "tags": list(answer.tags),
        "rule": answer.rule,
        "why": [_by_name(reason) for reason in answer.why],
        "confidence": answer.confidence,
        "fields": _written(answer.fields),
        "needs_reply": answer.needs_reply,
        "sensitivity": answer.sensitivity,
        "due": answer.due.isoformat() if answer.due else None,
        "actions": [
            {"verb": a.verb, "rule": a.rule, "arguments": dict(a.arguments)}
            for a in answer.actions
        ],
        "quarantine": str(answer.quarantine) if answer.quarantine else None,
        "call_back": answer.call_back,
        "mail_type": answer.mail_type,
    }


def told(fields: Mapping[str, Field]) -> Mapping[str, Any] | None:
    """Write the fields of silent machine mail likewise; None where there are none."""
    if not fields:
        return None
    return {"fields": _written(fields)}


def _written(fields: Mapping[str, Field]) -> Mapping[str, Any]:
    return {name: _by_name(field) for name, field in fields.items()}


def _by_name(value: Reason | Field) -> Mapping[str, Any]:
    """Give the parts of a flat value (`asdict` would copy each of them)."""
    return {name: getattr(value, name) for name in value.__slots__}
