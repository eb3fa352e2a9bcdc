"""What this process takes of memory; Linux tells it in /proc."""

import re
from pathlib import Path

_SELF = Path("/proc/self")


def resident() -> float:
    """Return what it takes now, in MiB."""
    return _status("VmRSS")


def forget_peak() -> None:
    """Let the peak begin anew at what it takes now."""
    (_SELF / "clear_refs").write_text("5")


def peak() -> float:
    """Return the most it has taken since then, in MiB.

    Not getrusage: its peak is passed on from the program that started this one.
    """
    return _status("VmHWM")


def _status(name: str) -> float:
    found = re.search(
        rf"^{name}:\s+(\d+) kB", (_SELF / "status").read_text(), re.MULTILINE
    )
    if found is None:
        raise OSError(name)
    return int(found[1]) / 1024
