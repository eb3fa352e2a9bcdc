"""Compiles a Word file: its parts with tags, then the mail it makes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from threading import Lock

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml.ns import qn
from jinja2.exceptions import TemplateError as JinjaError
from lxml import etree

from mailroom.errors import TemplateError, text
from mailroom.words.archive import Entry
from mailroom.words.attributes import Labels
from mailroom.words.dialect import TagError, check_words, misuses
from mailroom.words.guards import has_guards, keep_unique, put_guards
from mailroom.words.lists import RESTART, put_restarts
from mailroom.words.looks import Styles, read_styles
from mailroom.words.numbering import Numbering, read_numbering
from mailroom.words.package import (
    NotWordError,
    Package,
    Relations,
    parse_part,
    read_package,
    relations_of,
)
from mailroom.words.pens import NOWHERE, Slot
from mailroom.words.places import Place, WordFault, fault
from mailroom.words.program import Program, Source, compile_source, read_source
from mailroom.words.runs import MARK, Element
from mailroom.words.steering import IN_ATTRIBUTE, Kind, Tag, in_attribute
from mailroom.words.structure import Arranging
from mailroom.words.tags import Lifting, strays
from mailroom.words.twins import Letter, Twins
from mailroom.words.word_pen import word_slot

_OPENINGS = ("{{", "{%", "%7B%7B", "%7b%7b")
_BETWEEN = re.compile(r">\s*\n\s*<")  # how some programs lay their XML out
_HAS_TAG = re.compile(rf"<\?{MARK} \d|{IN_ATTRIBUTE[0]}")
PART_END = "\x1c"  # between the parts of a filled file; no XML holds it
_NOTES = {KIND.FOOTNOTES: "footnote", KIND.ENDNOTES: "endnote"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the file that is written anew for each letter."""

    name: str
    guarded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The letter of a template as a mail."""

    html: Program
    text: Program
    pictures: Mapping[str, str]  # content id → part of the file


@dataclass
class Compiling:
    """One file being compiled."""

    package: Package
    file: str
    tags: list[Tag] = field(default_factory=list)
    faults: list[WordFault] = field(default_factory=list)
    roots: dict[str, Element] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)  # parts that lost a comment
    near: Relations = field(init=False)  # what the main part points at
    _styles: Element | None = field(init=False, repr=False)
    numbering: Numbering = field(init=False)
    parts: list[Part] = field(default_factory=list)  # the main part is the last
    source: Source | None = None

    def read(self) -> None:
        """Read the parts, take their tags out, note every fault."""
        self.near = self.package.relations(self.package.main)
        self._styles = self._part_of(KIND.STYLES)
        self.numbering = read_numbering(self._part_of(KIND.NUMBERING))
        for part in (self.package.main, *self.package.filled):
            self._read_filled(part)
        for part in self.package.properties:
            self._read_properties(part)
        self.faults += self._elsewhere()
        self._read_source()

    def _read_filled(self, part: str) -> None:
        """Take the tags out of a part that holds paragraphs."""
        root = self.roots[part] = self._parsed(part)
        labels = Labels(root, part, self.file, self.tags)
        is_main = part == self.package.main
        labels.lift_labels(self.near if is_main else self.package.relations(part))
        self._forget_addresses(part, labels.emptied)
        lifting = Lifting(root, part, self.file, self.tags)
        lifting.lift()
        self.faults += (*labels.faults, *lifting.faults)
        if lifting.changed:
            self.changed.add(part)
        if _HAS_TAG.search(_xml(root)):
            self._arrange(root)
            for tag in self._restarts(root):
                reason = text("no list is here that could begin again")
                self.faults.append(
                    fault(self.file, tag.place, "W034", reason, tag.source)
                )
            put_guards(root, self.tags)
            self.faults += keep_unique(root, self.tags, self.file)
        self.faults += strays(root, part, self.file)

    def _parsed(self, part: str) -> Element:
        """Parse a part, without the two signs that stand for tags in attributes."""
        content = self.package.parts[part]
        for sign in IN_ATTRIBUTE.replace("{}", ""):
            content = content.replace(sign.encode(), b"")
        return parse_part(content)

    def _read_properties(self, part: str) -> None:
        """Take the tags out of a part that holds bare words: a title, an author."""
        root = self.roots[part] = self._parsed(part)
        labels = Labels(root, part, self.file, self.tags)
        labels.lift_texts()
        self.faults += labels.faults
        self._arrange(root)

    def _arrange(self, root: Element) -> None:
        arranging = Arranging(root, self.tags, self.file)
        arranging.arrange()
        self.faults += arranging.faults

    def _forget_addresses(self, part: str, links: list[str]) -> None:
        """Take addresses with tags out of what a part points at."""
        if not links:
            return
        name = relations_of(part)
        root = parse_part(self.package.parts[name])
        for one in root:
            if one.get("Id") in links:
                one.set("Target", NOWHERE)
        xml = etree.tostring(root, encoding="UTF-8", standalone=True)
        parts = {**self.package.parts, name: xml}
        packed = {**self.package.packed, name: Entry.of(name, xml)}
        self.package = replace(self.package, parts=parts, packed=packed)

    def pointed_at(self, kind: str) -> str:
        """Return the part of that kind that the main part points at; "" for none."""
        found = (one.target for one in self.near.values() if one.kind == kind)
        return next(found, "")

    @cached_property
    def styles(self) -> Styles:
        """The looks of the document's styles."""
        return read_styles(self._styles)

    def _part_of(self, kind: str) -> Element | None:
        content = self.package.parts.get(self.pointed_at(kind))
        return None if content is None else parse_part(content)

    def _elsewhere(self) -> Iterator[WordFault]:
        """Find tags in parts that are not filled."""
        for part, content in self.package.parts.items():
            skipped = part in self.roots or part.endswith(".rels")
            if skipped or not part.endswith(".xml") or b"{" not in content:
                continue
            try:
                root = parse_part(content)
            except etree.XMLSyntaxError:
                continue  # Word's own affair: it is passed on as it is
            held = ["".join(str(piece) for piece in root.itertext())]
            held += [str(v) for one in root.iter("*") for v in one.attrib.values()]
            for words in held:
                at = min((words.find(o) for o in _OPENINGS if o in words), default=-1)
                if at >= 0:
                    reason = text("a tag in a place that nothing fills")
                    place = Place(part=part)
                    yield fault(self.file, place, "W016", reason, words[at : at + 60])

    def _restarts(self, root: Element) -> list[Tag]:
        if not any(tag.jinja.strip() == RESTART for tag in self.tags):
            return []
        return put_restarts(root, self.tags, self.styles)

    def _read_source(self) -> None:
        """Let Jinja read all parts in one; note every tag that it cannot read."""
        pieces = []
        names = [
            name
            for name in reversed(self.roots)
            if name in self.changed or _HAS_TAG.search(_xml(self.roots[name]))
        ]
        for number, name in enumerate(names):
            xml = _BETWEEN.sub("><", _xml(self.roots[name]))
            xml = xml.replace("\r", "&#13;").replace("\n", "&#10;")
            self.parts.append(Part(name=name, guarded=has_guards(xml)))
            begin = self._own_tag(f"{number}|mr_part", name, "plain")
            # What a part sets is its own affair.
            with_, end = (self._own_tag(v, name, "steer") for v in ("with", "endwith"))
            pieces.append(f"{with_}{begin}{xml}{end}")
        try:
            self.source = read_source(PART_END.join(pieces), self.tags)
        except (JinjaError, RecursionError) as error:
            before = len(self.faults)
            self._check_each_tag()
            if len(self.faults) == before and not self.faults:
                reason = text("the tag cannot be read: {why}", why=str(error))
                place = Place(part=self.package.main)
                self.faults.append(fault(self.file, place, "W030", reason))
            return
        for line, reason in misuses(self.source.tree):
            tag = self.tags[self.source.tags[line - 1]]
            self.faults.append(fault(self.file, tag.place, "W030", reason, tag.source))

    def _own_tag(self, jinja: str, part: str, kind: Kind) -> str:
        tag = Tag(source="", jinja=jinja, kind=kind, place=Place(part=part))
        return in_attribute(self.tags, tag)

    def _check_each_tag(self) -> None:
        for tag in self.tags:
            try:
                check_words(tag.jinja, tag.source, steers=tag.kind == "steer")
            except TagError as error:
                self.faults.append(
                    fault(self.file, tag.place, "W030", error.reason, tag.source)
                )

    def program(self) -> Program:
        """Compile the parts that hold tags, all in one, `PART_END` between them."""
        if self.source is None:
            raise AssertionError  # a file with faults is not compiled
        return compile_source(self.source, self._word_slot)

    def _word_slot(self, number: int) -> Slot:
        tag = self.tags[number]
        slot = Slot(number=number, kind=tag.kind, source=tag.source)
        if tag.kind != "fill":
            return slot
        return word_slot(slot, tag.look, tag.gap_look, tag.paragraph_look)

    def mail(self, *, zh: bool) -> Mail:
        """Compile the letter as a mail."""
        twins = Twins(
            Letter(
                body=self.roots[self.package.main],
                tags=self.tags,
                styles=self.styles,
                numbering=self.numbering,
                relations=self.near,
                notes=dict(self._notes()),
                zh=zh,
            )
        )
        twins.write()
        html, plain = (
            compile_source(
                read_source("".join(source), self.tags), partial(self._mail_slot, slots)
            )
            for source, slots in (
                (twins.html, twins.html_slots),
                (twins.text, twins.text_slots),
            )
        )
        return Mail(html=html, text=plain, pictures=twins.pictures)

    def _mail_slot(self, slots: Mapping[int, Slot], number: int) -> Slot:
        tag = self.tags[number]
        bare = Slot(number=number, kind=tag.kind, source=tag.source)
        return slots.get(number, bare)

    def _notes(self) -> Iterator[tuple[tuple[str, str], Element]]:
        for kind, name in _NOTES.items():
            part = self.pointed_at(kind)
            if part in self.roots:
                for note in self.roots[part].iter(qn(f"w:{name}")):
                    yield (name, str(note.get(qn("w:id")))), note


