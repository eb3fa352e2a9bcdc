"""Says what an answer takes over from the message it answers: people, thread, quote."""

from collections.abc import Collection
from dataclasses import dataclass
from html import escape

from mailroom.calendar import MONTHS
from mailroom.errors import Text, text
from mailroom.message.model import Address, Message
from mailroom.message.reply import is_sendable

MOST_READERS = 5  # people in To; a Reply-To may name any number
MOST_COPIES = 20  # people in Cc; more is a distribution list
KEPT_IDS = 20  # ids kept at each end of References

NO_ANSWER = (
    "noreply",
    "no-reply",
    "no_reply",
    "donotreply",
    "do-not-reply",
    "mailer-daemon",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Who gets the answer, and what a person should look at first."""

    to: tuple[Address, ...]  # empty: there is nobody to answer
    cc: tuple[Address, ...] = ()
    warnings: tuple[Text, ...] = ()


def answer_to(
    message: Message, own_addresses: Collection[str], *, everyone: bool = False
) -> Recipients:
    """Say who is answered: Reply-To, else From, never the office (RFC 5322, 3.6.2).

    With `everyone` the other people of To and Cc get a copy, MOST_COPIES at most.
    """
    own = {address.lower() for address in own_addresses}
    warnings: list[Text] = []
    wanted = message.reply_to or message.senders
    to = _others(wanted, own)
    if not to and message.reply_to:
        to = _others(message.senders, own)  # a Reply-To that names only ourselves
    if not to:
        warnings.append(
            text("There is nobody to answer: the message names no usable sender.")
        )
    if len(to) > MOST_READERS:
        warnings.append(
            text(
                "The message asks for answers to {count} people; only the first"
                " {most} are kept.",
                count=len(to),
                most=MOST_READERS,
            )
        )
        to = to[:MOST_READERS]
    warnings.extend(_doubts(message, to))
    cc: tuple[Address, ...] = ()
    if everyone:
        named = {one.address.lower() for one in to}
        cc = _others((*message.to, *message.cc), own | named)
        if len(cc) > MOST_COPIES:
            cc = cc[:MOST_COPIES]
            warnings.append(
                text("Only the first {count} people get a copy.", count=MOST_COPIES)
            )
    return Recipients(to=to, cc=cc, warnings=tuple(warnings))


def _others(people: tuple[Address, ...], own: set[str]) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for one in people:
        key = one.address.lower()
        if key not in own and is_sendable(one.address):
            found.setdefault(key, one)
    return tuple(found.values())


def _doubts(message: Message, to: tuple[Address, ...]) -> list[Text]:
    doubts = []
    sender = message.sender
    if len(message.senders) > 1:
        doubts.append(
            text("The message names more than one sender: do not trust its From line.")
        )
    for one in to:
        if sender and message.reply_to and one.address != sender.address:
            doubts.append(
                text(
                    "The answer would go to {answer}, the message came from {sender}.",
                    answer=one.address,
                    sender=sender.address,
                )
            )
        if one.local.lower().startswith(NO_ANSWER):
            doubts.append(text("{address} takes no answers.", address=one.address))
    return doubts


def references_for(message: Message) -> tuple[str, ...]:
    """Give the References of an answer: the old ones, then the message's own id.

    Long threads keep the first and the last KEPT_IDS. Ids that cannot stand in a header
    of ours are left out.
    """
    old = message.references or message.in_reply_to
    own = (message.message_id,) if message.message_id else ()
    every = tuple(dict.fromkeys(one for one in (*old, *own) if _is_plain(one)))
    return every if len(every) <= 2 * KEPT_IDS else every[:KEPT_IDS] + every[-KEPT_IDS:]


def in_reply_to_for(message: Message) -> str | None:
    """Give the In-Reply-To of an answer; None where the id cannot stand there."""
    return (
        message.message_id
        if message.message_id and _is_plain(message.message_id)
        else None
    )


def _is_plain(one: str) -> bool:
    return one.isascii() and one.isprintable() and " " not in one


def quote(message: Message, limit: int) -> tuple[str, str]:
    """Give the original to stand under an answer, as plain text and as HTML.

    At most `limit` characters of it; what is left out shows as […]. An encrypted
    message is not quoted. The HTML is made from the plain text, so that nothing of the
    sender's markup gets into a letter of ours.
    """
    original = "" if message.protection == "encrypted" else message.text.strip("\n")
    if len(original) > limit:
        original = f"{original[:limit].rstrip()}\n[…]"
    heading = _heading(message)
    lines = original.split("\n")
    plain = "\n".join([heading, *(f"> {line}".rstrip() for line in lines)])
    page = "<br>\n".join(escape(line) for line in lines)
    style = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"
    return plain, (
        f"<div>{escape(heading)}</div>\n"
        f'<blockquote type="cite" style="{style}">{page}</blockquote>'
    )


def _heading(message: Message) -> str:
    """Say who wrote when, in the message's language, the time as its writer saw it."""
    chinese = message.language in ("zh", "zh-Hant")
    sender = message.sender
    name = (
        f"{sender.name} <{sender.address}>".strip()
        if sender
        else ("来信" if chinese else "the sender")
    )
    when = message.date
    if chinese:
        day = (
            f"在 {when.year}年{when.month}月{when.day}日 {when:%H:%M}，" if when else ""
        )
        return f"{day}{name} 写道："
    day = (
        f"On {when.day} {MONTHS[when.month - 1]} {when.year} at {when:%H:%M}, "
        if when
        else ""
    )
    return f"{day}{name} wrote:"
