"""Every page, for every eye: axe in both themes, phones, and long words."""

from collections.abc import Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.web.routes import ROUTES
from tests.browser.conftest import PATIENCE, NewContext
from tests.browser.house import House
from tests.browser.pages import shown

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NARROWEST = {"width": 320, "height": 700}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 900}
# Files, pictures, their letter as it was laid out, a sign of life.
NOT_PAGES = {
    "/static/{mark}/{name}", "/healthz",
    "/messages/{message:int}/frame", "/messages/{message:int}/files/{place:int}",
    "/papers/{paper:int}", "/quarantine/{message:int}/mail",
    "/kept/{errand:int}/{place:int}", "/drafts/{draft:int}/files/{place:int}",
    "/drafts/{draft:int}/files/{place:int}/pages/{number:int}.png",
    "/templates/pages/{number:int}.png", "/templates/download",
    "/registers/{id}/file", "/sheets/{sheet:int}/file", "/day-papers/{day_paper:int}",
}  # fmt: skip
# A draft with a Word file, something in quarantine, something unsorted.
SAMPLES = ("01-room-booking-zh.eml", "20-phishing-en.eml", "32-unsortable-zh.eml")
LONG = "关于办理2026年度第四季度全部楼层供暖设备统一检修事宜的紧急情况说明" * 3


def places(house: House, held: Held) -> list[str]:
    """List a path for every page of the desk; a new one joins by hand."""
    booking, *_ = house.samples(*SAMPLES)
    assert booking.says.content.enclosures
    message = held.message_id or 0
    known = {
        "/drafts/{draft:int}": [
            *(f"/drafts/{one.id}" for one in (held, booking)),
            "/drafts/999999",
        ],
        "/messages/{message:int}": [f"/messages/{message}"],
        "/cases/{number}": [f"/cases/{held.case_number}"],
        "/cases/{number}/print": [f"/cases/{held.case_number}/print"],
        "/drafts/{draft:int}/files/{place:int}/pages": [
            f"/drafts/{booking.id}/files/0/pages"
        ],
        "/calendar": ["/calendar", "/calendar?view=week", "/calendar?print=1"],
        "/registers/{id}": ["/registers/R01", "/registers/R14"],
        "/sheets/{sheet:int}": [f"/sheets/{house.day_sheet(LONG)}"],
        "/rules/file": ["/rules/file?name=maintenance.yaml"],
        "/rules/new": ["/rules/new", "/rules/new?name=../x", "/rules/new?name=x"],
        "/templates/file": ["/templates/file?name=reply/maintenance.zh.docx"],
    }
    found: list[str] = []
    for route in ROUTES:
        if route.method != "GET" or route.path in NOT_PAGES:
            continue
        if "{" not in route.path and route.path not in known:
            found.append(route.path)
        else:
            assert route.path in known, f"name a page of {route.path} to look at"
            found += known[route.path]
    return found


def faults(page: Page) -> Sequence[str]:
    """Say what axe finds serious or critical on the page as it stands."""
    answer = Axe().run(page).response
    return [
        f"{page.url} {found['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for found in answer["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"][:3]
    ]


def overflow(page: Page) -> list[str]:
    """Say where the page is wider than its window."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")]
          .filter((e) => e.scrollWidth > innerWidth)
          .slice(-5).map((e) => e.outerHTML.slice(0, 120))"""
    )
    return [f"{page.url}: {each}" for each in wide]


def opened(page: Page) -> None:
    """Open everything that can be opened on a page."""
    for box in page.locator("details").all():
        box.evaluate("box => { box.open = true }")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(
    house: House, a_browser: NewContext, theme: str
) -> None:
    held = house.letter(reply_to="elsewhere@other.example")
    found: list[str] = []
    stranger = a_browser(color_scheme=theme, viewport=DESK).new_page()
    for path in ("/login", "/welcome"):
        shown(stranger, house.place + path)
        found += faults(stranger)
    page = house.let_in(
        a_browser(color_scheme=theme, viewport=DESK, locale="zh-CN"), "boss", Role.ADMIN
    )

    for path in places(house, held):
        shown(page, house.place + path)
        opened(page)
        found += faults(page)

    assert found == []


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_no_page_scrolls_sideways_on_a_phone(
    house: House, a_browser: NewContext, language: str
) -> None:
    held = house.letter(name=LONG, reply_to="elsewhere@other.example")
    found: list[str] = []
    page = house.let_in(
        a_browser(viewport=PHONE, locale=language, has_touch=True), f"p{language}",
        Role.ADMIN,
    )  # fmt: skip

    for path in places(house, held):
        shown(page, house.place + path)
        found += overflow(page)
        opened(page)
        found += overflow(page)

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_new_rule_file_and_why_its_example_fails_are_for_every_eye(
    house: House, a_browser: NewContext, language: str, theme: str
) -> None:
    narrow = a_browser(color_scheme=theme, viewport=NARROWEST, locale=language)
    page = house.let_in(narrow, f"new{language}", Role.ADMIN)
    # A check tries every example of the rules that ship.
    page.set_default_timeout(3 * PATIENCE)
    shown(page, f"{house.place}/rules")

    page.locator('main a[href="/rules/new"]').click()
    page.locator("input[name=name]").fill("钥匙" + "k" * 58)
    page.locator("input[name=name]").press("Enter")
    page.locator("[value=check]").click()
    page.locator("[role=status].toast").wait_for()
    found = [*faults(page), *overflow(page)]
    text = page.locator("[name=content]")
    words = text.input_value()
    text.fill(words.replace("match:", f"match:\n        - {{subject: {LONG}}}", 1))
    page.locator("[value=check]").click()
    page.locator(".tree", has_text=LONG[:20]).first.wait_for()
    opened(page)

    assert [*found, *faults(page), *overflow(page)] == []


@pytest.mark.parametrize("name", ["Reject", "Later", "Hand over", "Another drawer"])
def test_what_opens_above_the_bar_fits_on_a_phone(
    house: House, a_browser: NewContext, name: str
) -> None:
    held = house.letter()
    page = house.let_in(a_browser(viewport=PHONE, has_touch=True), "phone")
    shown(page, house.url(held))

    page.locator(".bar .choice > summary", has_text=name).click()

    box = page.locator(".choice[open] > form").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] + box["height"] <= PHONE["height"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_bar_hides_nothing_at_the_end_of_the_page(
    house: House, a_browser: NewContext, size: dict[str, int]
) -> None:
    held = house.letter()
    page = house.let_in(a_browser(viewport=size), "phone")
    shown(page, house.url(held))
    opened(page)
    for choice in page.locator(".choice").all():
        choice.evaluate("box => { box.open = false }")

    page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")

    bar = page.locator(".bar").bounding_box()
    last = page.locator(".panes").bounding_box()
    assert bar is not None
    assert last is not None
    assert last["y"] + last["height"] <= bar["y"]
