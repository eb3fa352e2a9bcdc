"""Reads the examples of a rule: small mails on which it is tried."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from mailroom.errors import text
from mailroom.rules.rule import Example
from mailroom.yamlfile import Block, Node, Proofreader, Scalar

_HEADER = re.compile(r"[!-9;-~]+")  # RFC 5322, 3.6.8
EXAMPLE_KEYS = (
    "subject",
    "body",
    "from",
    "to",
    "cc",
    "date",
    "headers",
    "attachments",
    "trusted",
    "thread",
    "expect",
    "category",
    "why",
)


def read_examples(proof: Proofreader, node: Node | None) -> tuple[Example, ...]:
    """Read `examples:`; a mail is a block of keys such as subject and body."""
    block = proof.block(node, ("match", "no_match"))
    return tuple(
        _example(proof, entry, matches=key == "match")
        for key, value in block.items()
        for entry in proof.listing(value)
    )


def _example(proof: Proofreader, node: Node, *, matches: bool) -> Example:
    if isinstance(node, Scalar) and node.value:
        sentence = text("Write an example as a small mail: “subject: …”, “body: …”.")
        proof.note(node, "R002", sentence)
        return Example(line=node.line, column=node.column, matches=matches)
    block = proof.block(node, EXAMPLE_KEYS)
    attached = [
        _attached(proof, each) for each in proof.entries(block.get("attachments"))
    ]
    plain = Example(line=node.line, column=node.column, matches=matches)
    return Example(
        line=node.line,
        column=node.column,
        matches=matches,
        subject=_line(proof, block.get("subject")),
        body=proof.word(block.get("body")),
        sender=_line(proof, block.get("from")) or plain.sender,
        to=_lines(proof, block.get("to")) or plain.to,
        cc=_lines(proof, block.get("cc")),
        date=_day(proof, block.get("date")),
        headers=_headers(proof, block.get("headers")),
        attachments=tuple(name for name, _ in attached),
        inside=MappingProxyType({name: said for name, said in attached if said}),
        trusted=(
            proof.flag(block["trusted"], default=True) if "trusted" in block else None
        ),
        thread=proof.word(block.get("thread")) or None,
        expect=_words_by_key(proof, block.get("expect")),
        category=proof.word(block["category"]) if "category" in block else None,
        why=proof.word(block.get("why")),
    )


def _attached(proof: Proofreader, node: Node) -> tuple[str, str]:
    """Read the name of an attachment, or `{name: 清单.csv, text: …}`."""
    if not isinstance(node, Block):
        return _line(proof, node), ""
    block = proof.block(node, ("name", "text"))
    proof.needed(block, "name", node)
    return _line(proof, block.get("name")), proof.word(block.get("text"))


def _words_by_key(proof: Proofreader, node: Node | None) -> Mapping[str, str]:
    block = proof.block(node, None)
    return MappingProxyType({key: proof.word(v) for key, v in block.items()})


def _headers(proof: Proofreader, node: Node | None) -> Mapping[str, str]:
    block = proof.block(node, None)
    for name in block:
        if _on_one_line(proof, name) and not _HEADER.fullmatch(name):
            sentence = text(
                "“{word}” cannot be the name of a header; names are such as X-Spam.",
                word=name,
            )
            proof.note(name, "R050", sentence)
    return MappingProxyType({key: _line(proof, v) for key, v in block.items()})


def _line(proof: Proofreader, node: Node | None) -> str:
    """Read what stands on one line of a mail's head."""
    return _on_one_line(proof, proof.word(node))


def _lines(proof: Proofreader, node: Node | None) -> tuple[str, ...]:
    """Read one or more texts that stand on a line of a mail's head together."""
    return tuple(_on_one_line(proof, word) for word in proof.words(node))


def _on_one_line(proof: Proofreader, words: str) -> str:
    if "\n" in words or "\r" in words:
        proof.note(words, "R050", text("In a mail this stands on one line."))
        return ""
    return words


def _day(proof: Proofreader, node: Node | None) -> str:
    """Read a day, or a day with its hour, as ISO 8601 has it."""
    words = proof.word(node)
    try:
        datetime.fromisoformat(words or "2026-03-02")
    except ValueError:
        sentence = text(
            "“{words}” is no day of the calendar; write it as 2026-12-24.", words=words
        )
        proof.note(node, "R065", sentence)
        return ""
    return words
