"""Turns the nodes of one file into values, noting what is wrong."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Literal

from mailroom.errors import Fault, Text, text
from mailroom.yamlfile.nodes import Block, Listing, Node, Scalar, Word
from mailroom.yamlfile.other_names import meant_by
from mailroom.yamlfile.value_names import shown, value_meant_by

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
NOWHERE: Mapping[str, Text] = MappingProxyType({})
YES = frozenset({"yes", "true", "on", "是", "y"})
NO = frozenset({"no", "false", "off", "否", "n"})


def nearest(word: str, known: Collection[str]) -> str | None:
    """Say which known word was probably meant; None where none is near."""
    found = difflib.get_close_matches(
        word.strip().lower(), sorted(known), n=1, cutoff=0.6
    )
    return found[0] if found else None


class Proofreader:
    """One file under the eyes of somebody who reads to the end.

    Each question gives a value of the type asked for; where the file has something
    else, the fault is noted and the answer is empty, so that reading goes on. The
    codes are the file's letter and 001–009: 001 unknown key, 002 wrong type,
    003 missing, 004 not one of the known words, 005 outside the range.
    """

    def __init__(self, file: str, letter: str) -> None:
        self.file = file
        self.letter = letter
        self.faults: list[Fault] = []
        self._meant: dict[tuple[int, int], set[str]] = defaultdict(set)

    def meant(self, node: Node) -> AbstractSet[str]:
        """Give the keys of a block that stand there mistyped: they are not missing."""
        return self._meant[node.line, node.column] if isinstance(node, Block) else set()

    def note(
        self,
        node: Node | str | None,
        code: str,
        sentence: Text,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        """Write down one fault at the place of `node`, or of a word of the file.

        None, or a text that stands nowhere in it: the file as a whole.
        """
        if isinstance(node, Scalar) and node.told:
            return
        line, column = 0, 0
        if isinstance(node, Scalar | Listing | Block | Word):
            line, column = node.line, node.column
        self.faults.append(
            Fault(
                file=self.file,
                line=line,
                column=column,
                code=code,
                severity=severity,
                text=sentence,
            )
        )

    def block(
        self,
        node: Node | None,
        known: Collection[str] | None,
        elsewhere: Mapping[str, Text] = NOWHERE,
    ) -> Mapping[str, Node]:
        """Read keys with values; a key outside `known` is a fault and left out.

        The keys are `Word`s: they know where they stand.
        `known` None: any key will do. `elsewhere` says where a key belongs that often
        comes to stand here.
        """
        if node is None:
            return {}
        if not isinstance(node, Block):
            self.note(node, f"{self.letter}002", _describe(Block, node))
            return {}
        values: dict[str, Node] = {}
        for key, (scalar, value) in node.entries.items():
            if known is None or key in known:
                values[Word(key, scalar.line, scalar.column)] = value
            elif key == "<<" and isinstance(value, Scalar) and value.told:
                self._meant[node.line, node.column].update(known)  # it could be any
            elif key in elsewhere:
                self.note(scalar, f"{self.letter}001", elsewhere[key])
            elif (
                not (key.isascii() and key.isidentifier())
                and _empty(value)
                and not meant_by(key, known)
            ):
                # {zh: …, en: one, two}: YAML reads "two" as a key of its own
                sentence = text(
                    "“{word}” stands alone here. Several words stand in brackets, [a,"
                    " b]; a text with a comma in it stands in quotes.",
                    word=key,
                )
                self.note(scalar, f"{self.letter}001", sentence)
            else:
                near = self._note_unknown(scalar, key, known, "001")
                if near:
                    self._meant[node.line, node.column].add(near)
        return values

    def _note_unknown(
        self,
        node: Node,
        word: str,
        known: Collection[str],
        code: str,
        subject: str = "",
    ) -> str | None:
        value = value_meant_by(subject, word, known) if subject else None
        if value:
            self.note(node, f"{self.letter}{code}", _written(word, value))
            return value
        near = meant_by(word, known) or nearest(word, known)
        if near:
            sentence = text(
                "“{word}” is not known here. Did you mean “{near}”?",
                word=word,
                near=near,
            )
        else:
            sentence = text(
                "“{word}” is not known here. Known are: {choices}.",
                word=word,
                choices=shown(subject, word, known),
            )
        self.note(node, f"{self.letter}{code}", sentence)
        return near

    def word(self, node: Node | None) -> str:
        """Read one text; "" where there is none."""
        if node is None:
            return ""
        if isinstance(node, Scalar):
            return Word(node.value.strip(), node.line, node.column)
        self.note(node, f"{self.letter}002", _describe(Scalar, node))
        return ""

    def needed(self, block: Mapping[str, Node], key: str, place: Node) -> str:
        """Read a text that must be there and not be empty."""
        if key not in block:
            if key not in self.meant(place):
                sentence = text("“{key}” is missing here.", key=key)
                self.note(place, f"{self.letter}003", sentence)
            return ""
        value = self.word(block[key])
        if not value and isinstance(block[key], Scalar):
            self.note(
                block[key], f"{self.letter}003", text("“{key}” is empty.", key=key)
            )
        return value

    def entries(self, node: Node | None) -> Iterator[Node]:
        """Go through a list; a single value counts as a list of one."""
        if isinstance(node, Listing):
            yield from node.entries
        elif node is not None:
            yield node

    def listing(self, node: Node | None) -> Iterator[Node]:
        """Go through a list; a fault where something else stands."""
        if node is not None and not isinstance(node, Listing):
            self.note(node, f"{self.letter}002", _describe(Listing, node))
        elif node is not None:
            yield from node.entries

    def words(self, node: Node | None) -> tuple[Word, ...]:
        """Read one text or a list of texts; empty ones are faults."""
        found: list[Word] = []
        for entry in self.entries(node):
            word = self.word(entry)
            if word and isinstance(word, Word):
                found.append(word)
            elif isinstance(entry, Scalar):
                self.note(
                    entry, f"{self.letter}003", text("There is an empty text here.")
                )
        return tuple(found)

    def flag(self, node: Node | None, *, default: bool) -> bool:
        """Read yes or no (是, 否)."""
        if node is None:
            return default
        word = self.word(node)
        if word.lower() in YES | NO:
            return word.lower() in YES
        if isinstance(node, Scalar):
            value = value_meant_by("yes or no", word, ("yes", "no"))
            no_flag = text("Write yes or no here, not “{word}”.", word=word)
            sentence = _written(word, value) if value else no_flag
            self.note(node, f"{self.letter}002", sentence)
        return default

    def number(
        self, node: Node | None, low: float, high: float, default: float
    ) -> float:
        """Read a number from `low` to `high`."""
        if node is None:
            return default
        word = self.word(node)
        if not _NUMBER.fullmatch(word):
            if isinstance(node, Scalar):
                self.note(node, f"{self.letter}002", _no_number(word))
            return default
        value = float(word)
        if not low <= value <= high:
            self.note(
                node,
                f"{self.letter}005",
                text(
                    "{word} is outside {low} … {high}.",
                    word=word,
                    low=f"{low:g}",
                    high=f"{high:g}",
                ),
            )
            return default
        return value

    def choice(
        self, node: Node | None, known: Collection[str], default: str, subject: str = ""
    ) -> str:
        """Read one of the known words; `subject`: what they are in `value_names`."""
        if node is None:
            return default
        word = self.word(node)
        if word in known:
            return word
        if isinstance(node, Scalar):
            self._note_unknown(node, word, known, "004", subject)
        return default

    def choices(
        self, node: Node | None, known: Collection[str], subject: str = ""
    ) -> tuple[str, ...]:
        """Read one or more of the known words."""
        return tuple(
            word
            for entry in self.entries(node)
            if (word := self.choice(entry, known, "", subject))
        )


_KINDS: Mapping[type, Text] = {
    Scalar: text("one text"),
    Listing: text("a list (lines with “- ”)"),
    Block: text("“key: value” lines"),
}


def _describe(wanted: type, node: Node) -> Text:
    return text(
        "Wanted here: {wanted}; found: {found}.",
        wanted=_KINDS[wanted],
        found=text("nothing") if _empty(node) else _KINDS[type(node)],
    )


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.value


def _written(word: str, value: str) -> Text:
    return text("“{word}” is written “{value}” here.", word=word, value=value)


def _no_number(word: str) -> Text:
    narrow = unicodedata.normalize("NFKC", word).replace("。", ".")
    if narrow != word and _NUMBER.fullmatch(narrow):
        return text("Write {number} here, not “{word}”.", number=narrow, word=word)
    share = re.fullmatch(r"(\d{1,3})\s*[%％]", word)
    if share:
        return text(
            "Write {number} here, not “{word}”.",
            number=f"{int(share[1]) / 100:g}",
            word=word,
        )
    return text("Write a number here, not “{word}”.", word=word)


def fault_at_word(file: str, code: str, sentence: Text, word: str) -> Fault:
    """Make an error at the place of a word of a file, else of the file itself."""
    line, column = (word.line, word.column) if isinstance(word, Word) else (0, 0)
    return Fault(file=file, line=line, column=column, code=code, text=sentence)
