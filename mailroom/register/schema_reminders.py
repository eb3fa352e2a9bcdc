"""The tables of reminders: what one person is told on a day, and who is away."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from mailroom.register.schema import Moment, metadata

reminder = Table(  # all that one person is reminded of on one day
    "reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False),
    Column("day", String(10), nullable=False),  # ISO date, where the person is
    Column("kind", String, nullable=False),  # letter | notice
    Column("state", String, nullable=False),  # open | made | moved (to another day)
    Column("due_at", Moment, nullable=False),
    Column("made_at", Moment),
    Column("draft_id", ForeignKey("draft.id")),  # the letter, as it last was
    UniqueConstraint("address", "day"),
    Index(None, "draft_id"),
)

reminder_matter = Table(
    "reminder_matter",
    metadata,
    Column("reminder_id", ForeignKey("reminder.id"), primary_key=True),
    Column("followup_id", ForeignKey("followup.id"), primary_key=True),
    Index(None, "followup_id"),
)

absence = Table(  # who is away till when, as they told by themselves
    "absence",
    metadata,
    Column("address", String, primary_key=True),
    Column("until", String(10)),  # ISO date: back on that day; None: not told
    Column("delegate", String),  # address of who answers instead
    Column("message_id", ForeignKey("message.id"), nullable=False),
)
