"""Answered: what a letter in a case ends, and what it only says to be done.

An answer ends what waits for one; thanks end nothing. Words like "done" propose the
end, and a person confirms it. Who answers late and gives no reason is asked for it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailroom.cases import CaseState
from mailroom.message.parse import parse
from mailroom.message.subjects import reply_subject
from mailroom.message.threads import parents
from mailroom.register import cases, drafts, followups, jobs, messages, reminders
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import compose, hold
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import end_for
from mailroom.workflow.private import covered
from mailroom.workflow.source import source_for

LONGEST_SENTENCE = 200  # characters that are shown of what they wrote
_LOOKED_AT = 3000  # characters; a reason stands near the beginning
_DONE = re.compile(
    r"^\W*(?:已(?:全部|经)?(?:完成|办结|办完|办理|办好|落实)|办完了|做完了|完成了?"
    r"|(?:all |it'?s |it is |now )?(?:done|completed?|finished))[\s。.!！]*$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"因|由于|原因|鉴于|受.{1,20}影响"
    r"|\b(?:because|due to|owing to|caused by|reason|since|as we|delay(?:ed)? by)\b",
    re.IGNORECASE,
)


def take_answer(entry: Entry, case: AnyRow, *, party: bool) -> list[int | None]:
    """End what a letter in a case ends; returns the job that asks for a reason.

    `party`: the letter comes from whom an answer is waited for.
    """
    answer, message = entry.reading.answer, entry.reading.message
    kind = answer.mail_type if answer else "new"
    if kind == "thanks":
        return []
    sender = message.sender.address if message.sender else ""
    written = message.zones.new[:_LOOKED_AT]
    asked: list[int | None] = []
    answered = _answered(entry, case) if party else [case.id]
    if party:
        if _is_late(entry, answered) and not _has_reason(entry, written):
            asked.append(jobs.add(entry.tx, "ask_why", entry.row.id, now=entry.now))
        for case_id in answered:
            end_for(
                entry.desk, entry.tx, case_id, "answer", reason="the answer has come",
                now=entry.now,
            )  # fmt: skip
            if case_id != case.id:
                _note(entry, case_id)
    if party or entry.desk.directory.is_own(sender):
        done = _says_done(written, completion=kind == "completion")
        for case_id in answered if done else ():
            followups.propose_end(
                entry.tx, case_id, message_id=entry.row.id, words=done, now=entry.now
            )
    silent = entry.desk.settings.office.mode == "observe" or entry.row.history
    return [] if silent else asked


def _answered(entry: Entry, case: AnyRow) -> Sequence[int]:
    """List the cases that are answered: a reminder may have spoken of several.

    Those that the answer names by number, else all of them: nobody is chased who has
    answered, and a person sees the open cases.
    """
    letter = reminders.answered(entry.tx, parents(entry.reading.message))
    about = reminders.cases_of_draft(entry.tx, letter) if letter is not None else []
    if case.id not in about:
        return [case.id]
    message = entry.reading.message
    said = f"{message.subject}\n{message.zones.new[:_LOOKED_AT]}".upper()
    numbers = {case_id: cases.row(entry.tx, case_id).number for case_id in about}
    named = [case_id for case_id, number in numbers.items() if number in said]
    return named or about


def _note(entry: Entry, case_id: int) -> None:
    other = cases.row(entry.tx, case_id)
    if other.state == CaseState.WAITING:
        cases.move(
            entry.tx, case_id, CaseState.ASSIGNED, now=entry.now, why="they answered"
        )


def _is_late(entry: Entry, case_ids: Sequence[int]) -> bool:
    """Say whether they were chased in earnest before they answered."""
    for case_id in case_ids:
        for row in followups.running(entry.tx, case_id):
            chain = entry.desk.chains.by_id.get(row.chain)
            if chain is None or "answer" not in chain.ends_on or row.state != "fired":
                continue
            if row.unit_id is not None:  # its report is asked for what it lacks
                continue
            if row.step <= len(chain.steps):
                step = chain.steps[row.step - 1]
                if step.to == "correspondent" and step.level != "friendly":
                    return True
    return False


def _has_reason(entry: Entry, written: str) -> bool:
    answer = entry.reading.answer
    read = answer is not None and "reason" in answer.fields
    return read or _REASON.search(written) is not None


def _says_done(written: str, *, completion: bool) -> str:
    """Return the line that says so; "" where none does."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    for line in lines[:5]:
        if _DONE.match(line):
            return line[:LONGEST_SENTENCE]
    return lines[0][:LONGEST_SENTENCE] if completion and lines else ""


def ask_why(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Draft the letter that asks for the reason; it waits for a person's word.

    Raises LeaseLostError, and TemplateError where the template is broken.
    """
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
        case = cases.row(tx, row.case_id)
    message = parse(desk.mail.read(row.sha256))
    source = source_for(desk, row, case, message, now=now)
    template = f"reminder/reason.{source.language}.docx"
    version = None
    if template in desk.templates and message.sender is not None:
        told = {**source.fields, "matter": case.subject, "due": case.due_on or ""}
        version = compose(
            desk, replace(source, fields=told), template, to=[message.sender.address],
            subject=reply_subject(covered(message.subject)),
        )  # fmt: skip
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        category = desk.rules.categories.get(case.category or "")
        waits = any(
            held.kind == "reply" and held.state == "waiting"
            for held in drafts.of_case(tx, case.id)
        )
        if version is not None and not waits:
            following.append(
                hold(
                    tx, version, key=f"why:{row.id}", source=source,
                    message_id=row.id, followup_id=None, kind="reminder",
                    clearance=category.clearance if category else 1,
                    sensitivity=case.sensitivity, now=now,
                )
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]
