"""Runs a program with the fields of one letter."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import UndefinedError

from mailroom.errors import TemplateError, Text, text
from mailroom.words.expressions import Expression, Missing, name_of
from mailroom.words.filters import cn_date, en_date
from mailroom.words.places import Place, fault
from mailroom.words.program import Branch, Fill, Loop, Node, Program
from mailroom.words.values import clean

FILLED = "mailroom-field"  # attribute on the runs that a value filled
MOST_CHARACTERS = 8_000_000  # of XML in one part: some hundred pages
MOST_TURNS = 20_000  # of all loops of a letter together

# What a filter or an operator raises for values that do not fit it.
_MISFITS = (
    JinjaError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Filling:
    """One letter being filled in; used once, by one thread."""

    def __init__(self, file: str, fields: Mapping[str, object], *, zh: bool) -> None:
        self.file, self.fields, self.zh = file, fields, zh
        self.missing: dict[str, None] = {}
        self.turns = 0
        self.pieces: list[str] = []
        self.length = 0

    def fill(self, program: Program) -> str:
        """Return the part as XML. Raises TemplateError where values do not fit."""
        self.pieces, self.length = [], 0
        self._write(program.nodes, self.fields, Place(part=program.part))
        return "".join(self.pieces)

    def _write(
        self, nodes: Sequence[Node], fields: Mapping[str, object], place: Place
    ) -> None:
        for node in nodes:
            if isinstance(node, str):
                self._add(node, place)
            elif isinstance(node, Fill):
                self._add(self._filled(node, fields), node.place)
            elif isinstance(node, Branch):
                for arm in node.arms:
                    if arm.condition is None or self._holds(
                        arm.condition, fields, arm.place
                    ):
                        self._write(arm.body, fields, arm.place)
                        break
            else:
                self._repeat(node, fields)

    def _add(self, piece: str, place: Place) -> None:
        self.length += len(piece)
        if self.length > MOST_CHARACTERS:
            raise self._misfit(
                place, "W041", text("the letter grows too long with these values")
            )
        self.pieces.append(piece)

    def _misfit(
        self, place: Place, code: str, reason: Text, near: str = ""
    ) -> TemplateError:
        return TemplateError([fault(self.file, place, code, reason, near)])

    def _value(
        self, expression: Expression, fields: Mapping[str, object], place: Place
    ) -> object:
        """Return the value; a Missing where something it needs is missing."""
        try:
            return expression.value(fields)
        except UndefinedError:
            return Missing()
        except _MISFITS as error:
            # Only the kind of error is told: its words may quote the mail.
            reason = text("the values do not fit ({kind})", kind=type(error).__name__)
            raise self._misfit(place, "W040", reason, expression.source) from error

    def _holds(
        self, condition: Expression, fields: Mapping[str, object], place: Place
    ) -> bool:
        value = self._value(condition, fields, place)
        return not isinstance(value, Missing) and bool(value)

    def _filled(self, fill: Fill, fields: Mapping[str, object]) -> str:
        value = self._value(fill.expression, fields, fill.place)
        words = None if isinstance(value, Missing) else self._words(value)
        if words is None or (not words.strip() and not fill.expression.blank_is_meant):
            name = self._gap(fill, value, fields)
            return _run(fill.gap_look, self._gap_words(name))
        if not words:
            return ""
        return _run(fill.look, words, (fill.fields or ("",))[0])

    def _gap(self, fill: Fill, value: object, fields: Mapping[str, object]) -> str:
        """Return the name of what is missing, noted down."""
        names = fill.expression.names
        name = next((name for name in fill.fields if name not in self.fields), "")
        if not name:
            name = (fill.fields or (fill.expression.source,))[0]
            part = name_of(value) if isinstance(value, Missing) else ""
            if part and part not in names and part not in fields:
                name = f"{name}.{part}"
        self.missing[name] = None
        return name

    def _gap_words(self, name: str) -> str:
        return f"【待填:{name}】" if self.zh else f"[to fill: {name}]"

    def _words(self, value: object) -> str | None:
        """Return the value as it stands in a letter; None where it is empty."""
        if value is None or isinstance(value, Mapping):
            return None
        if isinstance(value, Sequence) and not isinstance(value, str):
            each = [self._words(one) for one in value]
            if not each or None in each:
                return None
            return ("、" if self.zh else ", ").join(map(str, each))
        return self._word(value)

    def _word(self, value: object) -> str:
        if isinstance(value, bool):
            return ("是" if value else "否") if self.zh else ("yes" if value else "no")
        if isinstance(value, date):
            shown = str(cn_date(value) if self.zh else en_date(value))
            return f"{shown} {value:%H:%M}" if isinstance(value, datetime) else shown
        if isinstance(value, float):
            return f"{value:.15g}"
        return clean(str(value))

    def _repeat(self, loop: Loop, fields: Mapping[str, object]) -> None:
        over = self._value(loop.head.over, fields, loop.place)
        if isinstance(over, Missing):
            # The body stands once, its places as gaps: a list that is missing shows.
            self.missing[(loop.fields or (loop.head.over.source,))[0]] = None
            self._write(loop.body, _without(fields, loop.head.targets), loop.place)
            return
        if not isinstance(over, Sequence) or isinstance(over, str):
            reason = text("this is not a list")
            raise self._misfit(loop.place, "W042", reason, loop.head.over.source)
        for index, one in enumerate(over):
            self.turns += 1
            if self.turns > MOST_TURNS:
                reason = text("the lists are too long for a letter")
                raise self._misfit(loop.place, "W041", reason, loop.head.over.source)
            known = {"index": index + 1, "index0": index, "length": len(over)}
            known |= {"first": index == 0, "last": index == len(over) - 1}
            bound = self._bind(loop, one)
            around = _without(fields, loop.head.targets)
            self._write(loop.body, {**around, **bound, "loop": known}, loop.place)

    def _bind(self, loop: Loop, one: object) -> dict[str, object]:
        targets = loop.head.targets
        if len(targets) == 1:
            return {} if one is None else {targets[0]: one}
        parts = one if isinstance(one, Sequence) and not isinstance(one, str) else ()
        if len(parts) != len(targets):
            reason = text("the values of the list do not fit the names of the loop")
            raise self._misfit(loop.place, "W042", reason, loop.head.over.source)
        pairs = zip(targets, parts, strict=True)
        return {name: part for name, part in pairs if part is not None}


def _without(fields: Mapping[str, object], names: Sequence[str]) -> dict[str, object]:
    """Return the fields less those that a loop's own names cover."""
    return {name: value for name, value in fields.items() if name not in names}


def _run(look: str, words: str, field: str | None = None) -> str:
    """Return a <w:r> with these words; line ends and tabs as Word has them."""
    marked = f" {FILLED}={quoteattr(field)}" if field else ""
    lines = (
        "<w:tab/>".join(
            f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else ""
            for piece in line.split("\t")
        )
        for line in words.split("\n")
    )
    return f"<w:r{marked}>{look}{'<w:br/>'.join(lines)}</w:r>"
