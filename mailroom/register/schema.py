"""The tables of the register; times are UTC, written as ISO text."""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
)

from mailroom.register.moment import Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
metadata = MetaData(naming_convention=NAMES)

AnyRow = Row[*tuple[Any, ...]]  # a row whose columns its question names


mailbox = Table(
    "mailbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),  # in | sent
    Column("uidvalidity", Integer),  # None: never opened
    Column(
        "epoch", Integer, nullable=False, default=0
    ),  # grows with each new uidvalidity
    # UIDs up to the baseline are not ours; up to history_uid they trigger nothing.
    Column("baseline", Integer, nullable=False, default=0),
    Column("history_uid", Integer, nullable=False, default=0),
    Column(
        "last_uid", Integer, nullable=False, default=0
    ),  # end of the gap-free prefix
    Column("modseq", Integer, nullable=False, default=0),
    Column("since", Moment),  # older mail never triggers anything
    Column("owner", String),
    Column("lease_until", Moment),
    Column("fence", Integer, nullable=False, default=0),
    Column("last_ok_at", Moment),  # last completed poll
    Column("reconciled_at", Moment),
    Column("last_error", Text),
    UniqueConstraint("account", "name"),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),  # the intake number
    Column("mailbox_id", ForeignKey("mailbox.id"), nullable=False),
    Column("direction", String, nullable=False),  # in | out (from a Sent mailbox)
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),  # INTERNALDATE
    Column("registered_at", Moment, nullable=False),
    Column("history", Boolean, nullable=False, default=False),
    Column("outcome", String, nullable=False, default="received"),
    Column("reason", JSON),  # a Text as [pattern, values]; why held, ignored, merged …
    Column("rfc_id", String),  # Message-ID
    Column("dedupe_key", String),
    Column("duplicate_of", ForeignKey("message.id")),
    Column("dated_at", Moment),  # its own Date
    Column("sender", String, nullable=False, default=""),
    Column("subject", String, nullable=False, default=""),
    Column("case_id", ForeignKey("case.id")),
    Column("category", String),
    Column("answer", JSON),  # the whole Classification, as it was given
    Column("rules_hash", String),
    Index(None, "rfc_id"),
    Index(None, "dedupe_key"),
    Index(None, "outcome"),
    Index(None, "case_id"),
    Index(None, "sha256"),
)

