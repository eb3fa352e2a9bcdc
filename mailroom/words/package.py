"""Opens a Word file as the parts it is made of."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from posixpath import dirname, join, normpath
from types import MappingProxyType

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.opc.exceptions import OpcError
from lxml import etree

from mailroom.errors import Text, text
from mailroom.words.runs import Element

LARGEST = 20_000_000  # bytes of a template file
LARGEST_UNPACKED = 100_000_000  # bytes of all its parts
MOST_PARTS = 2_000
_FILLED = (KIND.HEADER, KIND.FOOTER, KIND.FOOTNOTES, KIND.ENDNOTES, KIND.COMMENTS)
_PROPERTIES = (KIND.CORE_PROPERTIES, KIND.CUSTOM_PROPERTIES)

# What zipfile raises for damaged archives; RuntimeError stands for a password.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
# What python-docx raises for packages that are no document; the last two seen in
# practice for damaged relationships.
_BROKEN_PACKAGE = (
    OpcError,
    etree.XMLSyntaxError,
    KeyError,
    ValueError,
    AttributeError,
    TypeError,
)


class NotWordError(Exception):
    """The file is no Word file that can be used; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points at."""

    kind: str  # an address of the standard's
    target: str  # an address outside, or the name of a part
    external: bool


Relations = Mapping[str, Relation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The parts of one Word file."""

    main: str  # name of the main part: "word/document.xml"
    filled: tuple[str, ...]  # headers, footers, notes, comments
    properties: tuple[str, ...]  # title, author …, the office's own
    parts: Mapping[str, bytes]  # every part, in the order of the file

    def relations(self, part: str) -> Relations:
        """Return what a part points at, by its id; "" stands for the file."""
        return read_relations(part, self.parts.get(relations_of(part)))

    def pointed_at(self, kind: str) -> str | None:
        """Return the part of that kind that the main part points at."""
        found = self.relations(self.main).values()
        return next((one.target for one in found if one.kind == kind), None)


def relations_of(part: str) -> str:
    """Return the name of the part that holds what a part points at."""
    folder, _, name = part.rpartition("/")
    return join(folder, "_rels", f"{name}.rels")


def read_relations(part: str, xml: bytes | None) -> Relations:
    """Read a .rels part. Raises etree.XMLSyntaxError."""
    if xml is None:
        return MappingProxyType({})
    read = {}
    for one in parse_part(xml).iter("{*}Relationship"):
        external = one.get("TargetMode") == "External"
        target = str(one.get("Target", ""))
        if not external:
            target = normpath(join("/", dirname(part), target)).lstrip("/")
        read[str(one.get("Id"))] = Relation(str(one.get("Type")), target, external)
    return MappingProxyType(read)


def read_package(content: bytes) -> Package:
    """Read a .docx. Raises NotWordError."""
    if len(content) > LARGEST:
        raise NotWordError(text("the file is larger than a template may be"))
    parts = _unzip(content)
    try:
        # python-docx knows what a document is, and what is one with macros.
        main = str(Document(BytesIO(content)).part.partname).lstrip("/")
        package = Package(main=main, filled=(), properties=(), parts=parts)
        near, root = package.relations(main), package.relations("")
    except _BROKEN_PACKAGE as error:
        raise NotWordError(
            text("this is no Word document (.docx); save it again in Word or WPS")
        ) from error
    return Package(
        main=main,
        filled=_of_kinds(near, _FILLED, parts),
        properties=_of_kinds(root, _PROPERTIES, parts),
        parts=parts,
    )


def _of_kinds(
    relations: Relations, kinds: tuple[str, ...], parts: Mapping[str, bytes]
) -> tuple[str, ...]:
    found = (
        one.target
        for one in relations.values()
        if one.kind in kinds and not one.external and one.target in parts
    )
    return tuple(dict.fromkeys(found))


def _unzip(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_PARTS or size > LARGEST_UNPACKED:
                raise NotWordError(text("the file is larger than a template may be"))
            return {
                entry.filename: archive.read(entry)
                for entry in entries
                if not entry.is_dir()
            }
    except _BROKEN_ZIP as error:
        raise NotWordError(
            text("this is no Word document (.docx); save it again in Word or WPS")
        ) from error


def parse_part(xml: bytes | str) -> Element:
    """Parse a part; no entity, no network. Raises etree.XMLSyntaxError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    raw = xml.encode() if isinstance(xml, str) else xml
    return etree.fromstring(raw, parser)
