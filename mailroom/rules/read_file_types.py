"""Reads which types of files a rule means: media types, such as application/pdf."""

from collections.abc import Mapping

from mailroom.errors import text
from mailroom.message.filetypes import ENDINGS
from mailroom.yamlfile import Node, Proofreader

# What people write for it.
_MEANT: Mapping[str, str] = {
    **{ending: kind for kind, endings in ENDINGS.items() for ending in sorted(endings)},
    **dict.fromkeys(("doc", "dot"), "application/msword"),
    **dict.fromkeys(("xls", "xlt"), "application/vnd.ms-excel"),
    "ppt": "application/vnd.ms-powerpoint",
    "csv": "text/csv",
    "txt": "text/plain",
    "html": "text/html",
    "ics": "text/calendar",
    "eml": "message/rfc822",
    **dict.fromkeys(("image", "picture", "photo", "图片", "照片"), "image/*"),
}
_PROGRAMS = {"word": "docx", "excel": "xlsx", "powerpoint": "pptx"}


def read_file_types(proof: Proofreader, node: Node | None) -> tuple[str, ...]:
    """Read `application/pdf`, `image/*` or a list of them; “pdf” would fit nothing."""
    for entry in proof.entries(node):
        word = proof.word(entry)
        if not word or "/" in word:
            continue
        ending = word.lower().lstrip("*.")
        ending = _PROGRAMS.get(ending, ending)
        meant = _MEANT.get(ending)
        sentence = (
            text(
                "“{word}” is not a type of file. Write {type}, or ask for the name:"
                " name: {{ends: .{ending}}}.",
                word=word,
                type=meant,
                ending=ending,
            )
            if meant and not meant.endswith("*")
            else text(
                "“{word}” is not a type of file. Write it as application/pdf or"
                " image/*.",
                word=word,
            )
        )
        proof.note(entry, "R069", sentence)
    return tuple(word.lower() for word in proof.words(node))
