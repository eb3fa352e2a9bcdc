"""Finds which of many words a text holds, in one pass whatever their number."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from daachorse import DoubleArrayAhoCorasick

from mailroom.rules.spelling import CODE

_NONE: AbstractSet[str] = frozenset()


class Automaton:
    """An Aho-Corasick automaton over words in the form of `Strip.scanned`.

    The longest word at each place is looked up, not the words that it ends with: those
    are known beforehand. So nested words (a, aa, aaa …) cannot make it slow.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(dict.fromkeys(words))
        coded = [word.encode(*CODE) for word in self.words]
        self._automaton = DoubleArrayAhoCorasick(coded)
        known = frozenset(coded)
        self._within: dict[int, tuple[str, ...]] = {}
        for number, word in enumerate(coded):
            ends = (word[place:] for place in range(1, len(word)))
            inner = tuple(end.decode(*CODE) for end in ends if end in known)
            if inner:
                self._within[number] = inner

    def find(self, scanned: bytes) -> AbstractSet[str]:
        """Give the words that are there."""
        hits = self._automaton.find_overlapping_no_suffix(scanned)
        if not hits:
            return _NONE
        numbers = {number for _, _, number in hits}
        found = {self.words[number] for number in numbers}
        for number in numbers & self._within.keys():
            found.update(self._within[number])
        return found
