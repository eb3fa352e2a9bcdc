"""Proofreads a Word template: every fault of it in one run."""

from collections.abc import Collection, Iterator
from pathlib import Path

from mailroom.errors import Fault, TemplateError
from mailroom.words.compiling import read_file, read_template
from mailroom.words.lint.baggage import baggage
from mailroom.words.lint.fields import unknown_fields
from mailroom.words.lint.leftovers import leftovers
from mailroom.words.lint.lettering import absent_fonts, lettering
from mailroom.words.lint.manuscript import Manuscript, read_manuscript
from mailroom.words.lint.tagging import tagging
from mailroom.words.places import WordFault

__all__ = ["lint"]

_STRAYS = frozenset({"W015", "W016"})  # a tag where nothing fills it


def lint(
    path: Path,
    *,
    known: Collection[str] | None = None,
    fonts: Collection[str] | None = None,
) -> tuple[Fault, ...]:
    """Return the faults of a template: the text of the letter first, by paragraph.

    The errors are those for which `Template.load` refuses the file, fields that are
    not among the `known` ones, and what would reach outside the letter; the rest are
    warnings. All but those of an unreadable file are `WordFault`s, with part,
    paragraph, cell and tag. `fonts` names the fonts of this machine, as
    `libreoffice.fonts_here` does. None: that is not looked at.
    """
    try:
        compiling = read_template(read_file(path), str(path))
    except TemplateError as error:
        return error.faults
    manuscript = read_manuscript(compiling)
    found = [
        *compiling.faults,
        *tagging(manuscript),
        *leftovers(manuscript),
        *lettering(manuscript),
        *baggage(manuscript),
    ]
    if known is not None:
        found += unknown_fields(manuscript, known)
    if fonts is not None:
        found += absent_fonts(manuscript, fonts)
    return tuple(sorted(_once(found), key=lambda one: _rank(one, manuscript)))


def _once(faults: list[WordFault]) -> Iterator[WordFault]:
    """Leave out what says of a tag only what another fault says, too."""
    seen = set()
    told = [one.near for one in faults if one.near and one.code not in _STRAYS]
    for one in faults:
        mark = (one.where, one.code, one.near, str(one.reason))
        repeats = one.code in _STRAYS and any(near in one.near for near in told)
        if mark not in seen and not repeats:
            yield one
        seen.add(mark)


def _rank(one: WordFault, manuscript: Manuscript) -> tuple[int, str, int, str]:
    package = manuscript.package
    parts = (package.main, *package.filled, *package.properties)
    if one.where is None:
        return (len(parts) + 1, "", 0, one.code)
    part = one.where.part
    place = parts.index(part) if part in parts else len(parts)
    return (place, part, one.where.paragraph, one.code)