intake = Table(
    "intake",
    metadata,
    Column("mailbox_id", ForeignKey("mailbox.id"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("uid", Integer, primary_key=True),
    Column("state", String, nullable=False),  # stored quarantined vanished failing
    Column("message_id", ForeignKey("message.id")),
    Column("size", Integer, nullable=False, default=0),
    Column("internaldate", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("reason", JSON),
    Column("marked", Boolean, nullable=False, default=False),
    CheckConstraint(
        "state in ('stored', 'quarantined', 'vanished', 'failing')", name="state"
    ),
    Index(None, "message_id"),
)

case = Table(
    "case",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("category", String),
    Column("subject", String, nullable=False),
    Column("correspondent", String, nullable=False),
    Column("owner", String, nullable=False, default=""),
    Column("sensitivity", String, nullable=False, default="normal"),
    Column("due_on", String(10)),  # ISO date
    Column("due_basis", String),  # deadline | default
    Column("urgency", String, nullable=False, default=""),  # as chains.yaml names it
    Column("site", String, nullable=False, default=""),  # "": the seat of the office
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    # Of what was entered by hand: paper | phone; the number on it; the day it came.
    Column("medium", String),
    Column("doc_no", String),
    Column("received_on", String(10)),  # ISO date
    UniqueConstraint("kind", "year", "sequence"),
    Index(None, "state"),
    Index(None, "doc_no"),
)

thread = Table(  # every Message-ID that belongs to a case, theirs and ours
    "thread",
    metadata,
    Column("rfc_id", String, primary_key=True),
    Column("case_id", ForeignKey("case.id"), primary_key=True),
)

answers = Table(  # which Message-IDs a letter from Sent answers, before they are known
    "answers",
    metadata,
    Column("rfc_id", String, primary_key=True),
    Column("message_id", ForeignKey("message.id"), primary_key=True),
)

counter = Table(
    "counter",
    metadata,
    Column("kind", String, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # what it answers: never two
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("message_id", ForeignKey("message.id")),  # the mail it answers
    Column("followup_id", ForeignKey("followup.id")),
    Column("account", String, nullable=False),
    Column("kind", String, nullable=False),  # reply | reminder
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Column("clearance", Integer, nullable=False, default=1),
    Column("sensitivity", String, nullable=False, default="normal"),
    Column("reason", JSON),  # why rejected, withdrawn, refused …
    Column("decided_by", String),
    Column("decided_at", Moment),
    Column("approvals", JSON, nullable=False),  # [[who, seal], …] for this version
    Column("send_at", Moment),
    Column("letter_sha256", String(64)),  # the approved bytes, with their Date
    Column("created_at", Moment, nullable=False),
    Column("placement", String, nullable=False, default="none"),
    # none | due | placed | removed | gone
    Column("placed_mailbox", String),
    Column("placed_uidvalidity", Integer),
    Column("placed_uid", Integer),
    Column("copy", String, nullable=False, default="none"),  # none | due | done
    Index(None, "state"),
    Index(None, "case_id"),
)

draft_version = Table(  # never changed once written
    "draft_version",
    metadata,
    Column("draft_id", ForeignKey("draft.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seal", String(64), nullable=False),
    Column("rfc_id", String, nullable=False, unique=True),  # our Message-ID
    Column("content", JSON, nullable=False),  # drafts.Content
    Column("missing", JSON, nullable=False),  # fields without a value
    Column("warnings", JSON, nullable=False),  # drafts.Finding
    Column("marks", JSON, nullable=False),  # [[start, end, field], …] in the text
    Column("template", String, nullable=False),
    Column("mime_sha256", String(64), nullable=False),  # the exact bytes, in letters/
    Column("made_by", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "template"),
)

# Joins a draft to what it says now.
CURRENT = and_(
    draft_version.c.draft_id == draft.c.id,
    draft_version.c.version == draft.c.version,
)

shown = Table(  # what a reviewer has seen: a decision refers to it
    "shown",
    metadata,
    Column("who", String, primary_key=True),
    Column("draft_id", ForeignKey("draft.id"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("heard", Integer),  # the last letter of theirs in the case by then
)

paper = Table(
    "paper",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("template", String, nullable=False),
    Column("name", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("missing", JSON, nullable=False),
    Column("made_at", Moment, nullable=False),
)

send = Table(  # the journal of attempts: written before, and again after
    "send",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft_id", ForeignKey("draft.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", String, nullable=False),
    # connecting | committing | accepted | refused | deferred | uncertain | abandoned
    Column("rfc_id", String, nullable=False),
    Column("recipients", JSON, nullable=False),  # address → [outcome, server's answer]
    Column("server_reply", Text),
    Column("evidence", Text),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("draft_id", "attempt"),
    Index(None, "started_at"),
)

followup = Table(
    "followup",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # case:chain:step:round
    Column("case_id", ForeignKey("case.id"), nullable=False),
    Column("chain", String, nullable=False),
    Column("step", Integer, nullable=False),
    Column("state", String, nullable=False),
    # proposed (till a person confirms it) | active | fired | past | done | cancelled
    # | dropped
    Column("due_at", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("fired_at", Moment),
    Column("ended_at", Moment),
    Column("reason", String),
    Column("said_done", JSON(none_as_null=True)),
    # [message, sentence]: they say it is done; a person confirms
    # A promise read from a letter, and what is asked of one unit, have a day of their
    # own instead of the case's.
    Column("due_on", String(10)),
    Column("sentence", Text),  # the words of the letter that promise it
    Column("sure", Boolean),  # False: a person should look at the day
    Column("unit_id", Integer),  # of matter_unit: who is asked; None: as the chain says
    Index(None, "state", "due_at"),
    Index(None, "case_id"),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("to", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    # due | sending | sent | refused | uncertain | late (told anew, as a reminder)
    # | gathered (to be a line of a collective notice) | told (in one)
    # | withheld (its reader may no longer see the matter)
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("until", Moment),  # a reminder: not sent after the office has closed
    Index(None, "to", "state", "made_at"),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("subject_id", Integer, nullable=False),
    Column("state", String, nullable=False),  # ready leased done cancelled dead
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("owner", String),
    Column("lease_until", Moment),
    Column("epoch", Integer, nullable=False, default=0),
    Column("hinted_at", Moment),
    Column("last_error", Text),
    Column("mend", JSON(none_as_null=True)),  # to be mended, or why dead
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Index(None, "subject_id", "kind"),
    Index(None, "state", "due_at"),
)

event = Table(  # append-only: who had it when, who decided
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("case_id", ForeignKey("case.id")),
    Column("entity", String, nullable=False),
    Column("entity_id", Integer, nullable=False),
    Column("what", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("detail", JSON),
    Index(None, "case_id"),
)

errand = Table(  # what rules ask for outside the book: marks, moves, kept files
    "errand",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message_id", ForeignKey("message.id"), nullable=False),
    Column("verb", String, nullable=False),  # mark | move | save_attachment
    Column("wanted", String, nullable=False),  # as the rule has it: a mark, a mailbox …
    Column("only", String, nullable=False),  # media type; "": of any
    Column("rule", String, nullable=False),
    Column("state", String, nullable=False),
    # due | done | gone (there was nothing to do it with) | left (and why)
    Column("place", String),  # of a move: the mailbox, as the server calls it
    Column("files", JSON(none_as_null=True)),  # [[name, path or "", why not], …]
    Column("reason", JSON(none_as_null=True)),
    Column("asked_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("message_id", "verb", "wanted", "only"),
    CheckConstraint("state in ('due', 'done', 'gone', 'left')", name="state"),
    Index(None, "verb", "place"),
)

__all__ = [
    "CURRENT", "Moment", "answers", "case", "counter", "draft", "draft_version",
    "errand", "event", "followup", "intake", "job", "mailbox", "message", "metadata",
    "notice", "paper", "send", "shown", "thread",
]  # fmt: skip
