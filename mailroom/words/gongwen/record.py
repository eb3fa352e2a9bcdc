"""Judges the record at the end and the page numbers (clauses 7.4 and 7.5)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailroom.errors import Text, text
from mailroom.words.gongwen.finding import (
    Finding,
    absent,
    judged,
    missing,
    on_paper,
    quoted,
)
from mailroom.words.gongwen.fonts import FANGSONG, FOUR, SONGTI, look
from mailroom.words.gongwen.line import HOLE, PAGE, Line, Piece, Rule
from mailroom.words.gongwen.paper import Paper
from mailroom.words.gongwen.reading import Read

_THICK, _THIN = 0.35, 0.25  # mm
_NEAR = 0.05  # mm: borders come in eighths of a point, 0.044 mm
_COPIES = re.compile(r"(?:抄送|分送|主送)")
_RIGHT_COPIES = re.compile(r"(?:抄送|分送|主送)：.*[^。]。", re.DOTALL)
_ISSUED = re.compile(r"印发$")
_RIGHT_ISSUED = re.compile(
    rf".+(?:(?:19|20)\d\d年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日|{HOLE})印发",
    re.DOTALL,
)


def record_facts(paper: Paper) -> Iterator[Finding]:
    """Judge the record (版记), then the page numbers."""
    yield _rules(paper)
    yield _copies(paper)
    yield _issued(paper)
    yield _letters(paper)
    place = text("place of the record (版记)")
    wanted = text("at the foot of the last, even page")
    if paper.record:
        yield on_paper(place, "7.4", wanted)
    else:
        yield absent(place, "7.4", wanted)
    yield from _numbers(paper)


def _own_rules(paper: Paper) -> tuple[Rule, ...]:
    start = paper.record[0].place if paper.record else len(paper.sheet.lines)
    return tuple(
        rule for rule in paper.sheet.rules if rule.above >= start and not rule.is_red
    )


def _rules(paper: Paper) -> Finding:
    fact = text("rules of the record (版记分隔线)")
    wanted = text("first and last 0.35 mm, between them 0.25 mm")
    rules = _own_rules(paper)
    if paper.form == "letter":
        wanted = text("none in a letter")
        found = text("rules: {n}", n=len(rules))
        return judged(fact, "10.1", met=not rules, found=found, wanted=wanted)
    if not paper.record:
        return absent(fact, "7.4.1", wanted)
    ends, between = rules[:1] + rules[1:][-1:], rules[1:-1]
    met = (
        len(ends) == 2  # noqa: PLR2004  the first, the last
        and all(abs(rule.thickness - _THICK) <= _NEAR for rule in ends)
        and all(abs(rule.thickness - _THIN) <= _NEAR for rule in between)
    )
    widths = ", ".join(f"{rule.thickness:.2f}" for rule in rules) or "0"
    found = text("{n} mm", n=widths)
    return judged(fact, "7.4.1", met=met, found=found, wanted=wanted)


def _copies(paper: Paper) -> Finding:
    fact = text("copies to (抄送)")
    wanted = text("抄送：, the names, “。” at the end")
    at = next((n for n, e in enumerate(paper.record) if _COPIES.match(e.said)), None)
    if at is None:
        return absent(fact, "7.4.2", wanted)
    line = _whole(paper.record[at:])
    met = bool(_RIGHT_COPIES.fullmatch(line.said))
    return judged(fact, "7.4.2", met=met, found=quoted(line.said), wanted=wanted)


def _whole(lines: tuple[Line, ...]) -> Line:
    """Put names that go on in a second cell or paragraph to the first."""
    end = next(
        (at for at, e in enumerate(lines) if at and _ISSUED.search(e.said)), len(lines)
    )
    pieces = tuple(piece for line in lines[:end] for piece in line.pieces)
    return replace(lines[0], pieces=pieces)


def _issued(paper: Paper) -> Finding:
    fact = text("printed by, on (印发机关和印发日期)")
    wanted = text("the office at the left, at the right the date and 印发")
    lines = [line for line in paper.record if _ISSUED.search(line.said)]
    if paper.form == "letter":
        wanted = text("none in a letter")
        found = quoted(lines[0].said) if lines else wanted
        return judged(fact, "10.1", met=not lines, found=found, wanted=wanted)
    if not lines:
        return absent(fact, "7.4.3", wanted)
    # Office and date may stand in two cells of a table.
    said = "".join(line.words for line in paper.record)
    copies = said.rfind("。", 0, said.rfind("印发")) + 1
    words = said[copies : said.rfind("印发") + 2].strip()
    met = bool(_RIGHT_ISSUED.fullmatch(re.sub(r"\s", "", words)))
    return judged(fact, "7.4.3", met=met, found=quoted(words), wanted=wanted)


def _letters(paper: Paper) -> Finding:
    fact, wanted = text("letters of the record"), text("4号 (14 pt) 仿宋")
    pieces = [piece for line in paper.record for piece in line.judged]
    if not pieces:
        return absent(fact, "7.4.2", wanted)
    odd = next((piece for piece in pieces if not _is_small(piece)), None)
    found = look(odd or pieces[0])
    return judged(fact, "7.4.2", met=odd is None, found=found, wanted=wanted)


def _is_small(piece: Piece) -> bool:
    return FANGSONG.fits(piece.font) and FOUR.fits(piece.size)


# ── page numbers ─────────────────────────────────────────────────────────


def _numbers(paper: Paper) -> Iterator[Finding]:
    fact, wanted = text("page number (页码)"), text("“— 1 —” in 4号 (14 pt) 宋体")
    footers = paper.sheet.first.footers
    odd = _numbered(footers.get("default"))
    even = _numbered(footers.get("even"))
    if odd is None:
        yield missing(fact, "7.5", wanted)
    else:
        both = [line for line in (odd, even) if line]
        wrong = next((line for line in both if not _is_number(line)), None)
        yield judged(
            fact, "7.5", met=wrong is None, found=_shown(wrong or odd), wanted=wanted
        )
        yield _sides(odd, even, is_set=paper.sheet.odd_and_even)
    if paper.form == "letter":
        yield _first_page(paper)
    yield on_paper(text("place of the page number"), "7.5", text("7 mm under the text"))


def _numbered(footer: Read | None) -> Line | None:
    lines = footer.lines if footer else ()
    return next((line for line in lines if PAGE in line.words), None)


def _is_number(line: Line) -> bool:
    if line.said.replace("\xa0", " ") != f"— {PAGE} —":
        return False
    pieces = [piece for piece in line.pieces if piece.words.strip()]
    figures = [piece for piece in pieces if PAGE in piece.words]
    return all(FOUR.fits(piece.size) for piece in pieces) and all(
        SONGTI.fits(piece.latin) for piece in figures
    )


def _shown(line: Line) -> Text:
    piece = next(piece for piece in line.pieces if PAGE in piece.words)
    return text(
        "{words}, {font}, {size} pt",
        words=quoted(line.said.replace(PAGE, "1")),
        font=piece.latin or "?",
        size=f"{piece.size:g}",
    )


def _sides(odd: Line, even: Line | None, *, is_set: bool) -> Finding:
    fact = text("side of the page number")
    wanted = text("odd pages right, even pages left, one character in")
    if even is None or not is_set:
        found = text("odd and even pages are not told apart")
        return judged(fact, "7.5", met=False, found=found, wanted=wanted)
    met = odd.align == "right" and even.align in {"left", "justify"}
    indents = (odd.right, even.indent)
    found = text(
        "{odd} characters in on odd pages, {even} on even ones",
        odd=f"{indents[0]:.1f}",
        even=f"{indents[1]:.1f}",
    )
    if not met:
        found = text("odd pages are not at the right, or even ones not at the left")
    else:
        met = all(abs(indent - 1) < 1 / 2 for indent in indents)
    return judged(fact, "7.5", met=met, found=found, wanted=wanted)


def _first_page(paper: Paper) -> Finding:
    page = paper.sheet.first
    line = _numbered(page.footers.get("first"))
    met = page.has_own_first and line is None
    return judged(
        text("page number on the first page"),
        "10.1",
        met=met,
        found=text("none") if met else text("there is one"),
        wanted=text("none"),
    )
