"""Claims about replies as mail programs write them, in Chinese and in English."""

from pathlib import Path

import pytest

from mailroom.message import zones
from tests.quotes import Sample, read_samples

SAMPLES = read_samples(Path(__file__).parents[1] / "messages" / "quotes")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_line_of_the_writers_own_is_lost(sample: Sample) -> None:
    found = zones.split(sample.text, is_forward=False)

    assert sample.lost(found.new) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_no_line_of_the_letter_that_is_answered_is_left(sample: Sample) -> None:
    found = zones.split(sample.text, is_forward=False)

    assert sample.left(found.new) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_line_is_kept_in_some_zone(sample: Sample) -> None:
    found = zones.split(sample.text, is_forward=False)
    kept = f"{found.new}\n{found.forwarded}\n{found.quoted}\n{found.footer}"

    assert sample.lost(kept) == []
    assert sorted(sample.left(kept)) == sorted(sample.quoted)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_line_ends_of_another_system_change_nothing(sample: Sample) -> None:
    plain = zones.split(sample.text, is_forward=False)

    assert zones.split(sample.text.replace("\n", "\r\n"), is_forward=False) == plain


def test_there_are_samples_enough_to_speak_of() -> None:
    assert len(SAMPLES) >= 80
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)
