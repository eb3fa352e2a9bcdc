"""Covers private numbers in words of a mail that stand in letters, papers and lists."""

import re
from collections.abc import Callable, Mapping
from re import Match
from typing import Any

from mailroom.rules.fields.checked import iban_holds, id_card_holds, luhn_holds
from mailroom.words.filters.phones import mask

_GROUPS = r"[3-6]\d{3}([ -])\d{4}\1\d{4}\1\d{1,7}"  # a card as it is embossed
_ID_CARD = re.compile(r"(?<!\w)[1-8]\d{16}[\dXx](?![0-9A-Za-z])", re.ASCII)
_CARD = re.compile(rf"(?<![0-9A-Za-z])(?:{_GROUPS}|[3-6]\d{{12,18}})(?![0-9A-Za-z])")
_IBAN = re.compile(
    r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"
    r"(?![0-9A-Z])"
)
_MOBILE = re.compile(r"(?<!\d)(?<!\d-)1[3-9]\d{9}(?!-?\d)", re.ASCII)
# Numbers by which a matter is known; covered, they would be of no use.
_NUMBERS = ("_no", "_code", "_ref", "phone", "_reference")


def covered(words: str) -> str:
    """Cover identity cards, bank cards, IBANs and mobile numbers: 138****8000."""
    words = _ID_CARD.sub(_if(lambda n: id_card_holds(n.upper())), words)
    words = _IBAN.sub(_if(lambda n: iban_holds(n.replace(" ", ""))), words)
    words = _CARD.sub(_if(lambda n: not n.isdigit() or luhn_holds(n)), words)
    return _MOBILE.sub(_if(lambda _: True), words)


def covered_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Cover what was read from a mail, but for numbers that name a matter or a caller.

    Nobody could call back 138****8000, nor find the order 411*********1111.
    """
    return {
        name: covered(value)
        if isinstance(value, str) and not name.endswith(_NUMBERS)
        else value
        for name, value in fields.items()
    }


def _if(holds: Callable[[str], bool]) -> Callable[[Match[str]], str]:
    def cover(match: Match[str]) -> str:
        number = match[0]
        return str(mask(number)) if holds(number) else number

    return cover
