"""Tells in words what the register has noted of a case."""

from collections.abc import Iterator, Mapping
from typing import Any

from mailroom.cases import CaseState
from mailroom.cli.talk import Talk
from mailroom.errors import Text, text
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.rules.decision import BROKEN, SECRET
from mailroom.workflow.desk import Desk

# A case that waits for them (待复) is not a draft that waits for us (待审).
CASE_STATES: Mapping[str, Text] = {
    CaseState.REGISTERED: text("registered"),
    CaseState.SCREENING: text("screening"),
    CaseState.ASSIGNED: text("assigned"),
    CaseState.DRAFTED: text("drafted"),
    CaseState.APPROVED: text("approved"),
    CaseState.WAITING: text("awaiting their answer"),
    CaseState.CLOSED: text("closed"),
    CaseState.ARCHIVED: text("archived"),
}
ENTITIES: Mapping[str, Text] = {
    "message": text("message"),
    "draft": text("draft"),
    "followup": text("follow-up"),
    "mailbox": text("mailbox"),
}
ZONES: Mapping[str, Text] = {
    "subject": text("subject"),
    "new": text("new text"),
    "forwarded": text("forwarded text"),
    "quoted": text("quoted text"),
    "footer": text("footer"),
    "attachment": text("attachment"),
    "header": text("mail header"),
    "sender": text("sender"),
}
DETAILS: Mapping[str, Text] = {
    "category": text("category"),
    "chain": text("chain"),
    "due_at": text("due"),
    "rule": text("rule"),
    "step": text("step"),
    "template": text("template"),
    "version": text("version"),
    "wanted": text("as asked"),
    "to": text("to"),
}
_OURS = frozenset({BROKEN, SECRET})  # conditions that are sentences of our own


def case_state(state: str) -> Text | str:
    """Name the state of a case."""
    return CASE_STATES.get(state, state)


def event_line(talk: Talk, desk: Desk, event: AnyRow) -> str:
    """Write one line of a case's history: when, who, what became of what."""
    moment, what = talk.local(desk, event.at), talk.say(event.what)
    line = f"  {moment}  {event.actor:<10} {_subject(talk, event)}: {what}"
    return "  ".join([line, *_details(talk, event.entity, event.detail or {})])


def _subject(talk: Talk, event: AnyRow) -> str:
    if event.entity == "case":  # its number stands at the head of the story
        return talk.say(text("the case"))
    return f"{talk.say(ENTITIES.get(event.entity, event.entity))} {event.entity_id}"


def _details(talk: Talk, entity: str, detail: Mapping[str, Any]) -> Iterator[str]:
    for name in ("before", "state"):
        if detail.get(name):
            state = detail[name]
            words = talk.say(case_state(state) if entity == "case" else state)
            yield f"→ {words}" if name == "state" and detail.get("before") else words
    for name, label in DETAILS.items():
        if detail.get(name):
            # Of a moment, the day is enough here; the list of follow-ups has the rest.
            value = str(detail[name])[:10] if name == "due_at" else detail[name]
            yield f"{talk.say(label)} {value}"
    for name in ("why", "reason"):
        reason = detail.get(name)
        if reason:
            yield talk.say(unpack(reason) if isinstance(reason, list) else str(reason))


def why_line(talk: Talk, why: Mapping[str, Any], *, verbose: bool) -> str:
    """Write one reason of a rule: the words that decided, where, by which rule."""
    parts = []
    if why["words"]:
        zone = talk.say(ZONES.get(why["zone"], why["zone"]))
        parts.append(f"“{why['words']}” ({zone})")
    if why["rule"]:
        parts.append(f"{talk.say(text('rule'))} {why['rule']}")
    if verbose or why["condition"] in _OURS or not parts:
        parts.append(talk.say(str(why["condition"])))
    return "    " + " – ".join(parts)
