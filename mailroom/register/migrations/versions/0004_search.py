"""The search: what can be found; all that is in the book already is entered again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "findable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findable")),
        sa.UniqueConstraint(
            "kind", "entity_id", name=op.f("uq_findable_kind_entity_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_mark")),
    )
    op.execute(
        "CREATE VIRTUAL TABLE findable_words USING fts5("
        "title, words, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    # From the beginning of the book: the worker goes through it, a batch at a time.
    op.execute("INSERT INTO search_mark (id, event_id) VALUES (1, 0)")
