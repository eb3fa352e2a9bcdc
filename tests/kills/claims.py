"""What must hold when an office that was killed again and again has come to rest."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailroom.drafts import MOVES, OPEN, DraftState
from mailroom.register.files import fingerprint
from mailroom.register.schema import (
    AnyRow,
    case,
    counter,
    event,
    intake,
    job,
    message,
)
from mailroom.register.status import balance
from tests.kills.found import Found, rfc_id_of
from tests.kills.post import by_matter
from tests.kills.trial import FOR_LATER, STOP_LIMIT, Trial

# What the log may say at its worst; anything else is an error of ours.
ALARMS = frozenset(
    {"job failed", "poll failed", "job is dead", "the bell does not ring"}
)


# Seconds in which a job that falls due at the very end may still be on its way.
DUE_JUST_NOW = 1.0

# What may become of a mail: of two copies of one letter either may be the first.
_WANTED = {
    "first": {"sorted", "merged"},
    "again": {"sorted", "merged"},
    "second": {"sorted"},
    "machine": {"ignored"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence that has to hold, its figures, and what speaks against it."""

    sentence: str
    figures: str
    against: tuple[str, ...]


Check = Callable[[Found], tuple[str, Iterator[str]]]
_checks: list[tuple[str, Check]] = []


def _claim(sentence: str) -> Callable[[Check], Check]:
    def enter(check: Check) -> Check:
        _checks.append((sentence, check))
        return check

    return enter


def claims(trial: Trial) -> list[Claim]:
    """Look at everything that is left, and hold it against each claim."""
    found = Found(trial)
    made = []
    for sentence, check in _checks:
        figures, against = check(found)
        made.append(Claim(sentence=sentence, figures=figures, against=tuple(against)))
    return made


# -- mail -----------------------------------------------------------------------------


@_claim("every mail has exactly one outcome, the right one, and the balance agrees")
def _outcomes(found: Found) -> tuple[str, Iterator[str]]:
    with found.trial.desk.database.read() as tx:
        book = balance(tx)
    outcomes = Counter(row.outcome for rows in found.messages.values() for row in rows)

    def against() -> Iterator[str]:
        if not book.agrees or book.in_work or book.received != len(found.trial.mails):
            yield f"the balance does not agree: {book}"
        for mail in found.trial.mails:
            rows = found.messages[fingerprint(mail.raw)]
            if len(rows) != 1:
                yield f"{mail.rfc_id} ({mail.part}) has {len(rows)} rows"
                continue
            if rows[0].outcome not in _WANTED[mail.part]:
                yield f"{mail.rfc_id} ({mail.part}) is {rows[0].outcome}"

    return ", ".join(f"{n} {name}" for name, n in sorted(outcomes.items())), against()


@_claim("intake numbers follow each other; each listed UID is stored once")
def _numbers(found: Found) -> tuple[str, Iterator[str]]:
    numbers = sorted(row.id for row in found.rows(message))
    stored = Counter(row.message_id for row in found.rows(intake))

    def against() -> Iterator[str]:
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"gaps in {numbers}"
        for row in found.rows(intake):
            if row.state != "stored":
                yield f"UID {row.uid} is {row.state}"
        yield from (
            f"message {n} has {stored[n]} places" for n in numbers if stored[n] != 1
        )

    return f"1 to {len(numbers)}, our own letters in Sent included", against()


@_claim("every matter is one case, and case numbers have no gaps")
def _cases(found: Found) -> tuple[str, Iterator[str]]:
    opened = found.rows(case)

    def against() -> Iterator[str]:
        used = set()
        for matter, mails in by_matter(found.trial.mails):
            ids = {
                row.case_id
                for mail in mails
                for row in found.messages[fingerprint(mail.raw)]
            }
            if len(ids) != 1 or None in ids:
                yield f"matter {matter} is in the cases {ids}"
            used |= ids
            merged = sum(
                row.outcome == "merged"
                for mail in mails
                for row in found.messages[fingerprint(mail.raw)]
            )
            if merged != sum(mail.part == "again" for mail in mails):
                yield f"matter {matter} was merged {merged} times"
        yield from (
            f"{row.number} belongs to no matter" for row in opened if row.id not in used
        )
        for last in found.rows(counter):
            taken = sorted(
                row.sequence for row in opened
                if (row.kind, row.year) == (last.kind, last.year)
            )  # fmt: skip
            if taken != list(range(1, last.last + 1)):
                yield f"numbers of kind {last.kind!r}: {taken}, the last {last.last}"

    return f"{found.trial.plan.mails} matters, {len(opened)} cases", against()


