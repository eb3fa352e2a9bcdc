"""Asks what is attached to a message."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from mailroom.message.filetypes import is_of_type
from mailroom.message.model import Attachment
from mailroom.rules.conditions.hit import Hit, Hits, Passage
from mailroom.rules.conditions.moment import SizeCondition
from mailroom.rules.conditions.words import TextTest
from mailroom.rules.page import Page, Strip


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCondition:
    """Looks for one attachment that fits by name, type, size and text.

    The type is told by the first bytes; the text is read only where a rule asks for it
    and the rest fits. Where attachments stay closed, the type is the declared one.
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
            if not self._fits(attachment, strip, closed=page.is_sealed):
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

    def _fits(self, attachment: Attachment, name: Strip, *, closed: bool) -> bool:
        is_type = _is_declared if closed else is_of_type
        return (
            all(test.find(name) for test in self.tests)
            and (
                not self.types or any(is_type(each, attachment) for each in self.types)
            )
            and (self.size is None or self.size.fits(attachment.size))
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


def _is_declared(wanted: str, attachment: Attachment) -> bool:
    return fnmatchcase(attachment.type, wanted)
