"""Tells who else has a draft before them; it warns, and never locks."""

from starlette.responses import JSONResponse, Response

from mailroom.register import precedents, presence
from mailroom.web.ask import Ask
from mailroom.web.draft import visible
from mailroom.web.visit import Visit


def here(visit: Visit, ask: Ask) -> Response:
    """Note a sign of life from a page; say who else is there, and what it shows now."""
    held = visible(visit, ask.number("draft"))
    with visit.desk.database.write() as tx:
        presence.note(
            tx, held.id, visit.who, editing=ask.one("editing") == "yes", now=visit.now
        )
        heard = precedents.newest_mail(tx, held.case_id)
        others = presence.at(tx, [held.id], visit.who, now=visit.now).get(held.id, ())
    return JSONResponse(
        {
            "others": [{"who": who, "editing": editing} for who, editing in others],
            "version": held.version,
            "state": held.state.value,
            "heard": heard,
        }
    )
