"""Groups phone numbers to be read, and covers private numbers."""

import re
from collections.abc import Sequence

from mailroom.errors import text
from mailroom.words.filters.facts import Filter

_LONGEST = 40  # characters of a phone number with its extension
_LARGEST = 10**15  # no phone number has more digits (ITU-T E.164)
_WRITTEN = re.compile(
    r"(?P<abroad>\+|00)?(?P<number>[\d\s().-]{5,30}?)"
    r"(?P<extension>\s*(?:转|分机|ext\.?|x|#)\s*\d{1,6}|(?<=\d{7})-\d{1,5})?",
    re.ASCII | re.IGNORECASE,
)
_DASHED = re.compile(r"0\d{2,3}-\d{7,8}", re.ASCII)

# How the digits of a country divide, after its code or the 0 in front.
_MOBILE = (r"(1[3-9]\d)(\d{4})(\d{4})",)
_CHINESE = (
    r"(10|2\d)(\d{4})(\d{4})",
    r"([3-9]\d{2})(\d{4})(\d{4})",
    r"([3-9]\d{2})(\d{3})(\d{4})",
)
_CALL_CENTRES = (r"([48]00)(\d{3})(\d{4})",)
_BRITISH = (
    r"(2\d)(\d{4})(\d{4})",
    r"(11\d|1\d1|[389]\d{2})(\d{3})(\d{4})",
    r"([17]\d{3})(\d{6})",
)

_PRIVATE = re.compile(r"[\dA-Za-z*]{1,40}", re.ASCII)
_ADDRESS = re.compile(r"([^\s@]{1,64})@([A-Za-z0-9.-]{1,255})")
_HEAD, _TAIL = 3, 4  # characters of a private number that are shown
_LONG_ENOUGH = 11  # to show both ends: a mobile number becomes 138****8000


def phone(value: object, country: object = "") -> object:
    """+86 138 0013 8000; 010-8888 6666; an extension stays as it was written.

    A number with the code of China or Britain, a Chinese mobile and one with a dash
    after its area say themselves where they divide; another does by `country`, "CN"
    or "UK". What is not understood is handed back.
    """
    words = _as_words(value)
    match = _WRITTEN.fullmatch(words) if len(words) <= _LONGEST else None
    if match is None:
        return value
    number = match["number"].strip()
    if match["abroad"]:
        grouped = _abroad(number)
    elif _DASHED.fullmatch(number):
        grouped = _at_home(number.replace("-", ""), "CN")
        if grouped.partition("-")[0] != number.partition("-")[0]:
            return value  # 0207-9460122: the dash is not where an area of China ends
    else:
        grouped = _at_home(re.sub(r"\D", "", number), country)
    return f"{grouped}{match['extension'] or ''}" if grouped else value


def mask(value: object) -> object:
    """138****8000: a private number with its middle covered; w***@example.cn.

    A short number shows its last four places, a very short one none. None for what is
    no such number: handed back, it would stand uncovered in the letter.
    """
    words = _as_words(value)
    if address := _ADDRESS.fullmatch(words):
        return f"{address[1][0]}***@{address[2]}"
    plain = re.sub(r"^(?:\+|00)86|[\s()-]", "", words)
    if not _PRIVATE.fullmatch(plain):
        return None
    head = _HEAD if len(plain) >= _LONG_ENOUGH else 0
    tail = _TAIL if len(plain) > 2 * _TAIL - 1 else 0
    covered = len(plain) - head - tail
    return plain[:head] + "*" * covered + plain[len(plain) - tail :]


def _as_words(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < _LARGEST else ""
    return value.strip() if isinstance(value, str) else ""


def _abroad(number: str) -> str:
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    for code, shapes in (("86", _MOBILE + _CHINESE), ("44", _BRITISH)):
        if digits.startswith(code):
            groups = _groups(digits.removeprefix(code), shapes)
            return " ".join((f"+{code}", *groups)) if groups else ""
    return ""


def _at_home(digits: str, country: object) -> str:
    if country == "UK":
        groups = _groups(digits[1:], _BRITISH) if digits.startswith("0") else ()
        return " ".join((f"0{groups[0]}", *groups[1:])) if groups else ""
    if groups := _groups(digits, _MOBILE):
        return " ".join(groups)
    if country != "CN":
        return ""
    if groups := _groups(digits, _CALL_CENTRES):
        return "-".join(groups)
    groups = _groups(digits[1:], _CHINESE) if digits.startswith("0") else ()
    return f"0{groups[0]}-{groups[1]} {groups[2]}" if groups else ""


def _groups(digits: str, shapes: Sequence[str]) -> tuple[str, ...]:
    for shape in shapes:
        if match := re.fullmatch(shape, digits, re.ASCII):
            return match.groups()
    return ()


PHONES = (
    Filter(
        phone,
        text("a phone number in groups; for one without a code name CN or UK"),
        "'01088886666转8000'|phone('CN')",
        "010-8888 6666转8000",
    ),
    Filter(
        mask,
        text("a private number or address with its middle covered"),
        "'13800138000'|mask",
        "138****8000",
    ),
)
