"""Understands what a unit reports of a matter: how far, if late, why, till when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

What = Literal["reported", "late", "asks to close", "noted"]

_FLAGS = re.IGNORECASE | re.ASCII
_ASKS_TO_CLOSE = re.compile(
    r"申请[^。;\n]{0,12}(?:办结|销号|结项)|(?:办结|销号)(?:申请|报告)"
    r"|\b(?:ask|asks|request|requests|apply|like)\b[^.\n]{0,30}\b(?:clos(?:e|ed|ure)"
    r"|sign(?:ed)? off)\b|\b(?:can|may) be closed\b",
    _FLAGS,
)
_DONE = re.compile(
    r"已(?:全部|经|基本)?(?:完成|办结|落实|整改到位)|全部(?:完成|落实|办结)"
    r"|^[^\w一-鿿]{0,3}(?:完成|办结|done|finished|completed)[^\w一-鿿]{0,3}$"
    r"|\b(?:is|are|now|all|has been|have been) (?:now )?(?:done|finished|completed?)\b",
    _FLAGS | re.MULTILINE,
)
_MORE_TO_COME = re.compile(
    r"剩|还差|尚|下一步|下周|预计|计划于|正在|推进|进行中|%|未|无法|难以"
    r"|没有?(?:完成|办|落实|能)|不[能足]"
    r"|\b(?:next|remaining|left|still|expected|will|not|of the|\d+ of \d+)\b",
    _FLAGS,
)
_QUESTION = re.compile(r"是否|吗|[?？]", _FLAGS)
_WHOLLY = re.compile(r"\b100 ?%|百分之百", _FLAGS)
# In the clause before it: that they do not ask.
_NOT_YET = re.compile(
    r"(?:不(?!过|仅)|未|没|暂|勿|\bnot|\bcannot|n't\b)[^,，。;；:：\n]{0,12}$", _FLAGS
)
_BEFORE = 30  # characters
_WHOLE = 100  # per cent
_SENTENCE_ENDS = re.compile(r"[。!?！？;；\n]|\.(?=\s|$)")
_MOST = 600  # characters that are quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a unit says of its part."""

    what: What
    percent: str | None = None
    late: bool | None = None
    reason: str | None = None
    new_date: str | None = None  # ISO
    sentence: str  # its own words, where this was read

    @property
    def is_short_of(self) -> bool:
        """Say whether it tells of being late without the reason or the new day."""
        return self.what == "late" and not (self.reason and self.new_date)


def understand(
    words: str, fields: Mapping[str, str], spans: Iterable[tuple[int, int]]
) -> Report:
    """Give what a unit's own words (without what they quote) report.

    `fields` are those of a progress report; `spans` are their places in `words`.
    """
    late = {"true": True, "false": False}.get(fields.get("delayed", ""))
    percent = fields.get("percent")
    what: What = "noted"
    if _asks_to_close(words) or _says_done(words, percent, late=late):
        what = "asks to close"
    elif late:
        what = "late"
    elif late is not None or percent or fields.get("next_date"):
        what = "reported"
    return Report(
        what=what,
        percent=percent,
        late=late,
        reason=fields.get("reason") if late else None,
        new_date=(fields.get("next_date") or "")[:10] or None,
        sentence=_sentences(words, spans) or words.strip()[:_MOST],
    )


def _says_done(words: str, percent: str | None, *, late: bool | None) -> bool:
    if late or (percent and percent.rstrip("%") not in {"", str(_WHOLE)}):
        return False
    told = any(
        not _QUESTION.search(sentence) and _DONE.search(sentence)
        for sentence in _split(words)
    )
    return told and not _MORE_TO_COME.search(_WHOLLY.sub("", words))


def _asks_to_close(words: str) -> bool:
    return any(
        not _NOT_YET.search(words[max(0, match.start() - _BEFORE) : match.start()])
        for match in _ASKS_TO_CLOSE.finditer(words)
    )


def _split(words: str) -> list[str]:
    """Cut a text into its sentences, each with the mark that ends it."""
    edges = [0, *(match.end() for match in _SENTENCE_ENDS.finditer(words)), len(words)]
    return [words[first:last] for first, last in pairwise(edges)]


def _sentences(words: str, spans: Iterable[tuple[int, int]]) -> str:
    """Give the sentences in which the places lie, in their order, each once."""
    edges = [0, *(match.end() for match in _SENTENCE_ENDS.finditer(words)), len(words)]
    wanted = set()
    for start, end in spans:
        wanted |= {
            number
            for number, (first, last) in enumerate(pairwise(edges))
            if first < end and start < last
        }
    pieces = (
        words[edges[number] : edges[number + 1]].strip() for number in sorted(wanted)
    )
    return " ".join(piece for piece in pieces if piece)[:_MOST]
