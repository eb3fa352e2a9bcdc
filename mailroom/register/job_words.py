"""Names a job of the register in words of the office."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from mailroom.errors import Text, text

# A test holds these against what the worker does: no kind of job goes without words.
KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "sort": text("sort a letter"),
        "draft": text("draft the answer to a letter"),
        "arrange": text("move or mark a letter on the mail server"),
        "keep_files": text("keep the attachments of a letter"),
        "pass_on": text("draft the forwarding of a letter"),
        "supervise": text("give the order in a letter to the departments"),
        "ask_why": text("ask the sender of a letter why it came late"),
        "ask_reason": text("ask a department why its report is late"),
        "place": text("put a draft into the Drafts mailbox"),
        "tidy": text("take our copy of a draft out of the Drafts mailbox"),
        "wake": text("let a draft that was put off wait for a decision again"),
        "send": text("send an approved draft"),
        "settle": text("look in the Sent mailbox whether a draft has left"),
        "copy": text("keep a copy of a sent draft in the Sent mailbox"),
        "promises": text("read what a sent draft promises"),
        "colleagues_promises": text("read what a colleague's letter promises"),
        "remind": text("remind of a follow-up"),
        "bundle": text("write a reminder"),
        "retell": text("write again what a notice could not tell in time"),
        "tell_gathered": text("tell a person of many letters in one notice"),
        "notice": text("send a notice"),
        "digest": text("tell the reviewers what waits"),
        "day_papers": text("make the papers of the day"),
        "itineraries": text("make the leaders' day sheets"),
        "itinerary_alarm": text("tell that a day sheet is not approved yet"),
    }
)


def work_of(kind: str, subject_id: int) -> Text:
    """Say what a job does, and with which letter, draft or day.

    A kind of another version of mailroom is named as the register has it.
    """
    work = KINDS.get(kind, kind)
    if kind == "itineraries":  # it looks at all of them
        return text("{work}", work=work)
    return text("{work}: {id}", work=work, id=_of(kind, subject_id))


def _of(kind: str, subject_id: int) -> str:
    if kind == "digest":
        return date.fromordinal(subject_id).isoformat()
    if kind == "day_papers":  # the last figure tells which of the day's papers
        return date.fromordinal(subject_id // 10).isoformat()
    return str(subject_id)
