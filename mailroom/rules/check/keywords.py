"""Doubts words that rules look for: too short, twice, or not as they were written."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from mailroom.errors import Fault, Text, text
from mailroom.rules.check.walk import doubt, parts
from mailroom.rules.conditions import TextTest
from mailroom.rules.rule import Rule
from mailroom.rules.spelling import simplified

SHORTEST = 4  # Latin letters; fewer stand inside too many other words
_LOOKED_FOR = frozenset({"contains", "words"})
_PARTING = ("、", "，", ",", "；", ";", "/", "|", "或者", "或")
TWO = 2  # signs: the shortest word of a list
_SPACED = re.compile("[\u4e00-\u9fff] +[\u4e00-\u9fff]")
LATIN, HAN = 15, 6  # characters of one word of a list; more are a sentence
_SEARCHED = frozenset({"contains", "starts", "ends"})  # not bound to whole words


def doubtful_words(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield a warning for each word that may not do what was meant."""
    for rule in rules:
        sentences: dict[tuple[str, str], tuple[Text, str]] = {}
        for part in parts(rule.when):
            if isinstance(part, TextTest) and part.operator == "glob":
                for word in part.words:
                    if not set(word) & set("*?？＊"):
                        sentences.setdefault(("R128", word), (_whole_text(word), word))
            if isinstance(part, TextTest) and part.folded:
                for code, sentence, word in (*_alone(part), *_twice(part)):
                    sentences.setdefault((code, str(sentence)), (sentence, word))
        for (code, _), (sentence, word) in sentences.items():
            yield doubt(rule, code, sentence, word)


def _whole_text(word: str) -> Text:
    return text(
        "“glob” looks for a text that is “{word}” and nothing else, as there is no * or"
        " ? in it. If it may stand anywhere, write “contains: {word}”.",
        word=word,
    )


def _alone(test: TextTest) -> Iterator[tuple[str, Text, str]]:
    for word, folded in zip(test.words, test.folded, strict=True):
        if not folded:
            yield (
                "R101",
                text("“{word}” has nothing that can be seen in it.", word=word),
                word,
            )
        elif test.operator == "contains" and len(folded) == 1 and folded.isalnum():
            sentence = text(
                "“{word}” is a single sign, which stands inside many other words; look"
                " for a longer one.",
                word=word,
            )
            yield "R102", sentence, word
        elif test.operator in _SEARCHED and _is_short(folded):
            sentence = text(
                "“{word}” also stands inside longer words; “words” finds it alone.",
                word=word,
            )
            yield "R103", sentence, word
        several = _several(word) if test.operator in _LOOKED_FOR else None
        if several:
            sentence = text(
                "“{word}” is looked for as one text, with its “{mark}”. If several"
                " words are meant, write a list: [{list}].",
                word=word,
                mark=several[0],
                list=", ".join(several[1]),
            )
            yield "R107", sentence, word
        wide = [sign for sign in word if _is_wide(sign)]
        if wide:
            sentence = text(
                "“{word}” is looked for as “{plain}”: write it so.",
                word=word,
                plain=unicodedata.normalize("NFKC", word),
            )
            yield "R104", sentence, word


def _several(word: str) -> tuple[str, list[str]] | None:
    """Say which mark parts a text into short words, and which; None for a phrase."""
    mark = next((sign for sign in _PARTING if sign in word), None)
    if mark is None and _SPACED.search(word):  # Chinese has no spaces of its own
        mark = " "
    if mark is None or (mark == "/" and word.isascii()):  # and/or, c/o
        return None
    each = [part.strip() for part in word.split(mark) if part or mark != " "]
    if "或" in mark and any(len(part) < TWO for part in each):  # 或许
        return None
    short = all(
        part and " " not in part and len(part) <= (LATIN if part.isascii() else HAN)
        for part in each
    )
    figures = all(part.isdigit() for part in each)  # 1,000
    return (mark, each) if short and not figures else None


def _is_short(folded: str) -> bool:
    return len(folded) < SHORTEST and folded.isascii() and folded.isalpha()


def _is_wide(sign: str) -> bool:
    """Say whether a letter or figure is written in a form that is not its usual one.

    Signs such as ： are left alone: so they are typed.
    """
    return sign.isalnum() and unicodedata.normalize("NFKC", sign) != sign


def _twice(test: TextTest) -> Iterator[tuple[str, Text, str]]:
    if test.operator == "glob":
        return
    seen: dict[str, str] = {}
    for word, folded in zip(test.words, test.folded, strict=True):
        first = seen.setdefault(folded, word)
        if first is word:
            continue
        if simplified(first) != first or simplified(word) != word:
            sentence = text(
                "“{first}” and “{word}” are one: simplified and traditional forms"
                " find each other.",
                first=first,
                word=word,
            )
            yield "R106", sentence, word
        else:
            yield (
                "R105",
                text(
                    "“{word}” stands here twice (as “{first}”).", word=word, first=first
                ),
                word,
            )
