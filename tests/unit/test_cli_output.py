"""A file that cannot be written is named; nothing is half said."""

from pathlib import Path

import pytest

from mailroom.cli.output import write_file
from mailroom.errors import EnvironmentFault


def test_what_is_written_stands_in_the_file(tmp_path: Path) -> None:
    write_file(tmp_path / "a.csv", "收文".encode())

    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "收文"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"nowhere/a\.csv: No such file"):
        write_file(tmp_path / "nowhere" / "a.csv", b"")
