"""Reads days that are counted: 3个工作日内, 收到之日起15日内, within 28 days.

Day 1 is the day after the one counted from. That is the message's own day, or a day
that is written there; from another event (验收合格后, of the invoice date) nobody
can count.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from mailroom.rules.fields.days import Day, find_days, last_of_month
from mailroom.rules.fields.found import Context, days, ends_of, has_any
from mailroom.rules.fields.numerals import CN_NUMBER, CN_SIGNS, EN_NUMBER, whole

LONGEST_TERM = 1_000  # days; more is no term that a letter sets
MOST_TERMS = 20  # of one form in one text; a letter with more is a contract
_FLAGS = re.IGNORECASE | re.ASCII
_LOW = r"(?:(?P<low>\d{1,3})\s?(?:-|–|—|~|至|到|to|or)\s?)?"
_ZH = re.compile(
    rf"(?=[\d半{CN_SIGNS}])(?<![\d.-]){_LOW}(?P<n>(?<![\d.])\d{{1,3}}|{CN_NUMBER}|半)\s?个?"
    r"(?P<u>工作日|工作天|自然日|日历日|日曆日|小时|小時|星期|礼拜|日|天|周|週"
    r"|月)(?:之内|以内|内|之內|內)"
)
_EN = re.compile(
    rf"\b(?:with ?in|in)\s(?:the\snext\s|a\speriod\sof\s)?{_LOW}(?P<n>\d{{1,3}}"
    rf"|{EN_NUMBER})"
    r"(?:\s\(\w{1,12}\))?\s(?:(?P<w>working|business|office|clear|calendar)\s)?"
    r"(?P<u>day|week|month|hour|fortnight|hr)s?\b(?P<late>'?\stime\b|\slater\b)?"
    r"(?P<tail>\s(?:of|from|after|following|starting)\s[^.;\n]{1,40})?",
    _FLAGS,
)
_AFTER_ZH = re.compile(
    r"(?P<from>[^,。;:!?\n、]{0,24}?)(?:之日|当日|之时)?(?:起算|起|之后|以后|后|後"
    r"|开始)的?,?$"
)
_MESSAGE_ZH = re.compile(
    "收到|收悉|接到|接获|收文|送达|送達|签收|发文|发函|印发|下发|发布|发出|通知|即日"
    "|今日|今天"
    "|本(?:函|通知|邮件|文|公告|信)|^自?$"
)
# 事发后30分钟内电话报告、1小时内书面报告: the second counts from the same event
_GOES_ON = re.compile("后[^。;!?\n]{0,10}内[^。;!?\n]{0,12}[、,和]$")
_EVENT_ZH = re.compile(
    "货|貨|票|款|样|材料|订单|合同|产品|申请|报名|验收|签订|签署|竣工|设备|资料|项目|付"
)
_MESSAGE_EN = re.compile(
    r"^\s\w+\s(?:the\s)?(?:date\sof\s)?(?:receipt|receiving\sthis|your\sreceipt"
    r"|(?:this|the|our)\s(?:above\s)?(?:date\b|letter|e-?mail|notice|message)|today"
    r"|now)"
    r"(?!\sof\s(?:the\s)?(?:goods|invoice|order|payment|delivery|application))",
    _FLAGS,
)


def find_counted(text: str, context: Context) -> list[Day]:
    """Find every counted day whose beginning is known."""
    found: list[Day] = []
    if has_any(text, ("内", "內")):
        for match in ends_of(_ZH.finditer(text), MOST_TERMS):
            found.extend(_chinese(match, context))
    if has_any(text.lower(), ("in",)):
        for match in ends_of(_EN.finditer(text), MOST_TERMS):
            found.extend(_english(match, context))
    return found


def counted(
    begin: date, count: int, unit: str, context: Context, *, working: bool = False
) -> tuple[date, bool]:
    """Count from a day, and say whether the calendar is certain of the end."""
    count = min(count, LONGEST_TERM)
    if working:
        end = begin
        for _ in range(count):  # letters count the same days again and again
            following = context.worked.get(end)
            if following is None:
                following = context.calendar.add_working_days(end, 1)
                context.worked[end] = following
            end = following
        return end, end.year <= context.calendar.known_until
    if unit == "month":
        last = last_of_month(begin.year, begin.month + count)
        return last.replace(day=min(begin.day, last.day)), True
    return begin + days(count * {"week": 7, "fortnight": 14}.get(unit, 1)), True


_UNITS_ZH = {"周": "week", "週": "week", "星期": "week", "礼拜": "week", "月": "month"}


def _chinese(match: re.Match[str], context: Context) -> Iterator[Day]:
    begin = _begin_zh(match, context)
    said = match["u"]
    count = 1 if match["n"] == "半" else whole(match["n"])
    if begin is None or not count:
        return
    unit = _UNITS_ZH.get(said, "day")
    if match["n"] == "半":
        if unit != "month":
            return
        unit, count = "day", 15  # 半个月
    elif unit == "month" and "个" not in match[0]:
        return  # 3月内 is March
    yield from _term(
        match, context, begin, count, unit, said.startswith("工作"), said[:1] == "小"
    )


def _english(match: re.Match[str], context: Context) -> Iterator[Day]:
    begin: date | None = context.today
    if not match[0].lower().startswith("with") and not (
        match["w"] or match["late"] or "next" in match[0]
    ):
        return  # "in 3 days" needs a sign that it is a term, "in 5 working days" has it
    if match["tail"] and not _MESSAGE_EN.match(match["tail"]):
        written = find_days(match["tail"], context)
        near = written and written[0].start <= len(" starting from the ")
        begin = written[0].first if near else None
    count = whole(match["n"])
    if begin is None or not count:
        return
    working = (match["w"] or "").lower() in {"working", "business", "office"}
    unit = match["u"].lower()
    yield from _term(
        match, context, begin, count, unit, working, unit in {"hour", "hr"}
    )


def _term(  # noqa: PLR0917  one call for each language
    match: re.Match[str], context: Context, begin: date, count: int, unit: str,
    working: bool, hours: bool,  # noqa: FBT001  as the groups of the pattern say
) -> Iterator[Day]:  # fmt: skip
    if hours:
        end = (context.sent + timedelta(hours=min(count, 24 * LONGEST_TERM))).date()
        certain = True
    else:
        end, certain = counted(begin, count, unit, context, working=working)
    yield Day(
        start=match.start(), end=match.end(), first=end, basis="counted", close=True,
        sure=certain and not match["low"],
    )  # fmt: skip


def _begin_zh(match: re.Match[str], context: Context) -> date | None:
    """Give the day counted from; None for an event that the text does not date."""
    head = match.string[max(0, match.start() - 32) : match.start()]
    head = re.sub(r"[请须应于在的\s]{1,3}$", "", head)
    after = _AFTER_ZH.search(head)
    if after is None:
        return None if _GOES_ON.search(head) else context.today
    event = after["from"]
    written = find_days(event, context)
    if written:
        return written[-1].first
    if _EVENT_ZH.search(event) or not _MESSAGE_ZH.search(event):
        return None
    return context.today
