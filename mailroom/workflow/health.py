"""Says what is wrong with the desk, in a sentence each: for commands and every page."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailroom.cases import NOBODY, Sight
from mailroom.errors import Text, text
from mailroom.register import followups, queue
from mailroom.register.status import Signs, signs
from mailroom.settings import Settings
from mailroom.workflow.desk import Desk
from mailroom.workflow.standing import refusal

STALE_POLLS = 3  # intervals without a completed poll that are too many
LEAST_DISK = 2**30  # bytes
OLDEST_DRAFT = timedelta(days=1)
MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something wrong, and where one looks at it."""

    words: Text
    command: str = ""  # at the terminal
    page: str = ""  # in the browser


def troubles(desk: Desk, now: datetime, sight: Sight = NOBODY) -> list[Trouble]:
    """Say what somebody at the desk should know just now; mostly nothing.

    How long a restricted draft has waited, only those are told who may see it.
    """
    with desk.database.read() as tx:
        seen = replace(signs(tx, now), oldest_waiting_at=queue.waiting_since(tx, sight))
        promises = followups.unconfirmed(tx, sight, now - OLDEST_DRAFT)
    found = [*findings(desk.settings, seen, now), *unknown_days(desk, now)]
    if promises:
        words = text(
            "{n} promises in our letters wait for a word: followed or not", n=promises
        )
        found.append(Trouble(words=words, page="/followups"))
    return found


def unknown_days(desk: Desk, now: datetime) -> Iterator[Trouble]:
    """Tell in December that the next year's holidays are not known yet."""
    last = desk.calendar.known_until
    if (now + timedelta(days=31)).year > last:
        yield Trouble(
            words=text(
                "the holidays of {year} are not known yet: enter them in"
                " rules/days.yaml; due days may be wrong",
                year=last + 1,
            ),
            command="mailroom check",
        )


def findings(settings: Settings, seen: Signs, now: datetime) -> Iterator[Trouble]:
    """Yield what is wrong, what weighs most first."""
    refused = refusal(settings)
    if refused:
        yield Trouble(words=refused)
    if seen.brake:
        yield Trouble(words=text("the brake is on: nothing is sent"), page="/outbox")
    yield from _full_disk(settings)
    if seen.stuck_sends:
        yield Trouble(
            words=text("{n} letters are in doubt or stuck", n=seen.stuck_sends),
            command="mailroom review list --state uncertain",
            page="/outbox",
        )
    if seen.dead_jobs:
        yield Trouble(
            words=text("{n} jobs are dead", n=seen.dead_jobs),
            command="mailroom cases held",
            page="/quarantine",
        )
    if seen.jobs_to_mend:
        waiting = seen.jobs_to_mend
        yield Trouble(
            words=text("{n} letters wait for a file to be mended", n=waiting),
            command="mailroom cases held",
            page="/quarantine",
        )
    oldest = seen.oldest_waiting_at
    if oldest is not None and now - oldest > OLDEST_DRAFT:
        yield Trouble(
            words=text("a draft has been waiting for over a day"), page="/?order=oldest"
        )
    for box in seen.polled:
        with contextlib.suppress(KeyError):
            account = settings.account(box.account)
            longest = timedelta(seconds=max(120.0, account.imap.poll * STALE_POLLS))
            if box.last_ok_at is None or now - box.last_ok_at > longest:
                sentence = text(
                    "{account}/{name} is not being read: {error}",
                    account=box.account,
                    name=box.name,
                    error=box.last_error or text("no poll was completed"),
                )
                yield Trouble(words=sentence)


def _full_disk(settings: Settings) -> Iterator[Trouble]:
    """Tell of a disk that fills: the register could not even note that it is full."""
    free = free_for(settings)
    if free <= LEAST_DISK:
        yield Trouble(
            words=text(
                "the disk is nearly full: {n} MB free for {folder}",
                n=free // 2**20,
                folder=settings.folder("data"),
            )
        )


def free_for(settings: Settings) -> int:
    """Give the bytes that are free where the office's letters are kept."""
    data = settings.folder("data")
    place = next(p for p in (data, *data.parents) if p.exists())
    return shutil.disk_usage(place).free


def ago(time: timedelta) -> Text:
    """Say how long something is, in its largest unit."""
    seconds = int(time.total_seconds())
    if seconds >= DAY:
        return text("{n} d", n=seconds // DAY)
    if seconds >= HOUR:
        return text("{n} h", n=seconds // HOUR)
    if seconds >= MINUTE:
        return text("{n} min", n=seconds // MINUTE)
    return text("{n} s", n=seconds)
