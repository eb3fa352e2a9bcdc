"""Reads a register of the office for somebody: its lines, its columns, its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection

from mailroom.cases import Sight
from mailroom.drafts import PASSED_ON
from mailroom.errors import ReviewError, Text, text
from mailroom.i18n import Language, say
from mailroom.register import events, ledgers, messages
from mailroom.register.ledgers import Span
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.history import case_state, details, subject
from mailroom.workflow.ledger_names import (
    FIELDS,
    LEDGERS,
    ORDERS,
    OUTGOING,
    TRAIL,
    Ledger,
    ledgers_of,
    number,
)
from mailroom.workflow.private import covered, covered_fields
from mailroom.workflow.sight import in_reports

_MANY = 500  # cases of which is asked at once

MEDIA: Mapping[str, Text] = {
    "mail": text("mail"),
    "paper": text("paper"),
    "phone": text("phone"),
}
KINDS: Mapping[str, Text] = {
    "reply": text("answer"),
    "reminder": text("reminder"),
    PASSED_ON: text("passed on"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a register."""

    key: str  # for programs
    name: str  # in the reader's language


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A register as somebody may see it: lines of words, as its columns have them."""

    ledger: Ledger
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    cases: tuple[str, ...]  # the case of each line; "": none
    found: int  # lines there are; `rows` may be a page of them
    hidden: int  # that are not for these eyes


def catch_up(desk: Desk) -> None:
    """Enter into the registers what has happened since they were looked at last."""
    with desk.database.read() as tx:
        if not ledgers.is_behind(tx):
            return
    more = True
    while more:
        with desk.database.write() as tx:
            more = ledgers.catch_up(tx, ledgers_of, desk.settings.office.zone)


def number_in(desk: Desk, tx: Connection, ledger: str, case_id: int) -> str:
    """Give the number of a case in a register, entered now where it was not yet.

    Needs a transaction that may write. "" where it does not stand in this one.
    """
    while ledgers.catch_up(tx, ledgers_of, desk.settings.office.zone):
        pass
    found = ledgers.number_of(tx, ledger, case_id)
    return number(ledger, *found, chinese=_chinese(desk)) if found else ""


def known(id_: str) -> Ledger:
    """Find a register by its id, in any case of letters. Raises ReviewError."""
    ledger = LEDGERS.get(id_.upper())
    if ledger is None:
        raise ReviewError(
            text("there is no register {id}; there are R01 to R18", id=id_)
        )
    return ledger


def read_ledger(
    desk: Desk,
    ledger: Ledger,
    sight: Sight,
    by: Span,
    language: Language,
    *,
    limit: int | None = None,
    offset: int = 0,
    newest_first: bool = False,
) -> Sheet:
    """Read a register, or a page of it, as somebody may see it."""
    catch_up(desk)
    sight = in_reports(sight)
    if ledger.id == TRAIL:
        return _trail(
            desk, ledger, sight, by, language, limit=limit, offset=offset,
            newest_first=newest_first,
        )  # fmt: skip
    with desk.database.read() as tx:
        found, hidden = ledgers.counted(
            tx, ledger.id, sight, by, restricted=ledger.restricted
        )
        rows = ledgers.lines(
            tx, ledger.id, sight, by, restricted=ledger.restricted, limit=limit,
            offset=offset, newest_first=newest_first,
        )  # fmt: skip
        if ledger.id == OUTGOING:
            columns, lines = _outgoing(desk, tx, rows, language)
        else:
            columns, lines = _incoming(desk, tx, ledger, rows, language)
    return Sheet(
        ledger=ledger,
        columns=columns,
        rows=tuple(lines),
        cases=tuple(row.number for row in rows),
        found=found,
        hidden=hidden,
    )


def note_export(desk: Desk, sheet: Sheet, who: str, *, now: datetime) -> None:
    """Write in the book which restricted cases have left it in an export."""
    with desk.database.write() as tx:
        for case_id in ledgers.restricted_among(tx, sheet.cases):
            events.record(
                tx, "exported", at=now, entity="case", entity_id=case_id,
                case_id=case_id, actor=who, register=sheet.ledger.id,
            )  # fmt: skip


def _chinese(desk: Desk) -> bool:
    return desk.settings.office.language == "zh-CN"


def _columns(
    language: Language, named: Sequence[tuple[str, Text | str]]
) -> tuple[Column, ...]:
    return tuple(Column(key=key, name=say(name, language)) for key, name in named)


def _incoming(
    desk: Desk,
    tx: Connection,
    ledger: Ledger,
    rows: Sequence[AnyRow],
    language: Language,
) -> tuple[tuple[Column, ...], Iterator[tuple[str, ...]]]:
    fields = _fields(desk, ledger)
    columns = _columns(
        language,
        [
            ("no", text("No.")),
            ("received_on", text("Received")),
            ("medium", text("By")),
            ("correspondent", text("From")),
            ("doc_no", FIELDS["doc_no"]),
            ("subject", text("Subject")),
            ("category", text("Drawer")),
            *((name, FIELDS.get(name, name)) for name in fields),
            *([("units", text("Departments"))] if ledger.id == ORDERS else []),
            ("owner", text("Owner")),
            ("state", text("State")),
            ("due", text("Due")),
            ("closed_on", text("Closed")),
            ("case", text("Case")),
        ],
    )
    told = _told(tx, rows)
    units = _units(tx, rows) if ledger.id == ORDERS else {}
    zone = desk.settings.office.zone

    def line(row: AnyRow) -> tuple[str, ...]:
        said = told.get(row.id, {})
        elsewhere = (
            bool(ledger.categories)
            and row.category not in ledger.categories
            and row.id not in units
        )
        state = text("moved to another drawer") if elsewhere else case_state(row.state)
        closed = row.closed_at.astimezone(zone).date() if row.closed_at else ""
        return (
            _number(desk, ledger, row),
            row.day,
            say(MEDIA[row.medium or "mail"], language),
            row.correspondent,
            row.doc_no or said.get("doc_no", ""),
            covered(row.subject),
            _drawer(desk, row.category, language),
            *("" if elsewhere else said.get(name, "") for name in fields),
            *([units.get(row.id, "")] if ledger.id == ORDERS else []),
            row.owner,
            say(state, language),
            row.due_on or "",
            str(closed),
            row.number,
        )

    return columns, map(line, rows)


def _units(tx: Connection, rows: Sequence[AnyRow]) -> dict[int, str]:
    """Name the departments that see each case through; those that are done last."""
    found: dict[int, str] = {}
    ids = [row.id for row in rows]
    for begin in range(0, len(ids), _MANY):
        part = ledgers.departments(tx, ids[begin : begin + _MANY])
        for case_id, units in part.items():
            found[case_id] = "; ".join(map(_part, units))
    return found


def _part(unit: AnyRow) -> str:
    return f"{unit.unit} {'✓' if unit.state == 'closed' else unit.planned_on or ''}"


def _number(desk: Desk, ledger: Ledger, row: AnyRow) -> str:
    return number(
        ledger.id, row.ledger_year, row.ledger_sequence, chinese=_chinese(desk)
    )


def _fields(desk: Desk, ledger: Ledger) -> list[str]:
    """List the fields of the drawers of a register, each once."""
    known = (desk.rules.categories.get(name) for name in ledger.categories)
    names = (name for category in known if category for name in category.fields)
    return [name for name in dict.fromkeys(names) if name != "doc_no"]


def _told(tx: Connection, rows: Sequence[AnyRow]) -> dict[int, dict[str, str]]:
    """Give the fields of each case: what its letters told, the newest last word."""
    found: dict[int, dict[str, str]] = {}
    drawer = {row.id: row.category for row in rows}
    ids = list(drawer)
    for begin in range(0, len(ids), _MANY):
        for case_id, letters in ledgers.told(tx, ids[begin : begin + _MANY]).items():
            said: dict[str, str] = {}
            for category, answer in letters:
                if category == drawer[case_id]:
                    said |= messages.fields(answer)
            found[case_id] = {k: str(v) for k, v in covered_fields(said).items()}
    return found


def _drawer(desk: Desk, category: str | None, language: Language) -> str:
    if category is None:
        return say(text("unsorted"), language)
    found = desk.rules.categories.get(category)
    return found.about["zh" if language == "zh-CN" else "en"] if found else category


def _outgoing(
    desk: Desk, tx: Connection, rows: Sequence[AnyRow], language: Language
) -> tuple[tuple[Column, ...], Iterator[tuple[str, ...]]]:
    columns = _columns(
        language,
        [
            ("no", text("No.")),
            ("sent_on", text("Sent")),
            ("to", text("To")),
            ("subject", text("Subject")),
            ("kind", text("Kind")),
            ("approved_by", text("Approved by")),
            ("category", text("Drawer")),
            ("owner", text("Owner")),
            ("case", text("Case")),
        ],
    )
    letters: dict[int, AnyRow] = {}
    subjects: dict[int, str] = {}
    for begin in range(0, len(rows), _MANY):
        part = rows[begin : begin + _MANY]
        letters |= ledgers.sent_letters(tx, [r.draft_id for r in part if r.draft_id])
        by_hand = [r.message_id for r in part if r.message_id]
        subjects |= ledgers.subjects_of(tx, by_hand)

    def line(row: AnyRow) -> tuple[str, ...]:
        letter = letters.get(row.draft_id or 0)
        if letter is None:
            said = subjects.get(row.message_id or 0, row.subject)
            to, kind, who = row.correspondent, text("from the mail client"), ""
        else:
            content: Mapping[str, Any] = letter.content
            said, to = content["subject"], "; ".join(content["to"])
            kind, who = KINDS.get(letter.kind, text("answer")), letter.decided_by or ""
        return (
            _number(desk, LEDGERS[OUTGOING], row), row.day, to, covered(said),
            say(kind, language), who, _drawer(desk, row.category, language), row.owner,
            row.number,
        )  # fmt: skip

    return columns, map(line, rows)


def _trail(
    desk: Desk,
    ledger: Ledger,
    sight: Sight,
    by: Span,
    language: Language,
    *,
    limit: int | None,
    offset: int,
    newest_first: bool,
) -> Sheet:
    zone = desk.settings.office.zone

    def begin(day: str, later: int = 0) -> datetime | None:
        if not day:
            return None
        of = date.fromisoformat(day) + timedelta(days=later)
        return datetime.combine(of, time(), zone)

    def speak(sentence: Text | str) -> str:
        return say(sentence, language)

    with desk.database.read() as tx:
        rows, found = ledgers.trail(
            tx, sight, since=begin(by.since), until=begin(by.until, 1), limit=limit,
            offset=offset, newest_first=newest_first,
        )  # fmt: skip
        hidden = ledgers.restricted_for(tx, sight)
    columns = _columns(
        language,
        [
            ("no", text("No.")),
            ("at", text("When")),
            ("who", text("Who")),
            ("of", text("Of what")),
            ("what", text("What")),
            ("detail", text("Details")),
            ("case", text("Case")),
        ],
    )
    lines = tuple(
        (
            str(row.id), row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
            row.actor, subject(speak, row), speak(row.what),
            " · ".join(details(speak, row)), row.number or "",
        )
        for row in rows
    )  # fmt: skip
    return Sheet(
        ledger=ledger, columns=columns, rows=lines,
        cases=tuple(row.number or "" for row in rows), found=found, hidden=hidden,
    )  # fmt: skip
