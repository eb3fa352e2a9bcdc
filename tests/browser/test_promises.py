"""What a letter of ours promises is followed, or not, by one key."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from mailroom.register.schema import followup
from tests.browser.conftest import NewContext
from tests.browser.house import House
from tests.browser.pages import press, shown

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def states(house: House) -> list[str]:
    with house.desk.database.read() as tx:
        question = select(followup.c.state).where(followup.c.sentence.like("Promise %"))
        return list(tx.execute(question.order_by(followup.c.due_at)).scalars())


def test_one_key_decides_on_the_first_promise_of_the_list(
    house: House, a_browser: NewContext
) -> None:
    held = house.letter()
    now = datetime.now(UTC)
    first = now - timedelta(days=20)  # before what other letters promise
    due_on = (now + timedelta(days=20)).date().isoformat()
    with house.desk.database.write() as tx:
        for n in range(2):
            tx.execute(
                followup.insert().values(
                    key=f"promised:{n}:1:t", case_id=held.case_id, chain="promised",
                    step=1, state="proposed", started_at=now,
                    due_at=first + timedelta(days=n), due_on=due_on,
                    sentence=f"Promise {n}", sure=True,
                )
            )  # fmt: skip
    page = house.let_in(a_browser(), "promises")
    shown(page, f"{house.place}/followups")

    press(page, "y")
    expect(page.locator(".toast")).to_contain_text("followed from now on")
    assert sorted(states(house)) == ["active", "proposed"]
    press(page, "n")
    expect(page.locator(".toast")).to_contain_text("is not followed")
    assert sorted(states(house)) == ["active", "dropped"]
