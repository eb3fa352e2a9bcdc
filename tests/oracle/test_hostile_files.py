"""Claims that a damaged or odd file is a fault, or a letter, and nothing else."""

import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from lxml import etree

from mailroom.errors import TemplateError
from mailroom.words.rich import Picture, RichText, Span
from mailroom.words.template import Template
from tests.oracle.canonical import plain
from tests.oracle.word import Word, cell, letter, paragraph, row, table

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6360000000020001e521bc330000000049454e44ae426082"
)
FIELDS = {
    "name": "A & B",
    "picture": Picture(PNG),
    "link": RichText(Span("l", link="https://x")),
}
DOCUMENT, LINKS = "word/document.xml", "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
FILE = letter("Dear {{ name }}", "{{ picture }}{{ link }}").save()


def edited(part: str, edit: Callable[[bytes], bytes], packed: int = 8) -> bytes:
    """Return the file with one part edited, packed in that way."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(FILE)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content) if name == part else content, packed)
    return made.getvalue()


def filled(file: bytes) -> dict[str, bytes]:
    """Fill the file in; return its parts, each well-formed."""
    rendered = Template.read(file, "odd.en.docx").render(FIELDS)
    assert plain(rendered.docx)[0] == "Dear A & B"
    assert rendered.text.startswith("Dear A & B\n")
    with zipfile.ZipFile(BytesIO(rendered.docx)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for content in parts.values():
        if content.startswith((b"<", b"\xef\xbb\xbf<", b"\xff\xfe<")):
            etree.fromstring(content)
    return parts


def in_utf16(xml: bytes) -> bytes:
    return xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def prefixed(xml: bytes) -> bytes:
    for name in (b"Relationships", b"Relationship", b"Types", b"Default", b"Override"):
        xml = xml.replace(b"<%b " % name, b"<x:%b " % name)
        xml = xml.replace(b"</%b>" % name, b"</x:%b>" % name)
    return xml.replace(b" xmlns=", b" xmlns:x=")


@pytest.mark.parametrize("part", [DOCUMENT, LINKS, TYPES])
@pytest.mark.parametrize(
    "edit", [in_utf16, prefixed, lambda xml: b"\xef\xbb\xbf" + xml]
)
def test_a_part_may_be_written_as_other_programs_write_it(
    part: str, edit: Callable[[bytes], bytes]
) -> None:
    parts = filled(edited(part, edit))

    links = etree.fromstring(parts[LINKS])
    assert {one.tag for one in links} == {links[0].tag}
    assert {"https://x"} <= {one.get("Target") for one in links}
    types = etree.fromstring(parts[TYPES])
    assert {one.tag.rpartition("}")[0] for one in types} == {
        types.tag.rpartition("}")[0]
    }
    assert [one.get("Extension") for one in types].count("png") == 1


def test_a_kind_of_picture_that_is_declared_is_declared_once() -> None:
    large = b"<Default Extension='PNG' ContentType='image/png'/><Default "

    parts = filled(edited(TYPES, lambda xml: xml.replace(b"<Default ", large, 1)))

    assert parts[TYPES].lower().count(b"image/png") == 1


@pytest.mark.parametrize(
    "odd", [b"<?mailroom 99?>", b"<?mailroom-guard end?>", b"<!-- {{ x }} -->"]
)
def test_no_instruction_or_comment_of_a_file_is_one_of_the_engines(odd: bytes) -> None:
    assert filled(edited(DOCUMENT, lambda xml: xml.replace(b"Dear", b"De%bar" % odd)))
    before = edited(DOCUMENT, lambda xml: xml.replace(b"<w:p ", b"%b<w:p " % odd, 1))
    assert filled(before)


@pytest.mark.parametrize("entity", [b'"EVIL"', b'SYSTEM "file:///etc/passwd"'])
def test_a_document_type_is_a_fault(entity: bytes) -> None:
    kind = b"<!DOCTYPE x [<!ENTITY e %b>]><w:document" % entity

    file = edited(
        DOCUMENT,
        lambda xml: xml.replace(b"<w:document", kind).replace(b"Dear", b"&e;"),
    )

    with pytest.raises(TemplateError, match="damaged"):
        Template.read(file, "odd.en.docx")


def test_two_parts_of_one_name_are_a_fault() -> None:
    file = BytesIO(FILE)
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(file, "a") as archive,
    ):
        archive.writestr(DOCUMENT, b"<x/>")

    with pytest.raises(TemplateError, match="no Word document"):
        Template.read(file.getvalue(), "odd.en.docx")


def test_a_part_that_lies_about_its_size_is_not_unpacked_further() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflated = packer.compress(bytes(50_000_000)) + packer.flush()
    file = BytesIO(FILE)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("lie.bin", bytes(50_000_000), zipfile.ZIP_DEFLATED, 9)
    honest = file.getvalue()
    whole, lie = (
        struct.pack("<2L", len(deflated), 50_000_000),
        struct.pack("<2L", len(deflated), 9),
    )
    assert honest.count(whole) == 2

    tracemalloc.start()
    with pytest.raises(TemplateError):
        Template.read(honest.replace(whole, lie), "odd.en.docx")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 5_000_000


@pytest.mark.parametrize(
    "packed",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
)
def test_any_damage_of_the_archive_is_a_fault_or_does_not_matter(packed: int) -> None:
    whole = edited("", bytes, packed)
    chance = random.Random(packed)  # noqa: S311  the same damage each time
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            Template.read(bytes(damaged), "odd.en.docx").render(FIELDS)
        except TemplateError:
            continue


def test_a_fault_of_a_table_within_one_that_has_a_fault_is_told_once() -> None:
    inner = table(row("{%tr if x %} words"), columns=1)
    outer = table(row(cell("{%tr if x %}", inner, paragraph(""))), columns=1)

    with pytest.raises(TemplateError) as caught:
        Template.read(Word(body=outer).save(), "odd.en.docx")

    assert [one.code for one in caught.value.faults] == ["W021"]


def test_a_note_in_a_loop_is_told_with_the_loops_paragraph() -> None:
    note = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    word = Word(
        body=paragraph("a") + paragraph("{% for x in xs %}", note, "{% endfor %}"),
        footnotes=[paragraph("note")],
    )

    with pytest.raises(TemplateError) as caught:
        Template.read(word.save(), "odd.en.docx")

    assert [(one.code, one.line) for one in caught.value.faults] == [("W033", 2)]
