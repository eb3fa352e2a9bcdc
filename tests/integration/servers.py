"""Real mail servers for tests, started by name, each in a folder of its own."""

import grp
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from imapclient import IMAPClient
from imapclient.imap_utf7 import encode as utf7

from mailroom.demo.imap_server import ImapServer, StoredMail

START_LIMIT = 60.0  # seconds until Dovecot must answer; the machine may be busy
STOP_LIMIT = 5.0  # seconds until it must have stopped
NOBODY = 65534  # who keeps the mail where root runs the tests: Dovecot refuses root

_COMMON = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
ssl = no
auth_failure_delay = 0
first_valid_uid = 1
mail_max_userip_connections = 500
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
protocols = imap
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{   # else a wrong password slows the next logins
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
"""

_VERSION_2_3 = """
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""

_VERSION_2_4 = """
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/mail/%{{user}}
  }}
}}
"""


def dovecot_program() -> str | None:
    """Return where Dovecot is installed; None where it is not."""
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


class Dovecot:
    """A real Dovecot on 127.0.0.1 with Maildir; 2.3, or 2.4 as far as it was tried.

    Every user name is known to it, each with the same password and mail of its own,
    with Drafts, Sent, Trash, Junk. Mailbox names are given decoded. `folder` must be
    open to others where root runs this; without one it makes its own, gone at the end.
    """

    host = "127.0.0.1"

    def __init__(self, folder: Path | None = None, *, password: str = "secret") -> None:
        self._own_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.password = password
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._write_configuration()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it; return when it answers, with the mail as it was."""
        program = dovecot_program()
        if program is None:
            raise FileNotFoundError("dovecot")
        with (self.folder / "stderr").open("wb") as errors:
            # A session of its own, so that `kill` finds all its processes.
            self._process = subprocess.Popen(
                [*_as_owner(), program, "-F", "-c", str(self.folder / "dovecot.conf")],
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        deadline = time.monotonic() + START_LIMIT
        while not _greets(self.host, self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"Dovecot does not start:\n{self.log()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it in good order."""
        if self._process:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_LIMIT)
            self.kill()

    def kill(self) -> None:
        """Kill -9 all its processes; the mail stays as it lies on the disk."""
        if self._process:
            with suppress(ProcessLookupError):  # all gone by themselves
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """Return what it logged so far."""
        files = (self.folder / "stderr", self.folder / "dovecot.log")
        return "\n".join(f.read_text(errors="replace") for f in files if f.exists())

    def deliver(self, raw: bytes, mailbox: str = "INBOX", user: str = "office") -> int:
        """Put a message into a mailbox; return its UID."""
        return self.deliver_all([raw], mailbox, user)[0]

    def deliver_all(
        self, raws: Iterable[bytes], mailbox: str = "INBOX", user: str = "office"
    ) -> list[int]:
        """Put messages into a mailbox over one connection; return their UIDs."""
        with logged_in(self, user, self.password) as client:
            return [_append(client, mailbox, raw) for raw in raws]

    def messages(
        self, mailbox: str = "INBOX", user: str = "office"
    ) -> list[StoredMail]:
        """Return the messages of a mailbox in UID order."""
        with logged_in(self, user, self.password) as client:
            client.select_folder(mailbox, readonly=True)
            fetched = client.fetch(client.search(), ["FLAGS", "BODY.PEEK[]"])
        return [
            StoredMail(
                uid,
                frozenset(flag.decode() for flag in fetched[uid][b"FLAGS"])
                - {"\\Recent"},
                fetched[uid][b"BODY[]"],
            )
            for uid in sorted(fetched)
        ]

    def remove(self, uid: int, mailbox: str = "INBOX", user: str = "office") -> None:
        """Expunge one message, as another client would."""
        with logged_in(self, user, self.password) as client:
            client.select_folder(mailbox)
            client.add_flags([uid], ["\\Deleted"])
            client.uid_expunge([uid])

    def reset_uidvalidity(self, mailbox: str = "INBOX", user: str = "office") -> None:
        """Take away the UID list, as a broken disk does; log in anew to see it."""
        for path in self.maildir(mailbox, user).glob("dovecot*"):
            if path.name.startswith(("dovecot-uidlist", "dovecot.index")):
                path.unlink()

    def maildir(self, mailbox: str = "INBOX", user: str = "office") -> Path:
        """Return the folder with cur, new, tmp of a mailbox."""
        root = self.folder / "mail" / user / "Maildir"
        if mailbox.upper() == "INBOX":
            return root
        coded: bytes = utf7(mailbox)
        return root / ("." + coded.decode("ascii").replace("/", "."))

    def _write_configuration(self) -> None:
        uid, gid = (
            (NOBODY, NOBODY) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
        )
        version = _version()
        parts = [_COMMON, _VERSION_2_4 if version >= (2, 4) else _VERSION_2_3]
        if version >= (2, 4):
            number = ".".join(map(str, version))
            parts.insert(0, f"dovecot_config_version = {number}\n")
            parts.insert(1, f"dovecot_storage_version = {number}\n")
        text = "".join(parts).format(
            folder=self.folder,
            port=self.port,
            password=self.password,
            uid=uid,
            gid=gid,
            owner=_user_name(uid),
            group=_group_name(gid),
        )
        (self.folder / "dovecot.conf").write_text(text)
        (self.folder / "mail").mkdir(exist_ok=True)
        if os.geteuid() == 0:
            for path in (self.folder, self.folder / "mail"):
                os.chown(path, uid, gid)


