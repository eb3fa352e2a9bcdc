"""Debian's Chromium, and the office that its pages show."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
from mailroom.register.logins import Role
from tests.browser.house import House
from tests.browser.tracker import Tracker, tracking

NewContext = Callable[..., BrowserContext]
PATIENCE = 20_000  # milliseconds; the machine may be busy
PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    """Start Debian's Chromium: what Playwright itself downloads does not run there."""
    program = os.environ.get("MAILROOM_CHROMIUM") or next(
        filter(None, map(shutil.which, PROGRAMS)), None
    )
    if program is None:
        missing = "No Chromium: apt-get install chromium-headless-shell (or chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    root = os.geteuid() == 0
    arguments = [
        "--disable-gpu",
        "--disable-dev-shm-usage",
        # Hosts of other people's letters; nothing leaves this machine.
        "--host-resolver-rules=MAP *.example 127.0.0.1, MAP *.test 127.0.0.1",
    ]
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [*arguments, *(["--no-sandbox"] if root else [])],
        "chromium_sandbox": not root,
    }


@pytest.fixture(scope="session")
def house(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Give the office with its program, one for all tests; without a browser, none."""
    assert browser_type_launch_args
    expect.set_options(timeout=PATIENCE)
    with ImapServer(users={"office": "secret"}) as imap, SmtpSink() as sink:
        made = House(tmp_path_factory.mktemp("house"), imap, sink)
        with made.running():
            yield made


@pytest.fixture
def a_browser(new_context: NewContext) -> NewContext:
    """Give browsers that know nobody yet: `a_browser(locale="zh-CN")`."""

    def opened(**how: Any) -> BrowserContext:  # noqa: ANN401  what Playwright takes
        context = new_context(**({"locale": "en-GB"} | how))
        context.set_default_timeout(PATIENCE)
        return context

    return opened


@pytest.fixture
def xu(house: House, a_browser: NewContext) -> Page:
    """Give the browser of somebody who may approve."""
    return house.let_in(a_browser(), "xu", Role.APPROVER)


@pytest.fixture
def tracker() -> Iterator[Tracker]:
    """Give a stranger's web server."""
    with tracking() as made:
        yield made
