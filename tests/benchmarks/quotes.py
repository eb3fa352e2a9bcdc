"""Compares how replies are parted from what they quote, with other programs."""

import argparse
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from mailroom.message import zones
from tests.benchmarks.claims import Claim, conclude, table
from tests.quotes import Sample, read_samples

SAMPLES = Path(__file__).parents[1] / "messages" / "quotes"
_Cut = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one program did on all samples."""

    name: str
    whole: float  # share of samples of which no new line is lost
    clean: float  # share of samples of which no quoted line is left
    both: float
    cut: float  # share of all quoted characters that are gone


def run(arguments: Sequence[str]) -> int:
    """Compare; 1 where a claim falls short. Peers that are not installed are left out.

    `pip install email-reply-parser mail-parser-reply talon` installs them.
    """
    parser = argparse.ArgumentParser(prog="quotes", description=run.__doc__)
    parser.add_argument("--show", metavar="NAME", help="print a program's mistakes")
    options = parser.parse_args(arguments)
    samples = read_samples(SAMPLES)
    programs = {"mailroom": _mailroom, **_peers()}
    scores = [_score(name, cut, samples) for name, cut in programs.items()]
    table(
        ("program", "nothing lost", "all cut", "both", "quoted text cut"),
        [
            (s.name, *(f"{v:.1%}" for v in (s.whole, s.clean, s.both, s.cut)))
            for s in scores
        ],
        f"{len(samples)} replies",
    )
    if options.show in programs:
        _show(programs[options.show], samples)
    ours, *others = scores
    claims = [Claim(name="quotes-nothing-lost", measured=ours.whole, goal=1.0)]
    claims += [
        Claim(name=f"quotes-cut-over-{s.name}", measured=ours.cut, goal=s.cut)
        for s in others
    ]
    claims += [
        Claim(name=f"quotes-right-over-{s.name}", measured=ours.both, goal=s.both)
        for s in others
    ]
    return conclude(claims)


def _mailroom(text: str) -> str:
    return zones.split(text, is_forward=False).new


def _peers() -> Mapping[str, _Cut]:
    peers: dict[str, _Cut] = {}
    if module := _installed("email_reply_parser"):
        peers["email-reply-parser"] = module.EmailReplyParser.parse_reply
    if module := _installed("mailparser_reply"):
        peers["mail-parser-reply"] = module.EmailReplyParser(
            languages=["en", "zh"]
        ).parse_reply
    if module := _installed("talon.quotations"):
        peers["talon"] = module.extract_from_plain
    return peers


def _installed(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: not installed ({error})")
        return None


def _score(name: str, cut: _Cut, samples: Sequence[Sample]) -> Score:
    whole = clean = both = quoted = gone = 0
    for sample in samples:
        kept = cut(sample.text) or ""
        lost, left = sample.lost(kept), sample.left(kept)
        whole += not lost
        clean += not left
        both += not lost and not left
        quoted += sum(map(len, sample.quoted))
        gone += sum(map(len, sample.quoted)) - sum(map(len, left))
    count = len(samples)
    return Score(
        name=name, whole=whole / count, clean=clean / count, both=both / count,
        cut=gone / quoted,
    )  # fmt: skip


def _show(cut: _Cut, samples: Sequence[Sample]) -> None:
    for sample in samples:
        kept = cut(sample.text) or ""
        lost, left = sample.lost(kept), sample.left(kept)
        if lost or left:
            print(f"{sample.name}: lost {lost}, left {left}")
