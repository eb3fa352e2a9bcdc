"""The post of a trial: invented mails whose right outcome is known beforehand."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

OFFICE = "office@hengyuan.example"

Part = Literal["first", "again", "second", "machine"]

# (subject, body), in the words of people who want an answer.
_WISHES = (
    (
        "报修：三楼会议室空调坏了（{n}）",
        """办公室：

三楼会议室的空调坏了，不制冷，请尽快安排师傅来维修。

谢谢。""",
    ),
    (
        "Lift stuck in the London building ({n})",
        """Hello office,

The left-hand lift in the London building is stuck between the 1st and 2nd floor.
Could you please report it and let us know when an engineer is coming?

Thank you""",
    ),
    (
        "预订会议室（{n}）",
        """您好：

麻烦订一下2号楼301会议室，12月9日下午2点到4点半，大概15个人，要用投影。

谢谢！""",
    ),
    (
        "Thames room on 9 December ({n})",
        """Hi,

Could I have the Thames room for the workshop on Wednesday 9 December, 2-5pm?
12 people, screen please.

Many thanks""",
    ),
)
_MORE = (
    "补充一下：最好今天就能答复。谢谢！",
    "One more thing: an answer today would be best. Thanks!",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail of the trial."""

    part: Part
    matter: int | None  # None: no matter at all, a machine wrote it
    rfc_id: str
    raw: bytes


def post(matters: int, dice: random.Random) -> list[Mail]:
    """Write the mails, in the order of their delivery.

    Each matter opens with one mail that gets a draft. One in twenty comes a second
    time by another way, one in twenty is followed by a second letter in its thread;
    and for each tenth matter a machine writes something, too.
    """
    when: list[tuple[float, Mail]] = []
    for matter in range(matters):
        first = _first(matter)
        later = matter + dice.choice((0.5, 0.5, 1.5, 15.5))
        when.append((matter, first))
        if matter % 20 == 7:
            when.append((later, _again(first)))
        if matter % 20 == 13:
            when.append((later, _second(first, matter)))
        if matter % 10 == 3:
            when.append((later, _machine(matter)))
    return [mail for _, mail in sorted(when, key=lambda each: each[0])]


def _letter(sender: str, subject: str, body: str, rfc_id: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = OFFICE
    letter["Subject"] = subject
    letter["Date"] = "Mon, 02 Nov 2026 09:12:36 +0800"
    letter["Message-ID"] = rfc_id
    letter.set_content(body, charset="utf-8", cte="base64")
    return letter


def _first(matter: int) -> Mail:
    subject, body = _WISHES[matter % len(_WISHES)]
    rfc_id = f"<matter.{matter}.1@visitor.example>"
    letter = _letter(
        f"Visitor {matter} <visitor{matter}@visitor.example>",
        subject.format(n=matter),
        body.format(n=matter),
        rfc_id,
    )
    return Mail(
        part="first", matter=matter, rfc_id=rfc_id, raw=letter.as_bytes(policy=SMTP)
    )


def _again(first: Mail) -> Mail:
    return Mail(
        part="again",
        matter=first.matter,
        rfc_id=first.rfc_id,
        raw=b"Received: from list.example by mx.hengyuan.example\r\n" + first.raw,
    )


def _second(first: Mail, matter: int) -> Mail:
    subject, _ = _WISHES[matter % len(_WISHES)]
    rfc_id = f"<matter.{matter}.2@visitor.example>"
    letter = _letter(
        f"Visitor {matter} <visitor{matter}@visitor.example>",
        "Re: " + subject.format(n=matter),
        _MORE[matter % len(_MORE)],
        rfc_id,
    )
    letter["In-Reply-To"] = first.rfc_id
    letter["References"] = first.rfc_id
    return Mail(
        part="second", matter=matter, rfc_id=rfc_id, raw=letter.as_bytes(policy=SMTP)
    )


def _machine(number: int) -> Mail:
    rfc_id = f"<machine.{number}@supplier.example>"
    letter = _letter(
        f"Away {number} <away{number}@supplier.example>",
        "自动回复：出差 / Out of office",
        "我出差在外，回来后答复。\nI am away and will answer when I am back.",
        rfc_id,
    )
    letter["Auto-Submitted"] = "auto-replied"
    return Mail(
        part="machine", matter=None, rfc_id=rfc_id, raw=letter.as_bytes(policy=SMTP)
    )


def by_matter(mails: list[Mail]) -> Iterator[tuple[int, list[Mail]]]:
    """Yield each matter with its mails."""
    for matter in sorted({mail.matter for mail in mails if mail.matter is not None}):
        yield matter, [mail for mail in mails if mail.matter == matter]
