"""Writes to a unit of the office about a matter that it must see through."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from mailroom.drafts import SUPERVISION, DraftState
from mailroom.followups.chains import Step
from mailroom.followups.due import days_late
from mailroom.register.drafts import Held, Version
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import compose
from mailroom.workflow.source import Source, built_in


def subject_for(case: AnyRow, about: str, language: str) -> str:
    """Write the subject of a letter to a unit: its number leads the answer back."""
    if language == "zh":
        return f"【督办】{about}（{case.number}）"
    return f"[{case.number}] {about}"


def unit_source(
    desk: Desk, case: AnyRow, unit: str, about: str, *, now: datetime
) -> Source:
    """Gather what a letter to a unit is made from."""
    language = "zh" if desk.settings.office.language == "zh-CN" else "en"
    fields = built_in(desk, case, language, name="", now=now)
    fields["salutation"] = f"{unit}：" if language == "zh" else f"Dear {unit},"
    fields["matter"] = about
    return Source(
        case=case, account=desk.settings.accounts[0], language=language, fields=fields,
        original=None, now=now,
    )  # fmt: skip


def remind_unit(
    desk: Desk,
    of: AnyRow,
    case: AnyRow,
    step: Step,
    letters: Iterable[Held],
    *,
    due_on: str | None,
    now: datetime,
) -> tuple[Source, Version]:
    """Make the reminder of a step for a unit (a row of `unit_row`).

    From the third level on the head of the unit gets a copy. Raises TemplateError.
    """
    source = unit_source(desk, case, of.unit, of.about, now=now)
    fields = dict(source.fields)
    if due_on:
        due = date.fromisoformat(due_on)
        fields["due"] = due
        fields["days_late"] = days_late(due, desk.today(now), desk.calendar)
    thread = tuple(held.says.rfc_id for held in letters if _reached(held, of.address))
    source = replace(source, fields=fields, thread=thread)
    template = step.template.get(source.language) or next(iter(step.template.values()))
    higher = step.level in {"head", "leader"} and of.head and of.head != of.address
    version = compose(
        desk, source, template, to=[of.address], cc=[of.head] if higher else [],
        subject=subject_for(case, of.about, source.language),
    )  # fmt: skip
    return source, version


def _reached(held: Held, address: str) -> bool:
    sent = held.kind == SUPERVISION and held.state == DraftState.SENT
    return sent and address in held.says.content.to
