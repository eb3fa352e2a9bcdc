"""The office that plays the scenarios."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give the sample office with an empty register, early in 2026."""
    with Office(tmp_path) as office:
        yield office
