"""Claims about what the linter says of Word templates."""

import zipfile
from collections.abc import Collection
from pathlib import Path

import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st

from mailroom.errors import Fault
from mailroom.i18n import say
from mailroom.words.dialect import CLOSED_BY
from mailroom.words.libreoffice import font_settings, fonts_here, stand_in
from mailroom.words.lint import lint
from mailroom.words.lint.pairs import pairs_of
from mailroom.words.places import WordFault
from mailroom.words.template import Template
from tests.unit.word_files import SHIPPED, blank, with_part, write

KNOWN = {"fine", "name", "names", "invoice"}
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def found(path: Path, known: Collection[str] | None = None) -> list[WordFault]:
    faults = lint(path, known=known)
    assert all(isinstance(fault, WordFault) for fault in faults)
    return [fault for fault in faults if isinstance(fault, WordFault)]


def codes(faults: Collection[Fault]) -> list[str]:
    return [fault.code for fault in faults]


def with_xml(path: Path, *blocks: str) -> Path:
    """Write a file whose first paragraphs are these; {w} declares the prefixes."""
    document = blank()
    for place, block in enumerate(blocks):
        xml = block.replace("<w:p>", f"<w:p {nsdecls('w', 'r')}>", 1)
        document.element.body.insert(place, parse_xml(xml))
    document.save(str(path))
    return path


def with_relation(path: Path, kind: str, target: str, *, external: bool) -> Path:
    """Let the main part point at something more."""
    mode = 'TargetMode="External"' if external else ""
    added = (
        f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}" {mode}/>'
        "</Relationships>"
    )
    part = "word/_rels/document.xml.rels"
    return with_part(path, part, (b"</Relationships>", added.encode()))


