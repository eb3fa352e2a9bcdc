"""Tries the examples that rule editors write beside their rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailroom.calendar import Calendar
from mailroom.directory import Directory, Person, Room, Supplier
from mailroom.errors import Fault, Text, text
from mailroom.message.filetypes import shortest
from mailroom.message.model import Message
from mailroom.message.parse import parse
from mailroom.rules.load import RuleSet
from mailroom.rules.matched import Matched
from mailroom.rules.model import Classification, Context
from mailroom.rules.page import Page
from mailroom.rules.rule import UNSORTED, Example, Rule
from mailroom.yamlfile.proofread import nearest

OWN = "own.example"  # stands for the office's own domain in every example
# Whom every example may name, whatever office the rules are for.
_KNOWN = Directory(
    people=(
        Person(
            name="领导甲",
            also=("Lee Leader",),
            address=f"leader@{OWN}",
            roles=("leader",),
        ),
    ),
    suppliers=(
        Supplier(
            name="Known Supplier",
            domains=("known-supplier.example",),
            phone="0440-83100000",
        ),
    ),
    rooms=(Room(name="Amber Room", aliases=("Amber", "琥珀厅")),),
)
_MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_NOBODY = Directory()
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_UTF_8 = (
    ("MIME-Version", "1.0"),
    ("Content-Type", 'text/plain; charset="utf-8"'),
    ("Content-Transfer-Encoding", "8bit"),
)
LONGEST_LINE = 300  # characters of a header that is written on one line


def write_example(example: Example) -> Message:
    """Make the mail that an example describes, through the reader of real mail.

    ValueError for headers or dates that cannot stand in a mail.
    """
    heads = [
        ("From", example.sender),
        ("To", ", ".join(example.to)),
        *([("Cc", ", ".join(example.cc))] if example.cc else []),
        ("Subject", example.subject),
        ("Message-ID", f"<{example.line}.{example.column}@{OWN}>"),
        ("Date", format_datetime(example_day(example))),
        *example.headers.items(),
    ]
    plain = [head for head in heads if _is_plain(*head)]
    written = "".join(f"{name}: {value}\r\n" for name, value in plain)
    if plain == heads and not example.attachments and "\r" not in example.body:
        written += "".join(f"{name}: {value}\r\n" for name, value in _UTF_8)
        body = example.body.rstrip("\n").replace("\n", "\r\n")
        return parse(f"{written}\r\n{body}\r\n".encode())
    mail = EmailMessage(policy=SMTP)
    for name, value in heads:
        if (name, value) in plain:
            continue
        try:
            mail[name] = value
        except (IndexError, AttributeError) as error:  # so the library says it
            raise ValueError(name) from error
    if mail.get_content_maintype() == "multipart":  # no example describes its parts
        raise ValueError("Content-Type")
    mail.set_content(example.body)
    for name in example.attachments:
        if name in example.inside:
            mail.add_attachment(example.inside[name], filename=name)
            continue
        kind = "pdf" if name.lower().endswith(".pdf") else "octet-stream"
        mail.add_attachment(
            shortest(name), maintype="application", subtype=kind, filename=name
        )
    return parse(written.encode() + mail.as_bytes())


def _is_plain(name: str, value: str) -> bool:
    """Say whether a header can be written as it is: that is 30 times faster.

    Examples are by the thousand, and tried whenever a file is saved.
    """
    sound = _NAME.fullmatch(name) and not name.lower().startswith(("content-", "mime-"))
    return bool(sound) and value.isprintable() and len(value) < LONGEST_LINE


def example_day(example: Example) -> datetime:
    """Give the day of an example: its own, or a Monday."""
    if not example.date:
        return _MONDAY
    day = datetime.fromisoformat(example.date)
    return day if day.tzinfo else day.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An example that was tried, and what came of it."""

    rule: Rule
    example: Example
    message: Message | None = None  # None: it cannot be a mail
    context: Context | None = None  # likewise
    answer: Classification | None = None  # of the whole rule set
    faults: tuple[Fault, ...] = ()  # empty: it holds


