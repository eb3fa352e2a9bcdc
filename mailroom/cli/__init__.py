"""The operator's and the reviewers' commands."""

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from mailroom import __version__
from mailroom.cli import usage
from mailroom.cli.talk import Talk
from mailroom.errors import ConfigError, EnvironmentFault, MailroomError, Text, text
from mailroom.i18n import choose
from mailroom.settings import SETTINGS_FILE

_PACKAGE = Path(__file__).parents[1]
OK, FINDINGS, USAGE, ENVIRONMENT, CONFIGURATION = range(5)

# Command → module; each is imported when it is used, so that `mailroom` starts fast.
COMMANDS = {
    "init": "init",
    "demo": "demo",
    "run": "service",
    "once": "service",
    "web": "web",
    "user": "user",
    "status": "service",
    "brake": "service",
    "check": "check",
    "doctor": "doctor",
    "classify": "classify",
    "rules": "rules",
    "review": "review",
    "cases": "cases",
    "jobs": "jobs",
    "followups": "followups",
    "report": "report",
    "calendar": "calendar",
    "register": "register",
    "templates": "templates",
}


class _Lazy(click.Group):
    """Finds commands by the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"mailroom.cli.{COMMANDS[name]}")
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path),
    default=lambda: Path(os.environ.get("MAILROOM_CONFIG", SETTINGS_FILE)),
    help="The settings file (mailroom.toml).",
)
@click.option("--lang", help="zh or en; otherwise as the terminal.")
@click.pass_context
def cli(ctx: click.Context, config: Path, lang: str | None) -> None:
    """Correspondence desk of an office: register, sort, draft, hold, send, follow up.

    办公室收发台：收文登记、分类、拟稿、待审、签发、督办。
    """
    ctx.obj = Talk(language=choose(lang), config=config)


def main() -> None:
    """Run the command line; the one place where errors become words and exit codes."""
    talk = Talk(language=choose(_asked_language()), config=Path(SETTINGS_FILE))
    try:
        # Without its own mode, click returns the exit code of `Exit`.
        sys.exit(cli(standalone_mode=False) or OK)
    except click.ClickException as error:
        usage.tell(talk, error)
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except ConfigError as error:
        talk.faults(error.faults)
        sys.exit(CONFIGURATION)
    except EnvironmentFault as error:
        talk.trouble(error.text)
        sys.exit(ENVIRONMENT)
    except MailroomError as error:
        talk.trouble(error.text)
        sys.exit(FINDINGS)
    except BrokenPipeError:  # `mailroom cases list | head`
        sys.stderr.close()
        sys.exit(OK)
    except Exception as error:  # noqa: BLE001  the last net: people get a sentence
        if os.environ.get("MAILROOM_DEBUG") == "1":
            traceback.print_exc()
        talk.trouble(_unexpected(error))
        sys.exit(ENVIRONMENT)


def _unexpected(error: Exception) -> Text:
    """Name the kind and the place of an error; its own words may quote a mail."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    last = (ours or frames)[-1]
    return text(
        "this should not have happened: {kind} at {file}:{line}; with MAILROOM_DEBUG=1"
        " the same command tells the programmers more",
        kind=type(error).__name__,
        file="/".join(Path(last.filename).parts[-3:]),
        line=last.lineno,
    )


def _asked_language() -> str | None:
    for before, word in zip(sys.argv, sys.argv[1:], strict=False):
        if before == "--lang":
            return word
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None
