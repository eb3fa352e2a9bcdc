"""Indexes: which mail names a number, and which letters a template made."""

from alembic import op

revision = "0005"
down_revision = "0004"

_NUMBERS = ("invoice_no", "credit_note_no", "claim_no", "po_no", "contract_no")


def upgrade() -> None:
    for name in _NUMBERS:
        value = f"json_extract(answer, '$.fields.{name}.value')"
        op.execute(
            f"CREATE INDEX ix_message_{name} ON message ({value})"
            f" WHERE {value} IS NOT NULL"
        )
    op.create_index(
        op.f("ix_draft_version_template"), "draft_version", ["template"], unique=False
    )
