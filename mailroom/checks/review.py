"""Asks every check of a letter, what blocks first."""

from collections.abc import Callable, Iterator

from mailroom.checks import figures, known, readers, wording
from mailroom.checks.letter import Facts, Letter
from mailroom.drafts import LEVELS, Finding

_OF_THE_LETTER: tuple[Callable[[Letter], Iterator[Finding]], ...] = (
    wording.left_open,
    wording.missing_attachment,
    wording.wrong_weekday,
    wording.day_gone_by,
    wording.promise_gone_by,
    wording.weighty_words,
    figures.capitals_differ,
    figures.sums_differ,
    figures.their_sums_differ,
    readers.doubtful_sender,
    readers.not_addressed_to_us,
    readers.leaves_the_office,
    readers.other_case,
    readers.other_supplier,
    readers.other_name,
    readers.other_address,
)
_WITH_FACTS: tuple[Callable[[Letter, Facts], Iterator[Finding]], ...] = (
    known.rules_ask,
    readers.not_in_thread,
    readers.first_letter,
    known.number_seen,
    known.number_unknown,
    known.template_changed,
)


def examine(letter: Letter, facts: Facts) -> tuple[Finding, ...]:
    """Return every finding, what blocks first, each once."""
    found = [one for check in _OF_THE_LETTER for one in check(letter)]
    found += [one for check in _WITH_FACTS for one in check(letter, facts)]
    once = {(f.code, f.place, str(f.text)): f for f in found}
    return tuple(sorted(once.values(), key=lambda one: LEVELS.index(one.level)))
