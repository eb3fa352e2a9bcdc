"""How the letters of a template have fared: approved as made, changed, rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from mailroom.drafts import DraftState
from mailroom.register.schema import draft, draft_version

LOOKED_BACK = timedelta(days=90)
ENOUGH = 20  # decisions, before a record says anything
NEARLY_ALL = 0.95
GOOD = (DraftState.APPROVED, DraftState.SENDING, DraftState.SENT, DraftState.DEFERRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What people decided on the letters of one version of a template."""

    decided: int = 0
    unchanged: int = 0  # approved as the machine had made them

    @property
    def is_good(self) -> bool:
        """Say whether nearly all of enough letters were approved as they were made."""
        return self.decided >= ENOUGH and self.unchanged >= NEARLY_ALL * self.decided


def records(
    tx: Connection, templates: Sequence[str], *, now: datetime
) -> Mapping[str, Record]:
    """Look back 90 days; `templates` as drafts name them: `reply/x.zh.docx@1a2b3c`.

    A template that has been changed since is another one, and has no record yet.
    """
    first = and_(draft_version.c.draft_id == draft.c.id, draft_version.c.version == 1)
    good = draft.c.state.in_(GOOD)
    rows = tx.execute(
        select(
            draft_version.c.template,
            func.count(),
            # Not a sum: SQLAlchemy would read that of conditions as yes or no.
            func.count().filter(good, draft.c.version == 1),
        )
        .join(draft, first)
        .where(
            draft_version.c.template.in_(list(templates)),
            draft.c.decided_at >= now - LOOKED_BACK,
            draft.c.state.in_((*GOOD, DraftState.REJECTED)),
        )
        .group_by(draft_version.c.template)
    )
    return {
        template: Record(decided=decided, unchanged=unchanged)
        for template, decided, unchanged in rows
    }
