"""The tables of the search: what can be found, and how far the search has come."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy import column as named
from sqlalchemy import table as known

from mailroom.register.schema import metadata

findable = Table(
    "findable",
    metadata,
    # Never given twice: what was entered under an older number is found no more.
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # case | message | draft
    Column("entity_id", Integer, nullable=False),
    Column("words", Text, nullable=False),  # as written, for excerpts
    UniqueConstraint("kind", "entity_id"),
    sqlite_autoincrement=True,
)

search_mark = Table(
    "search_mark",
    metadata,
    Column("id", Integer, primary_key=True),  # 1: there is one
    Column("event_id", Integer, nullable=False),  # the search knows the book up to it
)

# SQLite's own full-text table (FTS5), which keeps no text; its migration makes it.
FINDABLE_WORDS = "findable_words"
findable_words = known(FINDABLE_WORDS, named("rowid"), named("title"), named("words"))
