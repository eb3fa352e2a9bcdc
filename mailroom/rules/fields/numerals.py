"""Reads whole numbers in figures and in words, Chinese and English."""

import re

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_ENGLISH = {word: n for n, word in enumerate(_WORDS)} | {
    "a": 1,
    "an": 1,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
}

CN_SIGNS = "〇零一二三四五六七八九十百千两兩"
CN_NUMBER = f"[{CN_SIGNS}]{{1,9}}"
EN_NUMBER = "(?:" + "|".join(sorted(_ENGLISH, key=len, reverse=True)) + r")\b"
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,9}}|{CN_NUMBER}|{EN_NUMBER})"


def whole(word: str) -> int | None:
    """Read 12, 1,200, 十五, 一百二十, 两千, seven; None where it is no number."""
    plain = word.strip().replace(",", "").lower()
    if plain.isascii() and plain.isdecimal():
        return int(plain)
    if plain in _ENGLISH:
        return _ENGLISH[plain]
    return _chinese(plain)


def digits(word: str) -> str | None:
    """Read a number told figure by figure: 二〇二六 is 2026."""
    if not word or any(letter not in _DIGITS for letter in word):
        return None
    return "".join(str(_DIGITS[letter]) for letter in word)


def _chinese(word: str) -> int | None:
    if not word or re.search(r"[^〇○零一二三四五六七八九十百千两兩]", word):
        return None
    if not any(letter in _UNITS for letter in word):
        return int(digits(word) or 0)
    total, digit, last = 0, 0, 10_000
    for letter in word:
        unit = _UNITS.get(letter)
        if unit is None:
            if digit:
                return None  # 三五十 is no number
            digit = _DIGITS[letter]
        elif unit >= last:
            return None
        else:
            total += (digit or 1) * unit
            digit, last = 0, unit
    return total + digit
