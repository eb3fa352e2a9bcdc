"""The tables of the office's registers: what stands in which, under which number."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table
from sqlalchemy import UniqueConstraint as Unique

from mailroom.register.schema import metadata

ledger_entry = Table(  # a line of R01 to R17; written once, never changed, never gone
    "ledger_entry",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # R01:case:12
    Column("ledger", String, nullable=False),  # R01
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),  # 1, 2, 3 … of its year
    Column("day", String(10), nullable=False),  # ISO date, the office's own
    Column("case_id", ForeignKey("case.id")),
    Column("draft_id", ForeignKey("draft.id")),  # of R02: a letter of ours
    Column("message_id", ForeignKey("message.id")),  # of R02: one from the mail client
    Unique("ledger", "year", "sequence"),
    Index(None, "ledger", "day"),
    Index(None, "case_id"),
)

ledger_mark = Table(
    "ledger_mark",
    metadata,
    Column("id", Integer, primary_key=True),  # 1: there is one
    Column("event_id", Integer, nullable=False),  # what happened up to it is entered
)
