"""The drafts in the book: each version with its seal, and each decision on it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.dialects.sqlite import insert

from mailroom.cases import stricter
from mailroom.drafts import (
    MOVES,
    OPEN,
    REVISABLE,
    Content,
    DraftState,
    Enclosure,
    Finding,
)
from mailroom.errors import ReviewError, Text, text
from mailroom.register import events
from mailroom.register.schema import (
    CURRENT,
    AnyRow,
    case,
    draft,
    draft_version,
    message,
    shown,
)
from mailroom.register.texts import pack, pack_finding, unpack, unpack_finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a draft says: one version, which is never changed."""

    content: Content
    rfc_id: str  # our Message-ID, fixed before anything leaves
    missing: tuple[str, ...]  # fields without a value: not to be approved
    findings: tuple[Finding, ...]
    marks: tuple[tuple[int, int, str], ...]
    template: str
    mime_sha256: str  # the exact bytes, among the letters
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A draft as it stands, with its current version."""

    id: int
    case_id: int
    case_number: str
    message_id: int | None
    message_rfc_id: str | None  # of the mail that it answers
    followup_id: int | None
    account: str
    kind: str
    state: DraftState
    version: int
    seal: str
    clearance: int
    sensitivity: str
    category: str | None
    owner: str  # of the case: who is in charge
    send_at: datetime | None
    letter_sha256: str | None  # the approved bytes
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    approvals: tuple[tuple[str, str], ...]  # who, and the seal they saw
    reason: Text | None
    placement: str
    placed: tuple[str, int, int] | None  # mailbox, uidvalidity, uid
    copy: str
    says: Version


def create(
    tx: Connection,
    *,
    key: str,
    case_id: int,
    message_id: int | None,
    followup_id: int | None,
    account: str,
    kind: str,
    clearance: int,
    sensitivity: str,
    place: bool,
    version: Version,
    now: datetime,
) -> int | None:
    """Enter a waiting draft; None where its key has one already (never a second)."""
    draft_id: int | None = tx.execute(
        insert(draft)
        .values(
            key=key,
            case_id=case_id,
            message_id=message_id,
            followup_id=followup_id,
            account=account,
            kind=kind,
            state=DraftState.WAITING,
            clearance=clearance,
            sensitivity=sensitivity,
            approvals=[],
            created_at=now,
            placement="due" if place else "none",
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(draft.c.id)
    ).scalar_one_or_none()
    if draft_id is not None:
        _write_version(tx, draft_id, 1, version, now)
        events.record(
            tx, "drafted", at=now, entity="draft", entity_id=draft_id, case_id=case_id,
            template=version.template, seal=version.content.seal,
        )  # fmt: skip
    return draft_id


def id_of(tx: Connection, key: str) -> int | None:
    """Return the draft that was made under a key."""
    found: int | None = tx.execute(
        select(draft.c.id).where(draft.c.key == key)
    ).scalar_one_or_none()
    return found


def count_keyed(tx: Connection, beginning: str) -> int:
    """Count the drafts whose keys begin so."""
    keyed = draft.c.key.startswith(beginning, autoescape=True)
    return int(tx.execute(select(func.count()).where(keyed)).scalar_one())


def _write_version(
    tx: Connection, draft_id: int, number: int, version: Version, now: datetime
) -> None:
    tx.execute(
        insert(draft_version).values(
            draft_id=draft_id,
            version=number,
            seal=version.content.seal,
            rfc_id=version.rfc_id,
            content=asdict(version.content),
            missing=list(version.missing),
            warnings=[pack_finding(f) for f in version.findings],
            marks=[list(m) for m in version.marks],
            template=version.template,
            mime_sha256=version.mime_sha256,
            made_by=version.made_by,
            made_at=now,
        )
    )


def revise(
    tx: Connection, held: Held, version: Version, *, place: bool, now: datetime
) -> None:
    """Replace what a draft says; whoever approved the old version has to look again.

    Raises ReviewError where somebody was quicker.
    """
    changed = tx.execute(
        update(draft)
        .where(
            draft.c.id == held.id,
            draft.c.version == held.version,
            draft.c.state.in_(list(REVISABLE)),
        )
        .values(
            version=held.version + 1,
            state=DraftState.WAITING,
            approvals=[],
            placement="due" if place else "none",
            placed_mailbox=None,
            placed_uidvalidity=None,
            placed_uid=None,
        )
    )
    if changed.rowcount != 1:
        raise ReviewError(
            text("draft {id} has just been changed; look again", id=held.id)
        )
    _write_version(tx, held.id, held.version + 1, version, now)
    events.record(
        tx, "revised", at=now, entity="draft", entity_id=held.id, case_id=held.case_id,
        actor=version.made_by, seal=version.content.seal, version=held.version + 1,
    )  # fmt: skip


def move(
    tx: Connection,
    held: Held,
    state: DraftState,
    *,
    now: datetime,
    actor: str = "mailroom",
    reason: Text | None = None,
    **values: Any,  # noqa: ANN401  columns of the draft
) -> None:
    """Move a draft on, if nobody else has moved it since it was read.

    Raises ReviewError otherwise, and for a step that no draft may take.
    """
    if state not in MOVES[held.state]:
        raise ReviewError(
            text(
                "draft {id} is {state}; it cannot become {wanted}",
                id=held.id,
                state=text(held.state.value),
                wanted=text(state.value),
            )
        )
    changed = tx.execute(
        update(draft)
        .where(
            draft.c.id == held.id,
            draft.c.state == held.state,
            draft.c.version == held.version,
        )
        .values(state=state, reason=pack(reason) if reason else None, **values)
    )
    if changed.rowcount != 1:
        raise ReviewError(
            text("draft {id} has just been changed; look again", id=held.id)
        )
    events.record(
        tx, state.value, at=now, entity="draft", entity_id=held.id,
        case_id=held.case_id, actor=actor, version=held.version, seal=held.seal,
        reason=pack(reason) if reason else None,
    )  # fmt: skip


def note(tx: Connection, draft_id: int, **values: Any) -> None:  # noqa: ANN401  columns of the draft
    """Write what is true beside the state: where a copy lies."""
    tx.execute(update(draft).where(draft.c.id == draft_id).values(**values))


def _question() -> Select[Any]:
    return (
        select(
            draft,
            draft_version,
            draft.c.version.label("current"),
            case.c.number,
            case.c.category,
            case.c.owner,
            case.c.sensitivity.label("case_sensitivity"),
            message.c.rfc_id.label("message_rfc_id"),
        )
        .join(draft_version, CURRENT)
        .join(case, case.c.id == draft.c.case_id)
        .outerjoin(message, message.c.id == draft.c.message_id)
    )


def _content(kept: dict[str, Any]) -> Content:
    return Content(
        **{
            **kept,
            "to": tuple(kept["to"]),
            "cc": tuple(kept["cc"]),
            "pictures": tuple(Enclosure(**p) for p in kept["pictures"]),
            "enclosures": tuple(Enclosure(**e) for e in kept["enclosures"]),
        }
    )


def _held(row: AnyRow) -> Held:
    placed = (row.placed_mailbox, row.placed_uidvalidity, row.placed_uid)
    return Held(
        id=row.id,
        case_id=row.case_id,
        case_number=row.number,
        message_id=row.message_id,
        message_rfc_id=row.message_rfc_id,
        followup_id=row.followup_id,
        account=row.account,
        kind=row.kind,
        state=DraftState(row.state),
        version=row.current,
        seal=row.seal,
        clearance=row.clearance,
        # A later letter may have made its case more confidential than it was.
        sensitivity=stricter(row.sensitivity, row.case_sensitivity),
        category=row.category,
        owner=row.owner,
        send_at=row.send_at,
        letter_sha256=row.letter_sha256,
        created_at=row.created_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        approvals=tuple((who, seal) for who, seal in row.approvals),
        reason=unpack(row.reason) if row.reason else None,
        placement=row.placement,
        placed=placed if row.placed_uid else None,
        copy=row.copy,
        says=Version(
            content=_content(row.content),
            rfc_id=row.rfc_id,
            missing=tuple(row.missing),
            findings=tuple(unpack_finding(kept) for kept in row.warnings),
            marks=tuple((start, end, field) for start, end, field in row.marks),
            template=row.template,
            mime_sha256=row.mime_sha256,
            made_by=row.made_by,
        ),
    )


def held(tx: Connection, draft_id: int) -> Held | None:
    """Return a draft with its current version; None where there is none."""
    row = tx.execute(_question().where(draft.c.id == draft_id)).one_or_none()
    return _held(row) if row else None


def in_states(tx: Connection, states: Collection[DraftState]) -> list[Held]:
    """List drafts in these states, oldest first."""
    rows = tx.execute(
        _question().where(draft.c.state.in_(list(states))).order_by(draft.c.id)
    )
    return [_held(row) for row in rows]


def of_case(tx: Connection, case_id: int) -> list[Held]:
    """List the drafts of a case, oldest first."""
    rows = tx.execute(
        _question().where(draft.c.case_id == case_id).order_by(draft.c.id)
    )
    return [_held(row) for row in rows]


def versions(tx: Connection, draft_id: int) -> list[tuple[int, str, str]]:
    """List all versions of a draft: number, Message-ID, sha256 of its bytes."""
    rows = tx.execute(
        select(
            draft_version.c.version, draft_version.c.rfc_id, draft_version.c.mime_sha256
        ).where(draft_version.c.draft_id == draft_id)
    )
    return [(row.version, row.rfc_id, row.mime_sha256) for row in rows]


def lying_in(tx: Connection, account: str) -> list[Held]:
    """List open drafts that should lie in the account's Drafts mailbox."""
    rows = tx.execute(
        _question().where(
            draft.c.account == account,
            draft.c.placement == "placed",
            draft.c.state.in_(list(OPEN)),
        )
    )
    return [_held(row) for row in rows]


