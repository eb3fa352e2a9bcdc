"""Says whether a letter asks for an answer, by what its sentences want."""

import re
from collections.abc import Collection, Iterator
from typing import Literal

from mailroom.message.gates import Gates
from mailroom.rules.asking_words import (
    ANSWER,
    APPLIES,
    ASKS,
    COURTESY,
    NOTHING,
    TELLS,
    WARES,
)
from mailroom.rules.courtesy import only_thanks
from mailroom.rules.model import Category
from mailroom.rules.page import Page
from mailroom.rules.phrases import GATES, Wording

Wish = Literal["asks", "tells", ""]

SHORT_NOTE = 200  # characters above a letter that is passed on: it speaks for itself
NEVER = frozenset({"auto_reply", "bounce", "newsletter", "spam_phishing"})

_SENTENCE = re.compile(r"[^。！？!?;；\n]{1,600}[。！？!?;；]?")
_EN_STOP = re.compile(r"(?<=[a-z\d)][.])\s")

_ASKING = Gates({name: GATES[name] for name in ("asks", "applies", "courtesy")})


def expects_answer(
    page: Page, category: Category | None, *, said: bool | None, like: Collection[str]
) -> bool:
    """Say whether a person waits for an answer of ours.

    `said` is what the rule that decided says, None where it is silent; `like` names
    the categories that a letter without one resembles. Machines wait for nothing.
    """
    machine = page.message.machine
    # Lists and bulk mail carry business too, where a rule knows it as business.
    if machine is not None and not (category and machine.kind in {"list", "bulk"}):
        return machine.kind == "bulk" and _own_form(page) and _wish(page) == "asks"
    if only_thanks(page) or (category and category.machine):
        return False
    wish = _wish(page)
    if category is None:
        return wish == "asks" and not (NEVER.intersection(like) or _is_sales(page))
    if said is not None:
        return said and wish != "tells"
    if category.needs_reply:
        # An answer to a letter of ours that asks for nothing waits for nothing.
        open_end = not machine and not page.message.is_reply
        return wish == "asks" or (wish == "" and open_end)
    return any(map(_wants_words, _written(page, "asks")))


def _wish(page: Page) -> Wish:
    """Say what a letter wants: "asks" for something, only "tells", "" where open."""
    if any(map(NOTHING.search, _written(page, "nothing"))):
        return "tells"
    if any(map(_is_asking, _written(page, "asks"))):
        return "asks"
    return "tells" if any(map(TELLS.search, _written(page, "tells"))) else ""


def _wants_words(sentence: str) -> bool:
    """Say whether a sentence wants to be told something: a question, 请回复."""
    question = sentence.rstrip().endswith(("?", "？"))
    return _is_asking(sentence) and (question or ANSWER.search(sentence) is not None)


def _own_form(page: Page) -> bool:
    """Say whether the office's own site or exchange sent it: a form, a voice mail."""
    return any(map(page.own, page.message.senders))


def _is_sales(page: Page) -> bool:
    """Say whether a letter is in the words of shops and cheats."""
    return any(
        written.may_hold("wares") and WARES.search(written.text)
        for written in _wordings(page)
    )


def _is_asking(sentence: str) -> bool:
    open_ = _ASKING.open(sentence)
    if "asks" not in open_:
        return False
    if "applies" in open_ and APPLIES.search(sentence):
        return True
    if "courtesy" in open_:
        courteous = GATES["courtesy"].first(sentence)
        if COURTESY.search(sentence, courteous):
            return False
    return ASKS.search(sentence, GATES["asks"].first(sentence)) is not None


def _written(page: Page, kind: str) -> Iterator[str]:
    """Give the sentences in which a phrase of a kind may be, and others near them."""
    for written in _wordings(page):
        first = written.first(kind)
        for match in _SENTENCE.finditer(written.text) if first >= 0 else ():
            if match.end() > first:
                yield from _EN_STOP.split(match[0])


def _wordings(page: Page) -> Iterator[Wording]:
    """Give subject and new text, and what a short note passes on."""
    (new,) = page.strips("new")
    # The subject of an answer is the one that was answered.
    if not page.message.is_reply:
        (subject,) = page.strips("subject")
        yield subject.wording
    yield new.wording
    if len(new.nfkc) < SHORT_NOTE:
        (forwarded,) = page.strips("forwarded")
        yield forwarded.wording
