"""The promises: what is due when, and a person's word that it is done."""

from starlette.responses import Response

from mailroom.errors import ReviewError, text
from mailroom.followups.chains import LEVELS
from mailroom.register import followups
from mailroom.register.schema import AnyRow
from mailroom.web.ask import Ask
from mailroom.web.cases import chain_name, page_number
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import follow_up, promises

ON_A_PAGE = 100
_LONGEST_REASON = 500  # characters


def followup_list(visit: Visit, ask: Ask) -> Response:
    """List what was promised, the earliest first."""
    ended, mine = ask.one("show") == "all", ask.one("of") == "mine"
    at = page_number(ask)
    me = visit.person.name if visit.person else ""
    with visit.desk.database.read() as tx:
        rows, found, hidden = followups.seen(
            tx, visit.sight, ended=ended, owner=me if mine else "",
            limit=ON_A_PAGE, offset=(at - 1) * ON_A_PAGE,
        )  # fmt: skip
    return page(
        visit, "followups.html", rows=rows, found=found, hidden=hidden, ended=ended,
        me=me, mine=mine, at=at, pages=-(-found // ON_A_PAGE), now=visit.now,
        done=ask.one("done"),
        running=followups.RUNNING, chain_name=lambda id_: chain_name(visit, id_),
        steps=lambda id_: _steps(visit, id_), level=lambda row: _level(visit, row),
    )  # fmt: skip


def _steps(visit: Visit, chain: str) -> int:
    known = visit.desk.chains.by_id.get(chain)
    return len(known.steps) if known else 0


def _level(visit: Visit, row: AnyRow) -> str:
    """Return the level as people call it: ① friendly … ④ the leader's list."""
    known = visit.desk.chains.by_id.get(row.chain)
    if known is None or row.step > len(known.steps):
        return ""
    return "①②③④"[LEVELS.index(known.steps[row.step - 1].level)]


def end(visit: Visit, ask: Ask) -> Response:
    """End a promise: done, or cancelled with a reason."""
    number = ask.number("followup")
    with visit.desk.database.read() as tx:
        if not followups.is_seen(tx, visit.sight, number):
            raise NoSuchPageError
    state, reason = ask.one("state"), ask.one("reason").strip()[:_LONGEST_REASON]
    if state not in ("done", "cancelled"):
        raise ReviewError(text("Say whether it is done or cancelled."))
    if state == "cancelled" and not reason:
        raise ReviewError(text("Say why it is cancelled."))
    follow_up.end_by_hand(
        visit.desk, number, done=state == "done", reason=reason or "done",
        who=visit.who, sight=visit.sight, now=visit.now,
    )  # fmt: skip
    return _back(ask, "ended")


def decide_on(visit: Visit, ask: Ask) -> Response:
    """Confirm or drop what was read from a letter of ours as a promise."""
    number, word = ask.number("followup"), ask.one("word")
    with visit.desk.database.read() as tx:
        if not followups.is_seen(tx, visit.sight, number):
            raise NoSuchPageError
    if word == "not-done":
        follow_up.not_done(
            visit.desk, number, who=visit.who, sight=visit.sight, now=visit.now
        )
        return _back(ask, "not-done")
    if word not in ("confirm", "drop"):
        raise ReviewError(text("Say whether it is followed or not."))
    decided = promises.confirm if word == "confirm" else promises.drop
    decided(visit.desk, number, who=visit.who, sight=visit.sight, now=visit.now)
    return _back(ask, word)


def _back(ask: Ask, done: str) -> Response:
    """Go on in the list that one came from."""
    return go(f"/followups?{'of=mine&' if ask.one('of') == 'mine' else ''}done={done}")