def content_of(tx: Connection, draft_id: int, version: int) -> Content:
    """Return what one version said."""
    kept = tx.execute(
        select(draft_version.c.content).where(
            draft_version.c.draft_id == draft_id, draft_version.c.version == version
        )
    ).scalar_one()
    return _content(kept)


def note_shown(
    tx: Connection, who: str, held_draft: Held, *, heard: int, now: datetime
) -> None:
    """Remember which version a reviewer has seen, and the last letter beside it."""
    values = {"version": held_draft.version, "at": now, "heard": heard}
    tx.execute(
        insert(shown)
        .values(who=who, draft_id=held_draft.id, **values)
        .on_conflict_do_update(index_elements=["who", "draft_id"], set_=values)
    )


def heard_by(tx: Connection, who: str, draft_id: int) -> int | None:
    """Return the number of their last letter that a reviewer saw beside a draft.

    None where they never saw the draft. 0: there was no letter.
    """
    number: int | None = tx.execute(
        select(shown.c.heard).where(shown.c.who == who, shown.c.draft_id == draft_id)
    ).scalar_one_or_none()
    return number


def version_shown(tx: Connection, who: str, draft_id: int) -> int | None:
    """Return the version that a reviewer has seen last; None where they saw none."""
    return tx.execute(
        select(shown.c.version).where(shown.c.who == who, shown.c.draft_id == draft_id)
    ).scalar_one_or_none()
