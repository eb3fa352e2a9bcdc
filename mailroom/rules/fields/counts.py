"""Reads how many: people, days, percent, pieces; and codes to collect a parcel with."""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from mailroom.rules.fields.found import MOST_FOUND, Context, Found, reader, spread
from mailroom.rules.fields.numerals import CN_NUMBER, CN_SIGNS, EN_NUMBER, NUMBER, whole

_FLAGS = re.IGNORECASE | re.ASCII
_N = rf"(?P<n>(?<![\d.])(?!(?<=\d,)\d{{3}}(?!\d))\d{{1,6}}|{CN_NUMBER})"
_PEOPLE_ZH = re.compile(
    rf"(?=[\d共约预合参出来人{CN_SIGNS}])"
    r"(?:(?:(?P<lead>一行|共计?|约|预计|合计|参(?:会|演|加)(?:人员|人数)?"
    rf"|出席|来宾)\s?)?{_N}\s?(?P<more>余|多|来)?(?:名|位|个)?"
    r"(?:人(?!民|力|事|次|间|工|均|才|物|民币|数|以下|以上|家|们)|(?<=[名位])(?:员工"
    r"|学生|师生|同学|教师|家长|儿童|孩子|观众|游客|职工|队员|志愿者|工作人员"
    r"|同志|嘉宾|代表|领导|客人|专家|学员|记者|老师|来宾|访客|同事))"
    rf"|人数\s?(?:为|约|还是|大概|大约)?\s?:?\s?(?P<c>\d{{1,5}}(?!\d)|{CN_NUMBER}))",
    _FLAGS,
)
_PEOPLE_EN = re.compile(
    r"(?=[pgdhwzotfsena\d])(?:"
    rf"\b(?:(?:party|group|delegation|team|total|headcount|attendance) of|(?:headcount"
    rf"|attendees|number of (?:people|attendees|guests))\s?[:=]?|for|there (?:will be"
    rf"|are)|we are)\s(?:about |around |approx\.? )?(?P<a>\d{{1,4}}"
    rf"|{EN_NUMBER})(?:\b(?! ?(?:o'clock|[ap]m|days?|weeks?|months?|years?|hours?"
    rf"|minutes?|mins?|%|:|\.\d|nights?|[£$€]|/|desks?|items?|copies|March|(?:working"
    rf"|business|calendar)))(?!,?\d))"
    rf"|\b(?P<b>\d{{1,4}}|{EN_NUMBER})\s(?:of us|people|persons|guests|visitors"
    rf"|attendees|delegates|participants|covers|pax|heads|colleagues)\b)",
    _FLAGS,
)


def _headcount(text: str, _: Context) -> Iterator[Found]:
    """Find how many people come; guests before the cups of tea."""
    found = [
        one
        for pattern in (_PEOPLE_ZH, _PEOPLE_EN)
        for match in islice(pattern.finditer(text), MOST_FOUND)
        if (one := _people(match, text)) is not None
    ]
    yield from spread(found)


_EACH = re.compile(r"(?:每|\beach |\bper |每隔|第)\s?$", _FLAGS)


def _people(match: re.Match[str], text: str) -> Found | None:
    parts = match.groupdict()
    group = next(name for name in ("n", "c", "a", "b") if parts.get(name))
    count = whole(parts[group])
    head = text[max(0, match.start() - 6) : match.start()]
    word = parts[group].lower()
    if not count or word in {"a", "an"} or _EACH.search(head):
        return None
    plain = group == "n" and not parts["lead"]
    if plain and count < 2:  # noqa: PLR2004  一人 is a way of speaking
        return None
    vague = bool(parts.get("more")) or parts.get("lead") in {"约", "预计"}
    return Found(
        value=str(count), start=match.start(group), end=match.end(), unit="people",
        sure=not vague,
    )  # fmt: skip


_DAYS = re.compile(
    rf"(?<![\d第.])(?P<n>\d{{1,3}}(?:\.5)?|{CN_NUMBER}|半)\s?个?(?:工作日|工作天|天"
    rf"|日(?=假))(?P<half>半)?(?!之?内|以内|后|前|空|津|气|花|线|猫)"
    rf"|\b(?P<en>\d{{1,3}}(?:\.5)?|half a|{EN_NUMBER})(?: and a half)?[\s-](?:working "
    rf"|business |calendar )?days?\b",
    _FLAGS,
)


