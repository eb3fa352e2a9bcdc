"""Asks for plain facts of a message."""

from dataclasses import dataclass
from typing import Literal

from mailroom.rules.conditions.hit import Hit, Hits
from mailroom.rules.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCondition:
    """Compares one plain fact of the message with what the rule wants."""

    name: Literal[
        "has_attachment",
        "is_reply",
        "is_forward",
        "auto_reply",
        "machine",
        "language",
        "thread",
        "header_exists",
    ]
    wanted: frozenset[str]  # "yes" and "no" for questions

    def hits(self, page: Page) -> Hits | None:
        """Give the fact."""
        for fact in self._facts(page):
            if fact in self.wanted:
                return (Hit(condition=f"{self.name} {fact}"),)
        return None

    def _facts(self, page: Page) -> tuple[str, ...]:
        message = page.message
        kind = message.machine.kind if message.machine else None
        yes_no = {
            "has_attachment": any(not a.inline for a in message.attachments),
            "is_reply": message.is_reply,
            "is_forward": message.is_forward,
            "auto_reply": kind == "auto_reply",
        }
        if self.name in yes_no:
            return ("yes" if yes_no[self.name] else "no",)
        if self.name == "machine":
            return (kind or "no", "yes") if kind else ("no",)
        if self.name == "language":
            # Whoever asks for Chinese means both ways of writing it.
            return (message.language, message.language.partition("-")[0])
        if self.name == "thread":
            return (page.context.thread_category or "no",)
        return tuple(name.lower() for name, _ in message.headers)
