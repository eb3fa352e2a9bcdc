"""Reads days with their times of day: when something begins and when it ends."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from mailroom.rules.fields.clock import Clock, clock_at, find_clocks
from mailroom.rules.fields.counted import find_counted
from mailroom.rules.fields.day_forms import WEEKDAY_EN, WEEKDAY_ZH
from mailroom.rules.fields.days import MOST_DAYS, Day, find_days
from mailroom.rules.fields.found import Context, Found, days, ends_of, reader
from mailroom.rules.fields.relative import find_relative

_FLAGS = re.IGNORECASE | re.ASCII
_HAN = "\u4e00-\u9fff"
_GAP = re.compile(
    rf"[\s,;(\[]{{0,3}}(?:{WEEKDAY_ZH})?[\s,;)\]]{{0,3}}"
    rf"(?:\(?{WEEKDAY_EN})?[\s,)]{{0,3}}"
    r"(?:\b(?:at|from|between|dep(?:arts?|arting|arture)?|leav(?:es|ing))\b[.:]?"
    r"|@|的|T)?\s{0,3}",
    _FLAGS,
)
_GAP_BEFORE = re.compile(
    r"\s{0,3},?\s{0,3}(?:\(?(?:uk|london|local|noon)(?: time)?\)?)?\s{0,3}(?:\b(?:on"
    r"|of)\b)?"
    rf"\s{{0,3}}(?:{WEEKDAY_EN})?,?\s{{0,3}}(?:\bthe\s)?",
    _FLAGS,
)
# Further on in the sentence a time counts where it goes from one hour to another, or
# where these words follow it: 3月25日来访, 上午9:40抵达, 11:30离开.
_BEGINS = re.compile(
    r"\s?(?:抵达|抵達|到达|到達|起飞|起飛|开车|发车|开始|開始|召开|举行|报到|集合|签到|进场)"
)
_LEAVES = re.compile(r"\s?(?:离开|離開|离馆|离校|结束|結束|散会|返回|返程)")
# The same where the words come first: with you by 11am, we leave at 3pm.
_BEGINS_AT = re.compile(
    r"\b(?:(?:arriv\w{1,4}|with you|be there|get(?:ting)? (?:there|to you)|starts?"
    r"|starting|begins?|kick(?:s|ing)? off)"
    r"(?: (?:at|by|around|about|for|from)){0,2})\s$",
    _FLAGS,
)
_LEAVES_AT = re.compile(
    r"\b(?:leav(?:e|es|ing)|finish(?:es|ing)?|ends?|ending|done|over|away|until|till)"
    r"(?: (?:at|by|around|about|before)){0,2}\s$",
    _FLAGS,
)
# 07:18 - Leeds 09:52 is a journey: its first time is when it begins.
_JOURNEY = re.compile(
    rf"\s{{0,2}}(?:[-–—→>至到]|to\b)\s{{0,2}}[A-Z{_HAN}][^\n\d]{{1,30}}?\d{{1,2}}[:.]\d\d",
    _FLAGS,
)
_WAS = re.compile(r"原(?:定|计划|計劃|订|訂)?[于於在为為]?\s?$")  # no longer so
# Hours at which somebody may be reached or a door is open, and no event.
_OPEN = re.compile(
    r"(?:电话|電話|热线|熱線|咨询|諮詢|营业|營業|办公|辦公|接听|开放|受理"
    r"|\b(?:tel|phone|call|open|office|hours|lines?|reach)\b)[^,,。;\n]{0,16}$",
    _FLAGS,
)
_SENTENCE = re.compile(r"[^。;!?！？\n]{0,80}")
_FURTHER_ON = re.compile(r"[^。!?！？\n]{0,160}")  # where it ends
_BESIDE = re.compile(r"[\s,()]{0,3}(?:the\s)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, perhaps with a time of day and an end, and where the text says so."""

    start: int  # characters
    end: int
    day: Day
    at: time | None = None
    until: time | None = None
    named: bool = False  # the time is a word: noon, 下班

    def begins(self) -> str:
        """Give the beginning as ISO text: 2026-03-05 or 2026-03-05T14:30."""
        return iso(self.day.first, self.at)

    def ends(self) -> str | None:
        """Give the end as ISO text; None where the text names no end."""
        if self.day.last is None and self.until is None:
            return None
        return iso(self.day.last or self.day.first, self.until)

    def others(self) -> tuple[str, ...]:
        """Give what the beginning could be as well."""
        return tuple(iso(day, self.at) for day in self.day.others)


