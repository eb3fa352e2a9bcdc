"""Reads what moves: trains, flights, number plates, parcels."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from mailroom.rules.fields.found import Context, Found, reader, spread

_FLAGS = re.IGNORECASE | re.ASCII
_ITINERARY = re.compile(
    r"航班|班机|登机|起飞|行程|出票|机票|乘机|\b(?:flights?|itinerary|boarding"
    r"|e-?ticket|passengers?|dep(?:art(?:s|ing|ure)?)?|land(?:s|ing)?|gate)\b",
    _FLAGS,
)
_RAIL = re.compile("车次|列车|高铁|动车|火车|乘车|站台|检票|开往|车票")
_FLIGHT = re.compile(
    r"(?=[A-Z\d])(?<![A-Z0-9-])(?P<line>[A-Z]{2}|[A-Z]\d|\d[A-Z])\s?(?P<no>\d{3,4})(?![A-Z0-9-]"
    r"|\.\d)",
    re.ASCII,
)
_TRAIN = re.compile(
    r"(?=[A-Z])(?<![A-Z0-9-])(?P<kind>[GDCZTKYLS])(?P<no>[1-9]\d{0,3})(?P<ci>\s?次)?(?!航站"
    r"|[A-Z0-9-]|\.\d)",
    re.ASCII,
)
_NEAR = 120  # characters within which a word says that a code is a flight


class _Near:
    """Tells whether one of the words of a pattern stands near a place of a text.

    They are looked for once, not beside each place.
    """

    def __init__(self, words: re.Pattern[str], text: str) -> None:
        spans = [match.span() for match in words.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def between(self, start: int, end: int) -> bool:
        """Say whether a whole word stands between two places."""
        first = bisect_left(self._starts, start)
        return first < len(self._ends) and self._ends[first] <= end


def _flights(text: str, _: Context) -> Iterator[Found]:
    said = _Near(_ITINERARY, text)
    for match in _FLIGHT.finditer(text):
        near = said.between(match.start() - _NEAR, match.end() + _NEAR)
        if near and match["line"] not in _NO_LINES:
            number = match["no"].lstrip("0")
            if number:
                yield Found(
                    value=match["line"] + number, start=match.start(), end=match.end()
                )


# Letters before figures that are no airline.
_NO_LINES = frozenset({"NO", "PO", "ID", "TO", "AT", "IN", "ON", "OF", "BY", "GB"})


def _trains(text: str, _: Context) -> Iterator[Found]:
    said = _Near(_RAIL, text)
    for match in _TRAIN.finditer(text):
        near = said.between(match.start() - 20, match.end() + 20)
        if match["ci"] or near:
            end = match.end("no")
            yield Found(value=match["kind"] + match["no"], start=match.start(), end=end)


def _transport(text: str, context: Context) -> Iterator[Found]:
    yield from spread([*_flights(text, context), *_trains(text, context)])


# Provinces, and 江, 海 … as any single letter may be one in an example.
_PLATE_CN = re.compile(
    r"(?P<p>[\u4e00-\u9fff])(?P<c>[A-HJ-NP-Z])\s?[·.・•-]?\s?"
    r"(?P<n>[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9学警港澳挂])(?![A-Z0-9])",
    re.ASCII,
)
_PLATE_UK = re.compile(
    r"(?=[A-Z])(?<![A-Z0-9-])(?P<a>[A-HJ-PR-Y][A-HJ-PR-Y](?:[05][1-9]"
    r"|[1-7]\d)) ?(?P<b>[A-HJ-PR-Z]{3})(?![A-Z0-9-])",
    re.ASCII,
)
_CN_PROVINCES = frozenset(
    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
)
_PLATE_WORDS = re.compile("车|車|牌|停")


def _plates(text: str, _: Context) -> Iterator[Found]:
    for match in _PLATE_CN.finditer(text):
        digits = sum(letter.isdecimal() for letter in match["n"])
        dotted = re.search("[·.・•]", match[0])
        near = text[max(0, match.start() - 30) : match.end() + 30]
        known = match["p"] in _CN_PROVINCES or dotted or _PLATE_WORDS.search(near)
        if digits >= 2 and known:  # noqa: PLR2004  model numbers have fewer
            yield Found(
                value=f"{match['p']}{match['c']}·{match['n']}",
                start=match.start(), end=match.end(),
            )  # fmt: skip
    for match in _PLATE_UK.finditer(text):
        yield Found(
            value=f"{match['a']} {match['b']}", start=match.start(), end=match.end()
        )


def _s10_holds(number: str) -> bool:
    """Say whether a postal item number has its check digit (UPU S10)."""
    total = sum(
        int(d) * w for d, w in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True)
    )
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check) == int(number[10])


def _ups_holds(number: str) -> bool:
    """Say whether a 1Z number has its check digit."""
    values = [int(c) if c.isdecimal() else (ord(c) - 63) % 10 for c in number[2:17]]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return number[17].isdecimal() and -total % 10 == int(number[17])


def _awb_holds(number: str) -> bool:
    """Say whether an air waybill's serial has its check digit (mod 7)."""
    return int(number[3:10]) % 7 == int(number[10])


