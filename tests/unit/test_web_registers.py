"""The registers at the desk, their files, and the form for papers and calls."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from mailroom.register.logins import Role
from mailroom.register.schema import case
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, SmallOffice

PAPER = {
    "medium": "paper", "subject": "关于移交档案的通知", "correspondent": "江恒市档案局",
    "doc_no": "江档发〔2026〕7号", "received_on": "2026-11-20",
    "category": "official_document",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def test_a_register_shows_its_lines_and_gives_them_as_files(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    visitor = Visitor(office, "xu", role=Role.VIEWER, language="zh-CN")

    shown = visitor.get("/registers/R12")
    assert "修〔2026〕" in shown.text.replace("修〔2027〕", "修〔2026〕")
    assert "Level 4 north" in shown.text
    assert "Level 4 north" not in visitor.get("/registers/R12?state=closed").text
    for kind, head in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("docx", b"PK")):
        file = visitor.get(f"/registers/R12/file?format={kind}")
        assert file.status_code == 200
        assert file.content.startswith(head)
        assert f".{kind}" in file.headers["content-disposition"]
    assert visitor.get("/registers/R12/file?format=exe").status_code == 404
    assert visitor.get("/registers/R99").status_code == 404
    assert "is no day" in Visitor(office, "x").get("/registers/R12?from=soon").text


def test_what_is_restricted_is_a_number_on_the_page_and_in_the_file(
    office: SmallOffice,
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner=""))
    stranger = Visitor(office, "jiang", person="蒋晨")

    for place in ("R01", "R12", "R18"):
        page = stranger.get(f"/registers/{place}").text
        file = stranger.get(f"/registers/{place}/file?format=csv").text
        assert "Heating" not in page + file
        assert "wangli" not in page + file
        assert "HY-" not in page + file
        assert "1 restricted items" in page
    assert "Heating" in Visitor(office, "xu", person="徐婷").get("/registers/R01").text


def test_a_paper_is_entered_and_told_when_it_is_there_already(
    office: SmallOffice,
) -> None:
    visitor = Visitor(office, "xuting", role=Role.REVIEWER, language="zh-CN")
    assert "江政办发" in visitor.get("/cases/add").text

    done = visitor.post("/cases/add", PAPER)
    assert done.status_code == 303
    page = visitor.get(done.headers["location"]).text
    assert "已登记：收〔" in page
    assert "江档发〔2026〕7号" in page

    again = visitor.post("/cases/add", PAPER)
    assert again.status_code == 409
    assert "已登记：收〔" in again.text
    assert "关于移交档案的通知" in again.text  # as it was typed
    assert visitor.post("/cases/add", PAPER | {"again": "1"}).status_code == 303
    assert visitor.post("/cases/add", PAPER | {"due": "soon"}).status_code == 409
    assert len(office.cases()) == 2
