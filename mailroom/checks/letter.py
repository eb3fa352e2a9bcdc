"""What is checked: a letter of ours, and what the book knows beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from mailroom.directory import Directory
from mailroom.drafts import Content
from mailroom.errors import Text
from mailroom.message.model import Message
from mailroom.rules.fields.found import Context


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter of ours with what it was made from; all text of a mail is data."""

    content: Content
    words: str  # what we wrote in it, without the mail quoted below
    case_no: str
    original: Message | None  # the mail that it answers; None for a reminder
    fields: Mapping[str, str] = field(
        default_factory=_nothing
    )  # what the rules read from that mail
    promised: date | None = None  # the day by which the case is due
    directory: Directory
    own_addresses: frozenset[str]  # lower case
    context: Context  # how days in our words are read; its `sent` is now

    @property
    def today(self) -> date:
        """The office's day."""
        return self.context.today

    def is_own(self, address: str) -> bool:
        """Say whether an address is the office's, or somebody's who works there."""
        return address.lower() in self.own_addresses or self.directory.is_own(address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the register knows of the matter, as values."""

    people: frozenset[str] = frozenset()  # whoever wrote or was written to; lower case
    strangers: frozenset[str] = frozenset()  # readers who never had a letter from us
    # Where a number of the mail stands in another case already: field → case number.
    seen_in: Mapping[str, str] = field(default_factory=_nothing)
    unknown: frozenset[str] = frozenset()  # fields whose number no other letter has
    asked: tuple[Text, ...] = ()  # why rules want a person to look at their mail
    template_since: date | None = None  # the template was changed then; None: long ago
