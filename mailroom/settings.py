"""The office's settings and secrets: `mailroom.toml`, checked once, then frozen."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from mailroom.errors import Fault, SettingsError, Text, text

SETTINGS_FILE = "mailroom.toml"


class Secret:
    """A password that does not show itself; `reveal()` gives it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the password itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(****)"

    __str__ = __repr__


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _address(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", value):
        raise ValueError(value)
    local, _, domain = value.rpartition("@")
    return f"{local}@{domain.lower()}"


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(value)
    return value


def _since(value: str | date) -> str:
    if value not in ("now", "all"):
        date.fromisoformat(str(value))
    return str(value)


EmailAddress = Annotated[str, AfterValidator(_address)]


class Office(_Table):
    """Who the office is."""

    name: str
    name_en: str = ""
    code: str = Field(default="MR", pattern=r"^[A-Z0-9]{1,8}$")  # opens case numbers
    addresses: tuple[EmailAddress, ...]  # all addresses the office receives under
    language: Literal["zh-CN", "en"] = "zh-CN"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    calendar: Literal["CN", "UK"] = "CN"
    mode: Literal["observe", "draft", "send"] = "draft"
    notify: tuple[EmailAddress, ...] = ()  # the office's own people; notices go here

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.timezone)


class Folders(_Table):
    """Where things lie; relative paths count from the settings file."""

    data: Path = Path("data")
    rules: Path = Path("rules")
    templates: Path = Path("templates")
    secrets: Path = Path("secrets")


class Limits(_Table):
    """What keeps a mistake small."""

    grace: int = Field(
        default=30, ge=0, le=86400
    )  # seconds between approval and sending
    letters_per_correspondent: int = Field(default=5, ge=1)  # in a day
    letters_per_hour: int = Field(default=60, ge=1)
    message_megabytes: int = Field(default=100, ge=1, le=1024)  # larger ones are held


class Server(_Table):
    """One server of an account."""

    host: str
    port: int = Field(ge=1, le=65535)
    tls: Literal["tls", "starttls", "none"] = "tls"
    user: str = ""
    ca_file: Path | None = None  # a private certificate authority


class ImapServer(Server):
    """Where mail is read."""

    port: int = Field(default=993, ge=1, le=65535)
    poll: float = Field(
        default=60, ge=0.1, le=3600
    )  # seconds, where IDLE is not offered


class SmtpServer(Server):
    """Where letters are handed over."""

    port: int = Field(default=465, ge=1, le=65535)
    timeout: float = Field(default=60, ge=1, le=600)  # seconds for each answer


class Account(_Table):
    """One mail account of the office."""

    name: str = Field(pattern=r"^[a-z0-9_]{1,32}$")
    address: EmailAddress
    display: str = ""
    imap: ImapServer
    smtp: SmtpServer | None = None
    mailboxes: tuple[str, ...] = ("INBOX",)
    drafts: str = ""  # "": found by its SPECIAL-USE mark or its usual names
    sent: str = ""
    sent_copy: Literal["append", "provider"] = "append"
    since: Annotated[str, BeforeValidator(_since)] = "now"  # now | all | a date
    history: bool = False  # register older mail too; it never triggers anything
    marks: Literal["none", "keyword", "move"] = "none"
    move_to: str = ""  # with marks = "move"


