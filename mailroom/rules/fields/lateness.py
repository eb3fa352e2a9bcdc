"""Reads whether a report says that its matter is late."""

import re
from collections.abc import Iterator
from itertools import islice

from mailroom.rules.fields.found import MOST_FOUND, Context, Found, reader

_FLAGS = re.IGNORECASE | re.ASCII
_LONG = r"(?:\d{1,3}|[一两二三四五六七八九十几半]{1,3})个?(?:天|日|周|星期|月|工作日)"
_LONG_EN = r"(?:a|an|one|two|three|four|few|\d{1,3}) (?:day|week|month)s?"
_LATE = re.compile(
    rf"滞后|延误|顺延|延期|推迟|延后|赶不上|来不及|落后|超期|逾期|推到|推至|交不了|完不成|(?:晚|慢)了?{_LONG}"
    r"|(?:[未没]能?|不能|无法)(?:按[时期]|按计划|按节点|如期)"
    r"|\b(?:slip(?:ped|ping|s)?\b|(?:will|going to) (?:miss|slip|be late)\b"
    r"|won't make\b|behind(?: schedule| plan| by)\b|delayed\b|pushed back\b"
    rf"|running late\b|overdue\b|{_LONG_EN} (?:late|behind)\b)",
    _FLAGS,
)
_ON_TIME = re.compile(
    r"按(?:计划|节点|期|时|进度)|如期|能赶上|赶得上|不影响(?:进度|工期|交付|大局)|正常推进|(?:无|没有|未)(?:滞后|延误)"
    r"|已(?:全部|经|基本)?(?:完成|办结|落实|到位)|全部(?:完成|落实|办结)|申请办结"
    r"|\b(?:on (?:track|schedule|time)|as planned|ahead of (?:schedule|plan)"
    r"|no (?:delays?|slippage)|nothing (?:has )?slipped|status: ?green|signed off"
    r"|(?:is|are|now|all|can be|was|were) (?:done|complete[d]?|finished|closed)"
    r"|nothing (?:is )?outstanding)\b",
    _FLAGS,
)
# 无滞后, not delayed, 如有滞后 tell of nothing late; 上次滞后 was another time.
_DENIED = re.compile(
    r"(?:无|没有|未|不会|不|避免|防止|以免|如有?|若有?|一旦)[^,。;\n]{0,2}$"
    r"|\b(?:no|not|nothing(?: has)?|isn't|aren't|without|if \w{1,20}|unless \w{1,20}"
    r"|avoid|never)\s$",
    _FLAGS,
)
_NEAR = 24  # characters before a word in which it is denied


def _lateness(text: str, _: Context) -> Iterator[Found]:
    """Give "true" for each word of being late; where there is none, "false"."""
    late = [
        match
        for match in islice(_LATE.finditer(text), MOST_FOUND)
        if not _DENIED.search(text[max(0, match.start() - _NEAR) : match.start()])
    ]
    for match in late or islice(_ON_TIME.finditer(text), MOST_FOUND):
        value = "true" if late else "false"
        yield Found(value=value, start=match.start(), end=match.end())


read_lateness = reader(_lateness)
