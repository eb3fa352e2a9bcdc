"""A leader's day sheet at the desk: seen, filled in, approved, handed over."""

from starlette.responses import Response

from mailroom.errors import ReviewError
from mailroom.register import itineraries
from mailroom.register.schema import AnyRow
from mailroom.web.ask import Ask
from mailroom.web.letter import download_headers
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import calendar_words, itinerary_decide
from mailroom.workflow.itinerary import BY_HAND, OPTIONAL
from mailroom.workflow.read_case import note_look


def sheet_page(visit: Visit, ask: Ask) -> Response:
    """Show a sheet, with what is still to be filled in."""
    row = _opened(visit, ask)
    return page(
        visit, "sheet.html", sheet=row, words=calendar_words, states=itineraries,
        fields=(*BY_HAND, *OPTIONAL), done=ask.one("done"), now=visit.now,
    )  # fmt: skip


def sheet_file(visit: Visit, ask: Ask) -> Response:
    """Give the sheet as a Word file, to be printed."""
    row = _opened(visit, ask)
    content = visit.desk.enclosures.read(row.sha256)
    return Response(content, headers=download_headers(row.name))


def _opened(visit: Visit, ask: Ask) -> AnyRow:
    """Find a sheet that the visitor may see, and note that it was opened."""
    number = ask.number("sheet")
    try:
        with visit.desk.database.write() as tx:
            row = itinerary_decide.found(tx, number, visit.sight)
            note_look(tx, visit.who, "itinerary", number, case_id=None, now=visit.now)
    except ReviewError:
        raise NoSuchPageError from None
    return row


def fill(visit: Visit, ask: Ask) -> Response:
    """Fill in what only people know."""
    number = _seen(visit, ask)
    given = {name: ask.one(name) for name in (*BY_HAND, *OPTIONAL) if name in ask.form}
    itinerary_decide.fill_in(
        visit.desk, number, given, who=visit.who, sight=visit.sight, now=visit.now
    )
    return go(f"/sheets/{number}?done=filled")


def approve(visit: Visit, ask: Ask) -> Response:
    """Approve a sheet as it was shown."""
    number = _seen(visit, ask)
    itinerary_decide.approve(
        visit.desk, number, seal=ask.one("seal"), who=visit.who, sight=visit.sight,
        now=visit.now,
    )  # fmt: skip
    return go(f"/sheets/{number}?done=approved")


def hand_over(visit: Visit, ask: Ask) -> Response:
    """Note that the leader has the sheet."""
    number = _seen(visit, ask)
    itinerary_decide.hand_over(
        visit.desk, number, seal=ask.one("seal"), who=visit.who, sight=visit.sight,
        now=visit.now,
    )  # fmt: skip
    return go(f"/sheets/{number}?done=handed")


def _seen(visit: Visit, ask: Ask) -> int:
    number = ask.number("sheet")
    try:
        with visit.desk.database.read() as tx:
            itinerary_decide.found(tx, number, visit.sight)
    except ReviewError:
        raise NoSuchPageError from None
    return number
