"""Takes a person's word on a draft, bound to the version and seal they were shown."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from starlette.responses import Response

from mailroom.errors import ReviewError, text
from mailroom.register import queue
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.web.ask import Ask
from mailroom.web.draft import REASONS, visible
from mailroom.web.page import Tongue, go
from mailroom.web.queue import filter_of, trail
from mailroom.web.route import NoSuchPageError
from mailroom.web.shown import as_shown, heard_of
from mailroom.web.visit import Visit
from mailroom.workflow import decide, resort
from mailroom.workflow import revise as revising

LONGEST_REASON = 1000  # characters
MORNING = time(9)


def _onward(
    visit: Visit, ask: Ask, held: Held, decision: Callable[[], Held | None]
) -> Response:
    """Decide, and go on to what comes next in the list that one came from."""
    by = filter_of(visit, ask)
    with visit.desk.database.read() as tx:
        # Before the decision takes this one out of the list.
        before, after, _, _ = queue.neighbours(tx, visit.sight, by, held.id)
    decided = decision()
    following = after or before
    place = f"/drafts/{following}" if following else "/"
    kept = trail(ask)
    done = decided.state.value if decided is not None else "noted"
    if decided is not None and decided.state == held.state:
        done = "first"  # of two who must approve
    return go(f"{place}{kept}{'&' if kept else '?'}done={done}&undo={held.id}")


def approve(visit: Visit, ask: Ask) -> Response:
    """Approve what was shown; it leaves after the grace time."""
    held = as_shown(visit, ask)
    return _onward(
        visit, ask, held,
        lambda: decide.approve(
            visit.desk, held.id, who=visit.who, now=visit.now, seen=held.seal,
            heard=heard_of(ask),
        ),
    )  # fmt: skip


def undo(visit: Visit, ask: Ask) -> Response:
    """Take an approval back; the draft waits again, as it was."""
    held = visible(visit, ask.number("draft"))
    decide.undo(visit.desk, held.id, who=visit.who, now=visit.now)
    return go(f"/drafts/{held.id}{trail(ask)}")


def reject(visit: Visit, ask: Ask) -> Response:
    """Reject what was shown, with a reason: one of the usual ones, or in words."""
    held = as_shown(visit, ask)
    words = ask.one("reason").strip()[:LONGEST_REASON]
    usual = ask.one("usual")
    if not words and usual.isdecimal() and 0 < int(usual[:2]) <= len(REASONS):
        words = Tongue(visit).say(REASONS[int(usual[:2]) - 1])
    if not words:
        raise ReviewError(text("Say why it is rejected."))
    return _onward(
        visit, ask, held,
        lambda: decide.reject(
            visit.desk, held.id, who=visit.who, reason=words, now=visit.now,
            seen=held.seal,
        ),
    )  # fmt: skip


def revise(visit: Visit, ask: Ask) -> Response:
    """Change recipients, subject and text; "approve" approves the new words at once."""
    held = as_shown(visit, ask)
    content = held.says.content
    before = decide.findings(visit.desk, held)
    to, cc = _addresses(ask.one("to")), _addresses(ask.one("cc"))
    words = ask.one("text")
    changed = revising.revise(
        visit.desk,
        held.id,
        who=visit.who,
        now=visit.now,
        body=words if words != content.text else None,
        subject=ask.one("subject") if ask.one("subject") != content.subject else None,
        to=to if to != content.to else None,
        cc=cc if cc != content.cc else None,
        seen=held.seal,
    )
    # A reviewer's words are kept, whatever else a form of their own making asks for.
    if ask.one("and") != "approve" or not visit.may(Role.APPROVER):
        return go(f"/drafts/{held.id}{trail(ask)}")
    # Its maker has seen every word of it: they wrote it on this very page. What the
    # clerk finds in the new words, or at the new address, nobody has seen yet.
    found = decide.findings(visit.desk, changed)
    if any(one.level != "note" and one not in before for one in found):
        kept = trail(ask)
        return go(f"/drafts/{held.id}{kept}{'&' if kept else '?'}done=look")
    return _onward(
        visit, ask, held,
        lambda: decide.approve(
            visit.desk, held.id, who=visit.who, now=visit.now, seen=changed.seal,
            heard=heard_of(ask),
        ),
    )  # fmt: skip


def _addresses(words: str) -> tuple[str, ...]:
    parts = words.replace(";", ",").replace("，", ",").replace("；", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def refill(visit: Visit, ask: Ask) -> Response:
    """Make the letter anew from its template with values that somebody typed."""
    held = as_shown(visit, ask)
    fields = {
        name.removeprefix("field-"): values[-1].strip()
        for name, values in ask.form.items()
        if name.startswith("field-") and values[-1].strip()
    }
    revising.refill(
        visit.desk, held.id, who=visit.who, now=visit.now, fields=fields, seen=held.seal
    )
    return go(f"/drafts/{held.id}{trail(ask)}")


def later(visit: Visit, ask: Ask) -> Response:
    """Let a draft wait until a morning."""
    held = as_shown(visit, ask)
    zone = visit.desk.settings.office.zone
    try:
        day = datetime.strptime(ask.one("until")[:10], "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        today = visit.desk.today(visit.now)
        day = visit.desk.calendar.add_working_days(today, 1)
    until = datetime.combine(day, MORNING, zone)
    if until <= visit.now:
        until = visit.now + timedelta(hours=1)
    return _onward(
        visit, ask, held,
        lambda: decide.put_off(
            visit.desk, held.id, who=visit.who, until=until, now=visit.now
        ),
    )  # fmt: skip


def hand_over(visit: Visit, ask: Ask) -> Response:
    """Put somebody else in charge of the case."""
    held = as_shown(visit, ask)
    # The form has a button for the first nine and a list for all others, which is sent
    # along with every button, empty.
    chosen = next(filter(None, ask.many("to")), "")

    def handed() -> None:
        decide.hand_over(
            visit.desk, held.case_number, to=chosen, who=visit.who,
            now=visit.now,
        )  # fmt: skip

    return _onward(visit, ask, held, handed)


def sort_anew(visit: Visit, ask: Ask) -> Response:
    """Put the letter into the right drawer; its draft is made anew."""
    held = as_shown(visit, ask)
    if held.message_id is None:
        raise NoSuchPageError
    message_id = held.message_id

    def sorted_anew() -> None:
        resort.resort(
            visit.desk, message_id, category=ask.one("category"), who=visit.who,
            now=visit.now,
        )  # fmt: skip

    return _onward(visit, ask, held, sorted_anew)
