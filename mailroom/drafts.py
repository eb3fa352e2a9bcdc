"""A draft of ours before it is sent: states, content, seal, what a clerk found."""

import difflib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Literal, get_args

from mailroom.errors import Text, text


class DraftState(StrEnum):
    """Where a draft is on its way."""

    WAITING = "waiting"  # for a person's word
    APPROVED = "approved"  # a person said yes; the grace time runs
    SENDING = "sending"  # being handed over right now
    SENT = "sent"  # the mail server took it
    REJECTED = "rejected"  # a person said no
    LATER = "later"  # put off by a person
    DEFERRED = "deferred"  # the server said later; tried again by itself
    REFUSED = "refused"  # the server said no for good
    UNCERTAIN = "uncertain"  # nobody knows whether it left; a person finds out
    WITHDRAWN = "withdrawn"  # overtaken: answered, changed or removed elsewhere


OPEN = frozenset({DraftState.WAITING, DraftState.APPROVED, DraftState.LATER})
RECALLABLE = OPEN | {DraftState.DEFERRED}  # nothing of it is under way right now
UNDER_WAY = RECALLABLE | {DraftState.SENDING}
REVISABLE = frozenset({DraftState.WAITING, DraftState.LATER, DraftState.REFUSED})

MOVES: dict[DraftState, frozenset[DraftState]] = {
    DraftState.WAITING: frozenset(
        {
            DraftState.APPROVED,
            DraftState.REJECTED,
            DraftState.LATER,
            DraftState.WITHDRAWN,
        }
    ),
    DraftState.LATER: frozenset(
        {
            DraftState.WAITING,
            DraftState.APPROVED,
            DraftState.REJECTED,
            DraftState.WITHDRAWN,
        }
    ),
    DraftState.APPROVED: frozenset(
        {
            DraftState.SENDING,
            DraftState.WAITING,
            DraftState.REJECTED,
            DraftState.WITHDRAWN,
        }
    ),
    DraftState.SENDING: frozenset(
        {
            DraftState.SENT,
            DraftState.DEFERRED,
            DraftState.REFUSED,
            DraftState.UNCERTAIN,
            DraftState.WITHDRAWN,
            DraftState.WAITING,
        }
    ),
    DraftState.DEFERRED: frozenset(
        {
            DraftState.SENDING,
            DraftState.WAITING,
            DraftState.WITHDRAWN,
            DraftState.REJECTED,
        }
    ),
    # What a person finds out about a doubt, and nobody else:
    DraftState.UNCERTAIN: frozenset({DraftState.SENT, DraftState.WAITING}),
    DraftState.REFUSED: frozenset({DraftState.WAITING, DraftState.REJECTED}),
    DraftState.SENT: frozenset(),
    DraftState.REJECTED: frozenset(),
    DraftState.WITHDRAWN: frozenset(),
}


# The kind of a draft that passes a letter on: beside the answer to whoever wrote it.
PASSED_ON = "forward"
# The kind of a letter to a unit of ours that must see a matter through (督办).
SUPERVISION = "supervision"
# Beside the correspondence of the case: they answer nobody who wrote to us.
ASIDE = frozenset({PASSED_ON, SUPERVISION})
LETTER = "message/rfc822"  # the media type of a whole mail, enclosed as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter, known by its content."""

    name: str
    type: str  # media type
    sha256: str  # of the bytes, hex
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a reader of the letter would get to see."""

    sender: str  # "name <address>", or the address alone
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    text: str
    html: str
    pictures: tuple[Enclosure, ...] = ()  # the HTML shows them as cid:name
    enclosures: tuple[Enclosure, ...] = ()

    @property
    def seal(self) -> str:
        """Fingerprint of everything in it (sha256, hex); any change changes it."""
        whole = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def recipients(self) -> tuple[str, ...]:
        """To and Cc."""
        return self.to + self.cc


Level = Literal["blocks", "risk", "note"]
LEVELS: tuple[Level, ...] = get_args(Level)  # what weighs most comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a letter that a careful clerk would point at."""

    code: str  # "weekday": stands for the kind of finding in every language
    level: Level  # blocks: no approval; risk: look at it first; note: to know
    place: str  # "text:3", "to", "field:amount", "mail": theirs
    text: Text


def differences(shown: Content, now: Content) -> Iterator[Text]:
    """Yield what changed since the draft was shown, in words."""
    if shown.sender != now.sender:
        yield text("sender: {old} → {new}", old=shown.sender, new=now.sender)
    if (shown.to, shown.cc) != (now.to, now.cc):
        yield text("recipients: {old} → {new}", old=_readers(shown), new=_readers(now))
    if shown.subject != now.subject:
        yield text("subject: {old} → {new}", old=shown.subject, new=now.subject)
    if shown.text != now.text:
        changed = [
            line
            for line in difflib.unified_diff(
                shown.text.splitlines(), now.text.splitlines(), lineterm="", n=0
            )
            if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
        yield text("text:\n{lines}", lines="\n".join(changed))
    elif shown.html != now.html:
        yield text("the HTML form of the text")
    if shown.pictures != now.pictures:
        yield text(
            "pictures: {old} → {new}",
            old=_names(shown.pictures),
            new=_names(now.pictures),
        )
    if shown.enclosures != now.enclosures:
        yield text(
            "attachments: {old} → {new}",
            old=_names(shown.enclosures),
            new=_names(now.enclosures),
        )


def _readers(content: Content) -> str:
    copies = f" (Cc: {', '.join(content.cc)})" if content.cc else ""
    return (", ".join(content.to) or "–") + copies


def _names(enclosures: tuple[Enclosure, ...]) -> str:
    return ", ".join(f"{e.name} ({e.sha256[:8]})" for e in enclosures) or "–"
