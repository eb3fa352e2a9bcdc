"""Reads one rule file into its category with its rules."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from mailroom.errors import Text, text
from mailroom.rules.conditions import Always, Condition, Cues, Every, most
from mailroom.rules.extraction import Extract
from mailroom.rules.forgery import LEAVING, vouched_for
from mailroom.rules.model import (
    DRAFTINGS,
    SENSITIVITIES,
    Action,
    Category,
    Drafting,
    Sensitivity,
)
from mailroom.rules.read_actions import VERBS, ActionReader
from mailroom.rules.read_conditions import GROUPS, ConditionReader
from mailroom.rules.read_examples import read_examples
from mailroom.rules.read_moments import read_day
from mailroom.rules.rule import Rule
from mailroom.rules.vocabulary import Vocabulary
from mailroom.yamlfile import Block, Listing, Node, Proofreader, Scalar, Word

FORMAT = "1"
TRADITIONAL = ("same", "exact")  # 發票 and 发票: one word, or two
ONLY = ("unsorted", "unknown")  # mail for which alone a rule counts
FILE_KEYS = ("mailroom", "category", "extract", "rules")
CATEGORY_KEYS = (
    "id",
    "about",
    "kind",
    "fields",
    "sensitivity",
    "clearance",
    "owner",
    "readers",
    "reply",
    "attach",
    "papers",
    "by_hand",
    "chain",
    "days",
    "draft",
    "machine",
    "needs_reply",
)
RULE_KEYS = (
    "id",
    "name",
    "priority",
    "enabled",
    "until",
    "only",
    "note",
    "owner",
    "traditional",
    "when",
    "cues",
    "not",
    "extract",
    "confidence",
    "then",
    "stop",
    "examples",
)
# What often comes to stand at the left edge, or in the wrong block.
_BELOW_CATEGORY: Mapping[str, Text] = {
    key: text("“{word}” belongs below “category:”.", word=key)
    for key in CATEGORY_KEYS
    if key not in RULE_KEYS
}
_BESIDE_ID: Mapping[str, Text] = {
    key: text("“{word}” belongs into a rule, in line with its “id:”.", word=key)
    for key in RULE_KEYS
    if key not in FILE_KEYS and key not in CATEGORY_KEYS
}
_LEFT: Mapping[str, Text] = {
    key: text("“{word}” belongs to the left edge, in line with “category:”.", word=key)
    for key in ("extract", "rules")
}
_ID = re.compile(r"[a-z][a-z0-9]*(?:[_/-][a-z0-9]+)*")


class FileReader:
    """Reads one file that is already YAML; faults stay with `proof`."""

    def __init__(self, name: str, vocabulary: Vocabulary | None = None) -> None:
        self.proof = Proofreader(name, "R")
        self.conditions = ConditionReader(self.proof)
        if vocabulary is not None:
            self.conditions.vocabulary = vocabulary  # one for all files
        # What often comes to stand beside `when:` or `then:`, and belongs below it.
        self._below = {
            **_BELOW_CATEGORY,
            **{
                key: text("“{word}” belongs below “when:”: indent it more.", word=key)
                for key in (*self.conditions.readers, *GROUPS)
            },
            **{
                key: text("“{word}” belongs below “then:”, as “- {word}: …”.", word=key)
                for key in VERBS
            },
        }

    def read(self, node: Node | None) -> tuple[Category | None, tuple[Rule, ...]]:
        """Read the whole file, as far as it can be understood."""
        if not isinstance(node, Block):
            self.proof.note(
                node, "R020", text("A rule file begins with the line “mailroom: 1”.")
            )
            return None, ()
        keys = self.proof.block(node, FILE_KEYS, {**_BELOW_CATEGORY, **_BESIDE_ID})
        version = self.proof.word(keys.get("mailroom"))
        if version != FORMAT:
            self.proof.note(
                keys.get("mailroom", node),
                "R020",
                text("A rule file begins with the line “mailroom: 1”."),
            )
        category = self._category(keys["category"]) if "category" in keys else None
        shared = self.conditions.extracts(keys.get("extract"), "")
        rules = tuple(
            self._rule(entry, category, shared)
            for entry in self.proof.listing(keys.get("rules"))
        )
        said = {*keys, *self.proof.meant(node)}
        if not said & {"category", "rules"} or (category is None and _is_empty(keys)):
            self.proof.note(
                node, "R021", text("There is neither a category nor a rule here.")
            )
        return category, rules

    def _id(self, block: Mapping[str, Node], place: Node) -> str:
        word = self.proof.needed(block, "id", place)
        if word and not _ID.fullmatch(word):
            self.proof.note(
                block["id"],
                "R022",
                text(
                    "“{word}” cannot be an id: use a-z and 0-9, joined by - or _.",
                    word=word,
                ),
            )
        return word

    def _category(self, node: Node) -> Category:
        proof = self.proof
        block = proof.block(node, CATEGORY_KEYS, {**_BESIDE_ID, **_LEFT})
        about = self._languages(block.get("about"))
        draft = proof.choice(block.get("draft"), DRAFTINGS, "normal", "draft")
        sensitivity = proof.choice(
            block.get("sensitivity"), SENSITIVITIES, "normal", "sensitivity"
        )
        days = proof.number(block.get("days"), 0, 400, 0) if "days" in block else None
        machine = proof.flag(block.get("machine"), default=False)
        return Category(
            id=self._id(block, node),
            about=about,
            kind=proof.word(block.get("kind")),
            fields=self._fields(block.get("fields")),
            sensitivity=cast("Sensitivity", sensitivity),
            clearance=int(proof.number(block.get("clearance"), 0, 3, 1)),
            owner=proof.word(block.get("owner")),
            readers=proof.words(block.get("readers")),
            reply=self._languages(block.get("reply")),
            attach=proof.words(block.get("attach")),
            papers=proof.words(block.get("papers")),
            by_hand=self._fields(block.get("by_hand")),
            chain=proof.word(block.get("chain")),
            days=None if days is None else int(days),
            draft=cast("Drafting", draft),
            machine=machine,
            needs_reply=proof.flag(block.get("needs_reply"), default=not machine),
        )

    def _fields(self, node: Node | None) -> tuple[Word, ...]:
        names = self.proof.words(node)
        for name in names:
            self.conditions.note_no_field(name)
        return names

    def _languages(self, node: Node | None) -> Mapping[str, str]:
        if isinstance(node, Scalar) and node.value:
            sentence = text(
                "Say for which language this is: “zh: {word}”, in braces or below.",
                word=node.value,
            )
            self.proof.note(node, "R002", sentence)
            return MappingProxyType({})
        block = self.proof.block(node, ("zh", "en"))
        words = {language: self.proof.word(value) for language, value in block.items()}
        return MappingProxyType(words)

    def _rule(
        self, node: Node, category: Category | None, shared: tuple[Extract, ...]
    ) -> Rule:
        proof = self.proof
        block = proof.block(node, RULE_KEYS, self._below)
        id_ = self._id(block, node) if isinstance(node, Block) else ""
        spelling = proof.choice(
            block.get("traditional"), TRADITIONAL, TRADITIONAL[0], "traditional"
        )
        self.conditions.exact = spelling == "exact"
        when, cues = self._when(node, block)
        self.conditions.exact = False
        # What stands in the rule goes before what the file says for all its rules.
        extracts = self.conditions.extracts(block.get("extract"), id_)
        own = {extract.field for extract in extracts}
        extracts += tuple(
            replace(each, rule=id_) for each in shared if each.field not in own
        )
        then = ActionReader(self.proof, id_)
        for entry in proof.listing(block.get("then")):
            then.read(entry)
        if then.category is None and category is not None:
            then.category = category.id
        self._prove(node, when, then)
        only = proof.choice(block.get("only"), ONLY, "", "only")
        stop = proof.flag(block.get("stop"), default=False)
        if only and (stop or then.category is not None):
            sentence = text(
                "A rule for unsorted mail alone sorts nothing and stops no other."
            )
            proof.note(block["only"], "R026", sentence)
        return Rule(
            id=id_,
            file=proof.file,
            line=node.line,
            column=node.column,
            name=proof.word(block.get("name")),
            priority=proof.number(block.get("priority"), -1000, 1000, 0),
            enabled=proof.flag(block.get("enabled"), default=True),
            until=read_day(proof, block.get("until")),
            owner=proof.word(block.get("owner")),
            note=proof.word(block.get("note")),
            when=when,
            extract=extracts,
            cued=cues is not None,
            confidence=(
                proof.number(block.get("confidence"), 0, 1, 1)
                if cues is None
                else most(cues)
            ),
            category=then.category,
            also=tuple(then.also),
            tags=tuple(then.tags),
            sensitivity=then.sensitivity,
            needs_reply=then.needs_reply,
            actions=tuple(then.actions),
            stop=stop,
            only=only,
            examples=read_examples(proof, block.get("examples")),
            written=MappingProxyType({key: _shown(key, block[key]) for key in block}),
        )

    def _when(
        self, node: Node, block: Mapping[str, Node]
    ) -> tuple[Condition, Cues | None]:
        """Read `when` and `cues`; a rule has one of them, or both."""
        proof = self.proof
        said = {*block, *proof.meant(node)}
        # A condition that stands beside `when:` instead of below it is told there.
        if (
            isinstance(node, Block)
            and not said & {"when", "cues"}
            and not node.entries.keys() & {*self.conditions.readers, *GROUPS}
        ):
            proof.note(node, "R003", text("“{key}” is missing here.", key="when"))
        if "not" in block and "cues" not in block:
            sentence = text("“not” weighs against “cues”; in “when” write “none”.")
            proof.note(block["not"], "R023", sentence)
        when = self.conditions.read(block["when"]) if "when" in block else Always()
        if "cues" not in block:
            return when, None
        if "confidence" in block:
            sentence = text(
                "The cues say how sure it is; “confidence” goes without them."
            )
            proof.note(block["confidence"], "R024", sentence)
        cues = self.conditions.cues(block["cues"], block.get("not"))
        return (Every((when, cues)) if "when" in block else cues), cues

    def _prove(self, node: Node, when: Condition, then: ActionReader) -> None:
        """See that nothing leaves the office by what a stranger may write himself."""
        if vouched_for(when):
            return
        for action in then.actions:
            if action.verb in LEAVING:
                sentence = text(
                    "Anybody can write what this rule looks for; for “{verb}” "
                    "it needs “trusted: yes” and “from” or “known_sender”.",
                    verb=action.verb,
                )
                self.proof.note(_place_of(action, node), "R025", sentence)


def _shown(key: str, value: Node) -> Word:
    """Give the word that stands for a key with its value: the value, if it is one."""
    if isinstance(value, Scalar) and value.value:
        return Word(value.value, value.line, value.column)
    return key if isinstance(key, Word) else Word(key, value.line, value.column)


def _is_empty(keys: Mapping[str, Node]) -> bool:
    """Say whether the list of rules is there with nothing in it."""
    rules = keys.get("rules")
    return isinstance(rules, Listing) and not rules.entries


def _place_of(action: Action, rule: Node) -> Node:
    """Give where an action stands: its first word, else the rule."""
    for word in action.arguments.values():
        if isinstance(word, Word):
            return Scalar(value=word, line=word.line, column=word.column)
    return rule
