"""Claims that Pigeonhole, another people's Sieve, answers as our tables say it does."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.integration.servers import NOBODY
from tests.unit.sieve_cases import CASES, MESSAGE

PROGRAM = shutil.which("sieve-test")
SETTINGS = """
mail_location = maildir:{folder}/mail
mail_home = {folder}
ssl = no
mail_uid = {uid}
mail_gid = {uid}
first_valid_uid = 1
first_valid_gid = 0
plugin {{
  sieve_max_actions = 0
}}
"""
_FOLDER = re.compile(r"store message in folder: case(\d+)")


@pytest.mark.server
def test_pigeonhole_answers_every_case_as_the_table_says() -> None:
    answers = ask_pigeonhole()

    wrong = [
        (case.sieve, number in answers)
        for number, case in enumerate(CASES)
        if (case.holds == (number in answers)) != case.same
    ]

    assert len(answers) > len(CASES) / 3  # it did run
    assert wrong == []


def ask_pigeonhole() -> set[int]:
    """Give the numbers of the cases that hold for Pigeonhole."""
    if PROGRAM is None:
        missing = "sieve-test is not installed: apt-get install dovecot-sieve"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    tests = (
        f'if {case.sieve} {{ fileinto "case{number}"; }}\n'
        for number, case in enumerate(CASES)
    )
    with tempfile.TemporaryDirectory(prefix="mailroom-sieve-") as made:
        folder = Path(made)
        uid = NOBODY if os.getuid() == 0 else os.getuid()
        settings = SETTINGS.format(folder=folder, uid=uid)
        (folder / "dovecot.conf").write_text(settings, encoding="utf-8")
        script = 'require ["fileinto"];\n' + "".join(tests)
        (folder / "cases.sieve").write_text(script, encoding="utf-8")
        (folder / "cases.eml").write_bytes(MESSAGE)
        if os.getuid() == 0:
            for path in (folder, *folder.iterdir()):
                os.chown(path, uid, uid)
        done = subprocess.run(
            [PROGRAM, "-c", "dovecot.conf", "cases.sieve", "cases.eml"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return {int(number) for number in _FOLDER.findall(done.stdout)}
