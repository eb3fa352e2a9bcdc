"""Tells by its bytes what kind of file an attachment is, whatever it calls itself.

Of programs nothing is believed: neither their name nor their bytes make them harmless.
"""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

from mailroom.message.model import Attachment

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
# What senders' programs write for some of them.
_SAME: Mapping[str, str] = {
    "application/x-pdf": "application/pdf",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "text/rtf": "application/rtf",
    "application/x-zip-compressed": "application/zip",
    "application/x-zip": "application/zip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-rar": "application/vnd.rar",
    "application/x-gzip": "application/gzip",
}
_OLE = "application/x-ole-storage"
# Kinds of file that begin alike: what is declared, or else the ending, says which.
_IN_OLE: Mapping[str, frozenset[str]] = {
    "application/msword": frozenset({"doc", "dot"}),
    "application/vnd.ms-excel": frozenset({"xls", "xlt"}),
    "application/vnd.ms-powerpoint": frozenset({"ppt"}),
    "application/vnd.ms-outlook": frozenset({"msg"}),
    "application/vnd.visio": frozenset({"vsd"}),
    **{kind: ENDINGS[kind] & ENDINGS[_OLE] for kind in ENDINGS if _OFFICE in kind},
}
_IN_TEXT: Mapping[str, str] = {
    "ics": "text/calendar", "vcs": "text/calendar", "csv": "text/csv",
    "htm": "text/html", "html": "text/html", "eml": "message/rfc822",
    "xml": "application/xml", "json": "application/json",
}  # fmt: skip
_ANY = "application/octet-stream"  # what declares nothing: RFC 2046, 4.5.1
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
_OPENS = tuple(kind for kind in ENDINGS if kind.startswith(_OPEN))
_ARCHIVES = (*(kind for _, kind in _INSIDE), *_OPENS, "application/zip")
_NAMES_FROM, _NAMES_TO = 65_536, 262_144  # bytes at both ends: its list stands last
_SAMPLE = 4096  # bytes that tell whether it is text, or a PDF, or what else
_ARCHIVE = b"PK\x03\x04"


def real_type(content: bytes) -> str:
    """Give the media type that the bytes tell; "" where they tell none.

    "text/plain" stands for all that is only text: csv, ics, eml, html too.
    """
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    if content.startswith(_ARCHIVE):
        return _of_archive(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    sample = content[:_SAMPLE]
    return "" if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample) else "text/plain"


def is_program(name: str, content: bytes) -> bool:
    """Say whether a file could run: by its name, or by its bytes."""
    return _ending(name) in _RUNS or content.startswith(_PROGRAMS)


def belies_itself(name: str, content: bytes) -> bool:
    """Say whether the name promises another kind of file than the bytes are."""
    ending, kind = _ending(name), real_type(content)
    promised = {of for of, endings in ENDINGS.items() if ending in endings}
    return bool(promised) and kind not in promised


def is_of_type(wanted: str, one: Attachment) -> bool:
    """Say whether an attachment is of a media type: by its bytes, where these can tell.

    `wanted` may be all of a kind: "image/*". What is declared is believed where bytes
    tell nothing (a sound), or only that it is text (a table, an invitation), or leave
    it open (the old formats of Word and Excel begin alike). Where the bytes would have
    shown it and do not, it is nothing but application/octet-stream. Only its first
    bytes are decoded, and all of an archive where an archive is wanted.
    """
    wanted = _SAME.get(wanted, wanted)
    start = one.beginning(_SAMPLE)
    if start.startswith(_ARCHIVE) and _may_be_archive(wanted):
        start = one.content
    real = real_type(start)
    if real not in {"", "text/plain"} and fnmatchcase(real, wanted):
        return True
    return fnmatchcase(_told(one, real, start), wanted)


def _may_be_archive(wanted: str) -> bool:
    return any(fnmatchcase(kind, wanted) for kind in _ARCHIVES)


def _told(one: Attachment, real: str, start: bytes) -> str:
    """Give the type of an attachment by all that is known of it."""
    declared = _SAME.get(one.type, one.type)
    if not start:
        return declared
    if real in {"", "text/plain"}:
        return _unseen(one.name, declared, real, start)
    if real != _OLE:
        # application/epub+zip is a zip, and more than that (RFC 6839).
        short = real.rpartition("/")[2]
        return declared if declared.endswith(f"+{short}") else real
    if declared in _IN_OLE:
        return declared
    ending = _ending(one.name)
    return next((of for of, own in _IN_OLE.items() if ending in own), real)


def _unseen(name: str, declared: str, real: str, start: bytes) -> str:
    """Give the type of what bytes tell nothing of, or only that it is text."""
    belied = declared in ENDINGS or declared in _IN_OLE
    if not real and start.startswith(_PROGRAMS):
        belied = belied or not declared.startswith("application/")
    kind = _ANY if belied else declared
    if real and kind in {_ANY, "text/plain"}:
        return _IN_TEXT.get(_ending(name), "text/plain")
    return kind


def shortest(name: str) -> bytes:
    """Give a few bytes that tell the kind of file a name promises, for an example.

    b"-" where the name promises none that bytes could tell.
    """
    ending = _ending(name)
    kind = next((of for of, endings in ENDINGS.items() if ending in endings), "")
    begins = {of: beginning for beginning, of in reversed(_BEGINNINGS)}
    begins |= {of: _ARCHIVE + inside for inside, of in _INSIDE}
    begins |= {of: _ARCHIVE.ljust(30) + b"mimetype" + of.encode() for of in _OPENS}
    begins |= {
        "application/pdf": b"%PDF-",
        "image/webp": b"RIFF....WEBP",
        "application/zip": _ARCHIVE,
    }
    return begins.get(kind, b"-")


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
