"""Kills the program with SIGKILL while mail passes, then proves that nothing was lost.

Needs Dovecot. Prints a line a claim, and exits 1 where one does not hold.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.integration.servers import Dovecot
from tests.kills.claims import claims
from tests.kills.trial import Plan, Trial, run, trial


def main() -> int:
    """Run one trial as the command line says; returns the exit code."""
    ask = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    ask.add_argument("--kills", type=int, default=200)
    ask.add_argument("--mails", type=int, default=100, help="that want an answer")
    ask.add_argument("--approvals", type=int, default=40)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--rm-huey", action="store_true", help="every five kills")
    ask.add_argument("--keep", action="store_true", help="keep the office's folder")
    asked = vars(ask.parse_args())
    keep = asked.pop("keep")
    plan = Plan(**asked)
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    began = time.monotonic()
    with Dovecot() as imap, trial(plan, folder, imap) as at:
        run(at, tell=lambda line: print(line, file=sys.stderr, flush=True))
        made = claims(at)
        _print_course(at, time.monotonic() - began)
    for claim in made:
        print(f"{'ok   ' if not claim.against else 'WRONG'} {claim.sentence}")
        print(f"        {claim.figures}")
        for line in claim.against[:20]:
            print(f"        against it: {line}")
    wrong = any(claim.against for claim in made)
    if wrong or keep:
        print(f"the office lies in {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if wrong else 0


def _print_course(at: Trial, seconds: float) -> None:
    machine = sum(mail.part == "machine" for mail in at.mails)
    print(
        f"{len(at.kills)} kills in {seconds:.0f} s, seed {at.plan.seed};"
        f" {at.delivered} mails ({machine} by machines), {at.approvals} approvals of"
        f" {len(at.chosen)} drafts; ready after {statistics.median(at.starts):.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
