"""Loads the rules of an office from its folder."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from types import MappingProxyType

from mailroom.errors import Fault, RuleError, Text, text
from mailroom.message.model import Message
from mailroom.rules.conditions.groups import Always
from mailroom.rules.decision import Decision, read_fields
from mailroom.rules.markings import find_marking
from mailroom.rules.matching import Index
from mailroom.rules.model import Category, Classification, Context, Field
from mailroom.rules.page import Page
from mailroom.rules.read_rules import FileReader
from mailroom.rules.rule import Rule
from mailroom.rules.vocabulary import Vocabulary
from mailroom.yamlfile import Word, parse_yaml
from mailroom.yamlfile.proofread import nearest

NOT_RULES = frozenset({"chains.yaml", "days.yaml"})
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
    index: Index = field(init=False, repr=False, compare=False)
    decision: Decision = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self.rules))
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
        """Read every `*.yaml` of the folder (not below it, not NOT_RULES).

        RuleError with every fault of every file; there is no half a rule set.
        """
        faults: list[Fault] = []
        categories: dict[str, Category] = {}
        files: dict[str, str] = {}
        rules: list[Rule] = []
        readers: list[FileReader] = []
        vocabulary = Vocabulary()
        digest = hashlib.sha256()
        paths = rule_files(folder)
        if not paths:
            sentence = text("There are no rule files (*.yaml) in this folder.")
            raise RuleError([Fault(file=str(folder), code="R030", text=sentence)])
        for path in paths:
            name = f"{folder.name}/{path.name}"
            try:
                raw = path.read_bytes()
            except OSError as error:
                why = error.strerror or type(error).__name__
                sentence = text("This file cannot be read: {why}.", why=why)
                faults.append(Fault(file=name, code="Y001", text=sentence))
                continue
            # The hash is of the very bytes that were read, whatever is saved meanwhile.
            digest.update(f"{path.name}\0{len(raw)}\0".encode() + raw)
            node, flaws = parse_yaml(raw, name)
            faults.extend(flaws)
            if node is None and flaws:
                continue
            reader = FileReader(name, vocabulary)
            readers.append(reader)
            category, found = reader.read(node)
            faults.extend(reader.proof.faults)
            rules.extend(found)
            if category is not None and category.id in categories:
                faults.append(_twice(name, category.id, files[category.id]))
            elif category is not None:
                categories[category.id] = category
                files[category.id] = name
        faults.extend(_cross_check(rules, categories))
        for reader in readers:
            faults.extend(_check_threads(reader, categories))
        if any(fault.severity == "error" for fault in faults):
            raise RuleError(faults)
        vocabulary.prepare()
        # `sorted` keeps files and places in order within one priority.
        ordered = tuple(sorted(rules, key=lambda rule: -rule.priority))
        return cls(
            categories=MappingProxyType(categories),
            rules=ordered,
            hash=digest.hexdigest(),
            files=MappingProxyType(files),
            threshold=threshold,
            margin=margin,
        )

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


def rule_files(folder: Path) -> tuple[Path, ...]:
    """Give the rule files of a folder in natural order: 2-x before 10-x."""
    found = [
        path
        for pattern in ("*.yaml", "*.yml")
        for path in folder.glob(pattern)
        if path.is_file()
        and path.name not in NOT_RULES
        and not path.name.startswith((".", "~"))  # left by editors and file managers
    ]
    return tuple(sorted(found, key=lambda path: _natural(path.name)))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    parts = re.findall(r"\d+|\D+", name.casefold(), re.ASCII)
    return tuple((int(p), "") if p.isdecimal() else (-1, p) for p in parts)


def _twice(name: str, word: str, other: str, rule: Rule | None = None) -> Fault:
    return Fault(
        file=name,
        line=rule.line if rule else 0,
        column=rule.column if rule else 0,
        code="R031",
        text=text(
            "The id “{word}” is already used in {other}.", word=word, other=other
        ),
    )


def _cross_check(
    rules: Iterable[Rule], categories: Mapping[str, Category]
) -> Iterable[Fault]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id and rule.id in seen:
            first = seen[rule.id]
            yield _twice(rule.file, rule.id, f"{first.file}:{first.line}", rule)
        seen.setdefault(rule.id, rule)
        named = [*rule.also, *([rule.category] if rule.category is not None else [])]
        for word in named:
            if word in categories:
                continue
            placed = word if isinstance(word, Word) else rule
            yield Fault(
                file=rule.file,
                line=placed.line,
                column=placed.column,
                code="R032",
                text=_unknown(word, categories),
            )


def _check_threads(
    reader: FileReader, categories: Mapping[str, Category]
) -> Iterable[Fault]:
    for node in reader.conditions.threads:
        word = reader.proof.word(node)
        if word and word not in {*categories, "yes", "no"}:
            yield Fault(
                file=reader.proof.file,
                line=node.line,
                column=node.column,
                code="R032",
                text=_unknown(word, categories),
            )


def _unknown(word: str, categories: Mapping[str, Category]) -> Text:
    near = nearest(word, categories)
    if near:
        return text(
            "There is no category “{word}”. Did you mean “{near}”?",
            word=word,
            near=near,
        )
    return text("There is no category “{word}”.", word=word)
