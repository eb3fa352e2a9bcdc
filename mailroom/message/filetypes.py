"""Tells by its bytes what kind of file an attachment is, whatever it calls itself.

Of programs nothing is believed: neither their name nor their bytes make them harmless.
"""

import re
from collections.abc import Mapping

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# Media type → the endings that such a file may have.
ENDINGS: Mapping[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    "image/png": frozenset({"png"}),
    "image/jpeg": frozenset({"jpg", "jpeg", "jpe", "jfif"}),
    "image/gif": frozenset({"gif"}),
    "image/bmp": frozenset({"bmp"}),
    "image/tiff": frozenset({"tif", "tiff"}),
    "image/webp": frozenset({"webp"}),
    f"{_OFFICE}wordprocessingml.document": frozenset({"docx", "docm", "dotx"}),
    f"{_OFFICE}spreadsheetml.sheet": frozenset({"xlsx", "xlsm", "xltx"}),
    f"{_OFFICE}presentationml.presentation": frozenset({"pptx", "pptm", "ppsx"}),
    f"{_OPEN}text": frozenset({"odt"}),
    f"{_OPEN}spreadsheet": frozenset({"ods"}),
    f"{_OPEN}presentation": frozenset({"odp"}),
    "application/ofd": frozenset({"ofd"}),
    "application/zip": frozenset({"zip"}),
    "application/x-ole-storage": frozenset(
        # Word, Excel and PowerPoint put what has a password into this, too.
        {"doc", "xls", "ppt", "wps", "et", "dps", "msg", "dot", "xlt", "vsd"}
        | {"docx", "xlsx", "pptx"}
    ),
    "application/rtf": frozenset({"rtf", "doc"}),
    "application/vnd.rar": frozenset({"rar"}),
    "application/x-7z-compressed": frozenset({"7z"}),
    "application/gzip": frozenset({"gz", "tgz"}),
}
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
)
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_RUNS = frozenset(
    {
        "exe", "com", "scr", "pif", "dll", "msi", "msp", "bat", "cmd", "ps1", "psm1",
        "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "jar", "lnk", "url", "reg",
        "cpl", "inf", "chm", "sh", "app", "apk", "dmg", "iso", "img", "vhd", "one",
        "scf", "gadget", "application", "appref-ms", "xll",
    }
)  # fmt: skip
_INSIDE: tuple[tuple[bytes, str], ...] = (  # a name in the archive → what it is
    (b"word/document", f"{_OFFICE}wordprocessingml.document"),
    (b"xl/workbook", f"{_OFFICE}spreadsheetml.sheet"),
    (b"ppt/presentation", f"{_OFFICE}presentationml.presentation"),
    (b"OFD.xml", "application/ofd"),
)
_NAMES_FROM, _NAMES_TO = 65_536, 262_144  # bytes at both ends: its list stands last
_TEXT_SAMPLE = 4096  # bytes


def real_type(content: bytes) -> str:
    """Give the media type that the bytes tell; "" where they tell none.

    "text/plain" stands for all that is only text: csv, ics, eml, html too.
    """
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    if content[:4] == b"PK\x03\x04":
        return _of_archive(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    sample = content[:_TEXT_SAMPLE]
    return "" if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample) else "text/plain"


def is_program(name: str, content: bytes) -> bool:
    """Say whether a file could run: by its name, or by its bytes."""
    return _ending(name) in _RUNS or content.startswith(_PROGRAMS)


def belies_itself(name: str, content: bytes) -> bool:
    """Say whether the name promises another kind of file than the bytes are."""
    ending, kind = _ending(name), real_type(content)
    promised = {of for of, endings in ENDINGS.items() if ending in endings}
    return bool(promised) and kind not in promised


def is_of_type(wanted: str, content: bytes, declared: str) -> bool:
    """Say whether a file is of a media type: by its bytes, where these can tell.

    `wanted` may be all of a kind: "image/*".
    """
    kind = real_type(content)
    if kind in {"", "text/plain"} and wanted not in ENDINGS:
        kind = declared
    return kind == wanted or (
        wanted.endswith("/*") and kind.startswith(wanted.removesuffix("*"))
    )


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _of_archive(content: bytes) -> str:
    """Tell by the names in an archive, which are not packed; it is not opened."""
    if content[30:38] == b"mimetype":
        for kind in ENDINGS:
            if content[38:].startswith(kind.encode()):
                return kind
    names = content[:_NAMES_FROM] + content[-_NAMES_TO:]
    return next((kind for name, kind in _INSIDE if name in names), "application/zip")
