"""The last letter of theirs that stood in the case when somebody saw a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("shown", sa.Column("heard", sa.Integer(), nullable=True))
