"""Papers and calls that somebody enters at the desk."""

from datetime import date
from urllib.parse import quote

from starlette.responses import Response

from mailroom.calendar import typed_day
from mailroom.errors import ReviewError, Text, text
from mailroom.web.ask import Ask
from mailroom.web.drawers import drawers
from mailroom.web.page import go, page
from mailroom.web.visit import Visit
from mailroom.workflow.by_hand import ByHand, RegisteredBeforeError, enter_by_hand

_FIELDS = (
    "medium", "subject", "correspondent", "received_on", "category", "doc_no", "due",
    "owner",
)  # fmt: skip


def add_page(visit: Visit, ask: Ask) -> Response:
    """Show the form on which a paper or a call is entered."""
    today = visit.desk.today(visit.now).isoformat()
    typed = {name: ask.one(name) for name in _FIELDS}
    typed["received_on"] = typed["received_on"] or today
    return _form(visit, typed)


def _form(
    visit: Visit,
    typed: dict[str, str],
    *,
    wrong: Text | None = None,
    before: bool = False,
) -> Response:
    return page(
        visit, "case_add.html", status=409 if wrong else 200, typed=typed, wrong=wrong,
        before=before, drawers=drawers(visit), people=visit.desk.directory.people,
        today=visit.desk.today(visit.now).isoformat(),
    )  # fmt: skip


def add(visit: Visit, ask: Ask) -> Response:
    """Enter it; what cannot be is shown again as it was typed, with the reason."""
    typed = {name: ask.one(name).strip() for name in _FIELDS}
    try:
        item = ByHand(
            medium="phone" if typed["medium"] == "phone" else "paper",
            subject=typed["subject"],
            correspondent=typed["correspondent"],
            received_on=_day(typed["received_on"]) or visit.desk.today(visit.now),
            category=typed["category"],
            doc_no=typed["doc_no"],
            due=_day(typed["due"]),
            owner=typed["owner"],
        )
        entered = enter_by_hand(
            visit.desk, item, who=visit.who, sight=visit.sight,
            again=bool(ask.one("again")), now=visit.now,
        )  # fmt: skip
    except RegisteredBeforeError as error:
        return _form(visit, typed, wrong=error.text, before=True)
    except ReviewError as error:
        return _form(visit, typed, wrong=error.text)
    case = entered.case
    if not visit.sight.sees(case.sensitivity, case.category, case.owner):
        return go(f"/cases?done=added&number={quote(entered.number)}")
    return go(f"/cases/{quote(case.number)}?done=added&number={quote(entered.number)}")


def _day(words: str) -> date | None:
    try:
        return typed_day(words) if words else None
    except ValueError:
        raise ReviewError(
            text("“{words}” is no day; write it as 2026-03-12", words=words[:20])
        ) from None
