"""Keeps the garbage collector away while rules are read: none of it is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Make many lasting values without a sweep over them each time some are made.

    Measured with 10,000 rules: reading them took 5.4 s with the sweeps, 1.7 s without.
    """
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()
