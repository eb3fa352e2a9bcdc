"""Reads what a letter promises, or asks of its reader, by which day."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mailroom.rules.fields.deadlines import deadlines
from mailroom.rules.fields.found import Context, Flat
from mailroom.rules.fields.moments import Moment, find_moments

Who = Literal["writer", "reader"]

_FLAGS = re.IGNORECASE | re.ASCII
_SENTENCE_ENDS = re.compile(
    r"[。!?！？;；]|\.(?=\s+[A-Z一-鿿]|\s*$)|\n(?!\s?[a-z])", re.MULTILINE
)
_CLAUSE_ENDS = re.compile(r"[,，:：]")
_LONGEST = 400  # characters of a sentence that is quoted
_CONDITION = re.compile(
    r"\s*(?:如|若|倘|要是|假如|一旦|(?:if|unless|should|in case)\b)", _FLAGS
)
_NOT = re.compile(
    r"无法|不能|不会|未能|难以|不再|(?:not|cannot|can't|won't|unable)\b", _FLAGS
)

_ANSWERS_ZH = (
    "答复|答覆|回复|回覆|函复|函告|回函|告知|反馈|回信|回电|联系|说明|通知|确认|报告"
    "|汇报|知会|回话"
)
_ACTS_ZH = (
    "提供|寄|发(?![生现布展])|送|报送|交付|提交|提出|完成|安排|办理|办结|支付|付款|汇款"
    "|打款|上门|处理|维修|修好|更换|解决|到货|交货|签订|签署|盖章|出具|开具|整改|退还"
    "|退款|补发|补齐|派人|派员"
)
_VERB_ZH = re.compile(rf"(?P<answer>{_ANSWERS_ZH})|{_ACTS_ZH}")
_REACH_ZH = 28  # characters between a day and its verb
_WE_ZH = re.compile(
    r"我们|我(?=[办司局部方处院委校所会将]|单位|公司|中心|在|于|明|下|本)|本(?:公司|单位|办|部门|中心|局|院|校|所)|^\s*由"
)
_WILL_ZH = re.compile(r"将|会(?!议)|拟|争取|力争|保证|承诺|预计|计划")
_YOU_ZH = re.compile(r"贵[方单公司局部院校]|您|你")
_ASKED_ZH = re.compile(
    r"请|烦|望|麻烦|务必|敬|劳|须|需要您|(?:贵[方单公司局部院校]\S{0,3}|您|你们?)(?:于|在|务|应|需|须|可)"
)
_OTHERS_ZH = re.compile(r"对方|供应商|厂家|他们|该公司|承运|快递|会议(?:将|于|定)")
_AFTER_DAY_ZH = re.compile(r"[\s)]{0,2}的")  # of 3月5日的会议

_WILL_EN = re.compile(
    r"\b(?P<who>we|i|our \w+(?: \w+)?|you|[a-z]+(?: [a-z]+)?(?: and)?)(?:'ll|’ll|"
    r" (?:will|shall|are going to|am going to|aim to|expect to|plan to|hope to"
    r"|promise to))\s",
    _FLAGS,
)
_ANSWER_EN = (
    r"come back|get back|reply|answer|respond|write|tell|let \w+ (?:all )?know|confirm"
    r"|update|inform|advise|report|be in touch|call|ring|phone|contact|follow up|hear"
)
_ACT_EN = (
    r"send|provide|deliver|supply|complete|finish|pay|settle|arrange|submit|return"
    r"|repair|fix|replace|issue|sign|post|forward|share|receive|get|have|give|collect"
)
_VERB_EN = re.compile(
    rf"(?:also |then |again )?(?P<answer>(?:{_ANSWER_EN})\b)|(?:also )?(?:{_ACT_EN})\b",
    _FLAGS,
)
_ANSWERED_EN = re.compile(r"\s(?:again )?(?:by|on|before|within)\s", _FLAGS)
_TO_YOU = re.compile(r"\byou\b", _FLAGS)
_OF_YOU = frozenset({"hear", "receive", "get", "have"})  # "you will hear from us"
_NEAR_VERB = 40  # characters after "will" in which its verb stands
_BY_EN = re.compile(
    r"\b(?:by|before|no later than|not later than|latest|within|until|from)\s+"
    r"(?:the\s)?"
    r"(?:(?:end|close) of\s+)?(?:\w+day,?\s+)?(?:the\s+)?$",
    _FLAGS,
)
_ASKED_EN = re.compile(
    r"\b(?:please|kindly|could you|can you|would you|we ask you|you (?:must|need)"
    r"|we need)\b",
    _FLAGS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """That somebody does something by a day, in the letter's own words."""

    who: Who  # who must act: whoever wrote the letter, or whoever reads it
    by_letter: bool  # an answer keeps it; otherwise something else must happen
    day: date
    sentence: str  # as it stands in the letter
    sure: bool  # False: a person should look at the day


