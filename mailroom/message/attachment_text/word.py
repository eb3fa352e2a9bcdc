"""Reads the words of a .docx file."""

from collections.abc import Iterator
from typing import Any

from mailroom.message.attachment_text.archive import Archive
from mailroom.message.attachment_text.elements import main_part, relations, walk
from mailroom.message.attachment_text.limits import LONGEST

_BEFORE = ("header",)
_AFTER = ("footnotes", "endnotes", "comments", "footer")
_ENDS = {"tc": "\t", "tr": "\n"}
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_word(archive: Archive) -> str:
    """Give headers, text, notes and footers: a line a paragraph, tabs between cells.

    Deleted text and the copies that old programs would show are left out. Raises
    NotReadError.
    """
    main = main_part(archive)
    near = list(dict.fromkeys(relations(archive, main).values()))
    before = [name for kind, name in near if kind in _BEFORE]
    after = [name for wanted in _AFTER for kind, name in near if kind == wanted]
    pieces: list[str] = []
    length = 0
    for name in (*before, main, *after):
        if name not in archive:
            continue
        for piece in _words(archive.read(name)):
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST:
                return "".join(pieces)
        pieces.append("\n")
    return "".join(pieces)


def _words(xml: bytes) -> Iterator[str]:
    skipping = 0  # inside mc:Fallback
    cells = 0  # that are open
    for event, name, element in walk(xml):
        opens = event == "start"
        if name == "Fallback":
            skipping += 1 if opens else -1
        elif name == "tc":
            cells += 1 if opens else -1
        if not opens and not skipping:
            yield _closing(name, element, in_table=cells > 0)


def _closing(name: str, element: Any, *, in_table: bool) -> str:  # noqa: ANN401  lxml
    """Give what an element says as it closes."""
    if name == "t":
        return element.text or ""
    if name == "p":
        # In a table a row is a line: 金额 and its figure stand together.
        return " " if in_table else "\n"
    if name in _BREAKS:
        return _BREAKS[name] if element.getparent().tag.endswith("}r") else ""
    return _ENDS.get(name, "")
