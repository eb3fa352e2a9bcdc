"""Reads all rule files of a folder, as far as they can be understood."""

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import Fault, Text, text
from mailroom.rules.model import Category
from mailroom.rules.read_rules import FileReader
from mailroom.rules.reading_order import in_order, lying_in
from mailroom.rules.rule import UNSORTED, Example, Rule
from mailroom.rules.vocabulary import Vocabulary
from mailroom.yamlfile import Word, parse_yaml
from mailroom.yamlfile.proofread import fault_at_word, nearest

NOT_RULES = frozenset({"chains.yaml", "days.yaml"})
_OTHERS = frozenset({"office"})  # folders in which other files of the office lie
# invoice.yaml.txt, Invoice.YAML: as Notepad and Windows name them.
_MISNAMED = re.compile(r"\.(?:ya?ml\.txt|(?!ya?ml$)(?i:ya?ml))$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the files of a folder say, faults included."""

    categories: Mapping[str, Category]
    files: Mapping[str, str]  # category id → its file
    rules: tuple[Rule, ...]  # in the order in which they are tried
    hash: str  # sha256 over names and contents of the files, hex
    faults: tuple[Fault, ...]  # as `in_order` has them
    vocabulary: Vocabulary  # of the rules' long lists

    def marred(self) -> tuple[Rule, ...]:
        """Give the rules in which a fault stands: what they ask for is not whole."""
        by_file: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            by_file[rule.file].append(rule)
        found: set[int] = set()
        for file, rules in by_file.items():
            rules.sort(key=lambda rule: rule.line)
            lines = [rule.line for rule in rules]
            for fault in self.faults:
                place = bisect_right(lines, fault.line) - 1
                if fault.file == file and place >= 0:
                    found.add(id(rules[place]))
        return tuple(rule for rule in self.rules if id(rule) in found)


def gather(folder: Path) -> Gathered:
    """Read every `*.yaml` of the folder (not below it, not NOT_RULES)."""
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
        faults.append(Fault(file=str(folder), code="R030", text=sentence))
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
            first = categories[category.id].id
            place = f":{first.line}" if isinstance(first, Word) else ""
            where = f"{files[category.id]}{place}"
            faults.append(_twice(name, category.id, where))
        elif category is not None:
            categories[category.id] = category
            files[category.id] = name
    faults.extend(_cross_check(rules, categories))
    for reader in readers:
        faults.extend(_check_threads(reader, categories))
    return Gathered(
        categories=categories,
        files=files,
        # `sorted` keeps files and places in order within one priority.
        rules=tuple(sorted(rules, key=lambda rule: -rule.priority)),
        hash=digest.hexdigest(),
        faults=in_order(faults),
        vocabulary=vocabulary,
    )


def rule_files(folder: Path) -> tuple[Path, ...]:
    """Give the rule files of a folder in the order in which they are read."""
    found = lying_in(folder, ("*.yaml", "*.yml"))
    return tuple(path for path in found if path.name not in NOT_RULES)


def unread_files(folder: Path) -> Iterator[Fault]:
    """Tell of files that look like rules and are not read, by where or how they lie."""
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if any(part.startswith((".", "~")) for part in below.parts):
            continue
        named = _MISNAMED.search(path.name)
        if len(below.parts) == 1 and named and path.is_file():
            sentence = text(
                "This file is not read. Call it {name}: Windows may hide the end of"
                " its name.",
                name=path.name[: named.start()] + ".yaml",
            )
        elif (
            len(below.parts) > 1
            and path.suffix in {".yaml", ".yml"}
            and below.parts[0] not in _OTHERS
        ):
            sentence = text(
                "This file is not read: rules lie in the folder {folder} itself, not"
                " below it.",
                folder=folder.name,
            )
        else:
            continue
        name = f"{folder.name}/{below.as_posix()}"
        yield Fault(file=name, code="R033", severity="warning", text=sentence)


def _twice(name: str, word: str, other: str) -> Fault:
    sentence = text(
        "The id “{word}” is already used in {other}.", word=word, other=other
    )
    return fault_at_word(name, "R031", sentence, word)


def _cross_check(
    rules: Iterable[Rule], categories: Mapping[str, Category]
) -> Iterator[Fault]:
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id and rule.id in seen:
            first = seen[rule.id]
            yield _twice(rule.file, rule.id, f"{first.file}:{first.line}")
        seen.setdefault(rule.id, rule)
        named = [*rule.also, *([rule.category] if rule.category is not None else [])]
        named += [word for each in rule.examples for word in _named_by(each)]
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


def _named_by(example: Example) -> Iterator[str]:
    """Yield the categories that an example speaks of."""
    if example.category and example.category != UNSORTED:
        yield example.category
    if example.thread and example.thread not in {"yes", "no"}:
        yield example.thread


def _check_threads(
    reader: FileReader, categories: Mapping[str, Category]
) -> Iterator[Fault]:
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
    called = [one.id for one in categories.values() if word == one.about.get("zh")]
    if called:
        return text("“{word}” is written “{value}” here.", word=word, value=called[0])
    near = nearest(word, categories)
    if near:
        return text(
            "There is no category “{word}”. Did you mean “{near}”?",
            word=word,
            near=near,
        )
    return text("There is no category “{word}”.", word=word)
