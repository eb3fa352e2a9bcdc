"""Finds the case in which the same document stands already."""

from sqlalchemy import ColumnElement, Connection, literal_column, or_, select
from sqlalchemy import case as choose

from mailroom.cases import Sight
from mailroom.register.schema import AnyRow, case, message
from mailroom.register.sight import seen_by


def registered_before(
    tx: Connection,
    *,
    doc_no: str,
    sender: str,
    subject: str,
    day: str,
    sight: Sight | None = None,
    but: int | None = None,
) -> AnyRow | None:
    """Find the case in which the same document stands already; None where none does.

    The same is what bears the same number and comes from the same sender; without a
    number, what the same sender sent under the same title on the same day. What came
    on paper has a name for its sender and what came by mail an address: between the
    two, the number tells.
    """
    own = _same_sender(sender)
    if doc_no:
        mailed = select(message.c.case_id).where(_doc_no_read == doc_no)
        found = [or_(case.c.doc_no == doc_no, case.c.id.in_(mailed)), own]
    else:
        found = [
            case.c.medium.is_not(None), case.c.correspondent == sender,
            case.c.subject == subject, case.c.received_on == day,
        ]  # fmt: skip
    if sight is not None:
        found.append(seen_by(sight))
    if but is not None:
        found.append(case.c.id != but)
    # The one under the same title tells most.
    return tx.execute(
        select(case)
        .where(*found)
        .order_by(choose((case.c.subject == subject, 0), else_=1), case.c.id)
        .limit(1)
    ).one_or_none()


# Written out and not bound: an index on it serves only the very same words.
_doc_no_read: ColumnElement[str] = literal_column(
    "json_extract(message.answer, '$.fields.doc_no.value')"
)


def _same_sender(sender: str) -> ColumnElement[bool]:
    by_mail = case.c.medium.is_(None)
    if "@" not in sender:
        return or_(by_mail, case.c.correspondent == sender)
    domain = sender.rpartition("@")[2]
    return or_(~by_mail, case.c.correspondent.endswith(f"@{domain}", autoescape=True))
