"""Keys at the desk: what decides, and what must not."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mailroom.drafts import DraftState
from mailroom.register.drafts import Held
from tests.browser.conftest import NewContext
from tests.browser.house import House
from tests.browser.pages import SOON, press, shown

pytestmark = [pytest.mark.slow, pytest.mark.browser]

# A key that comes while the page is being shown, before anybody can have read it.
AT_ONCE = """
document.addEventListener("DOMContentLoaded", () => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key: "a", bubbles: true, cancelable: true })));
"""
A_KEY = """([key, more]) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }))"""
AFTER_A_MOMENT = 1500  # milliseconds in which a decision would have been sent


def nothing_is_decided(house: House, page: Page, *held: Held) -> None:
    page.wait_for_timeout(AFTER_A_MOMENT)
    assert {house.state(each) for each in held} == {DraftState.WAITING}


@pytest.fixture
def safe(house: House) -> Held:
    held = house.letter()
    assert all(finding.level == "note" for finding in held.says.findings)
    return held


@pytest.fixture
def risky(house: House) -> Held:
    held = house.letter(reply_to="elsewhere@other.example")
    assert any(finding.level == "risk" for finding in held.says.findings)
    return held


@pytest.fixture
def keys_again(house: House, xu: Page) -> Iterator[None]:
    yield
    xu.goto(house.place)
    xu.locator("dialog.keys button[name=keys][value=on]").evaluate("b => b.click()")
    expect(xu.locator("body:not([data-keys=off])")).to_be_visible()


def test_one_key_approves_what_has_nothing_to_look_at(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "a")

    expect(xu).to_have_url(re.compile("done=approved"))
    assert house.state(safe) in {
        DraftState.APPROVED, DraftState.SENDING, DraftState.SENT,
    }  # fmt: skip


def test_a_key_that_comes_with_the_page_is_not_meant_for_it(
    house: House, xu: Page, safe: Held
) -> None:
    xu.add_init_script(AT_ONCE)

    shown(xu, house.url(safe))

    nothing_is_decided(house, xu, safe)
    xu.evaluate(A_KEY, ["a", {}])  # the same key, once the page has been there
    expect(xu).to_have_url(re.compile("done=approved"))


def test_a_key_held_down_approves_one_letter_and_not_the_next(
    house: House, xu: Page
) -> None:
    first, second = house.letters(2)
    shown(xu, house.url(first, "?order=oldest"))
    xu.wait_for_timeout(SOON)

    xu.keyboard.down("a")
    expect(xu).to_have_url(re.compile(rf"/drafts/{second.id}\?.*done=approved"))
    xu.wait_for_timeout(SOON)
    xu.keyboard.down("a")  # the browser marks it as a repetition
    nothing_is_decided(house, xu, second)
    xu.keyboard.up("a")


@pytest.mark.parametrize(
    "more", [{"isComposing": True}, {"keyCode": 229}, {"repeat": True}],
    ids=["composing", "key code 229", "repeated"],
)  # fmt: skip
def test_what_an_input_method_types_decides_nothing(
    house: House, xu: Page, safe: Held, more: dict[str, object]
) -> None:
    shown(xu, house.url(safe)).wait_for_timeout(SOON)

    xu.evaluate(A_KEY, ["a", more])

    nothing_is_decided(house, xu, safe)


def test_letters_in_a_text_box_are_letters(house: House, xu: Page, safe: Held) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    text = xu.locator(".edit textarea")
    text.fill("")
    text.focus()
    xu.wait_for_timeout(SOON)

    xu.keyboard.type("arjksluwe?")

    expect(text).to_have_value("arjksluwe?")
    nothing_is_decided(house, xu, safe)


def test_a_key_with_control_is_the_browsers(house: House, xu: Page, safe: Held) -> None:
    shown(xu, house.url(safe)).wait_for_timeout(SOON)

    for held in ("ctrlKey", "metaKey", "altKey"):
        xu.evaluate(A_KEY, ["a", {held: True}])

    nothing_is_decided(house, xu, safe)


def test_a_risky_draft_is_read_out_first_and_approved_by_the_second_key(
    house: House, xu: Page, risky: Held
) -> None:
    shown(xu, house.url(risky))
    press(xu, "a")

    speech = xu.locator("[data-speak]")
    expect(speech).to_have_attribute("aria-live", "assertive")
    expect(speech).to_contain_text("elsewhere@other.example")
    nothing_is_decided(house, xu, risky)
    xu.keyboard.press("a")
    expect(xu).to_have_url(re.compile("done=approved"))


def test_a_half_written_change_survives_a_reload_and_ends_when_it_is_saved(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    text = xu.locator(".edit textarea")
    text.fill("Half a sentence, and then")

    xu.reload()
    expect(text).to_be_visible()
    expect(text).to_have_value("Half a sentence, and then")
    xu.get_by_role("button", name="Save", exact=True).click()
    expect(xu.locator(".ours .letter.own")).to_have_text("Half a sentence, and then")
    xu.reload()
    expect(xu.locator(".edit")).not_to_have_attribute("open", "")


def test_a_half_written_change_of_an_older_version_is_not_put_over_a_new_one(
    house: House, xu: Page, a_browser: NewContext, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    xu.locator(".edit textarea").fill("Mine, half written")
    other = shown(house.let_in(a_browser(), "ben"), house.url(safe))
    press(other, "e")
    other.locator(".edit textarea").fill("Theirs, saved")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator(".ours .letter.own")).to_have_text("Theirs, saved")

    xu.reload()

    expect(xu.locator(".ours .letter.own")).to_have_text("Theirs, saved")
    expect(xu.locator(".edit textarea")).to_have_value("Theirs, saved")


def test_control_enter_saves_and_approves_where_enter_does_not(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "e")
    text = xu.locator(".edit textarea")
    text.fill("Two lines")
    text.press("Enter")
    nothing_is_decided(house, xu, safe)

    text.press("Control+Enter")

    expect(xu).to_have_url(re.compile("done=approved"))
    assert house.now(safe).says.content.text.strip() == "Two lines"


def test_a_double_click_is_one_click(house: House, xu: Page, safe: Held) -> None:
    shown(xu, house.url(safe))
    sent: list[str] = []
    xu.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)

    xu.wait_for_timeout(SOON)
    xu.get_by_role("button", name="Approve").dblclick()

    expect(xu).to_have_url(re.compile("done=approved"))
    assert len([url for url in sent if "/approve" in url]) == 1


@pytest.mark.usefixtures("keys_again")
def test_keys_can_be_switched_off(house: House, xu: Page, safe: Held) -> None:
    shown(xu, house.url(safe))
    press(xu, "?")
    xu.get_by_role("button", name="Switch the keys off").click()
    expect(xu.locator("body[data-keys=off]")).to_be_visible()

    shown(xu, house.url(safe))
    for key in "aerl":
        press(xu, key)

    nothing_is_decided(house, xu, safe)
    expect(xu.locator("details[open]")).to_have_count(0)


def test_escape_leaves_step_by_step_and_loses_nothing(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe, "?order=oldest"))
    press(xu, "e")
    text = xu.locator(".edit textarea")
    text.fill("Begun")
    text.press("Escape")
    expect(text).not_to_be_visible()
    xu.keyboard.press("Escape")
    expect(xu).to_have_url(f"{house.place}/?order=oldest")

    shown(xu, house.url(safe, "?order=oldest"))

    expect(text).to_have_value("Begun")


def test_next_and_previous_follow_the_list_one_came_from(
    house: House, xu: Page
) -> None:
    one, two, three = house.letters(3)
    shown(xu, house.url(two, "?category=maintenance&order=oldest"))

    press(xu, "j")
    expect(xu).to_have_url(house.url(three, "?category=maintenance&order=oldest"))
    press(xu, "k")
    expect(xu).to_have_url(house.url(two, "?category=maintenance&order=oldest"))
    press(xu, "k")
    expect(xu).to_have_url(house.url(one, "?category=maintenance&order=oldest"))


def test_a_reason_is_chosen_by_its_digit_only_while_the_choice_is_open(
    house: House, xu: Page, safe: Held
) -> None:
    shown(xu, house.url(safe))
    press(xu, "5")
    nothing_is_decided(house, xu, safe)
    xu.keyboard.press("r")

    xu.keyboard.press("5")

    expect(xu).to_have_url(re.compile("done=rejected"))
    assert house.state(safe) == DraftState.REJECTED


def test_the_queue_is_walked_with_keys(house: House, xu: Page) -> None:
    house.letters(2)
    shown(xu, house.place)
    press(xu, "j")
    xu.keyboard.press("j")

    second = xu.locator("tr[data-href]").nth(1)
    expect(second).to_have_class(re.compile("chosen"))
    href = second.get_attribute("data-href")
    xu.keyboard.press("Enter")
    expect(xu).to_have_url(house.place + (href or ""))
