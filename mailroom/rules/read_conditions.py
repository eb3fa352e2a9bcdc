"""Reads the `when` and `extract` blocks of a rule file."""

from collections.abc import Callable, Mapping
from typing import cast, get_args

from mailroom.errors import Text, text
from mailroom.message.model import MachineKind
from mailroom.rules.conditions import (
    ZONES,
    AddressField,
    Always,
    AttachmentCondition,
    Condition,
    Cue,
    Cues,
    Every,
    FactCondition,
    Neither,
    Some,
)
from mailroom.rules.extraction import AS_WRITTEN, TYPES, Extract
from mailroom.rules.fraud import FRAUD_SIGNS
from mailroom.rules.mail_types import MAIL_TYPES
from mailroom.rules.read_addresses import AddressReader
from mailroom.rules.read_file_types import read_file_types
from mailroom.rules.read_moments import read_date, read_size
from mailroom.rules.read_words import DENIED, PLACES, TEXT_KEYS
from mailroom.yamlfile import Block, Listing, Node, Proofreader, Scalar, Word

DEEPEST = 3  # levels of all/any/none; more is not read by anybody
ATTACHMENT_KEYS = ("name", "type", "size", "text")
GROUPS = frozenset({"all", "any", "none"})
YES_NO = ("has_attachment", "is_reply", "is_forward", "auto_reply", "our_room")
LANGUAGES = ("zh", "zh-Hant", "en", "mixed")
MACHINES = (*get_args(MachineKind), "yes", "no")
TRUST = ("yes", "no", "unknown")
FRAUD = (*FRAUD_SIGNS, "yes", "no")
# What often comes to stand in `when:`, and belongs to the rule.
_BESIDE: Mapping[str, Text] = {
    key: text("“{word}” belongs beside “when:”, not below: indent it less.", word=key)
    for key in (
        "then", "cues", "extract", "confidence", "examples", "priority", "stop",
        "enabled", "until", "only",
    )
}  # fmt: skip
_BELONGS_TO: Mapping[str, Text] = {
    key: text(
        "“{word}” belongs into the braces of “{of}”, as “{of}: […], {word}: {number}”.",
        word=key,
        of=of,
        number=number,
    )
    for key, of, number in (("within", "near", 20), ("at_least", "count", 2))
}
_IN_PLACE = ("subject", "body", "new", "forwarded", "quoted", "footer")
_ELSEWHERE = {**_BESIDE, **_BELONGS_TO}
_ADDRESSES = ("from", "to", "cc", "reply_to")


