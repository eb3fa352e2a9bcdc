"""Says a Text in the reader's language, zh-CN or en."""

import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from mailroom.errors import Text

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


@cache
def catalog(language: Language) -> Mapping[str, str]:
    """Return the translations of one language, English pattern → sentence."""
    if language == "en":
        return {}
    # Imported late: English commands start without it.
    from babel.messages.pofile import read_po  # noqa: PLC0415

    name = language.replace("-", "_") + ".po"
    with files("mailroom").joinpath("locale", name).open("rb") as source:
        return {
            cast("str", message.id): cast("str", message.string)
            for message in read_po(source)
            if message.id and message.string and not message.fuzzy
        }


def say(sentence: Text | str, language: Language) -> str:
    """Give the sentence in `language`; without a translation, in English."""
    if isinstance(sentence, str):
        sentence = Text(sentence)
    pattern = catalog(language).get(sentence.pattern, sentence.pattern)
    if not sentence.values:
        return pattern
    return pattern.format_map(
        {
            name: say(value, language) if isinstance(value, Text) else value
            for name, value in sentence.values.items()
        }
    )


def choose(wanted: str | None) -> Language:
    """Choose a language: what is asked for, else the terminal's, else English.

    `wanted` and the environment (LC_ALL, LC_MESSAGES, LANG) may be written as
    "zh", "zh_CN.UTF-8", "en-GB" …; any Chinese gives zh-CN.
    """
    environment = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    for name in (wanted, *environment):
        if name:
            return "zh-CN" if name.lower().startswith("zh") else "en"
    return "en"
