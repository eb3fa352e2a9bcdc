"""The rules benchmark: what sorting a mail costs, beside Pigeonhole's sieve-filter."""

import argparse
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from mailroom.message.parse import parse
from mailroom.rules.check import Known, check
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.page import Page
from mailroom.workflow.reading import plain
from tests.benchmarks.claims import Claim, conclude, table
from tests.benchmarks.pigeonhole import PACKAGE, Pigeonhole, flags, installed
from tests.benchmarks.rules_mails import office_mails, seasoned_mails
from tests.benchmarks.rules_words import as_ours, as_sieve, twins

# Number of rules → times cheaper than Pigeonhole, in the worse of the two corpora.
GOALS = {10: 1.2, 100: 5.0, 1_000: 30.0, 10_000: 250.0}
FLAT = 1.4  # cost with the most rules, in costs with the fewest
AGREEMENT = 99.9  # per cent of (mail, rule) pairs
LOADING = {1_000: 1.0, 10_000: 8.0}  # CPU seconds to load and check
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
CONTEXT = Context(now=NOW, own_domains=("hengyuan.example",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Mails in a Maildir, in the order in which it is read."""

    name: str
    maildir: Path

    @property
    def files(self) -> list[Path]:
        """The mails."""
        return sorted((self.maildir / "cur").iterdir())


@dataclass(slots=True, kw_only=True)
class Figures:
    """CPU µs a mail, round by round, and what both said at last."""

    ours: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    # with what the worker keeps besides: what the letter is for, whether it asks
    theirs: list[float] = field(default_factory=list)
    agree: float = 0.0  # per cent of all pairs
    same: float = 0.0  # per cent of the pairs where one of both says yes
    matched: float = 0.0  # rules a mail
    looked_at: float = 0.0  # candidates a mail

    @property
    def times(self) -> float:
        """How many times cheaper than Pigeonhole."""
        return statistics.median(self.theirs) / statistics.median(self.ours)


def run(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks rules")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mails", type=int, default=200, help="in each corpus")
    parser.add_argument("--most-rules", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    if not installed():
        print(f"needs Pigeonhole: apt-get install {PACKAGE}")
        return 3
    sizes = [size for size in GOALS if size <= asked.most_rules]
    with tempfile.TemporaryDirectory(prefix="rules-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        corpora = tuple(_corpora(folder, asked.mails))
        _write_rules(folder, sizes)
        peer = Pigeonhole(folder)
        peer.prepare()
        claims, sets = _load(folder, sizes)
        figures = {
            corpus.name: _measure(peer, corpus, sets, rounds=asked.rounds)
            for corpus in corpora
        }
    return conclude([*_compare(figures), *claims])


def _corpora(folder: Path, mails: int) -> Iterator[Corpus]:
    for name, raws in (
        ("office", office_mails(mails)),
        ("seasoned", seasoned_mails(mails)),
        ("empty", iter(())),
    ):
        for part in ("cur", "new", "tmp"):
            (folder / name / part).mkdir(parents=True)
        sizes = []
        for n, raw in enumerate(raws):
            (folder / name / "cur" / f"{1_790_000_000 + n}.M{n}P1.o:2,").write_bytes(
                raw
            )
            sizes.append(len(raw))
        if sizes:
            mean, median = statistics.mean(sizes), statistics.median(sizes)
            print(f"{name}: {len(sizes)} mails, mean {mean:.0f}, median {median:.0f} B")
            yield Corpus(name=name, maildir=folder / name)


def _write_rules(folder: Path, sizes: Sequence[int]) -> None:
    for size in sizes:
        rules = twins(size)
        (folder / f"{size}.sieve").write_text(as_sieve(rules), encoding="utf-8")
        (folder / f"rules-{size}").mkdir()
        file = folder / f"rules-{size}" / "rules.yaml"
        file.write_text(as_ours(rules), encoding="utf-8")


def _load(folder: Path, sizes: Sequence[int]) -> tuple[list[Claim], dict[int, RuleSet]]:
    claims, sets, rows = [], {}, []
    for size in sizes:
        began = time.process_time()
        sets[size] = RuleSet.load(folder / f"rules-{size}")
        loaded = time.process_time() - began
        check(sets[size], Known())
        spent = time.process_time() - began
        rows.append((str(size), f"{loaded:.2f}", f"{spent - loaded:.2f}"))
        if size in LOADING:
            claims.append(
                Claim(
                    name=f"rules_{size}_load_and_check_s",
                    measured=spent,
                    goal=LOADING[size],
                    good="below",
                )
            )
    table(("rules", "load", "check"), rows, "loading: CPU s")
    return claims, sets


# ── one corpus ───────────────────────────────────────────────────────────


def _measure(
    peer: Pigeonhole, corpus: Corpus, sets: Mapping[int, RuleSet], *, rounds: int
) -> dict[int, Figures]:
    found = {size: Figures() for size in sets}
    for size in sets:
        peer.compile(peer.folder / f"{size}.sieve")
    for _ in range(rounds):
        for size, rules in sets.items():
            figures = found[size]
            script = peer.folder / f"{size}.sieve"
            empty, _ = peer.filter(script, peer.folder / "empty")
            spent, said = peer.filter(script, corpus.maildir)
            figures.theirs.append(1e6 * (spent - empty) / len(corpus.files))
            mine, answers = _sort(rules, corpus.files)
            figures.ours.append(1e6 * mine / len(corpus.files))
            whole, _ = _sort(rules, corpus.files, keep=True)
            figures.kept.append(1e6 * whole / len(corpus.files))
            _agree(figures, answers, flags(said), rules=size)
    for size, rules in sets.items():
        counts = [_looked_at(rules, path) for path in corpus.files]
        found[size].looked_at = statistics.mean(counts)
    _show(corpus, found)
    return found


def _sort(
    rules: RuleSet, files: Sequence[Path], *, keep: bool = False
) -> tuple[float, list[frozenset[str]]]:
    """Sort mails as the worker does: CPU seconds, and the rules that matched.

    `keep` is for all that the worker stores of an answer. Pigeonhole says nothing of
    what a letter is for, and whether its writer waits for an answer: these are read
    apart, when they are asked for.
    """
    answers = []
    gc.collect()
    began = time.process_time()
    for path in files:
        message = parse(_read(path))
        answer = rules.classify(message, CONTEXT)
        _ = message.zones  # cut in any case, also where no rule looks at them
        if keep:
            plain(answer)
        answers.append(answer.tags)
    spent = time.process_time() - began
    return spent, [frozenset(tags) for tags in answers]


def _read(path: Path) -> bytes:
    """Read a file as a server does, without a buffer between."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)


def _looked_at(rules: RuleSet, path: Path) -> int:
    page = Page(parse(path.read_bytes()), CONTEXT)
    return len(rules.index.candidates(page))


def _agree(
    figures: Figures,
    ours: Sequence[frozenset[str]],
    theirs: Sequence[frozenset[str]],
    *,
    rules: int,
) -> None:
    pairs = list(zip(ours, theirs, strict=True))
    apart = sum(len(one ^ other) for one, other in pairs)
    either = sum(len(one | other) for one, other in pairs)
    figures.agree = 100 - 100 * apart / (rules * len(pairs))
    figures.same = 100 - 100 * apart / either if either else 100.0
    figures.matched = sum(map(len, ours)) / len(pairs)


def _show(corpus: Corpus, found: Mapping[int, Figures]) -> None:
    table(
        ("rules", "Pigeonhole", "mailroom", "times", "all kept", "matched", "looked at",
         "agree %", "of matches %"),
        [
            (str(size), f"{statistics.median(each.theirs):.0f}",
             f"{statistics.median(each.ours):.0f}", f"{each.times:.1f}",
             f"{statistics.median(each.kept):.0f}",
             f"{each.matched:.2f}", f"{each.looked_at:.2f}",
             f"{each.agree:.4f}", f"{each.same:.1f}")
            for size, each in found.items()
        ],
        f"{corpus.name}: CPU µs a mail, median of {len(found[min(found)].ours)} rounds",
    )  # fmt: skip


def _compare(figures: Mapping[str, Mapping[int, Figures]]) -> Iterator[Claim]:
    sizes = sorted(next(iter(figures.values())))
    print()
    for size in sizes:
        worst = min(each[size].times for each in figures.values())
        yield Claim(
            name=f"rules_{size}_times_pigeonhole", measured=worst, goal=GOALS[size]
        )
    yield Claim(
        name="rules_flatness",
        measured=max(
            statistics.median(each[sizes[-1]].ours)
            / statistics.median(each[sizes[0]].ours)
            for each in figures.values()
        ),
        goal=FLAT,
        good="below",
    )
    yield Claim(
        name="rules_agreement_percent",
        measured=min(f.agree for each in figures.values() for f in each.values()),
        goal=AGREEMENT,
    )
    yield Claim(
        name="rules_looked_at_beyond_matched",
        measured=max(
            f.looked_at - f.matched for each in figures.values() for f in each.values()
        ),
        goal=1.0,
        good="below",
    )
