"""A register of many years, made in a minute: real cases, entered again and again."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.register import events
from mailroom.register.schema import (
    case,
    counter,
    draft,
    draft_version,
    event,
    followup,
    message,
    thread,
)
from mailroom.register.schema_search import findable, findable_words, search_mark
from mailroom.register.search_words import entered
from tests.benchmarks.samples import office_mail
from tests.unit.small_office import SmallOffice

ORIGINALS = 66  # mails that are really sorted; the others are entered like them
AT_ONCE = 2000  # rows of one statement
_WORDS = (
    *("hydraulic", "invoice", "tender", "kiosk", "lantern", "meadow", "quarry"),
    *("ribbon", "saddle", "timber", "打印机", "会议室", "合同", "发票", "漏水", "访客"),
    *("钥匙", "停车", "报销", "采购", "电梯", "空调", "档案", "印章"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the register becomes."""

    cases: int = 10_000
    waiting: int = 500  # drafts that wait for a decision
    letters: int = 2  # from outside, of each case


@dataclass(frozen=True, slots=True)
class _Original:
    """A case that went the whole way, with all its rows."""

    case: Mapping[str, Any]
    message: Mapping[str, Any]
    draft: Mapping[str, Any]
    version: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]


def fill(office: SmallOffice, size: Size) -> None:
    """Sort some mails for real, and enter cases like theirs up to the size."""
    office.sort(*office_mail(ORIGINALS))
    with office.desk.database.write() as tx:
        originals = list(_originals(tx))
        _enter(tx, originals, size)
        _let_be_found(tx)


def _originals(tx: Connection) -> Iterator[_Original]:
    for held in tx.execute(select(draft).where(draft.c.message_id.is_not(None))):
        asked = (
            select(case).where(case.c.id == held.case_id),
            select(message).where(message.c.id == held.message_id),
            select(draft_version).where(
                draft_version.c.draft_id == held.id, draft_version.c.version == 1
            ),
        )
        of_case, of_message, of_version = (
            dict(tx.execute(one).one()._mapping) for one in asked
        )
        # What still lacks a value would only show how quickly we refuse.
        of_version["missing"] = []
        told = events.of_case(tx, held.case_id)
        yield _Original(
            of_case, of_message, dict(held._mapping), of_version,
            [dict(row._mapping) for row in told],
        )  # fmt: skip


def _enter(tx: Connection, originals: Sequence[_Original], size: Size) -> None:
    chance = random.Random(1)  # noqa: S311  the same register in every run
    newest = datetime.now(UTC) - timedelta(minutes=5)
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (case, message, draft, draft_version, event, followup)
    }
    threads: list[dict[str, Any]] = []
    begin = 1000  # above the numbers of the originals
    for n in range(size.cases):
        one = originals[n % len(originals)]
        number = begin + n
        at = newest - timedelta(minutes=30) * (size.cases - n)
        waits = n >= size.cases - size.waiting
        words = " ".join(chance.sample(_WORDS, 3))
        subject = f"{one.case['subject']} {words} {n}"
        rows[case].append(
            {
                **one.case,
                "id": number,
                "number": f"HY-2025-{number:05d}",
                "year": 2025,
                "sequence": number,
                "state": CaseState.DRAFTED if waits else _ended(n),
                "subject": subject,
                "correspondent": f"guest{n % 900}@partner{n % 90}.example",
                "sensitivity": "confidential" if n % 33 == 0 else "normal",
                "due_on": f"2026-12-{chance.randint(1, 28):02d}",
                "opened_at": at,
                "closed_at": None if waits or n % 5 == 0 else at + timedelta(days=2),
            }
        )
        for m in range(size.letters):
            rows[message].append(
                {
                    **one.message,
                    "id": begin + n * size.letters + m,
                    "case_id": number,
                    "rfc_id": f"<{n}.{m}@partner.example>",
                    "dedupe_key": f"{n}.{m}",
                    "duplicate_of": None,
                    "subject": subject,
                    "sender": f"guest{n % 900}@partner{n % 90}.example",
                    "answer": _answer(one.message["answer"], n),
                    "received_at": at,
                    "registered_at": at,
                }
            )
            threads.append({"rfc_id": f"<{n}.{m}@partner.example>", "case_id": number})
        first = begin + n * size.letters
        rows[draft].append(
            {
                **one.draft,
                "id": number,
                "key": f"again:{n}",
                "case_id": number,
                "message_id": first,
                "state": DraftState.WAITING if waits else DraftState.SENT,
                "clearance": 1,
                "sensitivity": rows[case][-1]["sensitivity"],
                "approvals": [],
                "decided_by": None if waits else "grace",
                "decided_at": None if waits else at + timedelta(hours=3),
                "created_at": at,
                "placement": "none",
                "copy": "none" if waits else "done",
            }
        )
        content = {**one.version["content"], "subject": f"Re: {subject}"}
        rows[draft_version].append(
            {
                **one.version,
                "draft_id": number,
                "rfc_id": f"<ours.{n}@hengyuan.example>",
                "content": content,
                "warnings": [w for w in one.version["warnings"] if _lets(w, n)],
                "made_at": at,
            }
        )
        rows[event] += [
            {k: v for k, v in told.items() if k != "id"}
            | {"case_id": number, "entity_id": _moved(told, number, first), "at": at}
            for told in one.events
        ]
        if n % 20 == 0:
            rows[followup].append(_promise(number, at))
    for table, entered_rows in rows.items():
        _insert(tx, table, entered_rows)
    _insert(tx, thread, threads)
    tx.execute(update(counter).values(last=begin + size.cases))


