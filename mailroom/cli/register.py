"""Shows the office's registers, and writes them as files."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from mailroom.cli.day import DAY
from mailroom.cli.output import write_file
from mailroom.cli.person import user
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import NUMBER, Talk, now
from mailroom.errors import Text, text
from mailroom.register import ledgers as questions
from mailroom.register.ledgers import Span
from mailroom.workflow.desk import Desk
from mailroom.workflow.ledger_files import as_csv, as_docx, as_xlsx
from mailroom.workflow.ledger_names import LEDGERS
from mailroom.workflow.ledgers import Sheet, catch_up, known, note_export, read_ledger
from mailroom.workflow.sight import in_reports

Command = Callable[..., None]


@click.group()
def register() -> None:
    """Keep the registers R01 to R18. 登记台账。"""


@register.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, as_json: bool) -> None:
    """List the registers, with how many lines each has. 台账目录。"""
    with talk.register() as desk:
        catch_up(desk)
        sight = in_reports(sight_here(desk))
        rows = []
        with desk.database.read() as tx:
            for ledger in LEDGERS.values():
                restricted = ledger.restricted
                if ledger.categories or ledger.id in ("R01", "R02"):
                    found, hidden = questions.counted(
                        tx, ledger.id, sight, Span(), restricted=restricted
                    )
                else:
                    _, found = questions.trail(
                        tx, sight, since=None, until=None, limit=0
                    )
                    hidden = 0
                rows.append(
                    {
                        "register": ledger.id,
                        "name": talk.say(ledger.name),
                        "lines": found,
                        "restricted": hidden if restricted else 0,
                    }
                )
    if as_json:
        talk.json(rows)
        return
    talk.table(
        [text("register"), text("name"), text("lines"), text("restricted")],
        [tuple(row.values()) for row in rows],
    )


def _spanned(command: Command) -> Command:
    """Give a command options that say which lines of a register, as its value `by`."""

    @wraps(command)
    def spanned(
        *args: Any,  # noqa: ANN401  the command's own
        since: datetime | None,
        until: datetime | None,
        category: str,
        owner: str,
        state: str | None,
        **own: Any,  # noqa: ANN401  likewise
    ) -> None:
        by = Span(
            since=since.date().isoformat() if since else "",
            until=until.date().isoformat() if until else "",
            category=category,
            owner=owner,
            state=state or "",
        )
        command(*args, by=by, **own)

    with_options: Command = spanned
    for option in (
        click.option("--from", "since", type=DAY, help="The first day, 2026-01-01."),
        click.option("--to", "until", type=DAY, help="The last day."),
        click.option("--category", default="", help="Of one drawer alone."),
        click.option("--owner", default="", help="Of one owner alone."),
        click.option("--state", type=click.Choice(["open", "closed"]), default=None),
    ):
        with_options = option(with_options)
    return with_options


@register.command()
@click.argument("id_", metavar="R01")
@_spanned
@click.option("--last", type=NUMBER, default=100, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(
    talk: Talk,
    id_: str,
    *,
    by: Span,
    last: int,
    as_json: bool,
) -> None:
    """Show the newest lines of a register. 查看台账。"""
    with talk.register() as desk:
        sheet = _read(talk, desk, id_, by, last=last)
    if as_json:
        keys = [column.key for column in sheet.columns]
        talk.json([dict(zip(keys, row, strict=True)) for row in sheet.rows])
    else:
        filled = [
            place
            for place, column in enumerate(sheet.columns)
            if any(row[place] for row in sheet.rows) and column.key != "medium"
        ]
        talk.table(
            [sheet.columns[place].name for place in filled],
            [[row[place] for place in filled] for row in sheet.rows],
        )
    _tell_hidden(talk, sheet)


@register.command()
@click.argument("id_", metavar="R01")
@_spanned
@click.option(
    "--format", "kind", type=click.Choice(["csv", "xlsx", "docx"]), default="xlsx",
    show_default=True,
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True
)
@click.pass_obj
def export(
    talk: Talk,
    id_: str,
    *,
    by: Span,
    kind: str,
    output: Path,
) -> None:
    """Write a register as a file, for Excel, WPS or the archive. 导出台账。"""
    with talk.register() as desk:
        sheet = _read(talk, desk, id_, by)
        if kind == "csv":
            content = as_csv(sheet)
        elif kind == "xlsx":
            content = as_xlsx(sheet, talk.language)
        else:
            content = as_docx(desk, sheet, by, talk.language, today=desk.today(now()))
        note_export(desk, sheet, user(desk), now=now())
        write_file(output, content)
    talk.tell(
        text("{n} lines of {id} are in {file}", n=len(sheet.rows), id=sheet.ledger.id,
             file=output)
    )  # fmt: skip
    _tell_hidden(talk, sheet)


def _read(
    talk: Talk, desk: Desk, id_: str, by: Span, *, last: int | None = None
) -> Sheet:
    sight = sight_here(desk)
    return read_ledger(
        desk, known(id_), sight, by, talk.language, limit=last,
        newest_first=last is not None,
    )  # fmt: skip


def _tell_hidden(talk: Talk, sheet: Sheet) -> None:
    if sheet.hidden:
        sentence: Text = text("{n} restricted items", n=sheet.hidden)
        talk.tell(sentence)
