"""Holds a form to the draft that its page has shown: version and seal."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from starlette.responses import Response

from mailroom.drafts import Content, differences
from mailroom.errors import Text
from mailroom.register import drafts
from mailroom.register.drafts import Held
from mailroom.web.ask import Ask
from mailroom.web.draft import visible
from mailroom.web.page import page
from mailroom.web.visit import Visit
from mailroom.web.worddiff import word_differences

_WRITTEN = ("text", "content", "reason", "note")  # fields that hold one's own words

_MOST_DIGITS = 18  # of a number of the register


class ChangedError(Exception):
    """Somebody has changed the draft since; nothing is decided."""

    def __init__(self, held: Held, seen: int | None) -> None:
        super().__init__(held.id)
        self.held = held
        self.seen = seen  # the version that the page had shown; None: no such


def as_shown(visit: Visit, ask: Ask) -> Held:
    """Find the draft that a form decides on, as its page has shown it.

    Raises NoSuchPageError, and ChangedError where it is no longer that one.
    """
    held = visible(visit, ask.number("draft"))
    if ask.one("version") == str(held.version) and ask.one("seal") == held.seal:
        return held
    raise ChangedError(held, _version_of(visit, held, ask.one("version")))


def _version_of(visit: Visit, held: Held, said: str) -> int | None:
    with visit.desk.database.read() as tx:
        known = {number for number, _, _ in drafts.versions(tx, held.id)}
    number = int(said) if said.isdecimal() and len(said) < 6 else 0  # noqa: PLR2004
    return number if number in known else None


def heard_of(ask: Ask) -> int | None:
    """Read which letter of theirs was the last when the page was shown."""
    said = ask.one("heard")
    return int(said) if said.isdecimal() and len(said) < _MOST_DIGITS else None


def typed(ask: Ask) -> Sequence[str]:
    """Give what somebody wrote into a form that was not taken: it must not be lost."""
    return [words for name in _WRITTEN if (words := ask.one(name).strip())]


def changed_page(visit: Visit, error: ChangedError, written: Sequence[str]) -> Response:
    """Say that nothing was decided, and show what has changed since."""
    held, before = error.held, None
    if error.seen is not None:
        with visit.desk.database.read() as tx:
            before = drafts.content_of(tx, held.id, error.seen)
    now = held.says.content
    told = list(_beside_the_text(before, now)) if before else []
    words = list(word_differences(before.text, now.text)) if before else []
    return page(
        visit, "changed.html", status=409, held=held, told=told, words=words,
        changed=bool(before) and before != now, typed=written,
    )  # fmt: skip


def _beside_the_text(before: Content, now: Content) -> Iterator[Text]:
    """Say what else has changed; the words are shown, with what changed in them."""
    if before.text != now.text:
        before = replace(before, text=now.text, html=now.html)
    return differences(before, now)
