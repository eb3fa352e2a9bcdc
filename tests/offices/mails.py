"""Reads the mails of the invented offices, as their inboxes received them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

from mailroom.calendar import Calendar
from mailroom.directory import Directory
from mailroom.workflow.reading import Own
from tests.offices.entries import as_bytes

HERE = Path(__file__).parent
SHIPPED = Path(__file__).parents[2] / "rules"
Part = Literal["dev", "held"]
PARTS: tuple[Part, ...] = ("dev", "held")
CATEGORIES = frozenset(
    {
        "official_document",
        "supervision_order",
        "progress_report",
        "data_request",
        "meeting_notice",
        "room_booking",
        "visit_event",
        "travel",
        "expense_claim",
        "invoice",
        "statement",
        "quotation",
        "contract",
        "purchase_request",
        "supplies",
        "courier_mail",
        "phone_message",
        "maintenance",
        "safety_security",
        "incident_report",
        "leave_request",
        "recruitment",
        "staff_concern",
        "public_enquiry",
        "records_request",
        "auto_reply",
        "bounce",
        "newsletter",
        "spam_phishing",
        "other",
    }
)
# What a mail is unless its entry says otherwise.
PLAIN: Mapping[str, Any] = {
    "also": [], "fields": {}, "needs_reply": False, "sensitivity": "normal",
    "due": None, "dup_of": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office whose mail is sorted with the shipped rules."""

    id: str
    name: str
    address: str
    zone: ZoneInfo
    calendar: Calendar
    directory: Directory

    @property
    def own(self) -> Own:
        """How the office knows itself: its facts, none of another office."""
        return Own(
            addresses=(self.address, *self.directory.own_addresses),
            domains=self.directory.own_domains,
            directory=self.directory,
            calendar=self.calendar,
            zone=self.zone,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, and what a good clerk makes of it."""

    id: str
    raw: bytes
    labels: Mapping[str, Any]


def offices() -> tuple[Office, ...]:
    """Read the offices. The facts of the sample office are those that are shipped."""
    listed = yaml.safe_load((HERE / "offices.yaml").read_text("utf-8"))
    return tuple(
        Office(
            id=name,
            name=entry["name"],
            address=entry["address"],
            zone=ZoneInfo(entry["zone"]),
            calendar=Calendar.load(entry["calendar"]),
            directory=Directory.load(
                SHIPPED / "office" if entry.get("shipped") else HERE / name
            ),
        )
        for name, entry in listed.items()
    )


def mails(office: Office, part: Part) -> list[Mail]:
    """Write the mails of one half, in the order of the file; [] where there is none."""
    path = HERE / f"{office.id}.{part}.yaml"
    if not path.exists():
        return []
    entries = yaml.safe_load(path.read_text("utf-8"))
    known = {entry["id"]: entry for entry in entries}
    return [
        Mail(
            id=entry["id"],
            raw=as_bytes(
                entry, known, name=office.name, address=office.address, zone=office.zone
            ),
            labels={**PLAIN, **entry["is"]},
        )
        for entry in entries
    ]


def everything(parts: Sequence[Part] = PARTS) -> Iterator[tuple[Office, Part, Mail]]:
    """Yield every mail of every office."""
    for office in offices():
        for part in parts:
            for mail in mails(office, part):
                yield office, part, mail
