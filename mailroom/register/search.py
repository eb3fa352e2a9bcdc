"""Finds cases, letters and drafts by words, for those who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import case as choose

from mailroom.cases import Sight
from mailroom.register.schema import AnyRow, case, draft, event, message
from mailroom.register.schema_search import (
    FINDABLE_WORDS,
    findable,
    findable_words,
    search_mark,
)
from mailroom.register.search_words import entered, excerpt, expression, terms
from mailroom.register.sight import seen_by

KINDS = ("case", "message", "draft")  # what is found
MOST = 1000  # hits that are looked at: nobody reads on after the first pages
# Of a word that stands everywhere the newest are weighed: to weigh all takes 0.2 s.
NEWEST = 3000
# Titles weigh more than what stands below them.
_RANK: ColumnElement[float] = literal_column(f"bm25({FINDABLE_WORDS}, 5.0, 1.0)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A case that was found, or a message without one, by its best place."""

    number: str  # of the case; "": there is none
    message: int | None  # where there is no case
    kind: str  # of what was found: case | message | draft
    state: str  # of the case; else what became of the message
    subject: str
    correspondent: str
    category: str | None
    owner: str
    at: datetime  # opened, or received
    sensitivity: str
    excerpt: tuple[tuple[str, bool], ...]


def enter(tx: Connection, kind: str, entity_id: int, *, title: str, words: str) -> None:
    """Let something be found by its title and its words, instead of what was known.

    What has the same words as before stays as it is.
    """
    kept = f"{title}\n{words}"
    there = and_(findable.c.kind == kind, findable.c.entity_id == entity_id)
    if tx.execute(select(findable.c.words).where(there)).scalar_one_or_none() == kept:
        return
    tx.execute(delete(findable).where(there))
    number = tx.execute(
        insert(findable)
        .values(kind=kind, entity_id=entity_id, words=kept)
        .returning(findable.c.id)
    ).scalar_one()
    tx.execute(
        insert(findable_words).values(
            rowid=number, title=entered(title), words=entered(words)
        )
    )


def leave_out(tx: Connection, kind: str, entity_id: int) -> None:
    """Let something be found no more."""
    there = and_(findable.c.kind == kind, findable.c.entity_id == entity_id)
    tx.execute(delete(findable).where(there))


def mark(tx: Connection) -> int:
    """Return the number of the last event that the search knows of."""
    return int(tx.execute(select(search_mark.c.event_id)).scalar_one())


def move_mark(tx: Connection, before: int, after: int) -> bool:
    """Write how far the search has come; False where somebody else has moved on."""
    changed = tx.execute(
        update(search_mark)
        .where(search_mark.c.event_id == before)
        .values(event_id=after)
    )
    return changed.rowcount == 1


def to_enter(tx: Connection, after: int, most: int) -> Sequence[AnyRow]:
    """List the next events of the book: entity, entity_id, what, id."""
    return tx.execute(
        select(event.c.id, event.c.entity, event.c.entity_id, event.c.what)
        .where(event.c.id > after)
        .order_by(event.c.id)
        .limit(most)
    ).all()


def behind(tx: Connection) -> int:
    """Count what has happened to cases and letters that the search must still learn."""
    newer = select(func.count()).where(event.c.id > mark(tx), event.c.entity.in_(KINDS))
    return int(tx.execute(newer).scalar_one())


def look(
    tx: Connection, sight: Sight, question: str, *, limit: int, offset: int = 0
) -> tuple[list[Hit], int]:
    """Find by words, best first: a page of hits, and how many there are in all.

    What somebody may not see is not even counted: the number alone would tell
    whether a restricted letter holds a word.
    """
    asked = terms(question)
    if not asked:
        return [], 0
    found: dict[tuple[str, int], AnyRow] = {}
    for row in tx.execute(_hits(sight, expression(asked))):
        key = ("case", row.case_id) if row.case_id else ("message", row.entity_id)
        found.setdefault(key, row)
    page = list(found.items())[offset : offset + limit]
    return [_hit(tx, key, row, asked) for key, row in page], len(found)


def _hits(sight: Sight, wanted: str) -> Select[tuple[int, str, int, int | None]]:
    case_id = choose(
        (findable.c.kind == "case", findable.c.entity_id),
        else_=func.coalesce(message.c.case_id, draft.c.case_id),
    )
    weighed = (
        select(findable_words.c.rowid.label("number"), _RANK.label("rank"))
        .where(literal_column(FINDABLE_WORDS).op("MATCH")(wanted))
        .order_by(findable_words.c.rowid.desc())
        .limit(NEWEST)
        .subquery()
    )
    return (
        select(
            findable.c.id,
            findable.c.kind,
            findable.c.entity_id,
            case.c.id.label("case_id"),
        )
        .select_from(weighed)
        .join(findable, findable.c.id == weighed.c.number)
        .outerjoin(
            message,
            and_(findable.c.kind == "message", message.c.id == findable.c.entity_id),
        )
        .outerjoin(
            draft, and_(findable.c.kind == "draft", draft.c.id == findable.c.entity_id)
        )
        .outerjoin(case, case.c.id == case_id)
        # Without a case only what is open to everybody is entered.
        .where(or_(case.c.id.is_(None), seen_by(sight)))
        .order_by(weighed.c.rank, findable.c.id.desc())
        .limit(MOST)
    )


def _hit(
    tx: Connection, key: tuple[str, int], row: AnyRow, asked: Sequence[str]
) -> Hit:
    words = tx.execute(select(findable.c.words).where(findable.c.id == row.id))
    found = excerpt(words.scalar_one(), asked)
    if key[0] == "case":
        one = tx.execute(select(case).where(case.c.id == key[1])).one()
        return Hit(
            number=one.number, message=None, kind=row.kind, state=one.state,
            subject=one.subject, correspondent=one.correspondent,
            category=one.category, owner=one.owner, at=one.opened_at,
            sensitivity=one.sensitivity, excerpt=found,
        )  # fmt: skip
    mail = tx.execute(select(message).where(message.c.id == key[1])).one()
    return Hit(
        number="", message=mail.id, kind=row.kind, state=mail.outcome,
        subject=mail.subject, correspondent=mail.sender, category=mail.category,
        owner="", at=mail.received_at, sensitivity="normal", excerpt=found,
    )  # fmt: skip
