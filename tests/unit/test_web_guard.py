"""What the guard of the desk refuses, and what stands on every answer."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailroom.register.logins import Role
from mailroom.web.guard import LARGEST_FORM, PAGE_POLICY
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    yield small
    small.close()


@pytest.fixture
def somebody(office: SmallOffice) -> Visitor:
    return Visitor(office, "somebody", role=Role.ADMIN)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]", "localhost.evil"]
)
def test_a_foreign_host_name_is_not_answered(somebody: Visitor, host: str) -> None:
    answer = somebody.get("/", host=host)

    assert answer.status_code == 421
    assert "public_url" in answer.text


@pytest.mark.parametrize("host", ["localhost:8720", "127.0.0.1", "[::1]:8720"])
def test_our_own_names_are(somebody: Visitor, host: str) -> None:
    assert somebody.get("/", host=host).status_code != 421


def test_the_public_address_is_answered_and_its_forms_are_ours(
    office: SmallOffice, somebody: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = office.desk.settings.web.model_copy(
        update={"public_url": "https://desk.office.example"}
    )
    settings = office.desk.settings.model_copy(update={"web": web})
    monkeypatch.setattr(office, "desk", replace(office.desk, settings=settings))

    answer = somebody.ask(
        "POST",
        "/language",
        data={"language": "en"},
        headers={
            "host": "desk.office.example",
            "origin": "https://desk.office.example",
        },
    )

    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site", "origin": "https://evil.example"},
        {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1"},
        {"sec_fetch_site": "", "origin": "https://evil.example"},
        {"sec_fetch_site": "", "origin": "null"},
        {"sec_fetch_site": "", "origin": "http://127.0.0.1:8721"},
    ],
)
def test_a_form_of_another_site_does_nothing(
    somebody: Visitor, headers: dict[str, str]
) -> None:
    refused = somebody.post("/logout", None, **headers)

    assert refused.status_code == 403
    assert "nothing was done" in refused.text
    assert somebody.get("/").status_code == 200  # still logged in


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "same-origin", "origin": "http://127.0.0.1"},
        {"sec_fetch_site": "", "origin": "http://127.0.0.1"},
    ],
)
def test_a_form_of_ours_does(somebody: Visitor, headers: dict[str, str]) -> None:
    assert somebody.post("/logout", None, **headers).status_code == 303
    assert somebody.get("/").status_code == 303


def test_a_form_that_is_too_large_is_refused_whatever_it_announces(
    somebody: Visitor,
) -> None:
    large = "x" * (LARGEST_FORM + 1)

    announced = somebody.post("/login", {"name": large})

    async def pieces() -> object:
        for _ in range(3):
            yield b"x" * LARGEST_FORM

    chunked = somebody.ask(
        "POST",
        "/login",
        content=pieces(),
        headers={
            "origin": "http://127.0.0.1",
            "content-type": "application/x-www-form-urlencoded",
        },
    )

    assert (announced.status_code, chunked.status_code) == (413, 413)


def test_every_answer_carries_the_policy(
    somebody: Visitor, office: SmallOffice
) -> None:
    stranger = Visitor(office)
    answers = [
        somebody.get("/"),
        somebody.get("/nothing"),
        stranger.get("/login"),
        stranger.get("/"),
        somebody.get("/", host="evil.example"),
        somebody.ask("PUT", "/"),
    ]

    for answer in answers:
        assert answer.headers["content-security-policy"] == PAGE_POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_pages_have_nothing_inline_and_nothing_from_elsewhere(
    somebody: Visitor,
) -> None:
    page = somebody.get("/").text

    assert " style=" not in page
    assert "<style" not in page
    assert "onclick" not in page
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert "https://" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/static/x/../../serve.py",
        "/static/x/..%2f..%2fserve.py",
        "/static/x/%2e%2e%2fserve.py",
        "/static/x/desk.css%00",
        "/static/x/",
        "/static/x/nothing.css",
    ],
)
def test_no_path_leads_out_of_the_style_sheets(somebody: Visitor, path: str) -> None:
    answer = somebody.get(path)

    assert answer.status_code == 404
    assert "uvicorn" not in answer.text


def test_a_method_that_nobody_offers_is_as_a_page_that_is_not_there(
    somebody: Visitor,
) -> None:
    assert somebody.ask("GET", "/logout").status_code == 404
    assert (
        somebody.ask("POST", "/", headers={"origin": "http://127.0.0.1"}).status_code
        == 404
    )
