"""Supervised matters at the desk: who owes what, who is asked, what is struck off."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from mailroom.calendar import typed_day
from mailroom.directory import Unit
from mailroom.errors import ReviewError, text
from mailroom.register import matters
from mailroom.register.schema import AnyRow
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import supervise as orders
from mailroom.workflow.progress import ROLES, progress
from mailroom.workflow.read_case import visible_case

_LONGEST = 500  # characters of what shows that a part is done


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a case's page shows of the matter that it is."""

    matter: AnyRow | None
    parts: Sequence[AnyRow]
    steps: Sequence[AnyRow]
    free: Sequence[Unit]  # units that have no part yet


def shown(visit: Visit, case: AnyRow) -> Shown:
    """Gather what the page of a case shows of its matter."""
    with visit.desk.database.read() as tx:
        matter = matters.of_case(tx, case.id)
        parts = matters.units(tx, matter.id) if matter is not None else []
        steps = matters.steps(tx, matter.id) if matter is not None else []
    taken = {part.unit for part in parts}
    free = [unit for unit in visit.desk.directory.units if unit.name not in taken]
    return Shown(matter=matter, parts=parts, steps=steps, free=free)


def supervision_page(visit: Visit, ask: Ask) -> Response:
    """List each department's part of each matter: step, days late, reason."""
    closed_too = ask.one("show") == "all"
    lines, hidden = progress(
        visit.desk, visit.sight, closed_too=closed_too, now=visit.now
    )
    return page(
        visit, "supervision.html", lines=lines, hidden=hidden, closed_too=closed_too,
        unit_roles=ROLES,
    )  # fmt: skip


def give(visit: Visit, ask: Ask) -> Response:
    """Give a case to departments; their notices wait for approval."""
    number = str(ask.places["number"])
    _must_be_visible(visit, number)
    chosen = {
        unit.name: ask.one(f"part-{place}")
        for place, unit in enumerate(visit.desk.directory.units)
    }
    try:
        by = typed_day(ask.one("by")) if ask.one("by") else None
    except ValueError:
        raise ReviewError(text("Write the day as 2026-12-24.")) from None
    orders.supervise(
        visit.desk, number,
        lead=[name for name, part in chosen.items() if part == "lead"],
        assist=[name for name, part in chosen.items() if part == "assist"],
        by=by, interval=ask.one("every").strip()[:40], who=visit.who,
        sight=visit.sight, now=visit.now,
    )  # fmt: skip
    return go(f"/cases/{quote(number)}?done=supervised")


def strike_off(visit: Visit, ask: Ask) -> Response:
    """Strike a department's part off, on what shows that it is done."""
    number = str(ask.places["number"])
    _must_be_visible(visit, number)
    orders.strike_off(
        visit.desk, number, unit=ask.one("unit")[:100],
        proof=ask.one("proof").strip()[:_LONGEST], who=visit.who, sight=visit.sight,
        now=visit.now,
    )  # fmt: skip
    return go(f"/cases/{quote(number)}?done=struck")


def _must_be_visible(visit: Visit, number: str) -> None:
    """Raise NoSuchPageError where there is no such case for these eyes."""
    try:
        with visit.desk.database.read() as tx:
            visible_case(tx, number, visit.sight)
    except ReviewError:
        raise NoSuchPageError from None
