"""Reads the day by which a letter asks something of its reader.

A day counts where 前, 之前, 截止 follow it, where 最迟, by, no later than, due lead to
it, where 请于 and a verb of handing in enclose it, or where it is a term of its own
(3个工作日内, within 28 days). It does not where the writer promises, where figures are
told up to a day (截止上月底), where a discount ends, or where it is over.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from mailroom.rules.fields.clock import CLOSE, NOON, Clock, find_clocks
from mailroom.rules.fields.counted import MOST_TERMS, counted
from mailroom.rules.fields.days import Day
from mailroom.rules.fields.found import Context, Found, ends_of, has_any, reader
from mailroom.rules.fields.moments import Moment, find_moments, iso
from mailroom.rules.fields.numerals import NUMBER, whole

_FLAGS = re.IGNORECASE | re.ASCII
_CLAUSE = 60  # characters that are looked at on either side
_HALF = r"(?P<half>上午|中午|下午|晚上|晚)?"
_AFTER_ZH = re.compile(
    rf"[\s)]{{0,3}}{_HALF}(?:会|开会|上班)?(?:或?之前|以前|前(?!后|後|往|期|台|夕|述|已"
    rf"|一天|三天|两天|几天)|截止|截至|为止|止(?!痛|损))"
)
_VERB_ZH = (
    "反馈|反饋|报送|报|回复|回覆|答复|提交|提供|函复|发至|发到|发给|发送|发|填报|上报"
    "|上传|送|交|寄|确认|完成|给|传|办结|归还|缴|付|告知|报名|返回"
)
_HANDED_IN = re.compile(
    rf"[\s)]{{0,2}}{_HALF}(?:内|之内)?,?(?:务必)?(?:先|就|要|必须)?(?:把"
    rf"|将)?[^,。;!?\n]{{0,15}}?(?:{_VERB_ZH})"
)
# 24日上午就要, 周五急用: who says so asks for it.
_WANTED = re.compile(
    r"[\s)]{0,2}(?:上午|下午|中午|晚上|一早)?(?:之?前)?(?:我|我们)?"
    r"(?:就要(?![开到来求是])|就得(?:交|要|有)|急用|急需|等着用|要用(?!于|到)|得用上|收口|截稿|收稿|关网|封账|收单"
    r"|把[^,。;!?\n]{0,20}(?:交|报|送|发|拿|给)[^,。;!?\n]{0,4}(?:我|办公室|本[办处科]))"
)
# By then it must lie ready: 3月18日来取, "I'll collect it on Friday".
_FETCHED = re.compile(
    r"[\s)]{0,2}(?:上午|下午|中午)?(?:\d{1,2}点半?)?(?:我|我们)?(?:会|将|要|再)?"
    r"(?:过来|来|上门|前来|派人来?)(?:取|拿|领(?!导)|提(?!交|出|供))"
)
_FETCH_EN = re.compile(
    r"\b(?:collect|pick|picking|collecting|fetch|collected|picked)"
    r"(?: (?:it|them|these|this|the \w{1,20}))?(?: up)?(?: from you)?(?: on| at)? $",
    _FLAGS,
)
_FIRST_GIVE = re.compile(rf"{_HALF}先(?:{_VERB_ZH})")
_LEAD_ZH = re.compile(
    r"(?=[截结到最至不务赶报反回提办整完申缴付答征投期时限d交要])"
    r"(?:(?:截止|截至|结束|到期)(?:日期|时间|日)?(?:为|是|到|至|于|:)?|(?:最迟|最晚"
    r"|至迟|不晚于|不迟于|务必在|务必于|赶在)(?:于|在|到|不超过)?"
    r"|(?:报名|反馈|回复|报送|提交|办理|整改|完成|申报|缴费|付款|答复|征集"
    r"|投稿)?(?:期限|时限|截止期|限期)(?:为|是|:|至|到|于)?|\bDDL:?|限于?|(?:完成|反馈"
    r"|报送|提交|交付|要求)(?:时间|日期)(?:为|是|:))\s{0,2}$",
    _FLAGS,
)
_LEAD_EN = re.compile(
    r"(?=[bndcriolwpshya])"
    r"\b(?:by|before|no later than|not later than|not after|due(?: back)?(?: on| by"
    r"| in)?(?: date)?|deadline(?: is| of| for [^.\n]{1,25} is)?|"
    r"closing date(?: is| for [^.\n]{1,25} is)?|clos(?:es|ing)(?: on| at)?|(?:request"
    r"|invitation|link|offer|window|poll|survey|consultation"
    r"|hold) (?:will )?(?:expires?|closes?|ends?)(?: on)?|rsvp|respond by date|reply by"
    r"|"
    r"(?:you )?have until|at the latest|latest|on or before|cut[- ]?off(?: date| is)?"
    r"|needed|required by)"
    r"[\s:,]{0,3}(?:is )?(?:at )?(?:the\s)?(?:(?:end of"
    r"|close(?: of (?:play|business|the day))?(?: on)?|cob(?: on)?|eod(?: on)?|noon on"
    r"|the end of)\s)?(?:the\s)?"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)?(?:the\s)?$",
    _FLAGS,
)
_LATEST = re.compile(r"\s(?:at the (?:very )?latest|latest)\b", _FLAGS)
_ASK_ZH = re.compile("请|請|务必|須|须|需|要求|麻烦|烦|应当|应于|应在|望|要|得|劳|敬")
_ASK_EN = re.compile(
    r"(?=[pkcwnmrsluiae])"
    r"\b(?:please|kindly|could|can|would|need|must|required|should|let (?:me|us)|send"
    r"|return|submit|reply|respond|confirm|unless|if|ask|expect(?:ed)?|reaches)\b",
    _FLAGS,
)
_PROMISE_ZH = re.compile(
    r"(?:我们?|我(?:司|局|部|公司|方|单位|处|办|院|委)|本(?:公司|中心|单位|平台|系统)"
    r"|小编|客服|工作人员|系统)[^,。;\n请]{0,8}(?:将|会|争取|力争|可|能)[^请]{0,12}$"
    r"|(?:预计|计划|预期|力争|争取|承诺|保证|拟|有望|已定|将于|将在|已于|可于|会在"
    r"|原定)[^,。;\n请]{0,12}$"
)
_PROMISE_EN = re.compile(
    r"(?=[wihtsepogda])"
    r"\b(?:(?:we|i|they|he|she|it|who|engineers?|parcel|order|goods|delivery"
    r"|team)(?:'ll|\s(?:will|shall|aim|expect|plan|hope|intend|"
    r"promise|am going|are going|can))|will be (?:delivered|ready|completed|with you"
    r"|back|done|here)|"
    r"expected|scheduled|aim(?:ing)? to|hope to|going to|should arrive"
    r"|will arrive)\b(?![^.!?\n]{0,40}\b(?:please|need|ask|you to|hear"
    r"|receive)\b)[^.!?;\n]{0,40}$",
    _FLAGS,
)
_STATISTICS = re.compile(
    r"[)\s]{0,2}(?:底|末)?,?\s?(?:已|共|累计|累計|全(?:市|省|国|县|区|公司|集团)|我"
    r"|公司|仍|尚|有\d|未|各|集团|本年|完成|实现)"
)
_AS_OF_ZH = re.compile("(?:截止|截至|截止到|截至到)(?:到|至|于)?$")
_LABEL_ZH = re.compile(
    "(?:报名|申报|投稿|征集|提交|反馈|时间|日期|有效期?|缴费|办理)(?:截止|截至)(?:到|至"
    "|于)?$"
)
_DISCOUNT = re.compile(
    r"[^。;!?\n]{0,30}(?:优惠|可享|享受|打?[一二三四五六七八九\d]折|赠送|早鸟)"
    r"|[^.;!?\n]{0,30}\b(?:early[- ]bird|discount|% off|save)\b",
    _FLAGS,
)
_CONDITION = re.compile(
    "(?:之前|以前|前)[^,。;!?\n]{1,14}的(?:人员|员工|职工|同志|单位|企业|项目|车辆|合同"
    "|订单|设备)"
)
_OVER = re.compile("(?:之前|以前|前)(?:均|都|就|即)?(?:已|曾|完成了)")
_QUOTED_LINE = re.compile(r"^[ \t]{0,3}>", re.MULTILINE)
_VALID = re.compile(
    r"(?=[有v])"
    r"(?:有效期?(?:为|是|至|到|延到|延长至|:)?|\bvalid\b[^.\n]{0,15})\s{0,2}$",
    _FLAGS,
)


def deadlines(text: str, context: Context) -> list[tuple[Moment, bool]]:
    """Find what is asked for by when, the earliest first, and whether that is sure."""
    found: list[tuple[Moment, bool]] = []
    for moment in find_moments(text, context):
        sure = _asked(text, moment, context)
        if sure is not None:
            found.append((_with_close(text, moment), sure))
    if not found:
        found.extend(_today_at(text, context))
    return sorted(found, key=lambda pair: (pair[0].begins()[:10], _late(pair[0])))


def _late(moment: Moment) -> time:
    return moment.at or time(23, 59)


def _asked(text: str, moment: Moment, context: Context) -> bool | None:
    """Say whether a moment is a deadline, and a sure one; None where it is none."""
    day = moment.day
    begins = text.rfind("\n", 0, moment.start) + 1
    if day.first < context.today or _QUOTED_LINE.match(text, begins):
        return None
    head = text[max(begins, moment.start - _CLAUSE) : moment.start]
    tail = text[moment.end : moment.end + _CLAUSE]
    clause = re.split("[。;!?！？]", head)[-1]
    fetched = _FETCHED.match(tail) or _FETCH_EN.search(clause)
    if fetched or _WANTED.match(tail):
        return day.sure  # a promise of theirs that asks us
    if _no_deadline(clause, tail):
        return None
    whole_clause = clause + re.split(r"[。;!?\n]|\.\s", tail)[0]
    asks = bool(_ASK_ZH.search(whole_clause) or _ASK_EN.search(whole_clause))
    if _AFTER_ZH.match(tail):
        doubt = re.match(r"前来|[^前]{0,3}会前", tail) is not None
        return day.sure and not doubt
    if _LEAD_ZH.search(clause) or _LEAD_EN.search(head) or _LATEST.match(tail):
        return day.sure
    return _asked_in_other_words(text, moment, clause, tail, asks=asks)


def _asked_in_other_words(
    text: str, moment: Moment, clause: str, tail: str, *, asks: bool
) -> bool | None:
    day, words = moment.day, text[moment.start : moment.end]
    # "COB Friday", "EOD tomorrow", 4月3日先给初稿
    if (moment.named and _LEAD_IN_TIME.match(words)) or _FIRST_GIVE.match(tail):
        return day.sure
    if day.close and (day.basis == "counted" or words[-1] in "内底末內前"):
        # A term of its own needs somebody who is asked, or our receipt to count from.
        if asks or _RECEIPT.search(clause + words):
            return day.sure
        return False if _VERB_NEAR.search(clause + tail[:20]) else None
    if day.close and re.match(r"this week$", words, re.IGNORECASE):
        return False if _UNLESS.search(clause) else None
    asked_for = _ASK_ZH.search(clause) and _HANDED_IN.match(tail)
    return day.sure and "请" in clause if asked_for else None


_VERB_NEAR = re.compile(f"{_VERB_ZH}|逾期")
_RECEIPT = re.compile(r"收到|接到|收悉|送达|\breceipt\b|\breceiving\b", _FLAGS)
_UNLESS = re.compile(r"\b(?:if|unless)\b", _FLAGS)
_LEAD_IN_TIME = re.compile(r"(?:COB|COP|EOD|close of|end of)\b", _FLAGS)


_IT_IS = re.compile("(?:又|快|已|就|马上|眼看)(?:到|是|要到)(?:了)?$")  # 又到月底啦


def _no_deadline(clause: str, tail: str) -> bool:
    if _IT_IS.search(clause):
        return True
    if _PROMISE_ZH.search(clause) or _PROMISE_EN.search(clause):
        return True
    if _VALID.search(clause) or _DISCOUNT.match(tail) or _OVER.match(tail):
        return True
    if (
        _AS_OF_ZH.search(clause)
        and _STATISTICS.match(tail)
        and not _LABEL_ZH.search(clause)
    ):
        return True
    return bool(_CONDITION.match(tail) and not _ASK_ZH.search(clause))


def _with_close(text: str, moment: Moment) -> Moment:
    """Give half days their end: 4月7日上午前, 明天上午先交, Friday morning."""
    if moment.at is not None:
        return moment
    half = re.match(
        r"[\s)]{0,2}(上午|中午|下午(?!前)|(?:morning|lunchtime)\b)",
        text[moment.end :][:20],
    )
    if half is None or re.match(
        r"\d|[一二三四五六七八九十]", text[moment.end + half.end() :][:1]
    ):
        return moment
    at = CLOSE if half[1] == "下午" else NOON
    return replace(moment, end=moment.end + half.end(), at=at)


_TODAY_EN = re.compile(
    r"\b(?:by|before|no later than|deadline(?: is|:)?|latest)\s(?:today,?\s)?$", _FLAGS
)


_LEADS_TO_A_TIME = ("by ", "before ", "later than ", "deadline", "latest ", "前", "截")


def _today_at(text: str, context: Context) -> Iterator[tuple[Moment, bool]]:
    """Read "by 5pm" and 17点前 without a day: today, where that is still to come."""
    if not has_any(text.lower(), _LEADS_TO_A_TIME):
        return
    local = context.sent.replace(tzinfo=None)
    for clock in find_clocks(text):
        head = text[max(0, clock.start - _CLAUSE) : clock.start]
        clause = re.split("[。;!?\n]", head)[-1]
        leads = _TODAY_EN.search(head) or (
            _ASK_ZH.search(clause) and _AFTER_ZH.match(text, clock.end)
        )
        if not leads or _no_deadline(clause, text[clock.end :][:_CLAUSE]):
            continue
        at = _still_to_come(clock, local)
        if at is not None:
            yield _today(replace(clock, at=at), context.today), False


def _still_to_come(clock: Clock, local: datetime) -> time | None:
    """Give the time of day, 五点半 in the afternoon as half past five; None if over."""
    if datetime.combine(local.date(), clock.at) > local:
        return clock.at
    afternoon = clock.at.hour + 12
    if clock.named or not 1 <= clock.at.hour < _OFFICE_OPENS:
        return None
    at = clock.at.replace(hour=afternoon)
    return at if datetime.combine(local.date(), at) > local else None


_OFFICE_OPENS = 8


def _today(clock: Clock, today: date) -> Moment:
    day = Day(start=clock.start, end=clock.end, first=today, basis="relative")
    return Moment(start=clock.start, end=clock.end, day=day, at=clock.at)


def _found(moment: Moment, *, sure: bool) -> Found:
    return Found(
        value=iso(moment.day.last or moment.day.first, moment.at),
        start=moment.start,
        end=moment.end,
        sure=sure,
        basis=moment.day.basis,
        others=moment.others(),
    )


def _deadlines(text: str, context: Context) -> Iterator[Found]:
    for moment, sure in deadlines(text, context):
        yield _found(moment, sure=sure)


_UNTIL = re.compile(
    r"(?:有效期?(?:限)?(?:为|是|延)?(?:至|到|:|延到|延长至)|价格保留(?:至|到)"
    r"|\bvalid (?:until|till|to|through|up to)|"
    r"\bgood until|\bexpir(?:es|y date|y)(?: on)?|\bopen (?:until|for acceptance until)"
    r"|\bhold(?:s)? until|\b(?:hold it|held|firm|stands) (?:un)?till?)[\s:]{0,3}"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)?$",
    _FLAGS,
)
_TERM = re.compile(
    r"(?:有效期?(?:为|是|:)?\s?|自(?:今日|即日|本日|报价之?日)起\s?"
    r"|\b(?:valid|holds?|held|good|firm) (?:for )?(?:a period of )?)"
    rf"(?P<n>{NUMBER})\s?个?(?P<u>工作日|天|日|周|月|working days?|days?|weeks?"
    rf"|months?)(?!\d)",
    _FLAGS,
)
_UNITS = {"周": "week", "月": "month"}


def _validity(text: str, context: Context) -> Iterator[Found]:
    """Read until when an offer holds: 有效期至4月10日, valid 30 days."""
    for moment in find_moments(text, context):
        head = text[max(0, moment.start - 40) : moment.start]
        if _UNTIL.search(head):
            yield _found(moment, sure=moment.day.sure)
    for match in ends_of(_TERM.finditer(text), MOST_TERMS):
        count, unit = whole(match["n"]), match["u"].lower()
        if not count:
            continue
        working = unit.startswith(("工作", "working"))
        end, certain = counted(
            context.today, count, _UNITS.get(unit, unit.rstrip("s")), context,
            working=working,
        )  # fmt: skip
        yield Found(
            value=end.isoformat(), start=match.start(), end=match.end(), sure=certain,
            basis="counted",
        )  # fmt: skip


_DUE = re.compile(
    r"(?:到期(?:还款)?日|还款日|付款(?:期限|截止日?|日期|到期日?)|应付(?:款)?日"
    r"|最迟付款日?|缴款期限)(?:期)?(?:为|是|:|于)?\s{0,2}$"
    r"|\b(?:due(?: date| on| by)?|payable (?:by|on|before)|payment (?:due|date)(?: on"
    r"| by)?|payment by|pay by)[\s:]{0,3}(?:is\s)?(?:on\s)?"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)?$",
    _FLAGS,
)


# "please pay within 14 days", but not "will pay"
_PAY = re.compile(
    r"\b(?:please (?:pay|settle)(?: it| this(?: invoice)?| the invoice)?|payable"
    r"|payment(?: is| terms)?(?: due)?:?)\s{1,2}$",
    _FLAGS,
)


def _due_dates(text: str, context: Context) -> Iterator[Found]:
    """Read when money is or was to be paid, the past included."""
    for moment in find_moments(text, context):
        head = text[max(0, moment.start - 30) : moment.start]
        counted_to = moment.day.basis == "counted" and _PAY.search(head)
        if counted_to or _DUE.search(head):
            yield _found(moment, sure=moment.day.sure or moment.day.basis == "year")


read_deadline = reader(_deadlines, best_first=True)
read_validity = reader(_validity)
read_due_date = reader(_due_dates)
