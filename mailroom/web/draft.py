"""The page of one draft: what they wrote, what we answer, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from mailroom.cases import is_restricted
from mailroom.checks.wording import OPEN_PLACE
from mailroom.drafts import REVISABLE, DraftState
from mailroom.errors import ReviewError, Text, text
from mailroom.message.model import Message
from mailroom.register import (
    cases,
    drafts,
    events,
    followups,
    jobs,
    messages,
    papers,
    precedents,
    presence,
    track,
)
from mailroom.register import queue as questions
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.register.track import Record
from mailroom.web.ask import Ask
from mailroom.web.letter import links, read_message
from mailroom.web.page import page
from mailroom.web.queue import category_name, filter_of, leaves_in, trail
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.web.worddiff import word_differences
from mailroom.workflow import decide
from mailroom.workflow.read_case import note_look

# What people reject for, most often; the key 1…9 chooses one.
REASONS: tuple[Text, ...] = (
    text("wrong drawer"),
    text("wrong template"),
    text("wrong recipient"),
    text("wrong facts"),
    text("wrong tone"),
    text("no answer needed"),
    text("answered otherwise"),
)


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


def note_opened(visit: Visit, held: Held) -> None:
    """Write in the book that a restricted letter of ours, or its file, was opened."""
    if is_restricted(held.sensitivity):
        with visit.desk.database.write() as tx:
            note_look(
                tx, visit.who, "draft", held.id, case_id=held.case_id, now=visit.now
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """All that a reviewer sees beside the letter itself."""

    case: AnyRow
    row: AnyRow | None  # the mail that it answers
    theirs: Message | None
    made: str | None  # the text as the machine had made it, where a hand changed it
    record: Record
    history: Sequence[AnyRow]
    promises: Sequence[AnyRow]
    papers: Sequence[AnyRow]
    woken_at: Any  # when a draft that was put off comes back
    heard: int  # the number of their last letter in the case


def draft_page(visit: Visit, ask: Ask) -> Response:
    """Show a draft whole; the book notes which version was shown."""
    held = visible(visit, ask.number("draft"))
    by = filter_of(visit, ask)
    try:
        held = decide.show(visit.desk, held.id, who=visit.who, now=visit.now)
    except ReviewError:  # to look is not to decide: a viewer has no person
        held = visible(visit, held.id)
    note_opened(visit, held)
    with visit.desk.database.read() as tx:
        matter = _matter(visit, tx, held)
        neighbours = questions.neighbours(tx, visit.sight, by, held.id)
        lookers = presence.at(tx, [held.id], visit.who, now=visit.now).get(held.id, ())
    return page(
        visit, "draft.html", held=held, matter=matter,
        findings=decide.findings(visit.desk, held), trail=trail(ask),
        body=list(marked(held)), sources=_sources(matter.row), links=links,
        changes=list(word_differences(matter.made, held.says.content.text))
        if matter.made is not None else [],
        neighbours=neighbours, lookers=lookers,
        undecided=held.state in {DraftState.WAITING, DraftState.LATER},
        open=held.state in REVISABLE,
        category=category_name(visit, held.category), done=ask.one("done"),
        undo=ask.one("undo"), leaves=leaves_in(visit, ask), reasons=REASONS,
        people=visit.desk.directory.people,
        drawers=_drawers(visit), fields=_fields(visit, held, matter.row),
        today=visit.desk.today(visit.now),
    )  # fmt: skip


def _matter(visit: Visit, tx: Connection, held: Held) -> Matter:
    row = messages.row(tx, held.message_id) if held.message_id else None
    made = None
    if held.version > 1:
        first = drafts.content_of(tx, held.id, 1).text
        made = first if first != held.says.content.text else None
    template = held.says.template
    return Matter(
        case=cases.row(tx, held.case_id),
        row=row,
        theirs=read_message(visit, row) if row is not None else None,
        made=made,
        record=track.records(tx, [template], now=visit.now).get(template, Record()),
        history=events.of_case(tx, held.case_id),
        promises=followups.of_case(tx, held.case_id),
        papers=papers.of_case(tx, held.case_id),
        woken_at=jobs.due_of(tx, "wake", held.id),
        heard=precedents.newest_mail(tx, held.case_id),
    )


def _drawers(visit: Visit) -> list[tuple[str, str]]:
    found = [
        (c.id, category_name(visit, c.id))
        for c in visit.desk.rules.categories.values()
        if not c.machine
    ]
    return sorted(found, key=lambda pair: pair[1])


def _sources(row: AnyRow | None) -> Mapping[str, Mapping[str, Any]]:
    """Say where the rules read each field: its zone, whether they are sure."""
    return (row.answer or {}).get("fields", {}) if row is not None else {}


def _fields(visit: Visit, held: Held, row: AnyRow | None) -> list[tuple[str, str]]:
    """List the fields that the template of a reply shows, with what the rules read."""
    template = visit.desk.templates.get(held.says.template.partition("@")[0])
    category = visit.desk.rules.categories.get(held.category or "")
    if template is None or category is None or row is None:
        return []
    values = messages.fields(row.answer)
    own = [name for name in category.fields if name in template.fields]
    return [(name, values.get(name, "")) for name in own]


def marked(held: Held) -> Iterator[tuple[str, str | None]]:
    """Cut our text where a field was filled in: pieces with the field's name.

    A place that is still open has the name "".
    """
    words, at = held.says.content.text, 0
    for start, end, field in sorted(held.says.marks):
        if not at <= start < end <= len(words):
            continue
        yield from _open_places(words[at:start])
        yield words[start:end], field
        at = end
    yield from _open_places(words[at:])


def _open_places(words: str) -> Iterator[tuple[str, str | None]]:
    at = 0
    for found in OPEN_PLACE.finditer(words):
        if words[at : found.start()]:
            yield words[at : found.start()], None
        yield found[0], ""
        at = found.end()
    if words[at:]:
        yield words[at:], None
