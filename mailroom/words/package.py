"""Opens a Word file as the parts it is made of, puts it together again."""

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import OpcError
from lxml import etree

from mailroom.errors import Text, text
from mailroom.words.runs import Element

LARGEST = 20_000_000  # bytes of a template file
LARGEST_UNPACKED = 100_000_000  # bytes of all its parts
MOST_PARTS = 2_000
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's zero: the same letter, the same bytes
_FILLED_PARTS = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The parts of one Word file."""

    main: str  # name of the main part: "word/document.xml"
    edges: tuple[str, ...]  # names of its headers and footers
    parts: Mapping[str, bytes]  # every part, in the order of the file
    links: Mapping[str, str]  # relationship id → address of the main part's links


def read_package(content: bytes) -> Package:
    """Read a .docx. Raises NotWordError."""
    if len(content) > LARGEST:
        raise NotWordError(text("the file is larger than a template may be"))
    parts = _unzip(content)
    try:
        document = Document(BytesIO(content))
        main = document.part
        edges = dict.fromkeys(
            str(link.target_part.partname).lstrip("/")
            for link in main.rels.values()
            if link.reltype in _FILLED_PARTS and not link.is_external
        )
        links = {
            identity: link.target_ref
            for identity, link in main.rels.items()
            if link.reltype == RELATIONSHIP_TYPE.HYPERLINK and link.is_external
        }
        name = str(main.partname).lstrip("/")
    except _BROKEN_PACKAGE as error:
        raise NotWordError(
            text("this is no Word document (.docx); save it again in Word or WPS")
        ) from error
    return Package(main=name, edges=tuple(edges), parts=parts, links=links)


def _unzip(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_PARTS or size > LARGEST_UNPACKED:
                raise NotWordError(text("the file is larger than a template may be"))
            return {entry.filename: archive.read(entry) for entry in entries}
    except _BROKEN_ZIP as error:
        raise NotWordError(
            text("this is no Word document (.docx); save it again in Word or WPS")
        ) from error


def parse_part(xml: bytes | str) -> Element:
    """Parse a part; no entity, no network. Raises etree.XMLSyntaxError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    raw = xml.encode() if isinstance(xml, str) else xml
    return etree.fromstring(raw, parser)


def write_part(root: Element) -> bytes:
    """Write a part as Word does: UTF-8, with its declaration."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)


def write_package(package: Package, changed: Mapping[str, bytes]) -> bytes:
    """Put the file together with some parts changed; same in, same bytes out."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in package.parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, changed.get(name, content))
    return out.getvalue()
