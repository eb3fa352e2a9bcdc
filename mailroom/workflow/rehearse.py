"""Rehearse: kept mail is sorted once more by two sets of rules; nothing is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mailroom.cases import STRICTNESS, Outcome, Sight
from mailroom.errors import Text, UnreadableMessageError, text
from mailroom.message.model import Message
from mailroom.message.parse import parse
from mailroom.message.threads import parents
from mailroom.register import cases, messages, rule_track
from mailroom.register.schema import AnyRow
from mailroom.register.texts import unpack
from mailroom.rules.matched import match_rules
from mailroom.rules.model import Reason
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule
from mailroom.workflow.desk import Desk
from mailroom.workflow.reading import SILENT, Reading, plain, think
from mailroom.workflow.sort import own

# What makes two answers differ for people; the reasons and scores alone do not.
ASPECTS: Mapping[str, Text] = {
    "category": text("category"),
    "quarantine": text("quarantine"),
    "sensitivity": text("sensitivity"),
    "also": text("also"),
    "tags": text("tags"),
    "needs_reply": text("needs an answer"),
    "due": text("due"),
    "fields": text("fields"),
    "actions": text("what is done"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One message as both sets of rules answer it."""

    row: AnyRow
    before: Reading | None  # None: a second delivery, or it cannot be read
    after: Reading | None
    differs: tuple[str, ...] = ()  # of ASPECTS
    fired: frozenset[str] = frozenset()  # rules of the new set that hold
    fired_before: frozenset[str] = frozenset()  # rules of the old set that hold
    sensitivity: str = "normal"  # the strictest that anybody has given it
    rejected: Text | None = None  # why a person rejected the draft that was made

    @property
    def old(self) -> str | None:
        """The category by the old set; None where it is unsorted."""
        return self.before.category.id if self.before and self.before.category else None

    @property
    def new(self) -> str | None:
        """The category by the new set."""
        return self.after.category.id if self.after and self.after.category else None

    @property
    def why(self) -> tuple[Reason, ...]:
        """What speaks for the new answer; where nothing does, for the old one."""
        for reading in (self.after, self.before):
            if reading and reading.answer and reading.answer.why:
                return reading.answer.why
        return ()

    @property
    def by_hand(self) -> str | None:
        """The category into which a person has put it; None where nobody has."""
        return self.row.category if (self.row.answer or {}).get("by_hand") else None

    def is_for(self, sight: Sight) -> bool:
        """Say whether it may be shown to somebody, who sees by the rules in force.

        A drawer that only an edited file puts it into opens it to nobody: whoever may
        not see it where it lies, or where it would lie, does not.
        """
        drawers = {self.row.category, self.old, self.new}
        return all(sight.sees(self.sensitivity, drawer) for drawer in drawers)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted on the way."""

    unchanged: int = 0
    otherwise: int = 0  # the same category, but other fields, tags, letters …
    apart: int = 0  # second deliveries, and what cannot be read
    restricted: int = 0  # changed, but not for this person to see
    moves: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    fired: set[str] = field(default_factory=set)
    fired_before: set[str] = field(default_factory=set)

    @property
    def changed(self) -> int:
        """How many mails would be treated differently."""
        return self.moves.total() + self.otherwise + self.restricted

    @property
    def all(self) -> int:
        """How many mails were looked at."""
        return self.unchanged + self.changed + self.apart

    def count(self, one: Rehearsed, *, visible: bool) -> None:
        """Count one mail."""
        self.fired |= one.fired
        self.fired_before |= one.fired_before
        if one.after is None:
            self.apart += 1
        elif not one.differs:
            self.unchanged += 1
        elif not visible:
            self.restricted += 1
        elif one.old == one.new:
            self.otherwise += 1
        else:
            self.moves[one.old, one.new] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """The rules that are on and held for no mail; ids, in the order of the rules."""

    every: tuple[str, ...]
    new: tuple[str, ...]  # of these, which there were not before
    hushed: tuple[str, ...]  # whose conditions were edited, and which held before
    edited: tuple[str, ...]  # whose conditions were edited, and which never held

    def told(self) -> Iterator[Text]:
        """Name the new and the edited ones; of the others there are many."""
        if self.new:
            yield text("new rules that never held: {rules}", rules=", ".join(self.new))
        if self.hushed:
            yield text(
                "edited rules that held before, and as edited never: {rules}",
                rules=", ".join(self.hushed),
            )
        if self.edited:
            yield text(
                "edited rules that never held, neither before nor as edited: {rules}",
                rules=", ".join(self.edited),
            )


def silent_rules(old: Iterable[Rule], new: Iterable[Rule], tally: Tally) -> Silent:
    """Give the rules that never held, by what was done to them."""
    before = {rule.id: rule for rule in old}
    silent = [rule for rule in new if rule.enabled and rule.id not in tally.fired]
    known = [rule for rule in silent if rule.id in before]
    edited = [r.id for r in known if r.when != before[r.id].when]
    return Silent(
        every=tuple(rule.id for rule in silent),
        new=tuple(rule.id for rule in silent if rule.id not in before),
        hushed=tuple(id_ for id_ in edited if id_ in tally.fired_before),
        edited=tuple(id_ for id_ in edited if id_ not in tally.fired_before),
    )


def rehearse(
    old: Desk, new: Desk, *, since: datetime, now: datetime, most: int | None = None
) -> Iterator[Rehearsed]:
    """Yield each message received since then, in the order of intake.

    `old` and `new` are one office with two sets of rules. State goes on as in the real
    run: which case a letter joins follows from what the same set made of the earlier
    ones; second deliveries are merged. `most` leaves it at the newest messages.
    """
    with old.database.read() as tx:
        rows = messages.received_since(tx, since, most=most)
        rejected = rule_track.rejected_since(tx, since)
        openers = messages.openers(tx)
    ids = {row.id for row in rows}
    runs = (
        _Run(desk=old, openers=openers, ids=ids, now=now),
        _Run(desk=new, openers=openers, ids=ids, now=now),
    )
    seen: set[str] = set()
    for row in rows:
        nothing = Rehearsed(row=row, before=None, after=None)
        if row.outcome == Outcome.MERGED:
            yield nothing
            continue
        try:
            message = parse(old.mail.read(row.sha256))
        except UnreadableMessageError:
            yield nothing
            continue
        if message.dedupe_key in seen:
            yield nothing
            continue
        seen.add(message.dedupe_key)
        reason = rejected.get(row.id)
        one = _compare(row, runs, message)
        yield replace(one, rejected=unpack(reason)) if reason else one


def _compare(row: AnyRow, runs: "tuple[_Run, _Run]", message: Message) -> Rehearsed:
    before, after = (run.sort(row, message) for run in runs)
    was, will = _plain(before), _plain(after)
    return Rehearsed(
        row=row,
        before=before,
        after=after,
        differs=tuple(a for a in ASPECTS if was.get(a) != will.get(a)),
        fired=runs[1].fired(after),
        fired_before=runs[0].fired(before),
        sensitivity=_strictest(row, before, after),
    )


def _plain(reading: Reading) -> Mapping[str, Any]:
    if reading.answer is None:
        return {}
    said = dict(plain(reading.answer))
    said["fields"] = {name: field["value"] for name, field in said["fields"].items()}
    said["actions"] = [(a["verb"], a["arguments"]) for a in said["actions"]]
    return said


def _strictest(row: AnyRow, *readings: Reading) -> str:
    """Give the strictest word on it: neither set of rules can make it less."""
    levels = [reading.answer.sensitivity for reading in readings if reading.answer]
    kept = (row.answer or {}).get("sensitivity") or "normal"
    return max([*levels, kept, row.case_sensitivity or "normal"], key=STRICTNESS.index)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One set of rules going through the mail, with what it makes of the cases."""

    desk: Desk
    openers: Mapping[int, int]  # case → the message that opened it
    ids: set[int]  # of the messages that are gone through
    now: datetime
    _cases: dict[int, str | None] = field(default_factory=dict)  # message → category
    _threads: dict[str, int | None] = field(default_factory=dict)
    # Message-ID → the message that opened its case; None: it has no case

    def sort(self, row: AnyRow, message: Message) -> Reading:
        """Sort a message as the worker does, and remember what became of it."""
        reading = self._think(message, None)
        opener, category = self._case(parents(message))
        if category is not None:
            reading = self._think(message, category)
        if _is_held(reading):
            opener = None
        elif opener is None and self._opens(row, reading):
            opener = row.id
            self._cases[row.id] = reading.category.id if reading.category else None
        if message.message_id:
            self._threads[message.message_id] = opener
        return reading

    def fired(self, reading: Reading) -> frozenset[str]:
        """Give the rules that hold for a message."""
        if reading.context is None:
            return frozenset()
        page = Page(reading.message, reading.context)
        matched, _ = match_rules(self.desk.rules.index.candidates(page), page)
        return frozenset(each.rule.id for each in matched)

    def _think(self, message: Message, category: str | None) -> Reading:
        return think(
            message, self.desk.rules, own(self.desk), now=self.now,
            thread_category=category,
        )  # fmt: skip

    def _case(self, ids: Sequence[str]) -> tuple[int | None, str | None]:
        """Find the case that these ids belong to: its opener, and its category."""
        for rfc_id in ids:
            if rfc_id in self._threads:
                opener = self._threads[rfc_id]
                if opener is not None:
                    return opener, self._cases.get(opener)
                continue
            with self.desk.database.read() as tx:
                case = cases.of_thread(tx, [rfc_id])
            if case is None:
                continue
            opener = self.openers.get(case.id, -case.id)
            if opener not in self.ids:
                self._cases[opener] = case.category  # from before: as it stands
            if opener in self._cases:
                return opener, self._cases[opener]
        return None, None

    def _opens(self, row: AnyRow, reading: Reading) -> bool:
        machine, category = reading.machine, reading.category
        if (machine is not None and machine.kind in SILENT) or row.history:
            return False
        if category is None:
            return machine is None or machine.kind != "list"
        return not category.machine


def _is_held(reading: Reading) -> bool:
    answer = reading.answer
    quarantined = answer is not None and answer.quarantine is not None
    return quarantined or reading.message.protection == "encrypted"
