"""Says who is at the terminal, by what the machine itself knows."""

import os
import pwd
from pathlib import Path

from mailroom.workflow.desk import Desk


def user(desk: Desk) -> str:
    """Return the account of the person who gives this command."""
    return account_at(desk.settings.folder("data"))


def account_at(data: Path) -> str:
    """Return the account of the person who works on a data folder.

    LOGNAME and USER are not asked: anybody may set them. Root, and the account that
    owns the data (the service's own), could write into the register anyway; there the
    person behind `sudo` counts, whom sudo names in SUDO_UID.
    """
    uid = os.getuid()
    behind = os.environ.get("SUDO_UID", "")
    if behind.isascii() and behind.isdigit() and (uid == 0 or uid == _owner(data, uid)):
        return _name(int(behind))
    return _name(uid)


def _owner(data: Path, uid: int) -> int:
    try:
        return data.stat().st_uid
    except FileNotFoundError:
        return uid  # it will be, once we make it


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return f"uid {uid}"  # in a container, perhaps