_Holds = Callable[[str], bool]
_PARCELS: tuple[tuple[str, str, _Holds | None], ...] = (
    (r"SF ?\d{12,15}", "SF", None),
    (r"1Z(?: ?[0-9A-Z]){16}", "UPS", _ups_holds),
    (r"[A-Z]{2} ?\d(?: ?\d){8} ?[A-Z]{2}", "S10", _s10_holds),
    (r"(?:JD[A-Z]{0,2}|YT|ZTO?|STO|DPK|JT)\d{10,16}", "CN", None),
    (r"X[A-Z](?: ?\d){11}(?! ?\d)", "POST", None),  # China Post, registered
    (r"\d{3}-\d{4} ?\d{4}", "AWB", _awb_holds),
)
_PARCEL = re.compile(
    r"(?=[A-Z\d])(?<![A-Z0-9-])(?:"
    + "|".join(f"(?P<p{n}>{words})" for n, (words, _, _) in enumerate(_PARCELS))
    + r")(?![A-Z0-9-])",
    re.ASCII,
)
_LABELLED = re.compile(
    r"(?:运单|快递|物流|邮件|挂号信?|包裹|快件)(?:单)?(?:号码?|编号|號)?(?:为"
    r"|是)?\s?:?\s?(?P<n>[A-Z]{0,4}\d[\dA-Z]{7,21})(?![\dA-Z])"
    r"|\b(?:tracking|consignment|shipment|parcel|AWB|waybill)\b(?: (?:no|number|ref"
    r"|id))?\.?\s?[:#]?\s?(?P<m>(?-i:[A-Z]{0,4}\d(?:[ -]?[\dA-Z]){7,21}))(?![\dA-Z])",
    _FLAGS,
)


def _parcels(text: str, _: Context) -> Iterator[Found]:
    """Find parcel numbers by their form or their label; `unit` is who issued them."""
    found = [
        one for match in _PARCEL.finditer(text) if (one := _parcel(match)) is not None
    ]
    for match in _LABELLED.finditer(text):
        group = "n" if match["n"] else "m"
        number = re.sub(r"[ -]", "", match[group]).upper()
        found.append(
            Found(value=number, start=match.start(group), end=match.end(group))
        )
    yield from spread(sorted(found, key=lambda one: not one.unit))


def _parcel(match: re.Match[str]) -> Found | None:
    _, carrier, holds = _PARCELS[int((match.lastgroup or "p0")[1:])]
    number = re.sub(r"[ -]", "", match[0])
    sure = holds is None or holds(number)
    if not sure and carrier != "UPS":
        return None  # its form alone says too little
    value = f"{number[:3]}-{number[3:]}" if carrier == "AWB" else number
    return Found(
        value=value, start=match.start(), end=match.end(), unit=carrier, sure=sure
    )


read_transport_no = reader(_transport)
read_plate = reader(_plates)
read_tracking_no = reader(_parcels)
