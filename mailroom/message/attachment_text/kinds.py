"""Tells what kind of file an attachment is, and has it read."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from mailroom.message import charsets
from mailroom.message.attachment_text.archive import Archive
from mailroom.message.attachment_text.elements import main_part
from mailroom.message.attachment_text.invitations import read_invitation
from mailroom.message.attachment_text.letter import read_letter
from mailroom.message.attachment_text.limits import (
    DEEPEST,
    LARGEST,
    LONGEST,
    MOST_FILES,
    NotReadError,
)
from mailroom.message.attachment_text.pdf import read_pdf
from mailroom.message.attachment_text.plain import decode, read_page, read_table
from mailroom.message.attachment_text.sheets import read_sheets
from mailroom.message.attachment_text.word import read_word
from mailroom.message.model import Attachment

# By what files are called, then by what the sender's program calls them.
_ENDINGS: Mapping[str, str] = {
    "txt": "text", "text": "text", "md": "text", "log": "text", "xml": "text",
    "json": "text", "csv": "table", "tsv": "table", "htm": "page", "html": "page",
    "ics": "invitation", "vcs": "invitation", "eml": "letter",
}  # fmt: skip
_TYPES: Mapping[str, str] = {
    "text/plain": "text", "text/csv": "table", "text/tab-separated-values": "table",
    "text/html": "page", "text/calendar": "invitation", "application/ics": "invitation",
    "message/rfc822": "letter", "message/global": "letter",
}  # fmt: skip
_READERS: Mapping[str, Callable[[bytes], str]] = {
    "text": decode,
    "table": read_table,
    "page": read_page,
    "invitation": read_invitation,
    "pdf": read_pdf,
}


def read_text(attachment: Attachment) -> str | None:
    """Give the words of an attachment; None where it is not or cannot be read.

    Read are txt, csv, html, docx, xlsx, pdf, ics and eml, by their content where that
    tells, else by name, else by the declared type. At most LONGEST characters; never
    raises, and takes bounded time and memory, whatever the file is made to do.
    """
    return _Reading().read(attachment, depth=0)


class _Reading:
    """One attachment being read, with what is attached to it in turn."""

    def __init__(self) -> None:
        self.left = MOST_FILES

    def read(self, attachment: Attachment, *, depth: int) -> str | None:
        content = attachment.content
        if not content or len(content) > LARGEST or depth > DEEPEST or self.left < 1:
            return None
        self.left -= 1
        try:
            words = self._words(attachment, depth)
        except NotReadError:
            return None
        except Exception:  # noqa: BLE001  one file must not stop the mail it came with
            return None
        if words is None:
            return None
        clean = charsets.clean(words[:LONGEST])
        lines = "\n".join(line.rstrip() for line in clean.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", lines).strip()

    def _words(self, attachment: Attachment, depth: int) -> str | None:
        content = attachment.content
        if content.startswith(b"PK\x03\x04"):
            return _office(Archive(content))
        kind = "pdf" if b"%PDF-" in content[:1024] else _kind(attachment)
        if kind == "letter":
            return read_letter(content, partial(self.read, depth=depth + 1))
        reader = _READERS.get(kind)
        return reader(content) if reader else None


def _office(archive: Archive) -> str | None:
    folder = main_part(archive).partition("/")[0]
    if folder == "word":
        return read_word(archive)
    return read_sheets(archive) if folder == "xl" else None


def _kind(attachment: Attachment) -> str:
    ending = attachment.name.rpartition(".")[2].lower()
    return _ENDINGS.get(ending) or _TYPES.get(attachment.type, "")
