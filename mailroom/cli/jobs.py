"""Decides on work that was given up: `mailroom cases held` lists it."""

import click

from mailroom.cli.person import user
from mailroom.cli.talk import Talk, now
from mailroom.errors import text
from mailroom.register import jobs as book
from mailroom.workflow import given_up


@click.group()
def jobs() -> None:
    """Have dead work tried again, or let it go. 已中止的工作。"""


@jobs.command()
@click.argument("numbers", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="Every dead job.")
@click.pass_obj
def retry(talk: Talk, numbers: tuple[int, ...], *, every: bool) -> None:
    """Have dead jobs done again, once the cause is mended. 重新执行。"""
    if bool(numbers) == every:
        raise click.UsageError(talk.say(text("name jobs by their numbers, or --all")))
    with talk.register() as desk:
        if every:
            with desk.database.read() as tx:
                numbers = tuple(row.id for row in book.dead(tx))
        for number in numbers:
            given_up.try_again(desk, number, who=user(desk), now=now())
            talk.tell(text("job {id} is tried again", id=number))


@jobs.command()
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why; the book keeps it.")
@click.pass_obj
def drop(talk: Talk, number: int, *, reason: str) -> None:
    """Take a dead job off the list, undone. 不再执行。"""
    with talk.register() as desk:
        given_up.let_go(desk, number, reason=reason, who=user(desk), now=now())
        talk.tell(text("job {id} is let go: it is not done", id=number))
