"""Sort: the message joins its case or opens one, and the book says why.

The order of decision: damaged, a second delivery, machine mail by its structure,
quarantine (a mark of secrecy, fraud), newsletters, the open case that its thread or a
number names, the rules, history. Machine mail, duplicates and quarantine
take no case number.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mailroom import cases as case_words
from mailroom.cases import CaseState, Outcome
from mailroom.drafts import RECALLABLE, SUPERVISION, UNDER_WAY, DraftState
from mailroom.errors import Text, UnreadableMessageError, text
from mailroom.followups.chains import Urgency
from mailroom.message.model import Message
from mailroom.message.threads import parents
from mailroom.register import cases, drafts, events, jobs, messages
from mailroom.register.drafts import Held
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.rules.read_actions import ARGUMENTS
from mailroom.workflow import supervise
from mailroom.workflow.after_sending import prove
from mailroom.workflow.answered import take_answer
from mailroom.workflow.ask import ask
from mailroom.workflow.belonging import is_party, named_case
from mailroom.workflow.by_hand import registered_already
from mailroom.workflow.changes import (
    begin_again,
    blocked,
    follow_its_day,
    renews_paper,
)
from mailroom.workflow.desk import Desk
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import promise
from mailroom.workflow.hold import lead_case, withdraw
from mailroom.workflow.itinerary import note_times
from mailroom.workflow.machine_mail import enter_machine_mail, machine_words
from mailroom.workflow.private import covered
from mailroom.workflow.reading import SILENT, Own, Reading, due, read, site_of
from mailroom.workflow.sent_mail import adopt_sent, enter_sent
from mailroom.workflow.set_apart import restrict
from mailroom.workflow.tell import tell
from mailroom.workflow.unit_reports import take_report

# What a person has decided, and must look at again once they have written again.
_SEEN_AGAIN = frozenset({DraftState.APPROVED, DraftState.DEFERRED, DraftState.LATER})
AFTER_THE_OTHERS = timedelta(seconds=1)
ORDERLY_TRIES = 10  # then it is sorted alone: one that fails must not stop the others


def own(desk: Desk) -> Own:
    """Say how the office knows itself in a mail."""
    return Own(
        addresses=(*desk.settings.office.addresses, *desk.directory.own_addresses),
        domains=desk.directory.own_domains,
        loop_mark=desk.loop_mark,
        directory=desk.directory,
        calendar=desk.calendar,
        zone=desk.settings.office.zone,
    )


def sort(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Sort one message; returns the jobs that follow. Raises LeaseLostError."""
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
    try:
        reading = read_in_thread(desk, row, now)
    except UnreadableMessageError as error:
        with desk.database.write() as tx:
            jobs.hold(tx, job, now=now)
            messages.conclude(tx, row.id, Outcome.HELD, reason=error.text)
            _tell(tx, row.id, "held", now)
            jobs.finish(tx, job, now=now)
        return []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        if job.attempts <= ORDERLY_TRIES and _comes_too_early(tx, row, reading.message):
            jobs.put_back(tx, job, due_at=now + AFTER_THE_OTHERS)
            return []
        _describe(tx, row.id, reading.message)
        kind = Entry if row.direction == "out" else Received
        entry = kind(desk=desk, tx=tx, row=row, reading=reading, now=now)
        if isinstance(entry, Received):
            following = entry.received()
        else:
            following = enter_sent(entry)
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def read_in_thread(desk: Desk, row: AnyRow, now: datetime) -> Reading:
    """Read a kept message as the rules see it in its case.

    Raises UnreadableMessageError.
    """
    raw = desk.mail.read(row.sha256)
    reading = read(raw, desk.rules, own(desk), now=now)
    with desk.database.read() as tx:
        case = cases.of_thread(tx, parents(reading.message))
    if case is None or case.category is None:
        return reading
    category = case.category
    return read(raw, desk.rules, own(desk), now=now, thread_category=category)


def _comes_too_early(tx: Connection, row: AnyRow, message: Message) -> bool:
    """Say whether the letter that this one answers may be waiting to be sorted.

    Several workers sort at once: two letters of one matter, read in one poll, would
    open two cases.
    """
    answered = parents(message)
    if not answered or cases.of_thread(tx, answered) is not None:
        return False
    return messages.unsorted_before(tx, row.id)


def _describe(tx: Connection, message_id: int, message: Message) -> None:
    messages.describe(
        tx,
        message_id,
        rfc_id=message.message_id,
        dedupe_key=message.dedupe_key,
        dated_at=message.date,
        sender=message.sender.address if message.sender else "",
        subject=message.subject,
    )


