"""Letters that want to do something: in Chromium they do nothing, layer by layer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mailroom.drafts import DraftState
from mailroom.message.model import Message
from mailroom.register import drafts
from mailroom.web import letter as letters
from mailroom.web import serve
from tests.browser.conftest import PATIENCE, NewContext
from tests.browser.hostile import BIDI, hostile
from tests.browser.tracker import Tracker
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice

pytestmark = [pytest.mark.slow, pytest.mark.browser]

A_WHILE = 2000  # milliseconds in which a page asks for what it wants


class Trap:
    """An office that has received the letter, served in this process."""

    def __init__(self, office: SmallOffice, place: str, draft: int, row: int) -> None:
        self.office = office
        self.place = place
        self.draft = f"{place}/drafts/{draft}"
        self.message = f"{place}/messages/{row}"
        self.frame = f"{self.message}/frame"

    def let_in(self, context: BrowserContext) -> Page:
        """Open a page of somebody who has logged in."""
        token = Visitor(self.office, "xu").cookies["mailroom"]
        context.add_cookies([{"name": "mailroom", "value": token, "url": self.place}])
        return context.new_page()


@contextmanager
def served(office: SmallOffice) -> Iterator[str]:
    web = office.desk.settings.web.model_copy(update={"port": 0})
    settings = office.desk.settings.model_copy(update={"web": web})
    with (
        serve.listen(settings) as listening,
        serve.serving(lambda: office.desk, listening),
    ):
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def trap(tmp_path: Path, tracker: Tracker) -> Iterator[Trap]:
    office = SmallOffice(tmp_path)
    (row,) = office.sort(hostile(tracker.place))
    with office.desk.database.read() as tx:
        (held,) = drafts.in_states(tx, [DraftState.WAITING])
    with served(office) as place:
        yield Trap(office, place, held.id, row.id)
    office.close()


def looked_at(trap: Trap, page: Page) -> None:
    """Look at the letter beside its draft, on its own page, and alone in a tab."""
    page.goto(trap.draft)
    for box in page.locator("details").all():
        box.evaluate("box => { box.open = true }")
    frame = page.frame_locator("iframe.letter")
    expect(frame.get_by_text("Dear office")).to_be_visible()
    page.locator("iframe.letter").scroll_into_view_if_needed()
    page.wait_for_timeout(A_WHILE)
    page.goto(trap.message)
    page.wait_for_timeout(A_WHILE)
    page.goto(trap.frame)
    expect(page.get_by_text("Dear office")).to_be_visible()
    page.wait_for_timeout(A_WHILE)
    for link in page.get_by_role("link").all():
        link.click(timeout=2000)
        page.wait_for_timeout(300)


def test_a_letter_fetches_nothing_and_runs_nothing(
    trap: Trap, a_browser: NewContext, tracker: Tracker
) -> None:
    page = trap.let_in(a_browser())

    looked_at(trap, page)

    assert tracker.asked == []
    assert page.url == trap.frame
    assert page.title() != "ran"


def test_uncleaned_it_is_held_by_the_answers_own_policy(
    trap: Trap, a_browser: NewContext, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "clean", lambda message: (message.html, 0))
    page = trap.let_in(a_browser())

    page.goto(trap.draft)
    page.locator(".as-sent summary").click()
    page.wait_for_timeout(A_WHILE)

    assert tracker.asked == []
    assert "onerror" in page.request.get(trap.frame).text()  # it was not cleaned


def test_cleaned_it_does_nothing_without_a_policy_either(
    trap: Trap, a_browser: NewContext, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "FRAME_POLICY", "")
    page = trap.let_in(a_browser())

    looked_at(trap, page)

    assert page.request.get(trap.frame).headers.get("content-security-policy") == ""
    assert tracker.asked == []


def test_with_neither_it_would_have_fetched_and_run(
    trap: Trap, a_browser: NewContext, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the letter is dangerous: the claims above could fail."""

    def as_sent(message: Message) -> tuple[str, int]:
        # But for what leads away from it: a page that is left asks for no more.
        kept = str(message.html).replace("http-equiv", "once")
        return kept.replace("f.submit()", ""), 0

    monkeypatch.setattr(letters, "clean", as_sent)
    monkeypatch.setattr(letters, "FRAME_POLICY", "")
    page = trap.let_in(a_browser())

    page.goto(trap.frame, wait_until="commit")

    wanted = {"/inline", "/pixel.gif"}
    for _ in range(PATIENCE // A_WHILE):
        page.wait_for_timeout(A_WHILE)
        if wanted <= set(tracker.asked):
            break
    assert wanted <= set(tracker.asked)


def test_links_lead_nowhere_from_the_letter_and_are_told_beside_it(
    trap: Trap, a_browser: NewContext, tracker: Tracker
) -> None:
    page = trap.let_in(a_browser())
    page.goto(trap.draft)
    for box in page.locator(".theirs details").all():
        box.evaluate("box => { box.open = true }")

    expect(page.frame_locator("iframe.letter").locator("a[href]")).to_have_count(0)
    expect(page.locator(".links")).to_contain_text(f"{tracker.place}/link")
    expect(page.locator(".links a")).to_have_count(0)
    assert page.locator('a[href^="javascript:"], a[href^="data:"]').count() == 0
    expect(page.locator("h1")).to_contain_text("<script>alert(1)</script>")


def test_a_file_is_saved_under_a_name_that_reads_as_it_is(
    trap: Trap, a_browser: NewContext, tracker: Tracker
) -> None:
    page = trap.let_in(a_browser())
    page.goto(trap.draft)
    names = page.locator(".theirs .files a")

    for number, name in enumerate(("plan.svg", "contractfdp.txt")):
        with page.expect_download() as saving:
            names.nth(number).click()
        assert saving.value.suggested_filename == name
    assert BIDI not in page.content()
    # Typed into the address line, a file is saved too, and never shown as a page.
    with page.expect_download():
        page.evaluate("place => { location.href = place }", f"{trap.message}/files/0")
    assert tracker.asked == []
