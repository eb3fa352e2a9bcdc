"""What holds for every test: Python's sweep for garbage, Ctrl-C, and no hurry."""

import gc
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more of a busy machine than of what it claims.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")

# A shell starts what runs in the background with Ctrl-C ignored; the programs that
# tests start, and end by it, would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
