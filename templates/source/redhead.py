"""Says how official papers look, by GB/T 9704-2012; clauses are in brackets."""

from dataclasses import replace
from types import MappingProxyType

from templates.source.look import Look, Margins
from templates.source.styles import TWIPS, Rule, Style

RED = "FF0000"
LINE = 28.95  # points: 22 lines fill 225 mm (3.2, 5.2.1)
SQUEEZE = -0.25  # points: Word's size 3 is 16 points, of which 28 are wider than 156 mm
WIDTH = 8845  # twips: 156 mm (5.2.1)
# Millimetres below a page number whose dash is 7 mm under the text (7.5).
PAGE_NUMBER = 25.3
TITLE_FONT = "方正小标宋简体"
POINT = 25.4 / 72  # millimetres

_PAGE = Margins(top=37, right=26, bottom=35, left=28, header=15, footer=PAGE_NUMBER)
_LETTER_SIDES = (8, 6)  # 170 mm, in the middle of the paper (10.1)
_THICK, _THIN = 1.0, 0.35  # millimetres, of the double rule


def _rule(name: str, width: float, *, color: str = "000000", line: float = 2) -> Style:
    rules = (Rule(side="bottom", width=width, color=color),)
    return Style(name=name, line=line, rules=rules)


def _double(name: str, upper: float, lower: float) -> Style:
    return Style(
        name=name,
        line=2,
        sides=_LETTER_SIDES,
        rules=(
            Rule(side="top", width=upper, color=RED),
            Rule(side="bottom", width=lower, color=RED),
        ),
    )


_TEXT = (
    Style(name="Normal", after=0, line=LINE, squeeze=SQUEEZE, no_grid=True),
    Style(name="Letter", first=2, align="both"),
    Style(name="Level1", font="黑体", first=2, together=True),  # 一、 (7.3.3)
    Style(name="Level2", font="楷体", first=2, together=True),  # （一）
    Style(name="Secrecy", font="黑体", latin="黑体"),
    Style(
        name="Title",
        font=TITLE_FONT,
        latin=TITLE_FONT,
        size=22,
        align="center",
        line=33,
        squeeze=0,
        before=2 * LINE,
        after=LINE,
    ),
    Style(name="Addressee"),
    # "附件：" with its first name, then names below the first (7.3.4).
    Style(name="Attachment", before=LINE, left=5, hang=3),
    Style(name="Attachments", before=LINE, left=5.8, hang=3.8),
    Style(name="AttachmentsNext", left=5.8, hang=0.8),
    # Under a seal: a column whose middle is that of a date 4 letters from the edge.
    Style(name="Issuer", before=2 * LINE, left=13, align="center", together=True),
    Style(name="IssueDate", left=13, align="center"),
    Style(name="Remark", first=2),
    # Who took part; what does not fit stands below the first name (10.3).
    Style(name="Person", left=5, hang=3),
    Style(name="Present", on="Person", before=LINE),
    Style(name="Strong", letters=True, font="黑体"),
    Style(name="Emphasis", letters=True, font="楷体"),
)
_IMPRINT = Style(name="CopiesTo", size=14, squeeze=0, line=24, left=4, right=1, hang=3)
_NUMBER = Style(name="Page", font="宋体", latin="宋体", size=14, squeeze=0, line=16)
_NUMBERS = MappingProxyType(
    {
        "footer_default": "[PageOdd] — ⟨page⟩ —",
        "footer_even": "[PageEven] — ⟨page⟩ —",
    }
)
_LABEL = Style(name="Label", font="黑体", size=12, squeeze=0, line=20, align="center")
_CELL = Style(name="Cell", size=12, squeeze=0, line=20)
_MARK = Style(
    name="Mark",
    font=TITLE_FONT,
    latin=TITLE_FONT,
    size=36,
    squeeze=0,
    color=RED,
    align="center",
    line=44,
    # Three lines for number, secrecy, urgency; the mark's top is 35 mm down (7.2.4).
    before=35 / POINT - 3 * LINE - 4,
)


def _page_numbers(lift: float) -> tuple[Style, ...]:
    """Return the styles of page numbers, `lift` points above the footer's place."""
    number = replace(_NUMBER, after=lift)
    return (
        number,
        Style(name="PageOdd", on="Page", align="right", right=1, size=14),
        Style(name="PageEven", on="Page", align="left", left=1, size=14),
    )


_RED = Look(
    defaults=Style(name="zh", font="仿宋", size=16),
    margins=_PAGE,
    grid=round(LINE * TWIPS),
    styles=(
        *_TEXT,
        _MARK,
        Style(name="Number", align="center", before=2 * LINE),
        # To a higher body: number and signer share the line, one letter in (7.2.5).
        Style(name="NumberUp", before=2 * LINE, left=1, tab=WIDTH - 16 * TWIPS),
        Style(name="TwoSides", tab=WIDTH),
        # Its line is 4 mm under the number's letters (7.2.7).
        _rule("RedRule", 0.7, color=RED, line=6.4),
        _IMPRINT,
        Style(
            name="PrintedBy",
            size=14,
            squeeze=0,
            line=24,
            left=1,
            tab=WIDTH - 14 * TWIPS,
        ),
        Style(name="Last", line=1),
        *_page_numbers(0),
        _LABEL,
        _CELL,
        Style(name="Centre", on="Cell", align="center"),
    ),
    edges=_NUMBERS,
)
_LETTER = Look(
    defaults=_RED.defaults,
    # 30 mm to the mark, whose line has 4 points above it, 20 mm to the rule (10.1).
    margins=replace(_PAGE, header=30 - 4 * POINT, footer=20),
    grid=_RED.grid,
    styles=(
        *_TEXT,
        replace(_MARK, before=0, after=4 / POINT - 5.7),
        _double("Head", _THICK, _THIN),
        _double("Foot", _THIN, _THICK),
        Style(name="Last", line=1),
        Style(name="Number", before=7 / 8 * 16, tab=WIDTH),
        _IMPRINT,
        *_page_numbers((PAGE_NUMBER - 20) / POINT),
    ),
    edges=MappingProxyType(
        {
            "header_first": "[Mark] {{ issuer }}\n[Head]",
            "footer_first": "[Foot]",
            # A page that has no header of its own shows none.
            "header_default": "[Last]",
            "header_even": "[Last]",
            **_NUMBERS,
        }
    ),
)

REDHEAD = MappingProxyType({"red.zh": _RED, "red_letter.zh": _LETTER})
