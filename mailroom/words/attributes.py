"""Finds tags where words have no look: properties, addresses of links, alt texts."""

import json
import re
from dataclasses import replace
from urllib.parse import unquote

from docx.oxml.ns import qn

from mailroom.errors import text
from mailroom.words.dialect import TAG, TagError, check_verb, read_words
from mailroom.words.package import Relations
from mailroom.words.places import Place, WordFault, fault
from mailroom.words.runs import Element
from mailroom.words.steering import Tag, in_attribute, instruction

_HYPERLINK, _ID = qn("w:hyperlink"), qn("r:id")
_INSTRUCTION, _IS_LINK = (
    qn("w:instrText"),
    re.compile(r"\s*HYPERLINK\s.*\{\{", re.IGNORECASE),
)
# A tag in an address, its braces and percent signs as they are or as %7B, %7D, %25.
_IN_ADDRESS = re.compile(
    r"(?:\{|%7B){2}.*?(?:\}|%7D){2}|(?:\{|%7B)%(?:25)?.*?%(?:25)?(?:\}|%7D)",
    re.IGNORECASE,
)
_SHOWN_WORDS = ("descr", "title", qn("w:tooltip"))


class Labels:
    """One part whose attributes and bare texts are being read; `root` is changed."""

    def __init__(self, root: Element, part: str, file: str, tags: list[Tag]) -> None:
        self.root, self.file, self.tags = root, file, tags
        self.place = Place(part=part)
        self.faults: list[WordFault] = []
        self.emptied: list[str] = []  # ids of links whose address is found when written

    def lift_labels(self, relations: Relations) -> None:
        """Take the tags out of alt texts, tooltips, and addresses of links."""
        for element in self.root.iter("*"):
            if element.tag == _HYPERLINK and (at := element.get(_ID)) in relations:
                self._lift_address(element, relations[str(at)].target)
            for name in _SHOWN_WORDS:
                words = str(element.get(name, ""))
                if "{{" in words:
                    made = TAG.sub(lambda found: self._token(found[0]), words)
                    element.set(name, made)
            if element.tag == _INSTRUCTION and _IS_LINK.match(element.text or ""):
                self._lift_instruction(element)

    def _lift_instruction(self, element: Element) -> None:
        """Take the tags out of a HYPERLINK field, as those of an address.

        Other fields stay without: what stands in them is a command to Word.
        """
        words, element.text, last = element.text or "", "", 0
        for found in TAG.finditer(words):
            before = words[last : found.start()]
            self._add(element, before)
            tag = self._plain(found[0])
            if tag is not None:
                begins = before.endswith('"')
                verb = "mr_address" if begins else "mr_quoted"
                tag = replace(tag, jinja=f"({tag.jinja})|{verb}")
                element.append(instruction(self.tags, tag))
            last = found.end()
        self._add(element, words[last:])

    def lift_texts(self) -> None:
        """Take the tags out of elements that hold nothing but words."""
        for element in list(self.root.iter("*")):
            words = element.text or ""
            if len(element) or not TAG.search(words):
                continue
            last, element.text = 0, ""
            for found in TAG.finditer(words):
                self._add(element, words[last : found.start()])
                tag = None if found[0][1] == "#" else self._plain(found[0], steers=True)
                if tag is not None:
                    element.append(instruction(self.tags, tag))
                last = found.end()
            self._add(element, words[last:])

    def _add(self, element: Element, words: str) -> None:
        if len(element):
            element[-1].tail = (element[-1].tail or "") + words
        else:
            element.text = (element.text or "") + words

    def _token(self, source: str) -> str:
        tag = self._plain(source)
        return source if tag is None else in_attribute(self.tags, tag)

    def _plain(self, source: str, *, steers: bool = False) -> Tag | None:
        words = read_words(source)
        wrong = None
        if words.sign != "{" and not steers:
            wrong = text("only {{ field }} can stand here")
        try:
            check_verb(words)
        except TagError as error:
            wrong = error.reason
        if wrong is not None:
            self.faults.append(fault(self.file, self.place, "W030", wrong, source))
            return None
        if words.sign == "%":
            return Tag(
                source=source, jinja=f"{words.verb} {words.rest}", kind="steer",
                place=self.place, words=words,
            )  # fmt: skip
        return Tag(source=source, jinja=words.rest, kind="plain", place=self.place)

    def _lift_address(self, link: Element, target: str) -> None:
        """Make the link's id one that is found when the address is known."""
        if "{{" not in unquote(target):
            return
        address = target.strip().replace(" ", "%20")  # what is no tag stays as it is
        pieces: list[str] = []
        last = 0
        every = [
            (found, unquote(found[0]))
            for found in _IN_ADDRESS.finditer(address)
            if TAG.fullmatch(unquote(found[0]))
        ]
        for found, source in every:
            if address[last : found.start()]:
                pieces.append(_literal(address[last : found.start()]))
            tag = self._plain(source)
            if tag is None:
                return
            # A value that is only a piece of an address cannot change the rest of it.
            whole = found[0] == address
            pieces.append(f"({tag.jinja})" if whole else f"({tag.jinja})|mr_quoted")
            last = found.end()
        if address[last:]:
            pieces.append(_literal(address[last:]))
        if not every:
            return
        made = Tag(
            source=every[0][1], jinja=" ~ ".join(pieces), kind="link", place=self.place
        )
        self.emptied.append(str(link.get(_ID)))
        link.set(_ID, in_attribute(self.tags, made))


def _literal(words: str) -> str:
    """Return the words as a string of Jinja's, which knows no pairs of surrogates."""
    return json.dumps(words, ensure_ascii=False)
