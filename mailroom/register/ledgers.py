"""The office's registers in the book: a line and a number for whatever belongs there.

They follow the list of events: whatever opened, sorted or sent something has told so
there. So a register from before is gone through in the same manner, each line gets its
number once, and numbers have no gaps, whoever looks first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from mailroom.cases import CaseState, Sight
from mailroom.register.schema import (
    AnyRow,
    case,
    draft,
    draft_version,
    event,
    message,
)
from mailroom.register.schema_ledger import ledger_entry, ledger_mark
from mailroom.register.schema_matters import matter, matter_unit
from mailroom.register.sight import OPEN, named_to, seen_by

BATCH = 2000  # events in one transaction
OUTGOING, ORDERS = "R02", "R03"
_ENDED = (CaseState.CLOSED, CaseState.ARCHIVED)

Books = Callable[[str | None, str | None], Sequence[str]]
"""Category and medium of a case → the registers in which it stands."""

_TOLD = or_(
    and_(event.c.entity == "case", event.c.what.in_(("opened", "sorted by hand"))),
    and_(event.c.entity == "draft", event.c.what == "sent"),
    and_(event.c.entity == "matter", event.c.what == "supervised"),
    and_(event.c.entity == "message", event.c.what == "sorted"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which lines of a register."""

    since: str = ""  # ISO dates, both included; "": from the first, to the last
    until: str = ""
    category: str = ""
    owner: str = ""
    state: str = ""  # open | closed | "": all


def is_behind(tx: Connection) -> bool:
    """Say whether something has happened that may belong into a register."""
    newer = select(event.c.id).where(event.c.id > _mark(tx), _TOLD).limit(1)
    return tx.execute(newer).first() is not None


def catch_up(tx: Connection, books: Books, zone: tzinfo) -> bool:
    """Enter what the next events tell of; returns whether there may be more."""
    mark = _mark(tx)
    happened = tx.execute(
        select(event.c.id, event.c.at, event.c.entity, event.c.entity_id,
               event.c.case_id, case.c.category, case.c.medium, case.c.received_on,
               message.c.direction)
        .outerjoin(case, case.c.id == event.c.case_id)
        .outerjoin(
            message,
            and_(event.c.entity == "message", message.c.id == event.c.entity_id),
        )
        .where(event.c.id > mark, _TOLD)
        .order_by(event.c.id)
        .limit(BATCH)
    ).all()  # fmt: skip
    if not happened:
        return False
    wanted: dict[str, dict[str, object]] = {}
    for told in happened:
        for line in _lines_of(told, books, zone):
            wanted.setdefault(str(line["key"]), line)
    _enter(tx, wanted)
    tx.execute(update(ledger_mark).values(event_id=happened[-1].id))
    return len(happened) == BATCH


def _mark(tx: Connection) -> int:
    mark: int = tx.execute(select(ledger_mark.c.event_id)).scalar_one()
    return mark


def _lines_of(told: AnyRow, books: Books, zone: tzinfo) -> Iterator[dict[str, object]]:
    """Give the lines that an event asks for, their numbers left out."""
    on = told.at.astimezone(zone).date()
    day, draft_id, message_id = on.isoformat(), None, None
    entity, entity_id = told.entity, told.entity_id
    if entity == "case":
        day = told.received_on or day
        ledgers = books(told.category, told.medium)
    elif entity == "matter":  # a case that departments see through, of any drawer
        ledgers, entity, entity_id = (ORDERS,), "case", told.case_id
    elif entity == "draft":
        ledgers, draft_id = (OUTGOING,), entity_id
    elif told.direction == "out":  # a colleague's, from the mail client
        ledgers, message_id = (OUTGOING,), entity_id
    else:
        return
    for ledger in ledgers:
        yield {
            "key": f"{ledger}:{entity}:{entity_id}", "ledger": ledger, "year": on.year,
            "day": day, "case_id": told.case_id, "draft_id": draft_id,
            "message_id": message_id,
        }  # fmt: skip


