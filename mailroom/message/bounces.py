"""Reads a delivery report: which recipients, what became of their mail (RFC 3464)."""

import re
from collections.abc import Iterator
from typing import Literal

from mailroom.message import charsets, headers
from mailroom.message.model import Bounce
from mailroom.message.structure import Part, head, is_message

MOST_RECIPIENTS = 500

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ADDRESS = re.compile(
    r"[\w.+%=-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}", re.ASCII
)
_DELAY = re.compile(
    r"delay|will (?:re)?try|retry|temporary|延迟|延遲|暂时|稍后重试", re.IGNORECASE
)


def bounces(root: Part, text: str, own: str = "") -> tuple[Bounce, ...]:
    """Give what a report says of each recipient; at most MOST_RECIPIENTS.

    From the delivery-status part where there is one, else from X-Failed-Recipients,
    else from the words of the report (the first address that is not `own`, the address
    the report went to).
    """
    original = _original_id(root)
    found = [bounce for part in root.walk() for bounce in _of_status(part, original)]
    if not found:
        found = list(_of_words(root, text, own, original))
    return tuple(found[:MOST_RECIPIENTS])


def _of_status(part: Part, original: str | None) -> Iterator[Bounce]:
    if part.type not in ("message/delivery-status", "message/global-delivery-status"):
        return
    content = part.content().replace(b"\r\n", b"\n").strip(b"\n")
    for block in re.split(rb"\n[ \t]*\n", content)[: MOST_RECIPIENTS + 1]:
        values = {
            name.lower(): headers.unfold(raw) for name, raw in headers.fields(block)[0]
        }
        recipient = values.get("final-recipient") or values.get("original-recipient")
        if recipient is None:
            continue
        status = _STATUS.search(
            values.get("status", "") or values.get("diagnostic-code", "")
        )
        yield Bounce(
            recipient=_address(recipient),
            action=_action(values.get("action", ""), status[1] if status else ""),
            status=status[1] if status else "",
            original_id=original,
        )


def _address(value: str) -> str:
    """Give the address of "rfc822; name@host"."""
    return value.partition(";")[2].strip(" <>") or value.strip(" <>")


def _action(word: str, status: str) -> Literal["failed", "delayed", "other"]:
    word = word.partition("(")[0].strip().lower()
    if word == "failed" or (not word and status.startswith("5")):
        return "failed"
    if word == "delayed" or (not word and status.startswith("4")):
        return "delayed"
    return "other"  # delivered, relayed, expanded


def _of_words(
    root: Part, text: str, own: str, original: str | None
) -> Iterator[Bounce]:
    status = _STATUS.search(text[:20_000])
    found = status[1] if status else ""
    delayed = found.startswith("4") or (not found and _DELAY.search(text[:20_000]))
    action: Literal["failed", "delayed"] = "delayed" if delayed else "failed"
    named = _ADDRESS.findall(root.value("x-failed-recipients")[:8192])
    if not named:
        named = [
            one for one in _ADDRESS.findall(text[:20_000]) if one.lower() != own.lower()
        ][:1]
    for recipient in dict.fromkeys(named):
        yield Bounce(
            recipient=recipient, action=action, status=found, original_id=original
        )


def _original_id(root: Part) -> str | None:
    for part in root.walk():
        if not (
            is_message(part)
            or part.type in ("text/rfc822-headers", "message/rfc822-headers")
        ):
            continue
        block, _ = head(part.content().lstrip(b"\r\n")[: 64 * 1024])
        for name, raw in headers.fields(block)[0]:
            if name.lower() == "message-id":
                return headers.message_id(headers.unfold(raw))
    # Without the original, the report is an answer to it (seen in practice: Exchange).
    named = (
        headers.ids(root.value("in-reply-to"))
        or headers.ids(root.value("references"))[-1:]
    )
    return named[0] if named else _id_in(root)


def _id_in(root: Part) -> str | None:
    for part in root.walk():
        if part.type == "text/plain":
            text = charsets.decode(
                part.content()[:64_000], part.parameters.get("charset")
            )[0]
            match = re.search(
                r"message-id:\s{0,9}(<[^<>\s]{3,900}>)", text, re.IGNORECASE
            )
            if match:
                return match[1]
    return None
