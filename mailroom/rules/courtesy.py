"""Recognises a message that only says thank you."""

import re

from mailroom.message.gates import Gate
from mailroom.rules.page import Page

LONGEST = 240  # characters; who writes more has something to say

_THANKS = re.compile(
    r"谢谢|感谢|多谢|辛苦了|thank you|thanks|much appreciated|many thanks|\bcheers\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"[??]|请|麻烦|能否|是否|什么时候|另外|还有|但是|不过|尽快|没有收到"
    r"|\b(?:please|could|can you|would|when|but|however|also|until|still|not)\b|\d",
    re.IGNORECASE,
)

_GATE = Gate(_THANKS)


def only_thanks(page: Page) -> bool:
    """Say whether the sender wants nothing: short, thankful, no question, no figure."""
    new = " ".join(strip.nfkc for strip in page.strips("new")).strip()
    return (
        0 < len(new) <= LONGEST
        and _GATE.opens(new)
        and _THANKS.search(new) is not None
        and _MORE.search(new) is None
    )
