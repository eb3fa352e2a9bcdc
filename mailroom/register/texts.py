"""Keeps sentences in the register so that each reader gets them in their language."""

from typing import Any

from mailroom.drafts import LEVELS, Finding
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


def pack_finding(finding: Finding) -> dict[str, Any]:
    """Turn what the clerk found into what a JSON column keeps."""
    return {
        "code": finding.code,
        "level": finding.level,
        "place": finding.place,
        "text": pack(finding.text),
    }


def unpack_finding(kept: dict[str, Any] | list[Any]) -> Finding:
    """Read a finding; what an older register kept is a sentence alone."""
    if isinstance(kept, list):
        return Finding(code="older", level="risk", place="text", text=unpack(kept))
    (level,) = (one for one in LEVELS if one == kept["level"])
    return Finding(
        code=kept["code"], level=level, place=kept["place"], text=unpack(kept["text"])
    )