def find_moments(text: str, context: Context) -> Sequence[Moment]:
    """Find every day with its time, in the order of the text."""
    if text not in context.moments:
        context.moments[text] = _find_moments(text, context)
    return context.moments[text]


def _find_moments(text: str, context: Context) -> Sequence[Moment]:
    found: list[Moment] = []
    for day in ends_of(_all_days(text, context), MOST_DAYS):
        moment = _settled(_with_time(text, day), context)
        if found and (joined := _joined(text, found[-1], moment)):
            found[-1] = joined
        elif not found or moment.start >= found[-1].end:
            found.append(moment)
    return found


_TO = re.compile(
    rf"[\s)]{{0,2}}(?:\(?{WEEKDAY_ZH}\)?)?\s?(?:至|到|-|–|—{{1,2}}|~|\bto\b|\buntil\b)\s?",
    _FLAGS,
)


def _joined(text: str, first: Moment, last: Moment) -> Moment | None:
    """Give one moment for 7月25日8:00至7月27日20:00; None where they are two."""
    if first.day.last is not None or first.until is not None:
        return None
    if last.day.first <= first.day.first or not _TO.fullmatch(
        text, first.end, last.start
    ):
        return None
    day = replace(first.day, last=last.day.last or last.day.first)
    return replace(first, end=last.end, day=day, until=last.until or last.at)


def iso(day: date, at: time | None) -> str:
    """Write a day, perhaps with its time, as ISO 8601."""
    return day.isoformat() + (f"T{at:%H:%M}" if at else "")


def _all_days(text: str, context: Context) -> list[Day]:
    """Give written, named and counted days; what stands beside a date belongs to it."""
    ranked = [
        (rank, day)
        for rank, finder in enumerate((find_counted, find_days, find_relative))
        for day in finder(text, context)
    ]
    taken: list[Day] = []
    for rank, day in sorted(
        ranked, key=lambda pair: (pair[1].start, pair[0], -pair[1].end)
    ):
        if taken and day.start < taken[-1].end:
            continue
        if taken and rank < 2 and _is_beside(text, taken[-1], day):  # noqa: PLR2004
            taken.pop()  # the weekday before a date: "Friday, 5 March"
        taken.append(day)
    return taken


def _is_beside(text: str, first: Day, second: Day) -> bool:
    return (
        first.basis in {"relative", "ambiguous"}
        and not first.close
        and second.basis != "counted"
        and _BESIDE.fullmatch(text, first.end, second.start) is not None
    )


# "before 11 tomorrow": beside a day an hour of office needs no sign.
_BARE_HOUR = re.compile(
    r"\b(?:at|by|before|until|till|from|around|about|up to)\s"
    r"(?P<h>1[0-2]|[1-69])\s(?:o'clock\s)?(?:(?:our|uk|local|london)(?: time)?,?\s)?"
    r"(?:on\s)?$",
    _FLAGS,
)
_OFFICE_OPENS = 8


def _bare_hour(text: str, day: Day) -> Clock | None:
    match = _BARE_HOUR.search(text, max(0, day.start - 36), day.start)
    if match is None or not text[day.start : day.start + 1].isalpha():
        return None  # "by 5 June" is a day
    hour = int(match["h"])
    at = time(hour if hour >= _OFFICE_OPENS else hour + 12)
    return Clock(start=match.start("h"), end=match.end("h"), at=at)


def _with_time(text: str, day: Day) -> Moment:
    gap = _GAP.match(text, day.end)
    clock = clock_at(text, gap.end() if gap else day.end) or clock_at(text, day.end)
    if clock is not None:
        return _moment(day, clock, day.start, clock.end)
    # "at 3pm on 5 March": the time stands before the day.
    for clock in reversed(find_clocks(text, max(0, day.start - 40), day.start)):
        if _GAP_BEFORE.fullmatch(text, clock.end, day.start):
            return _moment(day, clock, clock.start, day.end)
    bare = _bare_hour(text, day)
    if bare is not None:
        return _moment(day, bare, bare.start, day.end)
    return Moment(start=day.start, end=day.end, day=day)