class Settings(_Table):
    """All settings of one office."""

    office: Office
    folders: Folders = Folders()
    limits: Limits = Limits()
    accounts: tuple[Account, ...] = Field(min_length=1)
    reviewers: Mapping[str, str] = {}  # OS user name → person in rules/office
    source: Path = Path(SETTINGS_FILE)

    @property
    def home(self) -> Path:
        """The folder of the settings file."""
        return self.source.parent

    def folder(self, kind: Literal["data", "rules", "templates", "secrets"]) -> Path:
        """One of the folders, as an absolute path."""
        folder: Path = getattr(self.folders, kind)
        return (self.home / folder).absolute()

    def account(self, name: str) -> Account:
        """Return the account of that name; KeyError where there is none."""
        for account in self.accounts:
            if account.name == name:
                return account
        raise KeyError(name)

    def secret(self, account: str, kind: Literal["imap", "smtp"]) -> Secret:
        """Find the password of an account.

        Looked for in the variable `MAILROOM_<ACCOUNT>_<KIND>_PASSWORD`, then as a file
        `<account>_<kind>_password` in `$CREDENTIALS_DIRECTORY` (systemd's
        LoadCredential), in `$MAILROOM_SECRETS_DIR`, and in the secrets folder. For SMTP
        the IMAP password serves where there is no other. Raises SettingsError.
        """
        kinds = ("smtp", "imap") if kind == "smtp" else ("imap",)
        for each in kinds:
            value = os.environ.get(
                f"MAILROOM_{account.upper()}_{each.upper()}_PASSWORD"
            )
            if value:
                return Secret(value)
            for folder in _secret_folders(self.folder("secrets")):
                file = folder / f"{account}_{each}_password"
                if file.is_file():
                    return _read_secret(file)
        raise SettingsError(
            [
                Fault(
                    file=str(self.folder("secrets") / f"{account}_{kind}_password"),
                    code="S010",
                    text=text(
                        "no password for account {account}; write it into this file"
                        " (only you may read it), or set {variable}",
                        account=account,
                        variable=f"MAILROOM_{account.upper()}_{kind.upper()}_PASSWORD",
                    ),
                )
            ]
        )

    @classmethod
    def load(cls, file: Path) -> "Settings":
        """Read and check a settings file; raises SettingsError with every fault."""
        name = str(file)
        try:
            source = file.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            wrong = text("there is no such file; `mailroom init DIR` writes one")
            raise SettingsError([Fault(file=name, code="S001", text=wrong)]) from None
        except UnicodeDecodeError:
            wrong = text("this file is not UTF-8 (GBK perhaps); save it as UTF-8")
            raise SettingsError([Fault(file=name, code="S002", text=wrong)]) from None
        try:
            table = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError([_syntax_fault(name, source, error)]) from error
        faults = [*_passwords(name, source, table)]
        try:
            settings = cls.model_validate({**table, "source": file.absolute()})
        except ValidationError as error:
            faults += [_fault(name, source, e) for e in error.errors()]
            raise SettingsError(faults) from error
        faults += _cross_check(name, source, settings)
        if faults:
            raise SettingsError(faults)
        return settings


def _secret_folders(own: Path) -> list[Path]:
    named = (
        os.environ.get(v) for v in ("CREDENTIALS_DIRECTORY", "MAILROOM_SECRETS_DIR")
    )
    return [*(Path(folder) for folder in named if folder), own]


def _read_secret(file: Path) -> Secret:
    # Under systemd and in containers the mode is the host's choice.
    private = file.stat().st_mode & 0o077 == 0
    if not private and not str(file).startswith("/run/"):
        wrong = text("others may read this password; run: chmod 600 {file}", file=file)
        raise SettingsError([Fault(file=str(file), code="S011", text=wrong)])
    return Secret(file.read_text(encoding="utf-8").rstrip("\r\n"))


def _syntax_fault(name: str, source: str, error: tomllib.TOMLDecodeError) -> Fault:
    # tomllib gives the place inside its sentence only.
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (
        (int(found[1]), int(found[2])) if found else (len(source.splitlines()), 0)
    )
    lines = source.splitlines()
    around = "".join(lines[max(0, line - 2) : line])
    if re.search("[：，＝“”‘’【】]", around):
        wrong = text(
            "this is not TOML; there is a full-width or curly sign ({signs}) where"
            " a plain one is needed",
            signs="".join(sorted(set(re.findall("[：，＝“”‘’【】]", around)))),
        )
    else:
        wrong = text("this is not TOML: {reason}", reason=str(error).split(" (at")[0])
    return Fault(file=name, line=line, column=column, code="S003", text=wrong)


