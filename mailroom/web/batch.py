"""Approves several letters at once: only such as have always been approved unchanged.

Whoever approves sees every letter whole; a count alone would be signed unread.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from mailroom.errors import ReviewError, Text, text
from mailroom.register import drafts, queue, track
from mailroom.register.drafts import Held
from mailroom.web.ask import Ask
from mailroom.web.draft import marked
from mailroom.web.page import page
from mailroom.web.visit import Visit
from mailroom.workflow import decide
from mailroom.workflow.permission import TWO_PEOPLE

MOST = 20  # letters in one go
_PARTS = 3  # id, version, seal
_NUMBERED = re.compile(r"[0-9]{1,9}:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one letter of a batch."""

    held: Held
    refused: Text | None  # why not; None: approved


def _groups(visit: Visit) -> Mapping[str, Sequence[int]]:
    """List by template what may be approved together: seen, safe, with a good record.

    What is restricted is none of it, so that everybody may see each of them.
    """
    with visit.desk.database.read() as tx:
        known = track.records(tx, queue.templates_waiting(tx), now=visit.now)
        good = [template for template, record in known.items() if record.is_good]
        return queue.unremarkable(tx, good, below=TWO_PEOPLE)


def _read(visit: Visit, draft_ids: Sequence[int]) -> list[Held]:
    with visit.desk.database.read() as tx:
        found = [drafts.held(tx, draft_id) for draft_id in draft_ids]
    return [held for held in found if held is not None]


def batch_page(visit: Visit, ask: Ask) -> Response:
    """Show the letters of one template that may be approved together, each whole."""
    groups = _groups(visit)
    template = ask.one("template")
    chosen = _read(visit, groups.get(template, ())[:MOST])
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
        differing=differing, values=values, template=template, outcomes=(), lost=0,
    )  # fmt: skip


def approve_batch(visit: Visit, ask: Ask) -> Response:
    """Approve the letters that were ticked; each stands or falls by itself."""
    wanted = ask.many("draft")
    if not wanted or len(wanted) > MOST:
        raise ReviewError(text("Choose between 1 and {n} letters.", n=MOST))
    fit = {draft_id for group in _groups(visit).values() for draft_id in group}
    asked = [int(one.partition(":")[0]) for one in wanted if _NUMBERED.match(one)]
    known = {
        held.id: held
        for held in _read(visit, asked)
        if visit.sight.sees(held.sensitivity, held.category, held.owner)
    }
    outcomes: list[Outcome] = []
    for triple in wanted:
        parts = triple.split(":")
        held = known.get(int(parts[0]) if _NUMBERED.match(triple) else 0)
        if held is None or len(parts) != _PARTS:
            continue
        # Whoever ticked it must not go away believing that it leaves.
        refused: Text | None = text("not approved: look at it by itself")
        if held.id in fit:
            refused = _approved(visit, held, parts)
        outcomes.append(Outcome(held=held, refused=refused))
    return page(
        visit, "batch.html", groups=_groups(visit), chosen=(), bodies={},
        differing=(), values={}, template="", outcomes=outcomes,
        lost=len(wanted) - len(outcomes),
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
