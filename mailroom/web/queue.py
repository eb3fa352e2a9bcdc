"""The queue: what waits for a decision, as one filters and sorts it."""

from urllib.parse import urlencode

from starlette.responses import Response

from mailroom.drafts import DraftState
from mailroom.register import drafts, presence, queue
from mailroom.register.queue import ORDERS, WAITING, Filter
from mailroom.web.ask import Ask
from mailroom.web.page import page
from mailroom.web.visit import Visit

ON_A_PAGE = 50


def filter_of(visit: Visit, ask: Ask) -> Filter:
    """Read the filter that a page was reached by; what is unknown means nothing."""
    order = ask.one("order", "due")
    owner = ask.one("owner")
    if owner == "me":
        owner = visit.person.name if visit.person else "me"
    return Filter(
        states=(DraftState.LATER,) if ask.one("state") == "later" else WAITING,
        category=ask.one("category")[:100],
        owner=owner[:100],
        order=order if order in ORDERS else "due",
    )


def trail(ask: Ask) -> str:
    """Give the filter as a query, to be carried from page to page: `?order=due`."""
    kept = [
        (name, ask.one(name)[:100])
        for name in ("category", "owner", "order", "state")
        if ask.one(name)
    ]
    return f"?{urlencode(kept)}" if kept else ""


def leaves_in(visit: Visit, ask: Ask) -> int | None:
    """Say in how many seconds the letter just approved leaves; None: no undo."""
    said = ask.one("undo")
    if ask.one("done") != "approved" or not (said.isdecimal() and len(said) < 10):  # noqa: PLR2004  more digits than drafts
        return None
    with visit.desk.database.read() as tx:
        held = drafts.held(tx, int(said))
    if held is None or held.state != DraftState.APPROVED or held.send_at is None:
        return None
    if not visit.sight.sees(held.sensitivity, held.category, held.owner):
        return None
    return max(0, round((held.send_at - visit.now).total_seconds()))


def queue_page(visit: Visit, ask: Ask) -> Response:
    """List what waits."""
    by = filter_of(visit, ask)
    number = ask.one("page", "1")
    at = int(number) if number.isdecimal() and len(number) < 6 else 1  # noqa: PLR2004  more digits than pages
    with visit.desk.database.read() as tx:
        found = queue.count(tx, visit.sight, by)
        # Decided letters leave the list: its last page may be gone since.
        at = min(max(at, 1), max(-(-found // ON_A_PAGE), 1))
        entries = queue.listed(
            tx, visit.sight, by, limit=ON_A_PAGE, offset=(at - 1) * ON_A_PAGE
        )
        categories, owners = queue.choices(tx, visit.sight, by.states)
        hidden = queue.restricted(tx, visit.sight, by)
        lookers = presence.at(tx, [e.draft for e in entries], visit.who, now=visit.now)
    return page(
        visit, "queue.html", entries=entries, by=by, found=found, hidden=hidden,
        categories=categories, owners=owners, lookers=lookers, trail=trail(ask),
        orders=ORDERS, at=at, pages=-(-found // ON_A_PAGE), done=ask.one("done"),
        undo=ask.one("undo"), leaves=leaves_in(visit, ask),
        today=visit.desk.today(visit.now).isoformat(),
        category_name=lambda id_: category_name(visit, id_),
    )  # fmt: skip


def category_name(visit: Visit, category: str | None) -> str:
    """Name a category in the visitor's language."""
    known = visit.desk.rules.categories.get(category or "")
    language = "zh" if visit.language == "zh-CN" else "en"
    return known.about.get(language, known.id) if known else category or "–"
