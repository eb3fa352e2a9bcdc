"""Doubts words that rules look for: too short, twice, or not as they were written."""

import unicodedata
from collections.abc import Iterable, Iterator

from mailroom.errors import Fault, Text, text
from mailroom.rules.check.walk import doubt, parts
from mailroom.rules.conditions import TextTest
from mailroom.rules.rule import Rule
from mailroom.rules.spelling import simplified

SHORTEST = 4  # Latin letters; fewer stand inside too many other words
_SEARCHED = frozenset({"contains", "starts", "ends"})  # not bound to whole words


def doubtful_words(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Yield a warning for each word that may not do what was meant."""
    for rule in rules:
        sentences: dict[tuple[str, str], Text] = {}
        for part in parts(rule.when):
            if isinstance(part, TextTest) and part.folded:
                for code, sentence in (*_alone(part), *_twice(part)):
                    sentences.setdefault((code, str(sentence)), sentence)
        for (code, _), sentence in sentences.items():
            yield doubt(rule, code, sentence)


def _alone(test: TextTest) -> Iterator[tuple[str, Text]]:
    for word, folded in zip(test.words, test.folded, strict=True):
        if not folded:
            yield (
                "R101",
                text("“{word}” has nothing that can be seen in it.", word=word),
            )
        elif test.operator == "contains" and len(folded) == 1 and folded.isalnum():
            sentence = text(
                "“{word}” is a single letter: almost every mail contains it.", word=word
            )
            yield "R102", sentence
        elif test.operator in _SEARCHED and _is_short(folded):
            sentence = text(
                "“{word}” also stands inside longer words; “words” finds it alone.",
                word=word,
            )
            yield "R103", sentence
        wide = [sign for sign in word if _is_wide(sign)]
        if wide:
            sentence = text(
                "“{word}” is looked for as “{plain}”: write it so.",
                word=word,
                plain=unicodedata.normalize("NFKC", word),
            )
            yield "R104", sentence


def _is_short(folded: str) -> bool:
    return len(folded) < SHORTEST and folded.isascii() and folded.isalpha()


def _is_wide(sign: str) -> bool:
    """Say whether a letter or figure is written in a form that is not its usual one.

    Signs such as ： are left alone: so they are typed.
    """
    return sign.isalnum() and unicodedata.normalize("NFKC", sign) != sign


def _twice(test: TextTest) -> Iterator[tuple[str, Text]]:
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
            yield "R106", sentence
        else:
            yield (
                "R105",
                text(
                    "“{word}” stands here twice (as “{first}”).", word=word, first=first
                ),
            )
