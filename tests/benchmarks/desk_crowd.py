"""Many reviewers at once, over real HTTP: no decision may be lost, and none doubled."""

import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from sqlalchemy import select

from mailroom.drafts import DraftState
from mailroom.register import logins
from mailroom.register.logins import Role
from mailroom.register.schema import draft, event, job
from tests.benchmarks.claims import Claim, table
from tests.unit.small_office import SmallOffice

DRAFTS = 200
WANTED_TWICE = 100  # of them; a third of these by a third reviewer, too
_FORM = re.compile(
    r'name="version" value="(\d+)"><input type="hidden" name="seal" value="(\w+)"'
)
_DECISIONS = ("approved", "rejected")


@dataclass(slots=True)
class _Reviewer:
    """Somebody with a list of drafts, who decides on each."""

    name: str
    token: str
    drafts: list[int] = field(default_factory=list)
    answers: list[tuple[int, str, int]] = field(default_factory=list)
    opened: list[float] = field(default_factory=list)  # ms
    decided: list[float] = field(default_factory=list)
    failed: BaseException | None = None


def measure(office: SmallOffice, *, reviewers: int) -> list[Claim]:
    """Let them decide at the same time; compare what they were told with the book."""
    with office.desk.database.read() as tx:
        waiting = select(draft.c.id).where(
            draft.c.state == DraftState.WAITING, draft.c.sensitivity == "normal"
        )
        newest = waiting.order_by(draft.c.id.desc()).limit(DRAFTS)
        ids = list(tx.execute(newest).scalars())
    crowd = _crowd(office, reviewers, ids)
    with _served(office) as place:
        began = time.perf_counter()
        start = threading.Barrier(len(crowd))
        threads = [
            threading.Thread(target=_work, args=(one, place, start)) for one in crowd
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
    for one in crowd:
        if one.failed is not None:
            raise one.failed
    return _told(office, crowd, ids, seconds)


def _crowd(office: SmallOffice, size: int, ids: Sequence[int]) -> list[_Reviewer]:
    now = datetime.now(UTC)
    crowd = []
    with office.desk.database.write() as tx:
        for n in range(size):
            name = f"reviewer{n}"
            login = logins.add(
                tx, name, person="", role=Role.APPROVER, now=now, actor="benchmark"
            )
            crowd.append(_Reviewer(name, logins.begin_session(tx, login, now=now)))
    chance = random.Random(2)  # noqa: S311  the same crowd in every run
    for at, draft_id in enumerate(ids):
        wanted = 1 if at >= WANTED_TWICE else 3 if at % 3 == 0 else 2
        for one in chance.sample(crowd, wanted):
            one.drafts.append(draft_id)
    return crowd


@contextmanager
def _served(office: SmallOffice) -> Iterator[str]:
    """Run `mailroom web` beside us, as an office does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with office.file.open("a", encoding="utf-8") as settings:
        settings.write(f"\n[web]\nport = {port}\n")
    place = f"http://127.0.0.1:{port}"
    program = subprocess.Popen(
        [sys.executable, "-m", "mailroom", "-c", str(office.file), "web"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=os.environ,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{place}/healthz", trust_env=False)
                break
            except httpx.TransportError:
                if program.poll() is not None or time.monotonic() > until:
                    said = program.stderr.read() if program.stderr else b""
                    raise RuntimeError(f"it does not start: {said!r}") from None
                time.sleep(0.1)
        yield place
    finally:
        program.terminate()
        program.wait(15)


def _work(one: _Reviewer, place: str, start: threading.Barrier) -> None:
    try:
        with httpx.Client(
            base_url=place, cookies={"mailroom": one.token}, timeout=60,
            headers={"origin": place, "sec-fetch-site": "same-origin"},
            trust_env=False,
            # While all wait for one another the desk would close what is kept open.
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as browser:  # fmt: skip
            forms = {}
            for draft_id in one.drafts:
                page, took = _timed(browser, "GET", f"/drafts/{draft_id}")
                one.opened.append(took)
                (form,) = set(_FORM.findall(page.text))
                forms[draft_id] = dict(zip(("version", "seal"), form, strict=True))
            # Everybody has read everything that they want: now all at once.
            start.wait(600)
            for draft_id, form in forms.items():
                what = "reject" if (draft_id + len(one.name)) % 3 == 0 else "approve"
                more = {"reason": "a crowd"} if what == "reject" else {}
                said, took = _timed(
                    browser, "POST", f"/drafts/{draft_id}/{what}", form | more
                )
                one.decided.append(took)
                one.answers.append((draft_id, what, said.status_code))
    except BaseException as error:  # noqa: BLE001  told by whoever waits for us
        one.failed = error
        start.abort()


def _timed(
    browser: httpx.Client, method: str, path: str, form: dict[str, str] | None = None
) -> tuple[httpx.Response, float]:
    began = time.perf_counter()
    answer = browser.request(method, path, data=form)
    return answer, 1000 * (time.perf_counter() - began)


def _told(
    office: SmallOffice, crowd: Sequence[_Reviewer], ids: Sequence[int], seconds: float
) -> list[Claim]:
    won: dict[int, list[tuple[str, str]]] = {draft_id: [] for draft_id in ids}
    codes: Counter[int] = Counter()
    for one in crowd:
        for draft_id, what, code in one.answers:
            codes[code] += 1
            if code == httpx.codes.SEE_OTHER:
                won[draft_id].append((one.name, what))
    in_book: dict[int, list[tuple[str, str]]] = {draft_id: [] for draft_id in ids}
    for row in office.rows(
        select(event).where(event.c.entity == "draft", event.c.what.in_(_DECISIONS))
    ):
        if row.entity_id in in_book:
            in_book[row.entity_id].append(
                (row.actor, "approve" if row.what == "approved" else "reject")
            )
    sends = Counter(
        row.subject_id
        for row in office.rows(
            select(job.c.subject_id).where(job.c.kind == "send", job.c.state == "ready")
        )
    )
    lost = sum(not told for told in in_book.values())
    doubled = sum(len(told) > 1 for told in in_book.values())
    differs = sum(in_book[draft_id] != won[draft_id] for draft_id in ids)
    wrong_sends = sum(
        sends[draft_id] != (1 if in_book[draft_id][:1] and
                            in_book[draft_id][0][1] == "approve" else 0)
        for draft_id in ids
    )  # fmt: skip
    asked = sum(codes.values())
    others = asked - codes[httpx.codes.SEE_OTHER] - codes[httpx.codes.CONFLICT]
    opened = sorted(t for one in crowd for t in one.opened)
    decided = sorted(t for one in crowd for t in one.decided)
    table(
        ("", "asked", "middle ms", "95 % ms", "a second"),
        [
            _line("draft opened", opened, seconds),
            _line("decided", decided, seconds),
        ],
        f"{len(crowd)} reviewers on {len(ids)} drafts over HTTP: {asked} decisions"
        f" asked, {codes[303]} taken, {codes[409]} told that somebody was quicker",
    )
    return [
        Claim(name="crowd_decisions_lost", measured=lost, goal=0, good="below"),
        Claim(name="crowd_decisions_doubled", measured=doubled, goal=0, good="below"),
        Claim(name="crowd_told_otherwise", measured=differs, goal=0, good="below"),
        Claim(name="crowd_wrong_sends", measured=wrong_sends, goal=0, good="below"),
        Claim(name="crowd_other_answers", measured=others, goal=0, good="below"),
        Claim(
            name="crowd_losers_with_409",
            measured=codes[httpx.codes.CONFLICT],
            goal=asked - len(ids),
        ),
    ]


def _line(
    name: str, took: Sequence[float], seconds: float
) -> tuple[str, str, str, str, str]:
    return (
        name,
        str(len(took)),
        f"{took[len(took) // 2]:.0f}",
        f"{took[int(0.95 * len(took))]:.0f}",
        f"{len(took) / seconds:.0f}",
    )
