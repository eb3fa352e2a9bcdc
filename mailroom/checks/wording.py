"""Checks what a letter says: gaps, attachments, days, words with consequences."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from mailroom.calendar import WEEKDAYS
from mailroom.checks.letter import Letter
from mailroom.drafts import Finding
from mailroom.errors import text
from mailroom.rules.fields.days import Day, find_days
from mailroom.rules.fields.readers import READERS

OPEN_PLACE = re.compile(
    r"【待填[^】\n]{0,80}】|\[to fill:[^\]\n]{0,80}\]|\{\{[^}\n]{0,80}\}\}|\{%"
    r"|(?<![A-Za-z\d×])[×xX]{3,8}(?![A-Za-z\d×])"
    r"|(?<!\w)(?:TO[ -]?DO|TBC|TBD)(?!\w)|(?<!_)_{3,}"
    r"|尊敬的\s{0,3}[:：,，]|^\s*Dear\s{0,3}[,:]",
    re.MULTILINE,
)

_SENTENCE = re.compile(r"[^。！？!?\n；;]{1,400}")
# Words by which a letter says that something goes with it.
_ENCLOSED = re.compile(
    r"(?:随函|随信|随邮件|现|兹|并|已)(?:附上?|附送|附寄|呈附)|附上(?!次)|请查收附件"
    r"|^\s*附件\s{0,2}\d{0,2}[:：]|(?:见|详见|参见|参阅)(?:随函|本函|所附|后附)?附件"
    r"|\b(?:please (?:find|see)|you(?: will|['’]ll) find|find)\b[^.\n]{0,40}"
    r"\b(?:attached|enclosed)\b|\b(?:i|we)(?: have| am| are|['’]ve|['’]m|['’]re)?"
    r" (?:also )?(?:attach(?:ed|ing)?|enclos(?:e|ed|ing))\b"
    r"|\b(?:is|are) (?:attached|enclosed)\b(?! to (?:your|the))"
    r"|\bsee the attach(?:ed|ment)",
    re.IGNORECASE,
)
# What is said of *their* attachment, or asked of them.
_NOT_OURS = re.compile(
    r"您的?附件|你的?附件|贵[^，,。]{0,8}附件|来[信函文][^，,。]{0,6}附件|未[^，,。]{0,6}附"
    r"|没有?[^，,。]{0,6}附|无附件|请[^，,。]{0,12}(?:附上|随附)|补[发送][^，,。]{0,6}附"
    r"|\byour (?:attach|enclos)|\bno attach|\bnot (?:attached|enclosed)"
    r"|\bwithout|\bmissing|\bplease (?:attach|enclose)|\b(?:could|can|would) you"
    r"|\byou (?:have )?(?:attached|enclosed|sent)|\bif you\b",
    re.IGNORECASE,
)

_WEEKDAY = (
    r"(?P<zh>(?:星期|周|週|礼拜)[一二三四五六日天])"
    r"|(?P<en>\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b)"
)
_AFTER = re.compile(rf"[ \t]{{0,2}}[(（,，]?[ \t]{{0,2}}(?:{_WEEKDAY})", re.IGNORECASE)
_WITHIN = re.compile(_WEEKDAY, re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:{_WEEKDAY})\.?,?[ \t]{{1,3}}(?:the[ \t])?$"
    r"|(?P<close>(?:星期|周)[一二三四五六日天])[,，]?$",
    re.IGNORECASE,
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SOON = timedelta(days=180)
_YEAR = re.compile(r"(?:19|20)\d\d|[〇○零一二三四五六七八九]{4}年")

_UNTIL = re.compile(r"\s{0,2}[)）]?\s{0,2}(?:之前|以前|前(?![往台])|止|截止)")
_UNTIL_EN = re.compile(
    r"\b(?:by|until|no later than|before|not later than)\s{0,2}$", re.IGNORECASE
)
_TO_COME = re.compile(
    r"将(?:于|在|会)|拟于|定于|预计|届时|请于|请在|\bwill\b|\bshall\b|\bplease\b",
    re.IGNORECASE,
)
_LOOK = 40  # characters before a day that may lead to it

_BANK = re.compile(
    r"(?:账|帐)号\s{0,3}[:：为是]?\s{0,3}\d|开户(?:银?行|名)\s{0,3}[:：为是]"
    r"|\bsort code\b|\baccount (?:no|number)\b\.?\s{0,3}:?\s{0,3}\w|\b(?:BIC|SWIFT)\b",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"律师|诉讼|起诉|仲裁|违约金?|赔偿|索赔|法律责任|承担责任|解除合同|保留[^。\n]{0,8}权利"
    r"|\b(?:liab(?:le|ility)|legal (?:action|proceedings)|solicitors?|lawyers?"
    r"|compensation|damages|indemnif\w{1,5}|breach of|without prejudice|terminat\w{1,4}"
    r" (?:the|this|our) (?:contract|agreement))\b",
    re.IGNORECASE,
)


def line_of(words: str, place: int) -> str:
    """Name the line of our text at which something stands."""
    return f"text:{words.count(chr(10), 0, place) + 1}"


def left_open(letter: Letter) -> Iterator[Finding]:
    """Find places that somebody meant to fill in."""
    for match in OPEN_PLACE.finditer(letter.words):
        yield Finding(
            code="left-open",
            level="blocks",
            place=line_of(letter.words, match.start()),
            text=text("“{words}” is still to be filled in", words=match[0].strip()),
        )


def missing_attachment(letter: Letter) -> Iterator[Finding]:
    """Find what is said to go with a letter that has no attachment."""
    if letter.content.enclosures:
        return
    for sentence in _SENTENCE.finditer(letter.words):
        said = _ENCLOSED.search(sentence[0])
        if said and not _NOT_OURS.search(sentence[0]):
            yield Finding(
                code="no-attachment",
                level="blocks",
                place=line_of(letter.words, sentence.start() + said.start()),
                text=text("“{words}”, but nothing is attached", words=said[0].strip()),
            )
            return


def wrong_weekday(letter: Letter) -> Iterator[Finding]:
    """Find days with a weekday that is another one's.

    Without a year the writer may mean another than ours: then it is a risk only.
    """
    words = letter.words
    for day in find_days(words, letter.context):
        said = _weekday(words, day)
        whole = _YEAR.search(words[day.start : day.end]) is not None
        meant = day.first if whole else _coming(day.first, letter.today)
        if said is None or day.last is not None or said == meant.weekday():
            continue
        if not whole and words[day.start : day.end] in _theirs(letter):
            continue  # a day of theirs, repeated: they meant their own year
        around = words[max(0, day.start - 12) : day.end + 8]
        yield Finding(
            code="weekday",
            level="blocks" if whole else "risk",
            place=line_of(words, day.start),
            text=text(
                "{words}: {date} is a {weekday}",
                words=" ".join(around.split()),
                date=meant.isoformat(),
                weekday=WEEKDAYS[meant.weekday()],
            ),
        )


def _theirs(letter: Letter) -> str:
    mail = letter.original
    return f"{mail.subject}\n{mail.text}" if mail is not None else ""


def _coming(day: date, today: date) -> date:
    """Return the next such day, for a letter of ours that names no year.

    What the reader took for an earlier year because of its weekday is a slip of ours.
    """
    if day >= today or (day.month, day.day) == (2, 29):
        return day
    following = day.replace(year=today.year)
    if following < today:
        following = day.replace(year=today.year + 1)
    return following if following - today < _SOON else day


def _weekday(words: str, day: Day) -> int | None:
    """Return the weekday written within a day, right after or right before it."""
    found = (
        _WITHIN.search(words[day.start : day.end])
        or _AFTER.match(words[day.end : day.end + 16])
        or _BEFORE.search(words[max(0, day.start - 16) : day.start])
    )
    if found is None:
        return None
    name = next(group for group in found.groups() if group)
    if name.isascii():
        return _DAYS.index(name[:3].lower())
    return "一二三四五六日".index(name[-1].replace("天", "日"))


def day_gone_by(letter: Letter) -> Iterator[Finding]:
    """Find a day that the letter treats as one to come, and that has passed."""
    words = letter.words
    for day in find_days(words, letter.context):
        last = day.last or day.first
        if last >= letter.today:
            continue
        begins = max(words.rfind(sign, 0, day.start) for sign in "\n。.;；") + 1
        head = words[max(begins, day.start - _LOOK) : day.start]
        asked = _UNTIL.match(words, day.end) or _UNTIL_EN.search(head)
        if asked or _TO_COME.search(head):
            yield Finding(
                code="past-day",
                level="risk",
                place=line_of(words, day.start),
                text=text("{date} has passed already", date=last.isoformat()),
            )


def promise_gone_by(letter: Letter) -> Iterator[Finding]:
    """Say that the day has passed by which the case was due, and which we promise."""
    if letter.promised is None or letter.promised >= letter.today:
        return
    day = letter.promised.isoformat()
    if day not in {one.text.values["date"] for one in day_gone_by(letter)}:
        yield Finding(
            code="past-promise",
            level="risk",
            place="text",
            text=text(
                "the date it promises has passed: {date}",
                date=day,
            ),
        )


def weighty_words(letter: Letter) -> Iterator[Finding]:
    """Find bank details and words of law; tell of money and of what we promise."""
    words = letter.words
    bank = _BANK.search(words) or next(
        iter(READERS["iban"](words, letter.context)), None
    )
    if bank is not None:
        start = bank.start() if isinstance(bank, re.Match) else bank.start
        yield Finding(
            code="bank-details",
            level="risk",
            place=line_of(words, start),
            text=text("it gives bank details: compare them with those on file"),
        )
    law = _LAW.search(words)
    if law is not None:
        yield Finding(
            code="law",
            level="risk",
            place=line_of(words, law.start()),
            text=text("“{words}” may bind the office in law", words=law[0]),
        )
    money = READERS["money"](words, letter.context)
    if money:
        yield Finding(
            code="money",
            level="note",
            place=line_of(words, money[0].start),
            text=text(
                "it states money: {amounts}",
                amounts=", ".join(
                    dict.fromkeys(words[m.start : m.end].strip() for m in money[:5])
                ),
            ),
        )
    days = [d for d in find_days(words, letter.context) if d.first >= letter.today]
    if days:
        yield Finding(
            code="days",
            level="note",
            place=line_of(words, days[0].start),
            text=text(
                "it states days: {days}",
                days=", ".join(dict.fromkeys(d.first.isoformat() for d in days[:5])),
            ),
        )
