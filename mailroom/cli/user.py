"""Says who may come to the desk in the browser, and as what."""

import sys
from datetime import timedelta

import click

from mailroom.cli.person import user as at_the_terminal
from mailroom.cli.talk import Talk, now
from mailroom.errors import ReviewError, Text, text
from mailroom.register import logins
from mailroom.register.logins import LINK_LIVES, Login, Role
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
        if not name.strip() or name != name.strip() or not name.isprintable():
            raise ReviewError(text("a login is a name without spaces around it"))
        _must_be_known(desk, person)
        mapped = desk.settings.reviewers.get(name)
        if mapped is not None and mapped != person:
            # One name in the book must not stand for two people.
            raise ReviewError(
                text(
                    "{name} is {person} under [reviewers] in mailroom.toml; add"
                    " --person {person}",
                    name=name,
                    person=mapped,
                )
            )
        who = at_the_terminal(desk)
        with desk.database.write() as tx:
            one = logins.add(
                tx, name, person=person, role=Role(role), now=now(), actor=who
            )
            token = logins.invite(tx, one, now=now())
    _show_link(talk, desk, token)


@user.command()
@click.argument("name")
@click.pass_obj
def link(talk: Talk, name: str) -> None:
    """Print a new link with which a password is set. 重设密码的链接。"""
    with talk.register() as desk, desk.database.write() as tx:
        token = logins.invite(tx, _found(desk, name), now=now())
    _show_link(talk, desk, token)


@user.command()
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.pass_obj
def role(talk: Talk, name: str, role: str) -> None:
    """Change what somebody may do; they have to log in again. 改变权限。"""
    _change(talk, name, role=role, ended_at=None)


@user.command()
@click.argument("name")
@click.pass_obj
def end(talk: Talk, name: str) -> None:
    """Let somebody in no longer; at once. 停用账号。"""
    _change(talk, name, ended_at=now())


def _change(talk: Talk, name: str, **values: object) -> None:
    with talk.register() as desk:
        one = _found(desk, name)
        with desk.database.write() as tx:
            logins.change(tx, one, now=now(), actor=at_the_terminal(desk), **values)
    talk.tell(text("noted for {name}", name=name))


def _found(desk: Desk, name: str) -> Login:
    with desk.database.read() as tx:
        one = logins.named(tx, name)
    if one is None:
        raise ReviewError(text("there is no login {name}", name=name))
    return one


def _must_be_known(desk: Desk, person: str) -> None:
    if person and desk.directory.person(person) is None:
        raise ReviewError(
            text("rules/office/people.yaml knows nobody called {name}", name=person)
        )


def _show_link(talk: Talk, desk: Desk, token: str) -> None:
    web = desk.settings.web
    base = web.public_url or f"http://{web.host}:{web.port}"
    # Behind the #: what stands there is sent to no server and written in no log.
    talk.out(f"{base}/welcome#{token}")
    if sys.stdout.isatty():
        minutes = LINK_LIVES // timedelta(minutes=1)
        talk.tell(text("the link works once, for {n} minutes", n=minutes))
