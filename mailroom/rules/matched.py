"""Tries the rules on a message, and says which of them hold and how sure each is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailroom.errors import text
from mailroom.rules.conditions import Hit, score
from mailroom.rules.model import Reason
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule

BROKEN = text("A rule could not be evaluated.").pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A rule that holds, and what made it hold."""

    rule: Rule
    hits: tuple[Hit, ...]

    @property
    def score(self) -> float:
        """How sure the rule is: as it declares, or by the cues that are there."""
        return score(self.hits) if self.rule.cued else self.rule.confidence

    def asks(self, threshold: float) -> bool:
        """Say whether it may ask for anything: hints too weak name a category alone."""
        return not self.rule.cued or self.score >= threshold

    def reasons(self) -> tuple[Reason, ...]:
        """Say why, for a person."""
        return tuple(map(self._reason, self.hits))

    def _reason(self, hit: Hit) -> Reason:
        try:
            words, span = hit.words, hit.span
        except Exception as error:  # noqa: BLE001  where it stands must not stop a mail
            return _mishap(self.rule, error)
        return Reason(
            rule=self.rule.id,
            condition=hit.condition,
            words=words,
            zone=hit.zone,
            span=span,
        )


def match_rules(
    rules: Sequence[Rule], page: Page
) -> tuple[tuple[Matched, ...], tuple[Reason, ...]]:
    """Try rules in order until one says stop; give those that hold, and mishaps.

    A rule that cannot be evaluated does not hold; its mishap sends the message to a
    person, for nobody knows what that rule would have said.
    """
    matched: list[Matched] = []
    mishaps: list[Reason] = []
    if not rules:
        return (), ()
    today = page.context.today
    for rule in rules:
        if not rule.counts_on(today):
            continue
        try:
            hits = rule.when.hits(page)
        except Exception as error:  # noqa: BLE001  one rule must not stop the mail
            # A condition may stumble over an odd mail in a way that nobody foresaw.
            # Raised, it would stop that mail for ever; told, it brings it to a person.
            mishaps.append(_mishap(rule, error))
            continue
        if hits is not None:
            matched.append(Matched(rule=rule, hits=hits))
            if rule.stop:
                break
    return tuple(matched), tuple(mishaps)


def _mishap(rule: Rule, error: Exception) -> Reason:
    return Reason(
        rule=rule.id, condition=BROKEN, words=type(error).__name__, zone="header"
    )


def rank(matched: Iterable[Matched]) -> tuple[tuple[Matched, float], ...]:
    """Give the best rule of each category at the highest priority, best first."""
    sorting = [each for each in matched if each.rule.category]
    top = max((each.rule.priority for each in sorting), default=0)
    best: dict[str, Matched] = {}
    for each in sorting:
        if each.rule.priority < top:
            continue
        known = best.get(str(each.rule.category))
        if known is None or each.score > known.score:
            best[str(each.rule.category)] = each
    ranked = sorted(best.values(), key=lambda each: -each.score)
    return tuple((each, each.score) for each in ranked)
