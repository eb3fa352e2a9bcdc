"""Compiles the patterns of rules, which RE2 matches in linear time."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Protocol, cast

import re2

from mailroom.errors import Text, text
from mailroom.rules.spelling import simplified

MOST_AT_ONCE = 50  # patterns; RE2 may lose its way in more
_LINES = "(?m)"  # ^ and $ are the ends of a line
_SPECIAL = frozenset(r"\.+*?()|[]{}^$-")


class Match(Protocol):
    """What a pattern found; as `re.Match`."""

    def start(self, group: int | str = 0) -> int:
        """Place where it begins."""

    def end(self, group: int | str = 0) -> int:
        """Place after it."""

    def group(self, group: int | str = 0) -> str | None:
        """Give the text; None where that group took no part."""


class Pattern(Protocol):
    """A compiled pattern; as `re.Pattern`."""

    @property
    def pattern(self) -> str:
        """Its source."""

    groupindex: dict[str, int]
    groups: int

    def __hash__(self) -> int:
        """Tell it from others."""

    def search(
        self, words: str | bytes, start: int = ..., end: int = ...
    ) -> Match | None:
        """Find it first, between two places; in text, or in text in UTF-8."""

    def finditer(
        self, words: str | bytes, start: int = ..., end: int = ...
    ) -> Iterator[Match]:
        """Find it again and again, between two places."""


class PatternError(Exception):
    """A pattern that RE2 refuses."""

    def __init__(self, sentence: Text) -> None:
        self.text = sentence
        super().__init__(str(sentence))


def compile_pattern(source: str, *, exact: bool = True) -> Pattern:
    """Compile a pattern as rules mean it; PatternError where that is not possible.

    Capitals do not count, ^ and $ are the ends of a line. Text is matched in NFKC, so
    full-width signs of the pattern stand for their half-width ones. `exact` is for
    text as written (`Strip.nfkc`); otherwise 發票 and 发票 are one (`Strip.simple`).
    """
    source = source if exact else simplified(source)
    options = re2.Options()
    options.log_errors = False  # RE2 writes to stderr otherwise
    options.case_sensitive = False
    try:
        return cast("Pattern", re2.compile(_LINES + _narrow(source), options))
    except re2.error as error:
        raise PatternError(_explain(error)) from error


def compile_union(sources: Sequence[str], *, exact: bool = True) -> Pattern | None:
    """Make one pattern of several; None of one or very many, or where RE2 refuses."""
    if not 1 < len(sources) <= MOST_AT_ONCE:
        return None
    try:
        source = "|".join(f"(?:{each})" for each in sources)
        return compile_pattern(source, exact=exact)
    except PatternError:
        return None  # too large together, or one name for two groups


def compile_glob(folded: str) -> Pattern:
    r"""Compile a pattern of the whole text: * is any text, ? one character.

    As Sieve's `:matches`: \* and \? are the signs themselves. PatternError where it
    is too long.
    """
    options = re2.Options()
    options.log_errors = False
    letters = []
    signs = iter(folded)
    for sign in signs:
        plain = next(signs, sign) if sign == "\\" else None
        wild = {"*": ".*", "?": "."}.get(sign) if plain is None else None
        letters.append(wild or re2.escape(plain or sign))
    try:
        source = r"(?s)\A" + "".join(letters) + r"\z"
        return cast("Pattern", re2.compile(source, options))
    except re2.error as error:
        raise PatternError(_explain(error)) from error


def _narrow(source: str) -> str:
    if source.isascii():
        return source
    letters = []
    for letter in source:
        normal = unicodedata.normalize("NFKC", letter)
        if normal != letter and not letter.isascii():
            normal = "".join("\\" + c if c in _SPECIAL else c for c in normal)
        letters.append(normal)
    return "".join(letters)


def _explain(error: Exception) -> Text:
    why = error.args[0] if error.args else ""
    why = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
    why = why.replace(_LINES, "")  # RE2 quotes it; nobody wrote it
    kind, _, what = why.partition(": ")
    if "(?=" in why or "(?!" in why or "(?<" in why:
        return text(
            "This pattern looks ahead or behind ({why}); patterns here cannot. "
            "Use “none:” with a second condition.",
            why=what or kind,
        )
    for words, sentence in _SAYINGS:
        if why.startswith(words):
            return text(
                "This pattern cannot be used: {why}; here: {what}",
                why=sentence,
                what=what or kind,
            )
    return text("This pattern cannot be used: {why}.", why=why)


# RE2's words → what is wrong, in a rule editor's.
_SAYINGS: tuple[tuple[str, Text], ...] = (
    ("missing )", text("a “(” is opened and never closed")),
    ("missing ]", text("a “[” is opened and never closed")),
    ("unexpected )", text("a “)” closes what was never opened")),
    ("no argument for", text("nothing stands before the sign that repeats it")),
    ("bad repetition", text("one sign of repeating stands behind another")),
    ("invalid repetition", text("nothing can be repeated more than 1,000 times")),
    (
        r"invalid escape sequence: \u",
        text("type the letters themselves, such as [一-龥]"),
    ),
    *(
        (rf"invalid escape sequence: \{n}", text("no group can be referred back to"))
        for n in range(1, 10)
    ),
    ("invalid escape", text("this sign needs no \\ before it")),
    ("trailing", text("a \\ at the end has nothing to stand before")),
    ("invalid character class range", text("in a range the smaller sign stands first")),
    ("pattern too large", text("its repeats make it too large")),
)
