"""Reads numbers that prove themselves by a check digit.

统一社会信用代码 (GB 32100-2015), 居民身份证 (GB 11643-1999), bank cards (Luhn, ISO/IEC
7812), IBAN (ISO 13616), UK VAT numbers (mod 97). One that fails is not handed on.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from mailroom.rules.fields.found import Context, Find, Found, reader

_FLAGS = re.IGNORECASE | re.ASCII
_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_VAT_WEIGHTS = (8, 7, 6, 5, 4, 3, 2)
_OLD_VAT, _NEW_VAT = 97, 55  # the second series was issued from 2010 on


def credit_code_holds(code: str) -> bool:
    """Say whether 18 characters are a 统一社会信用代码."""
    if len(code) != 18 or any(letter not in _CREDIT for letter in code):  # noqa: PLR2004
        return False
    total = sum(
        _CREDIT.index(c) * w for c, w in zip(code[:17], _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT[-total % 31] == code[17]


def id_card_holds(number: str) -> bool:
    """Say whether 18 characters are an identity card's: birthday and check digit."""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(d) * w for d, w in zip(number[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def luhn_holds(number: str) -> bool:
    """Say whether the last digit fits the others (ISO/IEC 7812-1, annex B)."""
    doubled = (
        sum(divmod(int(digit) * (1 + place % 2), 10))
        for place, digit in enumerate(reversed(number))
    )
    return sum(doubled) % 10 == 0


def iban_holds(number: str) -> bool:
    """Say whether the two check digits fit (ISO 13616, mod 97)."""
    moved = number[4:] + number[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def vat_gb_holds(number: str) -> bool:
    """Say whether nine digits are a UK VAT number, of either series."""
    total = sum(int(d) * w for d, w in zip(number[:7], _VAT_WEIGHTS, strict=True))
    total += int(number[7:9])
    return total % 97 == 0 or (total + _NEW_VAT) % _OLD_VAT == 0


def _finder(pattern: str, holds: Callable[[str], bool], unit: str = "") -> Find:
    compiled = re.compile(pattern, _FLAGS)

    def find(text: str, _: Context) -> Iterator[Found]:
        for match in compiled.finditer(text):
            number = re.sub(r"[\s-]", "", match["n"]).upper()
            if holds(number):
                yield Found(
                    value=number, start=match.start("n"), end=match.end("n"), unit=unit
                )

    return find


def _is_card(number: str) -> bool:
    # Cards of banks begin with 3 to 6; a run of one figure passes every check.
    return len(set(number)) > 1 and luhn_holds(number)


_EDGE, _END = r"(?<![A-Z0-9.-])", r"(?![A-Z0-9]|-\d|\.\d)"
read_credit_code = reader(
    _finder(
        rf"{_EDGE}"
        rf"(?P<n>[0-9A-HJ-NPQRTUWXY]{{2}}\d{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}){_END}",
        credit_code_holds,
    )
)
read_id_card = reader(
    _finder(
        rf"{_EDGE}(?P<n>[1-8]\d{{5}}(?:19|20)\d\d[01]\d[0-3]\d{{4}}[\dX]){_END}",
        id_card_holds,
    )
)
read_bank_card = reader(
    _finder(
        rf"{_EDGE}(?P<n>[3-6]\d{{3}}(?:[ -]?\d{{4}}){{2}}"
        rf"(?:[ -]?\d{{1,4}}){{1,2}}){_END}",
        _is_card,
    )
)
read_iban = reader(
    _finder(
        rf"{_EDGE}(?P<n>[A-Z]{{2}}\d\d(?: ?[A-Z0-9]{{4}}){{2,7}}"
        rf"(?: ?[A-Z0-9]{{1,3}})?){_END}",
        iban_holds,
    )
)
read_vat_number = reader(
    _finder(
        r"(?:\bGB\s?|\bVAT[^\n\d]{0,20})(?P<n>\d{3} ?\d{4} ?\d{2})(?!\d)", vat_gb_holds
    )
)