def _enter(tx: Connection, wanted: Mapping[str, dict[str, object]]) -> None:
    """Give each line that does not stand there yet the next number of its year."""
    there = select(ledger_entry.c.key).where(ledger_entry.c.key.in_(list(wanted)))
    before = set(tx.execute(there).scalars())
    last: dict[tuple[str, int], int] = {}
    fresh = []
    for key, line in wanted.items():
        if key in before:
            continue
        place = (str(line["ledger"]), int(str(line["year"])))
        last[place] = (last[place] if place in last else _last(tx, *place)) + 1
        fresh.append({**line, "sequence": last[place]})
    if fresh:
        tx.execute(insert(ledger_entry), fresh)


def _last(tx: Connection, ledger: str, year: int) -> int:
    question = select(func.max(ledger_entry.c.sequence)).where(
        ledger_entry.c.ledger == ledger, ledger_entry.c.year == year
    )
    return tx.execute(question).scalar_one() or 0


def number_of(tx: Connection, ledger: str, case_id: int) -> tuple[int, int] | None:
    """Return year and number of a case in a register; None where it is not there."""
    found = tx.execute(
        select(ledger_entry.c.year, ledger_entry.c.sequence).where(
            ledger_entry.c.ledger == ledger, ledger_entry.c.case_id == case_id
        )
    ).first()
    return (found[0], found[1]) if found else None


def _sees(sight: Sight, *, restricted: bool) -> ColumnElement[bool]:
    """Hold for the lines that somebody may see.

    A restricted register is for those who are named, whatever stands in it.
    """
    return named_to(sight) if restricted else seen_by(sight)


def _wanted(ledger: str, by: Span) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [ledger_entry.c.ledger == ledger]
    if by.since:
        found.append(ledger_entry.c.day >= by.since)
    if by.until:
        found.append(ledger_entry.c.day <= by.until)
    if by.category:
        found.append(case.c.category == by.category)
    if by.owner:
        found.append(case.c.owner == by.owner)
    if by.state == "open":
        found.append(case.c.state.not_in(_ENDED))
    elif by.state == "closed":
        found.append(case.c.state.in_(_ENDED))
    return found


_JOINED = ledger_entry.join(case, case.c.id == ledger_entry.c.case_id)


def lines(
    tx: Connection,
    ledger: str,
    sight: Sight,
    by: Span,
    *,
    restricted: bool,
    limit: int | None = None,
    offset: int = 0,
    newest_first: bool = False,
) -> Sequence[AnyRow]:
    """List the lines of a register that somebody may see, by their numbers."""
    order = (ledger_entry.c.year, ledger_entry.c.sequence)
    return tx.execute(
        select(
            ledger_entry.c.year.label("ledger_year"),
            ledger_entry.c.sequence.label("ledger_sequence"),
            ledger_entry.c.day, ledger_entry.c.draft_id, ledger_entry.c.message_id,
            case,
        )
        .select_from(_JOINED)
        .where(_sees(sight, restricted=restricted), *_wanted(ledger, by))
        .order_by(*(each.desc() if newest_first else each for each in order))
        .limit(limit)
        .offset(offset)
    ).all()  # fmt: skip


def counted(
    tx: Connection, ledger: str, sight: Sight, by: Span, *, restricted: bool
) -> tuple[int, int]:
    """Count the lines that somebody may see, and what is not for these eyes.

    The second is, of a restricted register, the number of its lines; else that of
    restricted cases of the whole office, whatever is asked for: drawer and day of one
    could be told from it.
    """
    sees = _sees(sight, restricted=restricted)
    number = select(func.count()).select_from(_JOINED)
    visible = number.where(sees, *_wanted(ledger, by))
    if restricted:
        hidden = number.where(ledger_entry.c.ledger == ledger, ~sees)
        count = int(tx.execute(hidden).scalar_one())
    else:
        count = restricted_for(tx, sight)
    return int(tx.execute(visible).scalar_one()), count


