"""The pack benchmark: how the mail of the pack is sorted, beside what a clerk says.

Half of each office's mails may be read by whoever writes rules; of the other half
nothing but sums is ever printed, so that nobody writes a rule for one of its mails.
"""

import argparse
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mailroom.cli.inbox import Inbox
from mailroom.cli.talk import Talk
from mailroom.rules.load import RuleSet
from tests.benchmarks.claims import Claim, conclude, table
from tests.offices.mails import PARTS, SHIPPED, Mail, Office, Part, mails, offices

SAMPLE = "hengyuan"  # whose facts are shipped with the rules
GOALS = {True: (97, 80), False: (95, 60)}  # sample office? → precision, coverage
LEVELS = ("normal", "internal", "confidential", "classified")
NEVER_ANSWERED = frozenset({"auto_reply", "bounce", "newsletter", "spam_phishing"})
CORE = (
    "doc_no", "security_level", "deadline", "rsvp_by", "start", "end", "headcount",
    "room", "amount", "currency", "invoice_no", "invoice_code", "po_no", "contract_no",
    "quote_no", "due_date", "valid_until", "caller", "caller_phone", "phone",
    "tracking_no", "transport_no", "booking_ref", "depart", "return_date", "plates",
    "days", "delayed", "failed_recipient", "effective_date", "needed_by", "ticket_no",
    "card_last4",
)  # fmt: skip
# A value of these where the mail has none is wrong; of others it is for reading only.
STRICT = frozenset(
    {"doc_no", "security_level", "invoice_no", "amount", "contract_no", "po_no"}
)
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?")


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted over some mails."""

    mails: int = 0
    right: int = 0
    wrong: int = 0
    danger: list[str] = field(default_factory=list)
    found: int = 0  # fields: right, beside the label, not found
    beside: int = 0
    missing: int = 0
    answered: Counter[tuple[bool, bool]] = field(default_factory=Counter)  # label, got
    levels: int = 0  # sensitivity as labelled
    stated: int = 0  # deadlines that the mail states
    kept: int = 0  # of these, as labelled
    shown: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count what another counted."""
        self.mails += other.mails
        self.right += other.right
        self.wrong += other.wrong
        self.danger += other.danger
        self.found += other.found
        self.beside += other.beside
        self.missing += other.missing
        self.answered += other.answered
        self.levels += other.levels
        self.stated += other.stated
        self.kept += other.kept
        self.shown += other.shown

    @property
    def figures(self) -> dict[str, float]:
        """The figures, in per cent; `danger` counts mails."""
        yes = self.answered
        return {
            "precision": _share(self.right, self.right + self.wrong),
            "coverage": _share(self.right + self.wrong, self.mails),
            "danger": len(self.danger),
            "fields precision": _share(self.found, self.found + self.beside),
            "fields recall": _share(self.found, self.found + self.missing),
            "needs_reply precision": _share(yes[True, True], _got(yes)),
            "needs_reply recall": _share(yes[True, True], _due(yes)),
            "sensitivity": _share(self.levels, self.mails),
            "due": _share(self.kept, self.stated),
        }


