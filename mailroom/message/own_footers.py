"""Takes out of a text what the office's own server wrote under the letter."""

import re
from functools import lru_cache

MOST_LINES = 30  # of one footer; a paragraph that is longer is a letter


def without_own(text: str, footers: tuple[str, ...]) -> str:
    """Blank each paragraph that begins with one of the footers; places stay.

    `footers` are how they begin, as the office has written them down; spaces and line
    breaks in them fit any. At the end of the text nothing is left in their place.
    """
    pattern = _pattern(footers)
    if pattern is None:
        return text
    found = list(pattern.finditer(text))
    if not found:
        return text
    for match in found:
        blank = re.sub(r"[^\n]", " ", match[0])
        text = text[: match.start()] + blank + text[match.end() :]
    return text.rstrip()


@lru_cache(maxsize=32)
def _pattern(footers: tuple[str, ...]) -> re.Pattern[str] | None:
    ways = [r"\s{1,4}".join(map(re.escape, words.split())) for words in footers]
    ways = [way for way in ways if way]
    if not ways:
        return None
    rest = rf"[^\n]*(?:\n[^\n]*\S[^\n]*){{0,{MOST_LINES}}}"
    begin = r"^[ \t\u3000*_>【\[(-]{0,10}"
    return re.compile(
        f"{begin}(?:{'|'.join(ways)}){rest}", re.IGNORECASE | re.MULTILINE
    )
