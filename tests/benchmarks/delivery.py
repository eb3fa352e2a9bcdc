"""From a delivery to its draft in Drafts: how long a person waits, with IDLE."""

import statistics
import time
from importlib import resources
from pathlib import Path

from imapclient import IMAPClient

from tests.benchmarks import offices, samples
from tests.benchmarks.claims import table
from tests.benchmarks.service import Service
from tests.integration.servers import Dovecot, logged_in

MAIL = "12-room-booking-en.eml"  # complete: its draft lies in Drafts
LOOK_AGAIN = 0.003  # seconds
LONGEST = 30.0
NOTICES = 30  # enough for a median


def measure(dovecot: Dovecot, folder: Path, *, deliveries: int) -> None:
    """Deliver mails one by one to the running service; print p50 and p99.

    Beside it, how long the server itself takes to tell an idling client of a mail.
    """
    notices = _notices(dovecot, min(deliveries, NOTICES))
    file = offices.settle(folder / "idle", port=dovecot.port, user="idle")
    raw = (resources.files("mailroom.demo") / "mail" / MAIL).read_bytes()
    waits = []
    with (
        Service(file),
        logged_in(dovecot, "idle", dovecot.password) as sender,
        logged_in(dovecot, "idle", dovecot.password) as reader,
    ):
        for number in range(deliveries + 1):
            began = time.perf_counter()
            sender.append("INBOX", samples.with_ids_of(raw, number))
            _until(reader, number + 1)
            waits.append(time.perf_counter() - began)
    table(
        ("", "p50 ms", "p99 ms", "least", "most"),
        [
            # The first opened connections that the others use.
            _row("draft is visible", waits[1:]),
            _row("the server says EXISTS", notices),
        ],
        f"delivery to draft visible in Drafts, with IDLE: {deliveries} single mails",
    )


def _row(name: str, waits: list[float]) -> tuple[str, ...]:
    in_order = sorted(waits)
    ninety_nine = in_order[min(len(in_order) - 1, int(len(in_order) * 0.99))]
    figures = (statistics.median(in_order), ninety_nine, in_order[0], in_order[-1])
    return (name, *(f"{1000 * seconds:.0f}" for seconds in figures))


def _notices(dovecot: Dovecot, deliveries: int) -> list[float]:
    waits = []
    with (
        logged_in(dovecot, "notices", dovecot.password) as sender,
        logged_in(dovecot, "notices", dovecot.password) as idler,
    ):
        idler.select_folder("INBOX", readonly=True)
        for number in range(1, deliveries + 1):
            idler.idle()
            began = time.perf_counter()
            sender.append("INBOX", b"Subject: notice\r\n\r\n")
            while (number, b"EXISTS") not in idler.idle_check(timeout=LONGEST):
                pass
            waits.append(time.perf_counter() - began)
            idler.idle_done()
    return waits


def _until(reader: IMAPClient, drafts: int) -> None:
    deadline = time.perf_counter() + LONGEST
    while reader.folder_status("Drafts", ["MESSAGES"])[b"MESSAGES"] < drafts:
        if time.perf_counter() > deadline:
            raise TimeoutError("no draft came")
        time.sleep(LOOK_AGAIN)
