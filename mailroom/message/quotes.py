"""Finds the places of a text where somebody else's words begin."""

import re
from dataclasses import dataclass, replace
from typing import Literal

LONGEST_RULER = 160  # characters of each kind of heading; more is text
LONGEST_FIELD = 2000
LONGEST_ATTRIBUTION = 400
NEAR = 6  # lines with text within which a header block shows itself

_MARKED = re.compile(
    r"\s*(?:-{2,}|_{4,}|={4,})\s*"
    r"(?P<what>原始邮件|原始郵件|邮件原件|郵件原件|邮件原文|原邮件|原郵件|回复的原邮件|回复原邮件|"
    r"original(?: message| appointment| mail)?|replied message|"
    r"ursprüngliche nachricht|message d'origine|"
    r"(?:转发|轉寄|轉發)的?(?:邮件|郵件)(?:信息|訊息)?|被转发邮件(?:信息)?|"
    r"forwarded (?:message|by\b[^\n]{0,80}|mail)|forwarded)"
    r"\s*:?\s*(?:-{2,}|_{4,}|={4,})?\s*",
    re.IGNORECASE,
)
_BARE_FORWARD = re.compile(
    r"\s*(?:begin forwarded message\s*:|下面是被转发的邮件\s*[：:]|"
    r"开始转发的邮件\s*[：:]|"
    r"以下是轉寄的郵件\s*[：:]|被转发的邮件\s*[：:])\s*",
    re.IGNORECASE,
)
# Without rulers it announces only a block that follows at once.
_BARE_ORIGINAL = re.compile(
    r"[\s>*]{0,20}(?:原始邮件|原始郵件|邮件原件|邮件原文|original message)[\s*]{0,20}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"转发|轉寄|轉發|forward", re.IGNORECASE)
_RULER = re.compile(r"\s*_{8,}\s*|\s*-{8,}\s*")

_FIELD = re.compile(
    r"[\s*>]{0,20}(?P<name>[^\W\d]{1,20}(?:[- ][^\W\d]{1,20})?)[\s*]{0,4}[:：]\**\s*"
    r"(?P<value>.*)"
)
_NAMES: dict[str, str] = {
    **dict.fromkeys(
        ("from", "发件人", "寄件者", "寄件人", "發件人", "发信人", "von", "de"), "from"
    ),
    **dict.fromkeys(
        ("sent", "date", "发送时间", "发送日期", "发件时间", "日期", "寄件日期",
         "傳送時間", "發送時間", "时间", "gesendet", "datum"),
        "sent",
    ),
    **dict.fromkeys(("to", "收件人", "收件者", "an"), "to"),
    **dict.fromkeys(("cc", "抄送", "抄送人", "副本", "bcc", "密送"), "cc"),
    **dict.fromkeys(("subject", "主题", "主旨", "主題", "标题", "betreff"), "subject"),
}  # fmt: skip
# Notes calls people by name, place and firm: Wei Wang/London/Firm.
_NOTES_NAME = re.compile(r"[\s>*]{0,20}(?:From|发件人)[:：]\s*[^/\n]{1,60}/[^/\s]")
_SURE_SENT = frozenset(
    {"sent", "发送时间", "发送日期", "发件时间", "寄件日期", "傳送時間", "發送時間"}
)
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]+\.", re.ASCII)

_WHEN = (
    r"(?:[a-z]{3}, )?(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2} [a-z]{3,9} \d{4})"
    r"[\d: ,apm+-]{0,24}"
)
_ENDS_WROTE = re.compile(
    r"(?:写道|寫道|wrote|writes|schrieb(?: [^:]{1,60})?|a écrit"
    rf"|wrote on {_WHEN}"
    # older Gmail: 2026-03-04 10:00 GMT+08:00 name <address>:
    r"|GMT[+-]\d\d:\d\d [^<\n]{0,80}<[^<>\s]{3,320}>)\s*[:：]\s*[>\"]?\s*$",
    re.IGNORECASE,
)
_WROTE = ("写道", "寫道", "wrote", "writes")
_BEGINS_WROTE = re.compile(
    r"[\s>*\"-]*(?:(?:on|at|am|le)\b|[在于於]|\d)|[^。！？!?]{1,120}[于於在]\s*\d",
    re.IGNORECASE,
)
# Without an address, without marks below: only the very shape that programs give it.
_STRICT_WROTE = re.compile(
    r"[\s>*\"-]*(?:(?:on|at|am|le)\b|[在于於])?\s*(?:[a-z]{2,9},?\s*){0,2}\d|"
    r"[^。！？!?]{1,120}[于於在]\s*\d{4}[\d\s年月日周週星期一二三四五六天上午下,，/.:：-]{6,40}[写寫]道",
    re.IGNORECASE,
)
# Notes puts the day behind: "Wei Wang/London/Firm wrote on 04/03/2026 10:00:00:".
_WROTE_ON = re.compile(rf"[^\n:]{{1,80}}\bwrote on {_WHEN}:\s*", re.IGNORECASE)
# "Wei Wang <wei@firm.example>" alone: the line that says when may follow.
_NAMED = re.compile(r"[^\s<:][^\n<:]{0,80}<[\w.+%-]{1,64}@[\w.-]{1,255}>", re.ASCII)
_NAMED_WROTE = re.compile(_NAMED.pattern + r"\s*(?:wrote|写道|寫道)\s*[:：]", re.ASCII)
_LEAD = "> \t\xa0*"  # what may stand before a heading
# What a ruler begins with, and 原始邮件 without one.
_RULER_STARTS = frozenset("-_=原邮Oo")
_DAY = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|"
    r"\d{1,2}\.? [A-Za-z]{3,9}\.?,? \d{4}"
    r"|[A-Za-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
)
_HOUR = re.compile(r"\d{1,2}[:：.h]\d{2}|\d{1,2}[时時点點]")


