"""Reads times of day: 下午2点到4点半, 14:00—16:30, 2-5pm, noon, 下班前, COB."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from mailroom.rules.fields.found import Context, Found, ends_of, reader
from mailroom.rules.fields.numerals import whole

CLOSE = time(17, 30)  # 下班, COB: where an office says nothing else
NOON = time(12)
MOST_CLOCKS = 50  # of one form in one text; a letter with more is a timetable
_FLAGS = re.IGNORECASE | re.ASCII
_TO = r"\s{0,3}(?:-|–|—{1,2}|~|至|到|\bto\b|\band\b|\buntil\b|\btill\b)\s{0,3}"
_HALF = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|早|晚"
_AFTERNOON = {"下午", "傍晚", "晚上", "晚间", "晚", "pm"}
_CN_HOUR = "十[一二]?|[一二两三四五六七八九]"
# "3点意见" are three points, not an hour.
_POINTS = r"(?!意见|建议|要求|说明|希望|体会|原因|内容|感受|问题|考虑|想法|经验|不足)"
_ZH = (
    rf"(?:(?P<{{0}}half>{_HALF})\s?)?(?P<{{0}}h>2[0-4]|1\d|0?\d|{_CN_HOUR})\s?"
    rf"(?::\s?(?P<{{0}}min>[0-5]\d)(?::[0-5]\d)?(?!\d)分?"
    rf"|(?:[点點]{_POINTS}|[时時])(?:钟|整)?"
    r"(?:(?P<{0}min2>[0-5]?\d)分?|(?P<{0}part>半|一刻|三刻))?)"
)
_EN = (
    r"(?P<{0}h>2[0-4]|1\d|0?\d)(?:[:.](?P<{0}min>[0-5]\d))?"
    r"\s?(?:(?P<{0}pm>[ap]\.?m)\b\.?)?"
)
_WORDS: tuple[tuple[str, time], ...] = (
    ("上午下班|中午下班", NOON),
    (
        (
            "下班|close of (?:play|business|the day)"
            r"|end of (?:play|business|(?:the |working )?day)|\b(?:COB|COP|EOD)\b"
        ),
        CLOSE,
    ),
    (r"中午|正午|\b(?:noon|midday|lunch ?time)\b", NOON),
)
_NAMES = "|".join(f"(?P<w{n}>{words})" for n, (words, _) in enumerate(_WORDS))
_NAMED = re.compile(f"(?=[上中下正cenml])(?:{_NAMES})", _FLAGS)
_BARE = rf"(?:(?P<ahalf>{_HALF})\s?)?(?P<ah>2[0-4]|1\d|0?\d)"
_GUARD = r"(?<![\d./])(?<!\d:)"
# What they begin with; `re` runs over all other signs at once.
_BEGINS = r"(?=[\d凌清早上中下傍晚十一二两三四五六七八九])"
# 离车站近一点, 早一点 compare, they tell no hour.
_MORE = (
    r"(?!(?<=[近远早晚快慢大小多少好高低长短新旧有差紧松])一[点點])(?![早晚]一[点點])"
)
_PATTERNS = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        rf"{_BEGINS}{_GUARD}{_MORE}{_ZH.format('a')}(?:{_TO}{_ZH.format('b')})?",
        # 下午2-4点: the hour's sign stands once
        rf"{_BEGINS}{_GUARD}{_BARE}{_TO}{_ZH.format('b')}",
        rf"(?=\d){_GUARD}{_EN.format('a')}{_TO}{_EN.format('b')}(?![\d:/-]|\.\d)",
        rf"(?=\d){_GUARD}{_EN.format('a')}(?![\d:/]|\.\d|-\d)",
        rf"(?=\d){_GUARD}(?P<ah>[01]\d|2[0-3])(?P<amin>[0-5]\d)\s?(?:hrs|hours|h)\b",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day, perhaps with an end, and where the text says so."""

    start: int  # characters
    end: int
    at: time
    until: time | None = None
    named: bool = False  # 下班, noon: a word, no figure


