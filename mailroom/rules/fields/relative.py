"""Reads days that are named from the day of the message.

明天, 本周五, 下周三, 周五, 月底, 年底, 本周内, 节后第一个工作日; today, tomorrow,
Friday, next Tuesday, Friday week, end of next week, EOM. Weeks begin on Monday.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from mailroom.rules.fields.day_forms import TO, WEEKDAY_EN, WEEKDAY_ZH
from mailroom.rules.fields.days import MOST_DAYS, Day, last_of_month, weekday_of
from mailroom.rules.fields.found import Context, days, ends_of, has_any

_FLAGS = re.IGNORECASE | re.ASCII
_FRIDAY, _SATURDAY = 4, 5
MOST_HOLIDAYS = 20  # in one text; each is looked up day by day
_DAYS_ZH = {
    "大后天": 3, "后天": 2, "後天": 2, "明天": 1, "明日": 1, "明早": 1, "明晚": 1,
    "今天": 0, "今日": 0, "今晚": 0, "今早": 0, "昨天": -1, "昨日": -1, "昨晚": -1,
    "前天": -2,
}  # fmt: skip
_DAYS_EN = {
    "the day after tomorrow": 2, "day after tomorrow": 2, "tomorrow": 1, "today": 0,
    "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "yesterday": -1,
}  # fmt: skip
_WEEKS = {
    "上上": -2, "上": -1, "上个": -1, "本": 0, "这": 0, "這": 0, "这个": 0, "本个": 0,
    "下": 1, "下个": 1, "下個": 1, "下下": 2,
}  # fmt: skip
_WEEK_ZH = ("周", "週", "星期", "礼拜", "禮拜")
_THE_WEEK = rf"(?:{'|'.join(sorted(_WEEKS, key=len, reverse=True))})"
_SHORT = {
    "mon",
    "tue",
    "tues",
    "wed",
    "weds",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
}
_PREPOSITION = re.compile(
    r"\b(?:by|on|before|until|till|from|since|for|this|next|last|cob|eod|noon|[ap]m"
    r"|morning|afternoon|closes|due)\s{1,3}$",
    _FLAGS,
)
_SINCE = re.compile(r"\bsince\s{1,3}$", _FLAGS)

_ZH_DAY = re.compile("今明(?:两天|兩天|两日)|" + "|".join(_DAYS_ZH))
_ZH_WEEKDAY = re.compile(
    rf"(?=[上本这這下星周週礼禮])(?<![每各逢])(?:(?P<week>{_THE_WEEK})?(?P<w>{WEEKDAY_ZH}))"
    rf"(?P<to>{TO}(?:{_THE_WEEK})?(?:{WEEKDAY_ZH}|[一二三四五六日天]))?"
)
_ZH_WEEK = re.compile(
    rf"(?P<week>{_THE_WEEK})(?:周|週|星期|礼拜)(?P<how>之?内|以内|底|末|(?=之?前))"
    "|(?P<weekend>周末|週末)(?=之?前)"
)
_ZH_MONTH = re.compile(
    r"(?=[本这下上当月今明去年第一二三四1-4])(?:"
    r"(?P<how>本|这个|下个?|上个?|当)月(?P<m>之?内|以内|底|末)"
    r"|(?<![\d个一二三四五六七八九十上下])月(?:底|末)"
    r"|(?P<year>今|本|明|去)?年(?:底|末)|(?P<in>年内)|(?P<q>本"
    r"|第?[一二三四1-4])季度(?:末|底|内))"
)
# As letters call them, and as calendars do.
_HOLIDAYS = {
    "春节": ("Chinese New Year", "春节"), "春節": ("Chinese New Year", "春节"),
    "清明": ("Tomb-Sweeping", "清明"), "五一": ("Labor Day", "劳动"),
    "劳动": ("Labor Day", "劳动"), "端午": ("Dragon Boat", "端午"),
    "中秋": ("Mid-Autumn", "中秋"), "国庆": ("National Day", "国庆"),
    "國慶": ("National Day", "国庆"), "元旦": ("New Year's Day", "元旦"),
}  # fmt: skip
_ZH_HOLIDAY = re.compile(
    rf"(?:(?P<name>{'|'.join(_HOLIDAYS)})(?:节|節|假期|长假)?"
    rf"|(?<![环季细情章关调礼小])(?:节|節|长假|放假))"
    r"(?:(?P<after>后|後)(?:的?第?[一首]个?(?:工作日|上班日)|上班(?:后?第一天|首日)"
    r"|首日)"
    r"|前(?!后|往|来)(?:的?最后一个?(?:工作日|天))?)"
)
_EN_DAY = re.compile(
    rf"(?=[tdy])\b(?:{'|'.join(sorted(_DAYS_EN, key=len, reverse=True))})\b(?!'s)",
    _FLAGS,
)
_EN_WEEKDAY = re.compile(
    rf"(?=[tnlcmwfs])(?<![-\w])(?:(?P<how>this|next|last|this coming"
    rf"|coming)\s{{1,3}})?(?P<w>{WEEKDAY_EN})"
    rf"(?P<week>\sweek\b)?(?P<to>{TO}(?:{WEEKDAY_EN}))?",
    _FLAGS,
)
_EN_END = re.compile(
    r"(?=[ewdltnmy])(?:"
    r"\b(?:(?:end of|within|during|later) )?(?:(?P<how>the|this|next) )(?P<u>week|month"
    r"|quarter|year)\b"
    r"|\b(?:end of )(?P<v>week|month|quarter|year)\b"
    r"|\b(?P<short>EOW|EOM|month[- ]end|year[- ]end)\b)",
    _FLAGS,
)
# "every Friday" is no day, "the Friday" one that was named before
_RECURRING = re.compile(r"\b(?:every|each|any|alternate|the)\s{1,3}$", _FLAGS)


def find_relative(text: str, context: Context) -> list[Day]:
    """Find every day that is named from the day of the message."""
    lower = text.lower()
    return [
        day
        for signs, pattern, read in _PATTERNS
        if has_any(lower, signs)
        for match in ends_of(
            pattern.finditer(text), MOST_HOLIDAYS if read is _zh_holiday else MOST_DAYS
        )
        for day in read(match, context)
    ]


_Match = re.Match[str]


def _day(match: _Match, first: date, last: date | None = None) -> Day:
    return Day(
        start=match.start(), end=match.end(), first=first, last=last, basis="relative"
    )


def monday(day: date, weeks: int = 0) -> date:
    """Give the Monday of a day's week, or of one so many weeks later."""
    return day + days(7 * weeks - day.weekday())


