"""Reads the words of a PDF in a process of its own, within a time."""

import subprocess
import sys
from pathlib import Path

from mailroom.message.attachment_text.limits import LONGEST, MOST_PAGES, NotReadError

LONGEST_WAIT = 10.0  # seconds; the program gives up before
_PROGRAM = Path(__file__).with_name("pdf_pages.py")


def read_pdf(content: bytes) -> str:
    """Give the words of the first pages; a scan has none. Raises NotReadError."""
    try:
        done = subprocess.run(  # noqa: S603  our own program, no shell
            [sys.executable, "-I", str(_PROGRAM), str(MOST_PAGES), str(LONGEST)],
            input=content,
            capture_output=True,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotReadError from error
    words = done.stdout.decode("utf-8", "replace")
    # What was read of it before it broke is better than nothing.
    if done.returncode and not words.strip():
        raise NotReadError
    return words
