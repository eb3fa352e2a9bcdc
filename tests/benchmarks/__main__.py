"""Runs a benchmark by its name: `python -m tests.benchmarks NAME [--help]`."""

import sys

from tests.benchmarks import desk, followups, intake, pack, quotes, rules, words

BENCHMARKS = {
    "desk": desk.run,
    "followups": followups.run,
    "intake": intake.run,
    "pack": pack.run,
    "quotes": quotes.run,
    "rules": rules.run,
    "words": words.run,
}


def main(arguments: list[str]) -> int:
    """Run one; return its exit code."""
    if not arguments or arguments[0] not in BENCHMARKS:
        print(f"python -m tests.benchmarks {{{'|'.join(BENCHMARKS)}}}", file=sys.stderr)
        return 2
    return BENCHMARKS[arguments[0]](arguments[1:])


sys.exit(main(sys.argv[1:]))
