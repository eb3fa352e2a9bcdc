"""Says who may come to the desk in the browser, and as what."""

import sys
from datetime import timedelta

import click

from mailroom.cli.person import user as at_the_terminal
from mailroom.cli.talk import Talk, now
from mailroom.errors import Text, text
from mailroom.register import logins
from mailroom.register.logins import LINK_LIVES, Login, Role
from mailroom.workflow import people
from mailroom.workflow.desk import Desk


@click.group()
def user() -> None:
    """Who may log in at the desk. 网页登录账号。"""


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, as_json: bool) -> None:
    """List the logins. 列出账号。"""
    with talk.register() as desk, desk.database.read() as tx:
        found = logins.everybody(tx)
    if as_json:
        talk.json(
            [
                {"login": one.name, "person": one.person, "role": one.role.value,
                 "has_password": one.has_password, "ended": one.ended}
                for one in found
            ]
        )  # fmt: skip
        return
    talk.table(
        [text("login"), text("person"), text("role"), text("state")],
        [(one.name, one.person, text(one.role.value), _state(one)) for one in found],
    )


def _state(one: Login) -> Text:
    if one.ended:
        return text("ended")
    return text("can log in") if one.has_password else text("has no password yet")


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--person", default="", help="Their name in rules/office/people.yaml.")
@click.pass_obj
def add(talk: Talk, name: str, role: str, person: str) -> None:
    """Add a login, and print the link with which its owner sets a password. 新增。"""
    with talk.desk() as desk:
        who = at_the_terminal(desk)
        key = people.add(desk, name, role=Role(role), person=person, who=who, now=now())
    _show_link(talk, desk, key)


@user.command()
@click.argument("name")
@click.pass_obj
def link(talk: Talk, name: str) -> None:
    """Print a new link with which a password is set. 重设密码的链接。"""
    with talk.register() as desk:
        key = people.renew(desk, name, who=at_the_terminal(desk), now=now())
    _show_link(talk, desk, key)


@user.command()
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.pass_obj
def role(talk: Talk, name: str, role: str) -> None:
    """Change what somebody may do; they have to log in again. 改变权限。"""
    with talk.register() as desk:
        who = at_the_terminal(desk)
        people.change_role(desk, name, Role(role), who=who, now=now())
    talk.tell(text("noted for {name}", name=name))


@user.command()
@click.argument("name")
@click.pass_obj
def end(talk: Talk, name: str) -> None:
    """Let somebody in no longer; at once. 停用账号。"""
    with talk.register() as desk:
        people.end(desk, name, who=at_the_terminal(desk), now=now())
    talk.tell(text("noted for {name}", name=name))


def _show_link(talk: Talk, desk: Desk, key: str) -> None:
    talk.out(people.link(desk.settings, key))
    if sys.stdout.isatty():
        minutes = LINK_LIVES // timedelta(minutes=1)
        talk.tell(text("the link works once, for {n} minutes", n=minutes))
