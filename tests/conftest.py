"""What holds for every test: Python's sweep for garbage, and no hurry."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more of a busy machine than of what it claims.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without a sweep, and spare every later one the ten thousand tests.

    They stay until the end, half a million objects: to look through them again and
    again took a quarter of the time of the quick tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
