"""Claims about filling Word templates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx.shared import RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.errors import TemplateError
from mailroom.words.template import Template
from mailroom.words.values import clean
from tests.unit.word_files import blank, paragraphs, read, template, words

SHIPPED = Path(__file__).parents[2] / "templates"


class Words(HTMLParser):
    """Collects what a reader of the HTML sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words_of_html(html: str) -> str:
    return "".join("".join(Words(html).found).split())


def test_a_tag_split_over_runs_is_filled_in_the_look_of_its_first_run(
    tmp_path: Path,
) -> None:
    document = blank()
    paragraph = document.add_paragraph("致 ")
    paragraph.add_run("{{ na").bold = True
    paragraph.add_run("me").italic = True
    paragraph.add_run(" }}先生：").underline = True
    document.save(str(tmp_path / "a.zh.docx"))

    rendered = Template.load(tmp_path / "a.zh.docx").render({"name": "王伟"})

    (line,) = read(rendered).paragraphs
    assert [(run.text, run.bold, run.underline) for run in line.runs if run.text] == [
        ("致 ", None, None),
        ("王伟", True, None),
        ("先生：", None, True),
    ]
    assert "致 <b>王伟</b><u>先生：</u>" in rendered.html


def test_several_tags_in_one_run_are_filled_in_their_order(tmp_path: Path) -> None:
    one = template(tmp_path, "{{ a }}{{ b }}、{{ a }}！")

    assert paragraphs(one.render({"a": "1", "b": "2"})) == ["12、1！"]


def test_headers_footers_and_cells_are_filled(tmp_path: Path) -> None:
    document = blank()
    document.add_paragraph("x")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "单元 {{ a }}"
    document.sections[0].header.paragraphs[0].text = "页眉 {{ b }}"
    document.sections[0].footer.paragraphs[0].text = "页脚 {{ c }}"
    document.save(str(tmp_path / "a.zh.docx"))
    loaded = Template.load(tmp_path / "a.zh.docx")

    rendered = loaded.render({"a": "1", "b": "2", "c": "3"})

    document = read(rendered)
    assert loaded.fields == {"a", "b", "c"}
    assert document.tables[0].cell(0, 0).text == "单元 1"
    assert document.sections[0].header.paragraphs[0].text == "页眉 2"
    assert document.sections[0].footer.paragraphs[0].text == "页脚 3"
    assert "页眉" not in rendered.html + rendered.text


@pytest.mark.parametrize(
    ("fields", "kept"),
    [({"a": "1"}, "first"), ({"b": "1"}, "second"), ({}, "third")],
)
def test_of_a_branch_the_first_arm_that_holds_is_kept(
    tmp_path: Path, fields: dict[str, object], kept: str
) -> None:
    one = template(
        tmp_path,
        "{%p if a %}",
        "first",
        "{%p elif b %}",
        "second",
        "{%p else %}",
        "third",
        "{%p endif %}",
    )

    rendered = one.render(fields)

    assert paragraphs(rendered) == [kept]
    assert rendered.missing == ()
    assert one.fields == {"a", "b"}


def test_a_loop_repeats_its_paragraphs_and_knows_its_turn(tmp_path: Path) -> None:
    one = template(
        tmp_path,
        "{%p for thing in things %}",
        "{{ loop.index }}. {{ thing.name }}",
        "{%p endfor %}",
    )

    rendered = one.render({"things": [{"name": "笔"}, {"name": "墨"}]})

    assert paragraphs(rendered) == ["1. 笔", "2. 墨"]
    assert one.fields == {"things"}


def test_rows_are_repeated_and_the_rows_of_the_tags_are_gone(tmp_path: Path) -> None:
    document = blank()
    table = document.add_table(rows=4, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "名称", "数量"
    table.cell(1, 0).text = "{%tr for thing in things %}"
    table.cell(2, 0).text, table.cell(2, 1).text = "{{ thing[0] }}", "{{ thing[1] }}"
    table.cell(3, 0).text = "{%tr endfor %}"
    document.save(str(tmp_path / "a.zh.docx"))
    loaded = Template.load(tmp_path / "a.zh.docx")

    rendered = loaded.render({"things": [("笔", 2), ("墨", 0)]})

    (found,) = read(rendered).tables
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["名称", "数量"],
        ["笔", "2"],
        ["墨", "0"],
    ]
    assert rendered.text == "名称  数量\n笔    2\n墨    0\n"


