"""Fills one template in twice: by docxtpl, which is the oracle, and by mailroom."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import jinja2
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from docxtpl import Listing as TheirListing
from docxtpl import RichText as TheirRichText

from mailroom.words.model import Rendered
from mailroom.words.rich import Listing, Picture, RichText, Span
from mailroom.words.template import Template
from tests.oracle.word import Word


def theirs(
    word: Word, fields: Mapping[str, object], *, autoescape: bool = True
) -> bytes:
    """Render with docxtpl, as its users do."""
    template = DocxTemplate(BytesIO(word.save()))
    values = {name: _their(value, template) for name, value in fields.items()}
    # Its own default is no escaping: a value "a & b" loses its "&".
    template.render(values, jinja2.Environment(autoescape=autoescape))  # noqa: S701
    file = BytesIO()
    template.save(file)
    return file.getvalue()


def ours(word: Word, fields: Mapping[str, object], folder: Path) -> Rendered:
    """Render with mailroom."""
    return loaded(word, folder).render(fields)


def loaded(word: Word, folder: Path) -> Template:
    """Load the template; its letters are English."""
    path = folder / "template.en.docx"
    path.write_bytes(word.save())
    return Template.load(path)


def _their(value: object, template: DocxTemplate) -> object:
    """Return docxtpl's value for one of ours."""
    if isinstance(value, RichText):
        rich = TheirRichText()
        for span in value.spans:
            rich.add(span.text, **_look(span))
        return rich
    if isinstance(value, Listing):
        return TheirListing(value.text)
    if isinstance(value, Picture):
        width = None if value.width_mm is None else Mm(value.width_mm)
        height = None if value.height_mm is None else Mm(value.height_mm)
        return InlineImage(template, BytesIO(value.content), width, height)
    if isinstance(value, Mapping):
        return {key: _their(held, template) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_their(held, template) for held in value]
    return value


def _look(span: Span) -> dict[str, object]:
    look: dict[str, object] = {
        name: getattr(span, name)
        for name in (
            "bold", "italic", "underline", "strike", "color", "highlight", "font",
            "superscript", "subscript",
        )
    }  # fmt: skip
    if span.font is not None:
        look["font"] = f"eastAsia:{span.font}"  # its way to name it for Chinese, too
    if span.size is not None:
        look["size"] = round(2 * span.size)  # docxtpl counts half points
    return look
