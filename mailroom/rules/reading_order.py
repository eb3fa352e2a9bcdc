"""Says in which order files of rules are read, and their faults told."""

import re
from collections.abc import Iterable
from pathlib import Path, PurePath

from mailroom.errors import Fault

# What is read after the rules; settings and templates, which are no YAML, come last.
_LATER = {"chains.yaml": 1, "office": 2, "days.yaml": 3}
_LAST = 4


def lying_in(folder: Path, patterns: Iterable[str]) -> tuple[Path, ...]:
    """Give what people have put into a folder, in natural order: 2-x before 10-x.

    A link to nothing and a folder of that name are given too: they are told, not left
    out.
    """
    found = {
        path
        for pattern in patterns
        for path in folder.glob(pattern)
        # Whoever reads a pipe or /dev/zero never ends.
        if not (path.is_fifo() or path.is_char_device())
        and not path.name.startswith((".", "~"))  # left by editors and file managers
    }
    # 01.yaml and 1.yaml count alike: by their letters, in every process the same.
    return tuple(sorted(found, key=lambda path: (_natural(str(path)), str(path))))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sort faults by their files, as they are read, then by their places.

    What is found twice, a word that several rules share, is told once.
    """
    once = {(f.place, f.code, str(f.text)): f for f in faults}
    return tuple(sorted(once.values(), key=_place))


def _place(fault: Fault) -> tuple[object, ...]:
    path = PurePath(fault.file)
    rank = _LATER.get(path.parent.name, _LATER.get(path.name, 0))
    if path.suffix and not path.suffix.lower().startswith(".y"):
        rank = _LAST
    return rank, _natural(fault.file), fault.line, fault.column, fault.code


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    parts = re.findall(r"\d+|\D+", name.casefold(), re.ASCII)
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in parts)
