"""Takes a person's word on a draft, bound to the version and seal they were shown."""

from starlette.responses import Response

from mailroom.drafts import DraftState
from mailroom.errors import ReviewError, text
from mailroom.register import queue
from mailroom.register.drafts import Held
from mailroom.web.ask import Ask
from mailroom.web.draft import visible
from mailroom.web.page import go
from mailroom.web.queue import filter_of, trail
from mailroom.web.visit import Visit
from mailroom.workflow import decide
from mailroom.workflow import revise as revising


def as_shown(visit: Visit, ask: Ask) -> Held:
    """Find the draft that a form decides on, as its page has shown it.

    Raises NoSuchPageError, and ReviewError where it is no longer that one.
    """
    held = visible(visit, ask.number("draft"))
    if ask.one("version") != str(held.version) or ask.one("seal") != held.seal:
        raise ReviewError(
            text(
                "Somebody has changed draft {id} since this page was shown. Look at it"
                " again.",
                id=held.id,
            )
        )
    return held


def _after(visit: Visit, ask: Ask, held: Held) -> int | None:
    """Find what comes next, before the decision takes this one out of the list."""
    by = filter_of(visit, ask)
    with visit.desk.database.read() as tx:
        before, after, _, _ = queue.neighbours(tx, visit.sight, by, held.id)
    return after or before


def _onward(ask: Ask, held: Held, following: int | None, done: str) -> Response:
    kept = trail(ask)
    place = f"/drafts/{following}" if following else "/"
    return go(f"{place}{kept}{'&' if kept else '?'}done={done}&undo={held.id}")


def approve(visit: Visit, ask: Ask) -> Response:
    """Approve what was shown; it leaves after the grace time."""
    held = as_shown(visit, ask)
    following = _after(visit, ask, held)
    after = decide.approve(
        visit.desk, held.id, who=visit.who, now=visit.now, seen=ask.one("seal")
    )
    done = "approved" if after.state == DraftState.APPROVED else "first"
    return _onward(ask, held, following, done)


def undo(visit: Visit, ask: Ask) -> Response:
    """Take an approval back; the draft waits again, as it was."""
    held = visible(visit, ask.number("draft"))
    decide.undo(visit.desk, held.id, who=visit.who, now=visit.now)
    return go(f"/drafts/{held.id}{trail(ask)}")


def reject(visit: Visit, ask: Ask) -> Response:
    """Reject what was shown, with a reason."""
    held = as_shown(visit, ask)
    reason = ask.one("reason").strip()[:1000]
    if not reason:
        raise ReviewError(text("Say why it is rejected."))
    following = _after(visit, ask, held)
    decide.reject(visit.desk, held.id, who=visit.who, reason=reason, now=visit.now)
    return _onward(ask, held, following, "rejected")


def revise(visit: Visit, ask: Ask) -> Response:
    """Change recipients, subject and text; the draft waits, unapproved."""
    held = as_shown(visit, ask)
    content = held.says.content
    to = tuple(part.strip() for part in ask.one("to").split(",") if part.strip())
    revising.revise(
        visit.desk,
        held.id,
        who=visit.who,
        now=visit.now,
        body=ask.one("text") if ask.one("text") != content.text else None,
        subject=ask.one("subject") if ask.one("subject") != content.subject else None,
        to=to if to != content.to else None,
    )
    return go(f"/drafts/{held.id}{trail(ask)}")
