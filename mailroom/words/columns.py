"""Fits the columns that a table declares to those that its filled rows have."""

import re

_ROWS = re.compile(r"<w:tr[ >].*?</w:tr>", re.DOTALL)
_CELLS = re.compile(r"<w:tc[ >]")
_SPANS = re.compile(r'<w:gridSpan w:val="(\d+)"')
_GRID = re.compile(r"<w:tblGrid>(.*?)</w:tblGrid>", re.DOTALL)
_COLUMN = re.compile(r'<w:gridCol w:w="(\d+)"\s*/>')


def with_columns(table: str) -> str:
    """Return the XML of one table; its width stays, shared by the columns there are.

    A table with another inside it stays as it is: whose row is whose cannot be told
    by counting.
    """
    grid = _GRID.search(table)
    if grid is None or table.count("<w:tbl>") > 1:
        return table
    widths = [int(width) for width in _COLUMN.findall(grid[1])]
    if not widths or len(widths) != grid[1].count("<w:gridCol"):
        return table
    wanted = max(
        len(_CELLS.findall(row)) + sum(int(span) - 1 for span in _SPANS.findall(row))
        for row in _ROWS.findall(table)
    )
    if wanted in {0, len(widths)}:
        return table
    total = sum(widths)
    if wanted > len(widths):
        share = total / wanted / (total / len(widths)) if total else 0
        new = [int(width * share) for width in widths]
        new += [int(total / wanted)] * (wanted - len(widths))
    else:
        extra = sum(widths[wanted:]) // wanted
        new = [width + extra for width in widths[:wanted]]
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in new)
    return f"{table[: grid.start(1)]}{columns}{table[grid.end(1) :]}"
