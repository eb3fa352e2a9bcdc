"""Tables of figures, and the claims that they bear out or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A figure that was promised, and the one that was measured."""

    name: str
    measured: float
    goal: float
    good: Literal["above", "below"] = "above"

    @property
    def holds(self) -> bool:
        """Say whether the promise is kept."""
        if self.good == "above":
            return self.measured >= self.goal
        return self.measured <= self.goal

    def __str__(self) -> str:
        said = "ok" if self.holds else "short"
        measured, goal = f"{self.measured:.2f}", f"{self.goal:g}"
        return f"claim {self.name} measured {measured} goal {goal} {said}"


def conclude(claims: Sequence[Claim]) -> int:
    """Print one line a claim; return the exit code: 1 where one falls short."""
    for claim in claims:
        print(claim)
    return 0 if all(claim.holds for claim in claims) else 1


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """Print a table: the first column to the left, figures to the right."""
    lines = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    print(f"\n{title}")
    for line in lines:
        first, *others = (
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  " + "  ".join([first, *others]).rstrip())
