"""Indexes: the jobs of a follow-up or a draft, and who writes, among very many."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_index(
        op.f("ix_job_subject_id_kind"), "job", ["subject_id", "kind"], unique=False
    )
    op.execute('CREATE INDEX ix_case_writer ON "case" (lower(correspondent))')
