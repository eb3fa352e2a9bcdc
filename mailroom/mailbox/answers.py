"""What an IMAP server says of a mailbox, of a message, of a command it refuses."""

from dataclasses import dataclass
from datetime import datetime

from mailroom.errors import PermanentMailError


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What a mailbox says of itself when it is opened."""

    uidvalidity: int  # 0 where the server gives none
    uidnext: int  # 0: unknown (seen in practice: Tencent exmail)
    modseq: int  # 0 without CONDSTORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a mailbox says of one message, before it is fetched."""

    uid: int
    size: int  # RFC822.SIZE; a hint only: Exchange and Gmail may give another
    internaldate: datetime  # aware


class LoginRefused(PermanentMailError):  # noqa: N818  as Refused below
    """The server does not let us in; asking again soon may lock the account."""


class Refused(PermanentMailError):  # noqa: N818  a clean NO: the connection lives on
    """The server said no to this command."""
