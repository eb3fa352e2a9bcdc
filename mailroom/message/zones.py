"""Cuts the text of a message by who wrote it: new, forwarded, quoted, footer."""

import re

from mailroom.message import quotes
from mailroom.message.addresses import addresses
from mailroom.message.footers import part_footer
from mailroom.message.glance import first_sign
from mailroom.message.headers import unfold
from mailroom.message.model import Address, Zones

MOST_LINES = 20_000  # what lies behind is quoted unread
LONGEST_HEADING = 12  # lines with text
WRAPPED = 4  # of them, at least, are looked at
SHORT_NOTE = 40  # characters: a forwarder's word above the letter that counts

_HEADING = re.compile(r"\d|@")
_MARKS = "> \t*\xa0"
_UNQUOTE = re.compile(r"^ {0,3}[>＞] ?")


def split(text: str, *, is_forward: bool) -> Zones:
    """Cut a text into its zones; every line is in exactly one of them.

    `is_forward` says that the subject calls the message a forward. When in doubt a
    line is new: a rule that sees too much asks a person, one that sees too little loses
    a letter.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = first_sign(text)
    if first < 0 and text.count("\n") < MOST_LINES:
        return Zones(new=_trimmed(text))
    lines = text.split("\n")
    lines, rest = lines[:MOST_LINES], lines[MOST_LINES:]
    found = quotes.opening(lines, _back(lines, first)) if first >= 0 else None
    forward = found is not None and (found.forward or is_forward)
    if found is None:
        new, quoted = _without_marks(lines, announced=False)
        zones = _zones("\n".join(new), "", "\n".join(quoted))
    elif forward:
        zones = _forward(lines, found)
    else:
        zones = _reply(lines, found)
    if rest:
        joined = "\n".join((zones.quoted, *rest)).strip("\n")
        zones = Zones(
            new=zones.new, forwarded=zones.forwarded, quoted=joined, footer=zones.footer
        )
    return zones


def _back(lines: list[str], number: int) -> int:
    """Give a line far enough above: the heading may have begun there.

    No heading has two lines without a colon one after the other, but for a wrapped
    "… wrote:" and a ruler, which are three lines at most.
    """
    number = min(number, len(lines) - 1)
    passed = bare = 0
    while number > 0 and passed < LONGEST_HEADING and (passed < WRAPPED or bare < 2):  # noqa: PLR2004  see above
        number -= 1
        line = lines[number]
        if line.strip(_MARKS):
            passed += 1
            bare = 0 if ":" in line or "：" in line else bare + 1
    return number


def _reply(lines: list[str], found: quotes.Opening) -> Zones:
    above, heading, below = (
        lines[: found.line],
        lines[found.line : found.body],
        lines[found.body :],
    )
    if any(quotes.quoted_line(line) for line in below[:3]):
        # Marked line by line: what is not marked may be an answer between the lines.
        answers, quoted = _without_marks(below, announced=True)
        return _joined([*above, *answers], [], [*heading, *quoted])
    upper, marked = _without_marks(above, announced=False)
    if not found.marked and not "".join(above).strip():
        # A block at the very top, no forward: a form or a note, written in this shape.
        return _joined(lines, [], [])
    return _joined(upper, [], [*marked, *heading, *below])


def _forward(lines: list[str], found: quotes.Opening) -> Zones:
    above, heading, letter = (
        lines[: found.line],
        lines[found.line : found.body],
        lines[found.body :],
    )
    first = next((line for line in letter if line.strip()), "")
    if quotes.quoted_line(first):
        # The letter is marked as a quote (Apple Mail): what is not marked is the note.
        above = [*above, *(line for line in letter if not quotes.quoted_line(line))]
        letter = [_UNQUOTE.sub("", line) for line in letter if quotes.quoted_line(line)]
    begin = 0
    inner = quotes.opening(letter, 0)
    while (
        inner
        and (inner.kind == "block")
        and _length(letter[begin : inner.line]) < SHORT_NOTE
    ):
        begin = inner.body
        inner = quotes.opening(letter, max(begin, inner.line + 1))
    cut = inner.line if inner else len(letter)
    written, marked = _without_marks(letter[:cut], announced=False)
    return _joined(above, [*heading, *written], [*marked, *letter[cut:]])


def _length(lines: list[str]) -> int:
    return len("".join(line.strip() for line in lines))


def _without_marks(lines: list[str], *, announced: bool) -> tuple[list[str], list[str]]:
    """Part lines marked with > from the others: (written, quoted).

    Without an announcement a single marked line, or a text of nothing else, is text.
    """
    whole = "\n".join(lines)
    if ">" not in whole and "＞" not in whole:
        return lines, []
    quoted = [
        line[:1] == ">" or (line[:1] in " ＞" and quotes.quoted_line(line))
        for line in lines
    ]
    if not announced:
        _keep_citations(lines, quoted)
    marked = [line for line, is_quoted in zip(lines, quoted, strict=True) if is_quoted]
    if not announced and (len(marked) < 2 or _length(lines) == _length(marked)):  # noqa: PLR2004  see above
        return lines, []
    written = zip(lines, quoted, strict=True)
    return [line for line, is_quoted in written if not is_quoted], marked


def _keep_citations(lines: list[str], quoted: list[bool]) -> None:
    """Take for the writer's own what a sentence of hers leads to ("第三条规定：").

    A heading by a mail program has a date or an address.
    """
    above = ""  # the last line with text before the marked ones
    own = False
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if not quoted[number]:
            above, own = line.rstrip(), False
            continue
        own = own or (above[-1:] in (":", "：") and not _HEADING.search(above))
        above = ""
        quoted[number] = not own


def _joined(new: list[str], forwarded: list[str], quoted: list[str]) -> Zones:
    return _zones("\n".join(new), "\n".join(forwarded), "\n".join(quoted))


def _zones(new: str, forwarded: str, quoted: str) -> Zones:
    written, footer = part_footer(new)
    if not written.strip() and footer and not forwarded:
        written, footer = footer, ""  # nothing but a footer is what was written
    letter, letter_footer = part_footer(forwarded)
    return Zones(
        new=_trimmed(written),
        forwarded=_trimmed(letter),
        quoted=_trimmed(quoted),
        footer=_trimmed(
            f"{footer}\n{letter_footer}"
            if footer and letter_footer
            else footer or letter_footer
        ),
    )


def _trimmed(text: str) -> str:
    if "\n\n\n\n" in text:
        text = re.sub(r"\n{4,}", "\n\n\n", text)
    return text.strip("\n")


def forwarded_sender(forwarded: str) -> Address | None:
    """Read who wrote a forwarded letter from its From line; None without an address.

    Where a forward was forwarded, the innermost letter that still counts decides.
    """
    value = quotes.sender_of(forwarded.split("\n")[:MOST_LINES])
    # Outlook writes "Name [mailto:a@b.example]"; * marks bold text.
    value = re.sub(r"\[(?:mailto:)?([^\]\s]{3,320})\]", r"<\1>", value).replace("*", "")
    value = re.sub(r"<mailto:([^>]{3,320})>", "", value)
    found = addresses(unfold(value.encode("utf-8", "replace")))
    if found:
        return found[0]
    return Address(value.strip(), "") if value.strip() else None
