"""Reads the `when` and `extract` blocks of a rule file."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, cast, get_args

from mailroom.errors import text
from mailroom.message.model import MachineKind
from mailroom.rules.conditions import (
    OPERATORS,
    AddressCondition,
    Always,
    AttachmentCondition,
    Condition,
    Every,
    FactCondition,
    Neither,
    Some,
    TextCondition,
    TextTest,
)
from mailroom.rules.extraction import AS_WRITTEN, TYPES, Extract
from mailroom.rules.page import fold
from mailroom.rules.patterns import Pattern, PatternError, compile_pattern
from mailroom.yamlfile import Block, Node, Proofreader, Scalar

DEEPEST = 3  # levels of all/any/none; more is not read by anybody
PLACES: Mapping[str, tuple[str, ...]] = {
    "subject": ("subject",),
    "body": ("new", "forwarded"),
    "new": ("new",),
    "forwarded": ("forwarded",),
    "quoted": ("quoted",),
    "footer": ("footer",),
    "attachment": ("attachment",),
    "from": ("from",),
}
_GROUPS = frozenset({"all", "any", "none"})
_YES_NO = ("has_attachment", "is_reply", "is_forward", "auto_reply")
_LANGUAGES = ("zh", "zh-Hant", "en", "mixed")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")


class ConditionReader:
    """Reads the conditions of one file, leaving faults with its proofreader."""

    def __init__(self, proof: Proofreader) -> None:
        self.proof = proof
        self.readers: Mapping[str, Callable[[str, Node], Condition]] = {
            "subject": self._text_in_place,
            "body": self._text_in_place,
            "new": self._text_in_place,
            "forwarded": self._text_in_place,
            "quoted": self._text_in_place,
            "footer": self._text_in_place,
            "text": self._text_anywhere,
            "from": self._address,
            "to": self._address,
            "cc": self._address,
            "header": self._header,
            "header_exists": self._header_exists,
            "attachment": self._attachment,
            "machine": self._machine,
            "language": self._language,
            "thread": self._thread,
            **dict.fromkeys(_YES_NO, self._yes_no),
        }

    def read(self, node: Node, level: int = 0) -> Condition:
        """Read one condition: a block of keys that must all hold, or `always`."""
        if isinstance(node, Scalar) and node.value == "always":
            return Always()
        entries = self.proof.block(node, {*self.readers, *_GROUPS, "always"})
        if isinstance(node, Block) and not node.entries:
            self.proof.note(node, "R010", text("There is no condition here."))
        parts = [self._part(name, value, level) for name, value in entries.items()]
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _part(self, name: str, value: Node, level: int) -> Condition:
        if name == "always":
            return Always()
        if name not in _GROUPS:
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
        extra = {"quoted"} if name == "body" else set()
        block = self._text_block(node, extra)
        if self.proof.flag(block.get("quoted"), default=False):
            places = (*places, "quoted")
        return TextCondition(name=name, places=places, tests=self._tests(block, node))

    def _text_anywhere(self, name: str, node: Node) -> Condition:
        block = self._text_block(node, {"in"})
        places = self.places(block.get("in"), ("subject", "body"))
        return TextCondition(name=name, places=places, tests=self._tests(block, node))

    def places(self, node: Node | None, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read the names of places: a list, or names joined by +."""
        names: list[str] = []
        for entry in self.proof.entries(node):
            for name in self.proof.word(entry).split("+"):
                wanted = Scalar(
                    value=name.strip(), line=entry.line, column=entry.column
                )
                names.append(self.proof.choice(wanted, PLACES, ""))
        found = [name for name in names if name] or default
        return tuple(dict.fromkeys(place for name in found for place in PLACES[name]))

    def _text_block(self, node: Node, extra: set[str]) -> Mapping[str, Node]:
        if isinstance(node, Block):
            return self.proof.block(node, {*OPERATORS, *extra})
        return {"contains": node}  # a word or a list of words alone

    def _tests(self, block: Mapping[str, Node], node: Node) -> tuple[TextTest, ...]:
        tests = [
            self._test(operator, block[operator])
            for operator in OPERATORS
            if operator in block
        ]
        if not tests:
            known = ", ".join(OPERATORS)
            sentence = text("Say how to look: one of {known}.", known=known)
            self.proof.note(node, "R012", sentence)
        return tuple(tests)

    def _test(self, operator: str, node: Node) -> TextTest:
        kind = cast("Literal['contains', 'regex']", operator)
        words = self.proof.words(node)
        if operator == "regex":
            patterns = self.patterns(node)
            words = words if len(patterns) == len(words) else ()
            return TextTest(
                operator=kind, words=words, patterns=patterns if words else ()
            )
        folded = tuple(fold(word) for word in words)
        if not words:
            self.proof.note(node, "R013", text("There are no words to look for here."))
        return TextTest(operator=kind, words=words, folded=folded)

    def patterns(self, node: Node | None) -> tuple[Pattern, ...]:
        """Read one pattern or a list of them."""
        found: list[Pattern] = []
        for entry in self.proof.entries(node):
            try:
                source = self.proof.word(entry)
                if source:
                    found.append(compile_pattern(source))
            except PatternError as error:
                self.proof.note(entry, "R014", error.text)
        return tuple(found)

    def _address(self, name: str, node: Node) -> Condition:
        field = cast("Literal['from', 'to', 'cc']", name)
        if not isinstance(node, Block):
            return self._plain_addresses(field, node)
        block = self.proof.block(node, {"address", "domain", "name", "own"})
        own = self.proof.flag(block["own"], default=True) if "own" in block else None
        addresses = frozenset(self._addresses(block.get("address")))
        domains = tuple(
            self._domain(e) for e in self.proof.entries(block.get("domain"))
        )
        parts: list[Condition] = []
        if addresses or domains or own is not None:
            parts.append(
                AddressCondition(
                    name=field, addresses=addresses, domains=domains, own=own
                )
            )
        if "name" in block:
            tests = self._tests(self._text_block(block["name"], set()), block["name"])
            parts.append(
                TextCondition(name=f"{name} name", places=(name,), tests=tests)
            )
        if not parts:
            self.proof.note(node, "R010", text("There is no condition here."))
        return Every(tuple(parts))

    def _plain_addresses(
        self, name: Literal["from", "to", "cc"], node: Node
    ) -> AddressCondition:
        addresses: set[str] = set()
        domains: list[str] = []
        for entry in self.proof.entries(node):
            word = self.proof.word(entry)
            if "@" in word and not word.startswith("@"):
                addresses.update(self._addresses(entry))
            else:
                domains.append(self._domain(entry))
        return AddressCondition(
            name=name, addresses=frozenset(addresses), domains=tuple(domains)
        )

    def _addresses(self, node: Node | None) -> tuple[str, ...]:
        for entry in self.proof.entries(node):
            word = self.proof.word(entry)
            if word.count("@") != 1 or word.startswith("@") or word.endswith("@"):
                sentence = text("“{word}” is not a mail address.", word=word)
                self.proof.note(entry, "R015", sentence)
        return tuple(word.casefold() for word in self.proof.words(node))

    def _domain(self, node: Node) -> str:
        domain = self.proof.word(node).removeprefix("@").casefold()
        if not _DOMAIN.fullmatch(domain):
            sentence = text("“{word}” is not a domain such as “firm.cn”.", word=domain)
            self.proof.note(node, "R016", sentence)
        return domain

    def _header(self, name: str, node: Node) -> Condition:
        block = self.proof.block(node, None)
        parts = tuple(
            TextCondition(
                name=f"{name} {header}",
                places=(f"header:{header}",),
                tests=self._tests(self._text_block(value, set()), value),
            )
            for header, value in block.items()
        )
        return Every(parts)

    def _header_exists(self, name: str, node: Node) -> Condition:
        del name
        wanted = frozenset(word.lower() for word in self.proof.words(node))
        return FactCondition(name="header_exists", wanted=wanted)

    def _attachment(self, name: str, node: Node) -> Condition:
        del name
        block = self.proof.block(node, {"name", "type"})
        types = tuple(word.lower() for word in self.proof.words(block.get("type")))
        tests: tuple[TextTest, ...] = ()
        if "name" in block:
            tests = self._tests(self._text_block(block["name"], set()), block["name"])
        return AttachmentCondition(types=types, tests=tests)

    def _yes_no(self, name: str, node: Node) -> Condition:
        fact = cast("Literal['is_reply']", name)
        wanted = "yes" if self.proof.flag(node, default=True) else "no"
        return FactCondition(name=fact, wanted=frozenset({wanted}))

    def _machine(self, name: str, node: Node) -> Condition:
        del name
        known = (*get_args(MachineKind), "yes", "no")
        kinds = frozenset(self.proof.choices(node, known))
        return FactCondition(name="machine", wanted=kinds)

    def _language(self, name: str, node: Node) -> Condition:
        del name
        wanted = frozenset(self.proof.choices(node, _LANGUAGES))
        return FactCondition(name="language", wanted=wanted)

    def _thread(self, name: str, node: Node) -> Condition:
        del name
        return FactCondition(name="thread", wanted=frozenset(self.proof.words(node)))

    def extracts(self, node: Node | None, rule: str) -> tuple[Extract, ...]:
        """Read an `extract` block: field names with where they are found.

        A list under a name says where to look first, and where next.
        """
        return tuple(
            self._extract(field, entry, rule)
            for field, value in self.proof.block(node, None).items()
            for entry in self.proof.entries(value)
        )

    def _extract(self, field: str, node: Node, rule: str) -> Extract:
        block = self.proof.block(node, {"in", "regex", "type", "last"})
        kind = self.proof.choice(block.get("type"), TYPES, "text")
        if not field.isidentifier() or not field.isascii():
            sentence = text(
                "“{word}” cannot be a field: use a-z, 0-9 and _.", word=field
            )
            self.proof.note(node, "R017", sentence)
        if "regex" not in block and kind in AS_WRITTEN:
            sentence = text("A field of the type {type} needs “regex”.", type=kind)
            self.proof.note(node, "R018", sentence)
        return Extract(
            field=field,
            places=self.places(block.get("in"), ("subject", "body")),
            patterns=self.patterns(block.get("regex")),
            type=kind,
            last=self.proof.flag(block.get("last"), default=False),
            rule=rule,
        )


def _fact(name: str, wanted: frozenset[str]) -> Condition:
    return FactCondition(name=name, wanted=wanted)  # type: ignore[arg-type]  # a key of the table
