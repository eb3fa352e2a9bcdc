"""Reads what one tag says: its kind, its words as Jinja has them."""

import re
from collections.abc import Iterable, Iterator, Mapping
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
_WORDLESS = frozenset((*CLOSED_BY.values(), "else", "vm", "hm", "restart_list"))
_KNOWN = frozenset((*CLOSED_BY, *BETWEEN, *_CLOSINGS, *ALONE))
_ELSEWHERE = frozenset(("include", "import", "extends", "from", "block"))
_CAPTURES = frozenset(("call", "filter", "raw", "autoescape"))

# What Jinja says of a tag that it cannot read.
_STRANGE = re.compile(r"^unexpected char '(.+)' at \d+$")
_EXTRA = re.compile(r"^expected token 'end of [a-z ]+', got '(.+)'$")

# What the typesetter itself asks of a pen, and no template may.
_OWN = re.compile(r"\|\s*(mr_\w+)")

DEEPEST = 16  # branches and loops in one another; Python has room for 20 loops
_DEEPEST_WORDS = 60  # of what an expression is made of; Jinja reads it by recursion
_TOO_DEEP = text("the tag is too long; set parts of it with {%p set name = … %} first")

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


def check_verb(words: Words) -> None:
    """Raise TagError where a tag asks for what no template has."""
    if words.sign == "{" and words.level in {"p", "tr", "tc"}:
        raise TagError(
            text(
                "sub-documents are not understood; put the words into this template,"
                " or write {{ field }} for plain or rich text"
            )
        )
    if words.sign == "{" and not words.rest:
        raise TagError(text("the tag is empty"))
    verb = words.verb
    own = _OWN.search(words.rest)
    if own:
        raise TagError(_no_filter(own[1]))
    if words.sign != "%" or verb in _KNOWN:
        if verb in _WORDLESS and words.rest:
            raise TagError(text("nothing follows “{word}” in its tag", word=verb))
        return
    if verb in _ELSEWHERE:
        raise TagError(
            text("“{word}” reaches for another file; a letter is one file", word=verb)
        )
    if verb in _CAPTURES:
        raise TagError(
            text("“{word}” is not understood; write it out, or use a filter", word=verb)
        )
    meant = verb + words.rest if verb == "end" else verb  # {% end for %}
    near = meant if meant in _KNOWN else nearest(meant, _KNOWN)
    if near is not None:
        raise TagError(
            text(
                "“{word}” is not understood; did you mean “{near}”?",
                word=f"end {words.rest}" if verb == "end" else verb,
                near=near,
            )
        )
    raise TagError(
        text(
            "“{word}” is not understood; there are {known}",
            word=verb,
            known=", ".join(sorted(_KNOWN)),
        )
    )


def completed(verb: str, rest: str) -> str:
    """Return the tag as a whole that Jinja can parse; "" where it holds no words."""
    if verb in CLOSED_BY:
        return f"\x01% {verb} {rest} %\x01\x01% {CLOSED_BY[verb]} %\x01"
    if verb == "elif":
        return f"\x01% if {rest} %\x01\x01% endif %\x01"
    if verb == "set":
        return f"\x01% set {rest} %\x01"
    return "\x01{ " + rest + " }\x01" if verb in {"colspan", "cellbg"} else ""


def tree_of(jinja: str, source: str, *, steers: bool) -> nodes.Template:
    """Let Jinja read a tag by itself; `source` is how it was typed. Raises TagError."""
    verb, _, rest = jinja.partition(" ")
    whole = completed(verb, rest) if steers else "\x01{ " + jinja + " }\x01"
    try:
        tree = SANDBOX.parse(whole)
    except (TemplateSyntaxError, TemplateAssertionError) as error:
        raise TagError(_unread(source, verb if steers else "", error)) from error
    except RecursionError as error:
        raise TagError(_TOO_DEEP) from error
    if any(depth == _DEEPEST_WORDS for _, depth in _walked(tree)):
        raise TagError(_TOO_DEEP)
    return tree


def check_words(jinja: str, source: str, *, steers: bool) -> None:
    """Raise TagError where a tag by itself is none that a template has."""
    for _, reason in misuses(tree_of(jinja, source, steers=steers)):
        raise TagError(reason)


def _unread(source: str, verb: str, error: TemplateSyntaxError) -> Text:
    if any(sign in source for sign in _FULL_WIDTH):
        return text("full-width signs inside a tag; write | ( ) , . = half-width")
    if any(quote in source for quote in _QUOTES):
        return text("curly quotes inside a tag; write straight ones: ' or \"")
    if verb == "set":
        return text("write it as “set name = value”")
    if verb == "for":
        return text("write the loop as “for x in list”")
    return _misread(error.message or "")


def _misread(why: str) -> Text:
    """Say in an office's words what Jinja calls an unexpected token."""
    sign = _STRANGE.search(why)
    if sign:
        return text("a tag does not know the sign “{sign}”", sign=sign[1])
    extra = _EXTRA.search(why)
    if extra is None:
        return text("the tag cannot be read; is a name, a quote or a bracket missing?")
    if extra[1] == "=":
        return text("“=” gives a value to a name; compare with “==”")
    return text(
        "“{word}” cannot stand here; write names in one word, as in case_no, and"
        " join values with ~",
        word=extra[1],
    )


def misuses(tree: nodes.Template) -> Iterator[tuple[int, Text]]:
    """Yield what Jinja would read and a template does not have: line, reason."""
    for used, depth in _walked(tree):
        reason = _TOO_DEEP if depth == _DEEPEST_WORDS else None
        if isinstance(used, nodes.Filter):
            reason = reason or _misused_filter(used)
        elif isinstance(used, nodes.AssignBlock):
            reason = text("write it as “set name = value”")
        elif isinstance(used, nodes.Test) and used.name not in SANDBOX.tests:
            reason = text("there is no test “{name}”", name=used.name)
        if reason is not None:
            yield used.lineno, reason


def _walked(tree: nodes.Template) -> Iterator[tuple[nodes.Node, int]]:
    """Yield each node in its order, with how deep it lies in its expression.

    What lies deeper than a template may have it is not looked at.
    """
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if depth < _DEEPEST_WORDS:
            below = depth + 1 if isinstance(node, nodes.Expr) else 0
            inside = [(child, below) for child in node.iter_child_nodes()]
            waiting += reversed(inside)


def _misused_filter(used: nodes.Filter) -> Text | None:
    if used.name not in SANDBOX.filters:
        return _no_filter(used.name)
    usage = misuse(used.name, len(used.args), [str(one.key) for one in used.kwargs])
    if usage:
        return text(
            "the filter “{name}” is written {usage}", name=used.name, usage=usage
        )
    return None


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
