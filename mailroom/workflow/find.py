"""Goes through the book and lets what is new be found by its words.

It follows the list of events: whatever entered, drafted or sorted something has told
so there, in the same transaction. So the way of a letter never waits for the search,
and a register from before the search is gone through in the same manner.
"""

from dataclasses import dataclass

from mailroom.cases import Outcome, is_restricted
from mailroom.errors import UnreadableMessageError
from mailroom.message.attachment_text import read_text
from mailroom.message.parse import parse
from mailroom.register import cases, drafts, messages, search
from mailroom.workflow.desk import Desk

BATCH = 50  # events
LONGEST = 200_000  # characters of one letter with its attachments
_LISTED = frozenset({Outcome.SORTED, Outcome.UNSORTED, Outcome.IGNORED})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    kind: str
    id: int
    title: str
    words: str


def catch_up(desk: Desk, *, most: int = BATCH) -> bool:
    """Enter what the next events tell of; returns whether there may be more.

    Raises EnvironmentFault.
    """
    with desk.database.read() as tx:
        before = search.mark(tx)
        happened = search.to_enter(tx, before, most)
    if not happened:
        return False
    told = dict.fromkeys((e.entity, e.entity_id) for e in happened)
    entries = {key: _entry(desk, *key) for key in told if key[0] in search.KINDS}
    with desk.database.write() as tx:
        if not search.move_mark(tx, before, happened[-1].id):
            return True  # another worker was quicker
        for (kind, number), entry in entries.items():
            if entry is None:
                search.leave_out(tx, kind, number)
            else:
                search.enter(tx, kind, number, title=entry.title, words=entry.words)
    return len(happened) == most


def _entry(desk: Desk, kind: str, number: int) -> _Entry | None:
    """Say by what something is found; None: by nothing."""
    if kind == "message":
        return _of_message(desk, number)
    with desk.database.read() as tx:
        if kind == "case":
            row = cases.row(tx, number)
            title = f"{row.number} {row.subject} {row.correspondent} {row.owner}"
            return _Entry(kind=kind, id=number, title=title, words="")
        held = drafts.held(tx, number)
    if held is None:
        return None
    content = held.says.content
    names = [one.name for one in content.enclosures]
    return _Entry(
        kind=kind,
        id=number,
        title=" ".join((held.case_number, content.subject, *content.recipients)),
        words="\n".join((content.text, *names)),
    )


def _of_message(desk: Desk, number: int) -> _Entry | None:
    with desk.database.read() as tx:
        row = messages.row(tx, number)
        case = cases.row(tx, row.case_id) if row.case_id else None
    answer = row.answer or {}
    # What is held or was set aside is not read; what has no case is for everybody, or
    # for nobody.
    if row.outcome not in _LISTED or answer.get("quarantine"):
        return None
    if case is None and is_restricted(answer.get("sensitivity", "normal")):
        return None
    head = [case.number if case else "", row.subject]
    try:
        message = parse(desk.mail.read(row.sha256))
    except UnreadableMessageError:
        head.append(row.sender)
        return _Entry(kind="message", id=number, title=" ".join(head), words="")
    people = (*message.senders, *message.to, *message.cc)
    head += [f"{one.name} {one.address}" for one in people]
    head += [one.name for one in message.attachments]
    words = [message.text]
    words += filter(None, map(read_text, message.attachments))
    return _Entry(
        kind="message",
        id=number,
        title=" ".join(head)[:LONGEST],
        words="\n".join(words)[:LONGEST],
    )