@dataclass(frozen=True, slots=True)
class Opening:
    """Where earlier mail begins."""

    line: int  # the first line that belongs to it
    body: int  # the first line under its heading
    kind: Literal["block", "attribution"]
    forward: bool = False  # the heading itself says that a letter is passed on
    marked: bool = False  # a line of its own announces it ("原始邮件", "写道：")


def quoted_line(line: str) -> bool:
    """Ask whether a line is marked as a quote."""
    return line.startswith(">") or line.lstrip(" ")[:1] in (">", "＞")


def opening(lines: list[str], begin: int) -> Opening | None:
    """Find the first place from line `begin` on where earlier mail opens, or None.

    A heading counts only as a whole: a line that announces the original, a block with
    the sender and at least one more field, or "on … wrote:" with its date. A lone
    发件人： or a 写道 in a sentence is text.
    """
    wrote = -1  # the last line, of those looked at, that ends in "wrote:"
    ahead = begin  # the first line that was not looked at for that
    count = len(lines)
    for number in range(begin, count):
        line = lines[number]
        while ahead < number + 3 and ahead < count:  # such a heading has three lines
            near = lines[ahead]
            if (
                (":" in near or "：" in near)
                and near.rstrip()[-1:] in (":", "：", ">", '"')
                and _ends_wrote(near[-LONGEST_ATTRIBUTION:])
            ):
                wrote = ahead
            ahead += 1
        # Most lines of most letters are passed over here; the patterns are slow.
        first = line.lstrip(_LEAD)[:1]
        if not first or not (
            first in _RULER_STARTS or ":" in line or "：" in line or wrote >= number
        ):
            continue
        found = None
        if first in "-_=" or _announces(line):
            found = _marked(lines, number)
        if not found and (first in "-_" or _names_field(line)):
            found = _block(lines, number)
        if not found and first in "原邮Oo":
            found = _bare(lines, number)
        if not found and wrote >= number:
            found = _attribution(lines, number)
        if found:
            return found
    return None


def _ends_wrote(words: str) -> bool:
    """Ask whether words end in "wrote:"; most need no pattern for the answer."""
    low = words.rstrip().lower()
    if low[:-1].rstrip().endswith(_WROTE) and low[-1] in ":：":
        return True
    return (
        "写道" in low
        or "寫道" in low
        or "wr" in low
        or "chr" in low  # schrieb
        or "a é" in low
        or "gmt" in low
    ) and _ENDS_WROTE.search(words) is not None


def _announces(line: str) -> bool:
    """Ask whether a line may announce earlier mail, and ends in a colon."""
    return line.rstrip()[-1:] in (":", "：") and (
        "--" in line
        or "__" in line
        or "==" in line
        or "转发" in line
        or "轉寄" in line
        or "forward" in line.lower()
    )


def _names_field(line: str) -> bool:
    """Ask whether what is before the first colon is the name of a field."""
    name = line[:40].replace("：", ":").partition(":")[0]
    return _plain(name).lstrip(">*").rstrip("*") in _NAMES


def _marked(lines: list[str], number: int) -> Opening | None:
    line = lines[number].lstrip("> ").replace("\xa0", " ")
    if len(line) > LONGEST_RULER:
        return None
    match = _MARKED.fullmatch(line) or _BARE_FORWARD.fullmatch(line)
    if not match:
        return None
    # "----- Forwarded by …" needs no second ruler; "--- original" alone is too little.
    name = match.groupdict().get("what") or ""
    if (
        name.isascii()
        and name.lower() in ("original", "forwarded")
        and not line.rstrip().endswith("-")
    ):
        return None
    return Opening(
        number,
        _under(lines, number + 1),
        "block",
        forward=bool(_FORWARDED.search(line)),
        marked=True,
    )


