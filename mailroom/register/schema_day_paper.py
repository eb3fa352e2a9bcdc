"""The table of the day's papers: what was made for whom, on which day."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from mailroom.register.schema import Moment, metadata

day_paper = Table(
    "day_paper",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # brief:2026-03-12:徐婷
    Column("kind", String, nullable=False),  # brief | week | holiday | month
    Column("day", String(10), nullable=False),  # ISO date
    Column("person", String, nullable=False),  # whose eyes it is cut for
    Column("name", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    # Ids of the cases of which it tells; any of them may become restricted.
    Column("named", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "person", "day"),
)
