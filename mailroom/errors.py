"""What can go wrong, sorted by who must act.

MailroomError
├── ConfigError                  the operator edits a file: every fault, with its place
│   ├── SettingsError
│   ├── RuleError
│   └── TemplateError
├── MailError
│   ├── UnreadableMessageError   a person looks: the message is held with this reason
│   ├── TemporaryMailError       nobody: it is tried again
│   └── PermanentMailError       a person looks: the other side said no for good
├── EnvironmentFault             the operator mends the machine: disk, port, program
└── ReviewError                  the reviewer chooses again

The docstring of a class is its default message. Doors translate what their
libraries raise (`raise … from error`); entrances catch.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for a person: an English pattern and what fills it.

    `str()` gives English; `mailroom.i18n.say` gives the reader's language. A value
    may itself be a Text.
    """

    pattern: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return self.pattern.format_map(self.values) if self.values else self.pattern


def text(pattern: str, **values: object) -> Text:
    """Make a Text; `pattern` must be a literal: it is the key of the translation."""
    return Text(pattern, MappingProxyType(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in a file that a person edits."""

    file: str  # as the person would name it
    line: int = 0  # from 1; 0: the file as a whole
    column: int = 0  # from 1; 0: the line as a whole
    code: str  # "R012": stands for the kind of fault in every language
    severity: Literal["error", "warning"] = "error"
    text: Text  # what is wrong, and what would be right

    @property
    def place(self) -> str:
        """The place as `file:line:column`, as far as it is known."""
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.text} [{self.code}]"


class MailroomError(Exception):
    """Something went wrong in mailroom."""

    def __init__(self, message: Text | None = None) -> None:
        self.text = message or Text((self.__doc__ or "").strip())
        super().__init__(str(self.text))


class ConfigError(MailroomError):
    """A file that the office edits has faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()
        self.args = ("\n".join(str(fault) for fault in self.faults),)


class SettingsError(ConfigError):
    """The settings have faults."""


class RuleError(ConfigError):
    """The rules have faults."""


class TemplateError(ConfigError):
    """A Word template has faults."""


class MailError(MailroomError):
    """Something went wrong with a mail or a mail server."""


class UnreadableMessageError(MailError):
    """The message cannot be read; a person must look at it."""


class TemporaryMailError(MailError):
    """The mail server cannot do this now; it will be tried again."""


class PermanentMailError(MailError):
    """The mail server refused this for good."""


class EnvironmentFault(MailroomError):  # noqa: N818  `EnvironmentError` is a builtin
    """The machine lacks something that mailroom needs."""


class ReviewError(MailroomError):
    """The decision does not fit the draft any more; look at it again."""
