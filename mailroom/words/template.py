"""Makes letters from one Word template."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Self

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from jinja2.exceptions import TemplateError as JinjaError

from mailroom.errors import TemplateError, Text, text
from mailroom.words.additions import KINDS, put_additions
from mailroom.words.archive import Archive
from mailroom.words.compiling import (
    PART_END,
    Compiling,
    MailWhenAsked,
    Part,
    read_file,
    read_template,
)
from mailroom.words.guards import mend
from mailroom.words.lists import with_lists
from mailroom.words.mail_pens import HtmlPen, TextPen
from mailroom.words.model import Html, Inline, Plain, Rendered
from mailroom.words.names import Manner
from mailroom.words.numbering import Numbering
from mailroom.words.pens import (
    Letter,
    NoListError,
    Pen,
    TooLongError,
    TooManyTurnsError,
)
from mailroom.words.places import Place, fault
from mailroom.words.plain import lay_out, marks_of, without_marks
from mailroom.words.program import Program
from mailroom.words.sandbox import NoValueError
from mailroom.words.twins import finish
from mailroom.words.values import fill_in
from mailroom.words.word_pen import WordPen

_CHINESE = range(0x4E00, 0xA000)  # the block "CJK Unified Ideographs"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What a filter or an operator raises for values that do not fit it.
_MISFITS = (
    JinjaError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Use:
    """One field that a template draws on."""

    field: str  # "room", "invoice.no"; an entry of a list is named as the list is
    manners: frozenset[Manner]
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True)
class Template:
    """A Word template, compiled once; any number of threads may use it."""

    name: str  # the file, as it is named to people
    hash: str  # sha256 of the file, hex
    fields: frozenset[str]  # what its tags draw on
    uses: tuple[Use, ...] = field(repr=False)
    zh: bool  # whether its own words are Chinese, else English
    _main: str = field(repr=False)
    _archive: Archive = field(repr=False)
    _parts: tuple[Part, ...] = field(repr=False)
    _program: Program = field(repr=False)
    _places: tuple[Place, ...] = field(repr=False)  # by the number of the tag
    _numbering: Numbering = field(repr=False)
    _lists_part: str = field(repr=False)  # "word/numbering.xml"
    _mail: MailWhenAsked = field(repr=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a .docx whose tags are docxtpl's.

        The language is told by the name (`x.zh.docx`, `x.en.docx`), else by the words.

        Raises TemplateError with every fault of the file, each with its place.
        """
        return cls.read(read_file(path), str(path))

    @classmethod
    def read(cls, content: bytes, name: str) -> Self:
        """Compile the bytes of a .docx, which people know by `name`, as `load` does."""
        compiling = read_template(content, name)
        if compiling.faults:
            raise TemplateError(sorted(compiling.faults, key=lambda one: one.line))
        program = compiling.program()
        uses = tuple(_uses(program, compiling))
        zh = _is_chinese(name, compiling)
        return cls(
            name=name,
            hash=sha256(content).hexdigest(),
            fields=frozenset(use.field.partition(".")[0] for use in uses),
            uses=uses,
            zh=zh,
            _main=compiling.package.main,
            _archive=Archive(compiling.package.packed),
            _parts=tuple(compiling.parts),
            _program=program,
            _places=tuple(tag.place for tag in compiling.tags),
            _numbering=compiling.numbering,
            _lists_part=compiling.pointed_at(KIND.NUMBERING),
            _mail=MailWhenAsked(compiling, zh=zh),
        )

    def render(self, fields: Mapping[str, object]) -> Rendered:
        """Fill the template in.

        Values are text, numbers, dates (aware or not), what `words.rich` has, lists or
        mappings of them; in text nothing is a tag or markup. A field that is not there
        or empty shows as a red 【待填:name】 or [to fill: name], and is listed in
        `missing`. `html` and `text` hold the letter without page headers or footers;
        `marks` are places in `text`.

        Raises TemplateError where the values do not fit what a tag does with them.
        """
        values = fill_in(fields)
        letter = Letter(values, self.zh)
        changed: dict[str, bytes] = {}
        pen = WordPen(letter, self._numbering, self.hash[:8])
        written = self._run(self._program, pen)
        filled = written.split(PART_END) if self._parts else []
        for number, (part, xml) in enumerate(zip(self._parts, filled, strict=True)):
            whole = mend(xml) if part.guarded else xml
            changed[part.name] = (_DECLARATION + whole).encode()
            put_additions(self._archive, part.name, pen.parts[number], changed)
        if pen.lists:
            lists = self._archive.content(self._lists_part)
            changed[self._lists_part] = with_lists(lists, pen.lists, self._numbering)
        return Rendered(
            docx=self._archive.with_parts(changed),
            template=self.hash,
            missing=tuple(letter.missing),
            _html=partial(self._html, values),
            _plain=partial(self._plain, values),
        )

    def _html(self, values: Mapping[str, object]) -> Html:
        mail = self._mail.compiled()
        pen = HtmlPen(Letter(values, self.zh), self._numbering)
        words = finish(self._run(mail.html, pen))
        of_template = (
            Inline(name, KINDS.get(kind, "image/jpeg"), self._archive.content(part))
            for name, part in mail.pictures.items()
            for kind in (name.rpartition(".")[2].lower(),)
        )
        of_fields = (
            Inline(name, KINDS[picture.kind], picture.content)
            for name, picture in pen.pictures.items()
        )
        return Html(words, (*of_template, *of_fields))

    def _plain(self, values: Mapping[str, object]) -> Plain:
        pen = TextPen(Letter(values, self.zh), self._numbering)
        written = self._run(self._mail.compiled().text, pen)
        text = lay_out(written)
        return Plain(without_marks(text), partial(marks_of, text, pen.names))

    def _run(self, program: Program, pen: Pen) -> str:
        try:
            return program.run(pen.letter.fields, pen)
        except TooLongError as error:
            reason = text("the letter grows too long with these values")
            faults = [fault(self.name, Place(part=self._main), "W041", reason)]
            raise TemplateError(faults) from error
        except TooManyTurnsError as error:
            reason = text("the lists are too long for a letter")
            raise self._misfit(program, error, "W041", reason) from error
        except NoListError as error:
            reason = text("this is not a list")
            raise self._misfit(program, error, "W042", reason) from error
        except NoValueError as error:
            reason = text("what a macro writes stands alone, without filter or ~")
            raise self._misfit(program, error, "W043", reason) from error
        except _MISFITS as error:
            # Only the kind of error is told: its words may quote the mail.
            reason = text("the values do not fit ({kind})", kind=type(error).__name__)
            raise self._misfit(program, error, "W040", reason) from error

    def _misfit(
        self, program: Program, error: Exception, code: str, reason: Text
    ) -> TemplateError:
        slot = program.slot_of(error.__traceback__)
        if slot is None:
            place = Place(part=self._main)
            return TemplateError([fault(self.name, place, code, reason)])
        place = self._places[slot.number]
        return TemplateError([fault(self.name, place, code, reason, slot.source)])


def _uses(program: Program, compiling: Compiling) -> Iterator[Use]:
    manners: dict[str, set[Manner]] = {}
    places: dict[str, dict[Place, None]] = {}
    for drawing in program.drawings:
        tag = compiling.tags[program.slots[drawing.line - 1].number]
        for name in drawing.names:
            manners.setdefault(name, set()).add(drawing.manner)
            places.setdefault(name, {})[tag.place] = None
    for name, found in manners.items():
        yield Use(name, frozenset(found), tuple(places[name]))


def _is_chinese(name: str, compiling: Compiling) -> bool:
    parts = Path(name).name.lower().split(".")
    if "zh" in parts[1:] or "en" in parts[1:]:
        return "zh" in parts[1:]
    words = compiling.roots[compiling.package.main].itertext()
    return any(ord(letter) in _CHINESE for piece in words for letter in str(piece))
