"""Claims about whose working days count for a letter."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailroom.calendar import Calendar
from mailroom.directory import Directory, Person, Site
from mailroom.errors import RuleError
from mailroom.message.model import Address
from mailroom.workflow.reading import Own, works_by
from tests.unit.rule_mails import mail

SHANGHAI, SUMMER = ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=1))
# The Dragon Boat festival: England works.
FESTIVAL = date(2026, 6, 19)
OWN = Own(
    addresses=("office@firm.example",),
    domains=("firm.example",),
    directory=Directory(
        people=(
            Person(name="Jo Bell", address="jo@firm.example", unit="Leeds"),
            Person(name="Ma Li", address="ma@firm.example", unit="法务"),
        ),
        sites=(Site(name="Leeds", timezone="Europe/London", calendar="UK"),),
    ),
    calendar=Calendar.load("CN"),
    zone=SHANGHAI,
)


def worked(moment: datetime, language: str = "en", sender: str = "a@b.example") -> bool:
    letter = mail(date=moment, language=language, senders=(Address("", sender),))
    days = works_by(letter, OWN)
    return days is not None and days.is_working_day(FESTIVAL)


def test_an_english_letter_by_the_clock_of_a_site_counts_its_days() -> None:
    assert worked(datetime(2026, 6, 3, 9, tzinfo=SUMMER))
    assert not worked(datetime(2026, 6, 3, 9, tzinfo=SUMMER), language="zh")
    assert not worked(datetime(2026, 6, 3, 9, tzinfo=SHANGHAI))
    assert not worked(datetime(2026, 6, 3, 9, tzinfo=UTC))  # no English clock in June


def test_our_own_people_count_the_days_of_the_place_they_work_at() -> None:
    abroad = datetime(2026, 6, 3, 9, tzinfo=SHANGHAI)

    assert worked(abroad, sender="jo@firm.example")
    assert not worked(datetime(2026, 6, 3, 9, tzinfo=SUMMER), sender="ma@firm.example")


def test_a_site_is_read_from_the_office_s_files(tmp_path: Path) -> None:
    path = tmp_path / "office.yaml"
    path.write_text(
        "mailroom: 1\nsites: [{name: Leeds, timezone: Europe/London, calendar: UK}]\n",
        encoding="utf-8",
    )

    assert Directory.load(tmp_path).sites == OWN.directory.sites


@pytest.mark.parametrize(
    "entry",
    [
        "{name: Leeds, timezone: Leeds, calendar: UK}",
        "{name: Leeds, timezone: Europe/London, calendar: FR}",
        "{timezone: Europe/London, calendar: UK}",
    ],
)
def test_a_site_that_cannot_be_meant_is_a_fault_with_its_place(
    tmp_path: Path, entry: str
) -> None:
    path = tmp_path / "office.yaml"
    path.write_text(f"mailroom: 1\nsites: [{entry}]\n", encoding="utf-8")

    with pytest.raises(RuleError) as caught:
        Directory.load(tmp_path)

    assert all(fault.line == 2 for fault in caught.value.faults)
