"""A report as a value: sections of lines, and the Word file and words made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Self

from mailroom.cases import Sight
from mailroom.errors import Text, text
from mailroom.i18n import Language, say
from mailroom.register.schema import AnyRow
from mailroom.words.model import Rendered
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import render
from mailroom.workflow.sight import in_reports

ON_A_PAGE = 16  # lines of a report that is to fit one page
FEWEST = 3  # lines that a section keeps, however many there are
LONGEST = 32  # characters of a subject or a note: two lines of its column

KINDS: Mapping[str, Text] = {
    "brief": text("Daily brief"),
    "week": text("Orders of the week"),
    "holiday": text("Before the holiday"),
    "month": text("Figures of the month"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a report."""

    what: Text | str
    who: str = ""
    when: Text | str = ""
    note: Text | str = ""
    case: str = ""  # the number of the case that it tells of


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some lines under a heading."""

    heading: Text
    lines: tuple[Line, ...]
    count: int  # how many there are, whether or not they are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody is told; it holds nothing that they may not see."""

    kind: str
    day: date
    period: Text | str
    sections: tuple[Section, ...]
    hidden: int = 0  # open cases that are not for these eyes

    @property
    def cases(self) -> frozenset[str]:
        """The numbers of the cases of which it tells."""
        told = (line.case for section in self.sections for line in section.lines)
        return frozenset(number for number in told if number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a report is made, and at what moment."""

    name: str  # "": whoever asks at the terminal
    sight: Sight
    now: datetime

    def of_the_office(self) -> Self:
        """Give this reader the narrower eyes with which the whole office is listed."""
        return replace(self, sight=in_reports(self.sight))


def lines(heading: Text, found: Iterable[Line], count: int | None = None) -> Section:
    """Make a section; `count` says how many there are where not all were asked for."""
    shown = tuple(found)
    return Section(
        heading=heading, lines=shown, count=len(shown) if count is None else count
    )


def titled(row: AnyRow) -> str:
    """Name a case in a line: its number and its subject, cut."""
    return f"{row.number} {cut(row.subject)}"


def cut(words: str) -> str:
    """Give the beginning of words that are too long for a line."""
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def fitted(sections: Iterable[Section], most: int = ON_A_PAGE) -> tuple[Section, ...]:
    """Cut the longest sections until all of them fit one page; counts stay whole."""
    fitting = list(sections)
    while sum(len(each.lines) for each in fitting) > most:
        longest = max(fitting, key=lambda each: len(each.lines))
        if len(longest.lines) <= FEWEST:
            break
        at = fitting.index(longest)
        fitting[at] = Section(
            heading=longest.heading, lines=longest.lines[:-1], count=longest.count
        )
    return tuple(fitting)


def render_report(
    desk: Desk, report: Report, language: Language, *, reader: str
) -> Rendered:
    """Make the paper from the office's own template.

    Raises TemplateError where that is missing or broken.
    """
    tongue = "zh" if language == "zh-CN" else "en"
    office = desk.settings.office
    named = office.name if tongue == "zh" else office.name_en or office.name
    empty = [say(each.heading, language) for each in report.sections if not each.count]
    fields: dict[str, Any] = {
        "title": say(KINDS[report.kind], language),
        "period": say(report.period, language),
        "office_name": named,
        "reader": reader,
        "sections": [
            _section(each, language) for each in report.sections if each.count
        ],
        "empty": ("、" if tongue == "zh" else ", ").join(empty),
        "hidden": report.hidden or "",
    }
    return render(desk, f"paper/day_paper.{tongue}.docx", fields)


def _section(section: Section, language: Language) -> dict[str, Any]:
    more = section.count - len(section.lines)
    return {
        "heading": say(section.heading, language),
        "count": section.count,
        "rows": [
            {
                "what": say(line.what, language),
                "who": line.who,
                "when": say(line.when, language),
                "note": cut(say(line.note, language)),
            }
            for line in section.lines
        ],
        "more": say(text("and {n} more", n=more), language) if more else "",
    }