def read_promises(text: str, context: Context) -> tuple[Promise, ...]:
    """Give what is promised and asked in a text by its writer, in its order.

    `text` is what the writer wrote now, without what is quoted. Days count from
    `context.sent`; one that has passed then is none.
    """
    flat = Flat.of(text)
    plain = flat.plain
    asked = {moment.start for moment, _ in deadlines(plain, context)}
    found: dict[tuple[Who, date], Promise] = {}
    for moment in find_moments(plain, context):
        day = moment.day.last or moment.day.first
        if moment.day.first < context.today:
            continue
        start, end = _sentence(plain, moment)
        piece = _Piece(plain[start:end], moment.start - start, moment.end - start)
        told = piece.told(moment.start in asked)
        if told is None:
            continue
        who, by_letter, plainly = told
        first, last = (flat.back[start], flat.back[end]) if flat.back else (start, end)
        words = " ".join(text[first:last].split())
        found.setdefault(
            (who, day),
            Promise(
                who=who, by_letter=by_letter, day=day, sentence=words,
                sure=moment.day.sure and plainly,
            ),
        )  # fmt: skip
    return tuple(found.values())


def _sentence(text: str, moment: Moment) -> tuple[int, int]:
    """Give where the sentence of a moment begins and ends."""
    start, end = 0, len(text)
    for match in _SENTENCE_ENDS.finditer(text):
        if match.end() <= moment.start:
            start = match.end()
        elif match.start() >= moment.end:
            end = match.end()
            break
    return max(start, moment.start - _LONGEST), min(end, moment.end + _LONGEST)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence with the place of a day in it."""

    text: str
    start: int
    end: int

    def told(self, asked: bool) -> tuple[Who, bool, bool] | None:  # noqa: FBT001  one fact
        """Say who promises or is asked, whether an answer does, and how plainly."""
        if _CONDITION.match(self._clause()):
            return None
        for reading in (self._promised_zh, self._promised_en):
            answer = reading()
            if answer is not None:
                by_letter, plainly = answer
                return "writer", by_letter, plainly
        if asked and (_ASKED_ZH.search(self.head) or _ASKED_EN.search(self.text)):
            return "reader", True, True
        return None

    @property
    def head(self) -> str:
        return self.text[: self.start]

    @property
    def tail(self) -> str:
        return self.text[self.end :]

    def _clause(self) -> str:
        """Give what stands before the day in its own clause."""
        return _CLAUSE_ENDS.split(self.head)[-1]

    def _promised_zh(self) -> tuple[bool, bool] | None:
        clause = self._clause()
        if _AFTER_DAY_ZH.match(self.tail) or _ASKED_ZH.search(clause):
            return None
        verb = _VERB_ZH.search(self.tail[:_REACH_ZH])
        if verb is None:
            return None
        way = self.tail[: verb.start()]
        if _CLAUSE_ENDS.search(way) or _NOT.search(way) or _ASKED_ZH.search(way):
            return None
        if _OTHERS_ZH.search(clause) or _NOT.search(clause):
            return None
        ours = _WE_ZH.search(self.head) or _WE_ZH.search(way)
        will = _WILL_ZH.search(clause + way)
        to_you = _YOU_ZH.search(way + self.tail[verb.end() :][:6])
        good = ours or (will or to_you if verb["answer"] else will and to_you)
        return (bool(verb["answer"]), bool(ours or to_you)) if good else None

    def _promised_en(self) -> tuple[bool, bool] | None:
        found = None
        for will in _WILL_EN.finditer(self.head):
            verb = _VERB_EN.match(self.head, will.end())
            if (
                verb is None
            ):  # "will have it looked at and will tell you", "is … and will tell"
                continue
            who = will["who"].lower()
            first_person = who in {"we", "i"} or who.startswith("our ")
            if who == "you" and verb[0].lower() not in _OF_YOU:
                continue
            rest = self.head[verb.end() : verb.end() + _NEAR_VERB]
            to_us = _TO_YOU.match(rest.lstrip(" to")) or (
                verb["answer"] and _ANSWERED_EN.match(rest)
            )
            if not first_person and who != "you" and not to_us:
                continue
            if _NOT.match(self.head, will.end()):
                continue
            found = bool(verb["answer"]), bool(_BY_EN.search(self.head))
        return found
