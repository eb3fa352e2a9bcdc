"""What the desk says where it fails itself: a sentence in each language, no more."""

import dataclasses
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import anyio
import httpx
import pytest

from mailroom.errors import EnvironmentFault, text
from mailroom.web import routes
from mailroom.web.application import application
from mailroom.web.ask import Ask
from mailroom.web.route import Route, post
from mailroom.web.visit import Visit
from tests.unit.desk_visitor import PLACE
from tests.unit.small_office import SmallOffice

SECRET = "words of a letter"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def asked(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> httpx.Response:
    def answer(visit: Visit, ask: Ask) -> NoReturn:
        del visit, ask
        raise error

    (alive,) = [route for route in routes.ROUTES if route.path == "/healthz"]
    failing = dataclasses.replace(alive, answer=answer)
    monkeypatch.setattr("mailroom.web.application.ROUTES", (failing,))

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(
            app=application(lambda: office.desk), raise_app_exceptions=False
        )
        async with httpx.AsyncClient(transport=transport, base_url=PLACE) as client:
            return await client.get("/healthz")

    return anyio.run(get)


def test_what_we_did_not_foresee_is_told_in_both_languages_without_its_words(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = asked(office, monkeypatch, ZeroDivisionError(SECRET))

    assert answer.status_code == 500
    assert "出现了意外" in answer.text
    assert "should not have happened" in answer.text
    assert SECRET not in answer.text + caplog.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_a_full_disk_is_told_in_both_languages(
    office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = EnvironmentFault(
        text("the register cannot be used: {reason}", reason="full")
    )

    answer = asked(office, monkeypatch, full)

    assert answer.status_code == 503
    assert "the register cannot be used: full" in answer.text
    assert answer.text.count("full") == 2


@pytest.mark.parametrize(
    ("route", "home"),
    [
        (post("/drafts/{draft:int}/approve", None, lambda *_: None), "/drafts/{draft}"),  # type: ignore[arg-type]  # it is not asked
        (post("/batch", None, lambda *_: None), "/"),  # type: ignore[arg-type]  # likewise
    ],
)
def test_a_form_stands_on_the_page_above_it(route: Route, home: str) -> None:
    assert route.home == home


def test_every_form_of_the_desk_leads_back_to_a_page_that_there_is() -> None:
    pages = {route.home for route in routes.ROUTES if route.method == "GET"}

    homes = {route.home for route in routes.ROUTES if route.method == "POST"}

    assert homes - pages == set()
