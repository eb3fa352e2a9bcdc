"""Reads mail files as one inbox in memory, with the running worker's own thinking."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mailroom.calendar import Calendar
from mailroom.cli.init import shipped
from mailroom.cli.talk import Talk, now
from mailroom.directory import Directory, Site
from mailroom.errors import UnreadableMessageError
from mailroom.message.model import Message
from mailroom.message.moment import sent_at
from mailroom.message.parse import parse
from mailroom.message.threads import parents
from mailroom.office import read_calendar
from mailroom.rules.load import RuleSet
from mailroom.workflow.reading import SILENT, Own, Reading, due, plain, read

# Where nothing is known of the office: China's days, and England's by English clocks.
_ENGLAND = (Site(name="", timezone="Europe/London", calendar="UK"),)


@dataclass(slots=True, kw_only=True)
class Inbox:
    """An inbox whose messages come in the order of their dates."""

    rules: RuleSet
    calendar: Calendar
    own: Own | None  # None: the office is whoever a message was delivered to
    talk: Talk
    _seen: dict[str, str] = field(default_factory=dict)  # dedupe key → file
    _threads: dict[str, str | None] = field(default_factory=dict)  # id → category

    @classmethod
    def open(cls, talk: Talk) -> "Inbox":
        """Use the office of the settings file; without one, the shipped rules."""
        if not talk.config.exists():
            return cls(
                rules=RuleSet.load(shipped("rules")),
                calendar=Calendar.load("CN"),
                own=None,
                talk=talk,
            )
        settings = talk.settings()
        rules = settings.folder("rules")
        directory = Directory.load(rules / "office")
        calendar = read_calendar(settings)
        return cls(
            rules=RuleSet.load(rules),
            calendar=calendar,
            own=Own(
                addresses=(*settings.office.addresses, *directory.own_addresses),
                domains=directory.own_domains,
                directory=directory,
                calendar=calendar,
                zone=settings.office.zone,
            ),
            talk=talk,
        )

    def answers(self, mails: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, Any]]:
        """Yield what would happen to each mail."""
        dated = []
        for name, raw in mails:
            moment, copy = None, False
            with contextlib.suppress(UnreadableMessageError):
                message = parse(raw)
                # Of two deliveries of one mail, a list's copy is the second.
                moment, copy = sent_at(message), any(message.header("List-Id"))
            latest = datetime.max.replace(tzinfo=UTC)
            dated.append(((moment or latest, copy, name), raw))
        for (_, _, name), raw in sorted(dated, key=lambda each: each[0]):
            yield self._answer(name, raw)

    def _answer(self, name: str, raw: bytes) -> dict[str, Any]:
        try:
            message = parse(raw)
        except UnreadableMessageError as error:
            held = {"condition": self.talk.say(error.text), "words": ""}
            return _empty(name) | {"why": [held]}
        joined = [self._threads[i] for i in parents(message) if i in self._threads]
        reading = read(
            raw,
            self.rules,
            self.own or _owner(message),
            now=sent_at(message) or now(),
            thread_category=joined[0] if joined else None,
        )
        first = self._seen.setdefault(message.dedupe_key, name)
        answer = _empty(name) | {
            "lang": message.language,
            "machine": reading.machine.kind if reading.machine else None,
            "duplicate_of": first if first != name else None,
        }
        if reading.answer is not None:
            answer |= self._sorted(reading)
        if reading.machine is not None and reading.machine.kind in SILENT:
            fields = {name: each.value for name, each in reading.told.items()}
            answer |= {"category": reading.machine.kind, "confidence": 1.0}
            answer |= {"fields": fields, "needs_reply": False}
        if answer["duplicate_of"]:
            answer["needs_reply"] = False
        if message.message_id:
            self._threads[message.message_id] = (
                reading.category.id if reading.category else None
            )
        return answer

    def _sorted(self, reading: Reading) -> dict[str, Any]:
        kept = plain(reading.answer) if reading.answer else {}
        moment = sent_at(reading.message) or now()
        due_on, basis = due(reading, moment.date(), self.calendar)
        return {
            "category": kept["category"] or "unsorted",
            "candidates": kept["candidates"],
            "also": kept["also"],
            "rule": kept["rule"],
            "why": kept["why"],
            "confidence": kept["confidence"],
            "fields": {name: f["value"] for name, f in kept["fields"].items()},
            # What a person should check, with what it could mean as well.
            "unsure": {
                name: list(f["others"])
                for name, f in kept["fields"].items()
                if not f["sure"]
            },
            "asks": [
                {"verb": a["verb"], "rule": a["rule"], **a["arguments"]}
                for a in kept["actions"]
            ],
            "needs_reply": kept["needs_reply"],
            "sensitivity": kept["sensitivity"],
            "quarantine": kept["quarantine"],
            "call_back": kept["call_back"],
            "mail_type": kept["mail_type"],
            "due": due_on.isoformat() if due_on else None,
            "due_basis": basis,
        }


def _owner(message: Message) -> Own:
    """Take whoever the message was delivered to for the office."""
    addresses = message.delivered_to or tuple(a.address for a in message.to)
    return Own(
        addresses=tuple(addresses),
        domains=tuple({a.rpartition("@")[2] for a in addresses}),
        directory=Directory(sites=_ENGLAND),
    )


def _empty(name: str) -> dict[str, Any]:
    return {
        "file": name, "category": "unsorted", "candidates": [], "also": [],
        "rule": None, "why": [], "confidence": 0.0, "fields": {}, "unsure": {},
        "asks": [],
        "needs_reply": False, "sensitivity": "normal", "quarantine": None,
        "call_back": "", "mail_type": None,
        "due": None, "due_basis": None, "lang": None, "machine": None,
        "duplicate_of": None,
    }  # fmt: skip
