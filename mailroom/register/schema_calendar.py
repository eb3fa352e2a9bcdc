"""The tables of the calendar: appointments, and the sheets made of them."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from mailroom.register.schema import Moment, metadata

appointment = Table(
    "appointment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", ForeignKey("case.id")),  # None: entered by hand, of no case
    Column("message_id", ForeignKey("message.id")),  # the letter that tells of it
    Column("kind", String, nullable=False),  # appointments.Kind
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("whole_day", Boolean, nullable=False, default=False),
    Column("zone", String, nullable=False),  # whose clock it was told by
    Column("title", String, nullable=False),
    Column("venue", String, nullable=False, default=""),
    Column("room", String, nullable=False, default=""),
    Column("people", JSON, nullable=False),  # names of ours
    Column("transport_no", String, nullable=False, default=""),
    Column("booking_ref", String, nullable=False, default=""),
    Column("hotel", String, nullable=False, default=""),
    Column("destination", String, nullable=False, default=""),
    Column("recurs", String, nullable=False, default=""),
    Column("uid", String, nullable=False, default=""),  # RFC 5545, 3.8.4.7
    Column("sequence", Integer, nullable=False, default=0),
    Column("sure", Boolean, nullable=False, default=True),
    Column("standing", String, nullable=False),  # appointments.Standing
    Column("heir_id", ForeignKey("appointment.id")),
    # Of one without a case; where there is a case, the case says who may see it.
    Column("sensitivity", String, nullable=False, default="normal"),
    Column("owner", String, nullable=False, default=""),
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("reason", String, nullable=False, default=""),
    Index(None, "begins_at"),
    Index(None, "case_id"),
    Index(None, "uid"),
)

itinerary = Table(  # a leader's sheet for a day; each edition stays
    "itinerary",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String, nullable=False),
    Column("day", String(10), nullable=False),  # ISO date
    Column("edition", Integer, nullable=False),
    Column("state", String, nullable=False),  # waiting | approved | handed over | void
    Column("content", JSON, nullable=False),  # what it shows of the calendar
    Column("appointments", JSON, nullable=False),  # their ids
    Column("filled", JSON, nullable=False),  # what a person has filled in, by field
    Column("missing", JSON, nullable=False),  # fields without a value
    Column("sha256", String(64), nullable=False),  # the file, among the enclosures
    Column("name", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),  # handed over by then
    Column("approved_by", String),
    Column("approved_at", Moment),
    Column("handed_by", String),
    Column("handed_at", Moment),
    UniqueConstraint("person", "day", "edition"),
    Index(None, "day"),
)
