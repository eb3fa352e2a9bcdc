"""Pairs the openings of loops and branches with their ends, however wrong they are."""

from collections.abc import Sequence

from mailroom.words.dialect import CLOSED_BY


def pairs_of(verbs: Sequence[str]) -> dict[int, int]:
    """Return where each opening ends, by its place among the verbs of a part's tags.

    What is crossed ends with what crosses it; what never ends has `len(verbs)`. So
    loops and branches always lie one in the other.
    """
    ends: dict[int, int] = {}
    standing: list[int] = []
    for place, verb in enumerate(verbs):
        if verb in CLOSED_BY:
            standing.append(place)
        elif any(CLOSED_BY[verbs[opening]] == verb for opening in standing):
            closed = ""
            while closed != verb:
                opening = standing.pop()
                closed = CLOSED_BY[verbs[opening]]
                ends[opening] = place
    return ends | dict.fromkeys(standing, len(verbs))
