"""Tells which words of a set of rules a text holds, from one pass over it."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from mailroom.rules.automaton import Automaton


class Vocabulary:
    """Words for which rules wait, and those of their long lists.

    They are in the form of `Strip.scanned`. Rules hold hundreds of lists: looked for
    one by one, their words would take longer than all else that is done for a letter.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._automaton: Automaton | None = None

    def add(self, words: Iterable[str]) -> None:
        """Take in more words."""
        before = len(self._words)
        self._words.update(words)
        if len(self._words) > before:
            self._automaton = None

    def prepare(self) -> None:
        """Get ready, so that the first letter need not wait for it."""
        if self._words and self._automaton is None:
            self._automaton = Automaton(sorted(self._words))

    def met(self, scanned: bytes) -> AbstractSet[str]:
        """Give those of the words that are there, be it within longer ones."""
        self.prepare()
        return self._automaton.find(scanned) if self._automaton else frozenset()
