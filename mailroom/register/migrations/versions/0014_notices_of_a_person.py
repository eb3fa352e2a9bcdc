"""Index: the notices to one person, by their state and the time."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index(
        op.f("ix_notice_to_state_made_at"),
        "notice",
        ["to", "state", "made_at"],
        unique=False,
    )
