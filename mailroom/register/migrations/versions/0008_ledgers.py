"""The office's registers with numbers of their own; cases that came on paper."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_DOC_NO = "json_extract(answer, '$.fields.doc_no.value')"


def upgrade() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ledger", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_ledger_entry_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_ledger_entry_draft_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_ledger_entry_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
        sa.UniqueConstraint(
            "ledger",
            "year",
            "sequence",
            name=op.f("uq_ledger_entry_ledger_year_sequence"),
        ),
    )
    op.create_index(
        op.f("ix_ledger_entry_ledger_day"), "ledger_entry", ["ledger", "day"]
    )
    op.create_index(op.f("ix_ledger_entry_case_id"), "ledger_entry", ["case_id"])
    op.create_table(
        "ledger_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_mark")),
    )
    # From the beginning of the book: what stands in it already gets its numbers.
    op.execute("INSERT INTO ledger_mark (id, event_id) VALUES (1, 0)")
    op.add_column("case", sa.Column("medium", sa.String(), nullable=True))
    op.add_column("case", sa.Column("doc_no", sa.String(), nullable=True))
    op.add_column("case", sa.Column("received_on", sa.String(10), nullable=True))
    op.create_index(op.f("ix_case_doc_no"), "case", ["doc_no"])
    op.execute(
        f"CREATE INDEX ix_message_doc_no ON message ({_DOC_NO})"
        f" WHERE {_DOC_NO} IS NOT NULL"
    )
