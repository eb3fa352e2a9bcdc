"""The demo as a person meets it: what it prints, and what it leaves behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

PROGRAM = Path(sys.executable).with_name("mailroom")
PATIENCE = 240.0  # seconds; the machine may be busy


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}
    with (tmp_path / "err").open("wb") as err, subprocess.Popen(
        [PROGRAM, "--lang", "en", "demo"],
        stdout=subprocess.DEVNULL, stderr=err, env=environment,
    ) as running:  # fmt: skip
        yield running
        running.kill()


def hints(folder: Path) -> str:
    """Wait until the demo has said what can be typed."""
    end = time.monotonic() + PATIENCE
    said = ""
    while time.monotonic() < end:
        said = (folder / "err").read_text(encoding="utf-8")
        if "Ctrl-C ends it" in said:
            return said
        time.sleep(0.1)
    raise AssertionError(said)


def test_what_the_demo_says_can_be_typed_and_leaves_time_to_undo(
    demo: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    said = hints(tmp_path)

    lines = re.findall(r"^  (\S*mailroom -c .*)$", said, re.MULTILINE)
    assert len(lines) == 4
    for line in lines:
        assert line.startswith(str(PROGRAM))
        answer = subprocess.run(
            ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True,
            check=False, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )  # fmt: skip
        assert answer.returncode == 0, answer.stderr
        # The account that runs the demo may see all of it.
        assert "restricted" not in answer.stderr
    undo = subprocess.run(
        ["sh", "-c", lines[0].replace("review list", "review undo 1")],
        check=False, capture_output=True,
    )  # fmt: skip
    assert undo.returncode == 0
    assert demo.poll() is None


def test_the_link_that_the_demo_prints_opens_the_desk(
    demo: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    link = re.search(r"^  (http://\S+/)welcome#(\S+)$", hints(tmp_path), re.MULTILINE)
    assert link is not None
    with httpx.Client(base_url=link[1], follow_redirects=True) as browser:
        desk = browser.post(
            "welcome",
            data={"token": link[2]}
            | dict.fromkeys(("password", "again"), "a long enough sentence"),
        )

    assert desk.status_code == 200
    assert "/drafts/" in desk.text
    assert demo.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_demo_leaves_nothing_behind_however_it_is_ended(
    demo: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    hints(tmp_path)
    assert list(tmp_path.glob("mailroom-demo-*"))

    demo.send_signal(number)

    assert demo.wait(PATIENCE) == 0
    assert not list(tmp_path.glob("mailroom-demo-*"))
    assert "Traceback" not in (tmp_path / "err").read_text(encoding="utf-8")
