"""Keeps the tags of a part, those that were typed with those added on their account."""

from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from mailroom.words.dialect import CLOSED_BY, Words
from mailroom.words.places import Place
from mailroom.words.runs import MARK, Element, is_tag

# What becomes of a value: words of a letter; words without a look (a property, the
# text of a picture); an address; a colour; a number of columns; nothing (it steers).
Kind = Literal["fill", "plain", "link", "colour", "columns", "steer"]

# An attribute holds no instruction; these two signs (of a plane that no language
# uses) stand round the number of the tag that is in it.
IN_ATTRIBUTE = "\U0010fff0{}\U0010fff1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One tag of a part, taken out; what a value needs to stand in its place."""

    source: str  # with its braces, as it was typed
    jinja: str  # what Jinja is to read: "name|upper", "for x in xs"
    kind: Kind
    place: Place
    words: Words | None = None  # None for what was not typed
    look: str = ""  # <w:rPr> of the run where it starts, as XML; "" where none
    gap_look: str = ""  # the same in red
    paragraph_look: str | None = None  # <w:pPr>; None: no new paragraph can begin here


def instruction(tags: list[Tag], tag: Tag) -> Element:
    """Add the tag to the list; return the instruction that stands for it."""
    tags.append(tag)
    return etree.ProcessingInstruction(MARK, str(len(tags) - 1))


def in_attribute(tags: list[Tag], tag: Tag) -> str:
    """Add the tag to the list; return what stands for it in an attribute."""
    tags.append(tag)
    return IN_ATTRIBUTE.format(len(tags) - 1)


def number_of(standing: Element) -> int:
    """Return which tag of the list the instruction stands for."""
    return int(standing.text or "")


def instructions_of(root: Element) -> list[Element]:
    """Return the instructions of a part as they stand, first to last."""
    return [one for one in root.iter(etree.PI) if is_tag(one)]


def steering(tag: Tag, jinja: str) -> Tag:
    """Make the tag that steers on account of one that was typed."""
    return replace(tag, jinja=jinja, kind="steer", words=None)


def wrap(tags: list[Tag], tag: Tag, jinja: str, first: Element, last: Element) -> None:
    """Put `{% jinja %}` before the first of some siblings, its end after the last."""
    end = instruction(tags, steering(tag, CLOSED_BY[jinja.partition(" ")[0]]))
    first.addprevious(instruction(tags, steering(tag, jinja)))
    tail, last.tail = last.tail, None
    last.addnext(end)
    end.tail = tail
