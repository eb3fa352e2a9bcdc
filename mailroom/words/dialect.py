"""Reads what one tag says: its kind, its words as Jinja has them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Literal

from jinja2 import nodes
from jinja2.exceptions import TemplateAssertionError, TemplateSyntaxError

from mailroom.errors import Text, text
from mailroom.words.filters import FILTERS
from mailroom.words.sandbox import SANDBOX
from mailroom.yamlfile.proofread import nearest

Level = Literal["", "p", "tr", "tc", "r"]
Sign = Literal["{", "%", "#"]
_LEVELS: Mapping[str, Level] = {"": "", "p": "p", "tr": "tr", "tc": "tc", "r": "r"}
_SIGNS: Mapping[str, Sign] = {"{": "{", "%": "%", "#": "#"}

# A tag: strings inside may hold the signs that end it.
TAG = re.compile(
    r"""\{\{(?:"[^"{}]*"|'[^'{}]*'|(?!\}\}).)*\}\}"""
    r"""|\{%(?:"[^"{}]*"|'[^'{}]*'|(?!%\}).)*%\}"""
    r"""|\{\#.*?\#\}""",
    re.DOTALL | re.VERBOSE,
)
_PARTS = re.compile(
    r"\{[{%#]([-+]?)(?:(p|tr|tc|r)(?=\s))?(.*?)([-+]?)[}%#]\}", re.DOTALL
)
# Openings, what may stand between, and what closes them.
CLOSED_BY = {"if": "endif", "for": "endfor", "with": "endwith", "macro": "endmacro"}
BETWEEN = {"elif": ("if",), "else": ("if", "for")}
ON_CELLS = frozenset(("vm", "hm", "colspan", "cellbg"))
ALONE = frozenset(("set", "restart_list", *ON_CELLS))
_CLOSINGS = {closing: verb for verb, closing in CLOSED_BY.items()}
_ELSEWHERE = frozenset(("include", "import", "extends", "from", "block"))
_CAPTURES = frozenset(("call", "filter", "raw", "autoescape"))

_QUOTES = {"“": "”", "‘": "’", "”": "”", "’": "’", "「": "」", "『": "』"}
_FULL_WIDTH = "｜（），．＝＋－＞＜［］＂＇"


class TagError(Exception):
    """A tag cannot be read; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one tag says."""

    source: str  # with its braces, as it was typed
    sign: Sign
    level: Level  # what goes with the tag: a paragraph, a row, a cell, a run
    verb: str  # of a {% … %}: "if"; else ""
    rest: str  # what follows the verb; of a {{ … }} all of it
    trims_before: bool
    trims_after: bool

    @property
    def opens(self) -> str:
        """The verb that this tag opens, closes or stands in; "" for none."""
        return _CLOSINGS.get(self.verb, self.verb if self.verb in CLOSED_BY else "")

    @property
    def closes(self) -> bool:
        """Whether this is an end…."""
        return self.verb in _CLOSINGS


def read_words(source: str) -> Words:
    """Take a tag apart; nothing is checked yet."""
    found = _PARTS.fullmatch(source)
    if found is None:
        raise AssertionError  # TAG found it
    before, level, inner, after = found.groups()
    inner = " ".join(straightened(inner).split("\n")).strip()
    verb, rest = "", inner
    if source[1] == "%":
        verb, _, rest = inner.partition(" ")
        rest = rest.strip()
    return Words(
        source=source,
        sign=_SIGNS[source[1]],
        level=_LEVELS[level or ""],
        verb=verb,
        rest=rest,
        trims_before=before == "-",
        trims_after=after == "-",
    )


def straightened(inner: str) -> str:
    """Make straight the curly quotes that Word put round a tag's strings.

    Those inside a string stay: `“他说：‘好’”` is the string 他说：‘好’.
    """
    if not any(quote in inner for quote in _QUOTES):
        return inner
    made: list[str] = []
    ends = ""
    for sign in inner:
        if ends:
            if sign == ends:
                made.append('"' if ends in _QUOTES.values() else ends)
                ends = ""
            else:
                made.append('\\"' if sign == '"' and ends in _QUOTES.values() else sign)
        elif sign in _QUOTES:
            ends = _QUOTES[sign]
            made.append('"')
        else:
            ends = sign if sign in "\"'" else ""
            made.append(sign)
    return "".join(made)


def check(words: Words) -> None:
    """Raise TagError where the tag says what a template does not understand."""
    if words.sign == "{":
        _check_fill(words)
    elif words.sign == "%":
        _check_verb(words)


def _check_fill(words: Words) -> None:
    if words.level in {"p", "tr", "tc"}:
        raise TagError(
            text(
                "sub-documents are not understood; put the words into this template,"
                " or write {{ field }} for plain or rich text"
            )
        )
    if not words.rest:
        raise TagError(text("the tag is empty"))
    _allow(_parse("\x01{" + words.rest + "}\x01", words.source), words.source)


def _check_verb(words: Words) -> None:
    verb, rest = words.verb, words.rest
    known = (*CLOSED_BY, *BETWEEN, *_CLOSINGS, *ALONE)
    if verb in _ELSEWHERE:
        raise TagError(
            text("“{word}” reaches for another file; a letter is one file", word=verb)
        )
    if verb in _CAPTURES:
        raise TagError(
            text("“{word}” is not understood; write it out, or use a filter", word=verb)
        )
    if verb not in known:
        raise TagError(
            text(
                "“{word}” is not understood; there are {known}",
                word=verb,
                known=", ".join(sorted(known)),
            )
        )
    _allow(_parse(completed(verb, rest), words.source), words.source)


def completed(verb: str, rest: str) -> str:
    """Return the tag as a whole that Jinja can parse. Raises TagError."""
    if verb in CLOSED_BY:
        return f"\x01%{verb} {rest}%\x01\x01%{CLOSED_BY[verb]}%\x01"
    if verb == "elif":
        return f"\x01%if {rest}%\x01\x01%endif%\x01"
    if verb == "set":
        return f"\x01%set {rest}%\x01"
    if verb in {"colspan", "cellbg"}:
        return "\x01{" + rest + "}\x01"
    if rest:
        raise TagError(text("nothing follows “{word}” in its tag", word=verb))
    return ""


def _parse(jinja: str, source: str) -> nodes.Template:
    try:
        return SANDBOX.parse(jinja)
    except (TemplateSyntaxError, TemplateAssertionError) as error:
        if any(sign in source for sign in _FULL_WIDTH):
            raise TagError(
                text("full-width signs inside a tag; write | ( ) , . = half-width")
            ) from error
        if any(quote in source for quote in _QUOTES):
            raise TagError(
                text("curly quotes inside a tag; write straight ones: ' or \"")
            ) from error
        if "\x01%set" in jinja:
            raise TagError(text("write it as “set name = value”")) from error
        if "\x01%for" in jinja:
            raise TagError(text("write the loop as “for x in list”")) from error
        raise TagError(
            text("the tag cannot be read: {why}", why=error.message or "")
        ) from error


def _allow(tree: nodes.Template, source: str) -> None:
    for used in tree.find_all(nodes.Filter):
        if used.name not in SANDBOX.filters or used.name.startswith("mr_"):
            raise TagError(_no_filter(used.name))
        wrong = misuse(used.name, len(used.args), [str(one.key) for one in used.kwargs])
        if wrong:
            raise TagError(
                text(
                    "the filter “{name}” is written {usage}",
                    name=used.name,
                    usage=wrong,
                )
            )
    for asked in tree.find_all(nodes.Test):
        if asked.name not in SANDBOX.tests:
            raise TagError(text("there is no test “{name}”", name=asked.name))
    if source.startswith("{%") and next(tree.find_all(nodes.AssignBlock), None):
        raise TagError(text("write it as “set name = value”"))


def _no_filter(name: str) -> Text:
    if name == "safe":
        return text(
            "there is no filter “safe”: what a field holds is never markup; write"
            " {{r field }} for rich text"
        )
    known = [one for one in SANDBOX.filters if not one.startswith("mr_")]
    near = nearest(name, known)
    if near is not None:
        return text(
            "there is no filter “{name}”; did you mean “{near}”?", name=name, near=near
        )
    return text(
        "there is no filter “{name}”; there are {known}",
        name=name,
        known=", ".join(sorted(known)),
    )


def misuse(name: str, count: int, keys: Iterable[str]) -> str:
    """Return how a filter is written that is given the wrong arguments; "" if right."""
    made = FILTERS.get(name)
    if made is None:
        return ""
    usage = signature(made)
    try:
        usage.bind(None, *range(count), **dict.fromkeys(keys))
    except TypeError:
        wanted = ", ".join(list(usage.parameters)[1:])
        return f"|{name}({wanted})" if wanted else f"|{name}"
    return ""