def _ended(n: int) -> CaseState:
    return CaseState.WAITING if n % 5 == 0 else CaseState.CLOSED


def _lets(warning: Mapping[str, Any], n: int) -> bool:
    """Leave out what forbids an approval; in every second letter, all but notes."""
    return warning.get("level") == "note" or (
        warning.get("level") != "blocks" and n % 2 == 0
    )


def _answer(kept: Mapping[str, Any] | None, n: int) -> Any:  # noqa: ANN401  JSON
    """Give each case its own number to be known by."""
    changed = json.loads(json.dumps(kept or {}))
    changed.setdefault("fields", {})["invoice_no"] = {
        "value": f"INV-{n:06d}", "zone": "new", "sure": True, "words": f"INV-{n:06d}",
    }  # fmt: skip
    return changed


def _moved(told: Mapping[str, Any], number: int, first: int) -> int:
    return first if told["entity"] == "message" else number


def _promise(number: int, at: datetime) -> dict[str, Any]:
    return {
        "key": f"{number}:again:1:1", "case_id": number, "chain": "no-answer",
        "step": 1, "state": "active", "due_at": at + timedelta(days=400),
        "started_at": at,
    }  # fmt: skip


def _insert(tx: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        tx.execute(insert(table), list(rows[begin : begin + AT_ONCE]))


def _let_be_found(tx: Connection) -> None:
    """Enter all of it into the search, as the worker does over time."""
    tx.execute(delete(findable))
    tx.exec_driver_sql(
        "INSERT INTO findable_words(findable_words) VALUES('delete-all')"
    )
    cut: dict[str, str] = {}
    plain: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []

    def add(kind: str, entity_id: int, title: str, text: str) -> None:
        number = len(plain) + 1
        kept = f"{title}\n{text}"
        plain.append(
            {"id": number, "kind": kind, "entity_id": entity_id, "words": kept}
        )
        if text not in cut:
            cut[text] = entered(text)
        words.append({"rowid": number, "title": entered(title), "words": cut[text]})

    for row in tx.execute(select(case)):
        add("case", row.id, f"{row.number} {row.subject} {row.correspondent}", "")
    content = select(draft.c.id, draft.c.message_id, draft_version.c.content).join(
        draft_version, draft_version.c.draft_id == draft.c.id
    )
    said: dict[int, str] = {}
    for row in tx.execute(content):
        said[row.message_id] = row.content["text"]
        add("draft", row.id, row.content["subject"], row.content["text"])
    for row in tx.execute(select(message)):
        text = said.get(row.id) or said.get(row.id - 1) or ""
        add("message", row.id, f"{row.subject} {row.sender}", text)
    _insert(tx, findable, plain)
    _insert(tx, findable_words, words)  # type: ignore[arg-type]  # FTS5's own table
    last = events.last(tx)
    tx.execute(update(search_mark).values(event_id=last))
