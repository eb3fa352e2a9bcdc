"""Reads amounts in Chinese capitals: 壹万贰仟叁佰元整 is 12300.00.

The forms are those of the bank rules (正确填写票据和结算凭证的基本规定). 元 and 圆,
整 and 正, traditional 萬 and 圓, simple 一万二千 in between are read alike.
"""

import re
from decimal import Decimal

_DIGITS = {
    letter: number
    for number, letters in enumerate(
        (
            "零〇",
            "壹一壱",
            "贰二貳两",
            "叁三參叄参",
            "肆四",
            "伍五",
            "陆六陸",
            "柒七",
            "捌八",
            "玖九",
        )
    )
    for letter in letters
}
_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1_000, "千": 1_000}
_SECTIONS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_BIG = "零〇壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟"
_ANY = "".join((*_DIGITS, *_UNITS, *_SECTIONS))

_CENTS = rf"(?:[零〇]?[{_ANY}]角)?(?:[零〇]?[{_ANY}]分)?[整正]?"
_YUAN = "[元圆圓](?![旦素月件宵首化论])"
# With at least one letter that is a capital: 三千元 is everyday prose.
CAPITALS = re.compile(
    rf"(?=[{_ANY}])(?:(?<![{_ANY}])(?=[{_ANY}]{{0,30}}[{_BIG[2:]}])[{_ANY}]{{1,40}}{_YUAN}{_CENTS}"
    rf"|(?<![{_ANY}元圆圓角])[{_BIG[2:]}]角(?:[{_BIG}]分)?[整正]?)"
)
# 三千元 as well; 几千元 is no amount.
MONEY_WORDS = re.compile(
    rf"(?=[{''.join(_DIGITS)}拾十])(?<![{_ANY}\d几数上多.])[{''.join(_DIGITS)}拾十][{_ANY}]{{0,40}}{_YUAN}{_CENTS}"
)

_AMOUNT = re.compile(
    rf"(?:(?P<yuan>[{_ANY}]+)[元圆圓])?(?:[零〇]?(?P<jiao>[{_ANY}])角)?"
    rf"(?:[零〇]?(?P<fen>[{_ANY}])分)?[整正]?"
)


def capital_amount(words: str) -> str | None:
    """Give the amount as decimal text; None where the words make no number."""
    match = _AMOUNT.fullmatch(words)
    if match is None:
        return None
    yuan = _whole(match["yuan"]) if match["yuan"] else 0
    if yuan is None:
        return None
    jiao, fen = (_DIGITS.get(match[part] or "零") for part in ("jiao", "fen"))
    if jiao is None or fen is None:
        return None
    return f"{Decimal(yuan) + Decimal(jiao * 10 + fen) / 100:.2f}"


def _whole(words: str) -> int | None:
    total, section, digit, last = 0, 0, None, 10_000
    for letter in words:
        if letter in _DIGITS:
            if digit:  # two digits in a row: a number told figure by figure
                return None
            digit = _DIGITS[letter]
        elif letter in _UNITS:
            unit = _UNITS[letter]
            if unit >= last or (digit == 0 and unit != _UNITS["拾"]):
                return None
            section += (digit or 1) * unit
            digit, last = None, unit
        else:
            value = section + (digit or 0)
            if letter in "亿億":
                total = (total + value) * _SECTIONS[letter]
            else:
                total += value * _SECTIONS[letter]
            section, digit, last = 0, None, 10_000
    return total + section + (digit or 0)