def owners(
    tx: Connection, ledger: str, sight: Sight, *, restricted: bool
) -> Sequence[str]:
    """List who is in charge of what somebody may see in a register."""
    question = (
        select(case.c.owner)
        .select_from(_JOINED)
        .where(
            ledger_entry.c.ledger == ledger,
            _sees(sight, restricted=restricted),
            case.c.owner != "",
        )
        .distinct()
        .order_by(case.c.owner)
    )
    return tx.execute(question).scalars().all()


def departments(tx: Connection, cases: Sequence[int]) -> dict[int, list[AnyRow]]:
    """Return the departments that see these cases through, the lead first."""
    rows = tx.execute(
        select(matter.c.case_id, matter_unit)
        .select_from(matter_unit.join(matter, matter.c.id == matter_unit.c.matter_id))
        .where(matter.c.case_id.in_(cases))
        .order_by(matter_unit.c.role.desc(), matter_unit.c.id)
    )
    found: dict[int, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def restricted_for(tx: Connection, sight: Sight) -> int:
    """Count the restricted cases of the office that are not for these eyes."""
    hidden = select(func.count()).select_from(case).where(~seen_by(sight))
    return int(tx.execute(hidden).scalar_one())


def restricted_among(tx: Connection, numbers: Sequence[str]) -> list[int]:
    """Return which of the cases of these numbers are restricted."""
    found: list[int] = []
    asked = sorted({number for number in numbers if number})
    for begin in range(0, len(asked), BATCH):
        question = select(case.c.id).where(
            case.c.number.in_(asked[begin : begin + BATCH]),
            case.c.sensitivity.not_in(OPEN),
        )
        found += tx.execute(question).scalars()
    return found


def sent_letters(tx: Connection, drafts: Sequence[int]) -> dict[int, AnyRow]:
    """Return the letters of these drafts as they left: draft → content, approvals."""
    rows = tx.execute(
        select(draft.c.id, draft.c.kind, draft.c.decided_by, draft_version.c.content)
        .join(
            draft_version,
            and_(
                draft_version.c.draft_id == draft.c.id,
                draft_version.c.version == draft.c.version,
            ),
        )
        .where(draft.c.id.in_(drafts))
    )
    return {row.id: row for row in rows}


def told(
    tx: Connection, cases: Sequence[int]
) -> dict[int, list[tuple[str | None, dict[str, object] | None]]]:
    """Return what was read from the mail of these cases, the oldest letter first."""
    rows = tx.execute(
        select(message.c.case_id, message.c.category, message.c.answer)
        .where(message.c.case_id.in_(cases), message.c.direction == "in")
        .order_by(message.c.id)
    )
    found: dict[int, list[tuple[str | None, dict[str, object] | None]]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append((row.category, row.answer))
    return found


def subjects_of(tx: Connection, messages: Sequence[int]) -> dict[int, str]:
    """Return the subjects of these messages."""
    question = select(message.c.id, message.c.subject).where(message.c.id.in_(messages))
    return {row.id: row.subject for row in tx.execute(question)}


def trail(
    tx: Connection,
    sight: Sight,
    *,
    since: datetime | None,
    until: datetime | None,
    limit: int | None = None,
    offset: int = 0,
    newest_first: bool = False,
) -> tuple[Sequence[AnyRow], int]:
    """List what happened and was seen by whom, the oldest first; with their number.

    What belongs to no case is for those to whom everything else restricted is open.
    """
    without = event.c.case_id.is_(None) if sight.others else None
    sees = seen_by(sight) if without is None else or_(without, seen_by(sight))
    wanted = [sees]
    if since:
        wanted.append(event.c.at >= since)
    if until:
        wanted.append(event.c.at < until)
    joined = event.outerjoin(case, case.c.id == event.c.case_id)
    rows = tx.execute(
        select(event, case.c.number)
        .select_from(joined)
        .where(*wanted)
        .order_by(event.c.id.desc() if newest_first else event.c.id)
        .limit(limit)
        .offset(offset)
    ).all()
    count = select(func.count()).select_from(joined).where(*wanted)
    return rows, int(tx.execute(count).scalar_one())