def _passwords(name: str, source: str, table: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for i, account in enumerate(table.get("accounts", [])):
        places: list[tuple[Any, tuple[str | int, ...]]] = [(account, ("accounts", i))]
        places += [(account.get(k, {}), ("accounts", i, k)) for k in ("imap", "smtp")]
        for entry, path in places:
            for key in ("password", "passwd", "pass", "secret"):
                if isinstance(entry, dict) and entry.pop(key, None) is not None:
                    line, column = _place(source, (*path, key))
                    wrong = text(
                        "a password does not belong here; put it into a file in the"
                        " secrets folder, named <account>_imap_password"
                    )
                    faults.append(
                        Fault(
                            file=name, line=line, column=column, code="S012", text=wrong
                        )
                    )
    return faults


def _fault(name: str, source: str, error: Any) -> Fault:  # noqa: ANN401  pydantic's error is a loose dict
    path = tuple(error["loc"])
    line, column = _place(source, path)
    return Fault(
        file=name, line=line, column=column, code="S004", text=_explain(path, error)
    )


def _explain(path: tuple[str | int, ...], error: Mapping[str, Any]) -> Text:
    key = ".".join(str(part) for part in path)
    kind = error["type"]
    if kind == "missing":
        return text("{key} is missing", key=key)
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(path[-1]), _known_keys(path[:-1]), 1)
        if close:
            return text(
                "unknown setting {key}; did you mean {close}?", key=key, close=close[0]
            )
        return text("unknown setting {key}", key=key)
    if kind == "literal_error":
        return text(
            "{key} is {value}; it may be {choices}",
            key=key,
            value=repr(error["input"]),
            choices=error["ctx"]["expected"],
        )
    return text(
        "{key} cannot be {value}: {reason}",
        key=key,
        value=repr(error["input"])[:80],
        reason=error["msg"],
    )


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    inner: dict[str, type[BaseModel]] = {
        "office": Office, "folders": Folders, "limits": Limits, "accounts": Account,
        "imap": ImapServer, "smtp": SmtpServer,
    }  # fmt: skip
    for part in path:
        if isinstance(part, str):
            model = inner.get(part, model)
    return list(model.model_fields)


def _place(source: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Find where a setting stands: (line, column) from 1; (0, 0) where it does not."""
    table: list[str | int] = []
    counts: dict[str, int] = {}
    best = (0, 0)
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?", line)
        if header:
            names = header[2].split(".")
            if header[1] == "[[":
                counts[names[0]] = counts.get(names[0], -1) + 1
            table = [names[0], counts[names[0]]] if names[0] in counts else [names[0]]
            table += names[1:]
            if tuple(table) == path[: len(table)]:
                best = (number, 1)
            continue
        key = re.match(r"(\s*)([\w\-]+)\s*=", line)
        if key and (*table, key[2]) == path[: len(table) + 1]:
            return number, len(key[1]) + 1
    return best


def _cross_check(name: str, source: str, settings: Settings) -> list[Fault]:
    faults = []

    def wrong(path: tuple[str | int, ...], sentence: Text) -> None:
        line, column = _place(source, path)
        faults.append(
            Fault(file=name, line=line, column=column, code="S005", text=sentence)
        )

    seen: set[str] = set()
    for i, account in enumerate(settings.accounts):
        if account.name in seen:
            wrong(
                ("accounts", i, "name"),
                text("two accounts are named {name}", name=account.name),
            )
        seen.add(account.name)
        if account.marks == "move" and not account.move_to:
            wrong(
                ("accounts", i, "marks"),
                text('marks = "move" needs move_to, a mailbox'),
            )
        if settings.office.mode == "send" and account.smtp is None:
            wrong(("accounts", i), text('mode = "send" needs [accounts.smtp]'))
        if account.address not in settings.office.addresses:
            wrong(
                ("accounts", i, "address"),
                text(
                    "{address} is not among office.addresses; the office would answer"
                    " its own letters",
                    address=account.address,
                ),
            )
    return faults
