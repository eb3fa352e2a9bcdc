"""What the register, the mailboxes and the SMTP server hold after a trial."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from functools import cached_property

from sqlalchemy import Table, select

from mailroom.drafts import DraftState
from mailroom.register.schema import AnyRow, draft, draft_version, message, send
from tests.kills.trial import Kill, Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One letter that arrived whole at the SMTP server."""

    rfc_id: str
    at: float  # seconds since 1970


@dataclass(frozen=True)
class Found:
    """What the register, the mailboxes and the SMTP server hold in the end."""

    trial: Trial

    def rows(self, table: Table) -> Sequence[AnyRow]:
        """Read a whole table."""
        with self.trial.desk.database.read() as tx:
            return tx.execute(select(table)).all()

    @cached_property
    def messages(self) -> dict[str, list[AnyRow]]:
        """The received messages, by the fingerprint of their bytes."""
        found = defaultdict(list)
        for row in self.rows(message):
            if row.direction == "in":
                found[row.sha256].append(row)
        return found

    @cached_property
    def drafts(self) -> Sequence[AnyRow]:
        """The drafts, with what their current version carries."""
        with self.trial.desk.database.read() as tx:
            return tx.execute(
                select(draft, draft_version.c.rfc_id, draft_version.c.mime_sha256)
                .join(
                    draft_version,
                    (draft_version.c.draft_id == draft.c.id)
                    & (draft_version.c.version == draft.c.version),
                )
                .order_by(draft.c.id)
            ).all()

    @cached_property
    def sends(self) -> dict[int, list[AnyRow]]:
        """The attempts to send, by draft, in their order."""
        found = defaultdict(list)
        for row in sorted(self.rows(send), key=lambda row: row.attempt):
            found[row.draft_id].append(row)
        return found

    @cached_property
    def in_drafts(self) -> Counter[str]:
        """The copies in the Drafts mailbox, by Message-ID."""
        return self._ids("Drafts")

    @cached_property
    def in_sent(self) -> Counter[str]:
        """The copies in the Sent mailbox, by Message-ID."""
        return self._ids("Sent")

    def _ids(self, mailbox: str) -> Counter[str]:
        return Counter(
            rfc_id_of(m.raw) for m in self.trial.imap.messages(mailbox, self.trial.user)
        )

    @cached_property
    def dots(self) -> list[Dot]:
        """What the SMTP server took, by its own log."""
        lines = []
        if self.trial.smtp_log.exists():
            lines = self.trial.smtp_log.read_text(encoding="utf-8").splitlines()
        seen = [json.loads(line) for line in lines]
        return [
            Dot(rfc_id=each["message_id"], at=each["at"])
            for each in seen
            if each["event"] == "dot" and each["kept"]
        ]

    def in_state(self, *states: DraftState) -> list[AnyRow]:
        """Return the drafts in one of these states."""
        return [row for row in self.drafts if row.state in states]

    @cached_property
    def doubts(self) -> dict[str, Kill]:
        """The letters whose dot had arrived, with the kill before its reply was noted.

        By the journal's own times: the first kill after the attempt began ended it, if
        its ending was not written by then. That the dot is in the server's log shows
        that the kill came after it.
        """
        found = {}
        for row in self.drafts:
            for dot in (dot for dot in self.dots if dot.rfc_id == row.rfc_id):
                attempts = [
                    a for a in self.sends[row.id] if a.started_at.timestamp() <= dot.at
                ]
                if not attempts:
                    continue
                began = attempts[-1].started_at.timestamp()
                ended = attempts[-1].ended_at
                kill = next((k for k in self.trial.kills if k.dead_at > began), None)
                if kill and (ended is None or ended.timestamp() > kill.dead_at):
                    found[row.rfc_id] = kill
        return found


def rfc_id_of(raw: bytes) -> str:
    """Return the Message-ID of a letter."""
    return str(BytesHeaderParser().parsebytes(raw)["Message-ID"] or "").strip()
