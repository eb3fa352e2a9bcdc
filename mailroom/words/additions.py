"""Adds to a Word file what filled parts point at: pictures, links, lists."""

import re
from posixpath import dirname, join

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from lxml import etree
from lxml.etree import QName
from markupsafe import escape

from mailroom.words.archive import Archive
from mailroom.words.package import parse_part, relations_of
from mailroom.words.word_pen import Additions

TYPES = "[Content_Types].xml"
KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns='
    b'"http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_AS_WORD = re.compile(rb"<(?:Relationships|Types)[ />]")
_BARE = re.compile(rb"<(\w*:?)(Relationships|Types)([^<>]*)/>")


def put_additions(
    archive: Archive, part: str, added: Additions, changed: dict[str, bytes]
) -> None:
    """Put into `changed` what a filled part needs beside its template's."""
    lines = [
        _line(identity, KIND.HYPERLINK, address, ' TargetMode="External"')
        for address, identity in added.links.items()
    ]
    kinds = set()
    for identity, picture in added.pictures.values():
        name = f"media/{picture.name}.{picture.kind}"
        lines.append(_line(identity, KIND.IMAGE, name, ""))
        changed[join(dirname(part), name)] = picture.content
        kinds.add(picture.kind)
    if lines:
        name = relations_of(part)
        held = changed.get(name) or archive.content(name) or _NO_RELATIONS
        changed[name] = _with_children(held, "".join(lines))
    for kind in sorted(kinds):
        types = changed.get(TYPES) or archive.content(TYPES)
        declared = re.compile(rf"Extension=[\"']{kind}[\"']".encode(), re.IGNORECASE)
        if not declared.search(types if _AS_WORD.search(types) else _as_word(types)):
            default = f'<Default Extension="{kind}" ContentType="{KINDS[kind]}"/>'
            changed[TYPES] = _with_children(types, default, first=True)


def _as_word(xml: bytes) -> bytes:
    """Write a part as Word does: in UTF-8, its names without a prefix."""
    root = parse_part(xml)
    name = QName(root)
    bare = etree.fromstring(f'<{name.localname} xmlns="{name.namespace}"/>')
    bare.extend(list(root))
    etree.cleanup_namespaces(bare)
    return etree.tostring(bare, encoding="UTF-8", standalone=True)


def _line(identity: str, kind: str, target: str, mode: str) -> str:
    return (
        f'<Relationship Id="{identity}" Type="{kind}" Target="{escape(target)}"{mode}/>'
    )


def _with_children(xml: bytes, children: str, *, first: bool = False) -> bytes:
    """Return the XML with more children of its root."""
    if not _AS_WORD.search(xml):
        xml = _as_word(xml)
    xml = _BARE.sub(rb"<\1\2\3></\1\2>", xml)
    at = xml.index(b">", xml.index(b"<Types")) + 1 if first else xml.rindex(b"</")
    return xml[:at] + children.encode() + xml[at:]