def clock_at(text: str, place: int) -> Clock | None:
    """Read the time that begins exactly at a place; None where none does."""
    for pattern in _PATTERNS:
        match = pattern.match(text, place)
        clock = _clock(match, beside_a_day=True) if match else None
        if clock is not None:
            return clock
    match = _NAMED.match(text, place)
    return _named(match) if match else None


def find_clocks(text: str, start: int = 0, end: int | None = None) -> list[Clock]:
    """Find every time of day between two places, in the order of the text."""
    stop = len(text) if end is None else end
    found = [
        clock
        for pattern in _PATTERNS
        for match in ends_of(pattern.finditer(text, start, stop), MOST_CLOCKS)
        if (clock := _clock(match)) is not None
    ]
    named = ends_of(_NAMED.finditer(text, start, stop), MOST_CLOCKS)
    found += [_named(match) for match in named]
    taken: list[Clock] = []
    for clock in sorted(found, key=lambda one: (one.start, -one.end)):
        if not taken or clock.start >= taken[-1].end:
            taken.append(clock)
    return taken


def _named(match: re.Match[str]) -> Clock:
    which = int((match.lastgroup or "w0")[1:])
    return Clock(start=match.start(), end=match.end(), at=_WORDS[which][1], named=True)


def _clock(match: re.Match[str], *, beside_a_day: bool = False) -> Clock | None:
    parts = match.groupdict()
    if not _plausible(parts, beside_a_day=beside_a_day):
        return None
    first, last = _half(parts, "a"), _half(parts, "b")
    ranged = parts.get("bh") is not None
    if ranged and not first and last in _AFTERNOON:
        # "2-5pm" shares its pm; "10-1pm" does not.
        hours = [(whole(parts[f"{which}h"] or "") or 0) % 12 for which in "ab"]
        first = last if hours[0] <= hours[1] else ""
    at = _time(parts, "a", first)
    until = _time(parts, "b", last or first) if ranged else None
    if until is not None and until <= at:
        until = None
    return Clock(start=match.start(), end=match.end(), at=at, until=until)


def _half(parts: dict[str, str | None], which: str) -> str:
    half, meridiem = parts.get(f"{which}half"), parts.get(f"{which}pm")
    return half or (meridiem or "").replace(".", "").lower()


def _plausible(parts: dict[str, str | None], *, beside_a_day: bool) -> bool:
    """Say whether bare figures are meant as a time: "5" alone is not.

    Beside a day "9.30 - 12" is.
    """
    if "apm" not in parts:  # the pattern has its own sign: 点, 时, :, hrs
        return True
    if parts["apm"] or parts.get("bpm"):
        return True
    return parts["amin"] is not None and (
        parts.get("bh") is None or parts["bmin"] is not None or beside_a_day
    )


def _time(parts: dict[str, str | None], which: str, half: str) -> time:
    hour = whole(parts[f"{which}h"] or "") or 0
    minute = int(parts.get(f"{which}min") or parts.get(f"{which}min2") or 0)
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(
        parts.get(f"{which}part") or "", minute
    )
    noon = NOON.hour
    # 中午12点 is noon; 中午1点 is an hour after it.
    if (half in _AFTERNOON and hour < noon) or (half == "中午" and hour < noon // 2):
        hour += noon
    elif half == "am" and hour == noon:
        hour = 0
    if hour >= 2 * noon:
        # 24时 is the end of that day; `time` ends a minute before.
        return time(23, 59)
    return time(hour, minute)


_RATIO = re.compile(
    r"(?:比例?|[比分率]为|scale|ratio|odds|score)\s?(?:of |为|是|:)?\s?$", _FLAGS
)


_AT = re.compile(r"\b(?:at|by|from|until|till|before|after)\s$", _FLAGS)


def _times(text: str, _: Context) -> Iterator[Found]:
    for clock in find_clocks(text):
        head = text[max(0, clock.start - 10) : clock.start]
        dotted = re.fullmatch(r"\d{1,2}\.\d\d", text[clock.start : clock.end])
        if clock.named or _RATIO.search(head) or (dotted and not _AT.search(head)):
            continue
        until = f"/{clock.until:%H:%M}" if clock.until else ""
        yield Found(value=f"{clock.at:%H:%M}{until}", start=clock.start, end=clock.end)


read_time = reader(_times)
