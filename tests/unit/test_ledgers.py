"""The office's registers: numbers without gaps, sight, files that harm nobody."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from mailroom.cases import NOBODY, CaseState, Sight
from mailroom.message.attachment_text import read_text
from mailroom.message.model import Attachment
from mailroom.register import cases, events, matters
from mailroom.register.ledgers import Span
from mailroom.register.schema import AnyRow, case
from mailroom.register.schema_ledger import ledger_entry
from mailroom.register.schema_matters import matter_unit
from mailroom.workflow.ledger_files import TYPES, as_csv, as_docx, as_xlsx, harmless
from mailroom.workflow.ledger_names import LEDGERS
from mailroom.workflow.ledgers import Sheet, catch_up, note_export, read_ledger
from mailroom.workflow.sight import sight_of
from tests.unit.small_office import REPAIR, SmallOffice

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def opened(
    office: SmallOffice,
    category: str | None = "maintenance",
    *,
    subject: str = "空调不制冷",
    at: datetime = NOW,
    **values: object,
) -> AnyRow:
    given: dict[str, object] = {
        "kind": "", "year": at.year, "correspondent": "wangli@client.example",
        "owner": "Tom Reyes", "sensitivity": "normal", "due_on": None,
        "due_basis": None, "medium": None, "doc_no": None,
    }  # fmt: skip
    with office.desk.database.write() as tx:
        return cases.open_case(
            tx, code="HY", now=at, state=CaseState.ASSIGNED, category=category,
            subject=subject, **(given | values),  # type: ignore[arg-type]  # columns of a case
        )  # fmt: skip


def read(
    office: SmallOffice, id_: str, sight: Sight = NOBODY, by: Span | None = None
) -> Sheet:
    return read_ledger(office.desk, LEDGERS[id_], sight, by or Span(), "zh-CN")


def column(sheet: Sheet, key: str) -> list[str]:
    place = [each.key for each in sheet.columns].index(key)
    return [row[place] for row in sheet.rows]


def test_numbers_run_by_register_and_year_without_gaps_whoever_looks_when(
    office: SmallOffice,
) -> None:
    opened(office)
    opened(office, "invoice")
    catch_up(office.desk)
    opened(office)
    opened(office, None)
    # In Shanghai it is the next year already.
    opened(office, at=datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
    opened(office, medium="phone", category="phone_message")
    catch_up(office.desk)
    catch_up(office.desk)

    assert column(read(office, "R01"), "no") == [
        "收〔2026〕1号", "收〔2026〕2号", "收〔2026〕3号", "收〔2026〕4号",
        "收〔2027〕1号",
    ]  # fmt: skip
    assert column(read(office, "R12"), "no") == [
        "修〔2026〕1号", "修〔2026〕2号", "修〔2027〕1号",
    ]  # fmt: skip
    assert column(read(office, "R06"), "no") == ["电〔2026〕1号"]
    assert len(office.rows(select(ledger_entry))) == 10


def test_what_is_sorted_anew_keeps_its_line_and_gets_one_in_the_other_register(
    office: SmallOffice,
) -> None:
    row = opened(office)
    opened(office)
    catch_up(office.desk)
    with office.desk.database.write() as tx:
        cases.sort_anew(
            tx, row, "supplies", owner="邹欣", due_on=None, due_basis=None, now=NOW,
            actor="xuting",
        )  # fmt: skip

    assert column(read(office, "R12"), "state") == ["已转其他类别", "承办"]
    assert column(read(office, "R10"), "no") == ["采〔2026〕1号"]
    assert column(read(office, "R01"), "no") == ["收〔2026〕1号", "收〔2026〕2号"]


def test_a_mail_stands_with_what_was_read_from_it_and_our_letter_when_it_left(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)

    sheet = read(office, "R12")

    assert column(sheet, "correspondent") == ["wangli@client.example"]
    assert column(sheet, "location") == ["Level 4 north"]
    assert column(sheet, "medium") == ["邮件"]
    assert read(office, "R02").rows == ()
    assert column(read(office, "R18"), "case")[:1] == [sheet.cases[0]]


def test_a_case_that_departments_see_through_stands_with_the_orders(
    office: SmallOffice,
) -> None:
    row = opened(office, "maintenance", subject="消防整改")
    catch_up(office.desk)
    with office.desk.database.write() as tx:
        made = matters.open_matter(
            tx, row, about="消防整改", interval="", due_on=None, now=NOW, actor="xu"
        )
        for unit, role in (("信息中心", "lead"), ("财务部", "assist")):
            tx.execute(
                insert(matter_unit).values(
                    matter_id=made, unit=unit, role=role, address="x@hengyuan.example",
                    state="asked", planned_on="2026-04-17",
                )
            )  # fmt: skip

    sheet = read(office, "R03")

    assert column(sheet, "no") == ["督〔2026〕1号"]
    assert column(sheet, "units") == ["信息中心 2026-04-17; 财务部 2026-04-17"]
    assert column(sheet, "state") == ["承办"]


def test_a_register_is_cut_by_day_drawer_owner_and_state(office: SmallOffice) -> None:
    opened(office, at=datetime(2026, 1, 5, tzinfo=UTC))
    late = opened(office, at=datetime(2026, 2, 5, tzinfo=UTC), owner="邹欣")
    opened(office, "supplies", at=datetime(2026, 3, 5, tzinfo=UTC))
    with office.desk.database.write() as tx:
        cases.move(tx, late.id, CaseState.CLOSED, now=NOW)

    def numbers(**by: str) -> list[str]:
        return [n[-2] for n in column(read(office, "R01", by=Span(**by)), "no")]

    assert numbers(since="2026-02-05", until="2026-02-05") == ["2"]
    assert numbers(until="2026-02-28") == ["1", "2"]
    assert numbers(category="supplies") == ["3"]
    assert numbers(owner="邹欣") == ["2"]
    assert numbers(state="open") == ["1", "3"]
    assert numbers(state="closed") == ["2"]


def test_a_restricted_register_opens_to_the_named_and_is_a_number_to_others(
    office: SmallOffice,
) -> None:
    opened(office, "leave_request", subject="请假三天", sensitivity="internal")
    opened(office, "incident_report", subject="工伤", sensitivity="confidential")
    reader = sight_of(office.desk, office.desk.directory.person("徐婷"))
    stranger = sight_of(office.desk, office.desk.directory.person("蒋晨"))

    assert column(read(office, "R14", reader), "subject") == ["请假三天"]
    closed = read(office, "R14", stranger)
    assert (closed.rows, closed.found, closed.hidden) == ((), 0, 1)
    # Nor can it be read of in the register of all letters.
    general = read(office, "R01", stranger)
    assert (column(general, "subject"), general.hidden) == ([], 2)
    assert "工伤" not in str(read(office, "R13", stranger))
    assert read(office, "R09", stranger).hidden == 2  # of the office, not of the drawer


def test_what_is_restricted_and_leaves_in_a_file_is_written_down(
    office: SmallOffice,
) -> None:
    opened(office, "incident_report", sensitivity="confidential")
    reader = sight_of(office.desk, office.desk.directory.person("徐婷"))
    sheet = read(office, "R13", reader)

    note_export(office.desk, sheet, "xuting", now=NOW)

    assert column(read(office, "R18", reader), "who")[-1] == "xuting"
    assert column(read(office, "R18", reader), "what")[-1] == "已导出"
    assert read(office, "R18").rows == ()


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", "＝HYPERLINK()"]
)
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert harmless(cell) == "'" + cell
    assert harmless("收〔2026〕1号") == "收〔2026〕1号"


def test_a_formula_from_a_mail_is_words_in_every_file(office: SmallOffice) -> None:
    opened(office, subject='=HYPERLINK("http://evil.example","空调")')
    sheet = read(office, "R01")

    written = as_csv(sheet)
    assert written.startswith(b"\xef\xbb\xbf")
    (head, line) = csv.reader(io.StringIO(written.decode("utf-8-sig")))
    assert (head[0], line[0]) == ("编号", "收〔2026〕1号")
    assert any(cell.startswith("'=HYPERLINK") for cell in line)
    assert not any(cell.startswith("=") for cell in line)

    book = as_xlsx(sheet, "zh-CN")
    words = read_text(Attachment(name="a.xlsx", type=TYPES["xlsx"], content=book))
    assert words is not None
    assert "收〔2026〕1号" in words
    assert "'=HYPERLINK" in words


def test_the_printed_list_is_the_offices_own_template(office: SmallOffice) -> None:
    opened(office, subject="空调不制冷 {{ 7*7 }}")
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(due_on="2026-03-10"))

    printed = as_docx(
        office.desk, read(office, "R12"), Span(), "zh-CN", today=NOW.date()
    )

    words = read_text(Attachment(name="a.docx", type=TYPES["docx"], content=printed))
    assert words is not None
    assert "R12 维修台账" in words
    assert "空调不制冷 {{ 7*7 }}" in words
    assert "修〔2026〕1号" in words


def test_what_stands_in_a_restricted_register_is_a_number_in_the_general_ones(
    office: SmallOffice,
) -> None:
    opened(office, "leave_request", subject="病假三天", sensitivity="internal")
    opened(office)

    for id_ in ("R01", "R18"):
        shown = read(office, id_)
        assert "病假三天" not in str(shown.rows)
        assert "HY-2026-0001" not in shown.cases
        assert shown.hidden == 1
    in_charge = Sight(names=frozenset({"Tom Reyes"}))
    assert "病假三天" in str(read(office, "R01", in_charge).rows)
    assert "病假三天" in str(read(office, "R01", Sight(others=True)).rows)


def test_an_unsorted_restricted_case_is_counted_for_readers_of_single_drawers(
    office: SmallOffice,
) -> None:
    opened(office, None, sensitivity="confidential")
    reader = Sight(categories=frozenset({"contract"}), named=frozenset({"contract"}))

    assert read(office, "R01", reader).hidden == 1


def test_the_trail_speaks_of_everything_in_the_readers_language(
    office: SmallOffice,
) -> None:
    with office.desk.database.write() as tx:
        for entity in ("appointment", "itinerary", "matter", "draft", "followup"):
            events.record(tx, "moved", at=NOW, entity=entity, entity_id=1)

    words = "".join(column(read(office, "R18", Sight(others=True)), "of"))
    assert not re.search("[a-z]", words), words
