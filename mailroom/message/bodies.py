"""Finds the text, the HTML, the attachments among the parts of a message."""

import re
from dataclasses import astuple, dataclass, field
from html import escape
from typing import Literal

from mailroom.message import charsets, htmltext
from mailroom.message.filenames import safe_name
from mailroom.message.lazily import lazily
from mailroom.message.model import Attachment
from mailroom.message.structure import Part, is_message

LONGEST_POINTER = 300  # characters of a plain part that says nothing itself

_META_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
# A plain part that only sends the reader to the HTML one.
_SEE_HTML = re.compile(
    r"html|浏览器|瀏覽器|browser|不支持|不支援|view this (?:e-?mail|message)",
    re.IGNORECASE,
)


class Slot:
    """One stretch of the body: the same words as plain text, as HTML, or both."""

    __slots__ = ("_html", "flaws", "pages", "plain")

    def __init__(self, plain: str, pages: list[Part], flaws: list[str]) -> None:
        self.plain = plain
        self.pages = pages  # of HTML, one below the other
        self.flaws = flaws  # of the body
        self._html: str | None = None

    @property
    def html(self) -> str:
        """The HTML, decoded when it is first asked for."""
        if self._html is None:
            decoded = (_decoded(page, self.flaws) for page in self.pages)
            self._html = "\n".join(one for one in decoded if one)
        return self._html

    def text(self) -> str:
        """Give the plain text, made from the HTML where that is all there is."""
        if not self.pages:
            return self.plain
        if self.plain.strip() and (
            len(self.plain) > LONGEST_POINTER or not _SEE_HTML.search(self.plain)
        ):
            return self.plain
        made = htmltext.text_of(self.html)
        return made if len(made) > len(self.plain.strip()) else self.plain


@dataclass(slots=True)
class Body:
    """What was found."""

    slots: list[Slot] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text."""
        if len(self.slots) == 1:
            return self.slots[0].text().rstrip()
        pieces = (slot.text().rstrip() for slot in self.slots)
        return "\n\n".join(piece for piece in pieces if piece.strip())

    @property
    def html(self) -> str | None:
        """The whole HTML; None where no part has any."""
        if not any(slot.html for slot in self.slots):
            return None
        return "\n".join(
            slot.html or f"<pre>{escape(slot.plain)}</pre>" for slot in self.slots
        )


def body(root: Part) -> Body:
    """Collect what a message says from the tree of its parts."""
    found = Body()
    _gather(root, found)
    for part in root.walk():
        found.flaws.extend(part.flaws)
    if not found.slots:
        # Seen in practice: programs that send the letter itself as a named text part.
        texts = [
            part for part in root.walk() if part.type in ("text/plain", "text/html")
        ]
        if len(texts) == 1 and texts[0].disposition != "attachment":
            found.slots.append(_slot(texts[0], found))
    return found


def _gather(part: Part, found: Body) -> None:
    if part.type == "multipart/alternative" and part.parts:
        found.slots.extend(_alternative(part, found))
    elif part.parts:
        related = part.type == "multipart/related"
        root = _related_root(part) if related else None
        for child in part.parts:
            if related and child is not root and not child.parts:
                found.attachments.append(_attachment(child, inline=True))
            else:
                _gather(child, found)
    elif part.type in ("text/plain", "text/html") and _is_shown(part):
        found.slots.append(_slot(part, found))
    elif not part.type.startswith("multipart/"):
        found.attachments.append(_attachment(part, inline=part.disposition == "inline"))


def _is_shown(part: Part) -> bool:
    return part.disposition != "attachment" and not part.filename


def _related_root(part: Part) -> Part:
    wanted = part.parameters.get("start", "").strip()
    for child in part.parts:
        if wanted and child.value("content-id") == wanted:
            return child
    return part.parts[0]


def _alternative(part: Part, found: Body) -> list[Slot]:
    plain, pages = "", list[Part]()
    for child in part.parts:
        inner = Body(attachments=found.attachments, flaws=found.flaws)
        _gather(child, inner)
        # The first plain one, the last HTML one: the richest is last (RFC 2046, 5.1.4).
        plain = (
            plain
            if plain.strip()
            else "\n\n".join(s.plain for s in inner.slots if s.plain)
        )
        pages = [page for slot in inner.slots for page in slot.pages] or pages
    return [Slot(plain, pages, found.flaws)] if plain or pages else []


def _slot(part: Part, found: Body) -> Slot:
    if part.type == "text/html":
        return Slot("", [part], found.flaws)
    text = _decoded(part, found.flaws)
    if part.parameters.get("format", "").lower() == "flowed":
        text = flowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return Slot(text, [], found.flaws)


def _decoded(part: Part, flaws: list[str]) -> str:
    raw = part.content()
    label = part.parameters.get("charset")
    if not label and part.type == "text/html":
        named = _META_CHARSET.search(raw, 0, 2048)
        label = named[1].decode("ascii") if named else None
    text, flaw = charsets.decode(raw, label)
    if flaw:
        flaws.append(flaw)
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def flowed(text: str, *, delsp: bool) -> str:
    """Join the soft-wrapped lines of a format=flowed text (RFC 3676)."""
    out: list[str] = []
    open_depth = -1  # quote depth of the paragraph that goes on; -1: none does
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if soft and delsp:
            content = content[:-1]
        if depth == open_depth and content != "-- ":
            out.append(content)
        else:
            out.append(
                ("\n" if out else "") + ">" * depth + (" " if depth else "") + content
            )
        # A hard line ends its paragraph: the next one starts anew.
        open_depth = depth if soft else -1
    return "".join(out)


class _Enclosed(Attachment):
    """An attachment that is decoded when its content is first asked for."""

    _part: Part

    @lazily
    def content(self) -> bytes:
        return self._part.content()

    def beginning(self, most: int) -> bytes:
        """Give the first bytes; the others are seldom decoded for it, and once."""
        if "content" not in self.__dict__:
            start = self._part.beginning(most)
            if len(start) == most:
                return start
        return self.content[:most]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attachment) and astuple(self) == astuple(other)

    def __hash__(self) -> int:
        return hash(astuple(self))


def _attachment(part: Part, *, inline: bool) -> Attachment:
    kind = "message/rfc822" if is_message(part) else part.type
    made = _Enclosed(
        name=safe_name(part.filename, kind),
        type=part.type,
        content=b"",
        content_id=part.value("content-id").strip("<> ") or None,
        inline=inline,
    )
    made.__dict__.clear()  # of the content, which is not known yet
    made.__dict__["_part"] = part
    return made


def protection(root: Part, text: str) -> Literal["none", "signed", "encrypted"]:
    """Tell how a message is sealed (S/MIME: RFC 8551, OpenPGP: RFC 9580)."""
    for part in root.walk():
        if part.type == "multipart/encrypted":
            return "encrypted"
        if part.type == "multipart/signed":
            return "signed"
        if part.type in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            kind = part.parameters.get("smime-type", "enveloped-data").lower()
            return "signed" if kind == "signed-data" else "encrypted"
    if "-----BEGIN PGP MESSAGE-----" in text:
        return "encrypted"
    return "signed" if "-----BEGIN PGP SIGNED MESSAGE-----" in text else "none"
