"""Judges the matter of a gongwen: from the title to the note (clause 7.3)."""

import re
from collections.abc import Iterator

from mailroom.errors import Text, text
from mailroom.words.gongwen.finding import (
    Finding,
    absent,
    filled,
    judged,
    missing,
    on_paper,
    quoted,
    worded,
)
from mailroom.words.gongwen.fonts import FANGSONG, HEITI, THREE, TWO, XIAOBIAOSONG, look
from mailroom.words.gongwen.ladder import ladder_facts
from mailroom.words.gongwen.line import HOLE, Line
from mailroom.words.gongwen.paper import RIGHT_HALF, Paper, date_words, is_label

_DATE = re.compile(r"(?:19|20)\d\d年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日")
_FIRST_ATTACHED = re.compile(rf"附件：\s*(?:1\.\s*)?[^\s\d].*|附件：\s*{HOLE}.*")
_NEXT_ATTACHED = re.compile(rf"(?:\d+|{HOLE})\.\s*\S.*|{HOLE}")
_PUNCTUATION = tuple("。；，、;,.")
_PRESENT = re.compile(r"\s*(出席|请假|列席)")
_INDENT = 2  # characters
_NEAR = 0.3  # characters: 32 pt before letters condensed to 15.75 pt


def matter_facts(paper: Paper) -> Iterator[Finding]:
    """Judge the matter in the order of the standard."""
    yield from _title(paper)
    if paper.form != "minutes":
        yield _addressee(paper)
    yield _indent(paper)
    yield from ladder_facts(paper)
    yield on_paper(
        text("text on the first page"), "7.3.3", text("the first page has some")
    )
    yield from _attachments(paper)
    yield from _end(paper)
    yield _note(paper)
    yield _annex(paper)
    if paper.form == "minutes":
        yield _present(paper)


def _title(paper: Paper) -> Iterator[Finding]:
    fact, wanted = text("title (标题)"), text("2号 (22 pt) 小标宋, centred")
    if not paper.title:
        if paper.form in {"minutes", "order"}:
            yield absent(fact, "7.3.1", wanted)
        else:
            yield missing(fact, "7.3.1", wanted)
        return
    odd = next((line for line in paper.title if not _is_title(line)), None)
    shown = odd or paper.title[0]
    found = look(shown.judged[0])
    if shown.align != "center":
        found = text("{look}, not centred", look=found)
    yield judged(fact, "7.3.1", met=odd is None, found=found, wanted=wanted)
    yield on_paper(
        text("shape of the title"),
        "7.3.1",
        text("two lines under the rule; no word broken; as a trapezium or a lozenge"),
    )


def _is_title(line: Line) -> bool:
    return line.align == "center" and all(
        XIAOBIAOSONG.fits(piece.font) and TWO.fits(piece.size) for piece in line.judged
    )


def _addressee(paper: Paper) -> Finding:
    fact = text("addressee (主送机关)")
    wanted = text("at the left edge, “：” at its end")
    line = paper.addressee
    if line is None:
        return absent(fact, "7.3.2", wanted)
    if line.indent > _NEAR or line.align in {"center", "right"}:
        found = text("{n} characters in", n=f"{line.indent:.1f}")
        return judged(fact, "7.3.2", met=False, found=found, wanted=wanted)
    met = line.said.endswith("：")
    # How it stands is seen; whom a tag names is no matter of form.
    return judged(fact, "7.3.2", met=met, found=quoted(line.said), wanted=wanted)


def _indent(paper: Paper) -> Finding:
    fact = text("indent of a paragraph")
    wanted = text("2 characters, the lines after it none")
    # Lines that are centred or at the right are no paragraphs of the text.
    lines = [line for line in paper.body if line.align in {"left", "justify"}]
    if not lines:
        return missing(fact, "7.3.3", wanted)
    odd = next((line for line in lines if not _is_indented(line)), None)
    if odd is None:
        return judged(fact, "7.3.3", met=True, found=wanted, wanted=wanted)
    found = text(
        "{n} characters in at {words}", n=f"{odd.indent:.1f}", words=quoted(odd.said)
    )
    return judged(fact, "7.3.3", met=False, found=found, wanted=wanted)


def _is_indented(line: Line) -> bool:
    hangs = abs(line.left) > _NEAR and not is_label(line)
    return abs(line.indent - _INDENT) <= _NEAR and not hangs


