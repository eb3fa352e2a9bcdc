"""Tells what a letter does: asks anew, changes, cancels, confirms, chases, reports."""

import re
from typing import Literal, get_args

from mailroom.rules.calendar_parts import calendar_asks
from mailroom.rules.courtesy import only_thanks
from mailroom.rules.mail_type_words import (
    ASKED,
    CANCEL,
    CHANGE,
    CHASE,
    COMPLETION,
    CONDITIONAL,
    CONFIRM,
    QUESTION,
    REQUEST,
)
from mailroom.rules.page import Page
from mailroom.rules.phrases import Wording

MailType = Literal[
    "new",
    "change",
    "cancel",
    "confirmation",
    "chase",
    "completion",
    "thanks",
    "question",
]
MAIL_TYPES: tuple[MailType, ...] = get_args(MailType)

SHORT = 300  # characters; a longer letter with a question is a letter


def mail_type(page: Page) -> MailType:
    """Say what the letter is for; "new" where nothing says otherwise.

    A calendar's method is taken at its word; then what was written now decides, the
    subject first. What is only quoted says nothing.
    """
    asked = calendar_asks(page)
    if asked is not None:
        return asked
    if only_thanks(page):
        return "thanks"
    for place in ("subject", "new", "forwarded"):
        (strip,) = page.strips(place)
        said = _said(strip.wording, answers=page.message.is_reply or place == "subject")
        if said is not None:
            return said
    (strip,) = page.strips("new")
    written = strip.wording
    if len(written.text.strip()) <= SHORT and _asks(written):
        return "new" if REQUEST.search(written.text) else "question"
    return "new"


def _said(written: Wording, *, answers: bool) -> MailType | None:
    """Say what one piece of text says outright; None where it says nothing."""
    if _stands("cancel", CANCEL, written, CONDITIONAL):
        return "cancel"
    if _stands("change", CHANGE, written, CONDITIONAL):
        return "change"
    if _stands("chase", CHASE, written, None):
        return "chase"
    if _stands("completion", COMPLETION, written, ASKED) and not _asks(written):
        return "completion"
    # Who confirms something answers somebody; in a first letter the word is a request.
    if answers and _stands("confirm", CONFIRM, written, ASKED):
        return "confirmation"
    return None


def _asks(written: Wording) -> bool:
    return written.may_hold("question") and QUESTION.search(written.text) is not None


def _stands(
    kind: str, sign: re.Pattern[str], written: Wording, unless: re.Pattern[str] | None
) -> bool:
    """Say whether a sign is there, and not only after words that take it back."""
    begin = written.first(kind)
    if begin < 0:
        return False
    for match in sign.finditer(written.text, begin):
        before = written.text[max(0, match.start() - 40) : match.start()]
        if unless is None or not unless.search(before.rpartition("\n")[2]):
            return True
    return False
