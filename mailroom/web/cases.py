"""The register in the browser: one leafs through cases, searches, reads one whole."""

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from mailroom.cases import is_open, is_restricted
from mailroom.drafts import RECALLABLE
from mailroom.errors import ReviewError, UnreadableMessageError
from mailroom.i18n import say
from mailroom.register import cases as rows_of_cases
from mailroom.register import messages, search, search_cases
from mailroom.register.schema import AnyRow, case, errand, paper
from mailroom.register.search_cases import Leaf
from mailroom.register.texts import unpack
from mailroom.web import supervision
from mailroom.web.ask import Ask
from mailroom.web.drawers import drawers
from mailroom.web.letter import (
    download_headers,
    links,
    note_opened,
    read_message,
    visible_message,
)
from mailroom.web.page import go, page
from mailroom.web.queue import category_name
from mailroom.web.route import NoSuchPageError
from mailroom.web.shown import heard_of
from mailroom.web.visit import Visit
from mailroom.workflow import decide, history
from mailroom.workflow.progress import ROLES, STATES
from mailroom.workflow.read_case import kept_files, note_look, read_case, visible_case

ON_A_PAGE = 50
_MOST_DIGITS = 6  # of a page's number


def page_number(ask: Ask) -> int:
    """Read which page of a list is asked for, from 1."""
    number = ask.one("page", "1")
    good = number.isdecimal() and len(number) < _MOST_DIGITS
    return max(int(number), 1) if good else 1


