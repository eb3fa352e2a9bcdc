"""Reads amounts of money, with their currency, as decimal text."""

import re
from decimal import Decimal, InvalidOperation

_SIGNS = {
    "¥": "CNY",
    "￥": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "CNY": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "£": "GBP",
    "GBP": "GBP",
    "€": "EUR",
    "EUR": "EUR",
    "HK$": "HKD",
    "HKD": "HKD",
    "US$": "USD",
    "USD": "USD",
    "$": "USD",
}
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_FIGURES = (
    r"\d{1,3}(?:[, ]\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+,\d{2}|\d+(?:[.,]\d{1,4})?"
)
AMOUNT = re.compile(
    rf"(?:(?P<before>{_SIGN})\s*)?(?P<figures>{_FIGURES})(?P<wan>万)?(?P<rest>\d)?"
    rf"\s*(?P<after>{_SIGN})?",
    re.IGNORECASE,
)


def read_amount(text: str) -> str | None:
    """Give the first amount in NFKC text as "12300.00"; None where there is none.

    4.75万元 is 47500, 2万8 is 28000; 752,40 has a decimal comma.
    """
    match = AMOUNT.search(text)
    if match is None:
        return None
    value = _decimal(match["figures"])
    if value is None:
        return None
    if match["wan"]:
        value *= 10_000
        if match["rest"]:
            value += int(match["rest"]) * 1_000
    return f"{value:.2f}"


def read_currency(text: str) -> str | None:
    """Give the ISO 4217 code of the first currency sign in NFKC text."""
    found = re.search(_SIGN, text, re.IGNORECASE)
    return _SIGNS[found[0].upper()] if found else None


def _decimal(figures: str) -> Decimal | None:
    plain = figures.replace(" ", "")
    if re.fullmatch(r"[\d.]*\d,\d{2}", plain) and "," in plain:
        # 752,40 and 1.752,40 as written on the continent
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None
