"""Claims that no value and no tag spoils a letter, or the machine that writes it."""

import struct
import zipfile
import zlib
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from markupsafe import Markup

from mailroom.errors import TemplateError
from mailroom.words.rich import Listing, Picture, RichText, Span
from mailroom.words.template import Template
from tests.oracle.word import Word, lines, paragraph
from tests.unit.word_files import paragraphs, template

ODD = "a\x00\x1c\ud800\"'<&>]]>\x01b"


def letter(folder: Path, words: str) -> Template:
    """Load an English template of one paragraph."""
    return template(folder, words, name="letter.en.docx")


def parts(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a file, each well-formed."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    for name, content in held.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    return held


@pytest.mark.parametrize(
    "span",
    [
        Span("x", font=ODD),
        Span("x", style=ODD),
        Span("x", color=ODD),
        Span("x", highlight=ODD),
        Span("x", underline=ODD),  # type: ignore[arg-type]
        Span("x", size=float("nan")),
        Span("x", size=float("inf")),
        Span("x", size=-5),
        Span("x", link=f"https://{ODD}"),
        Span("x", link=Markup('https://a"b')),
        Span(Markup("x")),
    ],
)
def test_a_strange_dress_of_rich_text_leaves_the_file_and_the_words_whole(
    span: Span, tmp_path: Path
) -> None:
    rendered = letter(tmp_path, "{{ a }}").render({"a": RichText(span)})

    assert parts(rendered.docx)
    assert paragraphs(rendered) == ["x"]
    assert rendered.text == "x\n"


def test_the_markup_of_a_callers_class_is_words_in_rich_text_too(
    tmp_path: Path,
) -> None:
    evil = Markup("</w:t><b>&x")

    rendered = letter(tmp_path, "{{ a }}").render({"a": RichText(Span(evil))})

    assert paragraphs(rendered) == ["</w:t><b>&x"]
    assert "&lt;/w:t&gt;&lt;b&gt;&amp;x" in rendered.html


def test_no_colour_of_rich_text_writes_css_of_its_own(tmp_path: Path) -> None:
    evil = Span("x", color="000000;background:url(http://e)", highlight="red")

    rendered = letter(tmp_path, "{{ a }}").render({"a": RichText(evil)})

    assert "url" not in rendered.html
    assert "red" not in rendered.html


@pytest.mark.parametrize(
    "address", ["javascript:x", "https://a b", "https://a\nb", "https://a\tb"]
)
def test_a_link_of_rich_text_leads_nowhere_unless_it_is_one_safe_address(
    address: str, tmp_path: Path
) -> None:
    rich = RichText(Span("x", link=address))

    rendered = letter(tmp_path, "{{ a }}").render({"a": rich})

    assert '<a href="about:blank">' in rendered.html
    assert b"about:blank" in parts(rendered.docx)["word/_rels/document.xml.rels"]


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("r ~ '!'", "red & x!"),
        ("r|upper", "RED & X"),
        ("[r, r]", "red & x, red & x"),
        ("[r, r]|join('/')", "red & x/red & x"),
        ("p ~ '!'", "seal!"),
        ("l|upper", "AB"),
    ],
)
def test_where_only_words_fit_rich_values_are_their_paragraphs(
    tag: str, shown: str, tmp_path: Path
) -> None:
    fields = {
        "r": RichText(Span("red & ", color="FF0000"), Span("x")),
        "p": Picture(b"", alt="seal"),
        "l": Listing("a\ab"),
    }

    rendered = letter(tmp_path, f"{{{{ {tag} }}}}").render(fields)

    assert paragraphs(rendered) == [shown]
    assert rendered.text == f"{shown}\n"


@pytest.mark.parametrize(
    ("tag", "missing"),
    [
        ("o.items", "o.items"),
        ("o.values|join(', ')", "o.values"),
        ("s.title", "s.title"),
        ("l.count", "l.count"),
        ("o['items']", "o.items"),
        ("range", "range"),
        ("self", "self"),
    ],
)
def test_a_field_named_as_a_method_is_a_gap_where_it_is_missing(
    tag: str, missing: str, tmp_path: Path
) -> None:
    one = letter(tmp_path, f"{{{{ {tag} }}}}")

    rendered = one.render({"o": {"a": 1}, "s": "Wang", "l": ["x"]})

    assert paragraphs(rendered) == [f"[to fill: {missing}]"]
    assert rendered.missing == (missing,)


def test_methods_can_be_called_all_the_same(tmp_path: Path) -> None:
    one = template(
        tmp_path, "{% for k, v in o.items() %}{{ k }}={{ v.upper() }}{% endfor %}"
    )

    assert paragraphs(one.render({"o": {"a": "b"}})) == ["a=B"]


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("xs|map('upper')", "A, B"),
        ("xs|reverse", "b, a"),
        ("xs|unique", "a, b"),
        ("'-'.join(xs|map('upper'))", "A-B"),
    ],
)
def test_what_a_filter_makes_of_a_list_can_be_written(
    tag: str, shown: str, tmp_path: Path
) -> None:
    assert paragraphs(
        letter(tmp_path, f"{{{{ {tag} }}}}").render({"xs": ["a", "b"]})
    ) == [shown]


