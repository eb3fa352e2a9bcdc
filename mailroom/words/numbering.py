"""Counts the paragraphs that Word numbers, and writes their numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from docx.oxml.ns import qn

from mailroom.words.filters import FILTERS
from mailroom.words.runs import Element

_VAL = qn("w:val")
_DEEPEST = 9  # levels of a list in Word
_LONGEST = 60  # "aaaa…": letters of one number
# Signs of the fonts Symbol and Wingdings, which say nothing in a mail.
_PRIVATE = range(0xF000, 0xF100)
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_STEMS, _CIRCLED = "甲乙丙丁戊己庚辛壬癸", range(1, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a list."""

    start: int
    form: str  # "decimal", "bullet", "chineseCounting" … (ST_NumberFormat)
    pattern: str  # "%1.%2": the numbers of the levels, with what stands round them
    indent: float | None  # points from the left
    only_figures: bool  # isLgl: every number in figures


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """What a paragraph's numId stands for; lists of one abstract count together."""

    abstract: str
    levels: tuple[Level, ...]
    starts_anew: frozenset[int]  # the levels that begin again where this list begins


Numbering = Mapping[str, List]


def read_numbering(root: Element | None) -> Numbering:
    """Read word/numbering.xml: numId → list."""
    if root is None:
        return MappingProxyType({})
    abstracts = {
        str(one.get(qn("w:abstractNumId"))): {
            _number(level, qn("w:ilvl")): level for level in one.iter(qn("w:lvl"))
        }
        for one in root.iter(qn("w:abstractNum"))
    }
    lists = {}
    for one in root.iter(qn("w:num")):
        abstract = _said(one, "abstractNumId") or ""
        levels = dict(abstracts.get(abstract, {}))
        starts: dict[int, int] = {}
        for change in one.findall(qn("w:lvlOverride")):
            at = _number(change, qn("w:ilvl"))
            level = change.find(qn("w:lvl"))
            if level is not None:
                levels[at] = level
            start = _said(change, "startOverride")
            if start is not None and start.isdecimal():
                starts[at] = int(start)
        lists[str(one.get(qn("w:numId")))] = List(
            abstract=abstract,
            levels=tuple(
                _level(levels.get(at), starts.get(at)) for at in range(_DEEPEST)
            ),
            starts_anew=frozenset(starts),
        )
    return MappingProxyType(lists)


def _level(element: Element | None, start: int | None) -> Level:
    said = (_said(element, "start") or "1") if element is not None else "1"
    indent = None
    if element is not None:
        place = element.find(f"{qn('w:pPr')}/{qn('w:ind')}")
        left = "" if place is None else str(place.get(qn("w:left"), ""))
        indent = int(left) / 20 if left.isdecimal() else None
    return Level(
        start=start if start is not None else int(said) if said.isdecimal() else 1,
        form=(_said(element, "numFmt") or "decimal") if element is not None else "none",
        pattern=(_said(element, "lvlText") or "") if element is not None else "",
        indent=indent,
        only_figures=element is not None and element.find(qn("w:isLgl")) is not None,
    )


class Counters:
    """Where the lists of one letter stand; used once."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.counts: dict[str, list[int | None]] = {}
        self.begun: set[str] = set()

    def label(self, number: str, at: int, *, anew: bool = False) -> str:
        """Count one more paragraph of that list and level; return its number."""
        found = self.numbering.get(number)
        if found is None or not 0 <= at < _DEEPEST:
            return ""
        counts = self.counts.setdefault(found.abstract, [None] * _DEEPEST)
        if anew:
            counts[:] = [None] * _DEEPEST
        elif number not in self.begun:
            for level in found.starts_anew:
                counts[level] = None
        self.begun.add(number)
        for level in range(at + 1):
            if counts[level] is None:
                counts[level] = found.levels[level].start - (level == at)
        counts[at] = (counts[at] or 0) + 1
        counts[at + 1 :] = [None] * (_DEEPEST - at - 1)
        return _label(found.levels, at, counts)


def _label(levels: tuple[Level, ...], at: int, counts: list[int | None]) -> str:
    level = levels[at]
    if level.form == "bullet":
        plain = not level.pattern or ord(level.pattern[0]) in _PRIVATE
        return "•" if plain or level.pattern in {"o", "l", "n"} else level.pattern
    label = level.pattern
    for other in range(at + 1):
        form = "decimal" if level.only_figures else levels[other].form
        label = label.replace(f"%{other + 1}", written(counts[other] or 0, form))
    return label


def written(number: int, form: str) -> str:
    """Write a number in one of Word's forms; in figures where the form is unknown."""
    make = _FORMS.get(form)
    return str(number) if make is None or number < 1 else make(number)


def _letters(number: int) -> str:
    times, letter = divmod(number - 1, 26)
    return chr(ord("A") + letter) * min(times + 1, _LONGEST)


def _roman(number: int) -> str:
    made = ""
    for value, sign in _ROMAN:
        while number >= value and len(made) < _LONGEST:
            made, number = made + sign, number - value
    return made


def _chinese(number: int) -> str:
    return str(FILTERS["cn_number"](number))


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number in _CIRCLED else str(number)


def _stem(number: int) -> str:
    return _STEMS[number - 1] if number <= len(_STEMS) else str(number)


_FORMS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "none": lambda _: "",
        "decimalZero": lambda number: f"{number:02d}",
        "upperLetter": _letters,
        "lowerLetter": lambda number: _letters(number).lower(),
        "upperRoman": _roman,
        "lowerRoman": lambda number: _roman(number).lower(),
        "chineseCounting": _chinese,
        "chineseCountingThousand": _chinese,
        "japaneseCounting": _chinese,
        "taiwaneseCounting": _chinese,
        "taiwaneseCountingThousand": _chinese,
        "ideographDigital": _chinese,
        "decimalEnclosedCircle": _circled,
        "decimalEnclosedCircleChinese": _circled,
        "ideographTraditional": _stem,
        "decimalFullWidth": lambda n: "".join(chr(ord(d) + 0xFEE0) for d in str(n)),
    }
)


def _said(element: Element, name: str) -> str | None:
    found = element.find(qn(f"w:{name}"))
    return None if found is None else str(found.get(_VAL, ""))


def _number(element: Element, name: str) -> int:
    words = str(element.get(name, ""))
    return int(words) if words.isdecimal() else 0
