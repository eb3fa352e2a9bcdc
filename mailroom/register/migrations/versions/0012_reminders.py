"""One reminder a day for each person; where a case is, how urgent, who is away."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    for name in ("urgency", "site"):
        op.add_column(
            "case", sa.Column(name, sa.String(), nullable=False, server_default="")
        )
    op.add_column("followup", sa.Column("said_done", sa.JSON(), nullable=True))
    op.add_column("notice", sa.Column("until", sa.String(32), nullable=True))
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_reminder_draft_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("address", "day", name=op.f("uq_reminder_address_day")),
    )
    op.create_index(op.f("ix_reminder_draft_id"), "reminder", ["draft_id"])
    op.create_table(
        "reminder_matter",
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reminder_id"],
            ["reminder.id"],
            name=op.f("fk_reminder_matter_reminder_id"),
        ),
        sa.ForeignKeyConstraint(
            ["followup_id"],
            ["followup.id"],
            name=op.f("fk_reminder_matter_followup_id"),
        ),
        sa.PrimaryKeyConstraint(
            "reminder_id", "followup_id", name=op.f("pk_reminder_matter")
        ),
    )
    op.create_index(
        op.f("ix_reminder_matter_followup_id"), "reminder_matter", ["followup_id"]
    )
    op.create_table(
        "absence",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("until", sa.String(10), nullable=True),
        sa.Column("delegate", sa.String(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_absence_message_id")
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_absence")),
    )