def _days(text: str, _: Context) -> Iterator[Found]:
    """Find lengths in days: 2天, 两天半, half a day, 1.5 days."""
    for match in _DAYS.finditer(text):
        said = (match["n"] or match["en"]).lower()
        head = text[max(0, match.start() - 8) : match.start()]
        if re.search(r"(?:\bwithin|\bin|月|每|-|至|到)\s?$", head, _FLAGS):
            continue
        if said in {"半", "half a"}:
            count = Decimal("0.5")
        elif "." in said:
            count = Decimal(said)
        else:
            number = whole(said)
            if not number:
                continue
            halves = match["half"] or "and a half" in match[0].lower()
            count = number + (Decimal("0.5") if halves else Decimal(0))
        yield Found(
            value=f"{count:f}", start=match.start(), end=match.end(), unit="days"
        )


_PERCENT = re.compile(
    rf"(?<![\d.])(?P<n>\d{{1,3}}(?:\.\d{{1,4}})?)\s?(?P<sign>%|‰|per ?cent\b|个百分点)"
    rf"|百分之(?P<zh>{CN_NUMBER})",
    _FLAGS,
)


def _percent(text: str, _: Context) -> Iterator[Found]:
    for match in _PERCENT.finditer(text):
        if match["zh"]:
            number = whole(match["zh"])
            value = None if number is None else str(number)
        else:
            figure = Decimal(match["n"]) / (10 if match["sign"] == "‰" else 1)
            value = f"{figure:f}"
        if value is not None:
            yield Found(value=value, start=match.start(), end=match.end(), unit="%")


_MEASURES = (
    "台|个|箱|包|盒|支|本|份|套|把|张|件|辆|块|条|只|袋|卷|桶|瓶|间|吨|部|副|双|组"
)
_QUANTITY = re.compile(
    rf"(?=[\dx×{CN_SIGNS}])(?:(?<![\d.第])(?!(?<=\d,)\d{{3}}(?!\d))(?P<n>\d{{1,6}}|{CN_NUMBER})\s?(?P<u>{_MEASURES})(?!月|人|工作|小时"
    rf"|会议|别|体|性|百分|月内|式|代|中|车位?号|点|方面|上|下|座)"
    r"|(?<![\d.-])(?P<en>\d{1,6})\s?[x×]\s(?=[A-Za-z])|[x×]\s?(?P<x>\d{1,6})(?![\d.]))",
    _FLAGS,
)


def _quantities(text: str, _: Context) -> Iterator[Found]:
    for match in _QUANTITY.finditer(text):
        group = next(name for name in ("n", "en", "x") if match[name])
        count = whole(match[group])
        if count:
            yield Found(
                value=str(count), start=match.start(), end=match.end(),
                unit=match["u"] or "",
            )  # fmt: skip


_PICKUP = re.compile(
    r"(?:取件码|取货码|提货码|提取码|自提码|货架号|\b(?:pick-?up|collection"
    r"|locker) (?:code|pin|number)\b)\s?(?:为|是"
    r"|\bis\b)?\s?:?\s?(?P<n>[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8}){0,3})(?![A-Z0-9])",
    _FLAGS,
)


def _pickup_codes(text: str, _: Context) -> Iterator[Found]:
    for match in _PICKUP.finditer(text):
        if any(letter.isdecimal() for letter in match["n"]):
            yield Found(
                value=match["n"].upper(), start=match.start("n"), end=match.end("n")
            )


_WHOLE = re.compile(rf"(?<![\w.])(?!(?<=\d,)\d{{3}}(?!\d)){NUMBER}(?![\d.,]\d)", _FLAGS)


def _numbers(text: str, _: Context) -> Iterator[Found]:
    """Find whole numbers in figures and words."""
    for match in _WHOLE.finditer(text):
        number = whole(match[0])
        if number is not None and match[0].lower() not in {"a", "an"}:
            yield Found(value=str(number), start=match.start(), end=match.end())


read_headcount = reader(_headcount)
read_days = reader(_days)
read_percent = reader(_percent)
read_quantity = reader(_quantities)
read_pickup_code = reader(_pickup_codes)
read_number = reader(_numbers)
