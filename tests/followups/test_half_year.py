"""Half a year of office days: every reminder on its day, none twice, none lost."""

from datetime import date
from pathlib import Path

import pytest

from tests.followups.half_year import HalfYear, Seen, repairs
from tests.offices.mails import Part, mails, offices
from tests.scenarios.office import Office

FIRST, LAST = date(2026, 3, 2), date(2026, 8, 31)
LONDON = 'timezone = "Europe/London"\ncalendar = "UK"\n'


def post(*parts: Part) -> list[bytes]:
    (ours,) = [each for each in offices() if each.id == "hengyuan"]
    return [mail.raw for part in parts for mail in mails(ours, part)]


def claim_nothing_is_wrong(seen: Seen) -> None:
    assert seen.lost == []
    assert seen.doubled == []
    assert seen.days_off == []
    assert seen.twice_a_day == []
    assert seen.wrong_days == []


@pytest.mark.slow
def test_in_half_a_year_no_reminder_is_lost_doubled_or_on_a_wrong_day(
    tmp_path: Path,
) -> None:
    with Office(tmp_path) as office:
        seen = HalfYear(office, "CN").live(
            FIRST, LAST, [*post("dev"), *repairs(FIRST, LAST)]
        )

    claim_nothing_is_wrong(seen)
    assert seen.fired > 60
    assert seen.reminders > 50
    assert seen.answered > 3
    assert seen.ended > 15


@pytest.mark.slow
def test_an_english_spring_has_its_own_holidays_and_its_change_of_clocks(
    tmp_path: Path,
) -> None:
    with Office(tmp_path, more=LONDON) as office:
        seen = HalfYear(office, "UK").live(FIRST, date(2026, 6, 1), post("held"))

    claim_nothing_is_wrong(seen)
    assert seen.fired > 10
