"""Runs Pigeonhole's `sieve-filter` over a Maildir, in simulation; reads its answer."""

import os
import pwd
import re
import resource
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "dovecot-sieve"
_CONFIG = """\
base_dir = {folder}/run
ssl = no
log_path = /dev/stderr
mail_home = {folder}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
plugin {{
  sieve_max_script_size = 0
  sieve_max_actions = 0
  sieve_max_cpu_time = 0
}}
"""
_MAIL = re.compile(r">> Filtering message:(.*?)(?=>> Filtering message:|\Z)", re.DOTALL)
_NUMBER = re.compile(r"ID:\s+(\S+)")
_FLAGS = re.compile(r"add IMAP flags: (.*)")


def installed() -> bool:
    """Say whether the programs are there."""
    return all(shutil.which(name) for name in ("sieve-filter", "sievec"))


@dataclass(frozen=True, slots=True)
class Pigeonhole:
    """A folder in which it works; as root, for another user: it refuses root."""

    folder: Path

    def prepare(self) -> None:
        """Write its configuration, and hand the folder over."""
        user = self._user()
        text = _CONFIG.format(folder=self.folder, uid=user.pw_uid, gid=user.pw_gid)
        (self.folder / "dovecot.conf").write_text(text)
        (self.folder / "run").mkdir()
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    def compile(self, script: Path) -> None:
        """Compile a script beside itself, as a server does once."""
        self._run("sievec", str(script))

    def filter(self, script: Path, maildir: Path) -> tuple[float, str]:
        """Filter a Maildir: CPU seconds (user and system), and what it would do."""
        before = _spent()
        where = f"mail_location=maildir:{maildir}:INDEX=MEMORY"
        said = self._run("sieve-filter", "-o", where, str(script), "INBOX")
        return _spent() - before, said

    def _run(self, program: str, *arguments: str) -> str:
        user = self._user()
        other = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            if os.geteuid() == 0
            else {}
        )
        done = subprocess.run(
            (program, "-c", str(self.folder / "dovecot.conf"), *arguments),
            env={**os.environ, "USER": user.pw_name, "HOME": str(self.folder)},
            cwd=self.folder, capture_output=True, text=True, errors="replace",
            check=False, **other,
        )  # type: ignore[call-overload]  # fmt: skip  # who runs it is no constant
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr[-2000:]}")
        return str(done.stdout)

    def _user(self) -> pwd.struct_passwd:
        if os.geteuid() == 0:
            return pwd.getpwnam("nobody")
        return pwd.getpwuid(os.geteuid())


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def flags(said: str) -> Sequence[frozenset[str]]:
    """Read the flags that it would set, mail by mail in the order of the Maildir."""
    found = []
    for mail in _MAIL.findall(said):
        named = _FLAGS.search(mail)
        found.append(frozenset(named[1].split()) if named else frozenset[str]())
    return found