class ConditionReader(AddressReader):
    """Reads the conditions of one file, leaving faults with its proofreader."""

    def __init__(self, proof: Proofreader) -> None:
        super().__init__(proof)
        self.threads: list[Node] = []  # that name a category; of any file
        self.readers: Mapping[str, Callable[[str, Node], Condition]] = {
            **dict.fromkeys(_IN_PLACE, self._text_in_place),
            "text": self._text_anywhere,
            **dict.fromkeys(_ADDRESSES, self._address),
            "known_sender": lambda _, node: self.known_sender(node),
            "header": self._header,
            "header_exists": self._header_exists,
            "list_id": lambda name, node: self.search(name, (name,), node, plain="is"),
            "attachment": self._attachment,
            "machine": self._fact(MACHINES),
            "language": self._fact(LANGUAGES),
            "trusted": self._fact(TRUST),
            "zone": self._fact(ZONES),
            "mail_type": self._fact(MAIL_TYPES),
            "fraud": self._fact(FRAUD),
            "thread": self._thread,
            "size": lambda _, node: read_size(self.proof, node),
            "date": lambda _, node: read_date(self.proof, node),
            **dict.fromkeys(YES_NO, self._yes_no),
        }

    def read(self, node: Node, level: int = 0) -> Condition:
        """Read one condition: a block of keys that must all hold, or `always`."""
        if isinstance(node, Scalar) and node.value == "always":
            return Always()
        if not isinstance(node, Block):
            self._note_loose(node)
            return Always()
        entries = self.proof.block(node, {*self.readers, *GROUPS, "always"}, _ELSEWHERE)
        return self._together(node, entries, level)

    def _note_loose(self, node: Node) -> None:
        """Say what is missing round words or conditions that stand there alone."""
        if isinstance(node, Listing):
            sentence = text(
                "A list of conditions needs “all:” (each of them) or “any:” (one of"
                " them) above it."
            )
        elif not self.proof.word(node):
            sentence = text("There is no condition here.")
        else:
            sentence = text(
                "Say where to look for it: “subject: {word}”, “text: {word}”.",
                word=self.proof.word(node),
            )
        self.proof.note(node, "R010", sentence)

    def _together(
        self, node: Node, entries: Mapping[str, Node], level: int
    ) -> Condition:
        if isinstance(node, Block) and not node.entries.keys() - {"weight"}:
            self.proof.note(node, "R010", text("There is no condition here."))
        parts = [self._part(name, value, level) for name, value in entries.items()]
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def cues(self, node: Node | None, against: Node | None) -> Cues:
        """Read `cues:` and `not:` of a rule: conditions with their weights."""
        return Cues(
            cues=tuple(self._cue(entry) for entry in self.proof.entries(node)),
            against=tuple(
                self._cue(entry, against=True) for entry in self.proof.entries(against)
            ),
        )

    def _cue(self, node: Node, *, against: bool = False) -> Cue:
        known = {*self.readers, *GROUPS, "always", "weight"}
        entries = {**self.proof.block(node, known, _BELONGS_TO)}
        given = entries.pop("weight", None)
        condition = self._together(node, entries, 1)
        if given is None:
            if not against and isinstance(node, Block):
                self.proof.note(
                    node, "R003", text("“{key}” is missing here.", key="weight")
                )
            return Cue(condition=condition, weight=None)
        weight = self.proof.number(given, 0, 1, 1)
        if weight == 0:
            self.proof.note(given, "R068", text("A cue of the weight 0 says nothing."))
        return Cue(condition=condition, weight=weight)

    def _part(self, name: str, value: Node, level: int) -> Condition:
        if name == "always":
            return Always()
        if name not in GROUPS:
            return self.readers[name](name, value)
        if level >= DEEPEST:
            self.proof.note(
                value,
                "R011",
                text("all, any and none may stand in one another up to 3 levels deep."),
            )
            return Always()
        parts = tuple(self.read(part, level + 1) for part in self.proof.entries(value))
        if not parts:
            self.proof.note(value, "R010", text("There is no condition here."))
        if name == "all":
            return Every(parts)
        return Some(parts) if name == "any" else Neither(parts)

    def _text_in_place(self, name: str, node: Node) -> Condition:
        places = PLACES[name]
        if not isinstance(node, Block):
            return self.search(name, places, node)
        extra = ("quoted",) if name == "body" else ()
        block = self.proof.block(node, (*TEXT_KEYS, *extra), DENIED)
        if self.proof.flag(block.get("quoted"), default=False):
            places = (*places, "quoted")
        return self.search(name, places, node, block)

    def _text_anywhere(self, name: str, node: Node) -> Condition:
        everywhere = ("subject", "body")
        if not isinstance(node, Block):
            return self.search(name, self.places(None, everywhere), node)
        block = self.proof.block(node, (*TEXT_KEYS, "in"), DENIED)
        return self.search(name, self.places(block.get("in"), everywhere), node, block)

    def _address(self, name: str, node: Node) -> Condition:
        return self.address(cast("AddressField", name), node)

    def _header(self, name: str, node: Node) -> Condition:
        if isinstance(node, Scalar):
            sentence = text(
                "Say what stands in the header: “{word}: …”; where it need only be"
                " there, “header_exists: {word}”.",
                word=self.proof.word(node),
            )
            self.proof.note(node, "R002", sentence)
            return Always()
        block = self.proof.block(node, None)
        if isinstance(node, Block) and not node.entries:
            self.proof.note(node, "R010", text("There is no condition here."))
        parts = tuple(
            self.search(f"{name} {header}", (f"header:{header}",), value)
            for header, value in block.items()
        )
        return parts[0] if len(parts) == 1 else Every(parts)

    def _header_exists(self, name: str, node: Node) -> Condition:
        del name
        wanted = frozenset(word.lower() for word in self.proof.words(node))
        return FactCondition(name="header_exists", wanted=wanted)

    def _attachment(self, name: str, node: Node) -> Condition:
        del name
        if isinstance(node, Scalar):
            sentence = text(
                "Say what of an attachment: “name: {word}”, or its type or text.",
                word=self.proof.word(node),
            )
            self.proof.note(node, "R002", sentence)
            return Always()
        block = self.proof.block(node, ATTACHMENT_KEYS)
        return AttachmentCondition(
            types=read_file_types(self.proof, block.get("type")),
            tests=self.tests(block["name"]) if "name" in block else (),
            size=read_size(self.proof, block["size"]) if "size" in block else None,
            text=self.tests(block["text"]) if "text" in block else (),
        )

    def _yes_no(self, name: str, node: Node) -> Condition:
        wanted = "yes" if self.proof.flag(node, default=True) else "no"
        return _fact(name, frozenset({Word(wanted, node.line, node.column)}))

    def _fact(self, known: tuple[str, ...]) -> Callable[[str, Node], Condition]:
        return lambda name, node: _fact(
            name, frozenset(self.proof.choices(node, known, name))
        )

    def _thread(self, name: str, node: Node) -> Condition:
        self.threads += self.proof.entries(node)
        return _fact(name, frozenset(self.proof.words(node)))

    def extracts(self, node: Node | None, rule: str) -> tuple[Extract, ...]:
        """Read an `extract` block: field names with where they are found.

        A list under a name says where to look first, and where next.
        """
        return tuple(
            self._extract(field, entry, rule)
            for field, value in self.proof.block(node, None).items()
            for entry in self.proof.entries(value)
        )

    def note_no_field(self, name: str) -> None:
        """Say that a name cannot be a field, where templates could not write it."""
        if not name.isidentifier() or not name.isascii():
            sentence = text(
                "“{word}” cannot be a field: use a-z, 0-9 and _.", word=name
            )
            self.proof.note(name, "R017", sentence)

    def _extract(self, field: str, node: Node, rule: str) -> Extract:
        block = self.proof.block(node, {"in", "regex", "type", "last"})
        kind = self.proof.choice(block.get("type"), TYPES, "text", "type")
        self.note_no_field(field)
        # A type that is none has been told already.
        if "regex" not in block and (kind in AS_WRITTEN and _is_type(block)):
            sentence = text("A field of the type {type} needs “regex”.", type=kind)
            self.proof.note(block.get("type", node), "R018", sentence)
        sources, patterns = self.patterns(block.get("regex"), exact=False)
        return Extract(
            field=field,
            places=self.places(block.get("in"), ("subject", "body")),
            patterns=patterns,
            sources=sources,
            type=kind,
            last=self.proof.flag(block.get("last"), default=False),
            rule=rule,
        )


def _fact(name: str, wanted: frozenset[str]) -> Condition:
    return FactCondition(name=name, wanted=wanted)  # type: ignore[arg-type]  # a key of the table


def _is_type(block: Mapping[str, Node]) -> bool:
    """Say whether an `extract` entry names a type that there is, or none at all."""
    given = block.get("type")
    return given is None or (isinstance(given, Scalar) and given.value in TYPES)
