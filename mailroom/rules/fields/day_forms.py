"""Holds the forms in which days of the calendar are written, as patterns."""

import re

_FLAGS = re.IGNORECASE | re.ASCII
# Patterns that look back begin with the signs they may begin with, "(?=[…])": so `re`
# runs over the others at once, some five times as fast.
MONTH_EN = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WEEKDAY_EN = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b\.?"
)
WEEKDAY_ZH = r"(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]"
TO = r"\s{0,3}(?:-|–|—{1,2}|~|至|到|\bto\b|\buntil\b|\btill\b)\s{0,3}"
_AND = r"\s{0,3}(?:,|、|&|和|\band\b|\bor\b)\s{0,3}"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_M = r"(?:1[0-2]|0?[1-9])"
_TH = r"(?:st|nd|rd|th)?"
_CN_M = "(?:十[一二]?|[一二三四五六七八九])"
_CN_D = (
    "(?:三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"
)
# 15日; 15号 where that is no house, no line, no document …
_NUMBERED = (
    r"(?:日|[号號](?!楼|樓|线|門|门|库|厅|会议室|机|馆|院|令|文|码|车|电|公|仓|桌|房"
    r"|口))"
)

_YEAR_ZH = (
    r"(?:(?P<y>20\d\d(?=\s{0,2}年)|(?<!\d)\d\d(?=年)|今年|本年|明年"
    r"|去年)\s{0,2}年?\s{0,2}"
    # Nor is a day of 1987年 or 2999年 one of this year.
    r"|(?<!\d年)(?<!\d年\s)(?<!\d\s年)(?<!\d\s年\s))"
)
WITH_YUE = re.compile(
    rf"(?=[\d今本明去])(?<![\d.]){_YEAR_ZH}(?<!\d)(?P<m>{_M})\s{{0,2}}月\s{{0,2}}"
    rf"(?P<d>{_DAY})\s?(?:{_NUMBERED})?"
    rf"(?:(?:{TO}|(?P<and>{_AND}))(?:{WEEKDAY_ZH})?(?:(?:(?P<y2>20\d\d)年)?"
    rf"(?P<m2>{_M})月)?(?P<d2>{_DAY})\s?{_NUMBERED}"
    rf"|(?<=[日号號]))",
    _FLAGS,
)
IN_WORDS = re.compile(
    r"(?=[〇○零一二三四五六七八九十])"
    rf"(?:(?P<y>[〇○零一二三四五六七八九]{{4}})年)?(?<![十个])(?P<m>{_CN_M})月"
    rf"(?P<d>{_CN_D})[日号號]"
)
ISO = re.compile(
    rf"(?=2)(?<![\d./-])(?P<y>20\d\d)(?P<sep>[-/.])(?P<m>{_M})(?P=sep)(?P<d>{_DAY})(?![\d/-]"
    rf"|\.\d)",
    _FLAGS,
)
FIGURES = re.compile(
    r"(?=\d)(?<![\w./-])(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)"
    r"(?P<y>20\d\d|(?<=/)\d\d)(?![\d/-]|\.\d)",
    _FLAGS,
)
_W = rf"(?:{WEEKDAY_EN},?\s{{1,3}})?"
TWO_MONTHS = re.compile(
    rf"(?=\d)(?<![\d./,-])(?<!\d:)(?P<d>{_DAY}){_TH}\s{{1,3}}(?P<m>{MONTH_EN})(?:\s"
    rf"(?P<y>20\d\d))?{TO}{_W}"
    rf"(?P<d2>{_DAY}){_TH}\s{{1,3}}(?P<m2>{MONTH_EN})(?:,?\s{{1,3}}(?P<y2>20\d\d))?"
    rf"(?!\d)",
    _FLAGS,
)
UK = re.compile(
    rf"(?=\d)(?<![\d./£$€-])(?<!\d:)(?P<d>{_DAY}){_TH}(?:(?:{TO}"
    rf"|(?P<and>{_AND})){_W}(?P<d2>{_DAY}){_TH})?"
    rf"(?:\s{{1,3}}(?:of\s)?|-)(?P<m>{MONTH_EN})"
    rf"(?:(?:,?\s{{1,3}}|-)(?P<y>20\d\d|'\d\d|(?<=-)\d\d))?(?!\d)",
    _FLAGS,
)
US = re.compile(
    rf"(?=[jfmasond])\b(?P<m>{MONTH_EN})\s{{1,3}}(?:the\s)?(?P<d>{_DAY}){_TH}(?!\d|:\d|,\d\d\d|\.\d"
    rf"|\s?[ap]\.?m\b)"
    rf"(?:(?:{TO}|(?P<and>{_AND}))(?:(?P<m2>{MONTH_EN})\s{{1,3}})?(?P<d2>{_DAY}){_TH}"
    rf"(?!\d|:\d|\s?[ap]\.?m\b|\s{MONTH_EN}))?"
    rf"(?:,?\s{{1,3}}(?P<y>20\d\d))?(?!\d)",
    _FLAGS,
)
SHORT = re.compile(
    rf"(?=\d)(?<![\d./-])(?P<m>{_M})[/.](?P<d>{_DAY})(?=\s?(?:\(?{WEEKDAY_ZH}|之?前(?!后)"
    rf"|截止))",
    _FLAGS,
)
OF_MONTH = re.compile(
    r"(?=[\d本这当下次上])"
    rf"(?:(?P<rm>本|这个|当|下个?|次|上个?)月\s?"
    rf"|(?<![\d月年./至到~—、-]))(?P<d>{_DAY}){_NUMBERED}"
    rf"(?:(?<=月.[日号號])|(?<=月..[日号號])|(?=\)?之?前(?!后)|以前|截止|[上下中]午|下班|晚上"
    rf"|\({WEEKDAY_ZH}))",
    _FLAGS,
)
THE_24TH = re.compile(
    rf"\bthe (?P<d>{_DAY})(?:st|nd|rd|th)\b(?! (?:of |{MONTH_EN}|floor|time|edition"
    rf"|century|anniversary|item|day|year))",
    _FLAGS,
)
END_ZH = re.compile(
    r"(?=[\d今本明去一二三四五六七八九十])"
    rf"(?<![\d.]){_YEAR_ZH}(?<!\d)(?P<m>{_M}|{_CN_M})\s?月(?:份)?(?:底|末"
    rf"|(?P<third>[上中下]旬))",
    _FLAGS,
)
END_EN = re.compile(rf"\bend (?:of )?(?P<m>{MONTH_EN})(?:\s(?P<y>20\d\d))?", _FLAGS)

# Beside a day: more of its month, what makes "may" a month, its weekday.
LISTED = re.compile(rf"(?<![\d.])(?<!\d:)(?:{_DAY}{_TH},\s?){{1,12}}$", _FLAGS)
PREPOSITION = re.compile(
    r"\b(?:by|on|before|until|from|since|of|for|due)\s{1,3}(?:the\s)?$", re.IGNORECASE
)
WEEKDAY_AFTER = re.compile(rf"\s?\(?\s?(?P<w>{WEEKDAY_ZH}|{WEEKDAY_EN})\)?", _FLAGS)
WEEKDAY_BEFORE = re.compile(
    rf"(?P<w>{WEEKDAY_ZH}|\b{WEEKDAY_EN})\)?,?\s{{0,2}}(?:the\s)?$", _FLAGS
)
