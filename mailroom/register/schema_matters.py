"""The tables of supervision (督办): a matter, the units that owe it, their steps."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from mailroom.register.schema import Moment, metadata

matter = Table(  # 督办事项: a case that units of the office must see through
    "matter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case.id"), nullable=False, unique=True),
    Column("about", String, nullable=False),  # what it is, in a line
    Column("interval", String, nullable=False, default=""),  # 每周五, weekly; "": none
    Column("due_on", String(10)),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", String, nullable=False),
)

matter_unit = Table(  # 主办、协办单位
    "matter_unit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("matter_id", ForeignKey("matter.id"), nullable=False),
    Column("unit", String, nullable=False),
    Column("role", String, nullable=False),  # lead | assist
    Column("address", String, nullable=False),  # where it is written to
    Column("head", String, nullable=False, default=""),  # address of its head
    Column("planned_on", String(10)),  # as ordered; never changed by a report
    Column("expected_on", String(10)),  # the unit's own new date
    Column("state", String, nullable=False),
    # asked | reported | late | asks to close | closed
    Column("closed_at", Moment),
    Column("closed_by", String),
    Column("proof", Text),  # what a person closed it on
    UniqueConstraint("matter_id", "unit"),
)

step = Table(  # what a unit has told, and what a person decided on it
    "step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("matter_unit.id"), nullable=False),
    Column("message_id", ForeignKey("message.id")),  # None: by hand
    Column("at", Moment, nullable=False),
    Column("what", String, nullable=False),  # the state that it led to
    Column("by", String, nullable=False),  # who told or decided it
    Column("percent", String),
    Column("late", Boolean),
    Column("reason", Text),  # in the unit's own words
    Column("new_date", String(10)),
    Column("sentence", Text, nullable=False),  # where it was read
    Index(None, "unit_id"),
)
