"""Cuts words out of the runs of a paragraph."""

from copy import deepcopy

from docx.oxml.ns import qn
from docx.shared import RGBColor
from docx.text.font import Font
from lxml import etree

RED = RGBColor(0xC0, 0x00, 0x00)
_SIGNS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
ATOMS = (qn("w:t"), *_SIGNS)  # what holds words in a run

_P, _R, _T, _RPR = (qn(f"w:{name}") for name in ("p", "r", "t", "rPr"))
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Element = etree._Element  # noqa: SLF001  lxml has no public name for the type


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
    return _SIGNS.get(str(atom.tag), "")


def cut(atoms: list[Element], start: int, end: int) -> tuple[Element, Element | None]:
    """Take the characters from start to end out of the runs.

    Returns the run in which they began, now ending there, with what followed in it as
    a run of its own. Cut from the end of a paragraph to its beginning: what lies
    before `start` keeps its place.
    """
    position = 0
    first: Element | None = None
    after = ""
    for atom in atoms:
        words = said(atom)
        begin, position = position, position + len(words)
        if position <= start or begin >= end:
            continue
        if first is None:
            first = atom
            after = words[end - begin :]
            _say(atom, words[: start - begin])
        elif atom.tag == _T:
            _say(atom, words[max(0, end - begin) :])
        elif (run := atom.getparent()) is not None:
            run.remove(atom)
    if first is None or (run := first.getparent()) is None:
        raise AssertionError  # a match lies in the atoms it was found in
    return run, _split(run, first, after)


def _split(run: Element, atom: Element, after: str) -> Element | None:
    followers = list(atom.itersiblings())
    if not after and not followers:
        return None
    rest = etree.SubElement(run, _R)
    run.remove(rest)
    look = run.find(_RPR)
    if look is not None:
        rest.append(deepcopy(look))
    if after:
        _say(etree.SubElement(rest, _T), after)
    rest.extend(followers)
    return rest


def _say(atom: Element, words: str) -> None:
    atom.text = words
    atom.set(_SPACE, "preserve")


def says_anything(run: Element) -> bool:
    """Ask whether anything is left in a run."""
    return any(child.tag != _RPR and (child.tag != _T or child.text) for child in run)


def reddened(run: Element) -> Element | None:
    """Return a copy of the run's <w:rPr> in red."""
    copy = deepcopy(run)
    Font(copy).color.rgb = RED  # type: ignore[arg-type]  # python-docx made the tree
    return copy.find(_RPR)


def as_xml(look: Element | None, root: Element) -> str:
    """Return the element as XML that stands inside `root`, whose prefixes it uses."""
    if look is None:
        return ""
    xml = etree.tostring(look, encoding="unicode", with_tail=False)
    for prefix, uri in look.nsmap.items():
        if root.nsmap.get(prefix) == uri:
            xml = xml.replace(f' xmlns:{prefix}="{uri}"' if prefix else "", "", 1)
    return xml
