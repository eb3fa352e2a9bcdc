"""What a case is called, and when somebody still has to do something."""

import pytest

from mailroom.cases import CaseState, is_open, number


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (("HY", "", 2026, 312), "HY-2026-0312"),
        (("HY", "D", 2026, 7), "HY-D2026-0007"),
        (("MR", "", 2027, 12345), "MR-2027-12345"),
    ],
)
def test_a_case_number_names_office_kind_year_and_sequence(
    parts: tuple[str, str, int, int], written: str
) -> None:
    assert number(*parts) == written


def test_numbers_of_a_year_stand_in_the_order_of_their_opening() -> None:
    written = [number("HY", "", 2026, each) for each in range(1, 2000)]

    assert sorted(written) == written


def test_a_case_is_open_until_it_is_closed_or_filed() -> None:
    assert {state for state in CaseState if not is_open(state)} == {
        CaseState.CLOSED,
        CaseState.ARCHIVED,
    }
    assert is_open("waiting")  # as the register keeps it
    assert not is_open("closed")