def test_a_table_left_without_rows_goes_and_an_emptied_cell_stays_valid(
    tmp_path: Path,
) -> None:
    document = blank()
    table = document.add_table(rows=3, cols=1)
    table.cell(0, 0).text = "{%tr for x in nothing %}"
    table.cell(1, 0).text = "{{ x }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "{%p for x in nothing %}"
    cell.add_paragraph("{{ x }}")
    cell.add_paragraph("{%p endfor %}")
    document.save(str(tmp_path / "a.zh.docx"))

    rendered = Template.load(tmp_path / "a.zh.docx").render({"nothing": []})

    document = read(rendered)
    assert len(document.tables) == 1
    assert [one.text for one in document.tables[0].cell(0, 0).paragraphs] == [""]


@pytest.mark.parametrize("empty", [{}, {"room": ""}, {"room": None}, {"room": " \n"}])
@pytest.mark.parametrize(
    ("name", "gap"), [("a.zh.docx", "【待填:room】"), ("a.en.docx", "[to fill: room]")]
)
def test_a_missing_field_is_a_red_gap_and_never_a_blank(
    tmp_path: Path, empty: dict[str, object], name: str, gap: str
) -> None:
    one = template(tmp_path, "Room {{ room }}.", name=name)

    rendered = one.render(empty)

    runs = read(rendered).paragraphs[0].runs
    red = [run.text for run in runs if run.font.color.rgb == RGBColor(0xC0, 0, 0)]
    assert red == [gap]
    assert rendered.missing == ("room",)
    assert rendered.text == f"Room {gap}.\n"
    assert f'<span style="color:#C00000">{gap}</span>' in rendered.html
    assert rendered.marks == ()


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("{{ a ~ b }}", "b"),
        ("{{ b|cn_date }}", "b"),
        ("{{ b|money }}", "b"),
        ("{{ b.c.d }}", "b"),
        ("{{ b + 1 }}", "b"),
        ("{{ a|cn_capital_amount }}", "a"),
        ("{{ a if b else c }}", "b"),
        ("{{ m.x }}", "m.x"),
        ("{{ m }}", "m"),
    ],
)
def test_a_tag_that_needs_a_missing_value_is_a_gap_as_a_whole(
    tmp_path: Path, tag: str, name: str
) -> None:
    rendered = template(tmp_path, tag).render({"a": "有", "m": {"y": 1}})

    assert rendered.missing == (name,)
    assert paragraphs(rendered) == [f"【待填:{name}】"]


def test_a_missing_list_shows_its_row_once_as_a_gap(tmp_path: Path) -> None:
    one = template(
        tmp_path, "{%p for x in things %}", "物品：{{ x.name }}", "{%p endfor %}"
    )

    rendered = one.render({})

    assert rendered.missing == ("things",)
    assert paragraphs(rendered) == ["物品：【待填:things】"]


def test_a_blank_that_the_template_writes_itself_is_no_gap(tmp_path: Path) -> None:
    one = template(tmp_path, "电话：{{ phone or '' }}", "{{ day|cn_date or '' }}。")

    rendered = one.render({})

    assert rendered.missing == ()
    assert paragraphs(rendered) == ["电话：", "。"]


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"),
        (False, "否", "no"),
        (date(2026, 3, 5), "2026年3月5日", "5 March 2026"),
        (
            datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
            "2026年3月5日 09:30",
            "5 March 2026 09:30",
        ),
        (["甲", "乙"], "甲、乙", "甲, 乙"),
        (0.1, "0.1", "0.1"),
    ],
)
def test_values_that_are_no_text_are_written_in_the_letters_language(
    tmp_path: Path, value: object, zh: str, en: str
) -> None:
    chinese = template(tmp_path, "{{ a }}").render({"a": value})
    english = template(tmp_path, "{{ a }}", name="a.en.docx").render({"a": value})

    assert (paragraphs(chinese), paragraphs(english)) == ([zh], [en])


