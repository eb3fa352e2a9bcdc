"""Builds small Word files for the claims about templates."""

import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from mailroom.words.model import Rendered
from mailroom.words.template import Template

SHIPPED = Path(__file__).parents[2] / "templates"


def blank() -> WordDocument:
    """Return an empty document with the styles of the office.

    python-docx's own has 350 KB of styles, which would make these claims slow.
    """
    document = Document(str(SHIPPED / "reply" / "supplies.en.docx"))
    body = document.element.body
    for block in list(body)[:-1]:
        body.remove(block)
    (section,) = document.sections
    for edge in (section.header, section.footer):
        edge.paragraphs[0].clear()
    return document


def read(rendered: Rendered) -> WordDocument:
    """Open a letter with python-docx."""
    return Document(BytesIO(rendered.docx))


def write(path: Path, paragraphs: Iterable[str]) -> Path:
    """Write a Word file with these paragraphs."""
    document = blank()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def template(folder: Path, *paragraphs: str, name: str = "letter.zh.docx") -> Template:
    """Load a template that has these paragraphs."""
    return Template.load(write(folder / name, paragraphs))


def paragraphs(rendered: Rendered) -> list[str]:
    """Read the paragraphs of the text back with python-docx."""
    return [one.text for one in read(rendered).paragraphs]


def words(document: WordDocument) -> str:
    """Read every word of the text, in tables too, without spaces."""
    said = (piece.text or "" for piece in document.element.body.iter(qn("w:t")))
    return "".join("".join(said).split())


def with_part(path: Path, part: str, replace: tuple[bytes, bytes]) -> Path:
    """Write the file again with some bytes of one part replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert replace[0] in parts[part]
    parts[part] = parts[part].replace(*replace)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
