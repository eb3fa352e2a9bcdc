"""Finds what a template carries into every letter besides its words."""

from collections.abc import Iterator

from docx.opc.constants import RELATIONSHIP_TYPE as KIND
from lxml import etree

from mailroom.errors import Text, text
from mailroom.words.lint.manuscript import Manuscript
from mailroom.words.package import Package, Relation, read_relations
from mailroom.words.places import Place, WordFault, fault
from mailroom.words.twins import SHOWN_KINDS

HEAVY = 2_000_000  # bytes, packed or not, that a letter should not need
MOST_STYLES = 300_000  # bytes; Word's own need some 30,000
_WITH_EFFECTS = "stylesWithEffects"  # Word 2010's second copy of the styles

_OBJECT = text("an object of another program; put a picture of it here")
_FILE = text("another document is put in here; copy its text into this one instead")
# By the last word of a relation's kind.
_FOREIGN = {
    "oleObject": _OBJECT,
    "package": _OBJECT,
    "control": _OBJECT,
    "activeXControlBinary": _OBJECT,
    "vbaProject": text("a macro; no letter may carry one, so save it as plain .docx"),
    "aFChunk": _FILE,
    "subDocument": _FILE,
    "frame": _FILE,
}
_ATTACHED = "/attachedTemplate"
_FAR = ("http:", "https:", "ftp:", "\\\\", "//", "file://")


def baggage(manuscript: Manuscript) -> Iterator[WordFault]:
    """Find what reaches outside, what runs, what is heavy, what mail cannot show."""
    file, package = manuscript.file, manuscript.package
    for part, relation in every_relation(package):
        reason = unsafe(part, relation)
        if reason is not None:
            yield fault(file, Place(part=part), "W070", reason, relation.target)
        elif relation.kind.endswith(_ATTACHED):
            reason = text(
                "the file names the template it was made from, a path of somebody's"
                " machine; detach it in File → Options → Add-ins → Templates"
            )
            yield _warning(file, part, "W071", reason, relation.target)
    yield from _pictures(manuscript)
    size = sum(map(len, package.parts.values()))
    if size > HEAVY:
        largest = max(package.parts, key=lambda name: len(package.parts[name]))
        reason = text(
            "every letter would weigh {size} MB unpacked, most of it here; make"
            " pictures smaller",
            size=f"{size / 1_000_000:.1f}",
        )
        yield _warning(file, largest, "W063", reason)
    for name, content in package.parts.items():
        styles = name.rpartition("/")[2] == "styles.xml"
        if _WITH_EFFECTS in name or (styles and len(content) > MOST_STYLES):
            reason = text(
                "{size} KB of styles that nobody uses go into every letter; begin a"
                " new file in Word or WPS and paste the text into it",
                size=len(content) // 1000,
            )
            yield _warning(file, name, "W064", reason)


def every_relation(package: Package) -> Iterator[tuple[str, Relation]]:
    """Yield what each part points at; the file itself counts as its main part."""
    for name, content in package.parts.items():
        folder, _, base = name.rpartition("/")
        if not base.endswith(".rels"):
            continue
        source = f"{folder.removesuffix('_rels')}{base.removesuffix('.rels')}"
        try:
            found = read_relations(source, content)
        except etree.XMLSyntaxError:
            continue  # Word's own affair: it is passed on as it is
        for relation in found.values():
            yield source or package.main, relation


def unsafe(part: str, relation: Relation) -> Text | None:
    """Say why nothing may point at this; None where it may."""
    kind = relation.kind.rpartition("/")[2]
    if kind == "package" and "/charts/" in part:
        return None  # the figures of a chart
    if kind in _FOREIGN:
        return _FOREIGN[kind]
    if not relation.external:
        return None
    address = relation.target.lower()
    if relation.kind == KIND.IMAGE:
        return text(
            "a picture that is fetched from outside when the letter is opened; put"
            " the picture itself in"
        )
    far = address.startswith(_FAR) and not address.startswith("file:///")
    if relation.kind.endswith(_ATTACHED) and far:
        return text(
            "a template is fetched from outside when the letter is opened; detach it"
            " in File → Options → Add-ins → Templates"
        )
    return None


def _pictures(manuscript: Manuscript) -> Iterator[WordFault]:
    main = manuscript.package.main
    for relation in manuscript.package.relations(main).values():
        kind = relation.target.rpartition(".")[2].lower()
        if relation.kind == KIND.IMAGE and not (
            relation.external or kind in SHOWN_KINDS
        ):
            reason = text("mail programs show no picture of this kind; save it as PNG")
            yield _warning(manuscript.file, main, "W065", reason, relation.target)


def _warning(
    file: str, part: str, code: str, reason: Text, near: str = ""
) -> WordFault:
    return fault(file, Place(part=part), code, reason, near, severity="warning")