def _zh_day(match: _Match, context: Context) -> Iterator[Day]:
    today = context.today
    if match[0] in _DAYS_ZH:
        yield _day(match, today + days(_DAYS_ZH[match[0]]))
    else:
        yield _day(match, today, today + days(1))


def _zh_weekday(match: _Match, context: Context) -> Iterator[Day]:
    if match["to"] and not match["week"]:
        return  # 周一至周五 are opening hours
    today, weekday = context.today, weekday_of(match["w"])
    if match["week"]:
        begin = monday(today, _WEEKS[match["week"]])
        first = begin + days(weekday)
        last = begin + days(weekday_of(match["to"])) if match["to"] else None
        yield _day(match, first, last if last and last > first else None)
    else:
        yield _coming(_day(match, today), weekday, today)


def _coming(day: Day, weekday: int, today: date) -> Day:
    ahead = (weekday - today.weekday()) % 7
    first = today + days(ahead)
    if ahead == 0:
        # "Friday" written on a Friday: today, or the next one
        return replace(day, first=first, sure=False, others=(first + days(7),))
    return replace(day, first=first)


def _zh_week(match: _Match, context: Context) -> Iterator[Day]:
    today = context.today
    if match["weekend"]:
        first = monday(today) + days(_SATURDAY)
        yield replace(_day(match, first), sure=False)
        return
    begin = monday(today, _WEEKS[match["week"]])
    if not match["how"]:  # 下周前: before it begins
        yield replace(_day(match, begin), sure=False)
    else:
        yield replace(_day(match, begin + days(_FRIDAY)), close=True)


def _zh_month(match: _Match, context: Context) -> Iterator[Day]:
    today = context.today
    if match["q"]:
        said = match["q"].removeprefix("第")
        number = (
            (today.month + 2) // 3
            if said == "本"
            else "一二三四1234".index(said) % 4 + 1
        )
        first = last_of_month(today.year, number * 3)
    elif match["in"] or "年" in match[0]:
        shift = {"明": 1, "去": -1}.get(match["year"] or "", 0)
        first = date(today.year + shift, 12, 31)
    else:
        shift = {"下": 1, "上": -1}.get((match["how"] or "")[:1], 0)
        first = last_of_month(today.year, today.month + shift)
    yield replace(_day(match, first), close=True)


