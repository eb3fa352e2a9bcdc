"""Puts the rules of an office, and what they are compared with, at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from mailroom import office
from mailroom.cli.init import shipped
from mailroom.cli.talk import Talk, now
from mailroom.errors import Fault, RuleError, text
from mailroom.office import Papers
from mailroom.rules.check import Known, check
from mailroom.rules.model import Context
from mailroom.rules.read_folder import unread_files
from mailroom.settings import Folders, Settings
from mailroom.workflow.reading import Own

_Command = TypeVar("_Command", bound=Callable[..., object])
# What the check says of things that are not there to compare with.
_OF_TEMPLATES = frozenset({"R040", "R043"})
_OF_CHAINS = frozenset({"R041"})
_OF_PEOPLE = frozenset({"R042"})


def with_rules(command: _Command) -> _Command:
    """Add the option that names a folder of rules instead of the office's."""
    return click.option(
        "--rules",
        "folder",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="A folder of rules; otherwise the office's.",
    )(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The rules of one office, loaded as the running worker loads them."""

    settings: Settings  # of an office without mail, where there are none
    papers: Papers
    broken: tuple[Fault, ...]  # why a file could not be loaded; its part is empty

    @classmethod
    def open(cls, talk: Talk, folder: Path | None) -> "Rulebook":
        """Load the rules of the settings file, or those of a folder.

        Without settings: templates beside the folder; without either, what ships.
        Raises SettingsError, EnvironmentFault.
        """
        if talk.config.exists():
            settings = talk.settings()
            if folder is not None:
                folders = settings.folders.model_copy(
                    update={"rules": folder.absolute()}
                )
                settings = settings.model_copy(update={"folders": folders})
        else:
            if folder is None:
                folder = shipped("rules")
                talk.tell(
                    text("without settings: the rules in {folder}", folder=folder)
                )
            settings = _office_of(folder)
        papers, broken = office.read_what_is_whole(settings)
        if folder is not None:  # one to be looked at; an office would need its chains
            chains = settings.folder("rules") / "chains.yaml"
            broken = tuple(
                fault
                for fault in broken
                if fault.file != str(chains) or chains.exists()
            )
        return cls(settings=settings, papers=papers, broken=broken)

    @property
    def folder(self) -> Path:
        """Where the rules lie."""
        return self.settings.folder("rules")

    @property
    def known(self) -> Known:
        """What rules may name besides each other."""
        return office.known_of(self.papers, now().date())

    @property
    def own(self) -> Own:
        """How the office knows itself in a mail."""
        directory = self.papers.directory
        return Own(
            addresses=(*self.settings.office.addresses, *directory.own_addresses),
            domains=directory.own_domains,
            directory=directory,
            calendar=self.papers.calendar,
            zone=self.settings.office.zone,
        )

    @property
    def office(self) -> Context:
        """What rules know besides an example: as the check tells them, and no more."""
        return Context(
            now=now(),
            own_domains=self.own.domains,
            directory=self.papers.directory,
            calendar=self.papers.calendar,
        )

    def whole(self) -> "Rulebook":
        """Return itself; RuleError where a rule file could not be loaded."""
        if self.broken:
            raise RuleError(self.broken)
        return self

    def faults(self) -> tuple[Fault, ...]:
        """Return every fault of rules, chains, days and people, in their order.

        What is not there to compare with (no templates, no people yet) is not asked.
        """
        found = (
            office.faults_beside(self.broken, self.papers, self.folder)
            if self.broken
            else check(self.papers.rules, self.known)
        )
        unasked = self._unasked()
        asked = (fault for fault in found if fault.code not in unasked)
        return (*unread_files(self.folder), *asked)

    def _unasked(self) -> frozenset[str]:
        unasked: frozenset[str] = frozenset()
        if not self.settings.folder("templates").is_dir():
            unasked |= _OF_TEMPLATES
        if not (self.folder / "chains.yaml").exists():
            unasked |= _OF_CHAINS
        if not self.papers.directory.people:
            unasked |= _OF_PEOPLE
        return unasked


def _office_of(folder: Path) -> Settings:
    """Make settings for a folder of rules alone; nothing is fetched or sent by them."""
    folder = folder.absolute()
    return Settings.model_validate(
        {
            "office": {"name": "-", "addresses": ["office@own.example"]},
            "folders": Folders(rules=folder, templates=folder.parent / "templates"),
            "accounts": [
                {
                    "name": "none",
                    "address": "office@own.example",
                    "imap": {"host": "own.example"},
                }
            ],
            "source": folder.parent / "mailroom.toml",
        }
    )