def _attachments(paper: Paper) -> Iterator[Finding]:
    fact = text("names of the attachments (附件说明)")
    wanted = text("附件：1.…, no punctuation after a name")
    if not paper.attachments:
        yield absent(fact, "7.3.4", wanted)
        return
    first = paper.attachments[0]
    wrong = [line for line in paper.attachments if not _is_attachment(line)]
    if not wrong and HOLE in first.said:
        yield filled(fact, "7.3.4", wanted)
    else:
        shown = quoted((wrong or [first])[0].said)
        yield judged(fact, "7.3.4", met=not wrong, found=shown, wanted=wanted)
    yield judged(
        text("indent of the attachments' names"),
        "7.3.4",
        met=first.indent > _INDENT - _NEAR,
        found=text("{n} characters in", n=f"{first.indent:.1f}"),
        wanted=text("2 characters"),
    )


def _is_attachment(line: Line) -> bool:
    form = _FIRST_ATTACHED if line.said.startswith("附") else _NEXT_ATTACHED
    return bool(form.fullmatch(line.said)) and not line.said.endswith(_PUNCTUATION)


def _end(paper: Paper) -> Iterator[Finding]:
    fact = text("date (成文日期)")
    wanted = text("as 2026年3月5日: figures, the whole year, no 0 before")
    if paper.date is not None:
        words = date_words(paper.date)
        met = HOLE in words or bool(_DATE.fullmatch(words))
        yield worded(fact, "7.3.5.4", words, met=met, wanted=wanted)
        if paper.form != "minutes":
            yield _date_place(paper.date)
    elif paper.form == "minutes":
        yield absent(fact, "7.3.5.4", wanted)
    else:
        yield missing(fact, "7.3.5.4", wanted)
    if paper.form != "minutes":  # which bear no seal
        yield on_paper(
            text("place of name, date and seal"),
            "7.3.5.1",
            text("the seal over both, on a page that has text"),
        )


def _date_place(line: Line) -> Finding:
    is_right = line.align == "right" or line.left + line.first > RIGHT_HALF
    return judged(
        text("place of the date"),
        "7.3.5",
        met=is_right,
        found=text(
            "{left} characters from the left, {right} from the right",
            left=f"{line.indent:.1f}",
            right=f"{line.right:.1f}",
        ),
        wanted=text("at the right; with a seal 4 characters in"),
    )


def _note(paper: Paper) -> Finding:
    fact, wanted = text("note (附注)"), text("in （ ）, 2 characters in")
    line = paper.note
    if line is None:
        return absent(fact, "7.3.6", wanted)
    words = line.said
    met = words.startswith("（") and words.endswith("）")
    if met and abs(line.indent - _INDENT) > _NEAR:
        found = text("{n} characters in", n=f"{line.indent:.1f}")
        return judged(fact, "7.3.6", met=False, found=found, wanted=wanted)
    return judged(fact, "7.3.6", met=met, found=quoted(words), wanted=wanted)


def _annex(paper: Paper) -> Finding:
    fact = text("the word above an annex (附件)")
    wanted = text("附件1, at the left edge, 3号黑体")
    if not paper.annexes:
        return absent(fact, "7.3.7", wanted)
    odd = next((line for line in paper.annexes if not _is_annex(line)), None)
    found = look((odd or paper.annexes[0]).judged[0])
    return judged(fact, "7.3.7", met=odd is None, found=found, wanted=wanted)


def _is_annex(line: Line) -> bool:
    letters = line.judged[0]
    return (
        HEITI.fits(letters.font)
        and THREE.fits(letters.size)
        and line.align in {"left", "justify"}
        and line.indent <= _NEAR
    )


def _present(paper: Paper) -> Finding:
    fact = text("who was present (出席、请假、列席)")
    wanted = text("the word in 黑体, then “：” and the names in 仿宋")
    lines = [line for line in paper.body if _PRESENT.match(line.words)]
    if not lines:
        return absent(fact, "10.3", wanted)
    odd = next((line for line in lines if not _is_present(line)), None)
    found: Text = quoted((odd or lines[0]).said)
    return judged(fact, "10.3", met=odd is None, found=found, wanted=wanted)


def _is_present(line: Line) -> bool:
    names = line.judged[1:]
    return (
        HEITI.fits(line.judged[0].font)
        and all(FANGSONG.fits(piece.font) for piece in names)
        and bool(re.match(r"\s*..(?:人员)?：", line.words))
    )
