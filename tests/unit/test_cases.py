"""What a case is called, and when somebody still has to do something."""

import pytest

from mailroom.cases import CaseState, Sight, is_open, number


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


def test_a_sight_that_is_within_another_shows_nothing_that_this_does_not() -> None:
    named = frozenset({"staff", "merger"})
    sights = [
        Sight(names=names, categories=categories, named=some, others=others)
        for names in (frozenset({"Xu"}), frozenset({"Xu", "Ma"}))
        for some in (frozenset({"staff"}), named)
        for categories in (frozenset[str](), frozenset({"staff"}), some)
        for others in (False, True)
    ]
    matters = [
        ("confidential", category, owner)
        for category in (None, "staff", "merger", "invoice")
        for owner in ("", "Xu", "Ma")
    ]
    within = [(a, b) for a in sights for b in sights if a.is_within(b)]
    for one, other in within:
        assert not any(one.sees(*m) and not other.sees(*m) for m in matters)
    assert {(one, one) for one in sights} < set(within)
