"""Finds dates with their times in a text.

Read are 2026年3月5日, 3月5日(周四)下午2点到4点半, 2026-03-05, 2026.3.5,
二〇二六年三月五日, 5 March 2026, March 5, 13-17 July, at 3.30pm on 5 March. A day
without a year is the next such day after the message's own date, or, where that is
more than half a year off, the one before it. A text is expected in NFKC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

MOST_MOMENTS = 200  # in one text; a letter with more dates is a table
_MONTHS = [
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TO = r"\s*(?:-|–|—|~|至|到|to|and|until|till)\s*"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TH = r"(?:st|nd|rd|th)?"
_NOON = 12
_CN = "〇零一二三四五六七八九十"

_DATE_ZH = (
    rf"(?<!\d)(?:(?P<y>20\d\d)\s*年\s*)?(?P<m>1[0-2]|0?[1-9])\s*月\s*(?P<d>{_DAY})\s*[日号]?"
    rf"(?:{_TO}(?:(?P<m2>1[0-2]|0?[1-9])\s*月\s*)?(?P<d2>{_DAY})\s*[日号]|(?<=[日号]))"
)
_DATE_IN_WORDS = (
    rf"(?P<y>[{_CN[:10]}]{{4}})年(?P<m>[{_CN}]{{1,2}})月(?P<d>[{_CN}]{{1,3}})日"
)
_DATE_ISO = (
    r"(?<![\d./-])(?P<y>20\d\d)(?P<sep>[-/.])(?P<m>1[0-2]|0?[1-9])(?P=sep)"
    rf"(?P<d>{_DAY})(?![\d-])"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_DATE_UK = (
    rf"(?<![\d.:/])(?P<d>{_DAY}){_TH}(?:{_TO}{_WEEKDAY}(?P<d2>{_DAY}){_TH})?\s+(?:of\s+)?"
    rf"(?P<m>{_MONTH})(?:,?\s+(?P<y>20\d\d))?(?!\d)"
)
_DATE_US = (
    rf"\b(?P<m>{_MONTH})\s+(?P<d>{_DAY}){_TH}(?![\d:])"
    rf"(?:{_TO}(?P<d2>{_DAY}){_TH}(?![\d:]))?(?:,?\s+(?P<y>20\d\d))?(?!\d)"
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (_DATE_ZH, _DATE_IN_WORDS, _DATE_ISO, _DATE_UK, _DATE_US)
)
_HALF = "凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚"
_CLOCK_ZH = (
    rf"(?P<{{0}}half>{_HALF})?\s*(?P<{{0}}h>2[0-4]|1\d|0?\d)\s*"
    rf"(?:[:：]\s*(?P<{{0}}min>[0-5]\d)(?:分)?|(?:点|时)(?:(?P<{{0}}min2>[0-5]?\d)分?|(?P<{{0}}part>半|一刻))?)"
)
_CLOCK_EN = (
    r"(?P<{0}h>2[0-4]|1\d|0?\d)(?:[:.](?P<{0}min>[0-5]\d))?\s*(?P<{0}pm>[ap]\.?m\b\.?)?"
)
_TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_CLOCK_ZH.format('a')}(?:{_TO}{_CLOCK_ZH.format('b')})?",
        rf"(?<![\d.:/]){_CLOCK_EN.format('a')}{_TO}{_CLOCK_EN.format('b')}(?![\d.:/-])",
        rf"(?<![\d.:/]){_CLOCK_EN.format('a')}(?![\d:/-])",
        r"\b(?P<anoon>noon|midday)\b",
    )
)
_GAP = re.compile(
    r"[\s,;(\[]*(?:(?:星期|周|礼拜)[一二三四五六日天])?[\s,;)\]]*"
    r"(?:\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\)?)?[\s,)]*(?:at|from|between|@|的)?\s*",
    re.IGNORECASE,
)
_GAP_BEFORE = re.compile(
    r"\s*,?\s*(?:\(?(?:uk|london|local)(?: time)?\)?)?\s*(?:on)?\s*"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)?,?\s*(?:the\s+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, perhaps with a time of day and an end, and where the text says so."""

    start: int  # characters
    end: int
    day: date
    at: time | None = None
    until_day: date | None = None
    until: time | None = None
    sure: bool = True  # False: the year was a guess that a person should check

    def begins(self) -> str:
        """Give the beginning as ISO text: 2026-03-05 or 2026-03-05T14:30."""
        return _iso(self.day, self.at)

    def ends(self) -> str | None:
        """Give the end as ISO text; None where the text names no end."""
        if self.until_day is None and self.until is None:
            return None
        return _iso(self.until_day or self.day, self.until)


def find_moments(text: str, reference: date) -> tuple[Moment, ...]:
    """Find every date, in the order of the text.

    `reference` is the date of the message that says it.
    """
    found: list[Moment] = []
    for start, match in sorted(
        ((m.start(), m) for pattern in _DATES for m in pattern.finditer(text)),
        key=lambda pair: (pair[0], -pair[1].end()),
    ):
        if found and start < found[-1].end:
            continue
        if len(found) == MOST_MOMENTS:
            break
        moment = _read_day(match, reference)
        if moment is not None:
            found.append(_add_time(text, moment))
    return tuple(found)


