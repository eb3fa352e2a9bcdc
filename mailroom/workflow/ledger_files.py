"""Writes a register as a file: CSV for any program, xlsx for Excel and WPS, docx."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Literal

import xlsxwriter

from mailroom.errors import Text, text
from mailroom.i18n import Language, say
from mailroom.register.ledgers import Span
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import render
from mailroom.workflow.ledgers import Sheet

Format = Literal["csv", "xlsx", "docx"]
TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

# A cell that begins so is a formula to Excel, WPS and LibreOffice, and a formula in a
# stranger's subject may fetch or run things (owasp.org/www-community/attacks/
# CSV_Injection). The full-width forms count, too: Excel in East Asia reads them so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_CELL = 32_767  # characters; Excel calls a file with more damaged
_WIDEST, _NARROWEST = 50, 8  # of a column, in characters
_SAMPLE = 200  # lines that tell how wide a column is
_WIDE_SIGN = 0x2E80  # from here on, a character takes two places

# What the list on paper shows in columns of its own; the rest stands under "details".
_ON_PAPER = frozenset(
    {
        "no", "received_on", "correspondent", "subject", "owner", "due", "closed_on",
        "case", "medium", "category", "state",
    }
)  # fmt: skip


def harmless(cell: str) -> str:
    """Give a cell that no program takes for a formula: it begins with a quote then."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_csv(sheet: Sheet) -> bytes:
    """Write CSV (RFC 4180), with the mark by which Excel and WPS know UTF-8."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([column.name for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow([harmless(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet, language: Language) -> bytes:
    """Write a workbook of one sheet; every cell is text, and none a formula or link."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    body = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    page = book.add_worksheet(sheet.ledger.id)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.name, head)
        cells = [row[place] for row in sheet.rows[:_SAMPLE]]
        page.set_column(place, place, _width([column.name, *cells]))
    for line, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row):
            if cell:
                page.write_string(line, place, harmless(cell)[:_LONGEST_CELL], body)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    book.set_properties(
        {"title": f"{sheet.ledger.id} {say(sheet.ledger.name, language)}"}
    )
    book.close()
    return file.getvalue()


def _width(cells: list[str]) -> int:
    def places(cell: str) -> int:
        return sum(2 if ord(sign) >= _WIDE_SIGN else 1 for sign in cell)

    return min(_WIDEST, max(_NARROWEST, *(places(cell) + 2 for cell in cells)))


def as_docx(
    desk: Desk, sheet: Sheet, by: Span, language: Language, *, today: date
) -> bytes:
    """Write the list that is printed and filed, from the office's own template.

    Raises TemplateError where that is missing or broken.
    """
    tongue = "zh" if language == "zh-CN" else "en"
    office = desk.settings.office
    names = [column.key for column in sheet.columns]
    heads = {column.key: column.name for column in sheet.columns}
    fields = {
        "ledger": f"{sheet.ledger.id} {say(sheet.ledger.name, language)}",
        "period": say(_period(by, today), language),
        "office_name": office.name if tongue == "zh" else office.name_en or office.name,
        "hidden": sheet.hidden,
        "listed": [
            {
                "no": row[0],
                "day": _of(row, names, "received_on", "sent_on", "at"),
                "who": _of(row, names, "correspondent", "to", "who"),
                "subject": _of(row, names, "subject", "what"),
                "details": "；".join(_details(row, names, heads)),
                "owner": _of(row, names, "owner", "approved_by"),
                "due": _of(row, names, "due"),
                "state": _of(row, names, "closed_on", "state"),
                "case": _of(row, names, "case"),
            }
            for row in sheet.rows
        ],
    }
    return render(desk, f"paper/register_list.{tongue}.docx", fields).docx


def _of(row: tuple[str, ...], names: list[str], *wanted: str) -> str:
    """Give the first of these columns that the register has and that is filled."""
    cells = (row[names.index(key)] for key in wanted if key in names)
    return next(filter(None, cells), "")


def _details(
    row: tuple[str, ...], names: list[str], heads: Mapping[str, str]
) -> list[str]:
    own = _ON_PAPER | {"sent_on", "to", "at", "who", "what", "approved_by"}
    return [
        f"{heads[key]}：{cell}"
        for key, cell in zip(names, row, strict=True)
        if cell and key not in own
    ]


def _period(by: Span, today: date) -> Text:
    return text(
        "{since} to {until}",
        since=by.since or text("the beginning"),
        until=by.until or today.isoformat(),
    )
