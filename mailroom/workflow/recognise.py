"""Recognises messages that the book has already.

After a mailbox was renumbered, and where a rule of ours has moved them into it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mailroom.mailbox.answers import Listed
from mailroom.mailbox.imap import Imap
from mailroom.register import errands, intake, mailboxes
from mailroom.register.files import fingerprint
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A mailbox under its new UIDVALIDITY, held under a fence."""

    desk: Desk
    imap: Imap
    mailbox: int  # its row in the register
    fence: int
    epoch: int


def recognise(place: Place, uids: Sequence[int]) -> list[int]:
    """After a UIDVALIDITY reset: give known messages their new UIDs, return the others.

    A message is known by size, arrival and Message-ID, where exactly one fits; else by
    its bytes, one copy for one copy.
    """
    if not uids:
        return []
    with place.desk.database.read() as tx:
        old = list(intake.previous(tx, place.mailbox, place.epoch - 1))
        taken = {
            row.message_id for row in intake.previous(tx, place.mailbox, place.epoch)
        }
    old = [row for row in old if row.message_id not in taken]
    listed = {each.uid: each for each in place.imap.describe(uids)}
    ids = place.imap.header(list(listed), "Message-ID")
    unknown = []
    for uid, each in sorted(listed.items()):
        fits = [
            row
            for row in old
            if row.size == each.size
            and row.internaldate == each.internaldate
            and row.rfc_id is not None
            and row.rfc_id in ids.get(uid, ())
        ]
        if len(fits) != 1:
            unknown.append(uid)
            continue
        _adopt(place, each, fits[0].message_id)
        old.remove(fits[0])
    return _recognise_bytes(place, unknown, listed, old) + [
        uid for uid in uids if uid not in listed
    ]


def _recognise_bytes(
    place: Place, uids: list[int], listed: dict[int, Listed], old: list[AnyRow]
) -> list[int]:
    unknown = []
    for uid in uids:
        alike = [row for row in old if row.size == listed[uid].size]
        match = _with_its_bytes(place.imap, uid, alike)
        if match is None:
            unknown.append(uid)
        else:
            _adopt(place, listed[uid], match.message_id)
            old.remove(match)
    return unknown


def recognise_moved(place: Place, uids: Sequence[int]) -> list[int]:
    """Give messages that a rule moved into this mailbox their place; return the others.

    Known by Message-ID (without one, by size), and by their bytes.
    """
    with place.desk.database.read() as tx:
        expected = list(errands.moved_into(tx, place.mailbox, place.epoch))
    if not expected or not uids:
        return list(uids)
    listed = {each.uid: each for each in place.imap.describe(uids)}
    ids = place.imap.header(list(listed), "Message-ID")
    met = set()
    for uid, each in sorted(listed.items()):
        alike = [
            row
            for row in expected
            if row.rfc_id in ids.get(uid, ())
            or (row.rfc_id is None and row.size == each.size)
        ]
        match = _with_its_bytes(place.imap, uid, alike)
        if match is not None:
            _adopt(place, each, match.message_id, marked=True)
            expected.remove(match)
            met.add(uid)
    return [uid for uid in uids if uid not in met]


def has_bytes(imap: Imap, uid: int, sha256: str) -> bool:
    """Say whether a UID of the open mailbox holds exactly these bytes."""
    body = imap.bodies([uid]).get(uid)
    return body is not None and fingerprint(body) == sha256


def _with_its_bytes(imap: Imap, uid: int, alike: Sequence[AnyRow]) -> AnyRow | None:
    """Find which of some kept messages a UID holds; None where none of them."""
    body = imap.bodies([uid]).get(uid) if alike else None
    sha256 = fingerprint(body) if body else None
    return next((row for row in alike if row.sha256 == sha256), None)


def _adopt(
    place: Place, listed: Listed, message_id: int, *, marked: bool = False
) -> None:
    with place.desk.database.write() as tx:
        mailboxes.change(tx, place.mailbox, place.fence)
        intake.adopt(
            tx, place.mailbox, place.epoch, listed.uid, message_id=message_id,
            size=listed.size, internaldate=listed.internaldate, marked=marked,
        )  # fmt: skip
