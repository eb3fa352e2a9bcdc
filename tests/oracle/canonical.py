"""Brings Word files into one form, in which equal letters are equal texts."""

import hashlib
import posixpath
import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_XML = "{http://www.w3.org/XML/1998/namespace}"

Element = etree._Element
# Where Word's spelling check, its last layout and its "who typed when" are kept.
_TRACES = (f"{W}proofErr", f"{W}lastRenderedPageBreak", f"{W}noProof")
# Whose order docxtpl does not keep, though the schema asks for it.
_SORTED = (f"{W}rPr", f"{W}tcPr")
# Numbers that need only be unique, and names that are for nobody.
_NUMBERED = (f"{_WP}docPr", f"{_PIC}cNvPr")


def canonical(docx: bytes) -> dict[str, str]:
    """Return what a reader of the file meets, by the name of the part.

    Those parts are the text, headers, footers, notes and the core properties; the
    picture or address that is linked stands in place of the link's id.
    """
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kinds = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)\w*\.xml")
    told = {
        name: _told(etree.fromstring(content), _linked(parts, name))
        for name, content in parts.items()
        if kinds.fullmatch(name)
    }
    return told | _properties(parts)


def plain(docx: bytes, part: str = "word/document.xml") -> list[str]:
    """Return the words of a part's paragraphs, with line ends and tabs as such."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        root = etree.fromstring(archive.read(part))
    return [_words(one) for one in root.iter(f"{W}p")]


def unkept_spaces(docx: bytes) -> list[str]:
    """Return the words whose outer spaces Word drops: they do not say to keep them."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return [
        one.text
        for one in root.iter(f"{W}t")
        if one.text and one.text != one.text.strip() and not one.get(f"{_XML}space")
    ]


def _words(paragraph: Element) -> str:
    said = {f"{W}br": "\n", f"{W}tab": "\t"}
    return "".join(
        one.text or "" if one.tag == f"{W}t" else said.get(str(one.tag), "")
        for one in paragraph.iter()
    )


class _Seen(HTMLParser):
    """Collects what a reader of the HTML sees."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of_html(html: str) -> str:
    """Return what a reader of the HTML sees."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    return "".join(seen.words)


def squeezed(words: str) -> str:
    """Return the words without spaces, line ends and tabs."""
    return "".join(words.split())


def _told(root: Element, linked: dict[str, str]) -> str:
    for trace in list(root.iter(*_TRACES)):
        _drop(trace)
    for one in root.iter("*"):
        _settle_attributes(one, linked)
    for look in list(root.iter(*_SORTED)):
        look[:] = sorted(look, key=lambda one: str(one.tag))
        if not len(look) and not look.attrib:
            _drop(look)
    for one in root.iter("*"):
        _settle_spaces(one)
    for parent in list(root.iter("*")):
        _join_runs(parent)
    return etree.tostring(root, method="c14n", exclusive=True).decode()


def _settle_attributes(one: Element, linked: dict[str, str]) -> None:
    for name, value in list(one.attrib.items()):
        if str(name).startswith((f"{W}rsid", f"{_XML}space")):
            del one.attrib[name]
        elif str(name).startswith(_R):
            one.set(name, linked.get(str(value), str(value)))
    if one.tag in _NUMBERED:
        said = one.get("descr")
        one.attrib.clear()
        one.attrib.update({"descr": said} if said else {})


def _settle_spaces(one: Element) -> None:
    """Drop the indents that python-docx writes into a picture's XML."""
    if one.tail is not None and not one.tail.strip():
        one.tail = None
    if one.text is not None and len(one) and not one.text.strip():
        one.text = None


def _drop(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _join_runs(parent: Element) -> None:
    before: Element | None = None
    for one in list(parent):
        if one.tag != f"{W}r":
            before = None
            continue
        for words in list(one.iter(f"{W}t")):
            if not words.text:
                _drop(words)
        if all(held.tag == f"{W}rPr" for held in one):
            parent.remove(one)
        elif before is not None and _look(before) == _look(one):
            before.extend(held for held in one if held.tag != f"{W}rPr")
            parent.remove(one)
        else:
            before = one
    for one in parent.iterchildren(f"{W}r"):
        _join_words(one)


def _join_words(one: Element) -> None:
    before: Element | None = None
    for held in list(one):
        if held.tag == f"{W}t" and before is not None:
            before.text = (before.text or "") + (held.text or "")
            one.remove(held)
        else:
            before = held if held.tag == f"{W}t" else None


def _look(one: Element) -> bytes:
    props = one.find(f"{W}rPr")
    if props is None:
        return b""
    return etree.tostring(props, method="c14n", exclusive=True, with_tail=False)


def _linked(parts: dict[str, bytes], name: str) -> dict[str, str]:
    folder, base = posixpath.split(name)
    links = parts.get(f"{folder}/_rels/{base}.rels")
    if links is None:
        return {}
    found = {}
    for one in etree.fromstring(links):
        key, target = one.get("Id", ""), one.get("Target", "")
        near = posixpath.normpath(posixpath.join(folder, target)).removeprefix("/")
        if near in parts and "media" in near:
            target = hashlib.sha256(parts[near]).hexdigest()
        found[key] = target
    return found


def _properties(parts: dict[str, bytes]) -> dict[str, str]:
    root = etree.fromstring(parts["docProps/core.xml"])
    return {
        f"core {etree.QName(one).localname}": one.text
        for one in root
        if one.text and etree.QName(one).localname not in {"modified", "revision"}
    }
