"""What a FETCH command asks of one mail (RFC 3501, 6.4.5; MODSEQ: RFC 7162)."""

import re
from collections.abc import Callable, Iterable

from mailroom.demo.imap_store import Mail
from mailroom.demo.imap_wire import BadCommandError, literal, moment

_SECTION = re.compile(
    r"BODY(?P<peek>\.PEEK)?\[(?P<section>[^\]]*)\](?:<(?P<start>\d+)\.(?P<size>\d+)>)?",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"HEADER\.FIELDS(?P<other>\.NOT)? ?\((?P<names>[^)]*)\)", re.IGNORECASE
)
_FIELD = re.compile(
    rb"^([!-9;-~]+)[ \t]*:.*?(?:\r?\n(?![ \t])|\Z)", re.DOTALL | re.MULTILINE
)
_HEADER_END = re.compile(rb"(?:\A|\r?\n)\r?\n")

Asked = Callable[[Mail], bytes]

_WHOLE = {
    "RFC822": "BODY[]",
    "RFC822.HEADER": "BODY.PEEK[HEADER]",
    "RFC822.TEXT": "BODY[TEXT]",
}


def flags(mail: Mail) -> bytes:
    """Write `FLAGS (…)` of a mail."""
    return b"FLAGS (%s)" % " ".join(sorted(mail.flags)).encode(
        "utf-8", "surrogateescape"
    )


def modseq(mail: Mail) -> bytes:
    """Write `MODSEQ (…)` of a mail."""
    return b"MODSEQ (%d)" % mail.modseq


_ATTRIBUTES: dict[str, Asked] = {
    "UID": lambda mail: b"UID %d" % mail.uid,
    "FLAGS": flags,
    "MODSEQ": modseq,
    "RFC822.SIZE": lambda mail: b"RFC822.SIZE %d" % len(mail.raw),
    "INTERNALDATE": lambda mail: b"INTERNALDATE " + moment(mail.received),
}


def attributes(names: Iterable[str]) -> list[Asked]:
    """Make one writer for each attribute asked for; raise BadCommandError for others.

    ENVELOPE, BODYSTRUCTURE and single MIME parts are not served.
    """
    return [_attribute(name) for name in names]


def marks_seen(names: Iterable[str]) -> bool:
    """Tell whether fetching these sets the \\Seen flag."""  # noqa: D301  a flag's name, not an escape
    for name in names:
        section = _SECTION.fullmatch(_WHOLE.get(name.upper(), name))
        if section and not section["peek"]:
            return True
    return False


def _attribute(name: str) -> Asked:
    upper = name.upper()
    if upper in _ATTRIBUTES:
        return _ATTRIBUTES[upper]
    section = _SECTION.fullmatch(_WHOLE.get(upper, name))
    if section is None:
        raise BadCommandError(f"attribute not served: {name[:40]}")
    cut = _cutter(section["section"])
    label = upper if upper in _WHOLE else f"BODY[{section['section']}]"
    if section["start"] is None:
        return lambda mail: label.encode() + b" " + literal(cut(mail.raw))
    start = int(section["start"])
    end = start + int(section["size"])
    return lambda mail: (
        b"%s<%d> %s" % (label.encode(), start, literal(cut(mail.raw)[start:end]))
    )


def _cutter(section: str) -> Callable[[bytes], bytes]:
    match section.upper():
        case "":
            return lambda raw: raw
        case "HEADER":
            return lambda raw: raw[: _body_start(raw)]
        case "TEXT":
            return lambda raw: raw[_body_start(raw) :]
    fields = _FIELDS.fullmatch(section)
    if fields is None:
        raise BadCommandError(f"section not served: {section[:40]}")
    names = {name.strip('"').lower().encode() for name in fields["names"].split()}
    wanted = fields["other"] is None
    return lambda raw: _fields(raw[: _body_start(raw)], names, wanted=wanted)


def _body_start(raw: bytes) -> int:
    end = _HEADER_END.search(raw)
    return end.end() if end else len(raw)


def _fields(header: bytes, names: set[bytes], *, wanted: bool) -> bytes:
    kept = (
        field[0]
        for field in _FIELD.finditer(header)
        if (field[1].lower() in names) is wanted
    )
    return b"".join(kept) + b"\r\n"
