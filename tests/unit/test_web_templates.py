"""The templates in the browser: their list, fields, faults, pages, and the file."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.register.schema import case, event
from mailroom.web.templates import place_of
from mailroom.words.templates import Templates
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, ROOT, SmallOffice

REPLY = "reply/maintenance.en.docx"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    folder = tmp_path / "templates"
    (folder / "reply").mkdir(parents=True)
    shutil.copy(ROOT / "templates" / REPLY, folder / REPLY)
    (folder / "reply" / "broken <b>.zh.docx").write_bytes(b"no Word file")
    small.desk = replace(small.desk, templates=Templates(folder))
    yield small
    small.close()


@pytest.fixture
def xu(office: SmallOffice) -> Visitor:
    return Visitor(office, "xuting", person="徐婷")


def test_the_list_tells_who_uses_a_template_and_which_is_broken(xu: Visitor) -> None:
    page = xu.get("/templates").text

    assert REPLY in page
    assert "Maintenance" in page
    assert "broken &lt;b&gt;.zh.docx" in page
    assert "broken, faults: 1" in page
    assert "<b>" not in page


def test_a_template_shows_its_fields_and_what_it_makes(xu: Visitor) -> None:
    page = xu.get(place_of(REPLY)).text

    assert "<code>fault</code>" in page
    assert "[fault]" in page  # with made-up values
    assert "Maintenance" in page


def test_a_broken_template_shows_its_faults(xu: Visitor) -> None:
    page = xu.get(place_of("reply/broken <b>.zh.docx"))

    assert page.status_code == 200
    assert "What a proofreader finds: 1" in page.text


def test_a_template_is_shown_with_a_case_that_one_may_see(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    (opened,) = office.cases()

    assert opened.number in xu.get(place_of(REPLY, opened.number)).text
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner="周广川"))
    he = Visitor(office, "hejie", person="何婕")
    hidden = he.get(place_of(REPLY, opened.number))
    absent = he.get(place_of(REPLY, "HY-2020-0001"))
    same = hidden.text.replace(opened.number, "HY-2020-0001")
    assert same == absent.text
    picture = place_of(REPLY, opened.number, "pages/0.png")
    assert he.get(picture).status_code == 404


def test_a_look_into_a_restricted_case_is_noted(
    office: SmallOffice, xu: Visitor
) -> None:
    office.sort(REPAIR)
    (opened,) = office.cases()
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential", owner="徐婷"))

    xu.get(place_of(REPLY, opened.number))

    (looked,) = office.rows(select(event).where(event.c.what == "opened to read"))
    assert (looked.actor, looked.case_id) == ("xuting", opened.id)


def test_the_file_itself_is_saved_and_not_opened(xu: Visitor) -> None:
    got = xu.get(place_of(REPLY, path="download"))

    assert got.content == (ROOT / "templates" / REPLY).read_bytes()
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "name",
    ["../mailroom.toml", "/etc/passwd", "reply/../../mailroom.toml", "reply", "",
     "reply/maintenance.en.docx/..", "..\\mailroom.toml", "reply/none.docx"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["file", "download", "pages/0.png"])
def test_only_listed_templates_are_read(xu: Visitor, name: str, path: str) -> None:
    assert xu.get(place_of(name, path=path)).status_code == 404
