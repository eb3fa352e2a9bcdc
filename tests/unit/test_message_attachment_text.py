"""Claims about the words of attachments, and about files made to do harm."""

import time
import zipfile
from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.message.attachment_text import read_text
from mailroom.message.attachment_text.invitations import read_events
from mailroom.message.attachment_text.limits import LARGEST, LONGEST
from mailroom.message.model import Attachment
from tests.unit.office_files import (
    archive,
    paragraph,
    pdf,
    relations,
    sheets,
    word,
)


def words(
    content: bytes | str, name: str = "x", kind: str = "application/octet-stream"
) -> str | None:
    """Read the words of an attachment."""
    raw = content.encode() if isinstance(content, str) else content
    return read_text(Attachment(name=name, type=kind, content=raw))


# Text


@pytest.mark.parametrize(
    "raw",
    [
        "值班表：3月5日".encode(),
        "值班表：3月5日".encode("gb18030"),
        "\ufeff值班表：3月5日".encode("utf-16-le"),
        "\ufeff值班表：3月5日".encode("utf-16-be"),
        "\ufeff值班表：3月5日".encode(),
    ],
)
def test_a_note_is_read_in_whatever_charset_it_came(raw: bytes) -> None:
    assert words(raw, "值班表.txt") == "值班表：3月5日"


def test_the_rows_of_a_table_are_lines_and_its_cells_lose_their_quotes() -> None:
    table = '日期,"事由, 备注",金额\r\n2026-03-05,"a ""b""\nc",1200'

    assert words(table, "a.csv") == '日期\t事由, 备注\t金额\n2026-03-05\ta "b" c\t1200'
    assert words("a;b;c,d\n1;2;3", "a.csv") == "a\tb\tc,d\n1\t2\t3"


def test_a_page_is_read_without_its_scripts() -> None:
    page = "<html><head><script>x()</script></head><body><p>金额</p>1,200元</body>"

    assert words(page, "a.html") == "金额\n\n1,200元"


def test_a_page_names_its_charset_itself() -> None:
    page = '<meta charset="gbk"><p>通知</p>'.encode("gbk")

    assert words(page, kind="text/html") == "通知"


def test_what_is_called_text_and_is_none_is_not_read() -> None:
    assert words(bytes(range(256)) * 20, "a.txt") is None


@pytest.mark.parametrize("name", ["a.doc", "a.zip", "a.png", "a", ""])
def test_other_files_are_not_read(name: str) -> None:
    assert words(b"whatever", name) is None


# Word


def test_a_word_file_is_read_with_headers_tables_and_notes() -> None:
    row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    table = row.format(paragraph("合计"), paragraph("1,200", "元"))
    made = word(
        paragraph("关于", "值班的通知") + f"<w:tbl>{table}</w:tbl>",
        header=paragraph("江政办发〔2026〕3号"),
        footnotes=paragraph("注：含税"),
    )

    assert words(made) == (
        "江政办发〔2026〕3号\n\n关于值班的通知\n合计 \t1,200元\n\n注：含税"
    )


def test_breaks_and_tabs_of_word_are_breaks_and_tabs() -> None:
    made = word(
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/>"
        "<w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
    )

    assert words(made) == "a\tb\nc"


def test_deleted_text_and_the_copies_for_old_programs_are_left_out() -> None:
    made = word(
        "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:r><w:t>new</w:t>"
        "</w:r></w:p><mc:AlternateContent><mc:Choice>"
        + paragraph("box")
        + "</mc:Choice><mc:Fallback>"
        + paragraph("box")
        + "</mc:Fallback></mc:AlternateContent>"
    )

    assert words(made) == "new\nbox"


# Excel


def test_a_sheet_is_read_by_rows_with_its_name() -> None:
    made = sheets(
        '<c t="s"><v>0</v></c><c t="inlineStr"><is><t>金额</t></is></c>',
        '<c t="str"><v>纸</v></c><c><v>1200.5</v></c>',
        strings="<si><r><t>品</t></r><r><t>名</t></r><rPh><t>pin</t></rPh></si>",
        name="明细",
    )

    assert words(made) == "明细\n品名\t金额\n纸\t1200.5"


