"""Recognises a message that only says thank you."""

import re

from mailroom.rules.asking_words import THANKS
from mailroom.rules.page import Page

LONGEST = 240  # characters; who writes more has something to say

_MORE = re.compile(
    r"[??]|请|麻烦|能否|是否|什么时候|另外|还有|但是|不过|尽快|没有收到"
    r"|\b(?:please|could|can you|would|when|but|however|also|until|still|not)\b|\d",
    re.IGNORECASE,
)


def only_thanks(page: Page) -> bool:
    """Say whether the sender wants nothing: short, thankful, no question, no figure."""
    (strip,) = page.strips("new")
    new = strip.simple.strip()
    return (
        0 < len(new) <= LONGEST
        and strip.wording.may_hold("thanks")
        and THANKS.search(new) is not None
        and _MORE.search(new) is None
    )
