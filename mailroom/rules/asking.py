"""Says whether a letter asks for an answer, by what its sentences want."""

import re
from collections.abc import Collection, Iterator
from typing import Literal

from mailroom.message.gates import Gate
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

Wish = Literal["asks", "tells", ""]

LONGEST = 6_000  # characters of a letter; who asks does it before
SHORT_NOTE = 200  # characters above a letter that is passed on: it speaks for itself
NEVER = frozenset({"auto_reply", "bounce", "newsletter", "spam_phishing"})

_SENTENCE = re.compile(r"[^。！？!?;；\n]{1,600}[。！？!?;；]?")
_EN_STOP = re.compile(r"(?<=[a-z\d)][.])\s")

_ASKING, _TELLING = Gate(APPLIES, ASKS, anywhere=True), Gate(TELLS, anywhere=True)
_NOTHING_GATE = Gate(NOTHING, anywhere=True)
_APPLYING, _COURTEOUS, _SELLING = Gate(APPLIES), Gate(COURTESY), Gate(WARES)


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
    return any(map(_wants_words, _written(page, _ASKING)))


def _wish(page: Page) -> Wish:
    """Say what a letter wants: "asks" for something, only "tells", "" where open."""
    if any(map(NOTHING.search, _written(page, _NOTHING_GATE))):
        return "tells"
    if any(map(_is_asking, _written(page, _ASKING))):
        return "asks"
    return "tells" if any(map(TELLS.search, _written(page, _TELLING))) else ""


def _wants_words(sentence: str) -> bool:
    """Say whether a sentence wants to be told something: a question, 请回复."""
    question = sentence.rstrip().endswith(("?", "？"))
    return _is_asking(sentence) and (question or ANSWER.search(sentence) is not None)


def _own_form(page: Page) -> bool:
    """Say whether the office's own site or exchange sent it: a form, a voice mail."""
    return any(map(page.own, page.message.senders))


def _is_sales(page: Page) -> bool:
    """Say whether a letter is in the words of shops and cheats."""
    return any(_SELLING.opens(each) and WARES.search(each) for each in _texts(page))


def _is_asking(sentence: str) -> bool:
    if _APPLYING.opens(sentence) and APPLIES.search(sentence):
        return True
    courteous = _COURTEOUS.first(sentence)
    if courteous >= 0 and COURTESY.search(sentence, courteous):
        return False
    return ASKS.search(sentence, max(0, _ASKING.first(sentence))) is not None


def _written(page: Page, gate: Gate) -> Iterator[str]:
    """Give the sentences that a gate lets through."""
    for text in _texts(page):
        first = gate.first(text)
        for match in _SENTENCE.finditer(text) if first >= 0 else ():
            if match.end() > first:
                yield from filter(gate.opens, _EN_STOP.split(match[0]))


def _texts(page: Page) -> Iterator[str]:
    """Give subject and new text, and what a short note passes on."""
    # The subject of an answer is the one that was answered.
    texts = ["new"] if page.message.is_reply else ["subject", "new"]
    if sum(len(strip.nfkc) for strip in page.strips("new")) < SHORT_NOTE:
        texts.append("forwarded")
    for name in texts:
        for strip in page.strips(name):
            yield strip.simple[:LONGEST]
