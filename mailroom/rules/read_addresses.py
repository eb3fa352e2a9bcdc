"""Reads whose address a condition asks for."""

import re
from typing import get_args

from mailroom.directory import Kind
from mailroom.errors import Text, text
from mailroom.rules.conditions import (
    AddressCondition,
    AddressField,
    AddressPart,
    Condition,
    KnownSenderCondition,
    TextTest,
)
from mailroom.rules.read_words import WordsReader
from mailroom.yamlfile import Block, Node, Word

ADDRESS_KEYS = ("address", "local", "domain", "name", "own")
KNOWN_SENDERS = (*get_args(Kind), "yes", "no")
_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")


class AddressReader(WordsReader):
    """Reads addresses in rules: whole ones, domains, and how people call themselves."""

    def address(self, field: AddressField, node: Node) -> Condition:
        """Read `from: firm.cn`, `to: {own: yes}` and the like."""
        if not isinstance(node, Block):
            return self._plain_addresses(field, node)
        block = self.proof.block(node, ADDRESS_KEYS)
        if block.keys() == {"name"}:
            return self.search(f"{field} name", (field,), block["name"])
        tests: list[tuple[AddressPart, TextTest]] = []
        addresses: frozenset[str] = frozenset()
        domains: tuple[str, ...] = ()
        if isinstance(block.get("address"), Block):
            tests += [("address", each) for each in self.tests(block["address"], "is")]
        else:
            addresses = frozenset(self._addresses(block.get("address")))
        if isinstance(block.get("domain"), Block):
            tests += [("domain", each) for each in self.tests(block["domain"], "is")]
        else:
            entries = self.proof.entries(block.get("domain"))
            domains = tuple(self._domain(entry) for entry in entries)
        if "local" in block:
            tests += [("local", each) for each in self.tests(block["local"], "is")]
        if "name" in block:
            tests += [("name", each) for each in self.tests(block["name"])]
        own = self.proof.flag(block["own"], default=True) if "own" in block else None
        if not node.entries:
            self.proof.note(node, "R010", text("There is no condition here."))
        return AddressCondition(
            name=field,
            addresses=addresses,
            domains=domains,
            own=own,
            tests=tuple(tests),
        )

    def _plain_addresses(self, name: AddressField, node: Node) -> AddressCondition:
        addresses: set[str] = set()
        domains: list[str] = []
        for entry in self.proof.entries(node):
            word = self.proof.word(entry)
            if "@" in word and not word.startswith("@"):
                addresses.update(self._addresses(entry))
            else:
                domains.append(self._domain(entry))
        return AddressCondition(
            name=name, addresses=frozenset(addresses), domains=tuple(domains)
        )

    def _addresses(self, node: Node | None) -> tuple[str, ...]:
        for entry in self.proof.entries(node):
            word = self.proof.word(entry)
            bare = word.startswith("@") or word.endswith("@")
            if bare or "*" in word or word.count("@") != 1:
                self.proof.note(entry, "R015", _no_address(word))
        words = self.proof.words(node)
        return tuple(word.becomes(word.casefold()) for word in words)

    def _domain(self, node: Node) -> str:
        domain = self.proof.word(node).removeprefix("@").casefold()
        if not _DOMAIN.fullmatch(domain):
            self.proof.note(node, "R016", _no_domain(domain))
        return Word(domain, node.line, node.column)

    def known_sender(self, node: Node) -> Condition:
        """Read `known_sender: [supplier, vip]`, `known_sender: no`."""
        wanted = frozenset(self.proof.choices(node, KNOWN_SENDERS, "known_sender"))
        return KnownSenderCondition(wanted=wanted)


def _no_address(word: str) -> Text:
    several = re.split(r"[\s,;、，；]+", word)
    if len(several) > 1 and all(each.count("@") == 1 for each in several):
        return text("Write several as a list: [{list}].", list=", ".join(several))
    if word.startswith("*@") and _DOMAIN.fullmatch(word[2:]):
        return text(
            "Write “{domain}”: it stands for every address of that domain.",
            domain=word[2:],
        )
    if "*" in word:
        return text(
            "An address is taken as it stands. For a pattern write"
            " “{{address: {{glob: '{word}'}}}}”.",
            word=word,
        )
    return text("“{word}” is not a mail address.", word=word)


def _no_domain(word: str) -> Text:
    several = re.split(r"[\s,;、，；]+", word)
    if len(several) > 1 and all(map(_DOMAIN.fullmatch, several)):
        return text("Write several as a list: [{list}].", list=", ".join(several))
    below = word.lstrip("*.")
    if below != word and _DOMAIN.fullmatch(below):
        return text(
            "Write “{domain}”: what lies below a domain counts as well.", domain=below
        )
    if "." not in word:
        return text(
            "“{word}” is not a domain such as “firm.cn”. For what somebody is called"
            " write “name: {word}”.",
            word=word,
        )
    return text("“{word}” is not a domain such as “firm.cn”.", word=word)
