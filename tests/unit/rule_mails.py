"""Makes messages for the tests of rules."""

from dataclasses import replace
from datetime import UTC, datetime

from mailroom.message.model import Address, Message, Zones
from mailroom.rules.conditions import Hits
from mailroom.rules.model import Context
from mailroom.rules.page import Page
from mailroom.rules.read_conditions import ConditionReader
from mailroom.yamlfile import Proofreader, parse_yaml

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday


def mail(subject: str = "", body: str = "", **rest: object) -> Message:
    """Make a message from a person outside; `rest` are fields of Message."""
    plain = Message(
        sha256="0" * 64,
        size=1,
        message_id="<1@outside.example>",
        date=NOW,
        senders=(Address("", "somebody@outside.example"),),
        to=(Address("", "office@firm.example"),),
        subject=subject,
        base_subject=subject,
        text=body,
        zones=Zones(new=body),
    )
    return replace(plain, **rest)  # type: ignore[arg-type]  # a test names real fields


def hits(condition: str, message: Message, **context: object) -> Hits | None:
    """Ask a condition, written as in a rule file; `context` are fields of Context."""
    node, faults = parse_yaml(condition.encode(), "r.yaml")
    assert node is not None
    proof = Proofreader("r.yaml", "R")
    read = ConditionReader(proof).read(node)
    assert [*faults, *proof.faults] == []
    return read.hits(Page(message, Context(now=NOW, **context)))  # type: ignore[arg-type]  # names come from the table


def holds(condition: str, message: Message, **context: object) -> bool:
    """Say whether a condition holds."""
    return hits(condition, message, **context) is not None


def faults_of(condition: str) -> list[tuple[str, int, str]]:
    """Give the codes, columns and sentences of what is wrong with a condition."""
    node, _ = parse_yaml(condition.encode(), "r.yaml")
    assert node is not None
    proof = Proofreader("r.yaml", "R")
    ConditionReader(proof).read(node)
    return [(fault.code, fault.column, str(fault.text)) for fault in proof.faults]
