"""Gives a case to departments, and strikes a department's part off."""

from datetime import datetime

import click

from mailroom.cli.day import DAY
from mailroom.cli.person import user
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import Talk, now
from mailroom.errors import text
from mailroom.workflow import supervise as orders


@click.command("supervise")
@click.argument("number")
@click.option("--lead", multiple=True, required=True, help="The unit that leads.")
@click.option("--assist", multiple=True, help="A unit that assists; more than once.")
@click.option(
    "--by",
    type=DAY,
    help="By which day; otherwise that of the case.",
)
@click.option("--every", default="", help="每周五, weekly …: when they report.")
@click.pass_obj
def supervise(
    talk: Talk,
    number: str,
    *,
    lead: tuple[str, ...],
    assist: tuple[str, ...],
    by: datetime | None,
    every: str,
) -> None:
    """Give a case to departments, each by a notice. 立项督办。"""
    with talk.register() as desk:
        made = orders.supervise(
            desk, number, lead=lead, assist=assist, by=by.date() if by else None,
            interval=every, who=user(desk), sight=sight_here(desk), now=now(),
        )  # fmt: skip
    talk.tell(text("notices that wait for approval: {n}", n=made))


@click.command()
@click.argument("number")
@click.option("--unit", required=True, help="Whose part is done.")
@click.option("--proof", required=True, help="What shows it.")
@click.pass_obj
def done(talk: Talk, number: str, *, unit: str, proof: str) -> None:
    """Strike a department's part off. 销号。"""
    with talk.register() as desk:
        whole = orders.strike_off(
            desk, number, unit=unit, proof=proof, who=user(desk),
            sight=sight_here(desk), now=now(),
        )  # fmt: skip
    talk.tell(text("the part of {unit} is struck off", unit=unit))
    if whole:
        talk.tell(
            text(
                "all parts are done; close it: mailroom cases close {number}",
                number=number,
            )
        )
