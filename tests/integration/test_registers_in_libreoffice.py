"""What leaves the register opens elsewhere: in LibreOffice, Chinese intact."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from mailroom.cases import NOBODY, CaseState
from mailroom.i18n import Language
from mailroom.register import cases
from mailroom.register.ledgers import Span
from mailroom.workflow.day_brief import brief
from mailroom.workflow.day_report import Reader, render_report
from mailroom.workflow.ledger_files import as_csv, as_docx, as_xlsx
from mailroom.workflow.ledger_names import LEDGERS
from mailroom.workflow.ledgers import read_ledger
from tests.unit.small_office import SmallOffice

pytestmark = pytest.mark.slow
NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
FORMULA = '=HYPERLINK("http://evil.example","空调")'


@pytest.fixture(scope="module", autouse=True)
def libreoffice() -> None:
    """Skip without LibreOffice and its tables; under CI that is a failure."""
    folders = (Path("/usr/lib/libreoffice"), Path("/usr/lib64/libreoffice"))
    has_calc = any(path for at in folders for path in at.glob("program/libsc*.so"))
    if not shutil.which("soffice") or not has_calc:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice or its Calc is missing: ./deploy/servers.sh")
        pytest.skip("needs LibreOffice with Calc")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    with small.desk.database.write() as tx:
        for n in range(60):
            cases.open_case(
                tx, code="HY", kind="", year=2026, now=NOW - timedelta(days=9),
                state=CaseState.ASSIGNED, category="maintenance",
                subject=f"关于四层空调不制冷的报修，第{n}次来信" * 3 if n else FORMULA,
                correspondent="江恒市教育局", owner="邹欣", sensitivity="normal",
                due_on=date(2026, 3, 9 if n % 2 else 4), due_basis="default",
            )  # fmt: skip
    yield small
    small.close()


def converted(file: Path, kind: str, *how: str) -> Path:
    home = file.parent / "lo"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{home}", "--headless", *how,
         "--convert-to", kind, "--outdir", str(file.parent / "out"), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return file.parent / "out" / f"{file.stem}.{kind.partition(':')[0]}"


def test_csv_and_workbook_open_with_their_chinese_and_without_a_formula(
    office: SmallOffice, tmp_path: Path
) -> None:
    sheet = read_ledger(office.desk, LEDGERS["R01"], NOBODY, Span(), "zh-CN")
    for name, content in (
        ("a.csv", as_csv(sheet)),
        ("b.xlsx", as_xlsx(sheet, "zh-CN")),
    ):
        (tmp_path / name).write_bytes(content)
        text = "csv:Text - txt - csv (StarCalc):44,34,76"
        other = tmp_path / f"{name[0]}2{name[1:]}"
        (tmp_path / name).rename(other)
        # Its window finds the mark of UTF-8 by itself; without one it must be told.
        converted(other, text, *(["--infilter=CSV:44,34,76"] if name[0] == "a" else []))
        (made,) = (tmp_path / "out").glob(f"{other.stem}*.csv")
        words = made.read_text(encoding="utf-8")

        assert "收〔2026〕60号" in words
        assert "江恒市教育局" in words
        assert "'=HYPERLINK" in words.replace('""', '"')
        assert "evil.example" in words  # as words: not what a formula would show


def test_the_brief_of_a_full_desk_is_one_page_and_a_list_lies(
    office: SmallOffice, tmp_path: Path
) -> None:
    reader = Reader(name="沈默然", sight=NOBODY, now=NOW)
    said = brief(office.desk, reader)
    languages: tuple[Language, ...] = ("zh-CN", "en")
    for language in languages:
        paper = render_report(office.desk, said, language, reader="沈默然")
        (tmp_path / f"{language}.docx").write_bytes(paper.docx)
    sheet = read_ledger(office.desk, LEDGERS["R12"], NOBODY, Span(), "zh-CN")
    listed = as_docx(office.desk, sheet, Span(), "zh-CN", today=NOW.date())
    (tmp_path / "list.docx").write_bytes(listed)

    for language in languages:
        made = PdfReader(converted(tmp_path / f"{language}.docx", "pdf"))
        assert len(made.pages) == 1, language
    page = PdfReader(converted(tmp_path / "list.docx", "pdf")).pages[0]
    assert page.mediabox.width > page.mediabox.height
