"""Lists what was promised, and ends it by hand."""

import click

from mailroom.cli.talk import Talk, now, user
from mailroom.errors import ReviewError, text
from mailroom.register import followups as questions


@click.group()
def followups() -> None:
    """Look after promises. 催办督办。"""


@followups.command("list")
@click.option("--all", "ended_too", is_flag=True, help="Ended ones as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, ended_too: bool, as_json: bool) -> None:
    """List follow-ups, the earliest first. 待催办事项。"""
    with talk.desk() as desk:
        with desk.database.read() as tx:
            rows = questions.listed(tx, all_of_them=ended_too)
        if as_json:
            names = ("id", "number", "chain", "step", "state", "due_at", "reason")
            talk.json([{n: getattr(row, n) for n in names} for row in rows])
            return
        talk.table(
            [
                text("follow-up"), text("case"), text("chain"), text("step"),
                text("state"), text("due"), text("reason"),
            ],
            [
                (
                    row.id, row.number, row.chain, row.step, text(row.state),
                    talk.local(desk, row.due_at), text(row.reason or ""),
                )
                for row in rows
            ],
        )  # fmt: skip


def _end(talk: Talk, followup: int, state: str, reason: str) -> None:
    with talk.desk() as desk, desk.database.write() as tx:
        ended = questions.end(
            tx, followup, state=state, reason=reason, now=now(), actor=user()
        )
    if not ended:
        raise ReviewError(text("follow-up {id} has ended already", id=followup))
    talk.tell(text("follow-up {id} has ended", id=followup))


@followups.command()
@click.argument("followup", type=int)
@click.option("--reason", default="done", help="How it was done.")
@click.pass_obj
def done(talk: Talk, followup: int, reason: str) -> None:
    """Mark a follow-up as done. 销号。"""
    _end(talk, followup, "done", reason)


@followups.command()
@click.argument("followup", type=int)
@click.option("--reason", required=True, help="Why.")
@click.pass_obj
def cancel(talk: Talk, followup: int, reason: str) -> None:
    """Cancel a follow-up. 取消催办。"""
    _end(talk, followup, "cancelled", reason)
