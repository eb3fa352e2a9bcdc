"""Mails to measure with: letters of a given size, and the demo's own, made unlike."""

import base64
import os
import random
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

_LETTER = """\
Return-Path: <guest{n}@partner.example>
Received: from mx.partner.example (mx.partner.example [192.0.2.7])
\tby mail.hengyuan.example with ESMTPS id {n:08x}; {date}
From: Guest {n} <guest{n}@partner.example>
To: office@hengyuan.example
Subject: Quarterly report no. {n}
Date: {date}
Message-ID: <report-{n}@partner.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=-cut-{n}"

--=-cut-{n}
Content-Type: text/plain; charset=utf-8

Dear office, the report is enclosed.
--=-cut-{n}
Content-Type: application/octet-stream; name="report.bin"
Content-Disposition: attachment; filename="report.bin"
Content-Transfer-Encoding: base64

"""
_DATE = "Mon, 16 Nov 2026 09:00:00 +0800"
_IDS = re.compile(rb"(?im)^(?:Message-ID|In-Reply-To|References):\s*<")
_LINE_BYTES = 57  # of content in one base64 line of 76 characters


def letters(count: int, size: int) -> Iterator[bytes]:
    """Yield different mails of about `size` bytes, with the LF that a Maildir holds."""
    chance = random.Random(count * size)  # noqa: S311  the same mails in every run
    for n in range(count):
        head = _LETTER.format(n=n, date=_DATE).encode()
        tail = f"\n--=-cut-{n}--\n".encode()
        room = max(0, size - len(head) - len(tail)) * _LINE_BYTES // 77
        lines = base64.encodebytes(chance.randbytes(room)).rstrip(b"\n")
        yield head + lines + tail


def office_mail(count: int) -> list[bytes]:
    """Return the demo's mails again and again, each round with ids of its own.

    Threads stay whole within a round, as does its one mail that comes twice.
    """
    folder = resources.files("mailroom.demo") / "mail"
    names = sorted(e.name for e in folder.iterdir() if e.name.endswith(".eml"))
    raws = [(folder / name).read_bytes() for name in names]
    mails: list[bytes] = []
    while len(mails) < count:
        mails += [with_ids_of(raw, len(mails) // len(raws)) for raw in raws]
    return mails[:count]


def with_ids_of(raw: bytes, number: int) -> bytes:
    """Return a mail with other ids, the same for the same number."""
    return _IDS.sub(rb"\g<0>%d." % number, raw)


def fill(maildir: Path, mails: Iterator[bytes], owner: int) -> None:
    """Put mails into a Maildir as files, which is faster than delivering them.

    The sizes in the names are what Dovecot's own delivery writes.
    """
    for name in ("", "cur", "new", "tmp"):
        folder = maildir / name
        folder.mkdir(parents=True, exist_ok=True)
    for n, raw in enumerate(mails):
        wire = len(raw) + raw.count(b"\n")
        name = f"{1_790_000_000 + n}.M{n}P1.office,S={len(raw)},W={wire}:2,"
        (maildir / "cur" / name).write_bytes(raw)
    if os.geteuid() == 0:
        for path in (maildir, *maildir.rglob("*")):
            os.chown(path, owner, owner)
        os.chown(maildir.parent, owner, owner)
