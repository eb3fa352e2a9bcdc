"""Prints what the day's papers tell: brief, week, before a holiday, month."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from mailroom.cli.day import MONTH
from mailroom.cli.output import write_file
from mailroom.cli.person import user
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import Talk, now
from mailroom.errors import ReviewError, text
from mailroom.register import reports
from mailroom.workflow.day_brief import brief as brief_of
from mailroom.workflow.day_brief import holiday as holiday_of
from mailroom.workflow.day_figures import month as month_of
from mailroom.workflow.day_figures import week as week_of
from mailroom.workflow.day_papers import note_read
from mailroom.workflow.day_report import Reader, Report, render_report
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of

Made = Callable[[Desk, Reader], Report]


def _print(talk: Talk, made: Made, person: str, docx: Path | None) -> None:
    with talk.register() as desk:
        sight, name = sight_here(desk), user(desk)
        if person:
            found = desk.directory.person(person)
            if found is None:
                raise ReviewError(
                    text(
                        "rules/office/people.yaml knows nobody called {name}",
                        name=person,
                    )
                )
            theirs, name = sight_of(desk, found), found.name
            if not theirs.is_within(sight):
                raise ReviewError(
                    text("{name} sees matters that you may not see", name=name)
                )
            sight = theirs
        reader = Reader(name=name, sight=sight, now=now())
        report = made(desk, reader)
        paper = render_report(desk, report, talk.language, reader=name)
        with desk.database.read() as tx:
            named = reports.numbered(tx, report.cases)
        note_read(desk, named, who=user(desk), now=now())
        if docx is None:
            talk.out(paper.text.rstrip())
            return
        write_file(docx, paper.docx)
    talk.tell(text("written: {file}", file=docx))


def _command(name: str, made: Made, words: str) -> click.Command:
    @click.command(name, help=words)
    @click.option("--for", "person", default="", help="As this person may see it.")
    @click.option(
        "--docx",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write a Word file.",
    )
    @click.pass_obj
    def command(talk: Talk, *, person: str, docx: Path | None) -> None:
        _print(talk, made, person, docx)

    return command


brief = _command("brief", brief_of, "Tell what today brings. 每日要情。")
week = _command("week", week_of, "Tell of the orders, who is late and why. 督办周报。")
holiday = _command("holiday", holiday_of, "Tell of days off to come. 节前清单。")


@click.command()
@click.argument("month_", metavar="[2026-03]", type=MONTH, required=False)
@click.option("--for", "person", default="", help="As this person may see it.")
@click.option(
    "--docx", type=click.Path(dir_okay=False, path_type=Path), help="Write a Word file."
)
@click.pass_obj
def month(
    talk: Talk, *, month_: datetime | None, person: str, docx: Path | None
) -> None:
    """Count a month, the last whole one where none is named. 月度数字。"""
    first = month_.date() if month_ else None
    _print(talk, lambda desk, reader: month_of(desk, reader, first), person, docx)