def test_dates_of_a_sheet_are_dates_and_not_day_numbers() -> None:
    made = sheets(
        '<c s="0"><v>46086</v></c><c s="1"><v>46086</v></c><c s="2"><v>46086.5</v></c>'
        '<c s="1"><v>0.375</v></c>',
        styles='<numFmts><numFmt numFmtId="176" formatCode="yy&quot;年&quot;m h:mm"/>'
        '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/>'
        "</cellXfs>",
    )

    assert words(made) == "Sheet\n46086\t2026-03-05\t2026-03-05 12:00\t09:00"


def test_a_sheet_of_the_mac_counts_from_1904() -> None:
    made = sheets(
        '<c s="0"><v>44624</v></c>',
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
        book='<workbookPr date1904="1"/>',
    )

    assert words(made) == "Sheet\n2026-03-05"


@pytest.mark.parametrize("value", ["99999999999", "-1", "x", "1e308", "nan", "inf"])
def test_a_day_that_no_calendar_has_stays_as_it_is(value: str) -> None:
    made = sheets(
        f'<c s="0"><v>{value}</v></c><c t="s"><v>{value}</v></c>',
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
    )

    assert words(made) == f"Sheet\n{value}"


# PDF


def test_a_pdf_is_read() -> None:
    assert words(pdf("Invoice 88410", "Total 512.64")) == "Invoice 88410\nTotal 512.64"


@pytest.mark.parametrize(
    "raw",
    [
        b"%PDF-1.4\n",
        b"%PDF-1.7 nothing %%EOF",
        pdf("a")[:200],
        b"%PDF-" + b"<<" * 50_000,
    ],
)
def test_a_broken_pdf_is_not_read(raw: bytes) -> None:
    assert not words(raw)


def test_a_pdf_that_points_at_itself_takes_a_few_seconds_at_the_most() -> None:
    raw = pdf("a").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    begin = time.monotonic()

    assert not words(raw)
    assert time.monotonic() - begin < 12


# Invitations

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:月度例会\\, 第三次
DTSTART;TZID=Asia/Shanghai:20260305T140000
DTEND;TZID="Asia/Shanghai":20260305T153000
RRULE:FREQ=MONTHLY;COUNT=3
LOCATION:2号楼301
 会议室
ORGANIZER;CN="Xu, Ting":mailto:xuting@office.example
DESCRIPTION:一\\n二
BEGIN:VALARM
DESCRIPTION:Reminder
DTSTART:20260101T000000
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_read_as_lines() -> None:
    assert words(EVENT.replace("\n", "\r\n"), "invite.ics") == (
        "METHOD: REQUEST\n"
        "SUMMARY: 月度例会, 第三次\n"
        "DTSTART: 2026-03-05 14:00 Asia/Shanghai\n"
        "DTEND: 2026-03-05 15:30 Asia/Shanghai\n"
        "RRULE: FREQ=MONTHLY;COUNT=3\n"
        "LOCATION: 2号楼301会议室\n"
        "ORGANIZER: Xu, Ting <xuting@office.example>\n"
        "DESCRIPTION: 一\n二"
    )


def test_an_invitation_gives_its_values() -> None:
    (event,) = read_events(EVENT.encode())

    assert event.method == "REQUEST"
    assert event.values["DTSTART"] == "2026-03-05T14:00 Asia/Shanghai"
    assert event.values["LOCATION"] == "2号楼301会议室"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("DTSTART;VALUE=DATE:20260305", "2026-03-05"),
        ("DTSTART:20260305T060000Z", "2026-03-05T06:00Z"),
        ("DTSTART:20260231T060000", "20260231T060000"),
        ("DTSTART:soon", "soon"),
    ],
)
def test_a_moment_of_an_invitation_is_iso_where_it_is_one(
    line: str, value: str
) -> None:
    (event,) = read_events(f"BEGIN:VEVENT\n{line}\nEND:VEVENT".encode())

    assert event.values["DTSTART"] == value


# Mail


