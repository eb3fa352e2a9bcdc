"""Tells which words a text must hold for a pattern to be found in it."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from re import _parser as parser  # type: ignore[attr-defined]  # its tree has no door
from typing import Any

from mailroom.rules.spelling import even, simplified

Literals = frozenset[str]
MOST = 50  # alternatives; so many words gate nothing
_REPEATS = frozenset({parser.MAX_REPEAT, parser.MIN_REPEAT})


def literals(source: str) -> Literals:
    """Give words, in the form of `Strip.scanned`, of which one must be there.

    Empty where none can be named. The pattern is RE2's; it is read by Python's own
    parser, and where that one does not know it nothing is promised.
    """
    source = source.removesuffix(r"\z")
    try:
        with warnings.catch_warnings():
            # [[:alpha:]] is a set of signs to Python, which warns of it.
            warnings.simplefilter("error")
            tree = parser.parse(source)
    except (re.error, Warning, RecursionError, OverflowError):
        return frozenset()
    return _best(_needed(tree))


@lru_cache(maxsize=1 << 16)
def rarity(word: str) -> float:
    """Say how seldom a word is met: by its letters, of which Chinese tell more."""
    return sum(2.5 if letter >= "\u2e80" else 1 for letter in word)


def _best(choices: Iterable[Literals]) -> Literals:
    return max(
        choices,
        key=lambda words: (min(map(rarity, words)), -len(words)),
        default=frozenset(),
    )


def _needed(tree: Sequence[tuple[Any, Any]]) -> Iterator[Literals]:
    """Give what each piece of a sequence needs; each of them must be there."""
    run = ""
    for kind, value in tree:
        if kind is parser.LITERAL:
            run += chr(value)
            continue
        yield from _word(run)
        run = ""
        if kind is parser.SUBPATTERN:
            yield from _needed(value[-1])
        elif kind in _REPEATS and value[0] > 0:
            yield from _needed(value[2])
        elif kind is parser.BRANCH:
            yield from _alternatives(value[1])
    yield from _word(run)


def _word(run: str) -> Iterator[Literals]:
    word = even(simplified(run))
    if word:
        yield frozenset({word})


def _alternatives(branches: Iterable[Sequence[tuple[Any, Any]]]) -> Iterator[Literals]:
    words: set[str] = set()
    for branch in branches:
        best = _best(_needed(branch))
        words |= best
        if not best or len(words) > MOST:
            return
    yield frozenset(words)
