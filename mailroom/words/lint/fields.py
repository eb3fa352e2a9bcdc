"""Finds the fields of a template that nobody gives."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from jinja2.exceptions import TemplateError as JinjaError
from lxml import etree

from mailroom.errors import Text, text
from mailroom.words.dialect import BETWEEN, CLOSED_BY, TagError, completed
from mailroom.words.lint.manuscript import Manuscript
from mailroom.words.lint.pairs import pairs_of
from mailroom.words.names import drawings_of
from mailroom.words.places import WordFault, fault
from mailroom.words.runs import MARK
from mailroom.words.sandbox import SANDBOX
from mailroom.words.steering import IN_ATTRIBUTE, Tag
from mailroom.yamlfile.proofread import nearest

_TOKEN = re.compile(rf"<\?{MARK} (\d+)\?>|" + IN_ATTRIBUTE.format(r"(\d+)"))
_END_IF = "\x01%endif%\x01"
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
                if there.isdisjoint({name, name.partition(".")[0]}):
                    reason = _unknown(name, known)
                    yield fault(manuscript.file, tag.place, "W050", reason, tag.source)


def _mended(tags: Sequence[Tag]) -> str:
    """Write the tags for Jinja, each on its own line, without what makes no sense."""
    verbs = [_verb(tag) for tag in tags]
    ends = pairs_of(verbs)
    inner_first = sorted(ends, reverse=True)
    lines: list[str] = []
    standing: list[str] = []  # what is open; "" after its else
    for place, (tag, verb) in enumerate(zip(tags, verbs, strict=True)):
        line = f"\x01% {tag.jinja} %\x01"
        if verb in CLOSED_BY:
            standing.append(verb)
        elif verb in CLOSED_BY.values():
            closed = [verbs[one] for one in inner_first if ends[one] == place]
            line = _closing(closed)
            del standing[len(standing) - len(closed) :]
        elif verb in BETWEEN:
            if not standing or standing[-1] not in BETWEEN[verb]:
                line = "" if verb == "else" else line.replace("elif", "if", 1) + _END_IF
            elif verb == "else":
                standing[-1] = ""
        elif verb != "set":
            line = "" if tag.kind == "steer" else _expression(tag)
        lines.append(line)
    unclosed = [verbs[one] for one in inner_first if ends[one] == len(verbs)]
    return "\n".join(lines) + _closing(unclosed)


def _closing(verbs: Iterable[str]) -> str:
    return "".join(f"\x01% {CLOSED_BY[verb]} %\x01" for verb in verbs)


def _verb(tag: Tag) -> str:
    """Return the verb of a tag that steers and can be read; else ""."""
    if tag.kind != "steer":
        return ""
    verb, _, rest = tag.jinja.partition(" ")
    try:
        return verb if _can_be_read(completed(verb, rest)) else ""
    except TagError:
        return ""


def _expression(tag: Tag) -> str:
    made = f"\x01{{ {tag.jinja} }}\x01"
    return made if _can_be_read(made) else ""


def _can_be_read(jinja: str) -> bool:
    try:
        SANDBOX.parse(jinja)
    except JinjaError:
        return False
    return True


def _unknown(name: str, known: Collection[str]) -> Text:
    near = nearest(name, known) or nearest(name.partition(".")[0], known)
    if near is not None:
        return text(
            "nobody gives the field “{name}”; did you mean “{near}”?",
            name=name,
            near=near,
        )
    return text(
        "nobody gives the field “{name}”; there are {known}",
        name=name,
        known=", ".join(sorted(known)[:_MOST_NAMED]),
    )
