"""Runs the migrations on the connection that the register hands over."""

from alembic import context

from mailroom.register import (  # noqa: F401  their tables are metadata, too
    schema_calendar,
    schema_day_paper,
    schema_desk,
    schema_ledger,
    schema_matters,
    schema_reminders,
    schema_search,
    schema_service,
)
from mailroom.register.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
