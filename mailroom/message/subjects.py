"""Tells the prefixes of a subject from the subject itself."""

import re
from typing import NamedTuple

_REPLY = r"re|aw|sv|antw|回复|回覆|答复|答覆"
_FORWARD = r"fwd?|wg|转发|轉發|轉寄|转寄"
_PREFIX = re.compile(
    rf"\s*(?:(?P<reply>{_REPLY})|(?P<forward>{_FORWARD}))"
    r"\s*(?:[\[(（【]?\s*\^?\d{1,3}\s*[\])）】]?)?\s*[:：]",
    re.IGNORECASE,
)
# What a gateway puts before every mail from outside is no part of the subject.
_GATE = re.compile(
    r"\s*[\[【](?:external|ext|外部邮件|外部郵件|外部)[\]】]", re.IGNORECASE
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


class Subject(NamedTuple):
    """A subject, taken apart."""

    base: str  # without prefixes
    first: str  # "reply", "forward" or "": what the outermost prefix says


def split(subject: str) -> Subject:
    """Take the prefixes off: Re, RE[2], 回复：, 答复, Fw, Fwd, 转发, AW, SV."""
    # Each prefix ends with one of these.
    if not (":" in subject or "]" in subject or "：" in subject or "】" in subject):
        return Subject(subject.strip(), "")
    at, first = 0, ""
    while match := _PREFIX.match(subject, at) or _GATE.match(subject, at):
        at = match.end()
        first = first or match.lastgroup or ""
    return Subject(subject[at:].strip(), first)


def base_subject(subject: str) -> str:
    """Give the subject without its prefixes."""
    return split(subject).base


def forward_subject(subject: str) -> str:
    """Give the subject of a letter passed on: one prefix, as an answer has."""
    base = split(subject).base
    return f"转发：{base}" if _HAN.search(base) else f"Fwd: {base}".strip()


def reply_subject(subject: str) -> str:
    """Give the subject of an answer: one prefix, in the language of the subject."""
    base = split(subject).base
    return f"回复：{base}" if _HAN.search(base) else f"Re: {base}".strip()
