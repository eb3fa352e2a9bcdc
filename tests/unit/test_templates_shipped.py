"""Claims about the Word templates that are shipped."""

import re
import zipfile
from datetime import date
from pathlib import Path

import jinja2
import pytest
from docx import Document
from docxtpl import DocxTemplate

from mailroom.words.filters import FILTERS
from mailroom.words.template import Template
from tests.unit.word_files import read, words

FOLDER = Path(__file__).parents[2] / "templates"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.docx"))

CATEGORIES = {
    "meeting_notice": {"start", "venue"},
    "room_booking": {"room", "start", "end", "headcount"},
    "visit_event": {"visitor", "start", "headcount"},
    "invoice": {"invoice_no", "amount", "po_no"},
    "quotation": {"supplier", "quote_no", "amount"},
    "supplies": {"order_no"},
    "maintenance": {"location", "fault"},
    "leave_request": {"leave_type", "start", "end"},
    "public_enquiry": {"topic"},
    "data_request": {"material", "deadline"},
}
TONGUES = ("zh", "en")
ALWAYS = {
    "case_no": "HY-2026-0312",
    "salutation": "尊敬的王芳：",
    "sender_name": "王芳",
    "subject": "A & B <申请>",
    "received_on": date(2026, 11, 20),
    "today": date(2026, 11, 23),
    "office_name": "恒远集团办公室",
}
BUILT_IN = {*ALWAYS, "owner", "due", "our_reference", "their_reference"}
SAMPLE = ALWAYS | {
    "owner": "李晓明",
    "due": date(2026, 11, 25),
    "start": "2026-11-26T14:00",
    "end": "2026-11-26T17:30",
    "venue": "第二会议室",
    "room": "301会议室",
    "headcount": "18",
    "visitor": "档案馆考察组",
    "invoice_no": "26322000000012345678",
    "amount": "12300.00",
    "po_no": "PO-2026-118",
    "supplier": "蓝天保洁",
    "quote_no": "BJ-2026-77",
    "order_no": "DD-2026-0921",
    "location": "1号楼5层",
    "fault": "水龙头漏水",
    "topic": "施工噪声",
    "material": "工作总结",
    "deadline": "2026-11-30T17:00",
    "doc_no": "江政办发〔2026〕38号",
    "issuing_org": "市政府办公室",
    "urgency": "加急",
    "matter": "第三季度对账",
    "days_late": 3,
}
LOADED = {name: Template.load(FOLDER / name) for name in FILES}


def contract(name: str) -> set[str]:
    folder, _, base = name.partition("/")
    kind = base.split(".")[0].removesuffix("_form")
    if folder == "reply":
        return CATEGORIES[kind] | BUILT_IN
    if folder == "reminder":
        return {"matter", "days_late"} | BUILT_IN
    return {"doc_no", "issuing_org", "urgency", "deadline"} | BUILT_IN


def test_every_category_has_its_letter_in_both_languages() -> None:
    wanted = {
        f"reply/{name}.{lang}.docx" for name in CATEGORIES for lang in ("zh", "en")
    }

    assert wanted <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_letter_uses_only_what_its_category_gives(name: str) -> None:
    assert LOADED[name].fields - contract(name) == set()


@pytest.mark.parametrize("name", FILES)
def test_a_letter_with_all_its_fields_has_no_gap(name: str) -> None:
    rendered = LOADED[name].render(SAMPLE)

    assert rendered.missing == ()
    assert not re.search(r"[{｛][{%]|【待填|\[to fill|None", rendered.text)


@pytest.mark.parametrize("name", FILES)
def test_at_most_two_fields_of_a_mail_are_needed(name: str) -> None:
    extra = {"matter": "x"} if name.startswith("reminder/") else {}

    rendered = LOADED[name].render(ALWAYS | extra)

    assert len(rendered.missing) <= 2
    assert set(rendered.missing) <= contract(name) - BUILT_IN


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("fields", [SAMPLE, ALWAYS], ids=["full", "bare"])
def test_word_file_html_and_text_say_the_same(
    name: str, fields: dict[str, object]
) -> None:
    rendered = LOADED[name].render(fields)
    shown = re.sub(r"<[^>]+>", "", rendered.html)
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, letter)

    assert "".join(rendered.text.split()) == words(read(rendered))
    assert "".join(shown.split()) == words(read(rendered))


@pytest.mark.parametrize("name", FILES)
def test_docxtpl_fills_the_letter_with_the_same_words(
    name: str, tmp_path: Path
) -> None:
    environment = jinja2.Environment(autoescape=True)
    environment.filters.update(FILTERS)
    other = DocxTemplate(str(FOLDER / name))
    other.render(dict(SAMPLE), jinja_env=environment)
    other.save(str(tmp_path / "other.docx"))

    # A date without a filter is the one thing written otherwise; none is shipped.
    theirs = words(Document(str(tmp_path / "other.docx")))
    assert words(read(LOADED[name].render(SAMPLE))) == theirs


@pytest.mark.parametrize("name", FILES)
def test_a_letter_states_our_reference_and_who_acts(name: str) -> None:
    rendered = LOADED[name].render(SAMPLE)

    assert "HY-2026-0312" in rendered.text
    if name.startswith("reply/") and "_form" not in name:
        assert "李晓明" in rendered.text
        assert re.search("2026年11月25日|25 November 2026", rendered.text)


def test_a_reply_to_a_leave_request_never_repeats_its_kind() -> None:
    for lang in TONGUES:
        rendered = LOADED[f"reply/leave_request.{lang}.docx"].render(
            SAMPLE | {"leave_type": "病假"}
        )

        assert "病假" not in rendered.text


@pytest.mark.parametrize("name", FILES)
def test_a_template_is_small_and_names_the_offices_chinese_font(name: str) -> None:
    with zipfile.ZipFile(FOLDER / name) as archive:
        styles = archive.read("word/styles.xml").decode()
        size = sum(entry.file_size for entry in archive.infolist())

    assert size < 40_000
    assert 'w:eastAsia="仿宋"' in styles
    assert 'w:eastAsia="zh-CN"' in styles