def _xml(root: Element) -> str:
    return etree.tostring(root, encoding="unicode")


def read_file(path: Path) -> bytes:
    """Return the bytes of a template's file. Raises TemplateError."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = text("the file cannot be read: {why}", why=error.strerror or "")
        raise TemplateError([fault(str(path), None, "W001", reason)]) from error


def read_template(content: bytes, name: str) -> Compiling:
    """Read the bytes of a .docx, which people know by `name`, and note its faults.

    Raises TemplateError where nothing of it can be read.
    """
    try:
        compiling = Compiling(read_package(content), name)
        compiling.read()
    except (NotWordError, etree.XMLSyntaxError) as error:
        reason = (
            error.reason
            if isinstance(error, NotWordError)
            else text("the file is damaged; save it again in Word or WPS")
        )
        raise TemplateError([fault(name, None, "W002", reason)]) from error
    return compiling


class MailWhenAsked:
    """Compiles the mail of a template once, when it is asked for first."""

    def __init__(self, compiling: Compiling, *, zh: bool) -> None:
        self._compiling: Compiling | None = compiling
        self._zh = zh
        self._lock = Lock()
        self._mail: Mail | None = None

    def compiled(self) -> Mail:
        """Return the compiled mail; any number of threads may ask."""
        with self._lock:
            if self._mail is None:
                if self._compiling is None:
                    raise AssertionError  # it is let go when the mail is there
                self._mail = self._compiling.mail(zh=self._zh)
                self._compiling = None  # the trees are needed no more
            return self._mail
