"""Sets punctuation and figures in the width their language has."""

import re

from mailroom.errors import text
from mailroom.words.filters.facts import Filter

_HAN = r"[\u3400-\u9fff〕）”’》]"
_AFTER_HAN = re.compile(rf"(?<={_HAN})(?:[,;:?!]\s*|\.(?![\w.]))")
_IN_BRACKETS = re.compile(rf"\((?=[^()]*{_HAN})([^()]*)\)")
_TO_CHINESE = dict(zip(",;:?!.", "，；：？！。", strict=True))
# Figures and Latin letters of a Chinese keyboard, and its percent sign and space.
_PLAIN = {
    full: full - 0xFEE0
    for full in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
} | {0xFF05: "%", 0xFF0E: ".", 0x3000: " "}
_DOC_NUMBER = re.compile(
    r"\s*[\[［【(（〔〈<{]\s*((?:19|20)\d{2})\s*[\]］】)）〕〉>}]\s*", re.ASCII
)
_LONGEST = 10_000  # characters; a longer text is no field but a document


def cn_punctuation(value: object) -> object:
    """收到，谢谢。 for 收到,谢谢. : signs after Chinese characters become Chinese.

    Those of figures and Latin words stay: 3.5, a.b@example.cn.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return value
    words = _IN_BRACKETS.sub(r"（\1）", value)
    return _AFTER_HAN.sub(lambda sign: _TO_CHINESE[sign[0].strip()], words)


def half_width(value: object) -> object:
    """2026 for ２０２６: figures and Latin letters in plain width."""
    return value.translate(_PLAIN) if isinstance(value, str) else value


def cn_doc_number(value: object) -> object:
    """江政办发〔2026〕12号: the year in the brackets of GB/T 9704."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return value
    return _DOC_NUMBER.sub(r"〔\1〕", value.strip(), count=1)


SIGNS = (
    Filter(
        cn_punctuation,
        text("Chinese text with Chinese punctuation"),
        "'收到,谢谢.'|cn_punctuation",
        "收到，谢谢。",
    ),
    Filter(
        half_width,
        text("full-width figures and letters in plain width"),
        "'２０２６年'|half_width",
        "2026年",
    ),
    Filter(
        cn_doc_number,
        text("a document's number with the year in 〔〕"),
        "'江政办发[2026]12号'|cn_doc_number",
        "江政办发〔2026〕12号",
    ),
)