# -- drafts ---------------------------------------------------------------------------


@_claim("every matter has exactly one draft in the register")
def _drafted(found: Found) -> tuple[str, Iterator[str]]:
    states = Counter(row.state for row in found.drafts)
    by_case = Counter(row.case_id for row in found.drafts)

    def against() -> Iterator[str]:
        for matter, mails in by_matter(found.trial.mails):
            rows = [
                row for mail in mails for row in found.messages[fingerprint(mail.raw)]
            ]
            if rows and by_case[rows[0].case_id] != 1:
                yield f"matter {matter} has {by_case[rows[0].case_id]} drafts"
        if len(found.drafts) != found.trial.plan.mails:
            yield f"{len(found.drafts)} drafts"

    return ", ".join(f"{n} {name}" for name, n in sorted(states.items())), against()


@_claim("each waiting draft lies in Drafts exactly once, and none that was sent")
def _placed(found: Found) -> tuple[str, Iterator[str]]:
    copies = Counter(found.in_drafts)

    def against() -> Iterator[str]:
        known = {row.rfc_id for row in found.drafts}
        yield from (
            f"{rfc_id} in Drafts is not ours"
            for rfc_id in copies
            if rfc_id not in known
        )
        for row in found.drafts:
            allowed = {1} if row.state in OPEN else {0}
            if row.state == DraftState.UNCERTAIN:
                allowed = {0, 1}  # until a person has found out
            if copies[row.rfc_id] not in allowed:
                yield f"draft {row.id}, {row.state}: {copies[row.rfc_id]} copies"

    return f"{sum(copies.values())} in Drafts", against()


# -- letters --------------------------------------------------------------------------


@_claim("each approved reply was delivered at most once, as it was approved")
def _at_most_once(found: Found) -> tuple[str, Iterator[str]]:
    times = Counter(dot.rfc_id for dot in found.dots)

    def against() -> Iterator[str]:
        decided = {row.rfc_id: row for row in found.drafts if row.decided_by}
        yield from (f"{i} was delivered {n} times" for i, n in times.items() if n > 1)
        for letter in found.trial.sink.received:
            row = decided.get(rfc_id_of(letter.data))
            if row is None:
                yield f"{rfc_id_of(letter.data)} was delivered, and never approved"
            elif row.letter_sha256 != fingerprint(letter.data):
                yield f"{row.rfc_id} was delivered with other bytes than approved"

    return f"{len(times)} letters, {sum(times.values())} deliveries", against()


@_claim("letters in doubt ≤ kills between the final dot and the recorded reply")
def _doubts(found: Found) -> tuple[str, Iterator[str]]:
    uncertain = found.in_state(DraftState.UNCERTAIN)
    kills = {kill.asked_at for kill in found.doubts.values()}
    arrived = {dot.rfc_id for dot in found.dots}

    def against() -> Iterator[str]:
        for row in uncertain:
            if row.rfc_id not in arrived:
                yield f"draft {row.id} is in doubt, and its dot never arrived"
            elif row.rfc_id not in found.doubts:
                yield f"draft {row.id} is in doubt, and no kill explains it"

    interrupted = f"{len(found.doubts)} interrupted after the dot by {len(kills)} kills"
    return f"{len(uncertain)} in doubt, {interrupted}", against()


@_claim("all other approved letters were delivered, and filed in Sent exactly once")
def _delivered(found: Found) -> tuple[str, Iterator[str]]:
    sent = found.in_state(DraftState.SENT)
    chosen = set(found.trial.chosen)
    arrived = {dot.rfc_id for dot in found.dots}

    def against() -> Iterator[str]:
        if len(chosen) != found.trial.plan.approvals:
            yield f"only {len(chosen)} drafts were approved"
        for row in found.drafts:
            done = {DraftState.SENT, DraftState.UNCERTAIN}
            if (row.id in chosen) != (row.state in done):
                yield f"draft {row.id} is {row.state}; approved: {row.id in chosen}"
        for row in sent:
            if row.rfc_id not in arrived:
                yield f"draft {row.id} is sent, and never arrived"
            if found.in_sent[row.rfc_id] != 1 or row.copy != "done":
                yield f"draft {row.id} is {found.in_sent[row.rfc_id]} times in Sent"
        others = set(found.in_sent) - {row.rfc_id for row in sent}
        yield from (f"{rfc_id} lies in Sent" for rfc_id in others)

    return f"{len(sent)} sent, {sum(found.in_sent.values())} in Sent", against()


