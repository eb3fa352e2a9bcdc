"""Weighs hints of which no single one is enough."""

from dataclasses import dataclass, replace

from mailroom.rules.conditions.hit import Condition, Hit, Hits
from mailroom.rules.page import Page

_DUST = 1e-9  # 0.3 + 0.3 is a little less than 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One hint, counted once however often it is there."""

    condition: Condition
    weight: float | None  # over 0; None, only against a rule: it excludes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Holds where what speaks for a rule outweighs what speaks against it."""

    cues: tuple[Cue, ...]
    against: tuple[Cue, ...] = ()

    def hits(self, page: Page) -> Hits | None:
        """Give the hits of each cue; the first one of each bears its weight."""
        found: list[Hit] = []
        for cue in self.against:
            hits = cue.condition.hits(page)
            if hits is None:
                continue
            if cue.weight is None:
                return None
            found += _weighed(hits, -cue.weight, "not: ")
        for cue in self.cues:
            hits = cue.condition.hits(page)
            if hits is not None:
                found += _weighed(hits, cue.weight or 0.0)
        return tuple(found) if score(found) > 0 else None


def most(cues: Cues) -> float:
    """Give the score of a message that has every cue."""
    return min(1.0, round(sum(cue.weight or 0.0 for cue in cues.cues), 6))


def score(hits: Hits | list[Hit]) -> float:
    """Add up the weights: what speaks for a rule up to 1, less what speaks against."""
    for_it = sum(hit.weight for hit in hits if hit.weight > 0)
    against = sum(hit.weight for hit in hits if hit.weight < 0)
    return round(max(0.0, min(1.0, for_it) + against) + _DUST, 6)


def _weighed(hits: Hits, weight: float, sign: str = "") -> Hits:
    # What holds without words (a `none`) weighs too.
    first = hits[0] if hits else Hit(condition="none")
    said = f"{sign}{first.condition} ({weight:+g})"
    return (replace(first, condition=said, weight=weight), *hits[1:])
