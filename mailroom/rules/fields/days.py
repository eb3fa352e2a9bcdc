"""Reads days of the calendar as they are written out.

2026年3月5日, 3月5日(周四), 二〇二六年三月五日, 2026-03-05, 2026.3.5, 5 March 2026,
March 5, 13-17 July, 2 and 16 September, 05/03/26, 4月底, the 24th.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from mailroom.rules.fields import day_forms as forms
from mailroom.rules.fields.found import Basis, Context, days, ends_of, has_any
from mailroom.rules.fields.numerals import digits, whole

MOST_DAYS = 50  # in one text; a letter with more dates is a table
HALF_A_YEAR = days(183)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun",
           "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
_YEAR_WORDS = {"今年": 0, "本年": 0, "明年": 1, "去年": -1}
_MONTH_WORDS = {"本": 0, "这个": 0, "当": 0, "下": 1, "下个": 1, "次": 1,
                "上": -1, "上个": -1}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, perhaps with a last one, and where the text says so."""

    start: int  # characters
    end: int
    first: date
    last: date | None = None
    sure: bool = True
    basis: Basis = "stated"
    others: tuple[date, ...] = ()
    close: bool = False  # the words themselves mean "by then": 月底, 本周内, EOD


_Match = re.Match[str]
_Read = Callable[[_Match, Context], Iterator[Day]]


def find_days(text: str, context: Context) -> list[Day]:
    """Find every written day, in the order of the text, each place read once."""
    found: list[Day] = []
    lower = text.lower()
    for signs, pattern, read in _PATTERNS:
        if not has_any(lower, signs):
            continue
        for match in ends_of(pattern.finditer(text), MOST_DAYS):
            found.extend(read(match, context))
    taken: list[Day] = []
    for day in sorted(found, key=lambda one: (one.start, -one.end)):
        if not taken or day.start >= taken[-1].end:
            taken.append(_with_weekday(text, day, context))
    return taken


def place_day(
    year: int | None, month: int, day: int, today: date
) -> tuple[date | None, bool]:
    """Give the day meant, and whether its year is beyond doubt.

    Without a year: the next such day; where that is more than half a year off, the
    one before it, which a person should check.
    """
    if year is not None:
        return _date(year, month, day), True
    # 29 February may be up to eight years off (around 2100 there is none in 2100).
    coming = (_date(y, month, day) for y in range(today.year, today.year + 9))
    following = next((d for d in coming if d is not None and d >= today), None)
    if following is None or following - today <= HALF_A_YEAR:
        return following, True
    past = _date(following.year - 1, month, day)
    return (past, False) if past is not None else (following, False)


def last_of_month(year: int, month: int) -> date:
    """Give the last day of a month; month 13 is January of the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def weekday_of(word: str) -> int:
    """Give the number of a weekday's name, Monday 0."""
    if not word.isascii():
        return "一二三四五六日天".index(word[-1]) % 7 if word[-1] != "天" else 6
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(word[:3].lower())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int:
    name = word[:3].lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS else (whole(word) or 0)


def _year(word: str | None, today: date) -> int | None:
    if not word:
        return None
    if word in _YEAR_WORDS:
        return today.year + _YEAR_WORDS[word]
    number = int(digits(word) or 0) if not word.isascii() else int(word.strip("'"))
    return number if number > 99 else 2000 + number  # noqa: PLR2004  two figures


def _calendar_day(match: _Match, context: Context) -> Iterator[Day]:
    """Read patterns with a month and a day: y, m, d, and for a range m2, d2."""
    parts = match.groupdict()
    today = context.today
    month, number = _month(parts["m"]), whole(parts["d"]) or 0
    if _is_a_verb(match, parts):
        return
    first, certain = place_day(_year(parts.get("y"), today), month, number, today)
    if first is None:
        return
    basis: Basis = "stated" if parts.get("y") else "year"
    day = Day(
        start=match.start(), end=match.end(), first=first, sure=certain, basis=basis
    )
    if not parts.get("d2"):
        yield from _listed(match, day)
        return
    yield from _two(match, day, context)


def _two(match: _Match, day: Day, context: Context) -> Iterator[Day]:
    """Read the second day of a pattern: the end of a range, or a day of its own."""
    parts = match.groupdict()
    said, number = parts.get("y2"), whole(parts["d2"]) or 0
    month = _month(parts["m2"]) if parts.get("m2") else day.first.month
    if parts.get("and") and parts.get("m2"):
        year = _year(said or parts.get("y"), context.today)
        last, certain = place_day(year, month, number, context.today)
    else:
        year = _year(said, context.today) or day.first.year + (month < day.first.month)
        last, certain = _date(year, month, number), day.sure
    if last is None or last == day.first:
        yield day
    elif not parts.get("and"):
        yield replace(day, last=last) if last > day.first else day
    elif (last - day.first).days == 1:
        yield replace(day, last=last)
    else:
        # "2 and 16 September" are two days, "21 and 22 April" are one stay.
        cut = match.start("m2") if parts.get("m2") else match.start("d2")
        yield from _listed(match, replace(day, end=cut))
        yield replace(day, start=cut, first=last, sure=certain)


def _listed(match: _Match, day: Day) -> Iterator[Day]:
    """Give the day with those that share its month: 12, 13, 19 and 26 March."""
    window = max(0, match.start() - 80)
    head = match.string[window : match.start()].rstrip()
    before = (
        forms.LISTED.search(head)
        if head.endswith(",") and "m" in match.re.groupindex
        else None
    )
    if before and match.re is forms.UK:
        for number in re.finditer(r"\d{1,2}", before[0]):
            other = _date(day.first.year, day.first.month, int(number[0]))
            place = window + before.start() + number.start()
            if other:
                yield replace(day, first=other, start=place, end=place + len(number[0]))
    yield day


