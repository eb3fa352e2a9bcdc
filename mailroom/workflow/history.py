"""Tells in words what the register has noted of a case: what happened, and why."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mailroom.cases import CaseState
from mailroom.errors import Text, text
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.rules.decision import SECRET
from mailroom.rules.matched import BROKEN

Say = Callable[[Text | str], str]  # in the language of whoever reads

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
    "matter": text("supervised matter"),
    "unit": text("department"),
    "appointment": text("appointment"),
    "itinerary": text("day sheet"),
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


def subject(say: Say, event: AnyRow) -> str:
    """Name what an event happened to: the case, draft 7."""
    if event.entity == "case":  # its number stands at the head of the story
        return say(text("the case"))
    return f"{say(ENTITIES.get(event.entity, event.entity))} {event.entity_id}"


def details(say: Say, event: AnyRow) -> Iterator[str]:
    """Yield what else an event tells: the new state, the rule, the reason."""
    entity: str = event.entity
    detail: Mapping[str, Any] = event.detail or {}
    for name in ("before", "state"):
        if detail.get(name):
            state = detail[name]
            words = say(case_state(state) if entity == "case" else state)
            yield f"→ {words}" if name == "state" and detail.get("before") else words
    for name, label in DETAILS.items():
        if detail.get(name):
            # Of a moment, the day is enough here; the list of follow-ups has the rest.
            value = str(detail[name])[:10] if name == "due_at" else detail[name]
            yield f"{say(label)} {value}"
    for name in ("why", "reason"):
        reason = detail.get(name)
        if reason:
            yield say(unpack(reason) if isinstance(reason, list) else str(reason))


def why(say: Say, reason: Mapping[str, Any], *, verbose: bool = False) -> str:
    """Write one reason of a rule: the words that decided, where, by which rule."""
    parts = []
    if reason["words"]:
        zone = say(ZONES.get(reason["zone"], reason["zone"]))
        parts.append(f"“{reason['words']}” ({zone})")
    if reason["rule"]:
        parts.append(f"{say(text('rule'))} {reason['rule']}")
    if verbose or reason["condition"] in _OURS or not parts:
        parts.append(say(str(reason["condition"])))
    return " – ".join(parts)