def _zh_holiday(match: _Match, context: Context) -> Iterator[Day]:
    """Read 节后第一个工作日, 节前: round the next days off with a name."""
    calendar, today = context.calendar, context.today
    names = _HOLIDAYS.get(match["name"] or "", ("",))
    # Within fourteen months each of them comes again.
    last = today + days(430)
    off = min(
        (
            day
            for day, called in calendar.days_off.items()
            if today <= day < last and any(name in called for name in names)
        ),
        default=None,
    )
    if off is None:
        return
    if match["after"]:
        while not calendar.is_working_day(off):
            off = calendar.add_working_days(off, 1)
    else:
        off = calendar.back_to_working_day(off)
    if off >= today:
        sure = off.year <= calendar.known_until
        yield replace(_day(match, off), sure=sure, close=not match["after"])


def _en_day(match: _Match, context: Context) -> Iterator[Day]:
    yield _day(match, context.today + days(_DAYS_EN[match[0].lower()]))


def _en_weekday(match: _Match, context: Context) -> Iterator[Day]:
    head = match.string[max(0, match.start() - 14) : match.start()]
    how, today = (match["how"] or "").lower().split(" ")[-1], context.today
    if _RECURRING.search(head) or _is_no_weekday(match, head):
        return
    weekday = weekday_of(match["w"])
    day = _day(match, today)
    if match["to"]:
        if not how:
            return  # Monday to Friday are opening hours
        begin = monday(today, 1 if how == "next" else 0)
        last = begin + days(weekday_of(re.split(TO, match["to"])[-1]))
        yield replace(day, first=begin + days(weekday), last=last)
    elif how == "last" or _SINCE.search(head):
        yield replace(day, first=today - days((today.weekday() - weekday) % 7 or 7))
    elif how == "next":
        yield _next(day, weekday, today)
    else:
        coming = _coming(day, weekday, today)
        if match["week"]:
            coming = replace(coming, first=coming.first + days(7), others=(), sure=True)
        yield coming


def _next(day: Day, weekday: int, today: date) -> Day:
    """Read "next Friday": the coming one, or that of next week, where they differ."""
    coming = today + days((weekday - today.weekday() - 1) % 7 + 1)
    of_next_week = monday(today, 1) + days(weekday)
    if coming == of_next_week:
        return replace(day, first=coming)
    return replace(
        day, first=of_next_week, others=(coming,), sure=False, basis="ambiguous"
    )


def _is_no_weekday(match: _Match, head: str) -> bool:
    """Say whether "sat" or "Sun" is a word or a name."""
    word = match["w"].rstrip(".")
    if word.lower() not in _SHORT or match["how"] or _PREPOSITION.search(head):
        return False
    return word.islower() or word.lower() == "sun"


def _en_end(match: _Match, context: Context) -> Iterator[Day]:
    today = context.today
    how = (match["how"] or "").lower()
    unit = (match["u"] or match["v"] or match["short"]).lower()[-4:]
    ended = "end" in match[0].lower() or match["short"]
    if not ended and (how == "the" or (how == "next" and unit != "week")):
        return
    later = int(how == "next")
    if unit in {"week", "eow"}:
        first = monday(today, later) + days(_FRIDAY)
    elif unit in {"onth", "eom"} or match[0].lower().startswith("month"):
        first = last_of_month(today.year, today.month + later)
    elif unit == "rter":
        first = last_of_month(today.year, ((today.month + 2) // 3 + later) * 3)
    else:
        first = date(today.year + later, 12, 31)
    # "this week" and "next week" name no day of their own.
    yield replace(_day(match, first), close=True, sure=bool(ended) or how == "this")


_PATTERNS: tuple[
    tuple[
        tuple[str, ...],
        re.Pattern[str],
        Callable[[_Match, Context], Iterator[Day]],
    ],
    ...,
] = (
    (("天", "日", "早", "晚"), _ZH_DAY, _zh_day),
    (_WEEK_ZH, _ZH_WEEKDAY, _zh_weekday),
    (_WEEK_ZH, _ZH_WEEK, _zh_week),
    (("底", "末", "内"), _ZH_MONTH, _zh_month),
    (("节", "節", "假", *_HOLIDAYS), _ZH_HOLIDAY, _zh_holiday),
    (("day", "tomorrow", "ton", "this"), _EN_DAY, _en_day),
    (("mon", "tue", "wed", "thu", "fri", "sat", "sun"), _EN_WEEKDAY, _en_weekday),
    (("week", "month", "quarter", "year", "eow", "eom"), _EN_END, _en_end),
)
