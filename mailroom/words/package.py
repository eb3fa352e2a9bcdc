"""Opens a Word file as the parts it is made of."""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from lzma import LZMAError
from posixpath import dirname, join, normpath
from types import MappingProxyType

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from lxml import etree

from mailroom.errors import Text, text
from mailroom.words.archive import Entry
from mailroom.words.runs import Element

LARGEST = 20_000_000  # bytes of a template file
LARGEST_UNPACKED = 100_000_000  # bytes of all its parts
MOST_PARTS = 2_000
# Instructions are the engine's own signs; a comment would cut words in two.
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_pis=True, remove_comments=True
)
_NO_DOCUMENT = text("this is no Word document (.docx); save it again in Word or WPS")
_DOCUMENTS = (  # without macros
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
_FILLED = (KIND.HEADER, KIND.FOOTER, KIND.FOOTNOTES, KIND.ENDNOTES, KIND.COMMENTS)
_PROPERTIES = (KIND.CORE_PROPERTIES, KIND.CUSTOM_PROPERTIES)

# What zipfile raises for damaged archives; RuntimeError stands for a password,
# NotImplementedError for a packing or a version that it does not know.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LZMAError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
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
    packed: Mapping[str, Entry]  # the same, deflated

    def relations(self, part: str) -> Relations:
        """Return what a part points at, by its id; "" stands for the file."""
        return read_relations(part, self.parts.get(relations_of(part)))


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
    parts, packed = _unzip(content)
    package = Package(main="", filled=(), properties=(), parts=parts, packed=packed)
    try:
        root = package.relations("")
        kinds = _content_types(parts)
    except (KeyError, etree.XMLSyntaxError) as error:
        raise NotWordError(_NO_DOCUMENT) from error
    main = next(
        (one.target for one in root.values() if one.kind == KIND.OFFICE_DOCUMENT), ""
    )
    if main not in parts or kinds(main) not in _DOCUMENTS:
        raise NotWordError(_NO_DOCUMENT)
    near = package.relations(main)
    return replace(
        package,
        main=main,
        filled=_of_kinds(near, _FILLED, parts),
        properties=_of_kinds(root, _PROPERTIES, parts),
    )


def _content_types(parts: Mapping[str, bytes]) -> Callable[[str], str]:
    """Return what tells the content type of a part (ISO/IEC 29500-2, 10.1.2)."""
    declared = parse_part(parts["[Content_Types].xml"])
    overrides = {
        str(one.get("PartName")).lstrip("/"): str(one.get("ContentType"))
        for one in declared.iter("{*}Override")
    }
    defaults = {
        str(one.get("Extension")).lower(): str(one.get("ContentType"))
        for one in declared.iter("{*}Default")
    }
    return lambda part: overrides.get(
        part, defaults.get(part.rpartition(".")[2].lower(), "")
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


def _unzip(content: bytes) -> tuple[dict[str, bytes], dict[str, Entry]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_PARTS or size > LARGEST_UNPACKED:
                raise NotWordError(text("the file is larger than a template may be"))
            whole = [entry for entry in entries if not entry.is_dir()]
            parts = {entry.filename: _unpacked(archive, entry) for entry in whole}
            if len(parts) < len(whole):
                raise NotWordError(_NO_DOCUMENT)  # two parts of one name
    except _BROKEN_ZIP as error:
        raise NotWordError(_NO_DOCUMENT) from error
    packed = {
        entry.filename: _packed(entry, content, parts[entry.filename])
        for entry in whole
    }
    return parts, packed


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack a part, no further than to the size that it declares."""
    with archive.open(entry) as part:
        content = part.read(entry.file_size)
        part.read(1)  # at the end zipfile compares the checksum
    if len(content) < entry.file_size:
        raise EOFError
    return content


def _packed(entry: zipfile.ZipInfo, content: bytes, part: bytes) -> Entry:
    """Take a part as it is deflated already; zipfile has checked it."""
    head = entry.header_offset
    lengths = content[head + 26 : head + 30]  # of its name, of what else its head has
    begin = head + 30 + int.from_bytes(lengths[:2], "little")
    begin += int.from_bytes(lengths[2:], "little")
    deflated = content[begin : begin + entry.compress_size]
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return Entry.of(entry.filename, part)
    return Entry(entry.filename.encode(), entry.CRC, entry.file_size, deflated)


def parse_part(xml: bytes | str) -> Element:
    """Parse a part; no entity, no network.

    Raises etree.XMLSyntaxError, and NotWordError for a document type, which no part
    has (ISO/IEC 29500-2, 8.1.4).
    """
    raw = xml.encode() if isinstance(xml, str) else xml
    root = etree.fromstring(raw, _PARSER)
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotWordError(text("the file is damaged; save it again in Word or WPS"))
    return root
