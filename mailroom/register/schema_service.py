"""The tables of the service itself: who works, and what a person has switched."""

from sqlalchemy import Column, Integer, String, Table

from mailroom.register.schema import Moment, metadata

worker = Table(
    "worker",
    metadata,
    Column("id", String, primary_key=True),
    Column("roles", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

switch = Table(  # the brake, and other things that a person turns
    "switch",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("by", String, nullable=False),
    Column("at", Moment, nullable=False),
)
