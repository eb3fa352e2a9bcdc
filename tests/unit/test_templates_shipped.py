"""Claims about the Word templates that are shipped."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path

import jinja2
import pytest
from docx import Document
from docxtpl import DocxTemplate
from lxml import etree

from mailroom.words.filters import FILTERS
from mailroom.words.template import Template
from tests.unit.small_office import shipped_papers
from tests.unit.word_files import read, words

FOLDER = Path(__file__).parents[2] / "templates"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.docx"))

# Fields that only the office's own papers show.
OF_PAPERS = {
    "official_document": {"doc_no", "issuing_org", "urgency", "deadline"},
    "meeting_notice": {"end", "rsvp_by", "clashes"},
    "data_request": {"inner_due"},
    "visit_event": {"end"},
    "travel": {"traveller", "transport_no", "hotel", "booking_ref"}
    | {"old_depart", "old_return_date", "old_transport_no", "edition", "clashes"},
    "invoice": {"currency", "replaces", "replaced_by"},
    "purchase_request": {"currency"},
    "supervision_order": {"leader", "interval"},
    "phone_message": {"caller", "caller_org", "caller_phone", "call_time", "call_for"}
    | {"deadline"},
}
# Fields that a person fills in; they are red until then.
BY_HAND = {"sign_in", "papers_contact", "speech_owner", "dinner_first", "dinner_second"}
# Fields that the program gives to papers, beside what the letter says.
OF_PROGRAM = {"edition", "clashes", "inner_due", "replaced_by"} | {
    "old_depart",
    "old_return_date",
    "old_transport_no",
}
CATEGORIES = {
    "official_document": {"doc_no", "deadline"},
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
    "supervision_order": {"matter", "lead_department", "deadline"},
    "safety_security": {"type", "start"},
    "billing_details": set(),  # a letter of the drawer for invoices
    "travel": {"depart", "return_date"},
    "expense_claim": {"claim_no", "amount"},
    "statement": {"supplier", "account", "amount", "due_date"},
    "contract": {"contract_no", "deadline"},
    "purchase_request": {"request_no", "amount", "needed_by"},
    "recruitment": {"position", "interview_time"},
    "records_request": {"documents", "purpose", "needed_by"},
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
REMINDED = [
    {
        "matter": "第三季度对账",
        "case_no": "HY-2026-0312",
        "due": date(2026, 11, 25),
        "days_late": 3,
        "level": "head",
    },
    {
        "matter": "值班安排",
        "case_no": "HY-2026-0313",
        "due": date(2026, 11, 27),
        "days_late": 0,
        "level": "friendly",
    },
]
SAMPLE = ALWAYS | {
    "matters": REMINDED,
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
    "depart": "2026-11-26T08:10",
    "return_date": "2026-11-28",
    "claim_no": "BX-20261120",
    "account": "10023",
    "due_date": "2026-12-05",
    "contract_no": "HT-2026-034",
    "request_no": "CG-20261120",
    "needed_by": "2026-12-10",
    "material": "工作总结",
    "position": "行政专员",
    "interview_time": "2026-11-27T10:00",
    "documents": "2019年租赁合同",
    "purpose": "报送财政",
    "deadline": "2026-11-30T17:00",
    "doc_no": "江政办发〔2026〕38号",
    "issuing_org": "市政府办公室",
    "urgency": "加急",
    "matter": "第三季度对账",
    "lead_department": "工程部",
    "type": "消防演练",
    "rsvp_by": "2026-11-25T17:00",
    "traveller": "周广川",
    "transport_no": "G1234",
    "hotel": "滨江宾馆",
    "booking_ref": "E123456",
    "currency": "CNY",
    "leader": "周广川",
    "interval": "每周五",
    "caller": "王科长",
    "caller_org": "市水务局",
    "caller_phone": "0440-83100110",
    "call_time": "2026-11-20T09:30",
    "call_for": "周总",
    "leave_type": "年假",
    "days_late": 3,
    "inner_due": date(2026, 11, 26),
    "sign_in": "大堂东侧",
    "papers_contact": "方奕",
    "speech_owner": "徐婷",
    "dinner_first": "江畔小馆",
    "dinner_second": "一楼餐厅",
}
# What each of the other papers is filled with; who drafts one hands on just these.
HEADED = {
    "issuer",
    "doc_no",
    "title",
    "addressee",
    "paragraphs",
    "attachments",
    "issue_date",
}
OFFICIAL = HEADED | {"copy_no", "secrecy", "urgency", "copies_to"}
PRINTED = {"printed_by", "print_date"}
MEETING = {"meeting", "start", "venue", "chair", "attendees", "absentees", "observers"}
MAIL = {"paragraphs", "office_phone", "office_address"}
OF_MAIL = {"case_no", "salutation", "owner", "office_name", "today"}
DAY = {"title", "period", "reader", "sections", "empty", "hidden", "office_name"}
LISTED = {"ledger", "period", "listed", "hidden", "office_name"}
ORDERED = {"matter", "role", "deadline", "interval"}
OF_THE_DAY = {"case_no", "leader", "day", "edition", "stops", "clashes", "today"} | {
    "companions", "phone", "sign_in", "papers_contact", "speech_owner",
    "dinner_first", "dinner_second", "office_name",
}  # fmt: skip
PAPERS = {
    "letter/letter.zh.docx": OFFICIAL | {"contact"},
    "letter/letter_reply.zh.docx": OFFICIAL
    | {"contact", "their_title", "their_reference"},
    "letter/letter.en.docx": HEADED
    | {"address_lines", "copies_to", "salutation", "signer", "signer_post"}
    | {"their_reference"},
    "letter/mail_letterhead.zh.docx": MAIL | OF_MAIL,
    "letter/mail_letterhead.en.docx": MAIL | OF_MAIL,
    "paper/notice.zh.docx": OFFICIAL | PRINTED | {"contact"},
    "paper/report.zh.docx": OFFICIAL | PRINTED | {"contact", "signer"},
    "paper/minutes.zh.docx": (OFFICIAL - {"addressee"})
    | PRINTED
    | MEETING
    | {"decisions"},
    "paper/submission.zh.docx": HEADED
    | {"secrecy", "urgency", "unit", "drafter", "phone"},
    "paper/supervision_notice.zh.docx": {"doc_no", "issue_date", "title", "source"}
    | {"instruction", "lead_unit", "assisting_units", "deadline", "contact"}
    | {"feedback", "tasks", "office_name", "case_no"},
    "paper/supervision_notice.en.docx": {"doc_no", "issue_date", "title", "source"}
    | {"instruction", "lead_unit", "assisting_units", "deadline", "contact"}
    | {"feedback", "tasks", "office_name", "case_no"},
    "letter/supervision.zh.docx": (OF_MAIL - {"owner"}) | ORDERED,
    "letter/supervision.en.docx": OF_MAIL | ORDERED,
    "paper/memo.en.docx": HEADED | {"signer", "copies_to"},
    "paper/notice.en.docx": HEADED | {"contact"},
    "paper/incoming_register.zh.docx": {"period", "entries", "office_name"},
    "paper/incoming_register.en.docx": {"period", "entries", "office_name"},
    "paper/itinerary.zh.docx": OF_THE_DAY,
    "paper/itinerary.en.docx": OF_THE_DAY,
    "paper/register_list.zh.docx": LISTED,
    "paper/day_paper.zh.docx": DAY,
    "paper/day_paper.en.docx": DAY,
    "paper/register_list.en.docx": LISTED,
    "paper/supervision_progress.zh.docx": {"period", "lines", "office_name"},
    "paper/supervision_progress.en.docx": {"period", "lines", "office_name"},
    "paper/minutes.en.docx": {"issuer", "doc_no", "issue_date", "paragraphs"}
    | MEETING
    | {"decisions", "minute_taker", "next_meeting"},
}
TASKS = [
    {"matter": "清理办公用房", "owner": "行政部", "due": date(2026, 12, 4)},
    {"matter": "核对台账", "owner": "财务部", "due": date(2026, 12, 11)},
]
ENTRIES = [
    {
        "case_no": "HY-G2026-0311",
        "received_on": date(2026, 11, 19),
        "issuing_org": "市档案局",
        "doc_no": "江档函〔2026〕7号",
        "subject": "关于移交档案的函",
        "urgency": "急件",
        "owner": "王芳",
        "closed_on": date(2026, 11, 22),
    },
    {
        "case_no": "HY-G2026-0312",
        "received_on": date(2026, 11, 20),
        "subject": "关于值班安排的通知",
        "issuing_org": "市应急局",
        "doc_no": "江应急函〔2026〕9号",
        "urgency": "平急",
        "owner": "李晓明",
        "closed_on": date(2026, 11, 23),
    },
]
LINES = [
    {
        "matter": "清理办公用房",
        "department": "行政部",
        "step": "现场核对",
        "planned": date(2026, 11, 18),
        "done": date(2026, 11, 23),
        "days_late": 3,
        "reason": "租约未到期",
        "next_step": "下周腾退",
    },
    {
        "matter": "核对台账",
        "department": "财务部",
        "step": "复核",
        "planned": date(2026, 11, 20),
        "done": date(2026, 11, 23),
        "days_late": 1,
        "reason": "一笔未达账项",
        "next_step": "书面反馈",
    },
]
FILLED = SAMPLE | {
    "period": "2026年11月",
    "entries": ENTRIES,
    "lines": LINES,
    "ledger": "R12 维修台账",
    "leader": "周广川",
    "edition": 2,
    "clashes": ["HY-2026-0009"],
    "day": date(2026, 11, 26),
    "companions": "沈默然",
    "stops": [
        {
            "hours": "09:30–11:00",
            "was": "11-26 08:00",
            "what": "筹备会",
            "place": "北京国际饭店",
            "way": "MU5101",
            "number": "HY-2026-0001",
        }
    ],
    "hidden": 3,
    "reader": "沈默然",
    "empty": "今日到期",
    "sections": [
        {
            "heading": "逾期",
            "count": 4,
            "more": "另有 2 件",
            "rows": [
                {
                    "what": "HY-2026-0007 空调不制冷",
                    "who": "邹欣",
                    "when": "2026-11-20",
                    "note": "租约未到期",
                }
            ],
        }
    ],
    "listed": [
        {
            "no": "修〔2026〕1号",
            "day": "2026-11-20",
            "who": "李晓明",
            "subject": "空调不制冷",
            "details": "地点：四层",
            "owner": "邹欣",
            "due": "2026-11-24",
            "state": "承办",
        }
    ],
    "issuer": "恒远集团办公室",
    "copy_no": "000012",
    "secrecy": "秘密★1年",
    "title": "关于规范公文处理工作的通知",
    "addressee": "各部门",
    "address_lines": ["14 Quayside Road", "Newcastle NE1 3DX"],
    "paragraphs": [
        "现通知如下。",
        "一、严格规则",
        "（一）控制数量",
        "按月通报 & 核对。",
    ],
    "attachments": ["公文格式样式", "办文时限表"],
    "issue_date": date(2026, 11, 23),
    "contact": "李晓明，电话010-5555 0123",
    "copies_to": "集团领导",
    "printed_by": "恒远集团办公室",
    "print_date": date(2026, 11, 24),
    "signer": "沈默然",
    "signer_post": "主任",
    "their_title": "关于商请提供场地的函",
    "their_reference": "江教函〔2026〕38号",
    "meeting": "办公会议",
    "chair": "沈默然",
    "attendees": "李晓明、王芳",
    "absentees": "卫东",
    "observers": "蒋琳",
    "minute_taker": "韩雪",
    "next_meeting": "2026-12-03T14:00",
    "decisions": TASKS,
    "tasks": TASKS,
    "unit": "行政部",
    "role": "主办",
    "others": [{"matter": "核对台账", "case_no": "HY-2026-0313"}],
    "drafter": "李晓明",
    "phone": "010-5555 0123",
    "source": "办公会议议定事项",
    "instruction": "请抓紧办理。",
    "lead_unit": "行政部",
    "assisting_units": "财务部",
    "feedback": "每周五书面反馈。",
    "reason": "两个部门的数据",
    "office_phone": "010-5555 0123",
    "office_address": "滨河路18号",
}
# A paper is whole without these.
LEFT_OUT = (
    {"copy_no", "secrecy", "urgency", "attachments", "contact", "copies_to"}
    | {"printed_by", "print_date", "their_reference", "address_lines", "signer_post"}
    | {"absentees", "observers", "decisions", "next_meeting", "phone", "tasks"}
    | {"instruction", "assisting_units", "feedback", "office_phone", "office_address"}
    | {"owner", "due", "reason", "hidden", "empty", "edition", "clashes", "companions"}
)
LOADED = {name: Template.load(FOLDER / name) for name in FILES}
LETTERS = [name for name in FILES if name not in PAPERS]


def contract(name: str) -> set[str]:
    folder, _, base = name.partition("/")
    kind = base.split(".")[0].removesuffix("_form")
    if folder == "reply":
        return CATEGORIES[kind] | BUILT_IN
    if folder == "reminder":
        return {"matter", "days_late", "matters", "others"} | BUILT_IN
    if folder == "letter":
        return {"reason"} | BUILT_IN
    own = CATEGORIES.get(kind, set()) | OF_PAPERS.get(kind, set())
    return own | BUILT_IN | (BY_HAND if kind == "travel" else set())


def everything(docx: bytes) -> str:
    """Read every word of a Word file, of its headers and footers too."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        parts = [
            etree.fromstring(archive.read(part))
            for part in archive.namelist()
            if re.match(r"word/(document|header|footer)", part)
        ]
    said = (str(piece) for part in parts for piece in part.itertext())
    return "".join("".join(said).split())


