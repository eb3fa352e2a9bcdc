"""Reads attachments that are text: notes, tables, web pages."""

import codecs
import csv
import re

from mailroom.message import charsets, htmltext
from mailroom.message.attachment_text.limits import LONGEST, NotReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_SEPARATORS = ",\t;|"
_MOST_BYTES = 4 * LONGEST  # what so many characters take in UTF-8, at the most
_STRAY = 0.02  # share of bytes that no text holds


def decode(content: bytes, label: str | None = None) -> str:
    """Give the text of a file without a charset of its own.

    Its byte order mark tells, else the guess that mails get. Raises NotReadError for
    what is no text.
    """
    content = content[:_MOST_BYTES]
    for mark, name in _MARKS:
        if content.startswith(mark):
            words = content.removeprefix(mark).decode(name, "ignore")
            return charsets.clean(words)
    stray = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", content))
    if stray > _STRAY * len(content):
        raise NotReadError
    if len(content) == _MOST_BYTES:
        content = content[: content.rfind(b"\n") + 1] or content
    words = charsets.decode(content, label)[0]
    return words.replace("\r\n", "\n").replace("\r", "\n")


def read_table(content: bytes) -> str:
    """Give a CSV file's rows: a line a row, tabs between cells, without quotes."""
    words = decode(content)[:LONGEST]
    first = words.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows = list(csv.reader(words.splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        return words
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)


def read_page(content: bytes) -> str:
    """Give the text of a web page."""
    named = _META_CHARSET.search(content, 0, 2048)
    label = named[1].decode("ascii") if named else None
    return htmltext.text_of(decode(content, label))
