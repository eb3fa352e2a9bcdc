"""Tells git who has saved a rule file, where the rules lie in a git work tree."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailroom.errors import Text, text

PATIENCE = 20.0  # seconds for one call of git
_LONGEST = 200  # characters of what git says
# Nothing that a work tree may bring along is run: no hooks, no monitor, no signing.
_QUIETLY = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
    "-c", "commit.gpgSign=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of it."""

    commit: str = ""  # abbreviated; "" where there is none
    why: Text | None = None  # why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who has saved the file."""

    name: str
    address: str  # may be ""

    @property
    def environment(self) -> dict[str, str]:
        """The same as git asks for it; what would end a name or address goes."""
        name, address = map(_one_line, (self.name, self.address))
        return {
            "GIT_AUTHOR_NAME": name or "mailroom",
            "GIT_AUTHOR_EMAIL": address or "mailroom",
            "GIT_COMMITTER_NAME": name or "mailroom",
            "GIT_COMMITTER_EMAIL": address or "mailroom",
        }


def _one_line(words: str) -> str:
    return " ".join(
        "".join(c for c in words if c.isprintable() and c not in "<>").split()
    )


def commit(file: Path, author: Author, words: str) -> Entered:
    """Commit this one file; what else is changed or staged stays as it is.

    It is never an error: the file has been saved, whatever git thinks of it.
    """
    try:
        return _commit(_Git(file.parent, author), file.name, words)
    except FileNotFoundError:
        return Entered(why=text("git is not installed"))
    except (OSError, subprocess.TimeoutExpired) as error:
        return Entered(why=text("git says: {words}", words=type(error).__name__))


def _commit(git: "_Git", name: str, words: str) -> Entered:
    if git("rev-parse", "--is-inside-work-tree").stdout.strip() != "true":
        return Entered(why=text("the rules do not lie in a git work tree"))
    added = git("add", "--", name)
    if added.returncode:
        return _refused(added)
    if not git("status", "--porcelain", "--", name).stdout:
        return Entered(why=text("git has the file just so already"))
    options = ("--only", "--quiet", "--no-verify", "--no-gpg-sign", "--file=-")
    done = git("commit", *options, "--", name, words=words)
    if done.returncode:
        return _refused(done)
    return Entered(commit=git("rev-parse", "--short", "HEAD").stdout.strip())


def _refused(done: "subprocess.CompletedProcess[str]") -> Entered:
    lines = (done.stderr or done.stdout).strip().splitlines() or [""]
    return Entered(why=text("git says: {words}", words=lines[0][:_LONGEST]))


class _Git:
    """Git in a folder, in somebody's name."""

    def __init__(self, folder: Path, author: Author) -> None:
        self._folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        self._environment = kept | author.environment | {
            "GIT_LITERAL_PATHSPECS": "1",  # a file may be called *.yaml
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C.UTF-8",
        }  # fmt: skip

    def __call__(
        self, *arguments: str, words: str = ""
    ) -> "subprocess.CompletedProcess[str]":
        command: Sequence[str | Path] = (
            "git", "-C", self._folder, *_QUIETLY, *arguments,
        )  # fmt: skip
        return subprocess.run(  # noqa: S603  no shell, and names stand behind --
            command,
            input=words,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            env=self._environment,
            timeout=PATIENCE,
        )