def _iso(day: date, at: time | None) -> str:
    return day.isoformat() + (f"T{at:%H:%M}" if at else "")


def _read_day(match: re.Match[str], reference: date) -> Moment | None:
    parts = match.groupdict()
    month = _month(parts["m"])
    day, sure = _place(parts.get("y"), month, _number(parts["d"]), reference)
    if day is None:
        return None
    until = None
    if parts.get("d2"):
        last_month = _month(parts["m2"]) if parts.get("m2") else month
        year = day.year + (1 if last_month < month else 0)
        until = _date(year, last_month, _number(parts["d2"]))
        if until is not None and until < day:
            until = None
    return Moment(
        start=match.start(), end=match.end(), day=day, until_day=until, sure=sure
    )


def _place(
    year: str | None, month: int, day: int, reference: date
) -> tuple[date | None, bool]:
    if year:
        digits = "".join(str(_CN.find(c) - 1 if c in _CN else c) for c in year)
        digits = digits.replace("-1", "0")  # 〇 stands before 零 in the table
        return _date(int(digits), month, day), True
    # 29 February may be up to eight years off (around 2100 there is none in 2100).
    years = range(reference.year, reference.year + 9)
    coming = (_date(y, month, day) for y in years)
    following = next((d for d in coming if d is not None and d >= reference), None)
    if following is None or following - reference <= timedelta(days=183):
        return following, True
    return _date(following.year - 1, month, day), False


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(word: str) -> int:
    if word.isdecimal():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    digits = {c: max(0, n - 1) for n, c in enumerate(_CN[:-1])}
    if not ten:
        return digits.get(word, 0)
    return 10 * (digits[tens] if tens else 1) + (digits[ones] if ones else 0)


def _month(word: str) -> int:
    name = word[:3].lower()
    return _MONTHS.index(name) + 1 if name in _MONTHS else _number(word)


def _add_time(text: str, moment: Moment) -> Moment:
    gap = _GAP.match(text, moment.end)
    place = gap.end() if gap else moment.end
    for at, until, end in _times_at(text, place):
        return _with_time(moment, at, until, moment.start, end)
    # "at 3pm on 5 March": the time stands before the day.
    window = max(0, moment.start - 40)
    for pattern in _TIMES[1:]:
        for match in pattern.finditer(text, window, moment.start):
            gap = _GAP_BEFORE.fullmatch(text, match.end(), moment.start)
            times = _clock(match) if gap else None
            if times is not None:
                return _with_time(moment, *times, match.start(), moment.end)
    return moment


def _with_time(
    moment: Moment, at: time, until: time | None, start: int, end: int
) -> Moment:
    return Moment(
        start=start,
        end=end,
        day=moment.day,
        at=at,
        until_day=moment.until_day,
        until=until,
        sure=moment.sure,
    )


def _times_at(text: str, place: int) -> Iterator[tuple[time, time | None, int]]:
    for pattern in _TIMES:
        match = pattern.match(text, place)
        times = _clock(match) if match else None
        if match and times:
            yield (*times, match.end())


def _clock(match: re.Match[str]) -> tuple[time, time | None] | None:
    parts = match.groupdict()
    if parts.get("anoon"):
        return time(12), None
    first, last = _half(parts, "a"), _half(parts, "b")
    ranged = parts.get("bh") is not None
    if not _plausible(parts, ranged=ranged):
        return None
    if ranged and not first and last in {"下午", "晚上", "晚", "pm"}:
        # "2-5pm" shares its pm; "10-1pm" does not.
        first = last if int(parts["ah"]) % 12 <= int(parts["bh"]) % 12 else ""
    at = _time(parts, "a", first)
    if at is None:
        return None
    until = _time(parts, "b", last or first) if ranged else None
    return at, until if until is None or until > at else None


def _half(parts: dict[str, str | None], which: str) -> str:
    half, meridiem = parts.get(f"{which}half"), parts.get(f"{which}pm")
    return half or ((meridiem or "").replace(".", "").lower())


def _plausible(parts: dict[str, str | None], *, ranged: bool) -> bool:
    """Say whether bare figures are meant as a time: "5" alone is not."""
    if "apm" not in parts:  # the Chinese pattern has its own sign (点, 时, :)
        return True
    if parts["apm"] or (ranged and parts["bpm"]):
        return True
    return parts["amin"] is not None and (not ranged or parts["bmin"] is not None)


def _time(parts: dict[str, str | None], which: str, half: str) -> time | None:
    hour = int(parts[f"{which}h"] or 0)
    minute = int(parts.get(f"{which}min") or parts.get(f"{which}min2") or 0)
    minute = {"半": 30, "一刻": 15}.get(parts.get(f"{which}part") or "", minute)
    afternoon = half in {"下午", "傍晚", "晚上", "晚", "pm"} and hour < _NOON
    # 中午12点 is noon; 中午1点 is an hour after it.
    if afternoon or (half == "中午" and hour < _NOON // 2):
        hour += _NOON
    elif half == "am" and hour == _NOON:
        hour = 0
    if hour == 2 * _NOON:
        # 24时 is the end of that day; `time` ends a minute before.
        return time(23, 59)
    return time(hour, minute)
