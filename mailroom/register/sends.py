"""The journal of sending: each attempt is written before it begins, and again after."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.register.schema import AnyRow, draft, notice, send
from mailroom.register.schema_service import switch

COUNTED = ("connecting", "committing", "accepted", "uncertain")  # for the caps


def begin(
    tx: Connection,
    draft_id: int,
    *,
    rfc_id: str,
    recipients: Sequence[str],
    now: datetime,
) -> tuple[int, int]:
    """Write that an attempt begins; returns its id, and its number for this draft."""
    last = tx.execute(
        select(func.max(send.c.attempt)).where(send.c.draft_id == draft_id)
    ).scalar_one()
    number = (last or 0) + 1
    send_id: int = tx.execute(
        insert(send)
        .values(
            draft_id=draft_id,
            attempt=number,
            state="connecting",
            rfc_id=rfc_id,
            recipients={address: ["pending", ""] for address in recipients},
            started_at=now,
        )
        .returning(send.c.id)
    ).scalar_one()
    return send_id, number


def note(tx: Connection, send_id: int, state: str, **values: Any) -> None:  # noqa: ANN401  columns of the journal
    """Write how far an attempt has come."""
    tx.execute(update(send).where(send.c.id == send_id).values(state=state, **values))


def last(tx: Connection, draft_id: int) -> AnyRow | None:
    """Return the newest attempt for a draft."""
    return tx.execute(
        select(send)
        .where(send.c.draft_id == draft_id)
        .order_by(send.c.attempt.desc())
        .limit(1)
    ).one_or_none()


def of_draft(tx: Connection, draft_id: int) -> Sequence[AnyRow]:
    """List the attempts for a draft."""
    return tx.execute(
        select(send).where(send.c.draft_id == draft_id).order_by(send.c.attempt)
    ).all()


def settled_recipients(
    tx: Connection, draft_id: int, *, rfc_id: str, approved_at: datetime | None
) -> Mapping[str, str]:
    """Return who needs no further attempt: `accepted` this letter, or `refused` it.

    Whoever has got a letter never gets it again; whoever was refused is tried again
    once a person has approved it anew.
    """
    known: dict[str, str] = {}
    for row in of_draft(tx, draft_id):
        for address, (outcome, _) in row.recipients.items():
            got_it = row.state == "accepted" and row.rfc_id == rfc_id
            since = approved_at is None or row.started_at >= approved_at
            if (outcome == "accepted" and got_it) or (outcome == "refused" and since):
                known[address] = outcome
    return known


def letters_since(tx: Connection, since: datetime) -> int:
    """Count the letters that left, may have left or are leaving, since then."""
    return tx.execute(
        select(func.count()).where(
            send.c.started_at >= since, send.c.state.in_(COUNTED)
        )
    ).scalar_one()


def letters_to(tx: Connection, address: str, now: datetime) -> int:
    """Count the letters to one address within a day."""
    rows = tx.execute(
        select(send.c.recipients).where(
            send.c.started_at >= now - timedelta(days=1),
            send.c.state.in_(COUNTED),
        )
    ).scalars()
    wanted = address.lower()
    return sum(wanted in (a.lower() for a in recipients) for recipients in rows)


def stuck(tx: Connection, before: datetime) -> Sequence[AnyRow]:
    """List the sends that a person should look at: in doubt, or begun long ago."""
    return tx.execute(
        select(send, draft.c.case_id)
        .join(draft, draft.c.id == send.c.draft_id)
        .where(
            (send.c.state == "uncertain") & (draft.c.state == "uncertain")
            | send.c.state.in_(("connecting", "committing"))
            & (send.c.started_at < before)
        )
    ).all()


def brake(tx: Connection) -> bool:
    """Say whether the brake is on."""
    return (
        tx.execute(
            select(switch.c.value).where(switch.c.name == "brake")
        ).scalar_one_or_none()
        == "on"
    )


def turn_brake(tx: Connection, *, on: bool, by: str, now: datetime) -> None:
    """Put the brake on, or take it off."""
    values = {"value": "on" if on else "off", "by": by, "at": now}
    tx.execute(
        insert(switch)
        .values(name="brake", **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )


def add_notice(
    tx: Connection,
    *,
    key: str,
    to: str,
    subject: str,
    body: str,
    now: datetime,
    until: datetime | None = None,
    state: Literal["due", "gathered"] = "due",
) -> int | None:
    """Enter a notice to one of the office's own people, once; returns its id.

    After `until` it is not sent any more; its reader is told anew.
    """
    return tx.execute(
        insert(notice)
        .values(
            key=key,
            to=to,
            subject=subject,
            body=body,
            state=state,
            made_at=now,
            until=until,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(notice.c.id)
    ).scalar_one_or_none()


def notice_row(tx: Connection, notice_id: int) -> AnyRow:
    """Return the row of a notice."""
    return tx.execute(select(notice).where(notice.c.id == notice_id)).one()


def note_notice(tx: Connection, notice_id: int, **values: Any) -> None:  # noqa: ANN401  columns of the notice
    """Write how far a notice has come."""
    tx.execute(update(notice).where(notice.c.id == notice_id).values(**values))
