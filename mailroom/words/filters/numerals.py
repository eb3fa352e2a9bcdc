"""Says numbers in Chinese and in English words."""

from decimal import Decimal

from mailroom.errors import text
from mailroom.words.filters.facts import LARGEST, Filter, amount, whole

PLAIN = "零一二三四五六七八九"
CAPITAL = "零壹贰叁肆伍陆柒捌玖"
_PLACES = {PLAIN: ("", "十", "百", "千"), CAPITAL: ("", "拾", "佰", "仟")}
_GROUPS = ("", "万", "亿")

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_THOUSANDS = ("", " thousand", " million", " billion")
_HUNDRED, _TWENTY, _TEN = 100, 20, 10


def chinese(number: int, digits: str = PLAIN) -> str:
    """Say a number from 0 below 10**12: 一百零五; with CAPITAL 壹佰零伍.

    A run of zeros before a digit is one 零. Capitals read it between 万 and 仟 too
    (壹拾万零柒仟, as the rules for bank bills write it); plain ones do not (十万七千).
    """
    words, gap = "", False
    for place in reversed(range(len(str(number)))):
        digit = number // 10**place % 10
        group, within = divmod(place, 4)
        if digit:
            words += "零" if gap and words else ""
            words += digits[digit] + _PLACES[digits][within]
        gap = not digit
        if within == 0 and number // 10**place % 10**4:
            words += _GROUPS[group]
            gap = gap and digits == CAPITAL
    if digits == PLAIN and words.startswith("一十"):
        words = words.removeprefix("一")
    return words or digits[0]


def english(number: int) -> str:
    """Say a number from 0 below 10**12: one hundred and five."""
    groups: list[str] = []
    rest = number
    for name in _THOUSANDS:
        rest, low = divmod(rest, 1000)
        if low:
            groups.insert(0, _hundreds(low) + name)
    if len(groups) > 1 and 0 < number % 1000 < _HUNDRED:
        groups[-1] = f"and {groups[-1]}"
    return " ".join(groups) or _SMALL[0]


def _hundreds(number: int) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    words = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= _TWENTY:
        tens, ones = divmod(rest, _TEN)
        words.append(_TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        words.append(_SMALL[rest])
    return " and ".join(words)


def cn_number(value: object) -> object:
    """一百二十三; 三点五: the number as it is read aloud."""
    figure = amount(value)
    if figure is None:
        return value
    before, after = _parts(figure)
    words = chinese(before)
    if after:
        words += "点" + "".join(PLAIN[int(digit)] for digit in after)
    return f"负{words}" if figure < 0 else words


def en_number(value: object) -> object:
    """One hundred and twenty-three, in small letters; three point five."""
    figure = amount(value)
    if figure is None:
        return value
    before, after = _parts(figure)
    words = english(before)
    if after:
        words += " point " + " ".join(_SMALL[int(digit)] for digit in after)
    return f"minus {words}" if figure < 0 else words


def cn_digits(value: object) -> object:
    """二〇二六: a whole number digit by digit, as years and numbers of rooms are."""
    number = whole(value)
    if number is None or number < 0:
        return value
    return digit_by_digit(number)


def digit_by_digit(number: int) -> str:
    """二〇二六: with the round zero, which stands for a digit and not for a place."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def _parts(figure: Decimal) -> tuple[int, str]:
    """Return what is before the point, and the digits after it without end zeros."""
    before, _, after = f"{figure.copy_abs():f}".partition(".")
    return int(before) % LARGEST, after.rstrip("0")


NUMERALS = (
    Filter(cn_number, text("a number in Chinese words"), "123|cn_number", "一百二十三"),
    Filter(
        en_number,
        text("a number in English words"),
        "123|en_number",
        "one hundred and twenty-three",
    ),
    Filter(
        cn_digits,
        text("a whole number, digit by digit in Chinese"),
        "2026|cn_digits",
        "二〇二六",
    ),
)
