"""Python's sweep for garbage while tests are collected and run."""

import gc
from collections.abc import Generator

import pytest


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
