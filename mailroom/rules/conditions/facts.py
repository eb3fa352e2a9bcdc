"""Asks for plain facts of a message."""

from dataclasses import dataclass
from typing import Literal

from mailroom.rules.conditions.hit import Hit, Hits
from mailroom.rules.fraud import fraud_signs
from mailroom.rules.mail_types import mail_type
from mailroom.rules.page import Page

MOST_LOOKED_AT = 20_000  # characters; a room stands near the beginning
ZONES = ("new", "forwarded", "quoted", "footer")
_TRUST = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCondition:
    """Compares one plain fact of the message with what the rule wants."""

    name: Literal[
        "has_attachment",
        "is_reply",
        "is_forward",
        "auto_reply",
        "our_room",
        "machine",
        "language",
        "thread",
        "trusted",
        "zone",
        "header_exists",
        "mail_type",
        "fraud",
    ]
    wanted: frozenset[str]  # "yes" and "no" for questions

    def hits(self, page: Page) -> Hits | None:
        """Give the fact."""
        if self.name == "fraud":
            return self._signs(page)
        for fact in self.facts(page):
            if fact in self.wanted:
                return (Hit(condition=f"{self.name} {fact}"),)
        return None

    def _signs(self, page: Page) -> Hits | None:
        """Give the signs of fraud with the words that bear them: a person must see."""
        found = tuple(
            Hit(condition=f"fraud {sign.kind}", said=sign.words, zone="header")
            for sign in fraud_signs(page)
            if sign.kind in self.wanted or "yes" in self.wanted
        )
        if not found and "no" in self.wanted and not fraud_signs(page):
            return (Hit(condition="fraud no"),)
        return found or None

    def facts(self, page: Page) -> tuple[str, ...]:
        """Give the facts of a message that this condition compares."""
        message = page.message
        kind = message.machine.kind if message.machine else None
        category = page.context.thread_category
        yes_no = {
            "has_attachment": any(not a.inline for a in message.attachments),
            "is_reply": message.is_reply,
            "is_forward": message.is_forward,
            "auto_reply": kind == "auto_reply",
            "our_room": self.name == "our_room" and _names_our_room(page),
        }
        if self.name in yes_no:
            return ("yes" if yes_no[self.name] else "no",)
        if self.name == "header_exists":
            return tuple(name.lower() for name, _ in message.headers)
        if self.name == "mail_type":
            return (mail_type(page),)
        if self.name == "fraud":
            signs = tuple(sign.kind for sign in fraud_signs(page))
            return (*signs, "yes") if signs else ("no",)
        if self.name == "zone":
            return tuple(zone for zone in ZONES if getattr(message.zones, zone).strip())
        several: dict[str, tuple[str, ...]] = {
            "machine": (kind, "yes") if kind else ("no",),
            # Whoever asks for Chinese means both ways of writing it.
            "language": (message.language, message.language.partition("-")[0]),
            "thread": (category, "yes") if category else ("no",),
            "trusted": (_TRUST[page.context.trusted],),
        }
        return several[self.name]


def _names_our_room(page: Page) -> bool:
    places = ("subject", "new", "forwarded")
    written = (strip.nfkc for place in places for strip in page.strips(place))
    return page.context.directory.room(" ".join(written)[:MOST_LOOKED_AT]) is not None
