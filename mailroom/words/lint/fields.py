"""Finds the fields of a template that nobody gives."""

import re
from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from mailroom.errors import Text, text
from mailroom.words.dialect import (
    BETWEEN,
    CLOSED_BY,
    DEEPEST,
    TagError,
    tree_of,
)
from mailroom.words.lint.manuscript import Manuscript
from mailroom.words.lint.pairs import pairs_of
from mailroom.words.names import drawings_of
from mailroom.words.places import WordFault, fault
from mailroom.words.runs import MARK
from mailroom.words.sandbox import SANDBOX
from mailroom.words.steering import IN_ATTRIBUTE, Tag
from mailroom.yamlfile.proofread import nearest

_TOKEN = re.compile(rf"<\?{MARK} (\d+)\?>|" + IN_ATTRIBUTE.format(r"(\d+)"))
_MOST_NAMED = 20  # fields listed where none is near


def unknown_fields(
    manuscript: Manuscript, known: Collection[str]
) -> Iterator[WordFault]:
    """Find tags that draw on a field which is not among the known ones.

    `known` may name entries ("invoice.no") or only the whole ("invoice").
    """
    compiling, there = manuscript.compiling, frozenset(known)
    for root in compiling.roots.values():
        xml = etree.tostring(root, encoding="unicode")
        tags = [
            compiling.tags[int(found[1] or found[2])] for found in _TOKEN.finditer(xml)
        ]
        for drawing in drawings_of(SANDBOX.parse(_mended(tags))):
            tag = tags[drawing.line - 1]
            for name in drawing.names:
                field = name.partition(".")[0]
                if not re.search(rf"\b{field}\b", tag.jinja):
                    continue  # by way of a loop's own name; the loop was told
                if there.isdisjoint({name, field}):
                    reason = _unknown(name, known)
                    yield fault(manuscript.file, tag.place, "W050", reason, tag.source)


def _mended(tags: Sequence[Tag]) -> str:
    """Write the tags for Jinja, each on its own line, without what makes no sense."""
    verbs = [_verb(tag) for tag in tags]
    ends = pairs_of(verbs)
    lines: list[str] = []
    standing: list[int] = []  # the openings whose end is to come
    otherwise: set[int] = set()  # those that had their else
    for place, (tag, verb) in enumerate(zip(tags, verbs, strict=True)):
        line = f"\x01% {tag.jinja} %\x01"
        if verb in CLOSED_BY:
            if len(standing) < DEEPEST:
                standing.append(place)
            else:
                line = ""
        elif verb in CLOSED_BY.values():
            line = ""
            while standing and ends[standing[-1]] == place:
                line += _end(verbs[standing.pop()])
        elif verb in BETWEEN:
            fits = standing and verbs[standing[-1]] in BETWEEN[verb]
            if not fits or standing[-1] in otherwise:
                line = _alone(tag) if verb == "elif" else ""
            elif verb == "else":
                line = "\x01% else %\x01"
                otherwise.add(standing[-1])
        elif verb != "set":
            line = "" if tag.kind == "steer" else _expression(tag)
        lines.append(line)
    return "\n".join(lines) + "".join(_end(verbs[one]) for one in reversed(standing))


def _end(verb: str) -> str:
    return f"\x01% {CLOSED_BY[verb]} %\x01"


def _alone(tag: Tag) -> str:
    """Write an `elif` that stands nowhere as a branch of its own."""
    return f"\x01% {tag.jinja.removeprefix('el')} %\x01{_end('if')}"


def _verb(tag: Tag) -> str:
    """Return the verb of a tag that steers and can be read; else ""."""
    return tag.jinja.partition(" ")[0] if tag.kind == "steer" and _reads(tag) else ""


def _expression(tag: Tag) -> str:
    return f"\x01{{ {tag.jinja} }}\x01" if _reads(tag) else ""


def _reads(tag: Tag) -> bool:
    try:
        tree_of(tag.jinja, tag.source, steers=tag.kind == "steer")
    except TagError:
        return False
    return True


def _unknown(name: str, known: Collection[str]) -> Text:
    near = nearest(name, known) or nearest(name.partition(".")[0], known)
    if near is not None:
        return text(
            "the field “{name}” is not given to this template; did you mean “{near}”?",
            name=name,
            near=near,
        )
    return text(
        "the field “{name}” is not given to this template; it has {known}",
        name=name,
        known=", ".join(sorted(known)[:_MOST_NAMED]),
    )
