"""Finds the day by which a message asks for something."""

import re
from datetime import date

from mailroom.rules.moments import Moment, find_moments

_BEFORE_ZH = re.compile(
    r"\s*(?:\(?(?:星期|周)[一二三四五六日天]\)?)?\s*(?:下班|上班|中午)?\s*"
    r"(?:之前|以前|前|截止|为止|止)"
)
_LEADS = re.compile(
    r"(?:截止(?:日期|时间)?(?:为|是|到|至|于)?|最迟(?:于|到)?"
    r"|(?:报名|反馈|回复)期限(?:为|是)?"
    r"|\b(?:by|before|no later than|not later than|due(?: on| date)?"
    r"|deadline(?: is| of)?|closing date(?: is)?|return(?:ed)? by|closes(?: on)?))"
    r"[\s::,]*(?:the\s+)?(?:(?:end of|close of play on|cob on|noon on|5pm on)\s+)?"
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)


def find_deadline(text: str, reference: date) -> Moment | None:
    """Find the day by which something is asked for; None where none is named.

    A date counts where 前, 之前, 截止 follow it, or 最迟, 截止, by, before, no later
    than, due lead to it. Of several the earliest is taken that is not past already.
    """
    named = [
        moment
        for moment in find_moments(text, reference)
        if _BEFORE_ZH.match(text, moment.end)
        or _LEADS.search(text[max(0, moment.start - 40) : moment.start])
    ]
    coming = [moment for moment in named if moment.day >= reference]
    return min(coming, key=lambda moment: moment.begins(), default=None)
