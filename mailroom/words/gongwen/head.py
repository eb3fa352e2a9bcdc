"""Judges the head of a gongwen: what stands above the title (clause 7.2)."""

import re
from collections.abc import Iterator, Mapping

from mailroom.errors import Text, text
from mailroom.words.gongwen.finding import (
    Finding,
    absent,
    filled,
    judged,
    missing,
    on_paper,
    worded,
)
from mailroom.words.gongwen.fonts import HEITI, KAITI, THREE, look
from mailroom.words.gongwen.line import HOLE, Align, Line
from mailroom.words.gongwen.paper import Form, Paper, number_words

_COPY = re.compile(rf"\d{{6}}|{HOLE}")
_SECRECY = re.compile(
    rf"(?:绝密|机密|秘密|{HOLE})(?:★(?:(?:\d+|{HOLE})(?:年|个月|日|天)|长期|{HOLE}))?"
)
_URGENCY = re.compile(rf"特急|加急|{HOLE}")
_NUMBER = re.compile(
    rf"[^\s\d〔〕\[\]()（）]+〔(?:(?:19|20)\d\d|{HOLE})〕(?:[1-9]\d*|{HOLE})号"
)
_ISSUE = re.compile(rf"第?(?:\d+|[一二三四五六七八九十]+|{HOLE})[期号]|{HOLE}")
_SIGNERS = re.compile(r"签发人：\s*\S+")
_LETTER_WIDTH = 170  # mm, of the red rules
_TOLERANCE = 2  # mm


def head_facts(paper: Paper) -> Iterator[Finding]:
    """Judge the head in the order of the standard."""
    yield _copy_number(paper)
    yield _secrecy(paper)
    yield _urgency(paper)
    yield _order(paper)
    yield from _mark(paper)
    yield _number(paper)
    if paper.form not in {"minutes", "order"}:
        yield _number_place(paper)
    yield _signer(paper)
    yield from _rules(paper)


def _copy_number(paper: Paper) -> Finding:
    fact, wanted = text("copy number (份号)"), text("six figures")
    line = paper.copy_number
    if line is None:
        return absent(fact, "7.2.1", wanted)
    words = line.said.split("\t")[0]  # a letter's number stands on the same line
    met = bool(_COPY.fullmatch(words))
    return worded(fact, "7.2.1", words, met=met, wanted=wanted)


def _heading(
    fact: Text, clause: str, line: Line | None, words: re.Pattern[str], wanted: Text
) -> Finding:
    if line is None:
        return absent(fact, clause, wanted)
    letters = line.judged[0]
    if not HEITI.fits(letters.font) or not THREE.fits(letters.size):
        return judged(fact, clause, met=False, found=look(letters), wanted=wanted)
    met = bool(words.fullmatch(re.sub(r"\s", "", line.said)))
    return worded(fact, clause, line.said, met=met, wanted=wanted)


def _secrecy(paper: Paper) -> Finding:
    fact = text("secrecy (密级和保密期限)")
    wanted = text("绝密, 机密 or 秘密, then ★ and the term; 3号黑体")
    return _heading(fact, "7.2.2", paper.secrecy, _SECRECY, wanted)


def _urgency(paper: Paper) -> Finding:
    fact, wanted = text("urgency (紧急程度)"), text("特急 or 加急; 3号黑体")
    return _heading(fact, "7.2.3", paper.urgency, _URGENCY, wanted)


def _order(paper: Paper) -> Finding:
    fact = text("order of the lines at the top")
    wanted = text("份号, 密级, 紧急程度, one under the other")
    found = (paper.copy_number, paper.secrecy, paper.urgency)
    places = [line.place for line in found if line]
    if len(places) < 2:  # noqa: PLR2004  one alone has no order
        return absent(fact, "7.2.3", wanted)
    met = places == sorted(places)
    return judged(fact, "7.2.3", met=met, found=None, wanted=wanted)


def _mark(paper: Paper) -> Iterator[Finding]:
    clause = {"letter": "10.1", "order": "10.2", "minutes": "10.3"}.get(
        paper.form, "7.2.4"
    )
    fact = text("name at the head (发文机关标志)")
    wanted = text("red and centred")
    if not paper.mark:
        yield missing(fact, clause, wanted)
    else:
        is_red = all(line.is_red for line in paper.mark)
        # Names of several issuers are spread over the width of a table.
        is_centred = all(_is_centred(line) for line in paper.mark)
        found = text(
            "{look}, red: {red}, centred: {centred}",
            look=look(paper.mark[0].judged[0]),
            red=_yes(is_red),
            centred=_yes(is_centred),
        )
        yield judged(
            fact, clause, met=is_red and is_centred, found=found, wanted=wanted
        )
    yield on_paper(text("place of the name at the head"), clause, _PLACES[paper.form])


def _is_centred(line: Line) -> bool:
    return line.align == "center" or line.in_table


def _yes(fact: bool) -> Text:  # noqa: FBT001  the fact is all there is
    return text("yes") if fact else text("no")


_BELOW_TEXT_TOP = text("its top edge 35 mm below the top of the text")
_PLACES: Mapping[Form, Text] = {
    "document": _BELOW_TEXT_TOP,
    "upward": _BELOW_TEXT_TOP,
    "minutes": _BELOW_TEXT_TOP,
    "order": text("its top edge 20 mm below the top of the text"),
    "letter": text("its top edge 30 mm below the top of the page"),
}