def run(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks pack")
    parser.add_argument("--set", choices=(*PARTS, "all"), default="all", dest="part")
    parser.add_argument("--show", action="store_true", help="what is wrong in dev")
    asked = parser.parse_args(arguments)
    rules = RuleSet.load(SHIPPED)
    parts: tuple[Part, ...] = PARTS if asked.part == "all" else (asked.part,)
    by_office = {
        office.id: _sum(_measure(office, part, rules) for part in parts)
        for office in offices()
    }
    by_office = {name: tally for name, tally in by_office.items() if tally.mails}
    total = _sum(iter(by_office.values()))
    if asked.show:
        print("\n".join(total.shown))
    rows = [
        (name, str(tally.mails), *(f"{v:.1f}" for v in tally.figures.values()))
        for name, tally in {**by_office, "all": total}.items()
    ]
    table(("office", "mails", *total.figures), rows, f"{asked.part}: per cent")
    return conclude([*_sorting(by_office), *_overall(total)])


def _sum(tallies: Iterator[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 100.0


def _got(answered: Counter[tuple[bool, bool]]) -> int:
    return answered[True, True] + answered[False, True]


def _due(answered: Counter[tuple[bool, bool]]) -> int:
    return answered[True, True] + answered[True, False]


def _sorting(by_office: Mapping[str, Tally]) -> Iterator[Claim]:
    for name, tally in by_office.items():
        precision, coverage = GOALS[name == SAMPLE]
        for figure, goal in (("precision", precision), ("coverage", coverage)):
            measured = tally.figures[figure]
            yield Claim(name=f"pack_{name}_{figure}_pct", measured=measured, goal=goal)


def _overall(total: Tally) -> Iterator[Claim]:
    figures = total.figures
    yield Claim(name="pack_danger", measured=figures["danger"], goal=0, good="below")
    for figure, goal in (
        ("fields precision", 92),
        ("fields recall", 75),
        ("sensitivity", 85),
        ("due", 85),
        ("needs_reply precision", 95),
        ("needs_reply recall", 85),
    ):
        name = f"pack_{figure.replace(' ', '_')}_pct"
        yield Claim(name=name, measured=figures[figure], goal=goal)


# ── one mail ─────────────────────────────────────────────────────────────


def _measure(office: Office, part: Part, rules: RuleSet) -> Tally:
    """Sort one half of an office's mail, as one inbox, with that office's facts."""
    written = {mail.id: mail for mail in mails(office, part)}
    inbox = Inbox(
        rules=rules,
        calendar=office.calendar,
        own=office.own,
        talk=Talk(language="en", config=Path("mailroom.toml")),
    )
    answers = inbox.answers((mail.id, mail.raw) for mail in written.values())
    tally = _sum(_judge(written[got["file"]], got) for got in answers)
    if part == "held":
        tally.shown, tally.danger = [], ["held"] * len(tally.danger)
    tally.shown = [f"{office.id}.{part}.yaml {line}" for line in tally.shown]
    return tally


def _judge(mail: Mail, got: Mapping[str, Any]) -> Tally:
    """Hold an answer against the labels."""
    wanted = mail.labels
    tally = Tally(mails=1)
    sorted_ = got["category"] != "unsorted"
    tally.right = got["category"] == wanted["category"]
    tally.wrong = sorted_ and not tally.right
    tally.danger = [f"{mail.id}: {words}" for words in _dangers(wanted, got)]
    tally.answered[bool(wanted["needs_reply"]), bool(got["needs_reply"])] += 1
    tally.levels = got["sensitivity"] == wanted["sensitivity"]
    due = str(wanted["due"]) if wanted["due"] else None
    tally.stated = due is not None
    tally.kept = due is not None and got["due"] == due
    flaws = list(_compare(wanted["fields"], got["fields"], tally))
    if bool(got["needs_reply"]) != bool(wanted["needs_reply"]):
        flaws.append(f"needs_reply {got['needs_reply']}")
    if not tally.levels:
        flaws.append(f"sensitivity {got['sensitivity']}, not {wanted['sensitivity']}")
    if due and not tally.kept:
        flaws.append(f"due {got['due']}, not {due}")
    flaws += [f"DANGER {words}" for words in _dangers(wanted, got)]
    head = f"{mail.id}: {wanted['category']}"
    if not tally.right:
        soft = " (also)" if got["category"] in wanted["also"] else ""
        head += f" → {got['category']}{soft} {_why(got)}"
    if not tally.right or flaws:
        tally.shown = [head + "".join(f"\n    {flaw}" for flaw in flaws)]
    return tally


def _why(got: Mapping[str, Any]) -> str:
    said = ", ".join(str(why["words"] or why["condition"]) for why in got["why"][:5])
    near = " ".join(f"{candidate[0]}" for candidate in got["candidates"][:2])
    return f"[{got['rule'] or got['machine'] or near}: {said}]"


def _dangers(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[str]:
    if wanted["category"] in NEVER_ANSWERED and got["needs_reply"]:
        yield f"would answer {wanted['category']}"
    level = wanted["sensitivity"]
    if LEVELS.index(level) > 1 and LEVELS.index(got["sensitivity"]) < LEVELS.index(
        level
    ):
        yield f"sensitivity {got['sensitivity']}, not {level}"
    if wanted["dup_of"] and not got["duplicate_of"]:
        yield "a new case for a second delivery"


def _compare(
    wanted: Mapping[str, Any], got: Mapping[str, Any], tally: Tally
) -> Iterator[str]:
    """Count the core fields into the tally; yield what is wrong."""
    for name in CORE:
        label, value = wanted.get(name), got.get(name)
        if label is not None and value is not None and _same(label, value):
            tally.found += 1
            continue
        tally.missing += label is not None
        tally.beside += value is not None and (label is not None or name in STRICT)
        if label is not None or (value is not None and name in STRICT):
            yield f"{name} {value}, not {label}"


def _same(label: object, value: object) -> bool:
    if isinstance(label, list) and not isinstance(value, list):
        return any(_norm(one) == _norm(value) for one in label)
    return _norm(label) == _norm(value)


def _norm(value: object) -> object:
    if isinstance(value, list):
        return sorted(str(_norm(one)) for one in value)
    words = unicodedata.normalize("NFKC", str(value)).strip()
    if _NUMBER.fullmatch(words):
        return f"{float(words.replace(',', '')):.2f}"
    return re.sub(r"[\s\W_]+", "", words).lower()
