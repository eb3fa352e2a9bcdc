"""Writes to a unit of the office about a matter that it must see through."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mailroom.drafts import SUPERVISION, DraftState
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
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


def for_unit(desk: Desk, source: Source, of: AnyRow, letters: Iterable[Held]) -> Source:
    """Turn what a reminder is made from to a unit (a row of `unit_row`).

    It speaks to the unit, in the office's language, in the thread of its notice.
    """
    own = unit_source(desk, source.case, of.unit, of.about, now=source.now)
    fields = {**own.fields}
    for name in ("matters", "others", "due", "days_late"):
        fields[name] = source.fields[name]
    thread = tuple(held.says.rfc_id for held in letters if _reached(held, of.address))
    return replace(own, fields=fields, thread=thread)


def _reached(held: Held, address: str) -> bool:
    sent = held.kind == SUPERVISION and held.state == DraftState.SENT
    return sent and address in held.says.content.to
