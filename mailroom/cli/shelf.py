"""Knows where the office's templates lie, and which rules draw on them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from mailroom.cli.init import shipped
from mailroom.cli.talk import Talk
from mailroom.errors import ConfigError, Fault, Text, text
from mailroom.followups.chains import Chains
from mailroom.rules.check import BUILT_IN, offered
from mailroom.rules.load import RuleSet
from mailroom.words.lint import lint
from mailroom.yamlfile.proofread import nearest

REMINDER = frozenset({"matter", "days_late"})  # what a reminder gets besides BUILT_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A place in the rules that names a template."""

    kind: str  # "category", "rule", "chain"
    id: str
    template: str
    gives: frozenset[str] | None  # the fields it hands on; None: it cannot be told

    @property
    def text(self) -> Text:
        """Name it for a person."""
        if self.kind == "category":
            return text("category {id}", id=self.id)
        if self.kind == "rule":
            return text("rule {id}", id=self.id)
        return text("chain {id}", id=self.id)


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
            users = (
                *_users_in_rules(RuleSet.load(rules), given),
                *_users_in_chains(Chains.load(rules / "chains.yaml"), given),
            )
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


def _users_in_rules(rule_set: RuleSet, given: frozenset[str]) -> Iterator[User]:
    for category in rule_set.categories.values():
        for name in (*category.reply.values(), *category.attach, *category.papers):
            yield User(
                kind="category",
                id=category.id,
                template=name,
                gives=given | offered(category, paper=name in category.papers),
            )
    for rule in rule_set.rules:
        decided = rule_set.categories.get(rule.category or "")
        for action in rule.actions:
            paper = action.verb == "draft_paper"
            if action.verb not in {"draft_reply", "draft_paper"}:
                continue
            for value in action.arguments.values():
                for name in value.split(","):
                    yield User(
                        kind="rule",
                        id=rule.id,
                        template=name,
                        gives=given | offered(decided, paper=paper)
                        if decided
                        else None,
                    )


def _users_in_chains(chains: Chains, given: frozenset[str]) -> Iterator[User]:
    for chain in chains.by_id.values():
        for step in chain.steps:
            for name in step.template.values():
                yield User(
                    kind="chain",
                    id=chain.id,
                    template=name,
                    gives=given | REMINDER,
                )
