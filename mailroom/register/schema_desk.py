"""The tables of the desk in the browser: who may come in, who looks at what."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from mailroom.register.schema import Moment, metadata

login = Table(  # who works at the desk in the browser
    "login",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),  # stands as actor in events
    Column("person", String, nullable=False, default=""),  # of rules/office; "": none
    Column("role", String, nullable=False),  # viewer | reviewer | approver | admin
    Column("password", String),  # an argon2 hash; None: not set yet
    Column("language", String),  # zh-CN | en; None: as the browser asks
    Column("keys", Boolean, nullable=False, default=True),  # one-letter keys work
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),  # no longer lets in
)

session = Table(
    "session",
    metadata,
    Column("token_sha256", String(64), primary_key=True),  # never the token itself
    Column("login_id", ForeignKey("login.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "login_id"),
)

invitation = Table(  # a link with which somebody sets a password, once
    "invitation",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("login_id", ForeignKey("login.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

attempt = Table(  # failed logins, to slow down who guesses
    "attempt",
    metadata,
    Column("key", String(64), primary_key=True),  # sha256 of name or address
    Column("count", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)

presence = Table(  # who looks at a draft just now; warns, never locks
    "presence",
    metadata,
    Column("draft_id", ForeignKey("draft.id"), primary_key=True),
    Column("who", String, primary_key=True),
    Column("editing", Boolean, nullable=False, default=False),
    Column("seen_at", Moment, nullable=False),
)
