"""Holds the settings as values: their names, kinds, defaults, and where secrets lie."""

import os
import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from mailroom.errors import EnvironmentFault, Fault, SettingsError, text
from mailroom.settings import faults as found

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


def _url(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^/\s?#]+/?", value):
        raise ValueError(value)
    return value.rstrip("/")


def _since(value: str | date) -> str:
    if value not in ("now", "all"):
        date.fromisoformat(str(value))  # TOML has dates of its own: since = 2026-11-01
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


class Web(_Table):
    """Where the desk in the browser is."""

    host: str = "127.0.0.1"
    port: int = Field(default=8720, ge=0, le=65535)  # 0: a free one
    public_url: Annotated[str, AfterValidator(_url)] = ""  # as people type it


class DayPaper(_Table):
    """When one of the day's papers is made, and for whom."""

    at: str = Field(default="08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    to: tuple[str, ...] = ()  # people, or roles of rules/office; (): it is not made

    @property
    def time(self) -> time:
        """The time of day at which it is made."""
        return time.fromisoformat(self.at)


class DayPapers(_Table):
    """The papers that the desk lays before named people."""

    brief: DayPaper = DayPaper(at="08:00", to=("director", "leader"))
    week: DayPaper = DayPaper(at="15:00", to=("director", "leader"))
    holiday: DayPaper = DayPaper(at="10:00", to=("director", "reviewer"))
    month: DayPaper = DayPaper(at="09:00", to=("director", "leader"))


class OwnPicture(_Table):
    """A picture that templates may show: the seal, the logo."""

    file: Path  # PNG, JPEG or GIF in the folder of the settings file
    width_mm: float | None = Field(default=None, ge=1, le=170)  # None: its own size
    alt: str = ""  # what it shows, in words: all that plain text has of it


def _file_alone(value: object) -> object:
    return value if isinstance(value, Mapping) else {"file": value}


class Settings(_Table):
    """All settings of one office."""

    office: Office
    folders: Folders = Folders()
    limits: Limits = Limits()
    web: Web = Web()
    papers: DayPapers = DayPapers()
    accounts: tuple[Account, ...] = Field(min_length=1)
    reviewers: Mapping[str, str] = {}  # OS user name → person in rules/office
    # By the name of the field that shows it.
    pictures: Mapping[str, Annotated[OwnPicture, BeforeValidator(_file_alone)]] = {}
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
                if _is_there(file):
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
        """Read and check a settings file.

        Raises SettingsError with every fault, EnvironmentFault where it may not be
        read.
        """
        name = str(file)
        try:
            source = file.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            wrong = text("there is no such file; `mailroom init DIR` writes one")
            raise SettingsError([Fault(file=name, code="S001", text=wrong)]) from None
        except UnicodeDecodeError:
            wrong = text("this file is not UTF-8 (GBK perhaps); save it as UTF-8")
            raise SettingsError([Fault(file=name, code="S002", text=wrong)]) from None
        except OSError as error:
            raise EnvironmentFault(
                text("cannot read {file}: {reason}", file=name, reason=error.strerror)
            ) from error
        try:
            table = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError([found.syntax_fault(name, source, error)]) from error
        faults = list(found.take_passwords(name, source, table))
        settings = None
        try:
            settings = cls.model_validate({**table, "source": file.absolute()})
        except ValidationError as error:
            faults += [
                found.fault(name, source, each, _known_keys(each["loc"][:-1]))
                for each in error.errors()
                # pydantic counts what is left after the faulty ones, too.
                if not (each["type"] == "too_short" and each["input"])
            ]
        faults += found.contradictions(name, source, table)
        if settings is None or faults:
            raise SettingsError(sorted(faults, key=lambda f: (f.line, f.column)))
        return settings


def _secret_folders(own: Path) -> list[Path]:
    named = (
        os.environ.get(v) for v in ("CREDENTIALS_DIRECTORY", "MAILROOM_SECRETS_DIR")
    )
    return [*(Path(folder) for folder in named if folder), own]


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except PermissionError:
        # A secrets folder that is root's own: systemd has handed over what is ours.
        return False


def _read_secret(file: Path) -> Secret:
    # Under systemd and in containers the mode is the host's choice.
    private = file.stat().st_mode & 0o077 == 0
    if not private and not str(file).startswith("/run/"):
        wrong = text("others may read this password; run: chmod 600 {file}", file=file)
        raise SettingsError([Fault(file=str(file), code="S011", text=wrong)])
    try:
        password = file.read_text(encoding="utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeError):
        password = ""
    if not password:
        wrong = text("this file holds no password that can be read, as UTF-8 text")
        raise SettingsError([Fault(file=str(file), code="S013", text=wrong)])
    return Secret(password)


def _known_keys(path: Collection[str | int]) -> list[str]:
    """List the settings of the table at a path."""
    model: type[BaseModel] = Settings
    inner: dict[str, type[BaseModel]] = {
        "office": Office, "folders": Folders, "limits": Limits, "accounts": Account,
        "web": Web, "papers": DayPapers, "imap": ImapServer, "smtp": SmtpServer,
        "pictures": OwnPicture,
        "brief": DayPaper, "week": DayPaper, "holiday": DayPaper, "month": DayPaper,
    }  # fmt: skip
    for part in path:
        if isinstance(part, str):
            model = inner.get(part, model)
    return [name for name in model.model_fields if name != "source"]
