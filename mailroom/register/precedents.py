"""What the book knows from before: letters to somebody, numbers, templates in use."""

import re
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from mailroom.drafts import DraftState
from mailroom.register.schema import case, draft, draft_version, message

NEWEST = 20_000  # messages that are asked: what is older is seldom sent once more

_NAME = re.compile(r"[a-z_]{1,40}")  # of a field


def wrote_to(tx: Connection, address: str) -> bool:
    """Say whether somebody with this address had a letter from us before."""
    matters = select(case.c.id).where(func.lower(case.c.correspondent) == address)
    sent = select(draft.c.id).where(
        draft.c.case_id.in_(matters), draft.c.state == DraftState.SENT
    )
    by_hand = select(message.c.id).where(
        message.c.case_id.in_(matters), message.c.direction == "out"
    )
    return any(tx.execute(asked.limit(1)).first() for asked in (sent, by_hand))


def case_naming(tx: Connection, field: str, value: str, *, but: int) -> str | None:
    """Return the number of another case of which a mail names this value of a field."""
    newest = tx.execute(select(func.max(message.c.id))).scalar_one() or 0
    if not _NAME.fullmatch(field):
        raise ValueError(field)
    # Written out and not bound: an index on it serves only the very same words.
    named: ColumnElement[str] = literal_column(
        f"json_extract(message.answer, '$.fields.{field}.value')"
    )
    stands = named == value
    found: str | None = tx.execute(
        select(case.c.number)
        .join(message, message.c.case_id == case.c.id)
        .where(message.c.id > newest - NEWEST, case.c.id != but, stands)
        .order_by(message.c.id)
        .limit(1)
    ).scalar_one_or_none()
    return found


def replaced_by(tx: Connection, number: str) -> str | None:
    """Return the number of the invoice that takes the place of this one, if any does.

    Asked of all invoices there are: a replaced number stays blocked.
    """
    said = message.c.answer["fields"]
    found: str | None = tx.execute(
        select(said["invoice_no"]["value"].as_string())
        .where(said["replaces"]["value"].as_string() == number)
        .order_by(message.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def later_mail(tx: Connection, case_id: int, message_id: int) -> str | None:
    """Return who wrote in a case after a message came in; None where nobody did."""
    found: str | None = tx.execute(
        select(message.c.sender)
        .where(
            message.c.case_id == case_id,
            message.c.direction == "in",
            message.c.id > message_id,
            message.c.duplicate_of.is_(None),
        )
        .order_by(message.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def newest_mail(tx: Connection, case_id: int) -> int:
    """Return the number of the last letter that came in a case; 0: there was none."""
    return (
        tx.execute(
            select(func.max(message.c.id)).where(
                message.c.case_id == case_id,
                message.c.direction == "in",
                message.c.duplicate_of.is_(None),
            )
        ).scalar_one()
        or 0
    )


def template_since(tx: Connection, template: str, *, now: datetime) -> datetime | None:
    """Return since when a template, "name@hash", is in use as it is.

    None where it has never been another one; now where no letter was made of it yet.
    """
    name = template.partition("@")[0]
    begins = draft_version.c.template.startswith(f"{name}@", autoescape=True)
    older = select(draft_version.c.draft_id).where(
        begins, draft_version.c.template != template
    )
    if tx.execute(older.limit(1)).first() is None:
        return None
    first: datetime | None = tx.execute(
        select(func.min(draft_version.c.made_at)).where(
            draft_version.c.template == template
        )
    ).scalar_one()
    return first or now
