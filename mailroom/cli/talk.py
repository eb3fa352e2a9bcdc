"""Talks to the person at the terminal: data on stdout, talk on stderr."""

import contextlib
import json
import shlex
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mailroom.errors import ConfigError, Fault, Text, text
from mailroom.i18n import Language, say
from mailroom.settings import Settings
from mailroom.workflow.desk import Desk

NUMBER = click.IntRange(1, 2**31 - 1)  # of a draft, a follow-up


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """How to speak, and which office it is about."""

    language: Language
    config: Path

    # -- speaking ----------------------------------------------------------------

    def say(self, sentence: Text | str) -> str:
        """Give a sentence in the reader's language."""
        return say(sentence, self.language)

    def out(self, sentence: Text | str = "") -> None:
        """Print data."""
        print(clean(self.say(sentence)))  # noqa: T201  the terminal is what this is for

    def tell(self, sentence: Text | str) -> None:
        """Print talk."""
        print(clean(self.say(sentence)), file=sys.stderr)  # noqa: T201  likewise

    def trouble(self, sentence: Text) -> None:
        """Print what went wrong."""
        self.tell(f"mailroom: {self.say(sentence)}")

    def faults(self, faults: Iterable[Fault]) -> None:
        """Print faults in files, one a line, each with its place."""
        severities = {"error": Text("error"), "warning": Text("warning")}
        for fault in faults:
            severity = self.say(severities[fault.severity])
            words = self.say(fault.text)
            self.tell(f"{fault.place}: {severity}: {words} [{fault.code}]")

    def json(self, value: object) -> None:
        """Print data for programs."""
        written = json.dumps(value, ensure_ascii=False, default=_plain)
        print("".join(map(_escaped, written)))  # noqa: T201  likewise

    def table(self, heads: Sequence[Text | str], rows: Iterable[Sequence[Any]]) -> None:
        """Print a table; widths fit the terminal, and Chinese takes two columns."""
        # Imported late: commands without a table start faster.
        from rich.console import Console  # noqa: PLC0415
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text as Cell  # noqa: PLC0415

        console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
        shown = Table(box=None, pad_edge=False, header_style="bold")
        for head in heads:
            shown.add_column(self.say(head), overflow="fold")
        for row in rows:
            # Cells, never markup: a subject may say "[red]".
            shown.add_row(*(Cell(self._cell(value)) for value in row))
        console.print(shown)

    def _cell(self, value: object) -> str:
        if isinstance(value, Text):
            value = self.say(value)
        if value is None:
            return ""
        return clean(str(value)).replace("\n", " ")

    # -- the office --------------------------------------------------------------

    def settings(self) -> Settings:
        """Read the settings. Raises SettingsError."""
        return Settings.load(self.config)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Put the office together for one command. Raises ConfigError."""
        # Imported late: it brings in rules, templates and the database.
        from mailroom import office  # noqa: PLC0415

        settings = self.settings()
        desk = office.open_desk(settings, office.read_papers_in_force(settings))
        try:
            yield desk
        finally:
            office.close_desk(desk)

    @contextmanager
    def register(self) -> Iterator[Desk]:
        """Open the office for its book alone: to look, to stop, to end something.

        That must be possible while somebody edits the rules: what is broken of them is
        told, and is as it was when last found good, or left empty. Never sort, draft
        or settle here. Raises SettingsError.
        """
        from mailroom import office  # noqa: PLC0415  likewise

        settings = self.settings()
        papers, faults = office.read_what_is_whole(settings)
        if faults:
            self.faults(faults)
            with contextlib.suppress(ConfigError):
                papers, faults = office.read_papers_in_force(settings), ()
        if faults:
            self.tell(
                text(
                    "going on without what these files say; where people are among"
                    " them, nobody may see what is restricted"
                )
            )
        desk = office.open_desk(settings, papers)
        try:
            yield desk
        finally:
            office.close_desk(desk)

    def local(
        self, desk: Desk, moment: datetime | None, *, seconds: bool = False
    ) -> str:
        """Write a moment in the office's own time."""
        if moment is None:
            return ""
        pattern = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
        return moment.astimezone(desk.settings.office.zone).strftime(pattern)


def now() -> datetime:
    """Return the time now; the command line asks here."""
    return datetime.now(UTC)


def program() -> str:
    """Return what to type for this program, from any folder, quoted for the shell."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m mailroom"
    return shlex.quote(str(started.resolve()))


def clean(words: str) -> str:
    """Take out what a terminal would obey: words may come from a mail or a server."""
    return "".join(c if c == "\n" or _is_harmless(c) else " " for c in words)


def _is_harmless(sign: str) -> bool:
    # Chinese letters indent with U+3000, which Python counts as not printable.
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _escaped(sign: str) -> str:
    # json itself leaves C1 codes and signs that turn the direction of writing.
    return sign if _is_harmless(sign) else json.dumps(sign)[1:-1]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
