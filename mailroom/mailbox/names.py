"""Reads and writes the names of IMAP mailboxes."""

import re
from collections.abc import Sequence

from imapclient import imap_utf7

_NAMES = {
    "drafts": ("drafts", "draft", "草稿箱", "草稿", "草稿夹"),
    "sent": ("sent", "sent items", "sent messages", "已发送", "已发送邮件", "已发邮件"),
}
_MARKS = {"drafts": b"\\drafts", "sent": b"\\sent"}


def find_special(
    listed: Sequence[tuple[frozenset[bytes], str, bytes]], role: str
) -> str | None:
    """Find the `drafts` or `sent` mailbox: by its SPECIAL-USE mark, by its usual name.

    `listed` are attributes (lower case), name, the server's own name of each.
    """
    for attributes, name, _ in listed:
        if _MARKS[role] in attributes:
            return name
    for _, name, _ in listed:
        if re.split(r"[./]", name)[-1].lower() in _NAMES[role]:
            return name
    return None


def encode_name(name: str) -> bytes:
    """Write a mailbox name as modified UTF-7 (RFC 3501, 5.1.3)."""
    encoded: bytes = imap_utf7.encode(name)
    return encoded


def decode_name(raw: bytes) -> str:
    """Read a mailbox name; one that is coded wrongly is read as far as it goes."""
    try:
        name: str = imap_utf7.decode(raw)
    except (UnicodeError, ValueError):  # seen in practice: 8-bit and broken names
        return raw.decode("utf-8", "replace")
    return name
