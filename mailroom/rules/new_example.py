"""Makes an example of a rule from a real mail: little of it, and that in disguise."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from random import Random
from types import MappingProxyType

from mailroom.calendar import Calendar
from mailroom.message.model import Address, Message
from mailroom.rules.disguise import SURNAME, Disguise
from mailroom.rules.examples import OWN, Tried, try_one
from mailroom.rules.explain import Step, try_condition
from mailroom.rules.fields.found import Context as FieldContext
from mailroom.rules.fields.found import Found
from mailroom.rules.fields.readers import READERS
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Classification, Context
from mailroom.rules.page import Page
from mailroom.rules.rule import Example, Rule
from mailroom.rules.telling_names import firms

LONGEST = 2000  # characters of a mail in an example
_SENTENCE = re.compile(r"[^\n。！？!?；;]*?(?:[。！？!?；;]+|\.(?=\s)|\n|$)")
_HEADER = re.compile(r"(?:^header |^header_exists .*?|\| )([A-Za-z0-9-]+)")
_LISTS = ("List-Id", "List-Unsubscribe", "Precedence", "Auto-Submitted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A real mail, and what is known of it."""

    rule_set: RuleSet
    office: Context  # what rules know besides a message
    message: Message
    context: Context
    answer: Classification


def make_example(
    source: Source, rule: Rule, *, matches: bool, chance: Random
) -> Tried | None:
    """Make the smallest example that still shows what the mail shows.

    First the sentences that the rule looks at, then the whole text. None where neither
    holds once names and numbers are changed, or the mail itself says otherwise.
    """
    page = Page(source.message, source.context)
    if (rule.when.hits(page) is not None) != matches:
        return None
    step = try_condition(rule.when, page)
    disguise = _disguise(source, rule, chance)
    for body in (_looked_at(source, rule, step), source.message.zones.new[:LONGEST]):
        plain = replace(_example(source, disguise, step, body), matches=matches)
        for date in _dates(source.message):
            example = replace(plain, date=date)
            tried = try_one(source.rule_set, rule, example, source.office)
            if not tried.faults and (date or _reads_alike(source, rule, tried)):
                return _with_fields(source, rule, tried)
    return None


def _dates(message: Message) -> tuple[str, ...]:
    """Give the dates an example may have, from none to the whole one."""
    if message.date is None:
        return ("",)
    return ("", message.date.date().isoformat(), message.date.isoformat(" ", "minutes"))


def _reads_alike(source: Source, rule: Rule, tried: Tried) -> bool:
    """Say whether the example has the fields that the mail has.

    Where it has not, it may lack its day: 下周三 is another day on another day.
    """
    if tried.answer is None or not tried.example.matches:
        return True
    return all(
        extract.field in tried.answer.fields
        and tried.answer.fields[extract.field].basis
        == source.answer.fields[extract.field].basis
        == "stated"
        for extract in rule.extract
        if extract.field in source.answer.fields
    )


def _with_fields(source: Source, rule: Rule, tried: Tried) -> Tried:
    """Write down which values the example must give, where it must match."""
    if (
        tried.answer is None
        or not tried.example.matches
        or tried.answer.rule != rule.id
    ):
        return tried
    names = {extract.field for extract in rule.extract}
    expected = {
        name: field.value
        for name, field in tried.answer.fields.items()
        if name in names and field.sure and name in source.answer.fields
    }
    example = replace(tried.example, expect=MappingProxyType(expected))
    return replace(tried, example=example)


# ── what is taken of the mail ────────────────────────────────────────────


