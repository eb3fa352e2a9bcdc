"""Quarantine: what a person must look at first, with its reason, and never its text."""

from starlette.responses import Response

from mailroom.cases import Outcome
from mailroom.errors import ReviewError, text
from mailroom.register import messages, status
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.web.ask import Ask
from mailroom.web.letter import download_headers
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import given_up
from mailroom.workflow import release as workflow

MOST = 200


def quarantine_page(visit: Visit, ask: Ask) -> Response:
    """List what is held. Of state secrets, a number and no more."""
    with visit.desk.database.read() as tx:
        rows = messages.with_outcome(tx, Outcome.HELD, limit=MOST)
        others = [held for held in status.held(tx) if held.kind != "message"]
    secret = sum(_level(row) == "classified" for row in rows)
    seen = [row for row in rows if _is_seen(visit, row)]
    return page(
        visit, "quarantine.html", rows=seen, secret=secret, others=others,
        undo=ask.one("undo"),
        hidden=len(rows) - len(seen) - secret, unpack=unpack, done=ask.one("done"),
        in_quarantine=lambda row: bool((row.answer or {}).get("quarantine")),
    )  # fmt: skip


def _level(row: AnyRow) -> str:
    return str((row.answer or {}).get("sensitivity", "normal"))


def _is_seen(visit: Visit, row: AnyRow) -> bool:
    level = _level(row)
    return level != "classified" and visit.sight.sees(level, row.category)


def _theirs(visit: Visit, ask: Ask) -> int:
    """Find the held letter that a path names. Raises NoSuchPageError."""
    number = ask.number("message")
    with visit.desk.database.read() as tx:
        row = messages.find(tx, number)
    if row is None or row.outcome != Outcome.HELD or not _is_seen(visit, row):
        raise NoSuchPageError
    return number


def raw(visit: Visit, ask: Ask) -> Response:
    """Give the mail as it came, to be saved and looked at with care."""
    number = _theirs(visit, ask)
    content = workflow.fetch_raw(visit.desk, number, who=visit.who, now=visit.now)
    return Response(content, headers=download_headers(f"held-{number}.eml"))


def release(visit: Visit, ask: Ask) -> Response:
    """Let a letter out of quarantine; the rules sort it."""
    if ask.one("looked") != "yes":
        raise ReviewError(text("Say that you have looked at it first."))
    number = _theirs(visit, ask)
    workflow.release(visit.desk, number, who=visit.who, now=visit.now)
    return go("/quarantine?done=released")


def leave(visit: Visit, ask: Ask) -> Response:
    """Leave a letter as spam: it goes off the list, and nobody answers it."""
    number = _theirs(visit, ask)
    workflow.leave_as_spam(visit.desk, number, who=visit.who, now=visit.now)
    return go(f"/quarantine?done=left&undo={number}")


def put_back(visit: Visit, ask: Ask) -> Response:
    """Hold a letter again that was left as spam by mistake."""
    number = ask.number("message")
    with visit.desk.database.read() as tx:
        row = messages.find(tx, number)
    if row is None or not _is_seen(visit, row):
        raise NoSuchPageError
    workflow.put_back(visit.desk, number, who=visit.who, now=visit.now)
    return go("/quarantine")


def try_again(visit: Visit, ask: Ask) -> Response:
    """Have work done that was given up, now that its cause is mended."""
    given_up.try_again(visit.desk, ask.number("job"), who=visit.who, now=visit.now)
    return go("/quarantine?done=again")
