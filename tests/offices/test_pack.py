"""The pack benchmark counts what it says, and keeps the held half to itself."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.benchmarks import pack
from tests.benchmarks.pack import Tally
from tests.offices.mails import PLAIN, Mail

SILENT: Mapping[str, Any] = {
    "file": "m1", "category": "unsorted", "candidates": [], "rule": None, "why": [],
    "fields": {}, "needs_reply": False, "sensitivity": "normal", "due": None,
    "machine": None, "duplicate_of": None,
}  # fmt: skip


def judged(labels: Mapping[str, Any], answer: Mapping[str, Any]) -> Tally:
    mail = Mail(id="m1", raw=b"", labels={**PLAIN, "category": "invoice", **labels})
    return pack._judge(mail, {**SILENT, **answer})


def test_what_is_left_to_a_person_is_neither_right_nor_wrong() -> None:
    tally = judged({}, {})
    assert (tally.mails, tally.right, tally.wrong) == (1, 0, 0)


def test_a_wrong_drawer_counts_against_precision() -> None:
    tally = judged({}, {"category": "statement"})
    assert (tally.right, tally.wrong) == (0, 1)


def test_amounts_are_the_same_however_they_are_written() -> None:
    labels = {"fields": {"amount": 12300.0, "phone": ["0440-83100110", "15400000001"]}}
    answer = {"fields": {"amount": "12,300.00", "phone": "0440 83100110"}}
    tally = judged(labels, answer)
    assert (tally.found, tally.beside, tally.missing) == (2, 0, 0)


def test_a_value_beside_the_label_is_wrong_and_the_right_one_is_missing() -> None:
    tally = judged({"fields": {"room": "Thames"}}, {"fields": {"room": "Severn"}})
    assert (tally.found, tally.beside, tally.missing) == (0, 1, 1)


def test_only_of_numbers_and_amounts_is_a_value_wrong_that_no_label_has() -> None:
    tally = judged({}, {"fields": {"invoice_no": "7", "headcount": "12"}})
    assert (tally.beside, tally.missing) == (1, 0)


@pytest.mark.parametrize(
    ("labels", "answer"),
    [
        ({"category": "spam_phishing"}, {"needs_reply": True}),
        ({"sensitivity": "confidential"}, {"sensitivity": "internal"}),
        ({"dup_of": "m0"}, {}),
    ],
    ids=["an answer to fraud", "a secret laid open", "a second case"],
)
def test_danger_is_counted(
    labels: Mapping[str, Any], answer: Mapping[str, Any]
) -> None:
    assert len(judged(labels, answer).danger) == 1


def test_nothing_of_the_held_half_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    pack.run(["--set", "held", "--show"])
    said = capsys.readouterr().out
    assert "claim pack_danger" in said
    assert ".yaml" not in said
    assert "→" not in said
