"""Offices to measure: settings on a local mail server, in a folder of their own."""

import os
from pathlib import Path

from mailroom import office
from mailroom.settings import Settings
from mailroom.workflow.desk import Desk

PASSWORD = "secret"  # of the invented accounts
HERE = Path(__file__).parents[2]  # the rules and templates that are shipped

_SETTINGS = """\
[office]
name = "恒远集团办公室"
name_en = "Hengyuan Group Office"
code = "HY"
addresses = ["office@hengyuan.example"]

[folders]
rules = "{here}/rules"
templates = "{here}/templates"

[[accounts]]
name = "office"
address = "office@hengyuan.example"
since = "all"

[accounts.imap]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
"""


def settle(folder: Path, *, port: int, user: str) -> Path:
    """Write the settings of an office into a new folder; return their file."""
    folder.mkdir()
    file = folder / "mailroom.toml"
    file.write_text(_SETTINGS.format(here=HERE, port=port, user=user), "utf-8")
    return file


def enter(file: Path) -> Desk:
    """Open the desk of an office."""
    os.environ["MAILROOM_OFFICE_IMAP_PASSWORD"] = PASSWORD
    settings = Settings.load(file)
    return office.open_desk(settings, office.read_papers(settings))
