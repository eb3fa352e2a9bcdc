"""Reads what a rule asks for: the lines of its `then`."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from mailroom.errors import text
from mailroom.message.filenames import safe_name
from mailroom.rules.model import SENSITIVITIES, Action, Sensitivity
from mailroom.rules.read_file_types import read_file_types
from mailroom.yamlfile import Block, Node, Proofreader, Scalar, Word

# Verb → the argument that a word alone stands for, then those that may stand with it.
ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "assign": ("to",),
    "draft_paper": ("template",),
    "follow_up": ("chain",),
    "quarantine": ("reason",),
    "ignore": ("reason",),
    "review": ("reason",),
    "notify": ("to",),
    "move": ("mailbox",),
    "mark": ("as",),
    "forward_draft": ("to", "template"),
    "save_attachment": ("folder", "type"),
}
DRAFT_REPLY_KEYS = ("template", "zh", "en", "attach")
SORTING_VERBS = ("category", "also", "tag", "sensitivity", "needs_reply")
VERBS = (*SORTING_VERBS, "draft_reply", *ARGUMENTS)
MARKS = ("read", "unread", "flagged")
_FOLDER = re.compile(r"(?!\.)[^/\\:*?\"<>|\x00-\x1f]{1,80}")
# Levels with "/" between them; the signs are those of LIST (RFC 3501, 6.3.8).
_MAILBOX = re.compile(r"[^/*%\x00-\x1f\x7f]+(?:/[^/*%\x00-\x1f\x7f]+)*")


def _is_folder(name: str) -> bool:
    """Say whether a folder may be called so on every system; safe_name leaves it."""
    return bool(_FOLDER.fullmatch(name)) and safe_name(name, "") == name


class ActionReader:
    """What one rule asks for, gathered line by line."""

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
        for verb, value in self.proof.block(node, VERBS).items():
            if verb in ARGUMENTS:
                self._plain(verb, value)
            elif verb == "draft_reply":
                self._draft_reply(value)
            elif verb == "category":
                self.category = self._word(value) or None
            elif verb == "also":
                self.also.extend(self.proof.words(value))
            elif verb == "tag":
                self.tags.extend(self.proof.words(value))
            elif verb == "needs_reply":
                self.needs_reply = self.proof.flag(value, default=True)
            else:
                level = self.proof.choice(value, SENSITIVITIES, "normal", verb)
                self.sensitivity = cast("Sensitivity", level)

    def _plain(self, verb: str, node: Node) -> None:
        """Read `follow_up: room` or, with its name, `follow_up: {chain: room}`."""
        names = ARGUMENTS[verb]
        block = {names[0]: node}
        if isinstance(node, Block):
            block = {**self.proof.block(node, names)}
            if names[0] not in block:
                sentence = text("“{key}” is missing here.", key=names[0])
                self.proof.note(node, "R003", sentence)
                return
        arguments = {name: self._word(value) for name, value in block.items()}
        if verb == "mark" and arguments["as"]:
            self.proof.choice(block["as"], MARKS, "", "mark")
        if verb == "save_attachment" and not _is_folder(arguments["folder"] or "-"):
            sentence = text(
                "“{word}” is not the name of a folder.", word=arguments["folder"]
            )
            self.proof.note(block["folder"], "R072", sentence)
        if verb == "save_attachment" and "type" in block:
            read_file_types(self.proof, block["type"])
        if verb == "move" and not _MAILBOX.fullmatch(arguments["mailbox"] or "-"):
            sentence = text(
                "“{word}” is not the name of a mailbox; write it as 已办/发票.",
                word=arguments["mailbox"],
            )
            self.proof.note(block["mailbox"], "R074", sentence)
        self._add(verb, arguments)

    def _draft_reply(self, node: Node) -> None:
        if not isinstance(node, Block):
            self._add("draft_reply", {"template": self._word(node)})
            return
        block = self.proof.block(node, DRAFT_REPLY_KEYS)
        arguments = {
            {"zh": "template_zh", "en": "template_en"}.get(key, key): Word(
                ",".join(self.proof.words(value)), value.line, value.column
            )
            for key, value in block.items()
        }
        if not arguments.keys() - {"attach"}:
            sentence = text("“{key}” is missing here.", key="template")
            self.proof.note(node, "R003", sentence)
        self._add("draft_reply", arguments)

    def _word(self, node: Node) -> str:
        """Read a text that must not be empty."""
        word = self.proof.word(node)
        if not word and isinstance(node, Scalar):
            self.proof.note(node, "R003", text("There is an empty text here."))
        return word

    def _add(self, verb: str, arguments: Mapping[str, str]) -> None:
        self.actions.append(
            Action(verb=verb, rule=self.rule, arguments=MappingProxyType({**arguments}))
        )
