"""Unit reports: what a unit answers becomes a step of the matter, with its sentence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from mailroom.drafts import SUPERVISION
from mailroom.errors import text
from mailroom.followups.reports import Report, understand
from mailroom.register import cases, jobs, matters
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.register.schema_matters import step
from mailroom.rules.model import Field
from mailroom.workflow.clerk import our_words
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import compose, hold
from mailroom.workflow.entry import Entry
from mailroom.workflow.gather import Asks, tell_of_letter
from mailroom.workflow.notify import readers
from mailroom.workflow.unit_letters import subject_for, unit_source
from mailroom.workflow.unit_rounds import begin_round, end_round, round_due

REPORT = "progress_report"  # the drawer whose fields are read


def take_report(entry: Entry, case: AnyRow) -> list[int | None]:
    """Write what a unit reports of the matter that its letter joins; returns the jobs.

    Read from what it wrote now alone. What it asks to close, a person closes.
    """
    desk, tx, message = entry.desk, entry.tx, entry.reading.message
    unit = desk.directory.unit_of(message.sender.address) if message.sender else None
    of = matters.unit_in(tx, case.id, unit.name) if unit else None
    if of is None:
        return []
    report = _read(entry)
    step_id = matters.add_step(
        tx, of, what=report.what, by=message.sender.address if message.sender else "",
        sentence=report.sentence, now=entry.now, message_id=entry.row.id,
        percent=report.percent, late=report.late, reason=report.reason,
        new_date=report.new_date,
    )  # fmt: skip
    if report.what == "noted" or of.state == "closed":
        return []
    due, told_on = round_due(tx, of), desk.today(entry.row.received_at)
    end_round(tx, of, reason=text("the unit has reported"), now=entry.now)
    closing = report.what == "asks to close"
    begin_round(
        desk, tx, matters.unit_row(tx, of.id),
        after=told_on if closing else max(due or told_on, told_on),
        occasion=f"report {entry.row.id}", now=entry.now,
        said_done=[entry.row.id, report.sentence] if closing else None,
    )  # fmt: skip
    if closing:
        return _tell_owner(entry, case, of)
    if report.is_short_of:
        return [jobs.add(tx, "ask_reason", step_id, now=entry.now)]
    return []


def _read(entry: Entry) -> Report:
    reading = entry.reading
    # A line of ours that came back marked is not theirs, though no heading says so.
    words = our_words(reading.message.zones.new, None)
    fields: Mapping[str, Field] = {}
    if reading.context is not None:
        zones = replace(reading.message.zones, new=words, forwarded="", footer="")
        alone = reading.message.with_zones(zones)
        fields = entry.desk.rules.fields_of(REPORT, alone, reading.context)
    # A subject may be ours, come back: what it says of being late is not theirs.
    told = {
        name: fields[name]
        for name in _TOLD
        if name in fields and fields[name].zone == "new"
    }
    return understand(
        words,
        {name: one.value for name, one in told.items()},
        [one.span for one in told.values()],
    )


_TOLD = ("percent", "delayed", "status", "reason", "next_date")


def _tell_owner(entry: Entry, case: AnyRow, of: AnyRow) -> list[int | None]:
    owner = entry.desk.directory.person(case.owner)
    asks = Asks(
        kind="asks-to-close",
        subject=text("[{case}] a unit says that its part is done", case=case.number),
        body=text(
            "{unit} says that its part of {case} is done. It stays open until somebody"
            " has looked at what shows it:\nmailroom cases done {case} --unit {unit}"
            " --proof …",
            unit=of.unit,
            case=case.number,
        ),
        line=text(
            "message {id}, case {number}: {unit} says that its part is done",
            id=entry.row.id,
            number=case.number,
            unit=of.unit,
        ),
    )
    also = [owner.address] if owner else []
    told = readers(entry.desk, also=also, about=case)
    return [job for each in told for job in tell_of_letter(entry, each, asks, case.id)]


def ask_reason(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Draft the question for what a late report leaves out; returns the jobs.

    Raises LeaseLostError, and TemplateError where a template is broken.
    """
    with desk.database.read() as tx:
        of = _unit_of_step(tx, job.subject_id)
        case = cases.row(tx, of.case_id)
    source = unit_source(desk, case, of.unit, of.about, now=now)
    version = compose(
        desk, source, f"reminder/unit_reason.{source.language}.docx", to=[of.address],
        subject=subject_for(case, of.about, source.language),
    )  # fmt: skip
    category = desk.rules.categories.get(case.category or "")
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        placed = None
        if desk.settings.office.mode != "observe":
            placed = hold(
                tx, version, key=f"reason:{job.subject_id}", source=source,
                message_id=None, followup_id=None, kind=SUPERVISION,
                clearance=category.clearance if category else 1,
                sensitivity=case.sensitivity, now=now,
            )  # fmt: skip
        jobs.finish(tx, job, now=now)
    return [placed] if placed is not None else []


def _unit_of_step(tx: Connection, step_id: int) -> AnyRow:
    told = tx.execute(step.select().where(step.c.id == step_id)).one()
    return matters.unit_row(tx, told.unit_id)
