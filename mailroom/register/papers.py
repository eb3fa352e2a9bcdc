"""The office's own papers in the book: which were made for a case, and their gaps."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.schema import AnyRow, paper


def add(
    tx: Connection,
    *,
    key: str,
    case_id: int,
    template: str,
    name: str,
    sha256: str,
    missing: Collection[str],
    now: datetime,
) -> None:
    """Enter an internal paper of a case, once."""
    tx.execute(
        insert(paper)
        .values(
            key=key,
            case_id=case_id,
            template=template,
            name=name,
            sha256=sha256,
            missing=list(missing),
            made_at=now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )


def of_case(tx: Connection, case_id: int) -> Sequence[AnyRow]:
    """List the papers of a case."""
    return tx.execute(
        select(paper).where(paper.c.case_id == case_id).order_by(paper.c.id)
    ).all()