def _under(lines: list[str], number: int) -> int:
    """Give the line under the heading that an announcement may have."""
    names, end, _ = _block_fields(lines, number)
    if len(names) > 1:
        return end
    following = _next_text(lines, number)
    wrote = _attribution(lines, following) if following < len(lines) else None
    return wrote.body if wrote else number


def _bare(lines: list[str], number: int) -> Opening | None:
    if not _BARE_ORIGINAL.fullmatch(lines[number][:LONGEST_RULER]):
        return None
    following = _next_text(lines, number + 1)
    if following >= len(lines) or following > number + NEAR:
        return None
    found = _block(lines, following)
    return replace(found, line=number, marked=True) if found else None


def _block(lines: list[str], number: int) -> Opening | None:
    start = number
    if _RULER.fullmatch(lines[number].lstrip("> ")):
        number = _next_text(lines, number + 1)
    elif ":" not in lines[number][:40] and "：" not in lines[number][:40]:
        return None
    names, end, sure = _block_fields(lines, number)
    if "from" not in names or names == {"from"}:
        return None
    # A telephone note or a parcel notice has From: and To: as well. What a mail program
    # writes has an address, or the time of sending under its own name.
    has_address = any(_ADDRESS.search(line) for line in lines[number:end])
    whole = names >= {"from", "sent", "to", "subject"}
    if not (
        has_address
        or (sure and names > {"from", "sent"})
        or (whole and _NOTES_NAME.match(lines[number]))
    ):
        return None
    return Opening(start, end, "block")


def _block_fields(lines: list[str], number: int) -> tuple[set[str], int, bool]:
    """Read a header block: (fields, line under it, surely a program's)."""
    names: set[str] = set()
    sure = False
    end, seen, at = number, 0, number
    while at < len(lines) and seen < NEAR + 2:
        line = lines[at]
        at += 1
        if not line.strip("> \t*"):
            # Blank lines stand between the fields of some HTML mails, but not before
            # the sender: fields of a form above the block are no part of it.
            if names and (seen >= NEAR or "from" not in names):
                break
            continue
        seen += 1
        match = _FIELD.fullmatch(line) if len(line) < LONGEST_FIELD else None
        name = _NAMES.get(_plain(match["name"])) if match else None
        if name is None or name in names:
            # A value may go on in the next line; then another field follows.
            if name is None and names and _continues(lines, at):
                continue
            break
        names.add(name)
        sure = sure or bool(match and _plain(match["name"]) in _SURE_SENT)
        end = at
    return names, end, sure


def _plain(name: str) -> str:
    return "".join(name.lower().split())


def _continues(lines: list[str], at: int) -> bool:
    if at >= len(lines) or not lines[at - 2].strip():
        return False
    match = _FIELD.fullmatch(lines[at][:LONGEST_FIELD])
    return match is not None and _plain(match["name"]) in _NAMES


def _attribution(lines: list[str], number: int) -> Opening | None:
    joined, end = _wrapped(lines, number)
    if not joined or not _is_attribution(joined, lines, end):
        return None
    for start in range(end, number, -1):
        # The line above it, "Thanks.", is no part of "On …, … wrote:".
        later, _ = _wrapped(lines, start)
        if _NAMED.fullmatch(lines[start - 1].lstrip("> ").rstrip()):
            continue  # its name is in the line above
        if later and _is_attribution(later, lines, end):
            return None
    return Opening(number, end + 1, "attribution", marked=True)


def _is_attribution(joined: str, lines: list[str], end: int) -> bool:
    following = _next_text(lines, end + 1)
    marked = following < len(lines) and quoted_line(lines[following])
    if _WROTE_ON.fullmatch(joined) or (marked and _NAMED_WROTE.fullmatch(joined)):
        return True
    if not _BEGINS_WROTE.match(joined) or not _DAY.search(joined):
        return False
    if marked:
        return True
    if _ADDRESS.search(joined):
        return True
    return bool(_HOUR.search(joined) and _STRICT_WROTE.match(joined))


def _wrapped(lines: list[str], number: int) -> tuple[str, int]:
    """Join up to three lines that end in "wrote:": (joined, last line), else ""."""
    joined = ""
    for end in range(number, min(number + 3, len(lines))):
        line = lines[end].strip()
        deeper = quoted_line(line) and not quoted_line(lines[number])
        if end > number and (not line or deeper):
            break
        joined = f"{joined} {line.lstrip('> ')}".strip()
        if len(joined) > LONGEST_ATTRIBUTION:
            break
        if _ends_wrote(joined):
            return joined, end
    return "", number


def _next_text(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def sender_of(lines: list[str]) -> str:
    """Give the From value of the last header block that opens in `lines`, else ""."""
    value, at = "", 0
    while found := opening(lines, at):
        for line in lines[found.line : found.body]:
            match = _FIELD.fullmatch(line[:LONGEST_FIELD])
            if match and _NAMES.get(_plain(match["name"])) == "from":
                value = match["value"]
        at = max(found.body, found.line + 1)
    return value
