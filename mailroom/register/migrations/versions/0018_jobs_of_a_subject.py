"""An index: which jobs there are for a follow-up or a draft, among very many."""

from alembic import op

revision = "0018"
down_revision = "0014"


def upgrade() -> None:
    op.create_index(
        op.f("ix_job_subject_id_kind"), "job", ["subject_id", "kind"], unique=False
    )
