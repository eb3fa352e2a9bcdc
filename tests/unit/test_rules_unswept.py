"""The collector of garbage rests while rules are read, and never longer."""

import gc
from pathlib import Path

import pytest

from mailroom.errors import RuleError
from mailroom.rules.load import RuleSet
from mailroom.rules.unswept import unswept


def test_it_rests_while_much_is_made_and_goes_on_then() -> None:
    assert gc.isenabled()
    with unswept():
        assert not gc.isenabled()
        with unswept():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_stays_away_where_it_was_away_before() -> None:
    gc.disable()
    try:
        with unswept():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_faults_of_rules_do_not_leave_it_resting(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("mailroom: 1\nrules: 5\n", encoding="utf-8")

    with pytest.raises(RuleError):
        RuleSet.load(tmp_path)

    assert gc.isenabled()