# -- the book -------------------------------------------------------------------------


@_claim("no job is dead or lost")
def _jobs(found: Found) -> tuple[str, Iterator[str]]:
    jobs = found.rows(job)
    done = {(row.kind, row.subject_id) for row in jobs if row.state == "done"}

    def against() -> Iterator[str]:
        # What fell due after the last stop waits for the next start: it is not lost.
        stopped = found.trial.stopped_at or datetime.now(UTC)
        moment = stopped - timedelta(seconds=DUE_JUST_NOW)
        for row in jobs:
            ended = row.state in ("done", "cancelled")
            for_later = row.state == "ready" and row.kind in FOR_LATER
            later = for_later and row.due_at > moment
            if not ended and not later:
                yield f"{row.kind} of {row.subject_id} is {row.state}: {row.last_error}"
        for row in found.rows(message):
            if ("sort", row.id) not in done:
                yield f"message {row.id} was never sorted"
        for each in found.drafts:
            wanted = ["place"] if each.placement != "none" else []
            if each.state == DraftState.SENT:
                wanted += ["send", "copy", "tidy"]
            if each.state == DraftState.UNCERTAIN:
                wanted += ["send"]
            yield from (
                f"draft {each.id}, {each.state}: no {kind} was done"
                for kind in wanted
                if (kind, each.id) not in done
            )

    kinds = Counter(row.kind for row in jobs if row.state == "done")
    tried = sum(row.attempts for row in jobs if row.state == "done") - sum(
        kinds.values()
    )
    return f"{sum(kinds.values())} done, {tried} of their claims interrupted", against()


@_claim("the events tell the same story as the book")
def _events(found: Found) -> tuple[str, Iterator[str]]:
    lines: dict[tuple[str, int], list[AnyRow]] = defaultdict(list)
    for row in sorted(found.rows(event), key=lambda row: row.id):
        lines[row.entity, row.entity_id].append(row)

    def against() -> Iterator[str]:
        for row in found.rows(message):
            told = [line.what for line in lines["message", row.id]]
            if told != [row.outcome]:
                yield f"message {row.id} is {row.outcome}; told: {told}"
        for row in found.drafts:
            yield from _draft_story(row, [line.what for line in lines["draft", row.id]])
        for row in found.rows(case):
            yield from _case_story(row, lines["case", row.id])

    return f"{sum(map(len, lines.values()))} events", against()


def _draft_story(row: AnyRow, told: list[str]) -> Iterator[str]:
    state = DraftState.WAITING
    if told[:1] != ["drafted"]:
        yield f"draft {row.id} begins with {told[:1]}"
    for what in told[1:]:
        if what not in MOVES[state]:
            yield f"draft {row.id} went from {state} to {what}"
            return
        state = DraftState(what)
    if state != row.state:
        yield f"draft {row.id} is {row.state}; told: {told}"


def _case_story(row: AnyRow, told: list[AnyRow]) -> Iterator[str]:
    if not told or told[0].what != "opened":
        yield f"{row.number} begins with {told[:1]}"
        return
    state = told[0].detail["state"]
    # A case is told other things, too: that it is restricted, who has it, its day.
    for line in (each for each in told[1:] if each.what == "moved"):
        if line.detail["before"] != state:
            yield f"{row.number} moved from {line.detail['before']}, and was {state}"
        state = line.detail["state"]
    if state != row.state:
        yield f"{row.number} is {row.state}; told: {state}"


@_claim("the log knows of no error, and the last stop was clean")
def _clean(found: Found) -> tuple[str, Iterator[str]]:
    lines = found.trial.logged()
    alarms = [line for line in lines if line.get("what") in ALARMS]
    trial = found.trial

    def against() -> Iterator[str]:
        yield from (f"{line['what']}: {line}" for line in alarms[:10])
        if trial.exit_code != 0 or trial.stop_seconds > STOP_LIMIT:
            yield f"it ended with {trial.exit_code} after {trial.stop_seconds:.1f} s"

    return f"{len(lines)} lines, stopped in {trial.stop_seconds:.1f} s", against()
