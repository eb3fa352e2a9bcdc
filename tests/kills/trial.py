"""Runs one office on real servers, and kills it again and again."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from mailroom import office
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import drafts
from mailroom.register.schema import job, message
from mailroom.settings import Settings
from mailroom.worker.bell import HUEY_FILE
from mailroom.workflow import decide
from mailroom.workflow.desk import Desk
from tests.integration.servers import Dovecot
from tests.kills.post import OFFICE, Mail, post

REPOSITORY = Path(__file__).parents[2]
REVIEWER = "reviewer"
ALIVE = (0.15, 1.2)  # seconds after "ready" at which the kill falls
REPLY_DELAY = (0.02, 0.15)  # seconds that the SMTP server thinks after the final dot
START_LIMIT = 60.0  # seconds for one start, on a busy machine
END_LIMIT = 180.0  # seconds for the work that is left after the last kill
STOP_LIMIT = 10.0  # seconds: the promise of a clean stop
QUIET = 3.0  # seconds without work, the look into Sent and Drafts included
RM_HUEY_EVERY = 5  # kills

# What may lie in the register for later: promises, the papers of a day to come, and
# looks into Sent.
FOR_LATER = (
    "remind", "bundle", "retell", "settle", "digest", "day_papers", "itineraries",
    "itinerary_alarm", "tell_gathered",
)  # fmt: skip
UNDER_WAY = frozenset({DraftState.APPROVED, DraftState.SENDING, DraftState.DEFERRED})

_SETTINGS = """
[office]
name = "恒远集团办公室"
name_en = "Hengyuan Group Office"
code = "HY"
addresses = ["{office}"]
mode = "send"
[folders]
rules = "{repository}/rules"
templates = "{repository}/templates"
[limits]
grace = 0
letters_per_correspondent = 1000
letters_per_hour = 100000
[[accounts]]
name = "office"
address = "{office}"
since = "all"
[accounts.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
poll = 1
[accounts.smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One SIGKILL: seconds since 1970 when it was asked for, and when all was dead."""

    asked_at: float
    dead_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of everything."""

    kills: int
    mails: int  # that want an answer; doubles, second letters, machine mail beside them
    approvals: int
    seed: int
    rm_huey: bool = False


@dataclass(slots=True, kw_only=True)
class Trial:
    """One office under trial, and what happened to it."""

    plan: Plan
    folder: Path
    imap: Dovecot
    user: str  # of the IMAP server; the mail account of the office
    sink: SmtpSink
    desk: Desk
    mails: list[Mail]
    kills: list[Kill] = field(default_factory=list)
    delivered: int = 0
    chosen: list[int] = field(default_factory=list)  # the drafts to approve
    approvals: int = 0  # decisions, those after "they wrote again" included
    starts: list[float] = field(default_factory=list)  # seconds until "ready"
    stop_seconds: float = 0.0
    stopped_at: datetime | None = None  # when it was asked to; nothing runs after it
    exit_code: int | None = None
    dice: random.Random = field(default_factory=random.Random)

    @property
    def log(self) -> Path:
        """What all the processes wrote to their standard error."""
        return self.folder / "mailroom.log"

    @property
    def smtp_log(self) -> Path:
        """What the SMTP server saw, with times."""
        return self.folder / "smtp.jsonl"

    def logged(self) -> list[dict[str, object]]:
        """Read the log; the last line before a kill may be cut."""
        lines = []
        for line in self.log.read_text(errors="replace").splitlines():
            with contextlib.suppress(json.JSONDecodeError):
                lines.append(json.loads(line))
        return lines


@contextlib.contextmanager
def trial(
    plan: Plan, folder: Path, imap: Dovecot, user: str = "office"
) -> Iterator[Trial]:
    """Put an office together on the servers; all of it ends with the block."""
    dice = random.Random(plan.seed)  # noqa: S311  a trial has to be repeatable
    log = folder / "smtp.jsonl"
    with SmtpSink(delay=REPLY_DELAY, log=log) as sink:
        settings = folder / "mailroom.toml"
        settings.write_text(
            _SETTINGS.format(
                office=OFFICE,
                repository=REPOSITORY,
                imap=imap.port,
                user=user,
                smtp=sink.port,
            ),
            encoding="utf-8",
        )
        loaded = Settings.load(settings)
        desk = office.open_desk(loaded, office.read_papers(loaded))
        try:
            yield Trial(
                plan=plan, folder=folder, imap=imap, user=user, sink=sink, desk=desk,
                mails=post(plan.mails, dice), dice=dice,
            )  # fmt: skip
        finally:
            office.close_desk(desk)


# -- the program under trial -----------------------------------------------------------


@contextlib.contextmanager
def _running(at: Trial) -> Iterator[subprocess.Popen[bytes]]:
    """Run the service from "ready" on; whatever is left of it at the end is killed."""
    began = time.monotonic()
    ready = threading.Event()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "mailroom",
            "-c",
            str(at.folder / "mailroom.toml"),
            "run",
        ],
        cwd=REPOSITORY,
        env={**os.environ, "MAILROOM_OFFICE_IMAP_PASSWORD": at.imap.password},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )

    def read() -> None:
        assert process.stderr is not None
        with at.log.open("ab") as log:
            for line in process.stderr:
                log.write(line)
                if b'"what": "ready"' in line:
                    ready.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while not ready.wait(0.05):
            if process.poll() is not None or time.monotonic() - began > START_LIMIT:
                raise AssertionError("it does not start: " + at.log.read_text()[-2000:])
        at.starts.append(time.monotonic() - began)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()
        if process.stderr is not None:
            process.stderr.close()


