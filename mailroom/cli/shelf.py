"""Knows where the office's templates lie, and which rules draw on them."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from mailroom.cli.init import shipped
from mailroom.cli.talk import Talk
from mailroom.errors import ConfigError, Fault, text
from mailroom.followups.chains import Chains
from mailroom.rules.check import BUILT_IN
from mailroom.rules.load import RuleSet
from mailroom.words.lint import lint
from mailroom.workflow.template_users import User, users_of_templates
from mailroom.yamlfile.proofread import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The templates of one office."""

    folder: Path
    users: tuple[User, ...]

    @classmethod
    def open(cls, talk: Talk) -> "Shelf":
        """Look into the office of the settings file; without one, what ships.

        Faults of rules are told, and then nobody is known to use a template. Raises
        SettingsError, EnvironmentFault.
        """
        rules = _folder(talk, "rules")
        given = BUILT_IN
        if talk.config.exists():
            given = given.union(talk.settings().pictures)
        try:
            chains = Chains.load(rules / "chains.yaml")
            users = users_of_templates(RuleSet.load(rules), chains, given)
        except ConfigError as error:
            talk.faults(error.faults)
            talk.tell(text("until then nobody knows which rules use a template"))
            users = ()
        return cls(folder=_folder(talk, "templates"), users=users)

    def names(self) -> list[str]:
        """Name the templates as the rules do: "reply/invoice.zh.docx"."""
        return sorted(
            path.relative_to(self.folder).as_posix()
            for path in self.folder.rglob("*.docx")
            if not path.name.startswith("~$")  # Word's lock file of an open document
        )

    def users_of(self, path: Path) -> list[User]:
        """Return who uses the template in this file, each of them once."""
        try:
            inside = path.resolve().relative_to(self.folder.resolve())
        except ValueError:
            return []
        name = inside.as_posix()
        return list(dict.fromkeys(u for u in self.users if u.template == name))

    def known_to(self, path: Path) -> frozenset[str] | None:
        """Return the fields that all who use a template give; None: nobody says."""
        given = [u.gives for u in self.users_of(path) if u.gives is not None]
        return frozenset.intersection(*given) if given else None

    def faults_in(
        self, path: Path, fonts: Collection[str] | None = None
    ) -> tuple[Fault, ...]:
        """Return every fault of a template, fields that a user does not give, too.

        `fonts` are those of this machine; None: it does not matter which are missing.
        """
        return lint(path, known=self.known_to(path), fonts=fonts)


def find(talk: Talk, word: str) -> Path:
    """Find a template by its path, else by its name in the office's folder.

    Raises click.BadParameter, naming one that is meant perhaps; SettingsError,
    EnvironmentFault.
    """
    path = Path(word)
    if path.exists():
        return path
    shelf = Shelf(folder=_folder(talk, "templates"), users=())
    if (shelf.folder / word).is_file():
        return shelf.folder / word
    near = nearest(word, shelf.names())
    if near is None:
        wrong = text("There is no template {name}.", name=word)
    else:
        wrong = text(
            "There is no template {name}. Did you mean {near}?", name=word, near=near
        )
    raise click.BadParameter(talk.say(wrong))


def _folder(talk: Talk, kind: Literal["rules", "templates"]) -> Path:
    return talk.settings().folder(kind) if talk.config.exists() else shipped(kind)
