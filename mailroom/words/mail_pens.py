"""Writes values for a mail: as HTML, as plain text."""

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import escape

from mailroom.words.numbering import Counters, Numbering
from mailroom.words.pens import NOWHERE, Letter, Pen, Slot, leads_somewhere
from mailroom.words.plain import MARK, MARK_END, NAMED
from mailroom.words.rich import Listing, Picture, RichText, Span
from mailroom.words.sandbox import PEN, SANDBOX
from mailroom.words.word_pen import Shown, shown

_PIXELS_A_EMU = 1 / 9525
_WIDEST = 640


class MailPen(Pen):
    """Writes the values of one letter for a mail; counts its lists."""

    def __init__(self, letter: Letter, numbering: Numbering) -> None:
        super().__init__(letter)
        self.counters = Counters(numbering)
        self.pictures: dict[str, Shown] = {}
        self.notes: dict[str, int] = {}  # those that the letter refers to, counted

    def label(self, listed: str, *, anew: bool) -> str:
        """Return the number of one more paragraph: "3 0" is list 3, level 0."""
        number, level = listed.split()
        return self.counters.label(number, int(level), anew=anew)

    def note(self, note: str) -> str:
        """Return the sign of a note below the text."""
        return f"[{self.notes.setdefault(note, len(self.notes) + 1)}]"


class HtmlPen(MailPen):
    """Writes the values of one letter as HTML."""

    def _written(self, words: str, slot: Slot) -> str:
        return slot.broken(str(escape(words)))

    def _put_rich(self, value: RichText | Listing | Picture, slot: Slot) -> str:
        if isinstance(value, Listing):
            return slot.broken(str(escape(value.text)))
        if isinstance(value, RichText):
            return "".join(_dressed(span) for span in value.spans)
        picture = shown(value)
        if picture is None:
            return self._gap(self._name(None, slot), slot)
        name = f"{picture.name}.{picture.kind}"
        self.pictures[name] = picture
        pixels = min(round(picture.width * _PIXELS_A_EMU), _WIDEST)
        return f'<img src="cid:{name}" width="{pixels}" alt="{escape(value.alt)}">'


class TextPen(MailPen):
    """Writes the values of one letter as plain text, each with its mark round it."""

    def __init__(self, letter: Letter, numbering: Numbering) -> None:
        super().__init__(letter, numbering)
        self.names: dict[int, str] = {}

    def _bare(self, words: str, slot: Slot) -> str:
        return self._written(words, slot)

    def _labelled(self, words: str) -> str:
        return words

    def _gap(self, name: str, slot: Slot) -> str:  # noqa: ARG002  a gap is bare here
        return self.gap_words(name)

    def _written(self, words: str, slot: Slot) -> str:
        if not slot.names or not words:
            return words
        self.names[slot.number] = slot.names[0]
        return f"{MARK}{slot.number}{NAMED}{words}{MARK_END}"

    def _put_rich(self, value: RichText | Listing | Picture, slot: Slot) -> str:
        if isinstance(value, Listing):
            pieces = value.text.replace("\f", "\a").split("\a")
            return slot.paragraph.join(self._written(piece, slot) for piece in pieces)
        if isinstance(value, RichText):
            return self._written("".join(span.text for span in value.spans), slot)
        if shown(value) is None:
            return self._gap(self._name(None, slot), slot)
        return f"[{value.alt}]" if value.alt else ""


def _dressed(span: Span) -> str:
    words = str(escape(span.text)).replace("\n", "<br>").replace("\t", "\u2003")
    css = []
    if span.color:
        css.append(f"color:#{escape(span.color.removeprefix('#'))}")
    if span.highlight:
        css.append(f"background:#{escape(span.highlight.removeprefix('#'))}")
    if span.size:
        css.append(f"font-size:{span.size:g}pt")
    if css:
        words = f'<span style="{";".join(css)}">{words}</span>'
    for wanted, name in (
        (span.superscript, "sup"),
        (span.subscript, "sub"),
        (span.strike, "s"),
        (span.underline, "u"),
        (span.italic, "i"),
        (span.bold, "b"),
    ):
        if wanted:
            words = f"<{name}>{words}</{name}>"
    if span.link:
        link = span.link if leads_somewhere(span.link) else NOWHERE
        words = f'<a href="{escape(link)}">{words}</a>'
    return words


@pass_context
def _label(context: Context, listed: str) -> str:
    pen: MailPen = context.parent[PEN]
    return pen.label(listed, anew=False)


@pass_context
def _label_anew(context: Context, listed: str) -> str:
    pen: MailPen = context.parent[PEN]
    return pen.label(listed, anew=True)


@pass_context
def _note(context: Context, note: str) -> str:
    pen: MailPen = context.parent[PEN]
    return pen.note(note)


@pass_context
def _noted(context: Context, note: str) -> bool:
    """Ask whether the letter refers to a note; to any, if none is named."""
    pen: MailPen = context.parent[PEN]
    return note in pen.notes if note else bool(pen.notes)


SANDBOX.filters.update(
    mr_label=_label, mr_label_anew=_label_anew, mr_note=_note, mr_noted=_noted
)
