"""The whole way of a letter at the desk in the browser, and two people at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from mailroom.drafts import DraftState
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from tests.browser.conftest import NewContext
from tests.browser.house import House
from tests.browser.pages import SOON, press, shown
from tests.browser.tracker import Tracker
from tests.integration.office import until

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PASSWORD = "one long enough sentence"


def approve_by_key(house: House, page: Page, held: Held) -> None:
    """Press `a`; twice where there is something to look at, and never a third time.

    One more would be meant for the next letter, which may be on the screen by now.
    """
    press(page, "a")
    if page.locator("[data-approve].warned").count():
        press(page, "a")
    until(lambda: house.state(held) != DraftState.WAITING, 20)


def test_a_letter_goes_from_the_set_up_link_to_the_readers_mailbox(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    page = a_browser().new_page()
    page.goto(house.set_up_link("liu", Role.APPROVER, "徐婷"))
    expect(page.get_by_label("Key of the link")).not_to_have_value("")
    assert "#" not in page.url
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_role("button", name="Set a password").click()
    expect(page.get_by_role("heading", name="Waiting for a decision")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Name").fill("liu")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("link", name=held.says.content.subject).click()
    expect(page.locator(".theirs")).to_contain_text("27C since Friday")
    expect(page.locator(".ours .letter")).to_contain_text(held.case_number)
    press(page, "e")
    page.locator(".edit textarea").fill("A fitter comes at two o'clock.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".ours .letter.own")).to_have_text(
        "A fitter comes at two o'clock."
    )
    expect(page.locator(".changed ins").first).to_be_visible()
    approve_by_key(house, page, held)
    expect(page.locator(".toast")).to_contain_text("leaves in")
    press(page, "u")
    expect(page).to_have_url(re.compile(rf"/drafts/{held.id}\b"))
    until(lambda: house.state(held) == DraftState.WAITING, 20)
    approve_by_key(house, page, held)

    until(lambda: house.state(held) == DraftState.SENT, 40)
    now = house.now(held)
    (arrived,) = [
        mail for mail in house.sink.received if now.says.rfc_id.encode() in mail.data
    ]
    assert list(arrived.rcpt_to) == list(held.says.content.to)
    assert b"A fitter comes at two o'clock." in arrived.data
    until(
        lambda: [
            m for m in house.imap.messages("Sent") if now.says.rfc_id.encode() in m.raw
        ],
        40,
    )


def test_every_step_works_without_javascript(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    link, _, key = house.set_up_link("plain", Role.APPROVER).partition("#")
    page = a_browser(java_script_enabled=False).new_page()

    page.goto(link)
    page.get_by_label("Key of the link").fill(key)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_role("button", name="Set a password").click()
    page.get_by_role("link", name=held.says.content.subject).click()
    page.locator(".edit summary").click()
    page.locator(".edit textarea").fill("By plain forms alone.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".ours .letter.own")).to_have_text("By plain forms alone.")
    page.wait_for_timeout(SOON)
    page.get_by_role("button", name="Approve").click()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    assert house.state(held) == DraftState.WAITING
    page.locator(".choice summary", has_text="Reject").click()
    page.get_by_role("button", name="wrong tone").click()

    assert house.state(held) == DraftState.REJECTED
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="退出").click()
    expect(page.locator("[name=password]")).to_be_visible()


def test_two_reviewers_see_each_other_in_the_page_and_in_the_queue(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    one = shown(house.let_in(a_browser(), "amy"), house.url(held))
    two = shown(house.let_in(a_browser(), "ben"), house.url(held))
    queue = house.let_in(a_browser(), "cao")

    expect(two.locator("[data-others]")).to_contain_text("amy is looking")
    expect(one.locator("[data-others]")).to_contain_text("ben is looking")
    press(one, "e")
    expect(two.locator("[data-others]")).to_contain_text("amy is editing")
    queue.goto(house.place)
    line = queue.locator(f'tr[data-href^="/drafts/{held.id}"]')
    expect(line).to_contain_text("amy is editing")
    expect(line).to_contain_text("ben is looking")


def test_what_another_changed_meanwhile_is_shown_and_not_approved(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    one = shown(house.let_in(a_browser(), "amy"), house.url(held))
    two = shown(house.let_in(a_browser(), "ben"), house.url(held))
    press(one, "e")
    one.locator(".edit textarea").fill("Somebody comes at two.")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.locator(".ours .letter.own")).to_have_text("Somebody comes at two.")
    expect(two.locator("[data-changed]")).to_be_visible()

    with two.expect_response(re.compile("/approve")) as answer:
        two.wait_for_timeout(SOON)
        two.get_by_role("button", name="Approve").click()

    assert answer.value.status == 409
    expect(two.get_by_role("heading", level=1)).to_contain_text("Nothing was sent")
    expect(two.locator(".changed ins").first).to_contain_text("comes at two")
    assert house.state(held) == DraftState.WAITING


def test_the_second_of_two_approvals_is_told_that_it_came_second(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    one = shown(house.let_in(a_browser(), "amy"), house.url(held))
    two = shown(house.let_in(a_browser(), "ben"), house.url(held))
    one.wait_for_timeout(SOON)
    one.get_by_role("button", name="Approve").click()
    expect(one).to_have_url(re.compile("done=approved"))

    with two.expect_response(re.compile("/approve")) as answer:
        two.wait_for_timeout(SOON)
        two.get_by_role("button", name="Approve").click()

    assert answer.value.status == 409
    until(lambda: house.state(held) == DraftState.SENT, 40)
    copies = [
        mail for mail in house.sink.received if held.says.rfc_id.encode() in mail.data
    ]
    assert len(copies) == 1


def test_the_desk_speaks_chinese_and_english(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    page = house.let_in(a_browser(locale="zh-CN"), "lan")

    shown(page, house.url(held))
    expect(page.get_by_role("heading", name="来信")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("They wrote")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="They wrote")).to_be_visible()
    assert page.url.endswith(f"/drafts/{held.id}")


def test_a_page_of_the_desk_stays_empty_in_a_foreign_frame(
    house: House, a_browser: NewContext, tracker: Tracker
) -> None:
    page = house.let_in(a_browser(), "xu")
    tracker.pages["/trap"] = f'<iframe src="{house.place}/"></iframe>'

    page.goto(f"{tracker.place}/trap")

    page.wait_for_load_state("networkidle")
    (inner,) = page.main_frame.child_frames
    assert "Waiting" not in inner.locator("body").inner_text()
    assert inner.locator("form").count() == 0
