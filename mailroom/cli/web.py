"""Opens the desk in the browser."""

import contextlib
from collections.abc import Iterator

import click

from mailroom.cli.talk import Talk
from mailroom.errors import text
from mailroom.register import logins
from mailroom.workflow.desk import Desk


@click.command()
@click.pass_obj
def web(talk: Talk) -> None:
    """Serve the desk in the browser, until Ctrl-C. 网页审稿台。"""
    from mailroom.web import serve  # noqa: PLC0415  the other commands start faster
    from mailroom.worker import logs  # noqa: PLC0415  likewise
    from mailroom.worker.living import desk_in_force  # noqa: PLC0415  likewise

    logs.start()
    with talk.desk() as desk, serve.listen(desk.settings) as listening:
        _tell(talk, desk, serve.address(desk.settings, listening))
        serve.serve(desk_in_force(desk), listening)


@contextlib.contextmanager
def browsers(talk: Talk, desk: Desk) -> Iterator[None]:
    """Answer browsers as long as the block lasts.

    Raises EnvironmentFault where the port is taken.
    """
    from mailroom.web import serve  # noqa: PLC0415  likewise
    from mailroom.worker.living import desk_in_force  # noqa: PLC0415  likewise

    with (
        serve.listen(desk.settings) as listening,
        serve.serving(desk_in_force(desk), listening),
    ):
        _tell(talk, desk, serve.address(desk.settings, listening))
        yield


def _tell(talk: Talk, desk: Desk, place: str) -> None:
    talk.tell(text("the desk is at {place}", place=place))
    with desk.database.read() as tx:
        nobody = not logins.any_admin(tx)
    if nobody:
        talk.tell(text("nobody can log in yet: mailroom user add NAME --role admin"))