def _is_a_verb(match: _Match, parts: dict[str, str | None]) -> bool:
    """Say whether "may" or "march" is no month: "rule 3 may apply"."""
    if parts["m"] not in {"may", "march", "mar"} or parts.get("y"):
        return False
    head = match.string[max(0, match.start() - 12) : match.start()]
    return not forms.PREPOSITION.search(head)


def _figures(match: _Match, context: Context) -> Iterator[Day]:
    """Read 05/03/26: the day first or the month."""
    year = _year(match["y"], context.today) or 0
    one, two = int(match["a"]), int(match["b"])
    day_first, month_first = _date(year, two, one), _date(year, one, two)
    either = [day for day in (day_first, month_first) if day is not None]
    if not either:
        return
    sure = len(either) == 1 or one == two or context.day_first is not None
    first, *others = either
    if context.day_first is False and month_first is not None:
        first = month_first
    yield Day(
        start=match.start(),
        end=match.end(),
        first=first,
        sure=sure,
        basis="stated" if sure else "ambiguous",
        others=() if sure else tuple(others),
    )


def _short_zh(match: _Match, context: Context) -> Iterator[Day]:
    """Read 3/15前, 3.15前."""
    first, _ = place_day(None, int(match["m"]), int(match["d"]), context.today)
    if first is not None:
        yield Day(
            start=match.start(), end=match.end(), first=first, sure=False, basis="year"
        )


def _of_month(match: _Match, context: Context) -> Iterator[Day]:
    """Read 本月20日, 下月5号, and 5日前 alone."""
    today = context.today
    word, number = match["rm"], int(match["d"])
    if word:
        month = today.month + _MONTH_WORDS[word]
        first = _date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, number)
    else:
        first = _next_number(number, today)
    if first is not None:
        yield Day(
            start=match.start(), end=match.end(), first=first, sure=bool(word),
            basis="relative",
        )  # fmt: skip


def _the_24th(match: _Match, context: Context) -> Iterator[Day]:
    today = context.today
    first = _next_number(int(match["d"]), today)
    if first is not None:
        yield Day(
            start=match.start(), end=match.end(), first=first, basis="relative",
            sure=(first.year, first.month) == (today.year, today.month),
        )  # fmt: skip


def _next_number(number: int, today: date) -> date | None:
    months = (today.month + ahead for ahead in range(3))
    each = (_date(today.year + (m - 1) // 12, (m - 1) % 12 + 1, number) for m in months)
    return next((day for day in each if day is not None and day >= today), None)


def _end_of_month(match: _Match, context: Context) -> Iterator[Day]:
    """Read 4月底, 6月中旬, end of March."""
    parts = match.groupdict()
    month = _month(parts["m"])
    year = _year(parts.get("y"), context.today)
    if year is None:
        one, certain = place_day(None, month, 28, context.today)
        year = one.year if one else context.today.year
    else:
        certain = True
    third = {"上旬": 10, "中旬": 20}.get(parts.get("third") or "")
    last = last_of_month(year, month)
    yield Day(
        start=match.start(), end=match.end(), sure=certain and not parts.get("third"),
        first=last.replace(day=third) if third else last,
        basis="stated" if parts.get("y") else "year",
        close=True,
    )  # fmt: skip


_MONTHS_ZH = tuple(f"{letter}月" for letter in "一二三四五六七八九十")
# Each with signs of which a text must hold one; searching is the dear part.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str], _Read], ...] = (
    (("月",), forms.WITH_YUE, _calendar_day),
    (_MONTHS_ZH, forms.IN_WORDS, _calendar_day),
    (("20",), forms.ISO, _calendar_day),
    (_MONTHS, forms.TWO_MONTHS, _calendar_day),
    (_MONTHS, forms.UK, _calendar_day),
    (_MONTHS, forms.US, _calendar_day),
    (("/", "20"), forms.FIGURES, _figures),
    (("前", "截止", "周", "星期", "礼拜"), forms.SHORT, _short_zh),
    (("日", "号", "號"), forms.OF_MONTH, _of_month),
    (("the ",), forms.THE_24TH, _the_24th),
    (("底", "末", "旬"), forms.END_ZH, _end_of_month),
    (_MONTHS, forms.END_EN, _end_of_month),
)


def _with_weekday(text: str, day: Day, context: Context) -> Day:
    """Hold the day against the weekday written beside it, which settles doubts."""
    after = forms.WEEKDAY_AFTER.match(text, day.end, day.end + 20)
    before = forms.WEEKDAY_BEFORE.search(text[max(0, day.start - 14) : day.start])
    named = after or before
    if named is None or day.close:
        return day
    weekday = weekday_of(named["w"])
    end = after.end() if after else day.end
    if after and text[end - 1] != ")" and "(" in after[0]:
        end = day.end
    if day.first.weekday() == weekday:
        return replace(day, end=end, sure=True)
    if day.last is not None:
        return day
    near = _date(
        day.first.year + (1 if day.first < context.today else -1),
        day.first.month,
        day.first.day,
    )
    if near and abs(near - context.today) > HALF_A_YEAR:
        near = None  # a slip of the weekday is likelier than a visit a year ago
    fits = [d for d in (*day.others, near) if d and d.weekday() == weekday]
    if day.basis in {"year", "ambiguous"} and len(fits) == 1:
        return replace(day, end=end, first=fits[0], others=(), sure=True)
    return replace(day, end=end, sure=False)
