"""Reads one rule file into its category with its rules."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from mailroom.errors import text
from mailroom.rules.conditions import Always
from mailroom.rules.extraction import Extract
from mailroom.rules.model import SENSITIVITIES, Action, Category, Sensitivity
from mailroom.rules.read_conditions import ConditionReader
from mailroom.rules.rule import Example, Rule
from mailroom.yamlfile import Block, Node, Proofreader

FORMAT = "1"
_FILE_KEYS = ("mailroom", "category", "extract", "rules")
_CATEGORY_KEYS = (
    "id",
    "about",
    "kind",
    "fields",
    "sensitivity",
    "clearance",
    "owner",
    "reply",
    "attach",
    "papers",
    "chain",
    "days",
    "draft",
    "machine",
    "needs_reply",
)
_RULE_KEYS = (
    "id",
    "name",
    "priority",
    "enabled",
    "note",
    "when",
    "extract",
    "confidence",
    "then",
    "stop",
    "examples",
)
_EXAMPLE_KEYS = (
    "subject",
    "body",
    "from",
    "to",
    "cc",
    "date",
    "headers",
    "attachments",
    "expect",
    "category",
    "why",
)
_PLAIN_VERBS = ("assign", "draft_paper", "follow_up", "quarantine", "ignore", "review")
_VERBS = (
    *_PLAIN_VERBS,
    "category",
    "also",
    "tag",
    "sensitivity",
    "needs_reply",
    "draft_reply",
)
_ARGUMENT = {
    "assign": "to",
    "draft_paper": "template",
    "follow_up": "chain",
    "quarantine": "reason",
    "ignore": "reason",
    "review": "reason",
}
_ID = re.compile(r"[a-z][a-z0-9]*(?:[_/-][a-z0-9]+)*")


class FileReader:
    """Reads one file that is already YAML; faults stay with `proof`."""

    def __init__(self, name: str) -> None:
        self.proof = Proofreader(name, "R")
        self.conditions = ConditionReader(self.proof)

    def read(self, node: Node | None) -> tuple[Category | None, tuple[Rule, ...]]:
        """Read the whole file, as far as it can be understood."""
        if not isinstance(node, Block):
            self.proof.note(
                node, "R020", text("A rule file begins with the line “mailroom: 1”.")
            )
            return None, ()
        keys = self.proof.block(node, _FILE_KEYS)
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
        if category is None and not rules:
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
        block, proof = self.proof.block(node, _CATEGORY_KEYS), self.proof
        about = self._languages(block.get("about"))
        draft = proof.choice(block.get("draft"), ("normal", "never"), "normal")
        sensitivity = proof.choice(block.get("sensitivity"), SENSITIVITIES, "normal")
        days = proof.number(block.get("days"), 0, 400, 0) if "days" in block else None
        machine = proof.flag(block.get("machine"), default=False)
        return Category(
            id=self._id(block, node),
            about=about,
            kind=proof.word(block.get("kind")),
            fields=proof.words(block.get("fields")),
            sensitivity=cast("Sensitivity", sensitivity),
            clearance=int(proof.number(block.get("clearance"), 0, 3, 1)),
            owner=proof.word(block.get("owner")),
            reply=self._languages(block.get("reply")),
            attach=proof.words(block.get("attach")),
            papers=proof.words(block.get("papers")),
            chain=proof.word(block.get("chain")),
            days=None if days is None else int(days),
            draft="never" if draft == "never" else "normal",
            machine=machine,
            needs_reply=proof.flag(block.get("needs_reply"), default=not machine),
        )

    def _languages(self, node: Node | None) -> Mapping[str, str]:
        block = self.proof.block(node, ("zh", "en"))
        words = {language: self.proof.word(value) for language, value in block.items()}
        return MappingProxyType(words)

    def _rule(
        self, node: Node, category: Category | None, shared: tuple[Extract, ...]
    ) -> Rule:
        proof = self.proof
        block = proof.block(node, _RULE_KEYS)
        id_ = self._id(block, node) if isinstance(node, Block) else ""
        if "when" not in block and isinstance(node, Block):
            proof.note(node, "R003", text("“{key}” is missing here.", key="when"))
        when = self.conditions.read(block["when"]) if "when" in block else Always()
        # What stands in the rule goes before what the file says for all its rules.
        extracts = self.conditions.extracts(block.get("extract"), id_)
        own = {extract.field for extract in extracts}
        extracts += tuple(
            replace(each, rule=id_) for each in shared if each.field not in own
        )
        then = _Then(self.proof, id_)
        for entry in proof.listing(block.get("then")):
            then.read(entry)
        if then.category is None and category is not None:
            then.category = category.id
        return Rule(
            id=id_,
            file=proof.file,
            line=node.line,
            column=node.column,
            name=proof.word(block.get("name")),
            priority=proof.number(block.get("priority"), -1000, 1000, 0),
            enabled=proof.flag(block.get("enabled"), default=True),
            note=proof.word(block.get("note")),
            when=when,
            extract=extracts,
            confidence=proof.number(block.get("confidence"), 0, 1, 1),
            category=then.category,
            also=tuple(then.also),
            tags=tuple(then.tags),
            sensitivity=then.sensitivity,
            needs_reply=then.needs_reply,
            actions=tuple(then.actions),
            stop=proof.flag(block.get("stop"), default=False),
            examples=self._examples(block.get("examples")),
        )

    def _examples(self, node: Node | None) -> tuple[Example, ...]:
        block = self.proof.block(node, ("match", "no_match"))
        return tuple(
            self._example(entry, matches=key == "match")
            for key, value in block.items()
            for entry in self.proof.listing(value)
        )

    def _example(self, node: Node, *, matches: bool) -> Example:
        proof = self.proof
        block = proof.block(node, _EXAMPLE_KEYS)
        plain = Example(line=node.line, column=node.column, matches=matches)
        return Example(
            line=node.line,
            column=node.column,
            matches=matches,
            subject=proof.word(block.get("subject")),
            body=proof.word(block.get("body")),
            sender=proof.word(block.get("from")) or plain.sender,
            to=proof.words(block.get("to")) or plain.to,
            cc=proof.words(block.get("cc")),
            date=proof.word(block.get("date")),
            headers=self._words_by_key(block.get("headers")),
            attachments=proof.words(block.get("attachments")),
            expect=self._words_by_key(block.get("expect")),
            category=proof.word(block["category"]) if "category" in block else None,
            why=proof.word(block.get("why")),
        )

    def _words_by_key(self, node: Node | None) -> Mapping[str, str]:
        block = self.proof.block(node, None)
        return MappingProxyType({key: self.proof.word(v) for key, v in block.items()})


class _Then:
    """What a rule asks for, gathered line by line."""

    def __init__(self, proof: Proofreader, rule: str) -> None:
        self.proof = proof
        self.rule = rule
        self.category: str | None = None
        self.also: list[str] = []
        self.tags: list[str] = []
        self.sensitivity: Sensitivity = "normal"
        self.needs_reply: bool | None = None
        self.actions: list[Action] = []

    def read(self, node: Node) -> None:
        """Read one line of `then`."""
        for verb, value in self.proof.block(node, _VERBS).items():
            if verb in _PLAIN_VERBS:
                self._plain(verb, value)
            elif verb == "draft_reply":
                self._draft_reply(value)
            elif verb == "category":
                self.category = self.proof.word(value)
            elif verb == "also":
                self.also.extend(self.proof.words(value))
            elif verb == "tag":
                self.tags.extend(self.proof.words(value))
            elif verb == "needs_reply":
                self.needs_reply = self.proof.flag(value, default=True)
            else:
                level = self.proof.choice(value, SENSITIVITIES, "normal")
                self.sensitivity = cast("Sensitivity", level)

    def _plain(self, verb: str, node: Node) -> None:
        """Read `follow_up: room` or, with its name, `follow_up: {chain: room}`."""
        name = _ARGUMENT[verb]
        if isinstance(node, Block):
            node = self.proof.block(node, (name,)).get(name, node)
            if isinstance(node, Block):
                sentence = text("“{key}” is missing here.", key=name)
                self.proof.note(node, "R003", sentence)
                return
        self._add(verb, {name: self.proof.word(node)}, node)

    def _draft_reply(self, node: Node) -> None:
        if not isinstance(node, Block):
            self._add("draft_reply", {"template": self.proof.word(node)}, node)
            return
        block = self.proof.block(node, ("template", "zh", "en", "attach"))
        arguments = {
            {"zh": "template_zh", "en": "template_en"}.get(key, key): ",".join(
                self.proof.words(value)
            )
            for key, value in block.items()
        }
        if not arguments.keys() - {"attach"}:
            sentence = text("“{key}” is missing here.", key="template")
            self.proof.note(node, "R003", sentence)
        self._add("draft_reply", arguments, node)

    def _add(self, verb: str, arguments: Mapping[str, str], node: Node) -> None:
        if not all(arguments.values()):
            self.proof.note(node, "R003", text("There is an empty text here."))
        self.actions.append(
            Action(verb=verb, rule=self.rule, arguments=MappingProxyType({**arguments}))
        )
