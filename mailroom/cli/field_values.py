"""Reads the values for a template from a JSON file that the operator wrote."""

import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from mailroom.errors import ConfigError, Fault, Text, text
from mailroom.words.rich import Picture

STDIN = Path("-")
LARGEST_MM = 1_000  # of a picture; the largest paper of an office is A0


def read_values(file: Path) -> dict[str, object]:
    """Read {"field": value, …}: text, numbers, true, false, null, lists, objects.

    "-" is the standard input. {"picture": "seal.png", "width_mm": 40} stands for that
    picture, its path as seen from the file; "height_mm" and "alt" (what it shows, in
    words) may be there, too. Raises ConfigError, with line and column for JSON.
    """
    words = _read(file)
    try:
        values = json.loads(
            words,
            object_pairs_hook=partial(_read_object, file.parent),
            parse_constant=_refuse,
            parse_float=Decimal,  # 12300.50 keeps its last figure
        )
    except json.JSONDecodeError as error:
        reason = text(
            "this is not JSON: look for a missing comma, quote or bracket"
            " here or just before"
        )
        raise _fault(file, reason, error.lineno, error.colno) from error
    except _NotMeantError as error:
        raise _fault(file, error.reason) from error
    except (ValueError, RecursionError) as error:  # 5,000 digits, 1,000 brackets
        reason = text("a number is too long, or brackets are nested too deep")
        raise _fault(file, reason) from error
    if not isinstance(values, dict):
        example = '{"case_no": "HY-2026-0001"}'
        reason = text("write the fields as in {example}", example=example)
        raise _fault(file, reason, 1, 1)
    return values


class _NotMeantError(Exception):
    """Valid for Python's JSON reader, and surely a mistake."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(str(reason))


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    except OSError as error:
        reason = text("the file cannot be read: {why}", why=error.strerror or "")
        raise _fault(file, reason) from error
    try:
        return raw.decode("utf-8-sig")  # Windows' editor puts a mark before the text
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        reason = text("this is not UTF-8; save the file as UTF-8")
        raise _fault(file, reason, line) from error


def _read_object(folder: Path, pairs: list[tuple[str, Any]]) -> object:
    held = dict(pairs)
    if len(held) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotMeantError(text("“{name}” stands twice", name=twice))
    return _picture(folder, held) if "picture" in held else held


def _picture(folder: Path, held: Mapping[str, Any]) -> Picture:
    name, alt = held["picture"], held.get("alt", "")
    measures = {key: held[key] for key in ("width_mm", "height_mm") if key in held}
    if (
        held.keys() - {"picture", "alt", *measures}
        or not all(isinstance(words, str) for words in (name, alt))
        or not all(_is_measure(length) for length in measures.values())
    ):
        example = '{"picture": "seal.png", "width_mm": 40}'
        raise _NotMeantError(text("write a picture as in {example}", example=example))
    try:
        content = (folder / name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = getattr(error, "strerror", None) or type(error).__name__
        raise _NotMeantError(
            text("cannot read {file}: {reason}", file=name, reason=why)
        ) from error
    lengths = {key: float(length) for key, length in measures.items()}
    return Picture(content, alt=alt, **lengths)


def _is_measure(length: object) -> bool:
    if isinstance(length, bool) or not isinstance(length, int | Decimal):
        return False
    return 0 < length <= LARGEST_MM


def _refuse(constant: str) -> NoReturn:
    raise _NotMeantError(text("{word} is no number", word=constant))


def _fault(file: Path, reason: Text, line: int = 0, column: int = 0) -> ConfigError:
    return ConfigError(
        [Fault(file=str(file), line=line, column=column, code="J001", text=reason)]
    )
