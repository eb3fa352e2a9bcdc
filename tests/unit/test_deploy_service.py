"""What the systemd unit in deploy/ holds to."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def unit() -> configparser.RawConfigParser:
    """Read the systemd unit; where a key stands twice, its last line."""
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys are cased
    parser.read(DEPLOY / "mailroom.service", encoding="utf-8")
    return parser


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Type", "notify"),
        ("WatchdogSec", "300"),
        ("KillMode", "control-group"),
        ("Restart", "on-failure"),
        ("TimeoutStopSec", "15"),
        ("User", "mailroom"),
        ("UMask", "0077"),
        ("StateDirectory", "mailroom"),
        ("StateDirectoryMode", "0700"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("MemoryDenyWriteExecute", "yes"),
        ("LimitCORE", "0"),
    ],
)
def test_the_service_is_locked_in(key: str, value: str) -> None:
    assert unit()["Service"][key] == value


def test_a_password_reaches_the_service_by_the_name_it_looks_for() -> None:
    name, _, file = unit()["Service"]["LoadCredential"].partition(":")

    assert name == "office_imap_password"
    assert file == f"/etc/mailroom/secrets/{name}"


def test_a_rule_that_somebody_edits_does_not_keep_the_service_from_starting() -> None:
    # `check` fails on it; `run` goes on with the last good rules.
    assert "ExecStartPre" not in unit()["Service"]
    assert unit()["Service"]["RestartPreventExitStatus"] == "4"


def test_the_desk_may_save_the_rules_and_no_settings() -> None:
    assert unit()["Service"]["ReadWritePaths"] == "-/etc/mailroom/rules"


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)
def test_systemd_knows_every_line_of_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "mailroom.service").read_text(encoding="utf-8")
    copy = tmp_path / "mailroom.service"
    # The program itself need not be installed for this.
    copy.write_text(text.replace("/opt/mailroom/bin/mailroom", "/bin/true"))

    answer = subprocess.run(
        ["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False
    )

    assert [line for line in answer.stderr.splitlines() if str(copy) in line] == []
