"""Fills a template in for the operator, and shows what it looks like."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from mailroom.cli.field_values import read_values
from mailroom.cli.output import unwritable, write_file
from mailroom.cli.shelf import find
from mailroom.cli.talk import Talk
from mailroom.errors import EnvironmentFault, TemplateError, text
from mailroom.rules.check import BUILT_IN
from mailroom.words.model import Rendered
from mailroom.words.own_pictures import read_pictures
from mailroom.words.preview import TIMEOUT
from mailroom.words.preview import preview as draw
from mailroom.words.sample import sample
from mailroom.words.template import Template

FINDINGS = 1
_WRITTEN = click.Path(path_type=Path, dir_okay=False)
_values = click.option(
    "--fields",
    "values",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help='A JSON file: {"case_no": "HY-2026-0001", …}; - is the standard input.',
)


@click.command()
@click.argument("template")
@_values
@click.option("-o", "--output", type=_WRITTEN, help="The letter as .docx.")
@click.option("--html", type=_WRITTEN, help="The mail as HTML.")
@click.option("--text", "words", type=_WRITTEN, help="The mail as plain text.")
@click.pass_obj
def render(
    talk: Talk,
    template: str,
    *,
    values: Path | None,
    output: Path | None,
    html: Path | None,
    words: Path | None,
) -> None:
    """Fill TEMPLATE in. 套用模板。"""
    if not (output or html or words):
        raise click.UsageError(talk.say(text("say where to: -o, --html or --text")))
    path = find(talk, template)
    if any(file and file.resolve() == path.resolve() for file in (output, html, words)):
        raise click.UsageError(talk.say(text("that would overwrite the template")))
    given = read_values(values) if values else {}
    rendered = Template.load(path).render({**_own_pictures(talk), **given})
    if output:
        write_file(output, rendered.docx)
    if html:
        write_file(html, rendered.html.encode())
    if words:
        write_file(words, rendered.text.encode())
    _tell_gaps(talk, rendered)


@click.command()
@click.argument("template")
@_values
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for the pictures.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def preview(
    talk: Talk,
    template: str,
    values: Path | None,
    output: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show what TEMPLATE looks like: picture files of its pages. 预览。

    Without --fields every field shows its own name. Where LibreOffice is not
    installed, the text is printed; with -o that is an error.
    """
    path = find(talk, template)
    form = Template.load(path)
    own = _own_pictures(talk)
    given = (
        {**own, **read_values(values)}
        if values
        else {**sample(form.uses, zh=form.zh), **own}
    )
    try:
        rendered = form.render(given)
    except TemplateError:
        if not values:
            talk.tell(text("with made-up values; give real ones with --fields"))
        raise
    pages: Sequence[Path] = ()
    try:
        pages = draw(rendered.docx, _previews(), timeout=TIMEOUT).pages
    except EnvironmentFault as error:
        if output is not None:
            raise
        talk.trouble(error.text)
        talk.tell(text("this is the text alone; it does not show the layout"))
    if output is not None:
        pages = _copy(pages, output, path.stem)
    if as_json:
        talk.json({"pages": pages, "text": rendered.text, "missing": rendered.missing})
    elif pages:
        for page in pages:
            talk.out(str(page))
    else:
        talk.out(rendered.text)
    if values:
        _tell_gaps(talk, rendered)


def _own_pictures(talk: Talk) -> Mapping[str, object]:
    """Return the pictures of the settings; where there are no settings, none."""
    if not talk.config.exists():
        return {}
    return read_pictures(talk.settings(), BUILT_IN)


def _previews() -> Path:
    """Return the folder of pictures of pages: the operator's, for any office."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "mailroom" / "previews"


def _copy(pages: Sequence[Path], folder: Path, stem: str) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [
            Path(shutil.copyfile(page, folder / f"{stem}-{number}.png"))
            for number, page in enumerate(pages, 1)
        ]
    except OSError as error:
        raise unwritable(folder, error) from error


def _tell_gaps(talk: Talk, rendered: Rendered) -> None:
    if rendered.missing:
        talk.tell(
            text(
                "without a value, and marked in red: {fields}",
                fields=", ".join(rendered.missing),
            )
        )
        raise click.exceptions.Exit(FINDINGS)
