"""Supervised matters with their units and steps; promises with a day of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("followup", sa.Column("due_on", sa.String(10), nullable=True))
    op.add_column("followup", sa.Column("sentence", sa.Text(), nullable=True))
    op.add_column("followup", sa.Column("sure", sa.Boolean(), nullable=True))
    op.add_column("followup", sa.Column("unit_id", sa.Integer(), nullable=True))
    op.create_table(
        "matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("interval", sa.String(), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=True),
        sa.Column("opened_at", sa.String(32), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_matter_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter")),
        sa.UniqueConstraint("case_id", name=op.f("uq_matter_case_id")),
    )
    op.create_table(
        "matter_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("planned_on", sa.String(10), nullable=True),
        sa.Column("expected_on", sa.String(10), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", sa.String(32), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["matter.id"], name=op.f("fk_matter_unit_matter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_unit")),
        sa.UniqueConstraint(
            "matter_id", "unit", name=op.f("uq_matter_unit_matter_id_unit")
        ),
    )
    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("percent", sa.String(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("new_date", sa.String(10), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_step_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["matter_unit.id"], name=op.f("fk_step_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    op.create_index(op.f("ix_step_unit_id"), "step", ["unit_id"], unique=False)
