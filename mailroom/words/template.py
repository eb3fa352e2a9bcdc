"""Makes letters from one Word template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml import etree

from mailroom.errors import Fault, TemplateError, text
from mailroom.words.filling import Filling
from mailroom.words.guards import mend, unmark
from mailroom.words.looks import Styles, read_styles
from mailroom.words.model import Mark, Rendered
from mailroom.words.package import (
    NotWordError,
    Package,
    parse_part,
    read_package,
    write_package,
    write_part,
)
from mailroom.words.places import Place, fault
from mailroom.words.program import Program, compile_part
from mailroom.words.reading import Reading
from mailroom.words.runs import Element
from mailroom.words.tags import lift
from mailroom.words.values import fill_in

_OPENINGS = ("{{", "{%", "%7B%7B", "%7b%7b")
_CHINESE = range(0x4E00, 0xA000)  # the block "CJK Unified Ideographs"


@dataclass(frozen=True, kw_only=True)
class Template:
    """A Word template, compiled once; any number of threads may use it."""

    name: str  # the file, as it is named to people
    hash: str  # sha256 of the file, hex
    fields: frozenset[str]  # what its tags draw on
    zh: bool  # whether its own words are Chinese, else English
    _package: Package = field(repr=False)
    _styles: Styles = field(repr=False)
    _programs: tuple[Program, ...] = field(repr=False)  # the main part is the last

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a .docx whose tags are docxtpl's as far as they are understood.

        Understood are `{{ field|filter }}` in the text, in tables, page headers,
        page footers, `{%p if … %} {%p elif … %} {%p else %} {%p endif %}`,
        `{%p for x in list %} {%p endfor %}` in paragraphs of their own, the same
        with `{%tr …%}` in table rows of their own. The language is told by the name
        (`x.zh.docx`, `x.en.docx`), else by the words.

        Raises TemplateError with every fault of the file, each with its place.
        """
        name = str(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = text("the file cannot be read: {why}", why=error.strerror or "")
            raise TemplateError([fault(name, None, "W001", reason)]) from error
        try:
            package = read_package(content)
            styles = _styles(package)
        except (NotWordError, etree.XMLSyntaxError) as error:
            reason = (
                error.reason
                if isinstance(error, NotWordError)
                else text("the file is damaged; save it again in Word or WPS")
            )
            raise TemplateError([fault(name, None, "W002", reason)]) from error
        programs, faults = _compile(package, name)
        if faults:
            raise TemplateError(sorted(faults, key=lambda one: one.line))
        return cls(
            name=name,
            hash=sha256(content).hexdigest(),
            fields=frozenset().union(*(program.fields for program in programs)),
            zh=_is_chinese(path.name, package),
            _package=package,
            _styles=styles,
            _programs=tuple(programs),
        )

    def render(self, fields: Mapping[str, object]) -> Rendered:
        """Fill the template in.

        Values are text, numbers, dates (aware or not), lists or mappings of them; in
        text nothing is a tag or markup. A field that is not there or empty shows as a
        red 【待填:name】 or [to fill: name], and is listed in `missing`. `html` and
        `text` hold the text without page headers or footers; `marks` are places in
        `text`.

        Raises TemplateError where the values do not fit what a tag does with them.
        """
        filling = Filling(self.name, fill_in(fields), zh=self.zh)
        changed: dict[str, bytes] = {}
        reading = Reading(self._styles, self._package.links, zh=self.zh)
        html = words = ""
        marks: tuple[Mark, ...] = ()
        for program in self._programs:
            root = parse_part(filling.fill(program))
            mend(root)
            if program.part == self._package.main:
                html, words, marks = reading.read(root)
            unmark(root)
            changed[program.part] = write_part(root)
        return Rendered(
            docx=write_package(self._package, changed),
            html=html,
            text=words,
            missing=tuple(filling.missing),
            marks=marks,
        )


def _compile(package: Package, name: str) -> tuple[list[Program], list[Fault]]:
    programs: list[Program] = []
    faults: list[Fault] = []
    for part in (*package.edges, package.main):
        # python-docx's parser: its elements know how to turn a run red.
        root = parse_xml(package.parts[part])
        tags, found = lift(root, part, name)
        program, more = compile_part(root, tags, part, name)
        faults += [*found, *more]
        if tags or part == package.main:
            programs.append(program)
        if part == package.main:
            faults += _numbered(root, part, name)
    faults += _elsewhere(package, name)
    return programs, faults


def _numbered(root: Element, part: str, name: str) -> Iterator[Fault]:
    """Find paragraphs that Word numbers: their numbers would not reach the mail."""
    for number, paragraph in enumerate(root.iter(qn("w:p")), 1):
        path = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}"
        listed = paragraph.find(path)
        if listed is not None and listed.get(qn("w:val")) != "0":
            reason = text(
                "an automatic number or bullet, which the mail would not show;"
                " type it as plain text"
            )
            said = (piece.text or "" for piece in paragraph.iter(qn("w:t")))
            words = "".join(said)[:60]
            place = Place(part=part, paragraph=number)
            yield fault(name, place, "W017", reason, words)


def _elsewhere(package: Package, name: str) -> Iterator[Fault]:
    """Find tags in parts that are not filled: notes, comments, properties, links."""
    filled = {package.main, *package.edges}
    for part, content in package.parts.items():
        if part in filled or not part.endswith((".xml", ".rels")):
            continue
        try:
            root = parse_part(content)
        except etree.XMLSyntaxError:
            continue  # Word's own affair: it is passed on as it is
        held = ["".join(str(piece) for piece in root.itertext())]
        held += [str(value) for one in root.iter("*") for value in one.attrib.values()]
        for words in held:
            at = min((words.find(o) for o in _OPENINGS if o in words), default=-1)
            if at >= 0:
                reason = text("a tag in a place that nothing fills")
                yield fault(name, Place(part=part), "W016", reason, words[at : at + 60])


def _styles(package: Package) -> Styles:
    content = package.parts.get("word/styles.xml")
    return read_styles(None if content is None else parse_part(content))


def _is_chinese(file_name: str, package: Package) -> bool:
    parts = file_name.lower().split(".")
    if "zh" in parts[1:] or "en" in parts[1:]:
        return "zh" in parts[1:]
    words = parse_part(package.parts[package.main]).itertext()
    return any(ord(letter) in _CHINESE for piece in words for letter in str(piece))
