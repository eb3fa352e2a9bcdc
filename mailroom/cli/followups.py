"""Lists what was promised, and ends it by hand."""

import click
from sqlalchemy import Connection

from mailroom.cli.person import user
from mailroom.cli.sight import may_see, sight_here
from mailroom.cli.talk import NUMBER, Talk, now
from mailroom.errors import text
from mailroom.register import cases
from mailroom.register import followups as questions
from mailroom.register.schema import AnyRow
from mailroom.workflow import promises
from mailroom.workflow.desk import Desk
from mailroom.workflow.follow_up import end_by_hand, not_done


@click.group()
def followups() -> None:
    """Look after promises. 催办督办。"""


@followups.command("list")
@click.option("--all", "ended_too", is_flag=True, help="Ended ones as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, ended_too: bool, as_json: bool) -> None:
    """List follow-ups, the earliest first. 待催办事项。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            found = questions.listed(tx, all_of_them=ended_too)
            rows = [row for row in found if _is_visible(desk, tx, row)]
        if as_json:
            names = (
                "id", "number", "chain", "step", "state", "due_at", "due_on",
                "sentence", "sure", "reason",
            )  # fmt: skip
            talk.json([{n: getattr(row, n) for n in names} for row in rows])
        else:
            talk.table(
                [
                    text("follow-up"), text("case"), text("chain"), text("step"),
                    text("state"), text("due"), text("reason"), text("promised"),
                ],
                [
                    (
                        row.id, row.number, row.chain, row.step, text(row.state),
                        talk.local(desk, row.due_at), text(row.reason or ""),
                        row.sentence or "",
                    )
                    for row in rows
                ],
            )  # fmt: skip
    if len(found) > len(rows):
        talk.tell(text("{n} restricted items", n=len(found) - len(rows)))


def _is_visible(desk: Desk, tx: Connection, row: AnyRow) -> bool:
    case = cases.row(tx, row.case_id)
    return may_see(desk, case.sensitivity, case.category, case.owner)


def _end(talk: Talk, followup: int, reason: str, *, done: bool) -> None:
    with talk.register() as desk:
        end_by_hand(
            desk, followup, done=done, reason=reason, who=user(desk),
            sight=sight_here(desk), now=now(),
        )  # fmt: skip
    talk.tell(text("follow-up {id} has ended", id=followup))


@followups.command()
@click.argument("followup", type=NUMBER)
@click.option("--reason", default="done", help="How it was done.")
@click.pass_obj
def done(talk: Talk, followup: int, reason: str) -> None:
    """Mark a follow-up as done. 销号。"""
    _end(talk, followup, reason, done=True)


@followups.command()
@click.argument("followup", type=NUMBER)
@click.option("--reason", required=True, help="Why.")
@click.pass_obj
def cancel(talk: Talk, followup: int, reason: str) -> None:
    """Cancel a follow-up. 取消催办。"""
    _end(talk, followup, reason, done=False)


@followups.command("not-done")
@click.argument("followup", type=NUMBER)
@click.pass_obj
def not_done_(talk: Talk, followup: int) -> None:
    """Say that what they call done is not. 尚未办完，继续催办。"""
    with talk.register() as desk:
        not_done(desk, followup, who=user(desk), sight=sight_here(desk), now=now())
    talk.tell(text("follow-up {id} goes on", id=followup))


@followups.command()
@click.argument("followup", type=NUMBER)
@click.pass_obj
def confirm(talk: Talk, followup: int) -> None:
    """Let run what was read from our letter. 确认按此跟踪。"""
    with talk.register() as desk:
        promises.confirm(
            desk, followup, who=user(desk), sight=sight_here(desk), now=now()
        )
    talk.tell(text("follow-up {id} runs from now on", id=followup))


@followups.command()
@click.argument("followup", type=NUMBER)
@click.pass_obj
def drop(talk: Talk, followup: int) -> None:
    """Say that what was read is no promise. 不作跟踪。"""
    with talk.register() as desk:
        promises.drop(desk, followup, who=user(desk), sight=sight_here(desk), now=now())
    talk.tell(text("follow-up {id} is dropped", id=followup))
