"""The page of one draft: what they wrote, what we answer, and why."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from starlette.responses import Response

from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.message.model import Message
from mailroom.register import cases, drafts, events, followups, messages, presence
from mailroom.register import queue as questions
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.web.ask import Ask
from mailroom.web.letter import links, read_message
from mailroom.web.page import page
from mailroom.web.queue import category_name, filter_of, trail
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow import decide


def visible(visit: Visit, draft_id: int) -> Held:
    """Find a draft; one that the visitor may not see is as none.

    Raises NoSuchPageError.
    """
    with visit.desk.database.read() as tx:
        held = drafts.held(tx, draft_id)
    if held is None or not visit.sight.sees(
        held.sensitivity, held.category, held.owner
    ):
        raise NoSuchPageError
    return held


def draft_page(visit: Visit, ask: Ask) -> Response:
    """Show a draft whole; the book notes which version was shown."""
    held = visible(visit, ask.number("draft"))
    by = filter_of(visit, ask)
    try:
        held = decide.show(visit.desk, held.id, who=visit.who, now=visit.now)
    except ReviewError:  # to look is not to decide: a viewer has no person
        held = visible(visit, held.id)
    with visit.desk.database.read() as tx:
        case = cases.row(tx, held.case_id)
        row = messages.row(tx, held.message_id) if held.message_id else None
        history = events.of_case(tx, held.case_id)
        promises = followups.of_case(tx, held.case_id)
        neighbours = questions.neighbours(tx, visit.sight, by, held.id)
        lookers = presence.at(tx, [held.id], visit.who, now=visit.now).get(held.id, ())
    return page(
        visit, "draft.html", held=held, case=case, row=row,
        findings=decide.findings(visit.desk, held),
        theirs=_theirs(visit, row), body=list(marked(held)), trail=trail(ask),
        neighbours=neighbours, lookers=lookers, history=history, promises=promises,
        open=held.state in {DraftState.WAITING, DraftState.LATER},
        category=category_name(visit, held.category), done=ask.one("done"),
        undo=ask.one("undo"), links=links,
    )  # fmt: skip


def _theirs(visit: Visit, row: AnyRow | None) -> Message | None:
    return read_message(visit, row) if row is not None else None


def marked(held: Held) -> Iterator[tuple[str, str | None]]:
    """Cut our text where a field was filled in: pieces with the field's name."""
    words, at = held.says.content.text, 0
    for start, end, field in sorted(held.says.marks):
        if not at <= start < end <= len(words):
            continue
        if words[at:start]:
            yield words[at:start], None
        yield words[start:end], field
        at = end
    if words[at:]:
        yield words[at:], None


def plain(pieces: Sequence[tuple[str, str | None]]) -> Markup:
    """Join the pieces, marked, as one HTML text."""
    return Markup("").join(
        Markup('<mark title="{}">{}</mark>').format(field, words) if field else words
        for words, field in pieces
    )
