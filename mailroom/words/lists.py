"""Makes lists begin again where a template tells them to."""

import re
from dataclasses import replace

from docx.oxml.ns import qn
from lxml import etree

from mailroom.words.looks import Styles
from mailroom.words.numbering import Numbering
from mailroom.words.runs import Element
from mailroom.words.steering import Tag, in_attribute, instructions_of, number_of

_P, _PPR, _NUMPR, _NUMID, _ILVL = (
    qn(f"w:{name}") for name in ("p", "pPr", "numPr", "numId", "ilvl")
)
_VAL = qn("w:val")
RESTART = "restart_list"
_BASE = re.compile(r"'(\d+)'\|mr_(list_id|new_list)")
_BEFORE = tuple(
    qn(f"w:{name}")
    for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr",
                 "widowControl")
)  # fmt: skip


def list_of(paragraph: Element, styles: Styles) -> tuple[str, int] | None:
    """Return the numId with the level of a paragraph; None where Word numbers none."""
    look = paragraph.find(_PPR)
    style = styles.of_paragraph(look)[0]
    number, level = style.list_id, style.list_level
    return None if not number or number == "0" else (number, level or 0)


def base_of(number: str, tags: list[Tag]) -> tuple[str, bool]:
    """Return the numId that stands in a file, and whether the list begins again.

    `number` is a paragraph's numId, or what stands for it in a template.
    """
    token = re.search(r"(\d+)\U0010fff1", number)
    found = token and _BASE.search(tags[int(token[1])].jinja)
    if not found:
        return number, False
    return found[1], found[2] == "new_list"


def put_restarts(root: Element, tags: list[Tag], styles: Styles) -> list[Tag]:
    """Carry out `{% restart_list %}`; return those that stand in no numbered paragraph.

    Every paragraph of such a list gets a numId that is settled when it is written.
    """
    lost: list[Tag] = []
    anew: dict[Element, Tag] = {}
    for standing in instructions_of(root):
        tag = tags[number_of(standing)]
        if tag.words is None or tag.words.verb != RESTART:
            continue
        paragraph = next(standing.iterancestors(_P), None)
        if paragraph is None or list_of(paragraph, styles) is None:
            lost.append(tag)
        else:
            anew[paragraph] = tag
        tags[number_of(standing)] = replace(tag, jinja="set the_list = 0", words=None)
    bases = {list_of(paragraph, styles) for paragraph in anew}
    wanted = {found[0] for found in bases if found}
    for paragraph in list(root.iter(_P)) if anew else ():
        found = list_of(paragraph, styles)
        if found and found[0] in wanted:
            verb = "new_list" if paragraph in anew else "list_id"
            tag = anew.get(paragraph) or next(iter(anew.values()))
            made = replace(
                tag, jinja=f"'{found[0]}'|mr_{verb}", kind="plain", words=None
            )
            _set(paragraph, in_attribute(tags, made), found[1])
    return lost


def _set(paragraph: Element, number: str, level: int) -> None:
    look = paragraph.find(_PPR)
    if look is None:
        look = etree.Element(_PPR)
        paragraph.insert(0, look)
    listed = look.find(_NUMPR)
    if listed is None:
        listed = etree.Element(_NUMPR)
        look.insert(sum(child.tag in _BEFORE for child in look), listed)
        etree.SubElement(listed, _ILVL).set(_VAL, str(level))
    identity = listed.find(_NUMID)
    if identity is None:
        identity = etree.SubElement(listed, _NUMID)
    identity.set(_VAL, number)


def with_lists(numbering: bytes, added: dict[str, str], lists: Numbering) -> bytes:
    """Return word/numbering.xml with the lists that begin again: new numId → base."""
    made = "".join(
        f'<w:num w:numId="{new}"><w:abstractNumId w:val="{lists[base].abstract}"/>'
        + "".join(
            f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{level.start}"/>'
            "</w:lvlOverride>"
            for at, level in enumerate(lists[base].levels)
        )
        + "</w:num>"
        for new, base in added.items()
    ).encode()
    end = numbering.rfind(b"</w:num>")
    if end < 0:
        return numbering
    end += len(b"</w:num>")
    return numbering[:end] + made + numbering[end:]
