"""Runs the migrations on the connection that the register hands over."""

from alembic import context

from mailroom.register import (  # their tables are metadata, too
    schema_calendar,  # noqa: F401
    schema_desk,  # noqa: F401
    schema_search,  # noqa: F401
)
from mailroom.register.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
