"""The desk benchmark: how fast each page is in a full register, and a crowd at once."""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import func, select

from mailroom.drafts import DraftState
from mailroom.register import logins
from mailroom.register.logins import Role
from mailroom.register.schema import case, draft, draft_version, message
from mailroom.web.application import application
from mailroom.web.routes import ROUTES
from tests.benchmarks import desk_crowd
from tests.benchmarks.claims import Claim, conclude, table
from tests.benchmarks.desk_book import Size, fill
from tests.unit.small_office import SmallOffice

GOAL = 100.0  # ms of a page
COOKIE = "mailroom"


def run(arguments: Sequence[str]) -> int:
    """Measure as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks desk")
    parser.add_argument("--cases", type=int, default=Size().cases)
    parser.add_argument("--waiting", type=int, default=Size().waiting)
    parser.add_argument("--times", type=int, default=20, help="each page is opened")
    parser.add_argument("--reviewers", type=int, default=20, help="in the crowd")
    parser.add_argument("--only", choices=("pages", "crowd"))
    parser.add_argument("--page", help="only pages whose name has this in it")
    asked = parser.parse_args(arguments)
    claims: list[Claim] = []
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        office = SmallOffice(Path(name), grace=300)
        try:
            began = time.perf_counter()
            fill(office, Size(cases=asked.cases, waiting=asked.waiting))
            print(f"a register made in {time.perf_counter() - began:.0f} s")
            if asked.only != "crowd":
                claims += asyncio.run(_pages(office, asked.times, asked.page or ""))
            if asked.only != "pages":
                claims += desk_crowd.measure(office, reviewers=asked.reviewers)
        finally:
            office.close()
    print()
    return conclude(claims)


def _examples(office: SmallOffice) -> Iterator[tuple[str, str]]:
    """Name a page, and give its path; all that one comes to by the desk's links."""
    with office.desk.database.read() as tx:
        waiting = select(draft.c.id).where(draft.c.state == DraftState.WAITING)
        ids = list(tx.execute(waiting.order_by(draft.c.id)).scalars())
        middle = ids[len(ids) // 2]
        of = tx.execute(
            select(case.c.number, draft.c.message_id, draft_version.c.template)
            .join(draft, draft.c.case_id == case.c.id)
            .join(draft_version, draft_version.c.draft_id == draft.c.id)
            .where(draft.c.id == middle)
        ).one()
        letters = select(func.max(message.c.id)).select_from(message)
        last = tx.execute(letters).scalar_one()
        category = tx.execute(
            select(case.c.category).where(case.c.number == of.number)
        ).scalar_one()
    for order in ("due", "oldest", "category", "risk", "owner"):
        yield f"queue_{order}", f"/?order={order}"
    yield "queue_page_9", "/?page=9"
    yield "queue_drawer", f"/?category={category}"
    yield "queue_later", "/?state=later"
    yield "draft", f"/drafts/{middle}"
    yield "draft_risk", f"/drafts/{middle}?order=risk"
    yield "draft_last", f"/drafts/{ids[-1]}?order=owner"
    yield "message", f"/messages/{of.message_id}"
    yield "message_last", f"/messages/{last}"
    yield "frame", f"/messages/{of.message_id}/frame"
    yield "cases", "/cases"
    yield "cases_all_page_99", "/cases?which=all&page=99"
    yield "cases_drawer", f"/cases?which=all&category={category}"
    yield "case", f"/cases/{of.number}"
    yield "case_print", f"/cases/{of.number}/print"
    for what, words in (
        ("zh", "会议室"), ("zh_one", "漏"), ("zh_rare", "钥匙 打印机"),
        ("en", "invoice"), ("en_common", "the"), ("en_phrase", '"dear office"'),
        ("number", of.number), ("nothing", "zzzzzz"),
    ):  # fmt: skip
        yield f"search_{what}", f"/cases?q={words}"
    template = of.template.replace("@", "%40").replace("/", "%2F")
    yield "batch", "/batch"
    yield "rules_file", "/rules/file?name=maintenance.yaml"
    yield "batch_template", f"/batch?template={template}"


_SEEN_OTHERWISE = frozenset(
    {
        "/healthz", "/welcome", "/login", "/", "/cases", "/batch",
    }
)  # fmt: skip


def _others() -> Iterator[tuple[str, str]]:
    """Find the pages that need nothing to be named: each part of the desk."""
    for route in ROUTES:
        path = route.path
        if route.method == "GET" and "{" not in path and path not in _SEEN_OTHERWISE:
            yield path.strip("/").replace("/", "_"), path


async def _pages(office: SmallOffice, times: int, only: str) -> list[Claim]:
    now = datetime.now(UTC)
    with office.desk.database.write() as tx:
        one = logins.add(
            tx, "lookson", person="徐婷", role=Role.ADMIN, now=now, actor="benchmark"
        )
        token = logins.begin_session(tx, one, now=now)
    app = httpx.ASGITransport(app=application(lambda: office.desk))
    rows, claims = [], []
    async with httpx.AsyncClient(
        transport=app, base_url="http://127.0.0.1", cookies={COOKIE: token}
    ) as browser:
        for name, path in [*_examples(office), *_others()]:
            if only not in name:
                continue
            status, size, took, cpu = await _timed(browser, path, times)
            if status == httpx.codes.NOT_FOUND and "?" not in path:
                print(f"{path} asks for more than its address: not measured")
                continue
            if status not in {200, 303}:
                raise RuntimeError(f"{path}: {status}")
            middle = statistics.median(took)
            rows.append(
                (
                    name,
                    f"{middle:.1f}",
                    f"{max(took):.1f}",
                    f"{cpu:.1f}",
                    f"{size / 1024:.0f}",
                )
            )
            claims.append(
                Claim(name=f"desk_{name}_ms", measured=middle, goal=GOAL, good="below")
            )
    table(
        ("page", "ms", "worst ms", "CPU ms", "KB"),
        rows,
        f"server time of a page, the middle of {times}; {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}",
    )
    return claims


async def _timed(
    browser: httpx.AsyncClient, path: str, times: int
) -> tuple[int, int, list[float], float]:
    """Open a page once to warm up, then again and again.

    Returns status, bytes, ms each, and CPU ms of one, which tells when others load
    the machine.
    """
    first = await browser.get(path)
    took = []
    worked = time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        await browser.get(path)
        took.append(1000 * (time.perf_counter() - began))
    cpu = 1000 * (time.process_time() - worked) / times
    return first.status_code, len(first.content), took, cpu