def _settled(moment: Moment, context: Context) -> Moment:
    """Settle by the time whether "Wednesday 4pm" written on a Wednesday is today."""
    day = moment.day
    if moment.at is None or not day.others or day.first != context.today:
        return moment
    first = day.first if moment.at > context.sent.time() else day.others[0]
    return replace(moment, day=replace(day, first=first, others=(), sure=True))


def _moment(day: Day, clock: Clock, start: int, end: int) -> Moment:
    return Moment(
        start=start, end=end, day=day, at=clock.at, until=clock.until,
        named=clock.named,
    )  # fmt: skip


def _dates(text: str, context: Context) -> Iterator[Found]:
    for moment in find_moments(text, context):
        yield _found(moment, moment.day.first.isoformat())


def _with_later_times(text: str, context: Context) -> Iterator[Moment]:
    """Give the moments, days without a time with the one their sentence goes on to.

    Not for deadlines: what is asked for by a day has nothing to do with that time.
    """
    moments = find_moments(text, context)
    for number, moment in enumerate(moments):
        following = moments[number + 1].start if number + 1 < len(moments) else None
        yield _with_later_time(text, moment, following)


def _with_later_time(text: str, moment: Moment, following: int | None) -> Moment:
    stop = following or len(text)
    sentence = _SENTENCE.match(text, moment.end, stop)
    further = _FURTHER_ON.match(text, moment.end, stop)
    if moment.day.last is not None or moment.until is not None:
        return moment
    later = moment if moment.at is not None else None
    for clock in find_clocks(text, moment.end, further.end() if further else stop):
        head = text[moment.end : clock.start]
        if _WAS.search(head):
            continue
        if later is None:
            inside = sentence is not None and clock.start < sentence.end()
            if _begins(text, head, clock, in_sentence=inside):
                later = replace(moment, end=clock.end, at=clock.at, until=clock.until)
        elif later.at is not None and _leaves(text, head, clock, later.at):
            return replace(later, end=clock.end, until=clock.at)
    return later or moment


def _begins(text: str, head: str, clock: Clock, *, in_sentence: bool) -> bool:
    if _BEGINS_AT.search(head[-24:]):
        return True
    return in_sentence and bool(
        _BEGINS.match(text, clock.end)
        or _JOURNEY.match(text, clock.end)
        or (clock.until is not None and not _OPEN.search(head))
    )


def _leaves(text: str, head: str, clock: Clock, since: time) -> bool:
    said = _LEAVES.match(text, clock.end) or _LEAVES_AT.search(head[-24:])
    return said is not None and clock.at > since


def _datetimes(text: str, context: Context) -> Iterator[Found]:
    for moment in _with_later_times(text, context):
        yield _found(moment, moment.begins())


def _ends(text: str, context: Context) -> Iterator[Found]:
    for moment in _with_later_times(text, context):
        end = moment.ends()
        if end is not None:
            yield _found(moment, end)


def _periods(text: str, context: Context) -> Iterator[Found]:
    for moment in _with_later_times(text, context):
        end = moment.ends()
        if end is not None:
            yield _found(moment, f"{moment.begins()}/{end}")


def _eves(text: str, context: Context) -> Iterator[Found]:
    """Read the last working day before a day to come: by then all must be ready.

    Not before the day of the message: what is on tomorrow is made ready today.
    """
    for moment in find_moments(text, context):
        if moment.day.first > context.today:
            before = context.calendar.back_to_working_day(moment.day.first - days(1))
            yield _found(moment, max(before, context.today).isoformat())


def _found(moment: Moment, value: str) -> Found:
    day = moment.day
    return Found(
        value=value, start=moment.start, end=moment.end, sure=day.sure,
        basis=day.basis, others=tuple(one.isoformat() for one in day.others),
    )  # fmt: skip


read_date = reader(_dates)
read_datetime = reader(_datetimes)
read_end = reader(_ends)
read_period = reader(_periods)
read_eve = reader(_eves)