def try_each(rule_set: RuleSet, office: Context) -> Iterator[Tried]:
    """Try each example against its rule, then against the whole rule set.

    `office` is what rules may know besides a message; its moment is not looked at,
    for an example has its own.
    """
    for rule in rule_set.rules:
        if not rule.enabled:
            continue
        for example in rule.examples:
            yield try_one(rule_set, rule, example, office)


def try_one(rule_set: RuleSet, rule: Rule, example: Example, office: Context) -> Tried:
    """Try one example, which need not stand in a file yet; see `try_each`."""
    tried = Tried(rule=rule, example=example)
    try:
        message, now = write_example(example), example_day(example)
    except ValueError:
        sentence = text(
            "No mail can be made of this example: look at its addresses and headers."
        )
        return replace(tried, faults=(_fault(rule, example, "R050", sentence),))
    context = replace(
        office,
        now=now,
        own_domains=(*office.own_domains, OWN),
        directory=_with_known(office.directory),
        trusted=example.trusted,
        thread_category=example.thread,
    )
    answer = rule_set.classify(message, context)
    tried = replace(tried, message=message, context=context, answer=answer)
    hits = rule.when.hits(Page(message, context))
    said = Matched(rule=rule, hits=hits or ())
    # Hints that are too weak to ask for anything let a mail pass.
    passes = hits is None or not said.asks(rule_set.threshold)
    if hits is None if example.matches else not passes:
        sentence = _wrong(rule, example)
        return replace(tried, faults=(_fault(rule, example, "R051", sentence),))
    faults = _compare(rule, example, answer, sure=said.score >= rule_set.threshold)
    return replace(tried, faults=tuple(faults))


def _with_known(directory: Directory) -> Directory:
    return replace(
        directory,
        people=(*directory.people, *_KNOWN.people),
        suppliers=(*directory.suppliers, *_KNOWN.suppliers),
        rooms=(*directory.rooms, *_KNOWN.rooms),
    )


def try_examples(
    rule_set: RuleSet,
    own_domains: tuple[str, ...],
    directory: Directory = _NOBODY,
    calendar: Calendar | None = None,
) -> Iterator[Fault]:
    """Yield the faults of all examples, for an office that knows these people."""
    office = Context(
        now=_MONDAY, own_domains=own_domains, directory=directory, calendar=calendar
    )
    for tried in try_each(rule_set, office):
        yield from tried.faults


def _wrong(rule: Rule, example: Example) -> Text:
    if example.matches:
        return text("The rule “{rule}” does not match this example.", rule=rule.id)
    return text(
        "The rule “{rule}” matches this example, which it should let pass.",
        rule=rule.id,
    )


def _compare(
    rule: Rule, example: Example, answer: Classification, *, sure: bool
) -> Iterator[Fault]:
    wanted = example.category
    if wanted is None and example.matches and sure:
        wanted = rule.category  # None where the rule sorts nothing
    got = answer.category or UNSORTED
    if wanted is not None and (wanted or UNSORTED) != got:
        sentence = text(
            "All rules together sort this example into “{got}” (rule “{rule}”), "
            "not “{wanted}”.",
            got=got,
            rule=answer.rule or "-",
            wanted=wanted or UNSORTED,
        )
        yield _fault(rule, example, "R052", sentence)
        return
    own = {extract.field for extract in rule.extract}
    for name, value in example.expect.items():
        field = answer.fields.get(name)
        found = field.value if field else ""
        near = nearest(name, own) if field is None and name not in own else None
        if near and found != value:
            sentence = text(
                "This rule reads no field “{name}”. Did you mean “{near}”?",
                name=name,
                near=near,
            )
            yield _fault(rule, example, "R053", sentence)
        elif found != value:
            sentence = text(
                "The field “{name}” reads “{found}” here, not “{wanted}”.",
                name=name,
                found=found,
                wanted=value,
            )
            yield _fault(rule, example, "R053", sentence)


def _fault(rule: Rule, example: Example, code: str, sentence: Text) -> Fault:
    return Fault(
        file=rule.file,
        line=example.line,
        column=example.column,
        code=code,
        text=sentence,
    )
