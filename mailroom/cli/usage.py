"""Tells what is wrong with a command line in Chinese; in English click does."""

import click

from mailroom.cli.talk import Talk
from mailroom.errors import Text, text


def tell(talk: Talk, error: click.ClickException) -> None:
    """Say how the command is called, where its help is, and what is wrong."""
    if talk.language == "en":
        error.show()
        return
    context = getattr(error, "ctx", None)
    if context is not None:
        pieces = " ".join(context.command.collect_usage_pieces(context))
        talk.tell(text("Usage: {words}", words=f"{context.command_path} {pieces}"))
        talk.tell(text("Help: {command}", command=f"{context.command_path} --help"))
    talk.tell(text("Error: {why}", why=_why(error)))


def _why(error: click.ClickException) -> Text:
    if isinstance(error, click.MissingParameter) and error.param is not None:
        shown = error.param.get_error_hint(error.ctx)
        return text("{name} is missing", name=shown)
    command = getattr(error, "command_name", "")  # click before 8.3 has no such error
    if command:
        return text("there is no command {name}", name=command)
    if isinstance(error, click.NoSuchOption):
        return text("there is no option {name}", name=error.option_name)
    if isinstance(error, click.BadParameter) and error.param is not None:
        shown = error.param.get_error_hint(error.ctx)
        return text("{name}: {why}", name=shown, why=error.message)
    return text("{why}", why=error.format_message())
