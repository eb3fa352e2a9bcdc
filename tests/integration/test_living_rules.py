"""Claims about rules edited while the real program runs, and about its next start."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailroom.demo.smtp_server import SmtpSink
from tests.integration.office import RULES, Office, letter, until
from tests.integration.servers import MailAccount

pytestmark = pytest.mark.slow

WORD = "[Question,"


def office_with_own_rules(
    mail: MailAccount, sink: SmtpSink, folder: Path
) -> tuple[Office, Path]:
    rules = folder / "rules"
    shutil.copytree(RULES, rules)
    office = Office(mail, sink, folder, imap={"poll": 600})
    written = office.file.read_text(encoding="utf-8")
    office.file.write_text(written.replace(str(RULES), str(rules)), encoding="utf-8")
    return office, rules / "question.yaml"


def say(office: Office, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mailroom", "-c", office.file, "--lang", "en", *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=office.folder,
    )


def categories(office: Office) -> list[str | None]:
    return [row.category for row in office.messages()]


def test_a_good_edit_counts_within_seconds_and_a_bad_one_never_even_after_a_restart(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    office, file = office_with_own_rules(any_server, smtp_sink, tmp_path)
    good = file.read_text(encoding="utf-8")
    assert WORD in good
    with office:
        with office.running() as program:
            any_server.deliver(letter("Question one"))
            until(lambda: office.outcomes() == ["sorted"])

            file.write_text(good.replace(WORD, "[Enquiry,"), encoding="utf-8")
            until(lambda: len(program.said("rules taken over")) == 2)
            any_server.deliver(letter("Enquiry two"))
            until(lambda: categories(office)[1:] == ["question"])

            file.write_text(good.replace("when:", "wenn:"), encoding="utf-8")
            until(lambda: program.said("changed rules refused"))
            any_server.deliver(letter("Enquiry three"))
            until(lambda: categories(office)[2:] == ["question"])
            hashes = [row.rules_hash for row in office.messages()]

        status = say(office, "status", "--json")
        check = say(office, "check")
        with office.running() as again:
            any_server.deliver(letter("Enquiry four"))
            until(lambda: categories(office)[3:] == ["question"])
            assert again.said("changed rules refused") == []  # it has been told

            file.write_text(good.replace(WORD, "[Request,"), encoding="utf-8")
            until(lambda: again.said("rules taken over"))
            any_server.deliver(letter("Request five"))
            until(lambda: categories(office)[4:] == ["question"])

        assert hashes[0] != hashes[1] == hashes[2]
        assert status.returncode == 1
        refused = json.loads(status.stdout)["rules"]["refused"]
        assert "question.yaml:" in refused["faults"][0]["place"]
        assert check.returncode == 4
        assert "the changed rules are not in use" in check.stderr
        after = json.loads(say(office, "status", "--json").stdout)
        assert after["rules"]["refused"] is None
