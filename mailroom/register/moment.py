"""How the register keeps a time: UTC, as text whose order is the order in time."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, TypeDecorator
from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as UTC text so that order by text is order in time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  SQLAlchemy's signature
    ) -> str | None:
        """Write UTC with microseconds; a naive time is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        # Not strftime, which takes twice as long: each mail brings five of them.
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:26]

    def process_result_value(
        self,
        value: Any | None,  # noqa: ANN401  SQLAlchemy's signature
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Read it back, aware."""
        return None if value is None else datetime.fromisoformat(value + "+00:00")