@dataclass(frozen=True)
class MailAccount:
    """One user's mail on either server: what both can do, under one name."""

    server: "Dovecot | ImapServer"
    user: str
    password: str

    @property
    def host(self) -> str:
        """Where it listens."""
        return self.server.host

    @property
    def port(self) -> int:
        """Where it listens; the same after a restart."""
        return self.server.port

    def deliver(self, raw: bytes, mailbox: str = "INBOX") -> int:
        """Put a message into a mailbox; return its UID."""
        return self.server.deliver(raw, mailbox, self.user)

    def messages(self, mailbox: str = "INBOX") -> list[StoredMail]:
        """Return the messages of a mailbox in UID order."""
        return self.server.messages(mailbox, self.user)

    def remove(self, uid: int, mailbox: str = "INBOX") -> None:
        """Expunge one message, as another client would."""
        self.server.remove(uid, mailbox, self.user)

    def reset_uidvalidity(self, mailbox: str = "INBOX") -> None:
        """Give the mailbox a new UIDVALIDITY with new UIDs; log in anew to see it."""
        self.server.reset_uidvalidity(mailbox, self.user)

    def kill(self) -> None:
        """End the server at once, with all connections."""
        self.server.kill()

    def start(self) -> None:
        """Start the server again, on the same port with the same mail."""
        self.server.start()

    def client(self) -> AbstractContextManager[IMAPClient]:
        """Log in with IMAPClient, for as long as the context lasts."""
        return logged_in(self.server, self.user, self.password)


@contextmanager
def logged_in(
    server: "Dovecot | ImapServer", user: str, password: str
) -> Iterator[IMAPClient]:
    """Log in with IMAPClient, for as long as the context lasts."""
    with IMAPClient(server.host, port=server.port, ssl=False, timeout=30) as client:
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(user, password)
        yield client


def appended_uid(answer: bytes) -> int:
    """Return the UID from the answer to an APPEND (RFC 4315)."""
    match = re.search(rb"\[APPENDUID \d+ (\d+)\]", answer)
    if match is None:
        raise ValueError(f"no APPENDUID: {answer!r}")
    return int(match[1])


def _append(client: IMAPClient, mailbox: str, raw: bytes) -> int:
    return appended_uid(client.append(mailbox, raw))


def _version() -> tuple[int, ...]:
    program = dovecot_program()
    if program is None:
        raise FileNotFoundError("dovecot")
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    )
    # Seen in practice: "2.3.19.1 (9b53102964)", and Debian 13's "2.4.1-4 (…)".
    number = said.stdout.replace("-", " ").split()[0]
    return tuple(int(part) for part in number.split(".")[:3])


def _as_owner() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _user_name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name


def _group_name(gid: int) -> str:
    return grp.getgrgid(gid).gr_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _greets(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2) as connection:
            return connection.recv(4) == b"* OK"
    except OSError:
        return False
