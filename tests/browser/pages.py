"""What a hand does at a page: waits until keys count, and presses one."""

from playwright.sync_api import Page

SOON = 600  # milliseconds after which a key is meant for this page


def shown(page: Page, url: str) -> Page:
    """Open a page and look at it for a moment."""
    page.goto(url)
    return page


def press(page: Page, key: str) -> None:
    """Press a key at a page that has been there for a moment."""
    page.wait_for_load_state("domcontentloaded")  # from then on the keys work
    page.wait_for_timeout(SOON)
    page.keyboard.press(key)
