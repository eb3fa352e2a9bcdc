"""Two offices that read fields, for the tests of readers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mailroom.calendar import Calendar
from mailroom.directory import Person, Room
from mailroom.rules.fields.found import Context, Found
from mailroom.rules.fields.readers import READERS

SHANGHAI, LONDON = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/London")

# Both write on Wednesday, 4 March 2026, at nine.
JIANGZHOU = Context(
    sent=datetime(2026, 3, 4, 9, 0, tzinfo=SHANGHAI),
    zone=SHANGHAI,
    calendar=Calendar.load("CN"),
    language="zh",
    rooms=(
        Room(name="2号楼301会议室", aliases=("301", "301会议室", "三楼会议室")),
        Room(name="Thames Room", aliases=("boardroom",)),
    ),
    people=(Person(name="徐婷", also=("Xu Ting",), title="主任"),),
)
LONDON_OFFICE = replace(
    JIANGZHOU,
    sent=datetime(2026, 3, 4, 9, 0, tzinfo=LONDON),
    zone=LONDON,
    calendar=Calendar.load("UK"),
    language="en",
)


def office_of(text: str) -> Context:
    """Give the office that would receive a text: Chinese ones go to Jiangzhou."""
    return LONDON_OFFICE if text.isascii() or "£" in text else JIANGZHOU


def read(kind: str, text: str, context: Context | None = None) -> Sequence[Found]:
    """Read all values of a kind."""
    return READERS[kind](text, context or office_of(text))


def values(kind: str, text: str, context: Context | None = None) -> list[str]:
    """Give the values of a kind, as text."""
    return [found.value for found in read(kind, text, context)]
