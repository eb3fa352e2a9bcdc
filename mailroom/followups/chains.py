"""Reads the chains of reminders that the office keeps in `chains.yaml`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self, cast

from mailroom.errors import RuleError, text
from mailroom.yamlfile import Node, Proofreader, Scalar, parse_yaml, read_yaml

Start = Literal["registered", "sent", "bounced"]
Level = Literal["friendly", "overdue", "head", "leader"]
To = Literal["correspondent", "owner"]
End = Literal["answer", "sent", "closed"]

STARTS: tuple[Start, ...] = ("registered", "sent", "bounced")
LEVELS: tuple[Level, ...] = ("friendly", "overdue", "head", "leader")
TOS: tuple[To, ...] = ("correspondent", "owner")
ENDS: tuple[End, ...] = ("answer", "sent", "closed")

LONGEST = 260  # working days: a year
PLAIN = 3  # working days, where chains.yaml says nothing of what is not urgent
_TIMES = ("after", "before_due", "after_due")
_STEP_KEYS = (
    *_TIMES, "of", "calendar_days", "if_long", "same_day_if_due_within",
    "level", "to", "tell", "template",
)  # fmt: skip
_URGENCY_KEYS = ("days", "also", "any_hour", "chain")
_CHAIN_KEYS = ("about", "starts", "steps", "ends_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder of a chain."""

    number: int  # from 1, in the order of the file
    basis: Literal["start", "due"]  # what its days are counted from
    days: int  # working days after the basis; below 0: before it
    of: str = ""  # the drawer's field that holds the due day; "": that of the case
    calendar_days: bool = False  # every day counts; on a day off: the one before
    if_long: int | None = None  # days, where the due day is more than LONG away
    by_urgency: bool = False  # as many days as the urgency of the case has
    same_day_if_due_within: int = 0  # no days, where so few are left to the due day
    level: Level
    to: To  # a letter to the correspondent (approved first), a notice to the owner
    tell: tuple[str, ...] = ()  # people or roles of ours who get the notice as well
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

    @property
    def fields(self) -> frozenset[str]:
        """Name the fields of the drawer that its days are counted from."""
        return frozenset(step.of for step in self.steps if step.of)

    @property
    def needs_due(self) -> bool:
        """Say whether it reminds nobody in a case that is due on no day."""
        return all(step.basis == "due" and not step.of for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """A degree of urgency (紧急程度), and what it asks for."""

    name: str
    also: tuple[str, ...] = ()  # other words for it
    days: int  # working days in which a case is due that states no day
    any_hour: bool = False  # people are reminded outside office hours, too
    chain: str = ""  # in the place of the drawer's own; "": none


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """All chains of the office."""

    by_id: Mapping[str, Chain]
    hash: str  # sha256 of the file, hex
    urgency: Mapping[str, Urgency] = field(default_factory=lambda: MappingProxyType({}))
    file: str = "chains.yaml"

    def degree(self, word: str) -> Urgency | None:
        """Find the degree of urgency that a letter names; None where none is known."""
        known = (u for u in self.urgency.values() if word in (u.name, *u.also))
        return next(known, None)

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
        top = reader.block(node, ("mailroom", "urgency", "chains"))
        if node is not None and "chains" not in top:
            reader.note(node, "F003", text("“{key}” is missing here.", key="chains"))
        chains = {
            identity: _read_chain(identity, entry, reader)
            for identity, entry in reader.block(top.get("chains"), None).items()
        }
        urgency = {
            word: _read_urgency(word, entry, chains, reader)
            for word, entry in reader.block(top.get("urgency"), None).items()
        }
        if reader.faults:
            raise RuleError(reader.faults)
        return cls(
            by_id=MappingProxyType(chains),
            hash=sha256(raw).hexdigest(),
            urgency=MappingProxyType(urgency),
            file=name,
        )


def _read_urgency(
    word: str, node: Node, chains: Collection[str], reader: Proofreader
) -> Urgency:
    keys = reader.block(node, _URGENCY_KEYS)
    if "days" not in keys:
        reader.note(node, "F003", text("“{key}” is missing here.", key="days"))
    return Urgency(
        name=word,
        also=reader.words(keys.get("also")),
        days=_whole(keys.get("days"), reader),
        any_hour=reader.flag(keys.get("any_hour"), default=False),
        chain=reader.choice(keys.get("chain"), chains, ""),
    )


def _whole(node: Node | None, reader: Proofreader) -> int:
    days = reader.number(node, 0, LONGEST, 0)
    if days != int(days):
        reader.note(node, "F012", text("days are whole working days"))
    return int(days)


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
        starts=cast(
            "Start", reader.choice(keys.get("starts"), STARTS, "registered", "starts")
        ),
        steps=steps,
        ends_on=cast(
            "tuple[End, ...]",
            reader.choices(keys.get("ends_on"), ENDS, "ends_on") or ("closed",),
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
    by_urgency = when == "after" and _is_urgency(keys.get(when))
    days = 0 if by_urgency else _whole(keys.get(when), reader)
    for key in ("of", "if_long"):
        if key in keys and when == "after":
            sentence = text("“{key}” goes with before_due or after_due", key=key)
            reader.note(keys[key], "F014", sentence)
    to = cast("To", reader.choice(keys.get("to"), TOS, "owner", "to"))
    template = _by_language(keys.get("template"), reader)
    if to == "correspondent" and not template:
        sentence = text("a letter to the correspondent needs a template")
        reader.note(node, "F013", sentence)
    return Step(
        number=number,
        basis="start" if when == "after" else "due",
        days=-days if when == "before_due" else days,
        of=reader.word(keys.get("of")),
        calendar_days=reader.flag(keys.get("calendar_days"), default=False),
        if_long=-_whole(keys["if_long"], reader) if "if_long" in keys else None,
        by_urgency=by_urgency,
        same_day_if_due_within=_whole(keys.get("same_day_if_due_within"), reader),
        level=cast(
            "Level", reader.choice(keys.get("level"), LEVELS, "friendly", "level")
        ),
        to=to,
        tell=reader.words(keys.get("tell")),
        template=template,
    )


def _is_urgency(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value.strip() == "urgency"


def _by_language(node: Node | None, reader: Proofreader) -> Mapping[str, str]:
    entries = reader.block(node, ("zh", "en")).items()
    return MappingProxyType({key: reader.word(value) for key, value in entries})
