"""Reads what a field's value holds: a moment, an amount, a whole number, words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from mailroom.errors import Text

LARGEST = 10**12  # amounts stay below it: three groups of four digits
_FINEST = -30  # places after the point; more is no figure of a letter
_LONGEST_NAME = 80  # characters; what is longer is not one person's name

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_CLOCK = re.compile(r"\d{2}:\d{2}(?::\d{2})?")
# A comma counts where it groups by threes: "1,5" may be one and a half.
_FIGURES = re.compile(
    r"[+-]?(?:\d{1,30}|\d{1,3}(?:,\d{3}){1,9})(?:\.\d{1,30})?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, with what the writer of a template must know of it."""

    make: Callable[..., object]
    about: Text  # what it makes
    example: str  # as it stands in a tag
    gives: str  # what the example makes


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


def day_of(at: date) -> date:
    """Return the day of a moment; a day itself as it is."""
    return at.date() if isinstance(at, datetime) else at


def day(value: object) -> date | None:
    """Return the day that a value holds, without its time; None where it holds none."""
    at = moment(value)
    return None if at is None else day_of(at)


def clock_of(value: object) -> time | None:
    """Return the time of day that a value holds; None where it holds none."""
    at = moment(value)
    if isinstance(at, datetime):
        return at.time()
    words = value.strip() if isinstance(value, str) else ""
    if not _CLOCK.fullmatch(words):
        return None
    try:
        return time.fromisoformat(words)
    except ValueError:  # 25:00
        return None


def amount(value: object) -> Decimal | None:
    """Return the finite amount that a value holds; None where it holds none.

    Amounts have at most 12 digits before the point; text may group them by commas.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < LARGEST else None
    if isinstance(value, str):
        plain = value.strip()
        if not _FIGURES.fullmatch(plain):
            return None
        figure = Decimal(plain.replace(",", ""))
    elif isinstance(value, float | Decimal):
        figure = Decimal(str(value))
    else:
        return None
    exponent = figure.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < _FINEST:  # NaN and the infinities
        return None
    return figure if figure.copy_abs() < LARGEST else None


def whole(value: object) -> int | None:
    """Return the whole number that a value holds; None where it holds none."""
    figure = amount(value)
    return int(figure) if figure is not None and figure == int(figure) else None


def rounded(figure: Decimal, places: int) -> Decimal:
    """Return the amount with so many places, half up; never a zero with a minus."""
    short = figure.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return short or abs(short)


def written(figure: Decimal) -> str:
    """Return the figures as short as they go: 12.50 is 12.5, 1E+3 is 1000."""
    plain = f"{figure:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def short_words(value: object) -> str:
    """Return text on one line, such as a name; "" for what is not or is too long."""
    words = " ".join(value.split()) if isinstance(value, str) else ""
    return words if len(words) <= _LONGEST_NAME else ""