def plain(value: object) -> Iterator[str]:
    """Give the words that a value must show; a date shows at least its year."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from plain(one)
    elif isinstance(value, date) or re.match(r"\d{4}-\d\d-\d\d", str(value)):
        yield "2026"
    else:
        yield "".join(str(value).split())


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_is_filled_with_just_the_fields_it_declares(name: str) -> None:
    assert LOADED[name].fields == PAPERS[name]


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_needs_nothing_that_may_be_left_out(name: str) -> None:
    given = {key: value for key, value in FILLED.items() if key not in LEFT_OUT}

    rendered = LOADED[name].render(given)

    assert rendered.missing == ()
    assert not re.search(r"（）|“”|：。|:\s*;|None", rendered.text)


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_shows_every_field_that_it_declares(name: str) -> None:
    shown = everything(LOADED[name].render(FILLED).docx)

    assert [
        field
        for field in PAPERS[name]
        for value in plain(FILLED[field])
        if value not in shown
    ] == []


def test_every_category_has_its_letter_in_both_languages() -> None:
    wanted = {
        f"reply/{name}.{lang}.docx" for name in CATEGORIES for lang in ("zh", "en")
    }

    assert wanted <= set(FILES)


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_uses_only_what_its_category_gives(name: str) -> None:
    assert LOADED[name].fields - contract(name) == set()


@pytest.mark.parametrize("name", FILES)
def test_a_letter_with_all_its_fields_has_no_gap(name: str) -> None:
    rendered = LOADED[name].render(FILLED)

    assert rendered.missing == ()
    assert not re.search(r"[{｛][{%]|【待填|\[to fill|None", rendered.text)


@pytest.mark.parametrize("name", LETTERS)
def test_at_most_two_fields_of_a_mail_are_needed(name: str) -> None:
    extra = {"matter": "x", "matters": REMINDED} if name.startswith("reminder/") else {}

    rendered = LOADED[name].render(ALWAYS | extra)

    assert len(set(rendered.missing) - BY_HAND - OF_PROGRAM) <= 2
    assert set(rendered.missing) <= contract(name) - BUILT_IN


def each_gap(category: str) -> Iterator[dict[str, object]]:
    """Yield the values of a mail's letter with each choice of its fields left out."""
    own = sorted(CATEGORIES[category])
    for size in range(len(own) + 1):
        for left_out in combinations(own, size):
            yield {key: SAMPLE[key] for key in SAMPLE.keys() - set(left_out)}


