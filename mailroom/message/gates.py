"""Gives a pattern of `re` a gate: a pattern of RE2 that finds all it finds, and more.

RE2 passes over a letter in one go, at about a nanosecond a byte, whatever the number of
alternatives; `re` tries each of them at each sign. So most letters, and most sentences
of the others, are never shown to `re`.
"""

import re
from collections.abc import Mapping
from functools import reduce

import re2

_SPACE = r"\s\v\pZ\x{85}\x1c-\x1f"
# What stands for a class of signs in `re`, where ASCII is not all there is.
_CLASSES = {"w": r"\w\x{80}-\x{10FFFF}", "s": _SPACE, "d": r"\d\pN"}
_EDGES = frozenset({"^", "$", r"\b"})
_BEGINNINGS = frozenset({"", "(", "|", ":"})  # what stands before a word's first edge
_ROOM = 64 * 1024 * 1024  # bytes; RE2 finds nothing where a set has too few
_NONE = frozenset[str]()
_AROUND = re.compile(r"\(\?<?[!=]")
# The signs of a pattern, one by one: escaped ones, counted repeats and sets as a whole.
_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*,\d\d+\}|.", re.DOTALL)


class Gate:
    """Passes what one of several patterns may find."""

    def __init__(self, *patterns: re.Pattern[str], anywhere: bool = False) -> None:
        """Make it; ValueError where RE2 does not know what a pattern says.

        `anywhere` is for a text whose sentences are shown to the patterns one by one:
        what begins or ends such a piece may stand anywhere in the whole.
        """
        sources = [_wider(each.pattern, anywhere=anywhere) for each in patterns]
        every = "|".join(f"(?:{source})" for source in sources)
        self.source = f"(?im){every}"  # for RE2
        try:
            self._pattern = re2.compile(self.source, _options())
        except re2.error as error:
            raise ValueError(str(error)) from error

    def opens(self, text: str) -> bool:
        """Say whether a pattern may find something in the text."""
        return self._pattern.search(text.encode("utf-8", "surrogatepass")) is not None

    def first(self, text: str) -> int:
        """Give the place before which no pattern finds anything; -1: none does."""
        coded = text.encode("utf-8", "surrogatepass")
        match = self._pattern.search(coded)
        if match is None:
            return -1
        return len(coded[: match.start()].decode("utf-8", "surrogatepass"))


class Gates:
    """Several gates by name, all of which are tried in one pass over a text."""

    def __init__(self, gates: Mapping[str, Gate]) -> None:
        self._names = tuple(gates)
        options = _options()
        options.max_mem = _ROOM
        self._set = re2.Set.SearchSet(options)
        for gate in gates.values():
            self._set.Add(gate.source)
        self._set.Compile()

    def open(self, text: str) -> frozenset[str]:
        """Give the names of the gates that open for a text."""
        numbers = self._set.Match(text.encode("utf-8", "surrogatepass"))
        if not numbers:
            return _NONE
        return frozenset([self._names[number] for number in numbers])


def _options() -> re2.Options:
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    return options


def _wider(source: str, *, anywhere: bool) -> str:
    """Write a pattern for RE2: without looking around, with classes beyond ASCII."""
    signs = [match[0] for match in _SIGN.finditer(_without_looking(source))]
    # To `re` a Chinese letter is a letter, to RE2 none: where a word may end, or begin,
    # with one, the edge is no edge to RE2.
    any_letter = any(r"\w" in sign for sign in signs)
    wide = []
    for before, sign, after in zip(["", *signs], signs, [*signs[1:], ""], strict=False):
        ends = any_letter and before not in _BEGINNINGS
        if anywhere and sign in _EDGES:
            continue
        if sign == r"\b" and (ends or r"\w" in after):
            continue
        wide.append(_wide(sign))
    return "".join(wide)


def _wide(sign: str) -> str:
    if sign.startswith("["):
        if sign.startswith("[^") and any(f"\\{name}" in sign for name in _CLASSES):
            return r"(?s:.)"
        return reduce(
            lambda read, name: read.replace(f"\\{name}", _CLASSES[name]), _CLASSES, sign
        )
    if sign.startswith("{") and "," in sign:
        # To count so far, RE2 would need a state for each number.
        return sign.partition(",")[0] + ",}" if sign[1] != "," else "*"
    if len(sign) > 1 and sign[1] in _CLASSES:
        return f"[{_CLASSES[sign[1]]}]"
    return sign


def _without_looking(source: str) -> str:
    while found := _AROUND.search(source):
        depth, at = 0, found.start()
        for match in _SIGN.finditer(source, at):
            depth += (match[0] == "(") - (match[0] == ")")
            if depth == 0:
                source = source[:at] + source[match.end() :]
                break
        else:
            raise ValueError(source)
    return source
