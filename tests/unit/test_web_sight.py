"""Who may not see a thing is answered as if it were not there, on every route."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import func, select, update

from mailroom.errors import text
from mailroom.message.model import Attachment
from mailroom.register import drafts
from mailroom.register.logins import Role
from mailroom.register.schema import (
    case,
    draft,
    errand,
    event,
    followup,
    message,
    paper,
)
from mailroom.register.schema_calendar import appointment, itinerary
from mailroom.register.schema_day_paper import day_paper
from mailroom.register.texts import pack
from mailroom.web.route import Route
from mailroom.web.routes import ROUTES
from mailroom.workflow import find
from mailroom.workflow.draft import DOCX, enclose
from mailroom.workflow.revise import revise
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, ROOT, SmallOffice
from tests.unit.test_web_decisions import NOW

HELD = 77  # a confidential letter in quarantine
ABSENT = {"number": "HY-2026-9999"}  # a case; all else is counted
OF_A_THING = [
    route
    for route in ROUTES
    if "{" in route.path and not route.path.startswith(("/static/", "/rules", "/people",
                                                        "/templates", "/account",
                                                        "/registers"))
]  # fmt: skip


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    (row,) = small.sort(REPAIR)
    (held,) = small.drafts(row.case_id)
    content = (ROOT / "templates" / "reply" / "supplies.en.docx").read_bytes()
    files = enclose(small.desk, [Attachment(name="a.docx", type=DOCX, content=content)])
    revise(small.desk, held.id, who="xuting", now=NOW, enclosures=files)
    kept = small.desk.settings.folder("data") / "kept"
    kept.mkdir(exist_ok=True)
    (kept / "a.pdf").write_bytes(b"%PDF-")
    with small.desk.database.write() as tx:
        if not tx.execute(select(func.count()).select_from(paper)).scalar_one():
            tx.execute(
                paper.insert().values(
                    key="p", case_id=row.case_id, template="t", name="a.docx",
                    sha256=files[0].sha256, missing=[], made_at=NOW,
                )
            )  # fmt: skip
        tx.execute(
            errand.insert().values(
                id=1, message_id=row.id, verb="save_attachment", wanted="x", only="",
                rule="r", state="done", files=[["a.pdf", "a.pdf", None]], asked_at=NOW,
            )
        )  # fmt: skip
        tx.execute(
            followup.insert().values(
                id=900, key="f", case_id=row.case_id, chain="no-answer", step=1,
                state="active", due_at=NOW, started_at=NOW,
            )
        )  # fmt: skip
        tx.execute(
            appointment.insert().values(
                id=900, case_id=row.case_id, kind="meeting", begins_at=NOW, zone="UTC",
                title="x", people=[], standing="stands", made_by="t", made_at=NOW,
            )
        )  # fmt: skip
        tx.execute(
            itinerary.insert().values(
                id=900, person="周广川", day="2030-01-01", edition=1, state="waiting",
                content={"stops": [], "clashes": []}, appointments=[900], filled={},
                missing=[], sha256=files[0].sha256, name="a.docx", made_at=NOW,
                due_at=NOW,
            )
        )  # fmt: skip
        tx.execute(
            day_paper.insert().values(
                id=900, key="b", kind="brief", day="2026-03-09", person="徐婷",
                name="a.docx", sha256=files[0].sha256, named=[row.case_id],
                made_at=NOW,
            )
        )  # fmt: skip
        # Of nobody here: Xu Ting, who is named for all else, sees it.
        tx.execute(update(case).values(sensitivity="confidential", owner="谢宁"))
        drafts.note(tx, held.id, sensitivity="confidential")
        why = pack(text("look at it first"))
        first = tx.execute(select(message)).one()._mapping
        tx.execute(
            message.insert().values(
                {**first, "id": HELD, "outcome": "held", "reason": why, "case_id": None,
                 "answer": {**row.answer, "sensitivity": "confidential",
                            "quarantine": "phishing"}}
            )
        )  # fmt: skip
    while find.catch_up(small.desk):
        pass
    yield small
    small.close()


def paths(office: SmallOffice, route: Route) -> tuple[str, str]:
    """Give the path of the restricted thing, and that of one that is not there."""
    with office.desk.database.read() as tx:
        number = tx.execute(select(case.c.number)).scalar_one()
        one_paper = tx.execute(select(func.min(paper.c.id))).scalar_one()
    there = {
        "draft": 1, "message": 1, "paper": one_paper, "errand": 1, "followup": 900,
        "promise": 900, "place": 0, "job": HELD,
        "appointment": 900, "sheet": 900, "day_paper": 900,
    }  # fmt: skip
    if route.path.startswith("/quarantine/"):
        there["message"] = HELD
    found = []
    for absent in (False, True):
        path = route.path.replace("{number}", ABSENT["number"] if absent else number)
        for place, name in enumerate(re.findall(r"\{(\w+):int\}", path)):
            # The first names the thing itself, what follows a part of it.
            assert name in there or place, f"teach this test what {name} is"
            value = 9999 if absent and not place else there.get(name, 0)
            path = path.replace(f"{{{name}:int}}", str(value))
        found.append(path)
    return found[0], found[1]


def form(office: SmallOffice) -> dict[str, object]:
    held = office.draft(1)
    return {
        "version": held.version, "seal": held.seal, "reason": "no", "to": "徐婷",
        "category": "maintenance", "looked": "yes", "text": "Mine",
        "until": "2030-01-01",
    }  # fmt: skip


def ask(visitor: Visitor, route: Route, path: str) -> httpx.Response:
    if route.method == "GET":
        return visitor.get(path)
    return visitor.post(path, form(visitor.office))


def same(answer: httpx.Response, path: str) -> tuple[int, str, dict[str, str]]:
    """Give an answer without the address that was asked for."""
    draft = re.match(r"/drafts/[0-9]+(?=/)", path)
    back = draft[0] if draft else path.rpartition("/")[0]
    words = answer.text.replace(path, "PATH").replace(f'"{back}"', '"PATH"')
    words = re.sub(rf"\b(?:{HELD}|9999)\b", "NUMBER", words)
    headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
    return answer.status_code, words, headers


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", OF_A_THING, ids=named)
def test_what_one_may_not_see_is_answered_as_what_is_not_there(
    office: SmallOffice, route: Route, role: Role
) -> None:
    # A leader and admin, by rank above all others, and still not named.
    visitor = Visitor(office, f"zhou-{role}", role=role, person="周广川")
    there, absent = paths(office, route)
    before = _everything(office)

    answer, nothing = ask(visitor, route, there), ask(visitor, route, absent)

    if route.role is not None and role.reaches(route.role):
        # What must be asked for in words is asked of everybody first.
        assert answer.status_code in {404, 409}
    else:
        assert answer.status_code == 403
    assert same(answer, there) == same(nothing, absent)
    assert _everything(office) == before


@pytest.mark.parametrize(
    "route", [route for route in OF_A_THING if route.method == "GET"], ids=named
)
def test_who_is_named_does_see_it(
    office: SmallOffice, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else the test above would hold for a page that shows nothing to anybody.
    if route.path.endswith((".png", "/pages")):
        pytest.skip("drawn by LibreOffice")
    xu = Visitor(office, "xuting", role=Role.ADMIN, person="徐婷")
    there, _ = paths(office, route)
    if "/messages/" in there and "/files/" in there:
        return  # this letter has none
    if there.startswith("/kept/"):
        from mailroom.web import cases as pages  # noqa: PLC0415

        folder = office.desk.settings.folder("data") / "kept" / "a.pdf"
        monkeypatch.setattr(
            pages, "kept_files", lambda *_: iter([("a.pdf", folder, None)])
        )

    assert xu.get(there).status_code == 200, there


def _everything(office: SmallOffice) -> list[object]:
    with office.desk.database.read() as tx:
        return [
            tx.execute(select(table).order_by("id")).all()
            for table in (case, draft, message, event, followup, paper, errand)
        ]


LISTS = [
    route.path for route in ROUTES if route.method == "GET" and "{" not in route.path
]


@pytest.mark.parametrize("path", [*LISTS, "/cases?q=heating", "/cases?which=all"])
def test_no_list_count_or_filter_tells_of_it(office: SmallOffice, path: str) -> None:
    zhou = Visitor(office, "zhou-admin", role=Role.ADMIN, person="周广川")
    with office.desk.database.read() as tx:
        number = tx.execute(select(case.c.number)).scalar_one()

    page = zhou.get(path).text

    for told in (number, "wangli", "Wang Li", "Heating on level 4"):
        assert told not in page, told
    names_all = {"/rules", "/people", "/templates", "/calendar", "/cases/add"}
    if path not in names_all:  # for everybody to choose from
        assert "谢宁" not in page


@pytest.mark.parametrize("what", ["cases", "drafts"])
def test_whoever_opens_a_restricted_matter_stands_in_the_book(
    office: SmallOffice, what: str
) -> None:
    xu = Visitor(office, "xuting", role=Role.VIEWER, person="徐婷")
    with office.desk.database.read() as tx:
        number = tx.execute(select(case.c.number)).scalar_one()
    looks = select(event.c.actor, event.c.entity).where(
        event.c.what == "opened to read"
    )
    before = office.rows(looks)

    xu.get(f"/{what}/{number if what == 'cases' else 1}")

    assert [tuple(row) for row in office.rows(looks)[len(before) :]] == [
        ("xuting", what.removesuffix("s"))
    ]
