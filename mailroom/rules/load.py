"""Loads the rules of an office from its folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from types import MappingProxyType

from mailroom.errors import RuleError
from mailroom.message.model import Message
from mailroom.rules.conditions.groups import Always
from mailroom.rules.decision import Decision, read_fields
from mailroom.rules.markings import find_marking
from mailroom.rules.matching import Index
from mailroom.rules.model import Category, Classification, Context, Field
from mailroom.rules.page import Page
from mailroom.rules.read_folder import gather
from mailroom.rules.rule import Rule
from mailroom.rules.unswept import unswept
from mailroom.rules.vocabulary import Vocabulary

THRESHOLD = 0.6  # below it nobody claims to know
BY_HAND = "by hand"  # stands for the rule where a person has sorted
MARGIN = 0.1  # by which the best category must lead


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules of an office, as one answer machine."""

    categories: Mapping[str, Category]
    rules: tuple[Rule, ...]  # in the order in which they are tried
    hash: str  # sha256 over names and contents of the files, hex
    files: Mapping[str, str]  # category or rule id → file, for messages to people
    threshold: float = THRESHOLD
    margin: float = MARGIN
    vocabulary: Vocabulary = field(
        default_factory=Vocabulary, repr=False, compare=False
    )  # of the rules' long lists
    index: Index = field(init=False, repr=False, compare=False)
    decision: Decision = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self.rules, self.vocabulary))
        decision = Decision(
            categories=self.categories,
            threshold=self.threshold,
            margin=self.margin,
            rules_hash=self.hash,
        )
        object.__setattr__(self, "decision", decision)

    @classmethod
    def load(
        cls, folder: Path, *, threshold: float = THRESHOLD, margin: float = MARGIN
    ) -> "RuleSet":
        """Read every rule file of the folder.

        RuleError with every fault of every file; there is no half a rule set.
        """
        with unswept():
            found = gather(folder)
            if any(fault.severity == "error" for fault in found.faults):
                raise RuleError(found.faults)
            return cls(
                categories=MappingProxyType(found.categories),
                rules=found.rules,
                hash=found.hash,
                files=MappingProxyType(found.files),
                vocabulary=found.vocabulary,
                threshold=threshold,
                margin=margin,
            )

    @classmethod
    def load_broken(cls, folder: Path) -> tuple["RuleSet", tuple[Rule, ...]]:
        """Read what can be read of a folder with faults: to say more of it.

        Never to sort by: it has no hash. The rules beside it are those with faults.
        """
        found = gather(folder)
        rule_set = cls(
            categories=MappingProxyType(found.categories),
            rules=found.rules,
            hash="",
            files=MappingProxyType(found.files),
            vocabulary=found.vocabulary,
        )
        return rule_set, found.marred()

    def classify(self, message: Message, context: Context) -> Classification:
        """Say which drawer a message belongs to, and why.

        Bounces, automatic answers, receipts and own mail are for the caller to keep
        away; lists and bulk mail are sorted like any other. A rule that cannot be
        evaluated leaves the message unsorted, with that reason in `why`.
        """
        return self._decided(message, context, ())

    def sort_by_hand(
        self, message: Message, context: Context, category: str
    ) -> Classification:
        """Answer for a message whose drawer a person has named.

        Its fields are read as that drawer's rules read them. What holds whatever the
        drawer stays: marks of secrecy, tags, a higher sensitivity. Raises KeyError for
        an unknown category.
        """
        of_category = [
            rule for rule in self.rules if rule.category == self.categories[category].id
        ]
        word = Rule(
            id=BY_HAND,
            file="",
            line=0,
            column=0,
            priority=inf,
            when=Always(),
            category=category,
            extract=tuple(each for rule in of_category for each in rule.extract),
        )
        return self._decided(message, context, (word,))

    def _decided(
        self, message: Message, context: Context, first: tuple[Rule, ...]
    ) -> Classification:
        page = Page(message, context)
        marking = find_marking(page)
        if marking is not None and marking.level == "classified":
            page = page.sealed()  # before anything that is attached is opened
        candidates = (*first, *self.index.candidates(page))
        return self.decision.decide(page, candidates, marking)

    def fields_of(
        self, category: str, message: Message, context: Context
    ) -> Mapping[str, Field]:
        """Read what the rules of one category would read, without trying them.

        For machine mail, which is known by its structure alone.
        """
        rules = tuple(rule for rule in self.rules if rule.category == category)
        return read_fields(rules, Page(message, context))
