"""Keeps sentences in the register so that each reader gets them in their language."""

from typing import Any

from mailroom.errors import Text, text


def pack(sentence: Text) -> list[Any]:
    """Turn a Text into what a JSON column keeps."""
    values = {
        name: pack(value) if isinstance(value, Text) else str(value)
        for name, value in sentence.values.items()
    }
    return [sentence.pattern, values]


def unpack(kept: list[Any]) -> Text:
    """Turn it back into a Text."""
    pattern, values = kept
    return text(
        pattern,
        **{
            name: unpack(value) if isinstance(value, list) else value
            for name, value in values.items()
        },
    )
