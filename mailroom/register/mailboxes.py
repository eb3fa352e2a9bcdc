"""How far each mailbox has been read, and by whom."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.jobs import LeaseLostError
from mailroom.register.schema import AnyRow, mailbox

LEASE = timedelta(seconds=300)


def enter(tx: Connection, account: str, name: str, role: str) -> int:
    """Make sure that a mailbox has its row; returns its id."""
    tx.execute(
        insert(mailbox)
        .values(account=account, name=name, role=role)
        .on_conflict_do_nothing(index_elements=["account", "name"])
    )
    found: int = tx.execute(
        select(mailbox.c.id).where(mailbox.c.account == account, mailbox.c.name == name)
    ).scalar_one()
    return found


def claim(
    tx: Connection,
    mailbox_id: int,
    *,
    owner: str,
    now: datetime,
    living: Collection[str],
) -> int | None:
    """Take or renew the mailbox for `owner`; returns the fence, None if it is taken.

    A renewal keeps its fence; a new owner gets a new one.
    """
    renewed: int | None = tx.execute(
        update(mailbox)
        .where(
            mailbox.c.id == mailbox_id,
            mailbox.c.owner == owner,
            mailbox.c.lease_until >= now,
        )
        .values(lease_until=now + LEASE)
        .returning(mailbox.c.fence)
    ).scalar_one_or_none()
    if renewed is not None:
        return renewed
    taken: int | None = tx.execute(
        update(mailbox)
        .where(
            mailbox.c.id == mailbox_id,
            or_(
                mailbox.c.owner.is_(None),
                mailbox.c.lease_until < now,
                mailbox.c.owner.not_in(living),
                mailbox.c.owner == owner,
            ),
        )
        .values(owner=owner, lease_until=now + LEASE, fence=mailbox.c.fence + 1)
        .returning(mailbox.c.fence)
    ).scalar_one_or_none()
    return taken


def change(tx: Connection, mailbox_id: int, fence: int, **values: object) -> None:
    """Write the state of a mailbox that we hold. Raises LeaseLostError."""
    changed = tx.execute(
        update(mailbox)
        .where(mailbox.c.id == mailbox_id, mailbox.c.fence == fence)
        .values(fence=mailbox.c.fence, **values)
    )
    if changed.rowcount != 1:
        raise LeaseLostError


def note_error(tx: Connection, mailbox_id: int, error: str) -> None:
    """Write why a mailbox cannot be read, whoever holds it."""
    tx.execute(
        update(mailbox).where(mailbox.c.id == mailbox_id).values(last_error=error)
    )


def state(tx: Connection, mailbox_id: int) -> AnyRow:
    """Return the row of a mailbox."""
    return tx.execute(select(mailbox).where(mailbox.c.id == mailbox_id)).one()
