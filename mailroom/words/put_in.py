"""Says why a Word file that somebody puts in by hand may not go with a letter."""

import re
from collections.abc import Iterator

from lxml import etree

from mailroom.errors import Text, text
from mailroom.message.attachment_text.archive import Archive
from mailroom.message.attachment_text.limits import NotReadError
from mailroom.words.lint.baggage import every_relation, unsafe
from mailroom.words.package import NotWordError, Package, parse_part, read_package

_DAMAGED = text("the file is damaged, or is larger unpacked than a letter may be")
# Fields that fetch or start something when the letter is opened; QUOTE can spell one.
_FIELDS = frozenset(
    (
        *("DATABASE", "DDE", "DDEAUTO", "IMPORT", "INCLUDE", "INCLUDEPICTURE"),
        *("INCLUDETEXT", "LINK", "MACROBUTTON", "QUOTE", "RD"),
    )
)
_LINKED = ("http:", "https:", "mailto:", "tel:", "#")  # where a reader may click
_OWN_DISK = re.compile(r"file:///[A-Za-z]:[\\/](?![\\/])")
_CARRIED = re.compile(r"vba|activex|macro|oleobject", re.IGNORECASE)


def objection(content: bytes) -> Text | None:
    """Return why the file is refused; None where it may go out as it is.

    It is opened by nothing else before: every part is unpacked within limits, no
    entity and no link is followed. Refused are macros, objects of other programs,
    whatever is fetched from outside when the file is opened, and fields that start
    something.
    """
    try:
        archive = Archive(content)
        for name in archive:
            if ".." in name.split("/") or "\\" in name or ":" in name:
                return text("a part of the file has a name that leads out of it")
            archive.read(name)
        package = read_package(content)
        return next(_objections(package), None)
    except NotWordError as error:
        return error.reason
    except (NotReadError, etree.XMLSyntaxError):
        return _DAMAGED


def _objections(package: Package) -> Iterator[Text]:
    for name in package.parts:
        if _CARRIED.search(name):
            yield text("the file carries a macro or an object of another program")
    for part, relation in every_relation(package):
        reason = unsafe(part, relation)
        if reason is not None:
            yield reason
        elif relation.external and not _may_lead(relation.kind, relation.target):
            yield text("the file fetches something from outside when it is opened")
    for name, content in package.parts.items():
        if name.lower().endswith((".xml", ".rels", ".vml")):
            for field in _fields(content):
                if field in _FIELDS:
                    yield text(
                        "a field fetches or starts something when the file is opened:"
                        " {field}",
                        field=field,
                    )


def _may_lead(kind: str, target: str) -> bool:
    """Say whether a relation to outside waits for a click, or names an own file."""
    if kind.endswith("/hyperlink"):
        return target.lower().startswith(_LINKED)
    return kind.endswith("/attachedTemplate") and bool(_OWN_DISK.match(target))


def _fields(xml: bytes) -> Iterator[str]:
    """Yield the first word of each field, in capitals."""
    for instruction in _instructions(xml):
        found = re.match(r'[\s"]*(\w+)', instruction)
        if found:
            yield found[1].upper()


def _instructions(xml: bytes) -> Iterator[str]:
    """Yield what each field is told; "QUOTE" where another field tells it.

    An instruction may be cut into any number of runs and paragraphs.
    """
    begun: list[list[str]] = [[]]  # the first is for what stands in no field
    for element in parse_part(xml).iter("{*}fldSimple", "{*}fldChar", "{*}instrText"):
        name = str(element.tag).rpartition("}")[2]
        kind = _attribute(element, "fldCharType")
        if name == "fldSimple":
            yield _attribute(element, "instr")
        elif name == "instrText":
            begun[-1].append(element.text or "")
        elif kind == "begin":
            if len(begun) > 1 and not "".join(begun[-1]).strip():
                yield "QUOTE"
            begun.append([])
        elif kind == "end" and len(begun) > 1:
            yield "".join(begun.pop())
    for left_open in begun:
        yield "".join(left_open)


def _attribute(element: etree._Element, name: str) -> str:
    return next(
        (
            str(v)
            for k, v in element.attrib.items()
            if str(k).rpartition("}")[2] == name
        ),
        "",
    )