def case_list(visit: Visit, ask: Ask) -> Response:
    """List cases, or what a search finds."""
    words = ask.one("q").strip()[:200]
    which = ask.one("which", "open")
    by = Leaf(
        which=which if which in ("open", "closed", "all") else "open",  # type: ignore[arg-type]  # one of the three
        category=ask.one("category")[:100],
        owner=ask.one("owner")[:100],
    )
    at = page_number(ask)
    begin = (at - 1) * ON_A_PAGE
    with visit.desk.database.read() as tx:
        hits, found = search.look(tx, visit.sight, words, limit=ON_A_PAGE, offset=begin)
        entries: Any = ()
        hidden = 0
        if not words:
            entries = search_cases.listed(
                tx, visit.sight, by, limit=ON_A_PAGE, offset=begin
            )
            found, hidden = search_cases.counted(tx, visit.sight, by)
        categories, owners = search_cases.choices(tx, visit.sight, by)
        behind = search.behind(tx) if words else 0
    kept = [("q", words), ("which", by.which), ("category", by.category),
            ("owner", by.owner)]  # fmt: skip
    trail = urlencode([(name, value) for name, value in kept if value])
    return page(
        visit, "cases.html", words=words, by=by, hits=hits, entries=entries,
        found=found, hidden=hidden, behind=behind, categories=categories,
        owners=owners, at=at, pages=-(-found // ON_A_PAGE), trail=trail,
        today=visit.desk.today(visit.now).isoformat(), case_state=history.case_state,
        category_name=lambda id_: category_name(visit, id_), done=ask.one("done"),
        is_open=is_open, added=ask.one("number")[:40],
    )  # fmt: skip


def case_page(visit: Visit, ask: Ask) -> Response:
    """Show a case whole: its letters, papers, promises, and what happened when."""
    return _story_page(visit, ask, "case.html")


def case_print(visit: Visit, ask: Ask) -> Response:
    """Show a case as it goes on paper: the words of each letter, and its history."""
    return _story_page(visit, ask, "case_print.html")


def _story_page(visit: Visit, ask: Ask, template: str) -> Response:
    number = str(ask.places["number"])
    try:
        story = read_case(
            visit.desk, number, sight=visit.sight, who=visit.who, now=visit.now
        )
    except ReviewError:
        raise NoSuchPageError from None

    def speak(sentence: Any) -> str:  # noqa: ANN401  a Text or words, as `say` takes them
        return say(sentence, visit.language)

    return page(
        visit, template, story=story, case=story.case,
        supervised=supervision.shown(visit, story.case), unit_states=STATES,
        unit_roles=ROLES,
        category=category_name(visit, story.case.category),
        case_state=history.case_state, still_open=is_open(story.case.state),
        heard=max((m.id for m in story.mails if m.direction == "in"), default=0),
        late=bool(story.case.due_on)
        and date.fromisoformat(story.case.due_on) < visit.desk.today(visit.now),
        happened=[
            (event.at, event.actor, history.subject(speak, event), event.what,
             " · ".join(history.details(speak, event)))
            for event in story.history
        ],
        kept=[
            (errand.id, place, name, path, unpack(why) if why else None)
            for errand in story.errands
            for place, (name, path, why) in enumerate(kept_files(visit.desk, errand))
        ],
        chain_name=lambda id_: chain_name(visit, id_),
        waiting=[held for held in story.letters if held.state in RECALLABLE],
        words=lambda row: _words(visit, row), unpack=unpack, done=ask.one("done"),
        added=ask.one("number")[:40],
        why=lambda row: [
            history.why(speak, reason) for reason in (row.answer or {}).get("why", ())
        ],
    )  # fmt: skip


def chain_name(visit: Visit, chain: str) -> str:
    """Name a chain of follow-ups in the visitor's language."""
    known = visit.desk.chains.by_id.get(chain)
    language = "zh" if visit.language == "zh-CN" else "en"
    return known.about.get(language, chain) if known else chain


def _words(visit: Visit, row: AnyRow) -> str:
    """Give what somebody wrote in a letter; of one that cannot be read, nothing."""
    try:
        zones = read_message(visit, row).zones
    except UnreadableMessageError:
        return ""
    return "\n\n".join(filter(None, (zones.new, zones.forwarded, zones.footer)))


def close(visit: Visit, ask: Ask) -> Response:
    """Close a case; what still waits in it is withdrawn."""
    number = visible(visit, ask).number
    decide.close(visit.desk, number, who=visit.who, now=visit.now, heard=heard_of(ask))
    return go(f"/cases/{quote(number)}?done=closed")


def visible(visit: Visit, ask: Ask) -> AnyRow:
    """Find the case that a path names. Raises NoSuchPageError."""
    try:
        with visit.desk.database.read() as tx:
            return visible_case(tx, str(ask.places["number"]), visit.sight)
    except ReviewError:
        raise NoSuchPageError from None


def message_page(visit: Visit, ask: Ask) -> Response:
    """Show one letter whole."""
    row = visible_message(visit, ask.number("message"))
    try:
        theirs = read_message(visit, row)
    except UnreadableMessageError:
        raise NoSuchPageError from None
    number = _number_of(visit, row)
    note_opened(visit, row)
    return page(
        visit, "message.html", row=row, theirs=theirs, links=links, number=number,
        reason=unpack(row.reason) if row.reason else None,
        category=category_name(visit, row.category), drawers=drawers(visit),
    )  # fmt: skip


def _number_of(visit: Visit, row: AnyRow) -> str | None:
    with visit.desk.database.read() as tx:
        found = tx.execute(case.select().where(case.c.id == row.case_id)).one_or_none()
    return found.number if found else None


def paper_file(visit: Visit, ask: Ask) -> Response:
    """Give one of the office's own papers, to be saved."""
    with visit.desk.database.read() as tx:
        row = tx.execute(
            paper.select().where(paper.c.id == ask.number("paper"))
        ).one_or_none()
    if row is None or not _sees_case(visit, row.case_id):
        raise NoSuchPageError
    _note_file(visit, "paper", row.id, row.case_id)
    content = visit.desk.enclosures.read(row.sha256)
    return Response(content, headers=download_headers(row.name))


def kept_file(visit: Visit, ask: Ask) -> Response:
    """Give an attachment that a rule has kept, to be saved."""
    with visit.desk.database.read() as tx:
        row = tx.execute(
            errand.select().where(errand.c.id == ask.number("errand"))
        ).one_or_none()
        mail = messages.find(tx, row.message_id) if row is not None else None
    if row is None or mail is None or not _sees_case(visit, mail.case_id):
        raise NoSuchPageError
    files = list(kept_files(visit.desk, row))
    place = ask.number("place")
    name, path, _ = files[place] if place < len(files) else ("", None, None)
    # Somebody of the office may have moved it on: the folder is theirs.
    if path is None or not path.is_file():
        raise NoSuchPageError
    _note_file(visit, "errand", row.id, mail.case_id)
    return Response(path.read_bytes(), headers=download_headers(name))


def _note_file(visit: Visit, entity: str, entity_id: int, case_id: int) -> None:
    """Write in the book that a file of a restricted case was opened."""
    with visit.desk.database.read() as tx:
        row = rows_of_cases.row(tx, case_id)
    if is_restricted(row.sensitivity):
        with visit.desk.database.write() as tx:
            note_look(tx, visit.who, entity, entity_id, case_id=case_id, now=visit.now)


def _sees_case(visit: Visit, case_id: int | None) -> bool:
    with visit.desk.database.read() as tx:
        row = tx.execute(case.select().where(case.c.id == case_id)).one_or_none()
    return row is not None and visit.sight.sees(
        row.sensitivity, row.category, row.owner
    )
