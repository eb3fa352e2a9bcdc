"""Unsorted letters: a person says with one click which drawer is the right one."""

from urllib.parse import quote

from starlette.responses import Response

from mailroom.cases import is_restricted
from mailroom.errors import ReviewError, UnreadableMessageError, text
from mailroom.register import cases, unsorted
from mailroom.register.schema import AnyRow
from mailroom.web.ask import Ask
from mailroom.web.cases import page_number
from mailroom.web.drawers import drawers
from mailroom.web.letter import read_message, visible_message
from mailroom.web.page import go, page
from mailroom.web.queue import category_name
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import resort

ON_A_PAGE = 20
_GLIMPSE = 300  # characters of a letter


def unsorted_page(visit: Visit, ask: Ask) -> Response:
    """List the letters without a drawer, with the two that came nearest."""
    at = page_number(ask)
    with visit.desk.database.read() as tx:
        found, hidden = unsorted.counted(tx, visit.sight)
        rows = unsorted.listed(
            tx, visit.sight, limit=ON_A_PAGE, offset=(at - 1) * ON_A_PAGE
        )
    return page(
        visit, "unsorted.html", rows=rows, found=found, hidden=hidden, at=at,
        pages=-(-found // ON_A_PAGE), glimpse=lambda row: _glimpse(visit, row),
        candidates=candidates, drawers=drawers(visit), done=ask.one("done"),
        category_name=lambda id_: category_name(visit, id_),
    )  # fmt: skip


def candidates(row: AnyRow) -> tuple[str, ...]:
    """Give the drawers that came nearest, the best first."""
    return tuple(name for name, _ in (row.answer or {}).get("candidates", ())[:2])


def _glimpse(visit: Visit, row: AnyRow) -> str:
    if is_restricted(row.sensitivity):
        return ""  # to read it is to open it, and the book notes who does
    try:
        zones = read_message(visit, row).zones
    except UnreadableMessageError:
        return ""
    words = " ".join((zones.new or zones.forwarded).split())
    return words[:_GLIMPSE] + ("…" if len(words) > _GLIMPSE else "")


def put(visit: Visit, ask: Ask) -> Response:
    """Put a letter into a drawer; its work begins anew there."""
    row = visible_message(visit, ask.number("message"))
    if row.case_id is None:
        raise NoSuchPageError
    if (row.category or "") != ask.one("was"):
        raise ReviewError(
            text("Somebody has put this letter into another drawer meanwhile.")
        )
    resort.resort(
        visit.desk, row.id, category=ask.one("category"), who=visit.who, now=visit.now
    )
    if ask.one("back") == "unsorted":
        return go("/unsorted?done=sorted")
    with visit.desk.database.read() as tx:
        number = cases.row(tx, row.case_id).number
    return go(f"/cases/{quote(number)}?done=sorted")