def test_a_recursive_loop_writes_its_inner_turns_as_its_outer_ones(
    tmp_path: Path,
) -> None:
    one = template(
        tmp_path,
        "{% for x in xs recursive %}({{ x.n }}{% if x.c %}{{ loop(x.c) }}{% endif %})"
        "{% endfor %}",
    )

    rendered = one.render({"xs": [{"n": "a&b", "c": [{"n": "c\nd"}]}]})

    assert paragraphs(rendered) == ["(a&b(c\nd))"]
    assert rendered.text == "(a&b(c\nd))\n"


def test_what_a_macro_writes_may_be_kept_and_is_no_value(tmp_path: Path) -> None:
    macro = "{% macro m(x) %}<{{ x }}>{% endmacro %}"

    kept = letter(tmp_path, macro + "{% set y = m(a) %}{{ y }}")
    assert paragraphs(kept.render({"a": "S & C"})) == ["<S & C>"]

    spoiled = letter(tmp_path, macro + "{{ m(a)|upper }}")
    with pytest.raises(TemplateError, match="stands alone") as caught:
        spoiled.render({"a": "S & C"})
    assert [one.line for one in caught.value.faults] == [1]


@pytest.mark.parametrize(
    "bomb",
    [
        "{{ 1.5|round(1000000000000, 'ceil') }}",
        "{{ [1]|batch(1000000000, 'x')|list|length }}",
        "{{ [1]|slice(1000000000)|list|length }}",
        "{% for x in [1]|slice(1000000000) %}x{% endfor %}",
        "{{ '{0:{1}d}'.format(1, 1000000000) }}",
        "{% for i in range(99) %}{{ range(99999)|sum }}{% endfor %}",
        "{% for i in range(9999) %}{{ 'a' * 900000 }}{% endfor %}",
        "{% for i in range(9999) %}{{ long }}{% endfor %}",
        (
            "{% set n = namespace(l=[]) %}"
            "{% for i in range(49999) %}{% set n.l = n.l + [i] %}{% endfor %}"
        ),
        (
            "{% macro m(x) %}{% if x %}{{ m(x - 1) }}{{ m(x - 1) }}{% endif %}"
            "{% endmacro %}{{ m(40) }}"
        ),
    ],
)
def test_a_tag_that_would_eat_the_machine_is_a_fault_at_once(
    bomb: str, tmp_path: Path
) -> None:
    one = letter(tmp_path, bomb)

    with pytest.raises(TemplateError) as caught:
        one.render({"long": "a" * 900_000})

    assert {fault.code for fault in caught.value.faults} <= {"W040", "W041"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1E+2"), "100"),
        (Decimal("0.10"), "0.10"),
        (Decimal("NaN"), "[to fill: a]"),
        (Decimal("-Infinity"), "[to fill: a]"),
        ({"b", "a", "c"}, "a, b, c"),
        ("王芳".encode(), "王芳"),
        (iter(["a", "b"]), "a, b"),
    ],
)
def test_values_of_other_kinds_are_written_as_people_write_them(
    value: object, shown: str, tmp_path: Path
) -> None:
    assert paragraphs(letter(tmp_path, "{{ a }}").render({"a": value})) == [shown]


def test_a_table_that_loses_all_its_columns_goes() -> None:
    table = lines("{%tc for x in xs %} | {{ x }} | {%tc endfor %}", columns=3)
    file = Word(body=table + paragraph("end")).save()

    rendered = Template.read(file, "columns.en.docx").render({"xs": []})

    assert b"<w:tbl>" not in parts(rendered.docx)["word/document.xml"]


def test_the_same_letter_is_the_same_bytes_in_any_process() -> None:
    fields = {name: Picture(_png(number)) for number, name in enumerate("abcdef")}
    file = Word(body=paragraph(*(f"{{{{ {name} }}}}" for name in fields))).save()

    rendered = Template.read(file, "pictures.en.docx").render(fields)

    added = [name for name in parts(rendered.docx) if "media" in name]
    assert len(added) == len(fields)
    assert added == [f"word/media/{_name(one.content)}" for one in fields.values()]


def _name(content: bytes) -> str:
    return f"field-{sha256(content).hexdigest()[:16]}.png"


def _png(shade: int) -> bytes:
    """Return a picture of one grey point."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"IDAT", zlib.compress(bytes((0, shade)))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held))
        + kind
        + held
        + struct.pack(">I", zlib.crc32(kind + held))
        for kind, held in chunks
    )
