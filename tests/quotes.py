"""Reads the samples of replies: what is new, what is quoted, line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A reply as a mail program writes it."""

    name: str
    text: str
    new: tuple[str, ...]  # lines with text, without the space round them
    quoted: tuple[str, ...]

    def lost(self, kept: str) -> list[str]:
        """Give the new lines that are missing in what was kept."""
        lines = _lines(kept)
        return [line for line in self.new if line not in lines]

    def left(self, kept: str) -> list[str]:
        """Give the quoted lines that are still there."""
        lines = _lines(kept)
        return [line for line in self.quoted if line in lines]


def read_samples(folder: Path) -> list[Sample]:
    """Read every `*.txt`: "# name", then lines with + new, - quoted, . footer."""
    return [sample for path in sorted(folder.glob("*.txt")) for sample in _read(path)]


def _read(path: Path) -> Iterator[Sample]:
    for block in path.read_text("utf-8").removeprefix("# ").split("\n# "):
        name, _, body = block.rstrip("\n").partition("\n")
        marked = body.split("\n")
        for line in marked:
            if line[:1] not in {"+", "-", "."}:
                raise ValueError(f"{path.name}, {name}: {line!r}")
        yield Sample(
            name=name,
            text="\n".join(line[1:] for line in marked) + "\n",
            new=_texts(marked, "+"),
            quoted=_texts(marked, "-"),
        )


def _texts(marked: Sequence[str], mark: str) -> tuple[str, ...]:
    return tuple(_lines("\n".join(line[1:] for line in marked if line[0] == mark)))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
