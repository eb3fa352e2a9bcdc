"""Says how the office's letters, forms and mails look."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from templates.source.look import Look, Margins
from templates.source.styles import Rule, Style

RED = "C00000"
BLUE = "1F3864"
GREY = "595959"

ZH = Style(name="zh", font="仿宋", size=14)
EN = Style(name="en", font="仿宋", size=11)

_ZH_PAGE = Margins(top=37, right=26, bottom=35, left=28, header=18, footer=20)
_EN_PAGE = Margins(top=30, right=25.4, bottom=25.4, left=25.4, header=13, footer=13)

_CELLS_ZH = (
    Style(
        name="Label",
        font="黑体",
        size=12,
        align="center",
        line=18,
        before=3,
        after=3,
    ),
    Style(name="Cell", size=12, line=18, before=3, after=3, first=0),
    Style(name="Centre", on="Cell", align="center"),
    Style(name="Sign", on="Cell", align="right", right=1),
    Style(name="Note", size=10.5, line=18, before=6),
    Style(name="TwoSides", size=12, after=3, tab=8845),
    Style(name="Heading", font="黑体", size=12, before=10, after=3, together=True),
    Style(name="Strong", letters=True, font="黑体"),
    Style(name="Emphasis", letters=True, font="楷体"),
)
_CELLS_EN = (
    Style(name="Label", size=10.5, bold=True, before=3, after=3, spread=1.1),
    Style(name="Cell", size=10.5, before=3, after=3, spread=1.1),
    Style(name="Sign", on="Cell", align="right"),
    Style(name="Note", size=9.5, before=6, after=0, color=GREY),
    Style(name="Strong", letters=True, bold=True),
    Style(name="Emphasis", letters=True, color=GREY),
)

_LETTER_ZH = Look(
    defaults=ZH,
    margins=_ZH_PAGE,
    styles=(
        Style(name="Normal", after=0, line=24),
        Style(name="Letter", first=2, align="both"),
        Style(name="Detail", first=2),
        Style(name="Closing", align="right", right=2),
        Style(name="Gap", line=12),
        Style(
            name="Title",
            font="方正小标宋简体",
            size=22,
            align="center",
            line=30,
            before=6,
            after=12,
            together=True,
        ),
        *_CELLS_ZH,
        Style(
            name="Header",
            font="方正小标宋简体",
            size=18,
            color=RED,
            align="center",
            spread=1,
            rules=(Rule(side="bottom", width=0.5, gap=4, color=RED),),
        ),
        Style(name="Footer", font="宋体", size=10.5, spread=1, tab=8845),
    ),
    edges=MappingProxyType(
        {
            "header_default": "[Header] {{ office_name }}",
            "footer_default": "[Footer] 编号：{{ case_no }}⇥— ⟨page⟩ —",
        }
    ),
)
_LETTER_EN = Look(
    defaults=EN,
    margins=_EN_PAGE,
    styles=(
        Style(name="Normal", after=7, spread=1.2),
        Style(name="Letter"),
        Style(name="Subject", bold=True, before=2, after=7, together=True),
        Style(name="Detail", left=2, after=2),
        Style(name="DetailLast", on="Detail", after=7),
        Style(name="Reference", after=1),
        Style(name="Closing", after=0, together=True),
        Style(name="Signature", on="Closing", before=34),
        Style(name="After", before=10),
        Style(name="Small", size=9.5, after=2, color=GREY),
        Style(name="Gap", after=0),
        Style(name="Title", size=18, bold=True, color=BLUE, before=4, after=10),
        Style(
            name="Heading",
            bold=True,
            size=12,
            color=BLUE,
            before=12,
            after=4,
            together=True,
        ),
        Style(
            name="Line",
            line=3,
            after=8,
            rules=(Rule(side="bottom", width=0.35, color=BLUE),),
        ),
        *_CELLS_EN,
        Style(
            name="Header",
            bold=True,
            size=14,
            color=BLUE,
            after=0,
            spread=1,
            rules=(Rule(side="bottom", width=0.35, gap=4, color=BLUE),),
        ),
        Style(name="Footer", size=9, after=0, spread=1, tab=9026, color=GREY),
    ),
    edges=MappingProxyType(
        {
            "header_default": "[Header] {{ office_name }}",
            "footer_default": "[Footer] Our reference: {{ case_no }}⇥Page ⟨page⟩",
        }
    ),
)
# A submission: form above, text below, which has the parts of an official paper.
_SUBMISSION = (
    Style(name="RedTitle", on="Title", color=RED, size=24),
    Style(name="Addressee", before=12),
    Style(name="Level1", font="黑体", first=2, together=True),
    Style(name="Level2", font="楷体", first=2, together=True),
    Style(name="Attachment", before=12, left=5, hang=3),
    Style(name="Attachments", before=12, left=5.8, hang=3.8),
    Style(name="AttachmentsNext", left=5.8, hang=0.8),
)
_NUMBER = "[Footer] ⇥— ⟨page⟩ —"
_NUMBER_EN = "[Footer] {{ doc_no }}⇥Page ⟨page⟩"


def _mail(color: str) -> tuple[Style, ...]:
    """Return the head and foot of a mail, which stand in its text: it has no pages."""
    under = Rule(side="bottom", width=0.5, gap=4, color=color)
    over = Rule(side="top", width=0.5, gap=6, color=color)
    return (
        Style(name="Head", size=14, bold=True, color=color, after=10, rules=(under,)),
        Style(name="Small", size=9.5, color=GREY, after=0),
        Style(name="Foot", on="Small", before=14, after=0, rules=(over,)),
    )


def _chosen(look: Look, *names: str) -> tuple[Style, ...]:
    return tuple(style for style in look.styles if style.name in names)


_MAIL_STYLES = ("Letter", "Closing", "Strong", "Emphasis")

# A page that lies, for tables of many columns; what stands at its right ends there.
_WIDE = Margins(top=22, right=20, bottom=18, left=20, header=10, footer=9)
_WIDE_TAB = 14570  # twips: 257 mm


def _wide(look: Look) -> Look:
    changes: dict[str, dict[str, Any]] = {
        "TwoSides": {"tab": _WIDE_TAB},
        "Footer": {"tab": _WIDE_TAB},
        "Label": {"size": 10.5},
        "Cell": {"size": 10.5},
    }
    styles = [replace(style, **changes.get(style.name, {})) for style in look.styles]
    return replace(look, styles=tuple(styles), margins=_WIDE, lying=True)


# A form with many short lines, which is to be read at a glance on one page.
_TIGHT = Margins(top=16, right=18, bottom=14, left=18, header=8, footer=8)
_TIGHT_TAB = 9860  # twips: 174 mm


def _tight(look: Look) -> Look:
    close = {"size": 9.5, "line": 13, "spread": None, "before": 1, "after": 1}
    changes: dict[str, dict[str, Any]] = {
        "Title": {"size": 16, "line": 22, "before": 0, "after": 2},
        "TwoSides": {"size": 10.5, "line": 15, "after": 0, "tab": _TIGHT_TAB},
        "Heading": {"size": 10.5, "line": 14, "before": 5, "after": 2},
        "Label": close,
        "Cell": close,
        "Footer": {"tab": _TIGHT_TAB},
        "Note": {"size": 9, "line": 13, "spread": None, "before": 2, "after": 0},
    }
    styles = [replace(style, **changes.get(style.name, {})) for style in look.styles]
    return replace(look, styles=tuple(styles), margins=_TIGHT)


PLAIN = MappingProxyType(
    {
        "letter.zh": _LETTER_ZH,
        "letter.en": _LETTER_EN,
        "form.zh": replace(
            _LETTER_ZH,
            margins=replace(_ZH_PAGE, top=30, bottom=25, footer=14),
        ),
        "form.en": _LETTER_EN,
        "brief.zh": replace(
            _tight(_LETTER_ZH),
            edges=MappingProxyType({"footer_default": _NUMBER}),
        ),
        "brief.en": replace(
            _tight(
                replace(
                    _LETTER_EN,
                    styles=(*_LETTER_EN.styles, Style(name="TwoSides", after=3)),
                )
            ),
            edges=MappingProxyType({"footer_default": "[Footer] ⇥Page ⟨page⟩"}),
        ),
        "wide.zh": replace(
            _wide(_LETTER_ZH),
            edges=MappingProxyType({"footer_default": _NUMBER}),
        ),
        "wide.en": replace(
            _wide(
                replace(
                    _LETTER_EN,
                    styles=(*_LETTER_EN.styles, Style(name="TwoSides", after=3)),
                )
            ),
            edges=MappingProxyType({"footer_default": "[Footer] ⇥Page ⟨page⟩"}),
        ),
        "paper.zh": replace(
            _LETTER_ZH,
            styles=(*_LETTER_ZH.styles, *_SUBMISSION),
            margins=replace(_ZH_PAGE, top=30, bottom=25, footer=14),
            edges=MappingProxyType({"footer_default": _NUMBER}),
        ),
        "paper.en": replace(
            _LETTER_EN,
            edges=MappingProxyType(
                {
                    "header_default": "[Header] {{ issuer }}",
                    "footer_default": _NUMBER_EN,
                }
            ),
        ),
        "mail.zh": replace(
            _LETTER_ZH,
            defaults=replace(ZH, size=12),
            styles=(
                Style(name="Normal", after=4, spread=1.4),
                *_chosen(_LETTER_ZH, *_MAIL_STYLES),
                *_mail(RED),
            ),
            edges=MappingProxyType({}),
        ),
        "mail.en": replace(
            _LETTER_EN,
            styles=(*_chosen(_LETTER_EN, "Normal", *_MAIL_STYLES), *_mail(BLUE)),
            edges=MappingProxyType({}),
        ),
    }
)
