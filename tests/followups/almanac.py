"""The working days of 2026 as plain tables, and the days of a chain counted on them.

None of the program's own calendar or reading of chains is used here: what both say
alike, two have counted. Sources: the State Council's notice for 2026 (国办发明电) and
England's bank holidays (gov.uk/bank-holidays).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

ONE = timedelta(days=1)
NINE = 9  # o'clock


def _days(month: int, *numbers: int) -> set[date]:
    return {date(2026, month, number) for number in numbers}


OFF = {
    "CN": _days(1, 1, 2, 3)
    | _days(2, *range(15, 24))
    | _days(4, 4, 5, 6)  # 清明
    | _days(5, 1, 2, 3, 4, 5)
    | _days(6, 19, 20, 21)  # 端午
    | _days(9, 25, 26, 27)
    | _days(10, *range(1, 8)),
    "UK": _days(1, 1)
    | _days(4, 3, 6)  # Good Friday, Easter Monday
    | _days(5, 4, 25)
    | _days(8, 31)
    | _days(12, 25, 28),
}
WORKED = {  # weekend days that are worked (调休)
    "CN": _days(1, 4) | _days(2, 14, 28) | _days(5, 9) | _days(9, 20) | _days(10, 10),
    "UK": set[date](),
}


def works(place: str, day: date) -> bool:
    """Say whether people work in a place that day."""
    if day.year != 2026:
        raise AssertionError(f"the tables know nothing of {day}")
    if day in WORKED[place]:
        return True
    return day.isoweekday() <= 5 and day not in OFF[place]


def later(place: str, day: date, count: int) -> date:
    """Go so many working days on, or back; 0 is the day itself or the next one."""
    if count == 0:
        while not works(place, day):
            day += ONE
    while count:
        day += ONE if count > 0 else -ONE
        if works(place, day):
            count += -1 if count > 0 else 1
    return day


def back(place: str, day: date) -> date:
    """Give the day itself where it is worked, else the last one before it."""
    while not works(place, day):
        day -= ONE
    return day


def between(place: str, first: date, last: date) -> int:
    """Count the working days after the first up to the last."""
    if last < first:
        return -between(place, last, first)
    days = ((last - first).days, first)
    return sum(works(place, days[1] + ONE * n) for n in range(1, days[0] + 1))


def step_day(
    step: Mapping[str, Any],
    *,
    place: str,
    began: date,
    due: date | None,
    told: Mapping[str, date],
    urgency: int,
    reader: str = "",
) -> date | None:
    """Count the day of a step, as `chains.yaml` writes it; None where it has none.

    `told` are the days that the letters name; `reader` where its owner works, if that
    is another place.
    """
    day = _step_day(step, place, began, (due, told), urgency)
    if day is not None and reader and reader != place:
        before = "before_due" in step or step.get("after_due") == 0
        while not (works(place, day) and works(reader, day)):
            day += -ONE if before else ONE
    return day


def _step_day(
    step: Mapping[str, Any],
    place: str,
    began: date,
    named_days: tuple[date | None, Mapping[str, date]],
    urgency: int,
) -> date | None:
    due, told = named_days
    if "after" in step:
        days = urgency if step["after"] == "urgency" else int(step["after"])
        soon = step.get("same_day_if_due_within")
        if soon and due is not None and between(place, began, due) <= soon:
            days = 0
        return later(place, began, days)
    named = told.get(step["of"]) if "of" in step else due
    if named is None:
        return None
    days = -int(step["before_due"]) if "before_due" in step else int(step["after_due"])
    if "if_long" in step and between(place, began, named) > 5:
        days = -int(step["if_long"])
    if step.get("calendar_days"):
        return back(place, named + ONE * days)
    named = back(place, named)
    return later(place, named, days) if days else named
