"""Turns the words of every shipped template into a Word file."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from templates.source.markup import Markup
from templates.source.notation import read_blocks, read_page
from templates.source.package import write_package
from templates.source.plain import PLAIN
from templates.source.redhead import REDHEAD
from templates.source.styles import write_styles

WORDS = Path(__file__).parent / "words"
LOOKS = {**PLAIN, **REDHEAD}
SHARED = WORDS / "shared"  # passages that several templates use


def shipped() -> Mapping[str, bytes]:
    """Return every shipped template by its path under templates/, "reply/x.zh.docx".

    Raises NotationError where a text cannot be read.
    """
    texts = (path for path in WORDS.rglob("*.txt") if SHARED not in path.parents)
    return MappingProxyType(
        {
            path.relative_to(WORDS).with_suffix(".docx").as_posix(): _made(path)
            for path in sorted(texts)
        }
    )


def _made(path: Path) -> bytes:
    page = read_page(path, SHARED)
    look = LOOKS[page.look]
    markup = Markup(look)
    edges = {}
    for place, words in look.edges.items():
        kind = place.partition("_")[0]
        edges[place] = (kind, markup.edge(kind, read_blocks(words)))
    return write_package(
        title=page.title,
        main=markup.main_part(page.blocks),
        styles=write_styles(look.defaults, look.styles),
        edges=edges,
        two_sided=look.two_sided,
    )
