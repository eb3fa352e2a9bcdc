"""Judges the page: paper, margins, body letters, lines and characters (clause 5)."""

from collections.abc import Iterator

from mailroom.errors import Text, text
from mailroom.words.gongwen.drawn import MM
from mailroom.words.gongwen.finding import Finding, judged, missing, on_paper, quoted
from mailroom.words.gongwen.fonts import FANGSONG, HEITI, KAITI, THREE, look
from mailroom.words.gongwen.ladder import is_heading
from mailroom.words.gongwen.line import HOLE, Line, Piece
from mailroom.words.gongwen.paper import Paper, is_label

_PAPER = (210, 297)  # mm
_MARGINS = {"top": 37, "left": 28, "bottom": 35, "right": 26}  # mm
_TOLERANCE = 1  # mm
_LINES, _CHARACTERS = 22, 28
_ROUNDING = 0.05  # points: lengths in Word are twentieths of a point
_TEXT = (156, 225)  # mm, the width and the height of the text


def page_facts(paper: Paper) -> Iterator[Finding]:
    """Judge what holds of every page."""
    yield _size(paper)
    yield from _margins(paper)
    yield _fonts(paper)
    yield _sizes(paper)
    yield _grid(paper)
    yield _black(paper)


def _size(paper: Paper) -> Finding:
    def is_a4(width: float, height: float) -> bool:
        sides = sorted((width, height))
        return all(
            abs(side - a4) <= _TOLERANCE for side, a4 in zip(sides, _PAPER, strict=True)
        )

    pages = paper.sheet.pages
    wrong = next((page for page in pages if not is_a4(page.width, page.height)), None)
    shown = wrong or pages[0]
    return judged(
        text("paper size"),
        "5.1",
        met=wrong is None,
        found=_area(shown.width, shown.height),
        wanted=_area(*_PAPER),
    )


def _area(width: float, height: float) -> Text:
    return text("{width} × {height} mm", width=round(width), height=round(height))


def _margins(paper: Paper) -> Iterator[Finding]:
    facts = {
        "top": text("top margin (天头)"),
        "left": text("left margin (订口)"),
        "bottom": text("bottom margin"),
        "right": text("right margin"),
    }
    # A sheet that lies on its side keeps the binding edge elsewhere.
    upright = [page for page in paper.sheet.pages if page.width <= page.height]
    for side, wanted in _MARGINS.items():
        found = [page.margins[side] for page in upright or paper.sheet.pages]
        worst = max(found, key=lambda margin: abs(margin - wanted))
        yield judged(
            facts[side],
            "5.2.1",
            met=abs(worst - wanted) <= _TOLERANCE,
            found=text("{n} mm", n=f"{worst:.1f}"),
            wanted=text("{n} ± 1 mm", n=wanted),
        )


def _prose(paper: Paper) -> Iterator[Piece]:
    """Give the letters of the text, without headings and labels (黑体, 楷体)."""
    for line in paper.body:
        first, *others = line.judged
        label = paper.form == "minutes" and is_label(line)
        yield from others if label or _may_be_heading(line) else (first, *others)


def _may_be_heading(line: Line) -> bool:
    font = line.judged[0].font
    # A template chooses by the words to come: the letters say what they will be.
    is_open = line.said == HOLE and (HEITI.fits(font) or KAITI.fits(font))
    return is_open or is_heading(line)


def _fonts(paper: Paper) -> Finding:
    fact, wanted = text("font of the text"), text("仿宋, named for Chinese characters")
    pieces = [piece for piece in _prose(paper) if piece.is_judged]
    if not pieces:
        return missing(fact, "5.2.2", wanted)
    odd = next((piece for piece in pieces if not FANGSONG.fits(piece.font)), None)
    return _piece_fact(fact, odd, pieces[0], wanted)


def _sizes(paper: Paper) -> Finding:
    fact, wanted = text("size of the text"), text("3号: 16 or 15.75 pt")
    pieces = [piece for line in paper.body for piece in line.judged]
    if not pieces:
        return missing(fact, "5.2.2", wanted)
    odd = next((piece for piece in pieces if not THREE.fits(piece.size)), None)
    return _piece_fact(fact, odd, pieces[0], wanted)


def _piece_fact(fact: Text, odd: Piece | None, usual: Piece, wanted: Text) -> Finding:
    shown = look(odd or usual)
    if odd is not None:
        shown = text("{look} at {words}", look=shown, words=quoted(odd.words))
    return judged(fact, "5.2.2", met=odd is None, found=shown, wanted=wanted)


def _grid(paper: Paper) -> Finding:
    fact, wanted = (
        text("lines and characters of a page"),
        text("22 lines of 28 characters"),
    )
    lines = [line for line in paper.body if line.pieces]
    if not lines:
        return missing(fact, "5.2.3", wanted)
    if any(page.grid in {"linesAndChars", "snapToChars"} for page in paper.sheet.pages):
        return on_paper(fact, "5.2.3", wanted, text("a grid of characters is set"))
    if any(line.height is None for line in lines):
        return on_paper(fact, "5.2.3", wanted, text("the lines have no exact height"))
    counts = {count for line in lines for count in _counts(line)}
    if counts == {(_LINES, _CHARACTERS)}:
        return judged(fact, "5.2.3", met=True, found=wanted, wanted=wanted)
    other = min(counts - {(_LINES, _CHARACTERS)})
    found = text(
        "by the settings {lines} lines of {characters} characters",
        lines=other[0],
        characters=other[1],
    )
    return on_paper(fact, "5.2.3", wanted, found)


def _counts(line: Line) -> Iterator[tuple[int, int]]:
    """Count the lines and characters that fit, by exact height and letters' width.

    16 pt letters condensed by 0.25 pt on lines of 28.95 pt give 22 × 28, measured in
    LibreOffice; so does this sum. By 0.2 pt, or on lines of 29 pt, they don't.
    """
    width, height = (side / MM for side in _TEXT)
    for piece in line.judged:
        across = (width + _ROUNDING) / (piece.size + piece.spacing)
        yield int((height + _ROUNDING) / (line.height or height)), int(across)


def _black(paper: Paper) -> Finding:
    fact, wanted = text("color of the text"), text("black")
    colored = next(
        (
            piece
            for line in (*paper.title, *paper.body, *paper.record)
            for piece in line.pieces
            if piece.words.strip() and piece.color not in {"", "000000"}
        ),
        None,
    )
    found = (
        wanted
        if colored is None
        else text(
            "#{color} at {words}", color=colored.color, words=quoted(colored.words)
        )
    )
    return judged(fact, "5.2.4", met=colored is None, found=found, wanted=wanted)
