"""Finds the mail on which somebody wants to see the rules at work."""

from collections.abc import Sequence
from pathlib import Path

import click

from mailroom.cli.person import user
from mailroom.cli.rulebook import Rulebook
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import Talk, now
from mailroom.errors import EnvironmentFault, text
from mailroom.workflow.example import Mail, mails_of_case, read_mail


def find_mails(talk: Talk, book: Rulebook, word: str) -> Sequence[Mail]:
    """Read a file, or every message received in a case of the register.

    Raises click.BadParameter for a file that is no mail, ReviewError for a case that
    is not there, or not for this person.
    """
    path = Path(word)
    if path.is_file():
        raw = bytes_of(path)
        return (
            read_mail(path.name, raw, None, book.papers.rules, book.own, now=now()),
        )
    if not talk.config.exists():
        raise click.BadParameter(
            talk.say(text("there is no file {file}, and no register here", file=word))
        )
    if path.suffix:  # no case has a dot in its number
        raise click.BadParameter(talk.say(text("there is no file {file}", file=word)))
    with talk.register() as desk:
        return mails_of_case(
            desk, word, book.papers.rules, book.own, sight=sight_here(desk),
            who=user(desk), now=now(),
        )  # fmt: skip


def bytes_of(path: Path) -> bytes:
    """Read a file that the person named. Raises EnvironmentFault."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            text("cannot read {file}: {reason}", file=path, reason=error.strerror)
        ) from error
