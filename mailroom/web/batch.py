"""Approves several letters at once: only such as have always been approved unchanged.

Whoever approves sees every letter whole; a count alone would be signed unread.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from mailroom.cases import is_restricted
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError, Text, text
from mailroom.register import drafts, track
from mailroom.register.drafts import Held
from mailroom.register.track import Record
from mailroom.web.ask import Ask
from mailroom.web.draft import marked
from mailroom.web.page import page
from mailroom.web.visit import Visit
from mailroom.workflow import decide
from mailroom.workflow.permission import TWO_PEOPLE

MOST = 20  # letters in one go
_PARTS = 3  # id, version, seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one letter of a batch."""

    held: Held
    refused: Text | None  # why not; None: approved


def fit(
    visit: Visit, waiting: Sequence[Held], records: dict[str, Record]
) -> list[Held]:
    """Choose those that may be approved together: seen, safe, with a good record."""
    return [
        held
        for held in waiting
        if held.state == DraftState.WAITING
        and visit.sight.sees(held.sensitivity, held.category, held.owner)
        and not is_restricted(held.sensitivity)
        and held.clearance < TWO_PEOPLE
        and not held.says.missing
        and all(finding.level == "note" for finding in held.says.findings)
        and held.says.made_by == "mailroom"
        and records.get(held.says.template, Record()).is_good
    ]


def _groups(visit: Visit) -> dict[str, list[Held]]:
    with visit.desk.database.read() as tx:
        waiting = drafts.in_states(tx, [DraftState.WAITING])
        known = track.records(
            tx, sorted({held.says.template for held in waiting}), now=visit.now
        )
    groups: dict[str, list[Held]] = {}
    for held in fit(visit, waiting, dict(known)):
        groups.setdefault(held.says.template, []).append(held)
    return groups


def batch_page(visit: Visit, ask: Ask) -> Response:
    """Show the letters of one template that may be approved together, each whole."""
    groups = _groups(visit)
    template = ask.one("template")
    chosen = groups.get(template, [])[:MOST]
    bodies = {held.id: list(marked(held)) for held in chosen}
    names = sorted({f for pieces in bodies.values() for _, f in pieces if f})
    values = {
        held.id: {f: words for words, f in bodies[held.id] if f} for held in chosen
    }
    differing = [
        name for name in names if len({values[h.id].get(name) for h in chosen}) > 1
    ]
    return page(
        visit, "batch.html", groups=groups, chosen=chosen, bodies=bodies,
        differing=differing, values=values, template=template, outcomes=(),
    )  # fmt: skip


def approve_batch(visit: Visit, ask: Ask) -> Response:
    """Approve the letters that were ticked; each stands or falls by itself."""
    wanted = ask.many("draft")
    if not wanted or len(wanted) > MOST:
        raise ReviewError(text("Choose between 1 and {n} letters.", n=MOST))
    allowed = {
        held.id: held for group in _groups(visit).values() for held in group[:MOST]
    }
    outcomes: list[Outcome] = []
    for triple in wanted:
        parts = triple.split(":")
        held = allowed.get(int(parts[0]) if parts[0].isdecimal() else 0)
        if held is None or len(parts) != _PARTS:
            continue
        outcomes.append(Outcome(held=held, refused=_approved(visit, held, parts)))
    return page(
        visit, "batch.html", groups=_groups(visit), chosen=(), bodies={},
        differing=(), values={}, template="", outcomes=outcomes,
    )  # fmt: skip


def _approved(visit: Visit, held: Held, parts: Sequence[str]) -> Text | None:
    if parts[1] != str(held.version) or parts[2] != held.seal:
        return text("it has changed since")
    try:
        decide.approve(
            visit.desk, held.id, who=visit.who, now=visit.now, seen=held.seal
        )
    except ReviewError as error:
        return error.text
    return None
