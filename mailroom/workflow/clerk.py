"""Gathers what the clerk's checks ask for, from the letter and from the book."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection

from mailroom.cases import Outcome
from mailroom.checks import Facts, Letter, examine
from mailroom.checks.known import REFERRED, UNIQUE
from mailroom.drafts import Content, DraftState, Finding
from mailroom.errors import Text, text
from mailroom.message.answer import quote
from mailroom.message.model import Message
from mailroom.register import drafts, messages, precedents
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.rules.fields.found import Context
from mailroom.workflow.desk import Desk
from mailroom.workflow.source import Source

_IN_A_CASE = frozenset({Outcome.SORTED, Outcome.UNSORTED})


def examined(
    desk: Desk, source: Source, content: Content, template: str
) -> tuple[Finding, ...]:
    """Return what a clerk would point at in a letter, before anybody sees it."""
    office = desk.settings.office
    case, original = source.case, source.original
    own = (*office.addresses, *desk.directory.own_addresses)
    fields = {
        name: value for name, value in source.fields.items() if isinstance(value, str)
    }
    letter = Letter(
        content=content,
        words=our_words(content.text, original),
        case_no=case.number,
        original=original,
        fields=fields,
        promised=date.fromisoformat(case.due_on) if case.due_on else None,
        directory=desk.directory,
        own_addresses=frozenset(address.lower() for address in own),
        context=Context(
            sent=source.now.astimezone(office.zone),
            zone=office.zone,
            calendar=desk.calendar,
            rooms=desk.directory.rooms,
            people=desk.directory.people,
        ),
    )
    with desk.database.read() as tx:
        facts = _facts(desk, tx, source, letter, template)
    return examine(letter, facts)


def our_words(words: str, original: Message | None) -> str:
    """Return what we wrote ourselves: without the mail that is quoted below it."""
    if original is not None:
        heading, _, _ = quote(original, 0)[0].partition("\n")
        words = words.partition(f"\n{heading}\n")[0]
    lines = (line for line in words.splitlines() if not line.startswith(">"))
    return "\n".join(lines).strip("\n")


def since_then(tx: Connection, held: Held) -> tuple[Finding, ...]:
    """Say what has come in since a draft was made: the rest stands with the draft."""
    if held.message_id is None:
        return ()
    later = precedents.later_mail(tx, held.case_id, held.message_id)
    if later is None:
        return ()
    again = text("{sender} has written again since, in this matter", sender=later)
    told = {str(finding.text) for finding in held.says.findings}
    newer = [m for m in messages.of_case(tx, held.case_id) if m.id > held.message_id]
    asked = [why for why in _why_look(newer) if str(why) not in told]
    return (
        Finding(code="wrote-again", level="risk", place="mail", text=again),
        *(Finding(code="rule-asks", level="risk", place="mail", text=w) for w in asked),
    )


def _why_look(mails: Iterable[AnyRow]) -> tuple[Text, ...]:
    """Say why a person must look at letters: rules ask for it, or the book does."""
    found: list[Text] = []
    for mail in mails:
        if mail.reason and mail.outcome in _IN_A_CASE:
            found.append(unpack(mail.reason))
        found += [
            text("look at it: {reason}", reason=action["arguments"]["reason"])
            for action in (mail.answer or {}).get("actions", ())
            if action["verb"] == "review"
        ]
    return tuple({str(why): why for why in found}.values())


def _facts(
    desk: Desk, tx: Connection, source: Source, letter: Letter, template: str
) -> Facts:
    case = source.case
    mails = messages.of_case(tx, case.id)
    people = {row.sender.lower() for row in mails}
    for held in drafts.of_case(tx, case.id):
        if held.decided_at is not None:
            people.update(a.lower() for a in held.says.content.recipients)
        # An answer settles what was asked; a reminder or a reproach answers nobody.
        answers = held.kind == "reply" and held.state == DraftState.SENT
        if answers and held.message_id is not None:
            mails = [mail for mail in mails if mail.id > held.message_id]
    seen = _others(tx, case.id, letter.fields, UNIQUE)
    named = _others(tx, case.id, letter.fields, REFERRED)
    since = precedents.template_since(tx, template, now=source.now)
    outside = [a.lower() for a in letter.content.recipients if not letter.is_own(a)]
    return Facts(
        people=frozenset(people - {""}),
        strangers=frozenset(a for a in outside if not precedents.wrote_to(tx, a)),
        seen_in=seen,
        unknown=frozenset(
            name for name in REFERRED if letter.fields.get(name) and name not in named
        ),
        asked=_why_look(mails),
        template_since=desk.today(since) if since else None,
    )


def _others(
    tx: Connection, case_id: int, fields: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, str]:
    """Return in which other case each of these numbers stands."""
    found = {
        name: precedents.case_naming(tx, name, fields[name], but=case_id)
        for name in names
        if fields.get(name)
    }
    return {name: case_no for name, case_no in found.items() if case_no is not None}
