"""Limits: whether an approved letter must wait, for the brake or for a cap."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from mailroom.errors import Text, text
from mailroom.register import reminders, sends
from mailroom.register.drafts import Held
from mailroom.workflow import hours
from mailroom.workflow.desk import Desk

BRAKED = timedelta(seconds=30)
CROWDED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why a letter does not leave now, and when to ask again."""

    why: Text
    length: timedelta


def pause(desk: Desk, tx: Connection, held: Held, now: datetime) -> Pause | None:
    """Say whether a letter must wait; None where it may leave."""
    if sends.brake(tx) or desk.settings.office.mode != "send":
        return Pause(why=text("the brake is on"), length=BRAKED)
    most = desk.settings.limits.letters_per_hour
    if sends.letters_since(tx, now - timedelta(hours=1)) >= most:
        why = text("held back: {n} letters an hour are allowed", n=most)
        return Pause(why=why, length=CROWDED)
    if held.kind == "reminder":
        midnight = datetime.combine(desk.today(now), time(0), desk.settings.office.zone)
        if reminders.left_since(
            tx, held.says.content.recipients, midnight, but=held.id
        ):
            # Not at midnight, and not on a day off.
            opens = hours.place(desk, "").morning_after(desk.today(now))
            return Pause(
                why=text("held back: one reminder a day to one reader"),
                length=opens - now,
            )
    most = desk.settings.limits.letters_per_correspondent
    for address in held.says.content.recipients:
        if sends.letters_to(tx, address, now) >= most:
            why = text(
                "held back: {n} letters a day to {address} are allowed",
                n=most,
                address=address,
            )
            return Pause(why=why, length=CROWDED)
    return None
