"""What a browser asks for, as a value: path, query, form and files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl


def _none() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody puts in; its name is data and never a path."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, read whole."""

    places: Mapping[str, int | str]  # what the route's path names: {"draft": 7}
    query: Mapping[str, tuple[str, ...]] = field(default_factory=_none)
    form: Mapping[str, tuple[str, ...]] = field(default_factory=_none)
    uploads: Mapping[str, Upload] = field(default_factory=_none)
    peer: str = ""  # the address of the other side of the connection

    def number(self, name: str) -> int:
        """Return a number of the path."""
        value = self.places[name]
        if not isinstance(value, int):
            raise TypeError(name)
        return value

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a field of the form, or else of the query."""
        values = self.form.get(name) or self.query.get(name) or ()
        return values[-1] if values else default

    def many(self, name: str) -> tuple[str, ...]:
        """Return all values of a field of the form, or else of the query."""
        return self.form.get(name) or self.query.get(name) or ()


def read_pairs(encoded: str) -> Mapping[str, tuple[str, ...]]:
    """Read `a=1&b=2&a=3`, as queries and plain forms have it.

    Raises ValueError for more than 2,000 fields.
    """
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(
        encoded, keep_blank_values=True, max_num_fields=2000, errors="replace"
    ):
        # Browsers send the lines of a text area with CR LF.
        found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return MappingProxyType({name: tuple(values) for name, values in found.items()})


def read_multipart(
    content_type: str, body: bytes
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, Upload]]:
    """Read multipart/form-data (RFC 7578): plain fields, and files by field.

    A form is small and is read whole; the guard has bounded its length before. Raises
    ValueError where two files come under one name.
    """
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields: dict[str, list[str]] = {}
    uploads: dict[str, Upload] = {}
    parts = message.iter_parts() if message.is_multipart() else ()
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else b""
        file = part.get_filename()
        if file is None:
            words = raw.decode("utf-8", "replace").replace("\r\n", "\n")
            fields.setdefault(name, []).append(words)
        elif file or raw:
            if name in uploads:
                raise ValueError("two files where one is asked for")
            uploads[name] = Upload(name=file, content=raw)
    form = {name: tuple(values) for name, values in fields.items()}
    return MappingProxyType(form), MappingProxyType(uploads)