def _spans(
    source: Source, rule: Rule, step: Step
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the places that conditions and fields have read, exclusions included.

    What other rules read (a telephone number, say) is nothing to this one.
    """
    for test in step.tests():
        for hit in test.hits:
            yield hit.zone, hit.span
    own = {extract.field for extract in rule.extract}
    for name, field in source.answer.fields.items():
        if name in own:
            yield field.zone, field.span


def _looked_at(source: Source, rule: Rule, step: Step) -> str:
    """Give the sentences of the mail that were read, and no others."""
    zones = source.message.zones
    spans = list(_spans(source, rule, step))
    pieces = []
    for zone, mark in (("new", ""), ("forwarded", ""), ("quoted", "> ")):
        text = getattr(zones, zone)
        places = [span for name, span in spans if name == zone and span[0] < span[1]]
        for match in _SENTENCE.finditer(text):
            read = any(a < match.end() and match.start() < b for a, b in places)
            if read and match[0].strip():
                pieces.append(mark + match[0].strip())
    return "\n".join(pieces)[:LONGEST]


def _example(source: Source, disguise: Disguise, step: Step, body: str) -> Example:
    message = source.message
    asked = [test.condition for test in step.tests()]
    plain = Example(line=1, column=1, matches=True)
    sender = message.sender
    attached = [a.name for a in message.attachments if not a.inline]
    return replace(
        plain,
        subject=disguise.words(message.subject),
        body=disguise.words(body).strip(),
        sender=_address(disguise, sender) if sender else plain.sender,
        to=_addresses(disguise, message.to) if _asks(asked, "to") else plain.to,
        cc=_addresses(disguise, message.cc) if _asks(asked, "cc") else (),
        trusted=source.context.trusted if _asks(asked, "trusted") else None,
        thread=source.context.thread_category if _asks(asked, "thread") else None,
        headers=MappingProxyType(_headers(message, disguise, asked)),
        attachments=tuple(map(disguise.words, attached))
        if _asks(asked, "attachment", "has_attachment")
        else (),
    )


def _asks(asked: list[str], *names: str) -> bool:
    return any(line.partition(" ")[0] in names for line in asked)


def _address(disguise: Disguise, address: Address) -> str:
    written = disguise.address(address.address)
    if not address.name:
        return written
    return f"{disguise.name(address.name)} <{written}>"


def _addresses(disguise: Disguise, addresses: tuple[Address, ...]) -> tuple[str, ...]:
    return tuple(disguise.address(each.address) for each in addresses)


def _headers(
    message: Message, disguise: Disguise, asked: list[str]
) -> Mapping[str, str]:
    """Take the headers that make it what it is, and those that the rule looks at."""
    names = list(_LISTS) if message.machine is not None else []
    if message.is_reply and message.subject == message.base_subject:
        names.append("In-Reply-To")
    wanted = {word.lower() for line in asked for word in _HEADER.findall(line)}
    names += [name for name, _ in message.headers if name.lower() in wanted]
    found: dict[str, str] = {}
    for name in names:
        value = next(message.header(name), None)
        if value is not None:
            found[name] = disguise.words(value)
    return found


def _disguise(source: Source, rule: Rule, chance: Random) -> Disguise:
    message, directory = source.message, source.office.directory
    people = (*message.senders, *message.to, *message.cc, *message.reply_to)
    names = [part for each in people for part in _parts(each.name)]
    names += [found.value for found in _people_in(source)]
    names += [word for p in directory.people for word in (p.name, *p.also)]
    names += [word for firm in directory.suppliers for word in (firm.name, *firm.also)]
    written = set(_written(rule.when))
    return Disguise(
        chance=chance,
        names=[name for name in dict.fromkeys(names) if len(name) > 1],
        firms=frozenset(_firms_in(message)),
        kept=[word for word in written if not word.isdigit()],
        own_domains=(*source.office.own_domains, OWN),
        known_domains=[
            *(word.rpartition("@")[2] for word in written if "." in word),
            *(domain for firm in directory.suppliers for domain in firm.domains),
        ],
    )


def _parts(name: str) -> Iterator[str]:
    """Give a display name and what it is made of: 市场部 刘刚, 记者罗晴."""
    yield name
    yield from re.split(r"[\s,，/·()（）|_-]+", name)
    surname = re.search(f"{SURNAME}[\u4e00-\u9fff]{{1,2}}$", name)
    if surname:
        yield surname[0]


def _firms_in(message: Message) -> Iterator[str]:
    for said in (message.subject, message.text):
        yield from (said[start:end] for start, end in firms(said))


def _people_in(source: Source) -> Iterator[Found]:
    message, context = source.message, source.context
    about = FieldContext(
        sent=message.date or context.now,
        zone=context.zone or UTC,
        calendar=context.calendar or Calendar.load("CN"),
        people=context.directory.people,
    )
    for kind in ("person", "contact"):
        yield from READERS[kind](message.text, about)


_COMPILED = frozenset({"folded", "patterns", "among", "union"})  # of words said already


def _written(condition: object) -> Iterator[str]:
    """Yield the words that stand in a rule, whatever its conditions are."""
    if isinstance(condition, str):
        yield condition
    elif isinstance(condition, tuple | frozenset):
        for each in condition:
            yield from _written(each)
    else:
        operator = getattr(condition, "operator", "")
        for name in getattr(condition, "__slots__", ()):
            if (
                name not in {"folded", "patterns", "among", "union"}
                and operator != "regex"
            ):
                yield from _written(getattr(condition, name))
