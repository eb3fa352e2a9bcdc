"""The office's settings and secrets: `mailroom.toml`, checked once, then frozen."""

from mailroom.settings.model import (
    SETTINGS_FILE,
    Account,
    DayPaper,
    DayPapers,
    Folders,
    ImapServer,
    Limits,
    Office,
    OwnPicture,
    Secret,
    Server,
    Settings,
    SmtpServer,
)

__all__ = [
    "SETTINGS_FILE",
    "Account",
    "DayPaper",
    "DayPapers",
    "Folders",
    "ImapServer",
    "Limits",
    "Office",
    "OwnPicture",
    "Secret",
    "Server",
    "Settings",
    "SmtpServer",
]
