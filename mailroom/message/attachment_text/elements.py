"""Walks through the elements of an XML part without keeping them."""

from collections.abc import Iterator
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import Any, Literal, cast

from lxml import etree

from mailroom.message.attachment_text.archive import Archive
from mailroom.message.attachment_text.limits import MOST_ELEMENTS, NotReadError

Step = tuple[Literal["start", "end"], str, Any]  # the element's name has no namespace


def walk(xml: bytes) -> Iterator[Step]:
    """Yield each element as it opens and as it closes, in the order of the part.

    Text is there when an element closes; then it is let go. Entities are not expanded,
    nothing is loaded. Raises NotReadError, also for more than MOST_ELEMENTS.
    """
    count = 0
    steps = etree.iterparse(
        BytesIO(xml),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for event, element in steps:
            if not isinstance(element.tag, str):
                continue
            name = element.tag.rpartition("}")[2]
            yield cast("Literal['start', 'end']", event), name, element
            if event == "end":
                # Its last text may be asked for no more: what follows it is `tail`.
                element.clear(keep_tail=True)
                count += 1
            if count > MOST_ELEMENTS:
                raise NotReadError
    except etree.XMLSyntaxError as error:
        raise NotReadError from error


def relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Give what a part points at inside the file: id → (kind, name of the part).

    `part` "" stands for the file; the kind is the last word of its address.
    """
    folder, _, name = part.rpartition("/")
    where = join(folder, "_rels", f"{name}.rels")
    if where not in archive:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for event, element_name, element in walk(archive.read(where)):
        if event == "start" and element_name == "Relationship":
            if element.get("TargetMode") == "External":
                continue
            target = normpath(join("/", dirname(part), element.get("Target", "")))
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = (kind, target.lstrip("/"))
    return found


def main_part(archive: Archive) -> str:
    """Give the name of the part that the file is about. Raises NotReadError."""
    for kind, target in relations(archive, "").values():
        if kind == "officeDocument" and target in archive:
            return target
    raise NotReadError