def run(at: Trial, tell: Callable[[str], None] = lambda _: None) -> None:
    """Kill it as planned while the post comes, then let it finish, and stop it."""
    over = threading.Event()
    troubles: list[BaseException] = []

    def world() -> None:
        try:
            _world(at, over)
        except BaseException as error:  # noqa: BLE001  raised again by whoever waits
            troubles.append(error)

    around = threading.Thread(target=world, daemon=True)
    around.start()
    try:
        for number in range(at.plan.kills):
            if at.plan.rm_huey and number % (2 * RM_HUEY_EVERY) == RM_HUEY_EVERY:
                _rm_huey(at)  # while nobody runs; every other time, while it runs
            with _running(at) as process:
                if at.plan.rm_huey and number and number % (2 * RM_HUEY_EVERY) == 0:
                    _rm_huey(at)
                time.sleep(at.dice.uniform(*ALIVE))
                asked_at = time.time()
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                at.kills.append(Kill(asked_at=asked_at, dead_at=time.time()))
            if troubles:
                raise troubles[0]
            if (number + 1) % 20 == 0:
                tell(
                    f"{number + 1} kills, {at.delivered} mails delivered,"
                    f" {at.approvals} approvals"
                )
        with _running(at) as process:
            _until_done(at, troubles)
            over.set()
            around.join()
            began = time.monotonic()
            at.stopped_at = datetime.now(UTC)
            process.terminate()
            at.exit_code = process.wait(STOP_LIMIT + 5)
            at.stop_seconds = time.monotonic() - began
    finally:
        over.set()
        around.join()


def _rm_huey(at: Trial) -> None:
    for path in at.desk.settings.folder("data").glob(HUEY_FILE + "*"):
        path.unlink(missing_ok=True)


# -- the world around it: correspondents, and a reviewer -------------------------------


def _world(at: Trial, over: threading.Event) -> None:
    """Deliver mail and approve drafts, in step with the kills."""
    dice = random.Random(at.plan.seed + 1)  # noqa: S311  likewise
    while not over.wait(dice.uniform(0.01, 0.12)):
        done, planned = len(at.kills), at.plan.kills
        part = done / planned if done < planned else 1.0
        due = len(at.mails) * min(1.0, part / 0.85 + 0.05)
        if at.delivered < due:
            handful = at.mails[at.delivered : at.delivered + dice.choice((1, 1, 2, 4))]
            at.imap.deliver_all([mail.raw for mail in handful], user=at.user)
            at.delivered += len(handful)
        _review(at, wanted=int(at.plan.approvals * min(1.0, part / 0.95)), dice=dice)


def _review(at: Trial, *, wanted: int, dice: random.Random) -> None:
    """Approve what was chosen; choose some more where there are not enough yet."""
    with at.desk.database.read() as tx:
        waiting = [
            held.id
            for held in drafts.in_states(tx, [DraftState.WAITING])
            if not held.says.missing
        ]
    others = [number for number in waiting if number not in at.chosen]
    dice.shuffle(others)
    at.chosen += others[: max(0, wanted - len(at.chosen))]
    for number in set(at.chosen) & set(waiting):
        # Half of them with a second to take it back.
        limits = at.desk.settings.limits.model_copy(
            update={"grace": dice.choice((0, 1))}
        )
        settings = at.desk.settings.model_copy(update={"limits": limits})
        desk = replace(at.desk, settings=settings)
        with contextlib.suppress(ReviewError):  # it has just been changed: later
            held = decide.show(desk, number, who=REVIEWER, now=datetime.now(UTC))
            decide.approve(
                desk, number, who=REVIEWER, now=datetime.now(UTC), seen=held.seal
            )
            at.approvals += 1


def _until_done(at: Trial, troubles: list[BaseException]) -> None:
    """Wait until nothing is left to do."""
    deadline = time.monotonic() + END_LIMIT
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET:
        if troubles:
            raise troubles[0]
        if time.monotonic() > deadline:
            return  # the claims say what is still lying about
        if _busy(at):
            quiet_since = time.monotonic()
        time.sleep(0.2)


def _busy(at: Trial) -> bool:
    if at.delivered < len(at.mails) or len(at.chosen) < at.plan.approvals:
        return True
    with at.desk.database.read() as tx:
        arrived = tx.execute(
            select(func.count()).where(message.c.direction == "in")
        ).scalar_one()
        todo = tx.execute(
            select(func.count())
            .select_from(job)
            .where(job.c.state.in_(("ready", "leased")))
            .where(job.c.kind.not_in(FOR_LATER) | (job.c.due_at <= datetime.now(UTC)))
        ).scalar_one()
        moving = drafts.in_states(tx, UNDER_WAY)
        waiting = {held.id for held in drafts.in_states(tx, [DraftState.WAITING])}
    back = waiting & set(at.chosen)  # "they wrote again": approved once more
    return arrived < len(at.mails) or bool(todo or moving or back)