HOSTILE = [
    "{{ 7*7 }}",
    "{%p if x %}",
    "{%tr endfor %}",
    "<w:p><w:r/></w:p>",
    "</w:t></w:r></w:p>",
    "]]> <!-- x --> <?mailroom 0?> &lt; &#x41; & Co",
    '<script>alert("1")</script>',
    "a\\n{{ b }}",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_a_mail_says_is_printed_and_never_obeyed(
    tmp_path: Path, value: str
) -> None:
    rendered = template(tmp_path, "前{{ a }}后", "{{ b }}").render(
        {"a": value, "b": "x"}
    )

    assert paragraphs(rendered) == [f"前{value}后", "x"]
    assert rendered.text == f"前{value}后\n\nx\n"
    assert words_of_html(rendered.html) == "".join(f"前{value}后x".split())
    assert "<script" not in rendered.html


def test_what_xml_cannot_hold_is_left_out_of_a_value(tmp_path: Path) -> None:
    rendered = template(tmp_path, "{{ a }}").render(
        {"a": "a\x00b\x01c\ud800d\ufffee\u202ef\r\ng\rh\x0ci"}
    )

    assert paragraphs(rendered) == ["abcdef\ng\nh\ni"]
    assert "abcdef<br>g<br>h<br>i" in rendered.html


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return template(tmp_path_factory.mktemp("plain"), "[{{ a }}]")


@settings(max_examples=60, deadline=None)
@given(value=st.text(st.characters(codec=None), max_size=40))
def test_any_text_comes_out_as_it_went_in(plain: Template, value: str) -> None:
    rendered = plain.render({"a": value})
    expected = clean(value)

    if expected.strip():
        assert rendered.text == f"[{expected}]\n"
        assert paragraphs(rendered) == [f"[{expected}]"]
    else:
        assert rendered.missing == ("a",)


def test_marks_say_where_each_value_stands_in_the_text(tmp_path: Path) -> None:
    one = template(
        tmp_path,
        "{{ a }}致{{ b|money }}",
        "{%p for x in xs %}",
        "{{ x }}",
        "{%p endfor %}",
    )

    rendered = one.render({"a": "王\n伟", "b": "1200", "xs": ["p", "q"]})

    assert [
        (mark.field, rendered.text[mark.start : mark.end]) for mark in rendered.marks
    ] == [("a", "王\n伟"), ("b", "1,200.00"), ("xs", "p"), ("xs", "q")]
    assert b"mailroom" not in read(rendered).part.blob


def test_one_template_serves_many_threads_without_mixing_letters() -> None:
    one = Template.load(SHIPPED / "reply" / "public_enquiry.zh.docx")
    names = [f"第{n}位来信人：" for n in range(60)]

    with ThreadPoolExecutor(8) as pool:
        letters = list(pool.map(lambda name: one.render({"salutation": name}), names))

    for name, letter in zip(names, letters, strict=True):
        assert letter.text.startswith(f"{name}\n")
        assert sum(other in words(read(letter)) for other in names) == (
            1 + sum(other != name and other in name for other in names)
        )


def test_the_same_fields_make_the_same_bytes_and_a_changed_file_another_hash(
    tmp_path: Path,
) -> None:
    one = template(tmp_path, "{{ a }}")
    other = template(tmp_path, "{{ a }}。", name="other.zh.docx")

    assert one.render({"a": "1"}).docx == one.render({"a": "1"}).docx
    assert one.hash != other.hash


@pytest.mark.parametrize(
    "tag",
    [
        "{{ a.__class__.__mro__ }}",
        "{{ a|attr('__class__') }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ a['__class__'] }}",
        "{{ 'a' * 100000000 }}",
        "{{ [1] * 100000000 }}",
        "{{ 10 ** 1000000 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ a.format.__globals__ }}",
        "{{ '{0.__class__.__mro__}'.format(a) }}",
        "{{ '{:1000000000}'.format(a) }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ range.__globals__ }}",
        "{{ range(100000000) }}",
        "{{ a|safe }}",
        "{{ a|pprint }}",
        "{{ a|center(100000000) }}",
    ],
)
def test_a_template_reaches_nothing_outside_its_fields(
    tmp_path: Path, tag: str
) -> None:
    outcome: object
    try:
        outcome = paragraphs(template(tmp_path, tag).render({"a": "text"}))[0][:5]
    except TemplateError as error:
        outcome = {fault.code for fault in error.faults}

    assert outcome in ({"W030"}, {"W040"}) or str(outcome).startswith("【待填:")


def test_values_that_do_not_fit_are_a_fault_at_the_tag_without_the_value(
    tmp_path: Path,
) -> None:
    one = template(tmp_path, "x", "{{ a + 1 }}")

    with pytest.raises(TemplateError) as caught:
        one.render({"a": "secret words"})

    (found,) = caught.value.faults
    assert (found.line, found.code) == (2, "W040")
    assert "secret" not in str(found)


def test_lists_too_long_for_a_letter_are_refused(tmp_path: Path) -> None:
    one = template(
        tmp_path,
        "{%p for x in xs %}",
        "{%p for y in xs %}",
        "{{ y }}",
        "{%p endfor %}",
        "{%p endfor %}",
    )

    with pytest.raises(TemplateError) as caught:
        one.render({"xs": [1] * 1000})

    assert [fault.code for fault in caught.value.faults] == ["W041"]


def test_a_value_that_would_swell_the_letter_is_refused(tmp_path: Path) -> None:
    one = template(tmp_path, *["{{ a }}"] * 30)

    with pytest.raises(TemplateError) as caught:
        one.render({"a": "x" * 1_000_000})

    assert [fault.code for fault in caught.value.faults] == ["W041"]
