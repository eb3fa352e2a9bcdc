"""Cuts text into words to be found by: Latin words, and Chinese in pairs of characters.

Chinese has no spaces. 打印机坏了 is entered as 打印 印机 机坏 坏了 了, and 印机 asked
as one pair; the last character alone lets a single one be found as a beginning.
Width, case and traditional characters make no difference, as in the rules.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from mailroom.rules.spelling import normal, simplified

LONGEST_QUESTION = 200  # characters
MOST_TERMS = 12

_HAN = (
    "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans("“”„«»「」『』", '"""""""""')
_BEFORE, _AFTER = 40, 140  # characters of an excerpt round what was found


def spelled(words: str) -> str:
    """Bring text into the one spelling in which it is entered and asked."""
    return simplified(normal(words)).casefold()


def entered(words: str) -> str:
    """Cut text into the words under which it is entered, separated by spaces."""
    found: list[str] = []
    for piece in _PIECE.findall(spelled(words)):
        if _IS_HAN.match(piece):
            found.extend(map("".join, pairwise(piece)))
            found.append(piece[-1])
        else:
            found.append(piece)
    return " ".join(found)


def terms(question: str) -> tuple[str, ...]:
    """Cut a question into what must all be there; "…" keeps words together."""
    asked = spelled(question[:LONGEST_QUESTION].translate(_QUOTES))
    found = [(quoted or bare).strip() for quoted, bare in _TERM.findall(asked)]
    known = dict.fromkeys(term for term in found if _PIECE.search(term))
    return tuple(known)[:MOST_TERMS]


def expression(asked: Sequence[str]) -> str:
    """Write terms as FTS5 asks for them; what is there is letters and digits alone."""
    return " AND ".join(map(_phrase, asked))


def _phrase(term: str) -> str:
    words: list[str] = []
    *first, last = _PIECE.findall(term)
    for piece in first:
        words += entered(piece).split(" ")
    if _IS_HAN.match(last) and len(last) > 1:
        words += map("".join, pairwise(last))
        return f'"{" ".join(words)}"'
    # A word may go on: invoice finds invoices, and 漏 finds 漏水.
    return f'"{" ".join([*words, last])}" *'


def excerpt(words: str, asked: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Cut out where the first term stands: pieces, and whether each was asked for."""
    flat = simplified(words).lower()
    if len(flat) != len(words):
        flat = words
    places = [at for term in asked if (at := flat.find(term)) >= 0]
    begin = max(min(places, default=0) - _BEFORE, 0)
    end = min(begin + _BEFORE + _AFTER, len(words))
    pieces: list[tuple[str, bool]] = [("…", False)] if begin else []
    pattern = "|".join(map(re.escape, sorted(asked, key=len, reverse=True)))
    at = begin
    for match in re.finditer(pattern, flat[begin:end]) if pattern else ():
        pieces.append((words[at : begin + match.start()], False))
        at = begin + match.end()
        pieces.append((words[begin + match.start() : at], True))
    pieces.append((words[at:end] + ("…" if end < len(words) else ""), False))
    return tuple((piece, hit) for piece, hit in pieces if piece)
