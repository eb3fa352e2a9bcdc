"""Cuts tags out of the runs of a paragraph, each leaving its instruction behind."""

from copy import deepcopy

from docx.oxml.ns import qn
from lxml import etree

MARK = "mailroom"  # target of the processing instruction that stands for a tag
RED = "C00000"
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
ATOMS = (qn("w:t"), *_SIGNS)  # what holds words in a run

_P, _R, _T, _RPR, _BR = (qn(f"w:{name}") for name in ("p", "r", "t", "rPr", "br"))
_COLOR = qn("w:color")
# What stands after the colour in a <w:rPr> (ECMA-376, 17.3.2.28, order of CT_RPr).
_AFTER_COLOR = tuple(
    qn(f"w:{name}")
    for name in (
        *("spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u"),
        *("effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em"),
        *("lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange"),
    )
)
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NOISE = (qn("w:proofErr"), qn("w:lastRenderedPageBreak"))

Element = etree._Element  # noqa: SLF001  lxml has no public name for the type


def is_tag(element: Element) -> bool:
    """Ask whether this is the instruction that stands for a tag."""
    return is_instruction(element) and getattr(element, "target", "") == MARK


def is_instruction(element: Element) -> bool:
    """Ask whether this is a processing instruction, no element."""
    kind: object = element.tag  # lxml-stubs know no tag but text
    return kind is etree.ProcessingInstruction


def atoms_of(paragraph: Element) -> list[Element]:
    """Return what holds the words of a paragraph, not those of a text box in it."""
    return [
        atom
        for atom in paragraph.iter(*ATOMS)
        if next(atom.iterancestors(_P)) is paragraph
        and (parent := atom.getparent()) is not None
        and parent.tag == _R
    ]


def said(atom: Element) -> str:
    """Return the words of a part of a run; "" for what holds none (a picture …)."""
    if atom.tag == _T:
        return atom.text or ""
    if atom.tag == _BR and atom.get(qn("w:type")) in {"page", "column"}:
        return ""
    return _SIGNS.get(str(atom.tag), "")


def cut(
    atoms: list[Element], start: int, end: int, instruction: Element | None
) -> None:
    """Put `instruction` where the characters from start to end of the atoms stand.

    None takes them out only. Cut from the end of a paragraph to its beginning: what
    lies before `start` keeps its place. A rest that looks as the run in which the tag
    began is taken into that run, as if Word had never split it.
    """
    position = 0
    first: Element | None = None
    last: Element | None = None
    for atom in atoms:
        words = said(atom)
        begin, position = position, position + len(words)
        if position <= start or begin >= end:
            continue
        last = atom
        if first is None:
            first = atom
            _place(atom, words[: start - begin], words[end - begin :], instruction)
        elif atom.tag == _T:
            _say(atom, words[max(0, end - begin) :])
        elif (run := atom.getparent()) is not None:
            run.remove(atom)
    if first is None or last is None:
        raise AssertionError  # a match lies in the atoms it was found in
    if last is not first:
        _close_up(first, last)


def _place(atom: Element, before: str, after: str, instruction: Element | None) -> None:
    if instruction is None:
        _say(atom, before + after)
        return
    _say(atom, before)
    instruction.tail = after
    atom.insert(0, instruction)


def _close_up(first: Element, last: Element) -> None:
    """Clear away what the tag leaves empty between its two ends."""
    head, tail = first.getparent(), last.getparent()
    if head is None or tail is None or head is tail:
        return
    between = list(head.itersiblings())
    if tail in between:
        for one in between[: between.index(tail)]:
            if one.tag in _NOISE or (one.tag == _R and not says_anything(one)):
                _drop(one)
    joins = last.tag == _T and head[-1] is first and _only_words(tail) is last
    if joins and _alike(head, tail):
        _append_words(first, last)
        _drop(tail)
    elif not says_anything(tail):
        _drop(tail)


def _append_words(first: Element, last: Element) -> None:
    words = last.text or ""
    if len(first):
        first[-1].tail = (first[-1].tail or "") + words
    else:
        first.text = (first.text or "") + words
    for child in list(last):
        first.append(child)


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _only_words(run: Element) -> Element | None:
    inside = [child for child in run if child.tag not in (_RPR, *_NOISE)]
    return inside[0] if len(inside) == 1 else None


def _alike(one: Element, other: Element) -> bool:
    looks = (one.find(_RPR), other.find(_RPR))
    first, second = (
        b"" if look is None else etree.tostring(look, method="c14n") for look in looks
    )
    return first == second and one.getparent() is other.getparent()


def raise_out(instruction: Element) -> None:
    """Lift an instruction out of its run, which is split where it stands.

    It then is a child of what holds the run. A half that says nothing goes.
    """
    atom = instruction.getparent()
    run = None if atom is None else atom.getparent()
    if atom is None or run is None:
        raise AssertionError  # instructions are put into words of runs
    rest = etree.SubElement(run, _R)
    run.remove(rest)  # made inside for the prefixes that the run knows
    for name, value in run.attrib.items():
        rest.set(name, value)
    look = run.find(_RPR)
    if look is not None:
        rest.append(deepcopy(look))
    words = etree.SubElement(rest, _T)
    _say(words, instruction.tail or "")
    words.extend(list(instruction.itersiblings()))
    if not words.text and not len(words):
        rest.remove(words)
    rest.extend(list(atom.itersiblings()))
    instruction.tail = None
    atom.remove(instruction)
    if says_anything(rest):
        run.addnext(rest)
    run.addnext(instruction)
    if not says_anything(run):
        _drop(run)


def _say(atom: Element, words: str) -> None:
    atom.text = words
    atom.set(_SPACE, "preserve")


def says_anything(run: Element) -> bool:
    """Ask whether anything is left in a run."""
    return any(
        child.tag not in (_RPR, *_NOISE)
        and (child.tag != _T or child.text or len(child))
        for child in run
    )


def reddened(look: Element | None) -> Element:
    """Return a copy of a run's <w:rPr> in red."""
    red = etree.Element(_RPR) if look is None else deepcopy(look)
    for color in red.findall(_COLOR):
        red.remove(color)
    followers = (n for n, child in enumerate(red) if child.tag in _AFTER_COLOR)
    color = etree.Element(_COLOR)
    color.set(qn("w:val"), RED)
    red.insert(next(followers, len(red)), color)
    return red


def as_xml(look: Element | None, root: Element) -> str:
    """Return the element as XML that stands inside `root`, whose prefixes it uses."""
    if look is None:
        return ""
    xml = etree.tostring(look, encoding="unicode", with_tail=False)
    for prefix, uri in look.nsmap.items():
        if root.nsmap.get(prefix) == uri:
            xml = xml.replace(f' xmlns:{prefix}="{uri}"' if prefix else "", "", 1)
    return xml
