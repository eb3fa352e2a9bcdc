"""Prints the office's reports."""

from datetime import datetime
from pathlib import Path

import click

from mailroom.cli import day_reports
from mailroom.cli.output import write_file
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import Talk, now
from mailroom.errors import text
from mailroom.workflow.progress import Line, progress, progress_table
from mailroom.workflow.sight import in_reports


@click.group()
def report() -> None:
    """Print reports. 报表。"""


@report.command()
@click.option("--all", "closed_too", is_flag=True, help="Closed matters as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--docx", type=click.Path(dir_okay=False, path_type=Path), help="Write a Word file."
)
@click.pass_obj
def supervision(
    talk: Talk, *, closed_too: bool, as_json: bool, docx: Path | None
) -> None:
    """Tell who has what of each matter, how late, and why. 督办进展汇总。"""
    moment: datetime = now()
    with talk.register() as desk:
        lines, hidden = progress(
            desk, in_reports(sight_here(desk)), closed_too=closed_too, now=moment
        )
        if docx is not None:
            made = progress_table(
                desk, lines, language=desk.settings.office.language, now=moment
            )
            write_file(docx, made)
            talk.tell(text("written: {file}", file=docx))
        elif as_json:
            talk.json([line.plain() for line in lines])
        else:
            _print(talk, lines)
    if hidden:
        talk.tell(text("{n} restricted items", n=hidden))


def _print(talk: Talk, lines: list[Line]) -> None:
    talk.table(
        [
            text("case"), text("matter"), text("department"), text("step"),
            text("planned"), text("actual"), text("days late"), text("reason"),
            text("next"),
        ],
        [
            (
                line.case, line.matter, line.department, line.step(talk.language),
                line.planned, line.done, line.days_late or "", line.reason or "",
                line.next_step(talk.language),
            )
            for line in lines
        ],
    )  # fmt: skip


for _command in (
    day_reports.brief, day_reports.week, day_reports.holiday, day_reports.month,
):  # fmt: skip
    report.add_command(_command)
