"""What is on the screen is what leaves, and what was typed is not lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from mailroom.drafts import DraftState
from mailroom.register.drafts import Held
from tests.browser.house import House
from tests.browser.pages import SOON, press, shown
from tests.browser.test_guards import nothing_is_decided

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# A tap as soon as the page is there: the second half of a double tap.
TAP_AT_ONCE = """
document.addEventListener("DOMContentLoaded", () =>
  document.querySelector(".bar [data-approve]")?.click());
"""


@pytest.fixture
def safe(house: House) -> Held:
    return house.letter()


@pytest.mark.parametrize("by", ["key", "button"])
def test_the_old_words_do_not_leave_while_new_ones_are_unsaved(
    house: House, xu: Page, safe: Held, by: str
) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    xu.locator(".edit textarea").fill("Nobody comes today.")
    xu.locator("h1").click()  # out of the text box, as a hand does

    if by == "key":
        press(xu, "a")
    else:
        xu.wait_for_timeout(SOON)
        xu.locator(".bar [data-approve]").click()

    expect(xu.locator("[data-unsaved]")).to_be_visible()
    nothing_is_decided(house, xu, safe)
    xu.get_by_role("button", name="Discard what was typed").click()
    expect(xu.locator("[data-unsaved]")).to_be_hidden()
    xu.locator("h1").click()
    press(xu, "a")
    expect(xu).to_have_url(re.compile("done=approved"))
    assert house.now(safe).version == 1


def test_behind_the_help_sheet_no_key_decides_or_leaves(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "?")
    expect(xu.locator("dialog.keys")).to_be_visible()

    xu.keyboard.press("a")
    nothing_is_decided(house, xu, safe)
    xu.keyboard.press("Escape")

    expect(xu.locator("dialog.keys")).to_be_hidden()
    assert xu.url == house.url(safe)


def test_the_second_half_of_a_double_tap_is_not_meant_for_the_next_letter(
    house: House, xu: Page, safe: Held
) -> None:
    xu.add_init_script(TAP_AT_ONCE)

    shown(xu, house.url(safe))

    nothing_is_decided(house, xu, safe)


def test_words_outlive_a_login_that_has_ended_meanwhile(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    xu.locator(".edit textarea").fill("Half an hour's work")
    cookies = xu.context.cookies()
    xu.context.clear_cookies()
    xu.get_by_role("button", name="Save", exact=True).click()
    expect(xu.locator("textarea.kept")).to_have_value("Half an hour's work")

    xu.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they came
    shown(xu, house.url(safe))

    expect(xu.locator(".edit textarea")).to_have_value("Half an hour's work")
    assert house.state(safe) == DraftState.WAITING


def test_who_logs_out_leaves_nothing_half_written_in_the_browser(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    xu.locator(".edit textarea").fill("For nobody else to read")

    xu.get_by_role("button", name="Log out").click()
    expect(xu).to_have_url(re.compile("/login"))

    assert "nobody else" not in xu.evaluate("() => JSON.stringify(localStorage)")
