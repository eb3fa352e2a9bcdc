"""The office's own papers: made with the case, in the office's language."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from mailroom.register import papers
from mailroom.register.schema import AnyRow
from tests.unit.small_office import SmallOffice, letter

INVOICE = letter(
    "Invoice INV-2026-0077",
    "Dear all,\n\nPlease find our invoice no. INV-2026-0077, total due £1,060.00,"
    " for your order PO-2026-014.\n\nAnn Lee\n",
    sender="Ann Lee <ann@paper.example>",
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def made(office: SmallOffice, raw: bytes) -> list[AnyRow]:
    (row,) = office.sort(raw)
    with office.desk.database.read() as tx:
        return list(papers.of_case(tx, row.case_id))


def words(office: SmallOffice, paper: AnyRow) -> str:
    document = Document(BytesIO(office.desk.enclosures.read(paper.sha256)))
    cells = (c.text for t in document.tables for r in t.rows for c in r.cells)
    head = (p.text for p in document.sections[0].header.paragraphs)
    return "\n".join((*head, *cells))


def test_a_chinese_office_checks_an_english_invoice_on_its_own_form(
    office: SmallOffice,
) -> None:
    (paper,) = made(office, INVOICE)

    assert paper.template == "paper/invoice.zh.docx"
    assert paper.name == "HY-F2026-0001 invoice.zh.docx"
    said = words(office, paper)
    assert "恒远集团办公室" in said
    assert "INV-2026-0077" in said
    assert "£1,060.00" in said
    assert "元整" not in said  # capitals are for yuan
    assert paper.missing == []


def test_an_english_office_has_its_papers_in_english(office: SmallOffice) -> None:
    office.change(language="en")
    (paper,) = made(office, INVOICE)

    assert paper.template == "paper/invoice.en.docx"
    assert "Hengyuan Group Office" in words(office, paper)


def test_a_paper_that_is_there_in_one_language_is_made_in_that(
    office: SmallOffice,
) -> None:
    office.change(language="en")
    order = letter(
        "关于做好防汛值班工作的通知",
        "各有关单位：\n现将《防汛值班安排》（江政办发〔2026〕18号）印发给你们，"
        "请认真贯彻执行。\n\n江州市人民政府办公室",
        sender="bgs@city-gov.example",
    )
    (paper,) = made(office, order)

    assert paper.template == "paper/official_document.zh.docx"


def test_what_a_paper_lacks_is_noted_with_it(office: SmallOffice) -> None:
    visit = letter(
        "关于来访考察的函",
        "我们拟于2026年12月3日上午9:30来访考察，一行6人，请予接待。\n王芳",
        sender="王芳 <wangfang@visitors.example>",
    )
    (paper,) = made(office, visit)

    assert paper.template == "paper/visit_event.zh.docx"
    assert paper.missing == ["visitor"]
    assert "【待填:visitor】" in words(office, paper)
