"""Prints the office's reports."""

import click

from mailroom.cli import day_reports


@click.group()
def report() -> None:
    """Print reports. 报表。"""


for _command in (
    day_reports.brief, day_reports.week, day_reports.holiday, day_reports.month,
):  # fmt: skip
    report.add_command(_command)
