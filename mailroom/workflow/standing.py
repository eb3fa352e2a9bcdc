"""Says which rules the worker goes by, and that changed ones were refused."""

from collections.abc import Callable
from typing import Any

from mailroom.errors import Text, text
from mailroom.register.rule_files import LastGood
from mailroom.settings import Settings


def refusal(settings: Settings) -> Text | None:
    """Say that the rules were changed and the worker does not take them; else None."""
    store = LastGood(settings.folder("data"))
    refused = store.refused()
    if refused is None:
        return None
    kept = store.in_force()  # reads all its files: seldom asked, for every page
    first = refused.faults[0]
    fault = text("{place}: {words}", place=first.place, words=first.text)
    if kept is None:
        return text(
            "the rules have faults, {n} in all: {fault}", n=refused.count, fault=fault
        )
    return text(
        "the changed rules are not in use: the desk goes on with those of {at}. They"
        " have faults, {n} in all: {fault}",
        n=refused.count,
        fault=fault,
        at=kept.at.astimezone(settings.office.zone).strftime("%Y-%m-%d %H:%M"),
    )


def told(settings: Settings) -> Text | None:
    """Say which rules are in force, and since when; None before the first start."""
    kept = LastGood(settings.folder("data")).in_force()
    if kept is None:
        return None
    at = kept.at.astimezone(settings.office.zone).strftime("%Y-%m-%d %H:%M")
    return text("rules in force since {at}: {hash}", at=at, hash=kept.hash[:12])


def plain(speak: Callable[[Text], str], settings: Settings) -> dict[str, Any]:
    """Say the same to programs; `speak` has their reader's language."""
    store = LastGood(settings.folder("data"))
    kept, refused = store.in_force(), store.refused()
    return {
        "hash": kept.hash if kept else None,
        "since": kept.at if kept else None,
        "refused": refused
        and {
            "hash": refused.hash,
            "at": refused.at,
            "count": refused.count,
            "faults": [
                {"place": fault.place, "code": fault.code, "text": speak(fault.text)}
                for fault in refused.faults
            ],
        },
    }