def below_salutation(template: Template, given: dict[str, object]) -> str:
    return template.render(given).text.partition(f"{SAMPLE['salutation']}\n")[2]


@pytest.mark.parametrize("category", CATEGORIES)
def test_whatever_is_not_known_no_list_is_announced_and_empty(category: str) -> None:
    for lang in TONGUES:
        template = LOADED[f"reply/{category}.{lang}.docx"]
        for given in each_gap(category):
            letter = below_salutation(template, given)
            lines = [line for line in letter.splitlines() if line]
            for line, after in pairwise(lines):
                assert line[-1] not in "：:" or re.search("：|: ", after)


@pytest.mark.parametrize("category", CATEGORIES)
def test_details_of_an_english_letter_stand_together_and_apart(category: str) -> None:
    detail = re.compile(r"[A-Z][a-z ]{1,24}: ")
    template = LOADED[f"reply/{category}.en.docx"]
    for given in each_gap(category):
        letter = below_salutation(template, given)
        kinds = [
            [bool(detail.match(line)) for line in block.splitlines()]
            for block in letter.strip().split("\n\n")
        ]
        assert all(len(set(kind)) == 1 for kind in kinds)
        assert sum(kind[0] for kind in kinds) <= 1


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("fields", [FILLED, ALWAYS], ids=["full", "bare"])
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
    other.render(dict(FILLED), jinja_env=environment)
    other.save(str(tmp_path / "other.docx"))

    # A date without a filter is the one thing written otherwise; none is shipped.
    theirs = words(Document(str(tmp_path / "other.docx")))
    assert words(read(LOADED[name].render(FILLED))) == theirs


