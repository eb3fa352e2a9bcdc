"""Knows which places in the rules name a template, and what they hand on to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.errors import Text, text
from mailroom.followups.chains import Chains
from mailroom.rules.check import offered
from mailroom.rules.load import RuleSet

# What a reminder gets besides BUILT_IN.
REMINDER = frozenset({"matter", "days_late", "matters", "others"})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A place in the rules that names a template."""

    kind: str  # "category", "rule", "chain"
    id: str
    template: str
    gives: frozenset[str] | None  # the fields it hands on; None: it cannot be told

    @property
    def text(self) -> Text:
        """Name it for a person."""
        if self.kind == "category":
            return text("category {id}", id=self.id)
        if self.kind == "rule":
            return text("rule {id}", id=self.id)
        return text("chain {id}", id=self.id)

    def hands_on(self, field: str) -> bool:
        """Say whether it gives a field, or what the field is part of."""
        name = field.partition(".")[0]
        return self.gives is not None and not self.gives.isdisjoint({field, name})


def users_of_templates(
    rule_set: RuleSet, chains: Chains, given: frozenset[str]
) -> tuple[User, ...]:
    """List who draws on templates; `given` are the fields that every letter has."""
    return (*_users_in_rules(rule_set, given), *_users_in_chains(chains, given))


def _users_in_rules(rule_set: RuleSet, given: frozenset[str]) -> Iterator[User]:
    for category in rule_set.categories.values():
        for name in (*category.reply.values(), *category.attach, *category.papers):
            yield User(
                kind="category",
                id=category.id,
                template=name,
                gives=given | offered(category, paper=name in category.papers),
            )
    for rule in rule_set.rules:
        decided = rule_set.categories.get(rule.category or "")
        for action in rule.actions:
            if action.verb not in {"draft_reply", "draft_paper"}:
                continue
            paper = action.verb == "draft_paper"
            known = given | offered(decided, paper=paper) if decided else None
            for value in action.arguments.values():
                for name in value.split(","):
                    yield User(
                        kind="rule",
                        id=rule.id,
                        template=name,
                        gives=known,
                    )


def _users_in_chains(chains: Chains, given: frozenset[str]) -> Iterator[User]:
    for chain in chains.by_id.values():
        for step in chain.steps:
            for name in step.template.values():
                yield User(
                    kind="chain",
                    id=chain.id,
                    template=name,
                    gives=given | REMINDER,
                )