def _tell(tx: Connection, message_id: int, what: str, now: datetime) -> None:
    events.record(tx, what, at=now, entity="message", entity_id=message_id)


class Received(Entry):
    """A received message being entered."""

    __slots__ = ()

    def received(self) -> list[int | None]:
        """Decide what becomes of a received message, in the order of decision."""
        message = self.reading.message
        double = messages.original(self.tx, self.row.id, message.dedupe_key, "in")
        if double is not None:
            self.conclude(
                Outcome.MERGED,
                text("a second delivery of message {number}", number=double),
                duplicate_of=double,
                case_id=messages.row(self.tx, double).case_id,
            )
            return []
        case = self.case_of_thread()
        machine = self.reading.machine
        if machine is not None and machine.kind in SILENT:
            return enter_machine_mail(self, machine, case)
        held = self._why_held()
        if held is not None:
            self.conclude(Outcome.HELD, held)
            # What is set aside by a rule may be moved out of sight by that rule.
            answer = self.reading.answer
            told = tell(self, None)
            return told + (ask(self) if answer and answer.quarantine else [])
        if case is None:
            code = self.desk.settings.office.code
            case = named_case(self.tx, self.reading, self.desk.directory, code=code)
        ignored = self._why_ignored(case)
        if ignored is not None:
            self.conclude(Outcome.IGNORED, ignored)
            return tell(self, None) + ask(self)
        following = self._join(case) if case is not None else self._open()
        return following + ask(self)

    def _why_held(self) -> Text | None:
        answer = self.reading.answer
        if answer is not None and answer.quarantine is not None:
            reason = Text(answer.quarantine)
            if not answer.call_back:
                return text("quarantine: {reason}", reason=reason)
            return text(
                "quarantine: {reason}; call back {firm}, the number on file, never one"
                " in the letter",
                reason=reason,
                firm=answer.call_back,
            )
        if self.reading.message.protection == "encrypted":
            return text("it is encrypted; a person with the key must read it")
        return None

    def _why_ignored(self, case: AnyRow | None) -> Text | None:
        category, machine = self.reading.category, self.reading.machine
        if category is not None and category.machine and case is None:
            return text("{category}: nobody waits for an answer", category=category.id)
        if case is None and self._asked("ignore"):
            return text("ignored by a rule: {reason}", reason=self._asked("ignore")[0])
        if category is None and case is None and machine and machine.kind == "list":
            # What a rule knows as business (an e-invoice, a courier's notice) gets its
            # case though a list sent it; the rest of a list's mail does not.
            return machine_words(machine)
        return text("history: older than this desk") if self.row.history else None

    def _join(self, case: AnyRow) -> list[int | None]:
        """Add the message to its case: promises end, what waits must be seen again."""
        look = self._look()
        self.conclude(Outcome.SORTED, look[0] if look else None, case_id=case.id)
        self.note_thread(case.id)
        if self.reading.answer is not None:
            restrict(
                self.desk, self.tx, case, self.reading.answer.sensitivity, now=self.now
            )
            follow_its_day(self, case)
            note_times(self, case)
        told = tell(self, case)
        proved = told + self._prove_what_they_answer(case.id)
        letters = drafts.of_case(self.tx, case.id)
        answered = is_party(self.reading.message, case, letters)
        asked = take_answer(self, case, party=answered)
        proved += take_report(self, case)
        begin_again(self, case)
        letters = drafts.of_case(self.tx, case.id)  # some were called back just now
        theirs = [held for held in letters if held.kind != SUPERVISION]
        waiting = [held for held in theirs if held.state in UNDER_WAY]
        for held in waiting:
            self._see_again(held, answered=answered)
        if not case_words.is_open(case.state):
            cases.move(
                self.tx,
                case.id,
                CaseState.SCREENING,
                now=self.now,
                why="they wrote again",
            )
        elif case.state == CaseState.WAITING:
            cases.move(
                self.tx, case.id, CaseState.ASSIGNED, now=self.now, why="they answered"
            )
        if asked:  # why they are late; never a second letter beside it
            return proved + asked
        if self._is_answered(case, waiting) and not renews_paper(self.reading):
            return proved  # one answer is being made: never a second
        return proved + self._work("draft")

    def _see_again(self, held: Held, *, answered: bool) -> None:
        """Let a person look once more at a letter that was decided before this one."""
        if answered and held.kind == "reminder" and held.state in RECALLABLE:
            withdraw(self.tx, held, text("the answer has come"), now=self.now)
        elif held.state in _SEEN_AGAIN:
            drafts.move(
                self.tx, held, DraftState.WAITING, now=self.now,
                reason=text("they wrote again; look once more"),
                approvals=[], send_at=None,
            )  # fmt: skip
            lead_case(self.tx, held, CaseState.DRAFTED, now=self.now)
            jobs.cancel(self.tx, "send", held.id, now=self.now)
            jobs.cancel(self.tx, "wake", held.id, now=self.now)
        elif held.approvals:
            # One of two has approved it, before this letter came.
            drafts.note(self.tx, held.id, approvals=[])

    def _is_answered(self, case: AnyRow, waiting: Sequence[Held]) -> bool:
        """Say whether no answer of ours is to be made: there is one, or nobody waits.

        Two may have come in one poll: the first is at work.
        """
        if (
            any(held.kind == "reply" for held in waiting)
            or self.reading.message.machine
        ):
            return True
        of_case = [each.id for each in messages.of_case(self.tx, case.id)]
        return jobs.underway(self.tx, "draft", of_case)

    def _prove_what_they_answer(self, case_id: int) -> list[int | None]:
        """Settle a letter in doubt that this message answers: it did arrive."""
        answered = parents(self.reading.message)
        following: list[int | None] = []
        for held in drafts.of_case(self.tx, case_id):
            if held.state == DraftState.UNCERTAIN and held.says.rfc_id in answered:
                following += prove(
                    self.desk, self.tx, held, "they answered it", now=self.now
                )
        return following

    def _open(self) -> list[int | None]:
        answer, category = self.reading.answer, self.reading.category
        message = self.reading.message
        look = self._look()
        look += [known] if (known := registered_already(self)) else []
        owners = self._asked("assign")
        due_on, basis = due(
            self.reading, self.desk.today(self.row.received_at), self.desk.calendar
        )
        word = answer.fields.get("urgency") if answer else None
        degree = self.desk.chains.degree(word.value) if word else None
        due_on = self._due_by(degree, due_on, basis)
        site = site_of(message, self.desk.directory, self.desk.settings.office.zone)
        year = self.now.astimezone(self.desk.settings.office.zone).year
        case = cases.open_case(
            self.tx,
            code=self.desk.settings.office.code,
            kind=category.kind if category else "",
            year=year,
            now=self.now,
            state=CaseState.ASSIGNED if category and not look else CaseState.SCREENING,
            category=category.id if category else None,
            subject=covered(message.base_subject or message.subject),
            correspondent=_correspondent(message),
            owner=owners[0] if owners else "",
            sensitivity=answer.sensitivity if answer else "normal",
            due_on=due_on,
            due_basis=basis,
            urgency=degree.name if degree else "",
            site=site.name if site else "",
        )
        self.note_thread(case.id)
        outcome = Outcome.SORTED if category else Outcome.UNSORTED
        self.conclude(outcome, look[0] if look else None, case_id=case.id)
        promise(
            self.desk, self.tx, case, self._asked("follow_up"), starts="registered",
            occasion="registered", since=self.row.received_at, now=self.now,
        )  # fmt: skip
        note_times(self, case)
        adopt_sent(self, case.id)
        told = tell(self, case)
        if category is None:
            return told
        kinds = ["supervise"] if category.id == supervise.CATEGORY else []
        return told + self._work("draft", *kinds)

    def _look(self) -> list[Text]:
        """Say why a person must look at it: rules ask, or its invoice is void."""
        look = [text("look at it: {reason}", reason=r) for r in self._asked("review")]
        void = blocked(self)
        return [*look, void] if void else look

    def _due_by(
        self, degree: Urgency | None, due_on: date | None, basis: str | None
    ) -> date | None:
        """Bring forward what states no day, as its degree of urgency asks."""
        if degree is None or basis == "deadline":
            return due_on
        context = self.reading.context
        calendar = (context.calendar if context else None) or self.desk.calendar
        received_on = self.desk.today(self.row.received_at)
        day = calendar.add_working_days(received_on, degree.days)
        return min(day, due_on) if due_on else day

    def _asked(self, verb: str) -> list[str]:
        """Give what rules ask for with a verb: the first argument of each."""
        answer = self.reading.answer
        actions = answer.actions if answer else ()
        return [a.arguments[ARGUMENTS[verb][0]] for a in actions if a.verb == verb]

    def _work(self, *kinds: str) -> list[int | None]:
        if self.desk.settings.office.mode == "observe" or self.row.history:
            return []
        return [jobs.add(self.tx, kind, self.row.id, now=self.now) for kind in kinds]


def _correspondent(message: Message) -> str:
    wrote = message.forwarded_from or message.sender
    return wrote.address if wrote else ""
