"""Reads a case whole, for somebody who may see it; the book notes restricted looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mailroom.cases import Sight, is_restricted
from mailroom.errors import ReviewError, text
from mailroom.register import (
    cases,
    drafts,
    errands,
    events,
    followups,
    messages,
    papers,
)
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.keep_files import FOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that the register holds of one case."""

    case: AnyRow
    mails: Sequence[AnyRow]
    letters: Sequence[Held]
    papers: Sequence[AnyRow]
    errands: Sequence[AnyRow]
    promises: Sequence[AnyRow]
    history: Sequence[AnyRow]


def visible_case(tx: Connection, number: str, sight: Sight) -> AnyRow:
    """Find a case; one that this person may not see is as none. Raises ReviewError."""
    case = cases.by_number(tx, number)
    if case is None or not sight.sees(case.sensitivity, case.category, case.owner):
        raise ReviewError(text("there is no case {number}", number=number))
    return case


def note_look(
    tx: Connection,
    who: str,
    entity: str,
    entity_id: int,
    *,
    case_id: int | None,
    now: datetime,
) -> None:
    """Write in the book that somebody has opened a restricted matter or its file."""
    events.record(
        tx, "opened to read", at=now, entity=entity, entity_id=entity_id,
        case_id=case_id, actor=who,
    )  # fmt: skip


def read_case(
    desk: Desk, number: str, *, sight: Sight, who: str, now: datetime
) -> Story:
    """Read a case whole; a look into a restricted one is noted. Raises ReviewError."""
    with desk.database.read() as tx:
        restricted = is_restricted(visible_case(tx, number, sight).sensitivity)
    with desk.database.write() if restricted else desk.database.read() as tx:
        case = visible_case(tx, number, sight)
        if restricted:
            note_look(tx, who, "case", case.id, case_id=case.id, now=now)
        return Story(
            case=case,
            mails=messages.of_case(tx, case.id),
            letters=drafts.of_case(tx, case.id),
            papers=papers.of_case(tx, case.id),
            errands=errands.of_case(tx, case.id),
            promises=followups.of_case(tx, case.id),
            history=events.of_case(tx, case.id),
        )


def kept_files(desk: Desk, errand: AnyRow) -> Iterator[tuple[str, Path | None, Any]]:
    """Go through the attachments that a rule wanted kept: name, path, why not."""
    root = desk.settings.folder("data") / FOLDER
    for name, path, why in errand.files or ():
        yield name, root / path if path else None, why