def _number(paper: Paper) -> Finding:
    if paper.form in {"minutes", "order"}:
        return _issue(paper)
    fact = text("number (发文字号)")
    wanted = text(
        "as 〔2026〕12号: such brackets, the whole year, neither 第 nor 0 before"
    )
    line = paper.number
    if line is None:
        return missing(fact, "7.2.5", wanted)
    words = number_words(line)
    if words == HOLE:
        return filled(fact, "7.2.5", wanted)
    met = bool(_NUMBER.fullmatch(words))
    return worded(fact, "7.2.5", words, met=met, wanted=wanted)


def _issue(paper: Paper) -> Finding:
    """Judge the number of minutes or of an order: 第12期, 第12号."""
    clause = "10.3" if paper.form == "minutes" else "10.2"
    fact, wanted = text("number of the issue (期号, 令号)"), text("as 第12期, 第12号")
    top = paper.sheet.lines[: paper.title[0].place if paper.title else 6]
    for line in top:
        words = line.said.strip("（）()")
        if _ISSUE.fullmatch(words):
            return worded(fact, clause, line.said, met=True, wanted=wanted)
    return absent(fact, clause, wanted)


def _number_place(paper: Paper) -> Finding:
    fact = text("place of the number")
    line = paper.number
    wanted, met = text("centred, 3号"), line is not None and line.align == "center"
    if paper.form == "letter":
        wanted = text("at the right edge, 3号")
        met = line is not None and _is_at_the_edge(line)
    elif paper.form == "upward":
        wanted = text("at the left, one character in, 3号")
        met = line is not None and line.align in {"left", "justify"} and _about(line, 1)
    if line is None:
        return absent(fact, "7.2.5", wanted)
    found = text("{align}, {size} pt", align=_ALIGNS[line.align], size=f"{line.size:g}")
    met = met and THREE.fits(line.size)
    return judged(fact, "7.2.5", met=met, found=found, wanted=wanted)


def _is_at_the_edge(line: Line) -> bool:
    if line.align == "right":
        return not line.right
    return line.has_right_tab and "\t" in line.words


_ALIGNS: Mapping[Align, Text] = {
    "left": text("at the left"), "center": text("centred"),
    "right": text("at the right"), "justify": text("justified"),
}  # fmt: skip


def _about(line: Line, characters: float) -> bool:
    return abs(line.indent - characters) < 1 / 2


def _signer(paper: Paper) -> Finding:
    fact = text("who signed (签发人)")
    wanted = text("签发人：, then the name in 楷体")
    line = paper.signer
    if line is None:
        if paper.form == "upward":
            return missing(fact, "7.2.6", wanted)
        return absent(fact, "7.2.6", wanted)
    words = line.said[line.said.index("签发人") :]
    last = line.judged[-1]
    if not KAITI.fits(last.font):
        return judged(fact, "7.2.6", met=False, found=look(last), wanted=wanted)
    met = bool(_SIGNERS.match(words))
    return worded(fact, "7.2.6", words, met=met, wanted=wanted)


def _rules(paper: Paper) -> Iterator[Finding]:
    if paper.form == "letter":
        yield from _letter_rules(paper)
        return
    fact, wanted = text("red rule (分隔线)"), text("one under the number")
    if paper.form in {"minutes", "order"} and not paper.red_rules:
        yield absent(fact, "7.2.7", wanted)
        return
    above = paper.number or (paper.mark[-1] if paper.mark else None)
    below = paper.title[0].place if paper.title else len(paper.sheet.lines)
    met = any(
        (above.place if above else -1) < rule.above <= below for rule in paper.red_rules
    )
    found = text("red rules: {n}", n=len(paper.red_rules))
    yield judged(fact, "7.2.7", met=met, found=found, wanted=wanted)
    yield on_paper(
        text("place of the red rule"),
        "7.2.7",
        text("4 mm under the number, as wide as the text"),
    )


def _letter_rules(paper: Paper) -> Iterator[Finding]:
    rules = paper.red_rules
    yield judged(
        text("red double rules"),
        "10.1",
        met=len(rules) == 2 and all(rule.is_double for rule in rules),  # noqa: PLR2004
        found=text(
            "red rules: {n}, double: {double}",
            n=len(rules),
            double=sum(r.is_double for r in rules),
        ),
        wanted=text("two: under the name, at the foot of the page"),
    )
    fact, wanted = text("width of the red rules"), text("170 mm, centred")
    page = paper.sheet.first
    across = page.width - page.margins["left"] - page.margins["right"]
    widths = [rule.width or across + rule.beyond for rule in rules]
    if not widths:
        yield absent(fact, "10.1", wanted)
    else:
        worst = max(widths, key=lambda width: abs(width - _LETTER_WIDTH))
        yield judged(
            fact, "10.1", met=abs(worst - _LETTER_WIDTH) <= _TOLERANCE,
            found=text("{n} mm", n=f"{worst:.1f}"), wanted=wanted,
        )  # fmt: skip
    yield on_paper(
        text("place of the red rules"),
        "10.1",
        text("4 mm under the name; 20 mm above the foot of the page"),
    )
