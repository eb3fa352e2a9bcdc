"""The intake benchmark: how fast mail comes in, and how fast it becomes a draft."""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import delivery, fetching, whole_way
from tests.benchmarks.claims import conclude
from tests.integration.servers import Dovecot, dovecot_program

PARTS = ("fetch", "way", "idle")


def run(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks intake")
    parser.add_argument("--mails", type=int, default=10_000, help="to fetch, a size")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument(
        "--size", type=int, choices=sorted(fetching.GOALS), help="in KB; both if unsaid"
    )
    parser.add_argument("--office-mails", type=int, default=660, help="the whole way")
    parser.add_argument("--deliveries", type=int, default=120, help="one by one")
    asked = parser.parse_args(arguments)
    if dovecot_program() is None or shutil.which("mbsync") is None:
        parser.error("it needs Dovecot and mbsync: apt-get install dovecot-imapd isync")
    claims = []
    with tempfile.TemporaryDirectory(prefix="intake-") as name, Dovecot() as dovecot:
        folder = Path(name)
        if asked.only in {None, "fetch"}:
            for kilobytes in [asked.size] if asked.size else sorted(fetching.GOALS):
                claims += fetching.compare(
                    dovecot, folder,
                    kilobytes=kilobytes, mails=asked.mails, rounds=asked.rounds,
                )  # fmt: skip
        if asked.only in {None, "way"}:
            whole_way.measure(dovecot, folder, mails=asked.office_mails)
        if asked.only in {None, "idle"}:
            delivery.measure(dovecot, folder, deliveries=asked.deliveries)
    print()
    return conclude(claims)
