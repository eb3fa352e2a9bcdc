"""Reads the chains of reminders that the office keeps in `chains.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self, cast

from mailroom.errors import RuleError, text
from mailroom.yamlfile import Node, Proofreader, parse_yaml, read_yaml

Start = Literal["registered", "sent"]
Level = Literal["friendly", "overdue", "head", "leader"]
To = Literal["correspondent", "owner"]
End = Literal["answer", "sent", "closed"]

STARTS: tuple[Start, ...] = ("registered", "sent")
LEVELS: tuple[Level, ...] = ("friendly", "overdue", "head", "leader")
TOS: tuple[To, ...] = ("correspondent", "owner")
ENDS: tuple[End, ...] = ("answer", "sent", "closed")

LONGEST = 260  # working days: a year
_TIMES = ("after", "before_due", "after_due")
_STEP_KEYS = (*_TIMES, "level", "to", "template")
_CHAIN_KEYS = ("about", "starts", "steps", "ends_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder of a chain."""

    number: int  # from 1, in the order of the file
    basis: Literal["start", "due"]  # what its days are counted from
    days: int  # working days after the basis; below 0: before it
    level: Level
    to: To  # a letter to the correspondent (approved first), a notice to the owner
    template: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # language ("zh", "en") → template file; empty for notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Who is reminded when, and what ends it."""

    id: str
    about: Mapping[str, str]  # {"zh": …, "en": …}
    starts: Start  # a case is registered · our letter is sent
    steps: tuple[Step, ...]
    ends_on: tuple[End, ...]  # closing the case ends every chain, written or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """All chains of the office."""

    by_id: Mapping[str, Chain]
    hash: str  # sha256 of the file, hex

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `chains.yaml`. Raises RuleError with every fault of the file."""
        name = str(path)
        reader = Proofreader(name, "F")
        raw = b""
        if path.is_file():
            raw = path.read_bytes()
            node, faults = parse_yaml(raw, name)
        else:
            node, faults = read_yaml(path, name)
        reader.faults += faults
        top = reader.block(node, ("mailroom", "chains"))
        if node is not None and "chains" not in top:
            reader.note(node, "F003", text("“{key}” is missing here.", key="chains"))
        chains = {
            identity: _read_chain(identity, entry, reader)
            for identity, entry in reader.block(top.get("chains"), None).items()
        }
        if reader.faults:
            raise RuleError(reader.faults)
        return cls(by_id=MappingProxyType(chains), hash=sha256(raw).hexdigest())


def _read_chain(identity: str, node: Node, reader: Proofreader) -> Chain:
    keys = reader.block(node, _CHAIN_KEYS)
    for key in ("starts", "steps", "ends_on"):
        if key not in keys:
            reader.note(node, "F003", text("“{key}” is missing here.", key=key))
    steps = tuple(
        _read_step(number, entry, reader)
        for number, entry in enumerate(reader.listing(keys.get("steps")), 1)
    )
    if "steps" in keys and not steps:
        reader.note(keys["steps"], "F010", text("a chain has at least one step"))
    return Chain(
        id=identity,
        about=_by_language(keys.get("about"), reader),
        starts=cast("Start", reader.choice(keys.get("starts"), STARTS, "registered")),
        steps=steps,
        ends_on=cast(
            "tuple[End, ...]", reader.choices(keys.get("ends_on"), ENDS) or ("closed",)
        ),
    )


def _read_step(number: int, node: Node, reader: Proofreader) -> Step:
    keys = reader.block(node, _STEP_KEYS)
    times = [key for key in _TIMES if key in keys]
    if len(times) != 1:
        sentence = text("a step says one of: after, before_due, after_due (days)")
        reader.note(node, "F011", sentence)
    for key in ("level", "to"):
        if key not in keys:
            reader.note(node, "F003", text("“{key}” is missing here.", key=key))
    when = times[0] if times else "after"
    days = reader.number(keys.get(when), 0, LONGEST, 0)
    if days != int(days):
        reader.note(keys[when], "F012", text("days are whole working days"))
    to = cast("To", reader.choice(keys.get("to"), TOS, "owner"))
    template = _by_language(keys.get("template"), reader)
    if to == "correspondent" and not template:
        sentence = text("a letter to the correspondent needs a template")
        reader.note(node, "F013", sentence)
    return Step(
        number=number,
        basis="start" if when == "after" else "due",
        days=-int(days) if when == "before_due" else int(days),
        level=cast("Level", reader.choice(keys.get("level"), LEVELS, "friendly")),
        to=to,
        template=template,
    )


def _by_language(node: Node | None, reader: Proofreader) -> Mapping[str, str]:
    entries = reader.block(node, ("zh", "en")).items()
    return MappingProxyType({key: reader.word(value) for key, value in entries})
