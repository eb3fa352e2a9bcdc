"""Writes what the operator asked for to a file that they named."""

from pathlib import Path

from mailroom.errors import EnvironmentFault, text


def write_file(file: Path, content: bytes) -> None:
    """Write a file. Raises EnvironmentFault, which names it."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise unwritable(file, error) from error


def unwritable(file: Path, error: OSError) -> EnvironmentFault:
    """Say that a file, or a folder, cannot be written, and why."""
    reason = error.strerror or error
    return EnvironmentFault(
        text("cannot write {file}: {reason}", file=file, reason=reason)
    )