def with_another(path: Path, name: str, content: bytes) -> Path:
    """Put one more part into the file."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)
    return path


# ── what was typed ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("paragraph", "code", "said"),
    [
        ("｛｛姓名｝｝", "W010", "half-width"),
        ("{{ name", "W011", "not closed"),
        ("words {%p if name %}", "W020", "alone"),
        ("{{ name|safe }}", "W030", "never markup"),
        ("{{ name|uper }}", "W030", "did you mean “upper”"),
        ("{{ name|qqqqqq }}", "W030", "there are"),
        ("{{p name }}", "W030", "sub-documents"),
        ("{{ name｜upper }}", "W030", "half-width"),
        ("{% if name %}x", "W031", "never closed"),
        ("{{ " + "(" * 500 + "name" + ")" * 500 + " }}", "W030", "too long"),
        ("{{ name" + " + name" * 200 + " }}", "W030", "too long"),
        ("{{ name" + ".a" * 2000 + " }}", "W030", "too long"),
        ("a" + "{% if name %}" * 17 + "x" + "{% endif %}" * 17, "W035", "than 16"),
        ("{{ naem }}", "W050", "did you mean “name”"),
        ("{{ qqqqqq }}", "W050", "it has fine, invoice, name"),
        ("{{ name|default(“x”) }}", "W059", "straight"),
        ("尊敬的XX：", "W056", "{{ field }}"),
        ("尊敬的某某同志：", "W056", "{{ field }}"),
        ("日期：____年__月", "W056", "{{ field }}"),
        ("Dear [Name of guest],", "W056", "{{ field }}"),
        ("Dear «Name»,", "W056", "two braces"),
        ("Dear {name},", "W056", "two braces"),
        ("Dear ${name},", "W056", "two braces"),
        ("｛姓名｝同志：", "W056", "two braces"),
        ("（请填写单位名称）", "W056", "{{ field }}"),
        ("单击或点击此处输入文字。", "W056", "{{ field }}"),
        ("a {% if name %} {% endif %} b", "W057", "nothing stands"),
        ("{% for one in names %}{% endfor %}", "W057", "nothing stands"),
        ("{% if name %}{{ name }}{% endif %}", "W058", "{%p"),
        ("{% set x = name %}", "W058", "{%p"),
    ],
)
def test_each_fault_is_told_with_its_place_and_what_would_be_right(
    tmp_path: Path, paragraph: str, code: str, said: str
) -> None:
    path = write(tmp_path / "a.zh.docx", ["好的 {{ fine }}", paragraph, "再见"])

    (fault,) = found(path, KNOWN)

    assert fault.code == code
    assert fault.where is not None
    assert (fault.where.part, fault.where.paragraph) == ("word/document.xml", 2)
    assert said in str(fault.reason)
    assert fault.near in paragraph
    assert fault.near


@pytest.mark.parametrize(
    "paragraph",
    [
        "{{ name }}",
        "{{ name|default('“x”') }}",
        "{{ invoice.no }} {{ invoice['date'] }}",
        "{% for one in names %}{{ one.first }} {{ loop.index }}{% endfor %}.",
        "{% with x = name %}{{ x }}{% endwith %}!",
        "{% if name %}a{% else %}b{% endif %}",
        "{% if name %}a{% endif %}{{ fine }}",
        "{%- if name %}a{% endif -%}",
        "〔2026〕12号 [1] [2026] 【重要】 3×4 XXL {_{ name }_}",
        "签字：__",
        "{# naem XXX #}",
    ],
)
def test_what_is_right_is_left_alone(tmp_path: Path, paragraph: str) -> None:
    path = write(tmp_path / "a.zh.docx", ["好的", paragraph, "再见"])

    assert found(path, KNOWN) == []


def test_all_faults_of_a_file_are_told_in_one_run(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.zh.docx",
        [
            "｛｛姓名｝｝",
            "{{ naem }} {{ name|safe }}",
            "{% for one in names %}{% if one %}{% endfor %}{% endif %}x",
            "{{ one }}",
            "某某",
            "{%p if name %}",
        ],
    )

    faults = found(path, KNOWN)

    assert [(fault.line, fault.code) for fault in faults] == [
        (1, "W010"), (2, "W030"), (2, "W050"), (3, "W030"), (4, "W050"), (5, "W056"),
        (6, "W031"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{% if name = fine %}a{% endif %}", "compare with “==”"),
        ("{{ case no }}", "“no” cannot stand here"),
        ("{{ name、fine }}", "does not know the sign “、”"),
        ("{{ name[ }}", "is a name, a quote or a bracket missing?"),
        ("{% endfi %}", "did you mean “endif”?"),
        ("{% end for %}", "“end for” is not understood; did you mean “endfor”?"),
    ],
)
def test_a_slip_in_a_tag_is_told_in_words_of_an_office(
    tmp_path: Path, tag: str, said: str
) -> None:
    faults = found(write(tmp_path / "a.zh.docx", [tag]), KNOWN)

    reason = next(fault.reason for fault in faults if fault.code == "W030")
    assert said in str(reason)
    assert "请" in say(reason, "zh-CN") or "是否" in say(reason, "zh-CN")
    assert "token" not in say(reason, "zh-CN")


def test_a_loop_over_an_unknown_list_is_told_at_the_loop_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["{% for a in rows %}{{ a.b }}{% endfor %}!"])

    assert [fault.near for fault in found(path, KNOWN)] == ["{% for a in rows %}"]


def test_what_load_refuses_is_an_error_and_the_rest_but_warns(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["{{ name|safe }}", "{{ naem }}", "某某"])

    severities = {fault.code: fault.severity for fault in found(path, KNOWN)}

    assert severities == {"W030": "error", "W050": "error", "W056": "warning"}


def test_crossing_loops_are_told_once(tmp_path: Path) -> None:
    crossed = "{% for x in names %}{% if x %}a{% endfor %}{% endif %}"
    path = write(tmp_path / "a.zh.docx", [crossed])

    (fault,) = found(path, KNOWN)

    assert fault.near == "{% endfor %}"
    assert "{% if x %}" in str(fault.reason)


def test_a_field_is_asked_for_at_every_tag_that_draws_on_it(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.zh.docx", ["{{ a }} {{ a|upper }}", "{{ name }}", "{{ a }}"]
    )

    assert [(f.line, f.near) for f in found(path, KNOWN)] == [
        (1, "{{ a }}"), (1, "{{ a|upper }}"), (3, "{{ a }}"),
    ]  # fmt: skip


def test_without_a_contract_no_field_is_a_fault(tmp_path: Path) -> None:
    assert found(write(tmp_path / "a.zh.docx", ["{{ naem }}"])) == []


def test_a_tag_that_cannot_be_read_hides_no_unknown_field(tmp_path: Path) -> None:
    broken = [
        "{%p for x on names %}", "{{ x y }}", "{%p elif a %}", "{%p else %}",
        "{%p endfor %}", "{{ b }}", "{%p if c %}",
    ]  # fmt: skip
    path = write(tmp_path / "a.zh.docx", broken)

    unknown = [f.near for f in found(path, KNOWN) if f.code == "W050"]

    assert unknown == ["{%p elif a %}", "{{ b }}", "{%p if c %}"]


def test_a_fault_in_a_table_knows_its_cell(tmp_path: Path) -> None:
    document = blank()
    document.add_table(rows=2, cols=3).cell(1, 2).text = "{{ naem }}"
    document.sections[0].header.paragraphs[0].text = "{{ naem }}"
    document.save(str(tmp_path / "a.zh.docx"))

    letter, header = found(tmp_path / "a.zh.docx", KNOWN)

    assert letter.where is not None
    assert letter.where.cell == (1, 2, 3)
    assert header.where is not None
    assert header.where.part.startswith("word/header")


def test_the_text_of_the_letter_comes_first(tmp_path: Path) -> None:
    document = blank()
    document.add_paragraph("某某")
    document.sections[0].footer.paragraphs[0].text = "某某"
    document.core_properties.title = "{{ naem }}"
    document.save(str(tmp_path / "a.zh.docx"))

    parts = [f.where.part for f in found(tmp_path / "a.zh.docx", KNOWN) if f.where]

    assert parts[0] == "word/document.xml"
    assert parts[1].startswith("word/footer")
    assert parts[2] == "docProps/core.xml"


def test_full_width_braces_in_a_title_are_told(tmp_path: Path) -> None:
    document = blank()
    document.core_properties.title = "关于｛｛事由｝｝的函"
    document.save(str(tmp_path / "a.zh.docx"))

    assert codes(found(tmp_path / "a.zh.docx")) == ["W010"]


def test_every_sentence_is_told_in_chinese_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["{{ naem }}", "某某", "{{ name|safe }}"])

    for fault in found(path, KNOWN):
        chinese = say(fault.text, "zh-CN")
        assert "正文第" in chinese
        assert "请" in chinese or "是否" in chinese


@pytest.mark.parametrize("content", [b"", b"not a zip"])
def test_a_file_that_is_none_is_one_fault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.docx"

    assert codes(lint(path)) == ["W001"]
    path.write_bytes(content)
    assert codes(lint(path)) == ["W002"]


def test_settings_that_cannot_be_read_do_not_stop_the_linter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.zh.docx", ["某某"])
    with_part(path, "word/settings.xml", (b"<w:zoom", b"<<w:zoom"))

    assert codes(found(path)) == ["W056"]


# ── looks and changes ────────────────────────────────────────────────────


def test_a_tag_whose_look_changes_on_the_way_is_told(tmp_path: Path) -> None:
    document = blank()
    paragraph = document.add_paragraph()
    paragraph.add_run("{{ ")
    paragraph.add_run("name").font.size = Pt(30)
    paragraph.add_run(" }}")
    document.save(str(tmp_path / "a.zh.docx"))

    (fault,) = found(tmp_path / "a.zh.docx")

    assert (fault.code, fault.near) == ("W051", "{{ name }}")


def test_a_tag_that_word_cut_up_without_a_reason_is_left_alone(tmp_path: Path) -> None:
    document = blank()
    paragraph = document.add_paragraph("a {")
    paragraph.add_run("{ name").bold = False
    paragraph.add_run(" }} {% if name %").font.size = Pt(11)  # as the style has it
    paragraph.add_run("}b{% endif %}").bold = True  # this shows nothing
    document.save(str(tmp_path / "a.zh.docx"))

    assert found(tmp_path / "a.zh.docx") == []


CHANGED = "w:id='1' w:author='x' w:date='2026-01-01T00:00:00Z'"
BESIDE_A_TAG = (
    f"<w:p><w:r><w:t>{{{{ a }}}}</w:t></w:r><w:del {CHANGED}><w:r>"
    "<w:delText>a</w:delText></w:r></w:del></w:p>"
)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (
            f"<w:p><w:ins {CHANGED}><w:r><w:t>{{{{ a }}}}</w:t></w:r></w:ins></w:p>",
            "W052",
        ),
        (f"<w:p><w:ins {CHANGED}><w:r><w:t>words</w:t></w:r></w:ins></w:p>", "W053"),
        (
            f"<w:p><w:del {CHANGED}><w:r><w:delText>a</w:delText></w:r></w:del></w:p>",
            "W053",
        ),
        (BESIDE_A_TAG, "W012"),
    ],
)
def test_tracked_changes_are_told_and_of_a_tag_once(
    tmp_path: Path, block: str, code: str
) -> None:
    assert codes(found(with_xml(tmp_path / "a.zh.docx", block))) == [code]


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("MERGEFIELD 姓名 \\* MERGEFORMAT", "error"),
        (" NEXT ", "error"),
        ('INCLUDETEXT "http://x.example/a.docx"', "error"),
        ("DDEAUTO c:\\\\windows\\\\cmd.exe", "error"),
        ('DATE \\@ "yyyy年M月d日"', "warning"),
        ("PAGE", None),
        ("NUMPAGES", None),
    ],
)
@pytest.mark.parametrize("simple", [True, False])
def test_a_field_of_words_own_that_nothing_fills_is_told(
    tmp_path: Path, code: str, severity: str | None, *, simple: bool
) -> None:
    quoted = code.replace('"', "&quot;")
    half = len(quoted) // 2 if "&" not in quoted else 3
    inside = (
        f'<w:fldSimple w:instr="{quoted}"><w:r><w:t>x</w:t></w:r></w:fldSimple>'
        if simple
        else "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        f"<w:r><w:instrText>{quoted[:half]}</w:instrText></w:r>"
        f"<w:r><w:instrText>{quoted[half:]}</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>x</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )
    path = with_xml(tmp_path / "a.zh.docx", f"<w:p>{inside}</w:p>")

    assert [f.severity for f in found(path)] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("opening", "end"),
    [("{%p for x in names %}", "{%p endfor %}"), ("{%p if name %}", "{%p endif %}")],
)
def test_a_section_that_ends_in_a_loop_or_branch_is_told(
    tmp_path: Path, opening: str, end: str
) -> None:
    path = with_xml(
        tmp_path / "a.zh.docx",
        f"<w:p><w:r><w:t>{opening}</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>words</w:t></w:r></w:p>",
        f"<w:p><w:r><w:t>{end}</w:t></w:r></w:p>",
    )

    (fault,) = found(path)

    assert (fault.code, fault.near, fault.line) == ("W054", opening, 1)


def test_a_branch_alone_in_its_cell_may_leave_it_empty(tmp_path: Path) -> None:
    document = blank()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "{% if name %}{{ name }}{% endif %}"
    document.save(str(tmp_path / "a.zh.docx"))

    assert found(tmp_path / "a.zh.docx") == []


def test_a_page_break_in_a_branch_is_something(tmp_path: Path) -> None:
    document = blank()
    paragraph = document.add_paragraph("{% if name %}")
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    paragraph.add_run("{% endif %}")
    document.save(str(tmp_path / "a.zh.docx"))

    assert found(tmp_path / "a.zh.docx") == []


# ── fonts and language ───────────────────────────────────────────────────

ASIAN = (b' w:eastAsia="\xe4\xbb\xbf\xe5\xae\x8b"', b"")


@pytest.mark.parametrize("words", ["好的", "Dear {{ name }},"])
def test_words_without_a_chinese_font_are_told(tmp_path: Path, words: str) -> None:
    path = write(tmp_path / "a.docx", ["Hello", words, words])
    styled = with_part(path, "word/styles.xml", ASIAN)

    (fault,) = found(styled)

    assert (fault.code, fault.line, fault.near) == ("W060", 2, words)
    assert "paragraphs: 2" in str(fault.reason)


def test_english_words_alone_need_no_chinese_font(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", ["Hello"])

    assert found(with_part(path, "word/styles.xml", ASIAN)) == []


@pytest.mark.parametrize(
    ("language", "codes_told"),
    [(b"", ["W061"]), (b'w:eastAsia="ja-JP"', ["W061"]), (b'w:eastAsia="zh-TW"', [])],
)
def test_chinese_words_in_another_language_are_told(
    tmp_path: Path, language: bytes, codes_told: list[str]
) -> None:
    path = write(tmp_path / "a.docx", ["好的"])
    with_part(path, "word/styles.xml", (b'w:eastAsia="zh-CN"', language))
    with_part(path, "word/settings.xml", (b"w:themeFontLang", b"w:themeFontLangX"))

    assert codes(found(path)) == codes_told


THEME = """<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<a:themeElements><a:fontScheme><a:minorFont><a:latin typeface="Calibri"/>
<a:ea typeface=""/><a:font script="Hans" typeface="等线"/></a:minorFont></a:fontScheme>
</a:themeElements></a:theme>"""


def test_the_font_of_a_theme_counts(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", ["好的"])
    themed = (ASIAN[0], b' w:eastAsiaTheme="minorEastAsia"')
    with_part(path, "word/styles.xml", themed)

    assert codes(found(path)) == ["W060"]
    with_another(path, "word/theme/theme1.xml", THEME.encode())
    with_relation(path, "theme", "theme/theme1.xml", external=False)
    assert found(path) == []
    (fault,) = lint(path, fonts={"仿宋"})
    assert "等线" in str(fault)


def test_a_font_that_is_not_here_is_told_with_what_is_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", ["好的", "Dear {{ name }}"])

    asian, latin = lint(path, fonts={"Noto Serif CJK SC"})

    assert (asian.line, latin.line) == (1, 2)
    assert "“仿宋” is not" in str(asian)
    assert "“Noto Serif CJK SC” in its place" in str(asian)
    assert "“Times New Roman” is not" in str(latin)
    assert lint(path, fonts={"仿宋", "times new roman"}) == ()


def test_a_sister_stands_in_before_any_other_font() -> None:
    assert stand_in("仿宋_GB2312", {"Noto Serif CJK SC", "仿宋"}) == "仿宋"
    assert stand_in("仿宋_GB2312", {"Noto Serif CJK SC"}) == "Noto Serif CJK SC"
    assert stand_in("Wingdings", {"Noto Serif CJK SC"}) is None
    assert "<family>仿宋_GB2312</family><accept><family>仿宋" in font_settings()


def test_the_fonts_of_this_machine_have_names_without_commas() -> None:
    here = fonts_here()

    assert here is None or (here and not any("," in name for name in here))


# ── what goes along ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "target", "external", "told"),
    [
        ("image", "http://x.example/a.png", True, ("W070", "error")),
        ("oleObject", "embeddings/a.bin", False, ("W070", "error")),
        ("control", "activeX/activeX1.xml", False, ("W070", "error")),
        ("aFChunk", "a.html", False, ("W070", "error")),
        ("subDocument", "a.docx", True, ("W070", "error")),
        ("attachedTemplate", "http://x.example/a.dotm", True, ("W070", "error")),
        ("attachedTemplate", r"\\x\a.dotm", True, ("W070", "error")),
        ("attachedTemplate", "file:///C:/a.dotm", True, ("W071", "warning")),
        ("image", "media/a.emf", False, ("W065", "warning")),
        ("image", "media/a.png", False, None),
        ("hyperlink", "http://x.example/", True, None),
    ],
)
def test_what_the_file_points_at_is_judged(
    tmp_path: Path,
    kind: str,
    target: str,
    told: tuple[str, str] | None,
    *,
    external: bool,
) -> None:
    path = write(tmp_path / "a.docx", ["x"])
    if not external:
        with_another(path, f"word/{target}", b"x")
    types = (b"</Types>", b'<Default Extension="bin" ContentType="a/b"/></Types>')
    for ending in (b"bin", b"emf", b"png", b"html"):
        added = types[1].replace(b"bin", ending)
        with_part(path, "[Content_Types].xml", (types[0], added))
    with_relation(path, kind, target, external=external)

    faults = found(path)

    assert [(f.code, f.severity) for f in faults] == ([told] if told else [])


def test_a_heavy_file_is_told_with_its_heaviest_part(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", ["x"])
    with_another(path, "word/media/a.png", b"x" * 3_000_000)
    with_part(
        path, "[Content_Types].xml",
        (b"</Types>", b'<Default Extension="png" ContentType="image/png"/></Types>'),
    )  # fmt: skip

    (fault,) = found(path)

    assert fault.code == "W063"
    assert fault.where is not None
    assert fault.where.part == "word/media/a.png"


def test_styles_that_nobody_uses_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.docx", ["x"])
    many = b"<!--" + b"x" * 300_000 + b"--></w:styles>"
    with_part(path, "word/styles.xml", (b"</w:styles>", many))

    assert codes(found(path)) == ["W064"]


# ── the shipped ones, and any ────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    sorted(SHIPPED.rglob("*.docx")),
    ids=lambda path: path.relative_to(SHIPPED).as_posix(),
)
def test_a_shipped_template_has_no_fault_but_fonts(path: Path) -> None:
    known = Template.load(path).fields

    assert found(path, known) == []
    assert {fault.code for fault in lint(path, known=known, fonts=())} == {"W062"}


VERBS = st.sampled_from(["", "else", *CLOSED_BY, *CLOSED_BY.values()])


@given(st.lists(VERBS))
def test_however_wrong_the_tags_loops_lie_one_in_the_other(verbs: list[str]) -> None:
    ends = pairs_of(verbs)

    assert set(ends) == {n for n, verb in enumerate(verbs) if verb in CLOSED_BY}
    for opening, end in ends.items():
        assert opening < end <= len(verbs)
        for other, its_end in ends.items():
            assert not opening < other < end < its_end


TYPED = st.sampled_from(
    [
        "{% if name %}", "{% elif fine %}", "{% else %}", "{% endif %}",
        "{% for x in names %}", "{% endfor %}", "{{ x }}", "{{ name }}", "{{ a b }}",
        "{% for x on names %}", "{% set x = fine %}", "{% with y = x %}",
        "{% endwith %}", "{%p if x %}", "｛｛", "{{", "%}", "words",
    ]
)  # fmt: skip


@given(st.lists(st.lists(TYPED, max_size=4), max_size=5))
def test_whatever_is_typed_the_linter_answers(
    tmp_path_factory: pytest.TempPathFactory, typed: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.zh.docx"
    write(path, ["".join(one) for one in typed])

    errors = [
        fault for fault in found(path, KNOWN | {"x"}) if fault.severity == "error"
    ]

    if not errors:
        Template.load(path)
