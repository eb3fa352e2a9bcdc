"""Reads amounts of money with their currency: figures, 万, capitals, the total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from mailroom.rules.fields.capitals import CAPITALS, MONEY_WORDS, capital_amount
from mailroom.rules.fields.found import Context, Found, ends_of, reader, spread

MOST_FIGURES = 300  # in one text, and so many in words; a letter with more is a table
_SIGNS = {
    "人民币": "CNY", "人民幣": "CNY", "RMB": "CNY", "CNY": "CNY", "¥": "CNY",
    "￥": "CNY", "元": "CNY", "圆": "CNY", "圓": "CNY", "块": "CNY", "港币": "HKD",
    "港元": "HKD", "港幣": "HKD", "HK$": "HKD", "HKD": "HKD", "美元": "USD",
    "美金": "USD", "US$": "USD", "USD": "USD", "$": "USD", "英镑": "GBP", "£": "GBP",
    "GBP": "GBP", "欧元": "EUR", "歐元": "EUR", "€": "EUR", "EUR": "EUR",
    "NT$": "TWD", "NTD": "TWD", "新台币": "TWD",
    "澳门元": "MOP", "MOP": "MOP", "日元": "JPY", "JPY": "JPY", "SGD": "SGD",
    "S$": "SGD", "A$": "AUD", "AUD": "AUD", "C$": "CAD", "CAD": "CAD", "CHF": "CHF",
}  # fmt: skip
_FLAGS = re.IGNORECASE | re.ASCII


def _sign(*, lead: bool) -> str:
    signs = sorted(_SIGNS, key=len, reverse=True)
    usable = (s for s in signs if not (lead and s in {"元", "圆", "圓", "块"}))
    return "|".join(
        rf"(?<![a-z]){re.escape(s)}(?![a-z])"
        if s.isalpha() and s.isascii()
        else (rf"{s}(?![旦素月件宵首化论])" if s == "元" else re.escape(s))
        for s in usable
    )


_FIGURES = (
    r"(?:\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,4})?|\d{1,3}(?: \d{3}){1,3}(?:[.,]\d{2})?"
    r"(?!\d)"
    r"|\d{1,3}(?:\.\d{3}){1,4},\d{2}(?!\d)|\d{1,12}(?:[.,]\d{1,4})?)"
)
_SCALES = {
    "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000, "千": 1_000,
    "百万": 1_000_000, "k": 1_000, "m": 1_000_000, "million": 1_000_000,
    "thousand": 1_000, "bn": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip
_AMOUNT = re.compile(
    rf"(?=\d)(?<![\d.,/])(?<!\d:)(?P<figures>{_FIGURES})"
    r"(?:\s?(?P<scale>百万|[万萬亿億千]|(?:k|m|bn|million|thousand"
    r"|billion)\b)(?P<rest>\d(?!\d))?)?"
    rf"(?:\s?(?P<after>{_sign(lead=False)}))?"
    r"(?P<cents>(?<=[元块])\s?\d\s?角(?:\s?\d\s?分)?|(?<=块)\d(?!\d))?",
    _FLAGS,
)
_BEFORE = re.compile(
    rf"(?:(?<![\w)])(?P<minus>[-−])\s?)?(?P<before>{_sign(lead=True)})\s?:?\s?"
    rf"(?P<negative>[-−])?$",
    _FLAGS,
)
# A quick first look: what stands before a bare figure must end a sign.
_SIGN_ENDS = frozenset("币幣B元金镑E歐欧D$£€¥￥YPRF共计計".casefold())
_LONGEST_SIGN = 12  # characters, with a colon, spaces and a minus


# What follows makes it a price of one, a rate, another thing than money.
_NO_AMOUNT_AFTER = re.compile(
    r"\s?(?:/|每|per\b|each\b|an? (?:day|night|month|week|hour|head|person|unit)"
    r"|p\.?p\b|pcm\b|元/)",
    _FLAGS,
)
_NO_AMOUNT_BEFORE = re.compile(
    r"(?=[单每最不上限以去原市@mulepr])"
    r"(?:单价|每[人台个件份天间晚月年]|最高|不超过|上限|限额|以内|去年|上年|原价|市场价"
    r"|@|\b(?:max(?:imum)?|up to|limit(?: of)?|minimum(?: payment)?|"
    r"last year|each|unit price|per \w{1,10}|rate)\b)[^\n,。;]{0,8}$",
    _FLAGS,
)
_TOTAL = re.compile(
    r"(?=[价合总一应共含实报票估预最gtabso])"
    r"(?:价税合计|价税总计|合计金额|合计|总计|一共|总共|合共|总额|总价|总金额|应付(?:金额|总额)?|共计"
    r"|含税(?:总)?(?:价|金额)|实付|实际支付|报销(?:金额|总额)|票面金额|估算"
    r"|预算(?:合计)?|最终价|"
    r"\b(?:grand total|total (?:due|payable|amount|to pay|to reimburse"
    r"|inc(?:l(?:uding)?)?\.? vat)|amount (?:due|payable)|balance(?: due)?|total"
    r"|to reimburse|sum due|outstanding))"
    r"[^\n\d¥£$€]{0,24}$",
    _FLAGS,
)
_NET = re.compile(
    r"(?=[不税小esnv])"
    r"(?:不含税|税额|小计|\b(?:ex(?:cl(?:uding)?)?\.? vat|sub-?total|net"
    r"|vat))[^\n\d]{0,12}$",
    _FLAGS,
)


def _amounts(text: str, context: Context) -> Iterator[Found]:
    """Find every amount that bears a currency or a Chinese scale (2万8)."""
    yield from (one for one, of_one in _every(text, context) if not of_one)
    yield from _in_words(text, MONEY_WORDS)


def _every(text: str, context: Context) -> Sequence[tuple[Found, bool]]:
    """Find amounts in figures, each with whether it is the price of one."""
    if text not in context.amounts:
        context.amounts[text] = list(_bearing_a_currency(text))
    return context.amounts[text]


def _bearing_a_currency(text: str) -> Iterator[tuple[Found, bool]]:
    bearing = [match for match in _AMOUNT.finditer(text) if _may_bear(match, text)]
    for match in ends_of(bearing, MOST_FIGURES):
        found = _figures(match, text)
        if found:
            yield found, _is_price_of_one(found, text)


def _may_bear(match: re.Match[str], text: str) -> bool:
    """Say at a glance whether a figure may bear a currency."""
    before = text[max(0, match.start() - 4) : match.start()].rstrip(" :-−")[-1:]
    return match.lastgroup != "figures" or before.casefold() in _SIGN_ENDS


def _in_words(text: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    for match in ends_of(pattern.finditer(text), MOST_FIGURES):
        value = capital_amount(match[0])
        if value is not None:
            yield Found(value=value, start=match.start(), end=match.end(), unit="CNY")


def _is_price_of_one(found: Found, text: str) -> bool:
    head = text[max(0, found.start - 20) : found.start]
    return bool(
        _NO_AMOUNT_AFTER.match(text, found.end) or _NO_AMOUNT_BEFORE.search(head)
    )


def _figures(match: re.Match[str], text: str) -> Found | None:
    lead = _BEFORE.search(text[max(0, match.start() - _LONGEST_SIGN) : match.start()])
    sign = lead["before"] if lead else match["after"]
    scale = match["scale"]
    if sign is None and not _is_money(match, text):
        return None
    value = _decimal(match["figures"])
    if value is None:
        return None
    if scale:
        factor = _SCALES[scale.lower()]
        value = value * factor + int(match["rest"] or 0) * factor // 10
    if match["cents"]:
        for number, unit in zip(
            re.findall(r"\d", match["cents"]), ("0.1", "0.01"), strict=False
        ):
            value += int(number) * Decimal(unit)
    taken_off = _MINUS.search(text, max(0, match.start() - 3), match.start())
    if taken_off or (lead and (lead["minus"] or lead["negative"])):
        value = -value
    return Found(
        value=f"{value:.2f}",
        start=match.start() - (len(lead[0]) if lead else 0),
        end=match.end(),
        unit=_SIGNS[sign.upper()] if sign else "CNY",
    )


_MINUS = re.compile(r"(?:^|[\s(:费额金])[-−]\s?$")  # 力调电费 -120.50 元


# 年费从7.2万调到7.8万, 一共 655.50: money that bears no sign of its own.
_PRICE = re.compile(r"(?:[费价款金]|金额|预算|造价)[^,。;:!?\n]{0,12}$")
_SUM = re.compile(r"(?:一共|总共|合共|共计|合计|总计|价税合计)\s?:?\s?$")
_WITH_CENTS = re.compile(r"\d[\d,]*\.\d\d")


def _is_money(match: re.Match[str], text: str) -> bool:
    scale, head = match["scale"], text[max(0, match.start() - 20) : match.start()]
    if scale and scale in "万萬亿億":
        return bool(match["rest"] or _PRICE.search(head))
    return bool(_WITH_CENTS.fullmatch(match["figures"]) and _SUM.search(head))


def _decimal(figures: str) -> Decimal | None:
    plain = figures.replace(" ", "")
    if re.fullmatch(r"[\d.]{1,20},\d{2}", plain):
        # 752,40 and 1.752,40 as written on the continent
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


def _totals(text: str, context: Context) -> Iterator[Found]:
    """Find the amount that counts: the last total, gross before net; best first.

    Capitals stand for the total of a Chinese paper; where they differ from the figures
    the answer is not sure and names both. A deposit stands for it only where no other
    amount is told.
    """
    every = [one for one in _amounts(text, context) if not one.value.startswith("-")]
    found = [one for one in every if not _is_part(text, one)] or every
    if not found:
        # A price for one is better than none, where it is the only one told.
        largest = max(
            (one for one, of_one in _every(text, context) if of_one),
            key=lambda one: Decimal(one.value),
            default=None,
        )
        if largest is not None:
            yield replace(largest, sure=False)
        return
    totals = _labelled(text, found)
    rest = [one for one in found if not _is_deposit(text, one)] or found
    capitals = [one for one in rest if CAPITALS.match(text, one.start)]
    figures = [o for o in totals or rest if not CAPITALS.match(text, o.start)]
    one = (figures or totals or rest)[-1]  # capitals are held against the figures
    spoken = [each for each in capitals if each.value != one.value]
    agreed = not spoken or any(each.value == one.value for each in capitals)
    yield Found(
        value=one.value, start=one.start, end=one.end, unit=one.unit,
        sure=agreed and (bool(totals) or len({each.value for each in found}) == 1),
        others=() if agreed else (spoken[-1].value,),
    )  # fmt: skip


_PART = re.compile(
    r"(?=[其内包含oi])"
    r"(?:其中|内含|包括|包含|含(?=运费|税费|安装)|\bof which"
    r"|\binclud(?:es|ing)(?! vat))"
    r"[^。;,\n]{0,24}$",
    _FLAGS,
)


def _is_part(text: str, one: Found) -> bool:
    return _PART.search(text[max(0, one.start - 30) : one.start]) is not None


_DEPOSIT = re.compile(
    r"(?=[定订押d])(?:[定订押]金|\bdeposit\b)[^。;,\d]{0,12}$", _FLAGS
)
# 合计(大写)壹万元整(小写:¥10,000.00) is one amount, said twice.
_SAID_AGAIN = re.compile(r"[\s():,]*(?:即|小写)(?:金额)?[\s():]*|[\s():]*")


def _is_deposit(text: str, one: Found) -> bool:
    return _DEPOSIT.search(text[max(0, one.start - 30) : one.start]) is not None


def _labelled(text: str, found: Sequence[Found]) -> list[Found]:
    """Give the amounts that a total's label stands before, with no other between."""
    labelled: list[Found] = []
    behind = 0  # where the amount before ends
    for one in sorted(found, key=lambda one: one.start):
        before = labelled[-1] if labelled and labelled[-1].end == behind else None
        again = (
            before is not None
            and CAPITALS.match(text, before.start)
            and _SAID_AGAIN.fullmatch(text, behind, one.start)
        )
        if again or _is_total(text, one, behind):
            labelled.append(one)
        behind = one.end
    return labelled


def _is_total(text: str, one: Found, behind: int) -> bool:
    head = text[max(behind, one.start - 40) : one.start].rsplit("\n", 1)[-1]
    return bool(_TOTAL.search(head)) and not _NET.search(head)


def _currencies(text: str, context: Context) -> Iterator[Found]:
    every = [one for one, _ in _every(text, context)]
    for one in spread([*every, *_in_words(text, MONEY_WORDS)]):
        yield Found(value=one.unit, start=one.start, end=one.end)


def _capitals(text: str, _: Context) -> Iterator[Found]:
    yield from _in_words(text, CAPITALS)


read_money = reader(_amounts)
read_total = reader(_totals, best_first=True)
read_currency = reader(_currencies)
read_capitals = reader(_capitals)
