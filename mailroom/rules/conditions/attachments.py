"""Asks what is attached to a message."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailroom.message.model import Attachment
from mailroom.rules.conditions.hit import Hit, Hits, Passage
from mailroom.rules.conditions.moment import SizeCondition
from mailroom.rules.conditions.words import TextTest
from mailroom.rules.page import Page, Strip


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCondition:
    """Looks for one attachment that fits by type, name, size and text.

    The text is read only where a rule asks for it and the rest fits.
    """

    types: tuple[str, ...] = ()  # "application/pdf", "image/*"
    tests: tuple[TextTest, ...] = ()  # on the name
    size: SizeCondition | None = None  # of the attachment alone, in bytes
    text: tuple[TextTest, ...] = ()  # on the text inside

    def hits(self, page: Page) -> Hits | None:
        """Give the name of the attachment that fits, then the words inside."""
        strips = page.strips("attachment")
        for place, (attachment, strip) in enumerate(
            zip(page.message.attachments, strips, strict=True)
        ):
            if not self._fits(attachment, strip):
                continue
            inside = self._inside(page, place)
            if inside is not None:
                named = Hit(
                    condition="attachment",
                    zone="attachment",
                    passage=Passage(strip, 0, len(strip.nfkc), flat=False),
                )
                return (named, *inside)
        return None

    def _fits(self, attachment: Attachment, name: Strip) -> bool:
        return (
            not self.types or any(fnmatchcase(attachment.type, t) for t in self.types)
        ) and (
            (self.size is None or self.size.fits(attachment.size))
            and all(test.find(name) for test in self.tests)
        )

    def _inside(self, page: Page, place: int) -> Hits | None:
        if not self.text:
            return ()
        strip = page.strips("attachment_text")[place]
        found: list[Hit] = []
        for test in self.text:
            hit = test.find(strip)
            if hit is None:
                return None
            word, passage = hit
            found.append(
                Hit(
                    condition=f"attachment text {test.operator} {word}",
                    zone="attachment",
                    passage=passage,
                )
            )
        return tuple(found)
