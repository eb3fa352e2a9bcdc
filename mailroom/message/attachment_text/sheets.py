"""Reads the words and figures of an .xlsx file."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from mailroom.message.attachment_text.archive import Archive
from mailroom.message.attachment_text.elements import main_part, relations, walk
from mailroom.message.attachment_text.limits import LONGEST, MOST_SHEETS, NotReadError

_T = TypeVar("_T")
# Formats of dates that Excel knows by number, Chinese ones too (ECMA-376-1, 18.8.30)
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]{0,200}"|\[[^\]]{0,40}\]|\\.')
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  a sheet knows no zones
_LAST_DAY = 2_958_465  # 31 December 9999


def read_sheets(archive: Archive) -> str:
    """Give the first sheets: each its name, then a line a row, tabs between cells.

    Dates are written as ISO 8601, formulas by their last result. Raises NotReadError.
    """
    main = main_part(archive)
    near = relations(archive, main)
    parts = {kind: name for kind, name in near.values() if name in archive}
    names, epoch = _book(archive.read(main))
    shared = _strings(archive, parts.get("sharedStrings"))
    dated = _dated(archive, parts.get("styles"))
    pieces: list[str] = []
    length = 0
    for name, relation in names[:MOST_SHEETS]:
        kind, part = near.get(relation, ("", ""))
        if kind != "worksheet" or part not in archive:
            continue
        pieces.append(f"{name}\n")
        for row in _rows(archive.read(part), shared, dated, epoch):
            pieces.append(row + "\n")
            length += len(row) + 1
            if length > LONGEST:
                return "".join(pieces)
        pieces.append("\n")
    if not pieces:
        raise NotReadError
    return "".join(pieces)


def _book(xml: bytes) -> tuple[list[tuple[str, str]], datetime]:
    """Give the sheets in their order, (name, relation), and the day that is 0."""
    names: list[tuple[str, str]] = []
    epoch = _EPOCH
    for event, name, element in walk(xml):
        if event == "start" and name == "sheet":
            relation = next((v for k, v in element.items() if k.endswith("}id")), "")
            names.append((element.get("name", ""), relation))
        elif name == "workbookPr" and element.get("date1904") in {"1", "true"}:
            epoch = _EPOCH_1904
    return names, epoch


def _strings(archive: Archive, part: str | None) -> list[str]:
    if part is None:
        return []
    found: list[str] = []
    words: list[str] = []
    phonetic = 0  # how a word is spoken: no second text of the cell
    length = 0
    for event, name, element in walk(archive.read(part)):
        if name == "rPh":
            phonetic += 1 if event == "start" else -1
        elif event == "end" and name == "t" and not phonetic:
            words.append(element.text or "")
        elif event == "end" and name == "si":
            found.append("".join(words))
            length += len(found[-1])
            words = []
            if length > 10 * LONGEST:
                break  # cells of the first sheets name the first strings
    return found


def _dated(archive: Archive, part: str | None) -> list[bool]:
    """Say for each style of a cell whether it shows a date."""
    if part is None:
        return []
    own: dict[str, bool] = {}
    styles: list[bool] = []
    in_cells = False
    for event, name, element in walk(archive.read(part)):
        if name == "cellXfs":
            in_cells = event == "start"
        elif event == "start" and name == "numFmt":
            code = _QUOTED.sub("", element.get("formatCode", "")[:200])
            own[element.get("numFmtId", "")] = bool(re.search("[ymdhs年月日]", code))
        elif event == "start" and name == "xf" and in_cells:
            number = element.get("numFmtId", "0")
            plain = number.isdecimal() and int(number[:5]) in _DATES
            styles.append(own.get(number, plain))
    return styles


def _rows(
    xml: bytes, shared: Sequence[str], dated: Sequence[bool], epoch: datetime
) -> Iterator[str]:
    cells: list[str] = []
    value, inline = "", ""
    for event, name, element in walk(xml):
        if event == "start":
            continue
        if name == "v":
            value = element.text or ""
        elif name == "t":
            inline += element.text or ""
        elif name == "c":
            kind, style = element.get("t", "n"), element.get("s", "0")
            if kind == "s":
                cells.append(_at(shared, value, default=""))
            elif kind == "n" and _at(dated, style, default=False):
                cells.append(_date(value, epoch))
            else:
                cells.append(inline or value)
            value = inline = ""
        elif name == "row":
            if any(cells):
                yield "\t".join(" ".join(cell.split()) for cell in cells)
            cells = []


def _at(found: Sequence[_T], place: str, default: _T) -> _T:
    number = int(place) if place.isascii() and place[:9].isdecimal() else -1
    return found[number] if 0 <= number < len(found) else default


def _date(value: str, epoch: datetime) -> str:
    try:
        count = float(value)
    except ValueError:
        return value
    if not 0 <= count <= _LAST_DAY - 1_462:
        return value
    moment = epoch + timedelta(seconds=round(count * 86_400))
    if count < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if count == int(count) else f"{moment:%Y-%m-%d %H:%M}"
