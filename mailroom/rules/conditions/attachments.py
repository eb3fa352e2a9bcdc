"""Asks what is attached to a message."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailroom.rules.conditions.hit import LONGEST_HIT, Hit, Hits
from mailroom.rules.conditions.words import TextTest
from mailroom.rules.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCondition:
    """Looks for one attachment that fits by type and by name."""

    types: tuple[str, ...] = ()  # "application/pdf", "image/*"
    tests: tuple[TextTest, ...] = ()  # on the name

    def hits(self, page: Page) -> Hits | None:
        """Give the name of the attachment that fits."""
        strips = page.strips("attachment")
        for attachment, strip in zip(page.message.attachments, strips, strict=True):
            if self.types and not any(
                fnmatchcase(attachment.type, wanted) for wanted in self.types
            ):
                continue
            if all(test.find(strip) for test in self.tests):
                span = (0, len(attachment.name))
                return (
                    Hit(
                        condition="attachment",
                        words=attachment.name[:LONGEST_HIT],
                        zone="attachment",
                        span=span,
                    ),
                )
        return None
