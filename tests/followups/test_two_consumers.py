"""Consumers that are killed leave the book that an undisturbed one leaves."""

from pathlib import Path

import pytest

from tests.followups.trial import disturbed, undisturbed


@pytest.mark.slow
def test_two_consumers_that_are_killed_again_and_again_leave_the_same_book(
    tmp_path: Path,
) -> None:
    calm = undisturbed(tmp_path / "calm")

    killed = disturbed(tmp_path / "killed", kills=15, seed=1)

    assert (killed.kills, killed.amid > 3) == (15, True)
    assert killed.told_twice == []
    assert killed.untold == []
    assert killed.book.unlike(calm.book) == []
    assert len(calm.book.notices) > 10
