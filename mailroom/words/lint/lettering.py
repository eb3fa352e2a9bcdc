"""Judges the fonts and the language that Chinese letters of a template have."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from docx.oxml.ns import qn

from mailroom.errors import Text, text
from mailroom.words.gongwen.cascade import Levels, value
from mailroom.words.libreoffice import stand_in
from mailroom.words.lint.manuscript import VALUE, Manuscript, Paragraph
from mailroom.words.places import Place, WordFault, fault
from mailroom.words.runs import Element

Script = Literal["eastAsia", "ascii"]
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z0-9]")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# What themes call the letters of a language (w:themeFontLang).
_SCRIPTS = {"zh-CN": "Hans", "zh-SG": "Hans", "zh-TW": "Hant", "zh-HK": "Hant"}


@dataclass(slots=True)
class _Spots:
    """Where one thing is so."""

    first: Place
    near: str
    paragraphs: set[Place] = field(default_factory=set)


def lettering(manuscript: Manuscript) -> Iterator[WordFault]:
    """Find Chinese letters, and values, without a Chinese font or language.

    A value may be Chinese in any letter: a name, a title.
    """
    themes = _Themes(manuscript)
    unnamed: dict[str, _Spots] = {}
    for paragraph, levels, shown in _dressed(manuscript):
        chinese = bool(_CHINESE.search(shown))
        if not chinese and VALUE not in shown:
            continue
        if themes.font(levels, "eastAsia") is None:
            _add(unnamed, "W060", paragraph)
        language = value(levels, "lang", "eastAsia")
        wrong = language is None or (chinese and not language.startswith("zh"))
        if wrong and themes.language is None:
            _add(unnamed, "W061", paragraph)
    for code, spots in unnamed.items():
        yield _warning(manuscript, spots, code, _lacking(code, len(spots.paragraphs)))


def _lacking(code: str, n: int) -> Text:
    if code == "W060":
        return text(
            "no Chinese font is named, so every program takes another (paragraphs:"
            " {n}); give their style one in Font → Asian text font",
            n=n,
        )
    return text(
        "Chinese is not the language of these words, so punctuation and line breaks"
        " may be Japanese (paragraphs: {n}); set it in Review → Language",
        n=n,
    )


def absent_fonts(manuscript: Manuscript, fonts: Collection[str]) -> Iterator[WordFault]:
    """Find the fonts of a template that are not among those of this machine."""
    themes = _Themes(manuscript)
    here = {name.casefold() for name in fonts}
    absent: dict[str, _Spots] = {}
    for paragraph, levels, shown in _dressed(manuscript):
        scripts: list[Script] = []
        if _CHINESE.search(shown) or VALUE in shown:
            scripts.append("eastAsia")
        if _LATIN.search(shown) or VALUE in shown:
            scripts.append("ascii")
        for script in scripts:
            font = themes.font(levels, script)
            if font and font.casefold() not in here:
                _add(absent, font, paragraph)
    for font, spots in absent.items():
        other = stand_in(font, fonts)
        if other is None:
            reason = text(
                "the font “{font}” is not on this machine; pictures of pages show"
                " another, perhaps with other line breaks",
                font=font,
            )
        else:
            reason = text(
                "the font “{font}” is not on this machine; pictures of pages show"
                " “{other}” in its place",
                font=font,
                other=other,
            )
        yield _warning(manuscript, spots, "W062", reason)


def _dressed(manuscript: Manuscript) -> Iterator[tuple[Paragraph, Levels, str]]:
    """Yield all that is shown, run by run, with what speaks of its look."""
    for paragraph in manuscript.paragraphs:
        for piece in paragraph.pieces:
            shown = paragraph.shown[piece.start : piece.end]
            if shown.strip("\0").strip():
                element = paragraph.element
                yield paragraph, manuscript.cascade.of_run(piece.run, element), shown


def _add(spots: dict[str, _Spots], key: str, paragraph: Paragraph) -> None:
    near = paragraph.words.strip()
    spot = spots.setdefault(key, _Spots(paragraph.place, near))
    spot.paragraphs.add(paragraph.place)


def _warning(
    manuscript: Manuscript, spots: _Spots, code: str, reason: Text
) -> WordFault:
    return fault(
        manuscript.file, spots.first, code, reason, spots.near[:60], severity="warning"
    )


class _Themes:
    """The fonts that a document names by the part they play."""

    def __init__(self, manuscript: Manuscript) -> None:
        settings = manuscript.part(KIND.SETTINGS)
        said = None if settings is None else settings.find(qn("w:themeFontLang"))
        self.language: str | None = None  # that Chinese letters are written in
        if said is not None and str(said.get(qn("w:eastAsia"), "")).startswith("zh"):
            self.language = str(said.get(qn("w:eastAsia")))
        theme = manuscript.part(KIND.THEME)
        self._fonts: Mapping[str, Element] = {}
        if theme is not None:
            self._fonts = {
                part: found
                for part in ("major", "minor")
                if (found := next(theme.iter(f"{_DRAWING}{part}Font"), None))
                is not None
            }

    def font(self, levels: Levels, script: Script) -> str | None:
        """Return the font of the strongest <w:rFonts> that names one."""
        for level in levels:
            fonts = level.find(qn("w:rFonts"))
            if fonts is None:
                continue
            part = str(fonts.get(qn(f"w:{script}Theme"), ""))
            # The part that a font plays is stronger than its name beside it.
            named = self._of_part(part, script) if part else None
            named = named or fonts.get(qn(f"w:{script}"))
            if named:
                return str(named)
        return None

    def _of_part(self, part: str, script: Script) -> str | None:
        fonts = self._fonts.get(part[:5])
        if fonts is None:
            return None
        kind = "ea" if script == "eastAsia" else "latin"
        found = fonts.find(f"{_DRAWING}{kind}")
        named = "" if found is None else str(found.get("typeface", ""))
        if named or kind == "latin":
            return named or None
        letters = _SCRIPTS.get(self.language or "")
        for font in fonts.findall(f"{_DRAWING}font"):
            if letters and font.get("script") == letters:
                return str(font.get("typeface", "")) or None
        return None
