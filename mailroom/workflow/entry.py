"""One message being entered into the book, within one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from mailroom.cases import Outcome
from mailroom.errors import Text
from mailroom.message.threads import parents
from mailroom.register import cases, events, messages
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.reading import Reading, plain, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A message, what thinking made of it, and the open book."""

    desk: Desk
    tx: Connection
    row: AnyRow
    reading: Reading
    now: datetime

    def case_of_thread(self) -> AnyRow | None:
        """Find the case that this message belongs to by its thread."""
        return cases.of_thread(self.tx, parents(self.reading.message))

    def conclude(
        self,
        outcome: Outcome,
        reason: Text | None = None,
        **values: Any,  # noqa: ANN401  columns of the message
    ) -> None:
        """Write what became of the message, and tell it."""
        answer = self.reading.answer
        messages.conclude(
            self.tx,
            self.row.id,
            outcome,
            reason=reason,
            category=answer.category if answer else None,
            answer=plain(answer) if answer else told(self.reading.told),
            rules_hash=answer.rules_hash if answer else None,
            **values,
        )
        events.record(
            self.tx, outcome.value, at=self.now, entity="message",
            entity_id=self.row.id, case_id=values.get("case_id"),
            rule=answer.rule if answer else None,
        )  # fmt: skip

    def note_thread(self, case_id: int) -> None:
        """Let answers to this message find its case."""
        message = self.reading.message
        ids = [message.message_id] if message.message_id else []
        cases.join_thread(self.tx, case_id, ids)
