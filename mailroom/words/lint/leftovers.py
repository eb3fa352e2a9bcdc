"""Finds words that a letter would carry though nobody wrote them to its reader."""

import re
from collections.abc import Iterator

from docx.oxml.ns import qn

from mailroom.errors import Text, text
from mailroom.words.lint.manuscript import Manuscript, Paragraph
from mailroom.words.places import Place, WordFault, fault
from mailroom.words.runs import ATOMS, Element

_SHOWN = 60  # characters shown with a fault
_FULL_WIDTH = re.compile("｛[｛%％]")

# Words that stand for a value in templates which are filled by hand.
_STAND_IN = re.compile(
    r"(?P<brace>(?<![{｛_])[{｛]\s*[^\W\d][\w. ]{0,40}[}｝](?![}｝])|\$\{\w[\w.]*\}"
    r"|<<\s*\w[\w. ]*>>|«\s*\w[\w. ]*»)"
    r"|(?<![A-Za-z])[Xx]{3,}(?![A-Za-z])|(?<![A-Za-z])XX(?![A-Za-z])|×{2,}|＊{2,}|\*{3,}"
    r"|_{3,}|＿{3,}"
    r"|某某|[○〇]{3,}"
    r"|\[[A-Za-z][A-Za-z '’/-]{1,40}\]"
    r"|[\[［【<《(（][^\[\]［］【】<>《》()（）]{0,12}(?:请填|填写|待填|此处|在此输入)"
    r"|(?:单击或)?点击此处|Click (?:or tap )?here to enter"
    r"|\bTBD\b|\blorem ipsum\b"
)

# Word's own fields, by what becomes of them in a letter that is sent.
_FROM_LISTS = frozenset(
    (
        *("MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "SKIPIF"),
        *("ADDRESSBLOCK", "GREETINGLINE", "ASK", "FILLIN", "DOCVARIABLE"),
        "MACROBUTTON",
    )
)
_FROM_OUTSIDE = frozenset(
    (
        *("INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "RD"),
        *("DDE", "DDEAUTO", "DATABASE"),
    )
)
_MOVING = frozenset(("DATE", "TIME"))
_REVISIONS = tuple(
    qn(f"w:{name}")
    for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange")
)


def leftovers(manuscript: Manuscript) -> Iterator[WordFault]:
    """Find stand-ins, Word's own fields, tracked changes, braces nothing reads."""
    for paragraph in manuscript.paragraphs:
        yield from _stand_ins(paragraph, manuscript.file)
        yield from _word_fields(paragraph, manuscript.file)
    for part, root in manuscript.roots.items():
        yield from _braces(root, part, manuscript.file)
        yield from _revisions(part, manuscript)
    for part in manuscript.package.properties:
        root = manuscript.compiling.roots[part]
        yield from _braces(root, part, manuscript.file)


def _stand_ins(paragraph: Paragraph, file: str) -> Iterator[WordFault]:
    for found in _STAND_IN.finditer(paragraph.shown):
        near = found[0].strip()[:_SHOWN]
        if found["brace"]:
            reason = text("this looks like a tag; a tag has two braces: {{ field }}")
        else:
            reason = text(
                "this looks like a place to fill in by hand; write {{ field }}, or"
                " the words themselves"
            )
        yield fault(file, paragraph.place, "W056", reason, near, severity="warning")


def _word_fields(paragraph: Paragraph, file: str) -> Iterator[WordFault]:
    for code in _codes(paragraph.element):
        name = code.split(None, 1)[0].upper() if code.strip() else ""
        near = " ".join(code.split())[:_SHOWN]
        if "{{" in code:
            continue  # a tag where nothing fills it is an error of its own
        if name in _FROM_LISTS:
            reason = text(
                "a field of Word's own, which nothing fills; put {{ field }} in its"
                " place"
            )
            yield fault(file, paragraph.place, "W055", reason, near)
        elif name in _FROM_OUTSIDE:
            reason = text(
                "a field of Word's own that fetches from outside on the reader's"
                " machine; take it out"
            )
            yield fault(file, paragraph.place, "W055", reason, near)
        elif name in _MOVING:
            reason = text(
                "a field that shows the day on which the letter is read; write"
                " {{ today }} for the day on which it is made"
            )
            yield fault(file, paragraph.place, "W055", reason, near, severity="warning")


def _codes(element: Element) -> Iterator[str]:
    """Yield the codes of the fields of a paragraph, put together from their runs."""
    code: list[str] = []
    for one in element.iter(qn("w:fldSimple"), qn("w:fldChar"), qn("w:instrText")):
        if one.tag == qn("w:fldSimple"):
            yield str(one.get(qn("w:instr"), ""))
        elif one.tag == qn("w:instrText"):
            code.append(one.text or "")
        elif code:
            yield "".join(code)
            code.clear()
    if code:
        yield "".join(code)


def _braces(root: Element, part: str, file: str) -> Iterator[WordFault]:
    """Find full-width braces in alt texts, addresses, properties."""
    for element in root.iter("*"):
        held = [str(value) for value in element.attrib.values()]
        if element.tag not in ATOMS:
            held.append(element.text or "")
        for words in held:
            if _FULL_WIDTH.search(words):
                near = words.strip()[:_SHOWN]
                yield fault(file, Place(part=part), "W010", _half_width(), near)


def _half_width() -> Text:
    return text(
        "full-width braces; switch the input method to English"
        " and write the tag with half-width ones"
    )


def _revisions(part: str, manuscript: Manuscript) -> Iterator[WordFault]:
    """Find the first tracked change of a part, not to repeat what is said of tags."""
    places = [
        paragraph.place
        for paragraph in manuscript.paragraphs
        if paragraph.place.part == part
        and not paragraph.tags
        and next(paragraph.element.iter(*_REVISIONS), None) is not None
    ]
    if places:
        reason = text(
            "tracked changes, which every letter would show (paragraphs: {n}); accept"
            " or reject them",
            n=len(places),
        )
        yield fault(manuscript.file, places[0], "W053", reason, severity="warning")