def _letter(content: bytes | str, name: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "王 <wang@firm.example>", "预算"
    mail["Date"] = "Thu, 05 Mar 2026 09:00:00 +0800"
    mail.set_content("见附件")
    raw = content.encode() if isinstance(content, str) else content
    mail.add_attachment(raw, maintype="application", subtype="x", filename=name)
    return mail.as_bytes()


def test_a_letter_in_a_letter_is_read_with_what_is_attached_to_it() -> None:
    assert words(_letter("合计 1200", "budget.txt"), "a.eml") == (
        "Subject: 预算\nFrom: 王 <wang@firm.example>\nDate: 2026-03-05 09:00\n\n"
        "见附件\n\nbudget.txt\n合计 1200"
    )


def test_letters_in_letters_end_somewhere() -> None:
    inner: bytes = b"the innermost"
    for _ in range(6):
        inner = _letter(inner, "a.eml" if inner[:3] != b"the" else "a.txt")

    found = words(inner, "a.eml")

    assert found is not None
    assert "innermost" not in found


# Harm


def _bomb(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    xml = b"<w:document>" + b" " * (LARGEST + 1) + b"</w:document>"
    root = relations(r1="officeDocument word/document.xml")
    return archive({"_rels/.rels": root, "word/document.xml": xml}, method)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_an_archive_that_unpacks_to_too_much_is_not_read(method: int) -> None:
    assert words(_bomb(method)) is None


def test_an_archive_that_lies_about_its_sizes_is_not_believed() -> None:
    honest = _bomb()
    lying = honest.replace((LARGEST + 26).to_bytes(4, "little"), b"\x10\0\0\0")

    assert lying != honest
    assert words(lying) is None


def test_a_file_of_too_many_parts_is_not_read() -> None:
    assert words(archive({f"{n}": b"" for n in range(2_001)})) is None


def test_entities_are_not_expanded_and_files_not_fetched() -> None:
    xml = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<w:document xmlns:w="w"><w:p><w:t>x&b;&f;</w:t></w:p></w:document>'
    )
    root = relations(r1="officeDocument word/document.xml")

    found = words(archive({"_rels/.rels": root, "word/document.xml": xml})) or ""

    assert "aaaa" not in found
    assert "root:" not in found


def test_a_million_empty_paragraphs_take_no_time() -> None:
    begin = time.process_time()

    assert not words(word("<w:p/>" * 1_000_000))
    assert time.process_time() - begin < 4


def test_a_file_that_points_at_itself_is_read_once() -> None:
    root = relations(r1="officeDocument word/document.xml")
    near = relations(r1="header document.xml", r2="header document.xml")
    body = word(paragraph("一"))
    with zipfile.ZipFile(BytesIO(body)) as file:
        document = file.read("word/document.xml")

    found = words(
        archive(
            {
                "_rels/.rels": root,
                "word/document.xml": document,
                "word/_rels/document.xml.rels": near,
            }
        )
    )

    assert found is not None
    assert len(found) < 10


def test_elements_nested_without_end_are_not_read() -> None:
    assert words(word("<w:p>" * 50_000 + "</w:p>" * 50_000)) is None


def test_no_more_is_read_than_a_letter_holds() -> None:
    assert len(words("词" * 500_000, "a.txt") or "") == LONGEST
    assert len(words(word(paragraph("词" * 900) * 900)) or "") <= LONGEST


def test_a_file_beyond_the_limit_is_not_looked_at() -> None:
    assert words(b"a" * (LARGEST + 1), "a.txt") is None


@given(
    st.binary(max_size=400),
    st.sampled_from(["a.txt", "a.csv", "a.html", "a.ics", "a.eml", "a.docx", "a"]),
    st.sampled_from([b"", b"PK\x03\x04", b"BEGIN:VCALENDAR\n", b"\xff\xfe"]),
)
def test_any_bytes_are_read_or_not_but_never_stop_the_mail(
    raw: bytes, name: str, begin: bytes
) -> None:
    found = words(begin + raw, name)

    assert found is None or "\x00" not in found


@given(st.data())
def test_a_damaged_office_file_never_stops_the_mail(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([WORD, SHEETS]))
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:place] + data.draw(st.binary(max_size=8)) + whole[place + 4 :]

    found = words(damaged)

    assert found is None or len(found) <= LONGEST


WORD = word(paragraph("关于值班的通知"), header=paragraph("页眉"))
SHEETS = sheets('<c t="s"><v>0</v></c>', strings="<si><t>金额</t></si>")