@pytest.mark.parametrize(
    ("name", "close"), [("Ann Lee", "sincerely"), ("", "faithfully")]
)
def test_an_english_letter_ends_as_it_began(name: str, close: str) -> None:
    salutation = f"Dear {name}," if name else "Dear Sir or Madam,"
    given = SAMPLE | {"sender_name": name, "salutation": salutation}

    assert f"Yours {close}," in LOADED["reply/invoice.en.docx"].render(given).text


@pytest.mark.parametrize("name", LETTERS)
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
def test_a_template_is_small_and_its_own_letters_are_chinese_ones(name: str) -> None:
    with zipfile.ZipFile(FOLDER / name) as archive:
        styles = archive.read("word/styles.xml").decode()
        size = sum(entry.file_size for entry in archive.infolist())
    (defaults,) = re.findall("<w:docDefaults>.*</w:docDefaults>", styles)

    assert (FOLDER / name).stat().st_size < 15_000
    assert size < 40_000
    assert 'w:eastAsia="仿宋"' in defaults
    assert re.search('<w:lang [^>]*w:eastAsia="zh-CN"', defaults)


FORMS = sorted(
    name for name in FILES if name.startswith("paper/") and name not in PAPERS
)


def test_every_paper_of_a_category_is_asked_for_by_it() -> None:
    categories = shipped_papers().rules.categories
    asked = {paper for one in categories.values() for paper in one.papers}

    assert asked == set(FORMS)
    for name in FORMS:
        kind = name.removeprefix("paper/").split(".")[0]
        assert name in categories[kind].papers
        given = {*categories[kind].fields, *categories[kind].by_hand, *OF_PROGRAM}
        assert contract(name) - BUILT_IN <= given


@pytest.mark.parametrize("name", FORMS)
def test_what_a_form_needs_and_does_not_have_is_red_in_it(name: str) -> None:
    rendered = LOADED[name].render(ALWAYS)
    gap = "【待填:" if ".zh." in name else r"\[to fill: "

    assert rendered.text.count(gap.strip("\\")) >= len(rendered.missing)
    with zipfile.ZipFile(BytesIO(rendered.docx)) as archive:
        body = archive.read("word/document.xml").decode()
    for field in rendered.missing:
        assert re.search(rf':color \w+:val="C00000"/>.{{0,60}}{gap}{field}', body)


@pytest.mark.parametrize("name", FORMS)
def test_what_a_person_fills_in_by_hand_is_an_empty_cell_and_no_gap(name: str) -> None:
    rendered = LOADED[name].render(FILLED)

    assert rendered.missing == ()
    empty = [
        cell
        for table in read(rendered).tables
        for row in table.rows
        for cell in row.cells
        if not cell.text.strip()
    ]
    assert empty
