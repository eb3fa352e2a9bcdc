"""Tells what is wrong with a command line in Chinese; in English click does."""

import re
from collections.abc import Callable

import click

from mailroom.cli.talk import Talk
from mailroom.errors import Text, text

# What click says of values, as it says it (its `types` and `core`), and as we do.
_SAYINGS: tuple[tuple[re.Pattern[str], Callable[..., Text]], ...] = tuple(
    (re.compile(said, re.DOTALL), sentence)
    for said, sentence in (
        (
            r"(?P<value>.+) is not a valid integer(?: range)?\.",
            lambda value: text("a whole number belongs here, not {value}", value=value),
        ),
        (
            r"(?P<value>.+) is not a valid float(?: range)?\.",
            lambda value: text("a number belongs here, not {value}", value=value),
        ),
        (
            (
                r"(?P<value>\S+) is not in the range "
                r"(?P<low>[\d.-]+)<=x<=(?P<high>[\d.-]+)\."
            ),
            lambda value, low, high: text(
                "{value} is outside {low} … {high}", value=value, low=low, high=high
            ),
        ),
        (
            r"(?P<value>\S+) is not in the range x>=(?P<low>[\d.-]+)\.",
            lambda value, low: text("{value} is less than {low}", value=value, low=low),
        ),
        (
            r"(?P<value>.+?) is not (?:one of )?(?P<choices>'.+')\.",
            lambda value, choices: text(
                "{value} is none of {choices}", value=value, choices=choices
            ),
        ),
        (
            r"(?:File|Path) (?P<name>'.+') does not exist\.",
            lambda name: text("there is no file {name}", name=name),
        ),
        (
            r"Directory (?P<name>'.+') does not exist\.",
            lambda name: text("there is no folder {name}", name=name),
        ),
        (
            r"(?P<name>'.+'): No such file or directory",
            lambda name: text("there is no file {name}", name=name),
        ),
        (
            r"(?:Directory|Path) (?P<name>'.+') is a file\.",
            lambda name: text("{name} is a file; a folder belongs here", name=name),
        ),
        (
            r"(?:File|Path) (?P<name>'.+') is a directory\.",
            lambda name: text("{name} is a folder; a file belongs here", name=name),
        ),
        (
            r"(?:File|Directory|Path) (?P<name>'.+') is not readable\.",
            lambda name: text("{name} may not be read", name=name),
        ),
        (
            r"Option (?P<name>'.+') requires an argument\.",
            lambda name: text("a value is missing behind {name}", name=name),
        ),
        (
            r"Option (?P<name>'.+') does not take a value\.",
            lambda name: text("{name} takes no value", name=name),
        ),
        (
            r"Got unexpected extra arguments? \((?P<words>.+)\)",
            lambda words: text("too much on the line: {words}", words=words),
        ),
        (r"Missing command\.", lambda: text("a command is missing")),
    )
)


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
        return text("{name}: {why}", name=shown, why=_explained(error.message))
    return _explained(error.format_message())


def _explained(message: str) -> Text:
    """Say in our words what click says; what it has not said before, as it says it."""
    for pattern, sentence in _SAYINGS:
        found = pattern.fullmatch(message)
        if found:
            return sentence(**found.groupdict())
    return text("{why}", why=message)
