"""Writes dates and amounts the way office people write them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from mailroom.calendar import MONTHS

DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
CURRENCIES: Mapping[str, str] = MappingProxyType(
    {"CNY": "¥", "GBP": "£", "EUR": "€", "USD": "$", "HKD": "HK$"}
)

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_LARGEST = Decimal(10) ** 12  # three groups of four digits; no letter needs more
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?"
)


def moment(value: object) -> date | datetime | None:
    """Return the date, or the date with its time, that a value holds; None: neither.

    Text counts where it is ISO 8601, which is how the rules hand dates on.
    """
    if isinstance(value, date):  # a datetime is one too
        return value
    words = value.strip() if isinstance(value, str) else ""
    if not _ISO.fullmatch(words):
        return None
    try:
        if len(words) == len("2026-03-05"):
            return date.fromisoformat(words)
        return datetime.fromisoformat(words)
    except ValueError:  # 30 February
        return None


def amount(value: object) -> Decimal | None:
    """Return the finite amount that a value holds; None where it holds none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        figure = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() and abs(figure) < _LARGEST else None


def cn_date(value: object) -> object:
    """2026年3月5日: Arabic figures, the full year, no zeros (GB/T 9704-2012, 7.3)."""
    day = moment(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else value


def en_date(value: object) -> object:
    """5 March 2026."""
    day = moment(value)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else value


def weekday_cn(value: object) -> object:
    """星期四."""
    day = moment(value)
    return "星期" + "一二三四五六日"[day.weekday()] if day else value


def weekday_en(value: object) -> object:
    """Thursday."""
    day = moment(value)
    return DAYS[day.weekday()] if day else value


def cn_when(value: object) -> object:
    """2026年3月5日（星期四）14:30; without a time where there is none."""
    at = moment(value)
    if at is None:
        return value
    clock = f"{at:%H:%M}" if isinstance(at, datetime) else ""
    return f"{cn_date(at)}（{weekday_cn(at)}）{clock}"


def en_when(value: object) -> object:
    """Thursday 5 March 2026 at 14:30; without a time where there is none."""
    at = moment(value)
    if at is None:
        return value
    clock = f" at {at:%H:%M}" if isinstance(at, datetime) else ""
    return f"{weekday_en(at)} {en_date(at)}{clock}"


def money(value: object, currency: str = "") -> object:
    """12,300.00; with `currency` (an ISO 4217 code) its sign stands before it."""
    figure = amount(value)
    if figure is None:
        return value
    sign = "-" if figure < 0 else ""
    mark = CURRENCIES.get(currency.upper(), f"{currency} " if currency else "")
    return f"{sign}{mark}{abs(figure):,.2f}"


def cn_capital_amount(value: object) -> object:
    """壹万贰仟叁佰元整: the amount in capital figures; None where it is no amount.

    Written by the rules for bank bills (支付结算办法, annex 1): one 零 for any run of
    zeros inside, 整 after 元 or 角, none after 分. A half fen is rounded up.
    """
    figure = amount(value)
    if figure is None:
        return None  # capitals of something else would be a wrong letter: a gap
    fen = int((abs(figure) * 100 + Decimal("0.5")).to_integral_value("ROUND_FLOOR"))
    yuan, cents = divmod(fen, 100)
    words = f"{_capital_yuan(yuan)}元" if yuan else ""
    words += _capital_cents(cents, after_yuan=bool(yuan)) or (
        "整" if yuan else "零元整"
    )
    return f"负{words}" if figure < 0 and fen else words


def _capital_yuan(yuan: int) -> str:
    words, gap = "", False
    for place in reversed(range(len(str(yuan)))):
        digit = yuan // 10**place % 10
        group, within = divmod(place, 4)
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _PLACES[within]
            gap = False
        else:
            gap = True
        if within == 0 and yuan // 10**place % 10**4:
            words += _GROUPS[group]
    return words


def _capital_cents(cents: int, *, after_yuan: bool) -> str:
    jiao, fen = divmod(cents, 10)
    if jiao:
        return f"{_DIGITS[jiao]}角" + (f"{_DIGITS[fen]}分" if fen else "整")
    if fen:
        return ("零" if after_yuan else "") + f"{_DIGITS[fen]}分"
    return ""


FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "cn_date": cn_date,
        "en_date": en_date,
        "cn_when": cn_when,
        "en_when": en_when,
        "weekday_cn": weekday_cn,
        "weekday_en": weekday_en,
        "money": money,
        "cn_capital_amount": cn_capital_amount,
    }
)
