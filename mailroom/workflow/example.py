"""Makes examples of rules from the letters of a case, names and numbers invented."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from random import SystemRandom

from mailroom.cases import Sight, is_restricted, stricter
from mailroom.errors import ReviewError, UnreadableMessageError, text
from mailroom.message.parse import parse
from mailroom.message.threads import parents
from mailroom.register import events, messages
from mailroom.rules.examples import Tried
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.new_example import Source, make_example
from mailroom.rules.rule import Rule
from mailroom.workflow.desk import Desk
from mailroom.workflow.read_case import visible_case
from mailroom.workflow.reading import Own, Reading, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, and what a set of rules makes of it."""

    name: str  # its file, or its number in the register
    reading: Reading
    sensitivity: str  # the strictest of the case, the mail and these rules


def read_mail(
    name: str,
    raw: bytes,
    category: str | None,
    rules: RuleSet,
    own: Own,
    *,
    now: datetime,
) -> Mail:
    """Read a mail by a set of rules, on its own day. Raises ReviewError."""
    try:
        moment = parse(raw).date or now
        reading = read(raw, rules, own, now=moment, thread_category=category)
    except UnreadableMessageError as error:
        raise ReviewError(error.text) from error
    level = reading.answer.sensitivity if reading.answer else "normal"
    return Mail(name=name, reading=reading, sensitivity=level)


def mails_of_case(
    desk: Desk,
    number: str,
    rules: RuleSet,
    own: Own,
    *,
    sight: Sight,
    who: str,
    now: datetime,
) -> Sequence[Mail]:
    """Read every letter that a case has received by a set of rules.

    `sight` is by the rules in force. One that may not be seen is as none: ReviewError.
    """
    with desk.database.read() as tx:
        case = visible_case(tx, number, sight)
        rows = [row for row in messages.of_case(tx, case.id) if row.direction == "in"]
    found = []
    for place, row in enumerate(rows):
        raw = desk.mail.read(row.sha256)
        # The first letter opened the case; a later one found it with its category.
        later = place > 0 and bool(parents(parse(raw)))
        category = case.category if later else None
        found.append(
            read_mail(f"{number} · {row.id}", raw, category, rules, own, now=now)
        )
    levels = [(row.answer or {}).get("sensitivity", "normal") for row in rows]
    # What these rules would restrict is restricted, too.
    levels += [mail.sensitivity for mail in found]
    level = reduce(stricter, levels, case.sensitivity)
    if not sight.sees(level, case.category, case.owner):
        raise ReviewError(text("there is no case {number}", number=number))
    if is_restricted(level):
        with desk.database.write() as tx:
            events.record(
                tx, "opened to read", at=now, entity="case", entity_id=case.id,
                case_id=case.id, actor=who,
            )  # fmt: skip
    return [replace(mail, sensitivity=level) for mail in found]


def example_of(
    mails: Sequence[Mail],
    rules: RuleSet,
    office: Context,
    rule: Rule,
    *,
    matches: bool,
) -> Tried:
    """Make an example of the first of the mails that gives one. Raises ReviewError."""
    for mail in mails:
        reading = mail.reading
        if reading.context is None or reading.answer is None:
            continue
        if is_restricted(mail.sensitivity):
            raise ReviewError(
                text("this mail is restricted, and rule files are not; write the"
                     " example by hand")
            )  # fmt: skip
        source = Source(
            rule_set=rules,
            office=office,
            message=reading.message,
            context=reading.context,
            answer=reading.answer,
        )
        made = make_example(source, rule, matches=matches, chance=SystemRandom())
        if made is not None:
            return made
    if matches:
        raise ReviewError(
            text("the rule {rule} does not decide this mail, or not without its names"
                 " and numbers; `rules explain` says why", rule=rule.id)
        )  # fmt: skip
    raise ReviewError(
        text("the rule {rule} matches this mail; mend the rule first, then add it",
             rule=rule.id)
    )  # fmt: skip
