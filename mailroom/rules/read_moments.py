"""Reads when a message must have been written, and how large it may be."""

import re
from collections.abc import Mapping
from datetime import date

from mailroom.directory import read_hours
from mailroom.errors import text
from mailroom.rules.conditions import DateCondition, SizeCondition
from mailroom.yamlfile import Block, Node, Proofreader

DATE_KEYS = ("weekday", "hours", "after", "before", "working_day", "office_hours")
SIZE_KEYS = ("over", "under")
WEEKDAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "mon Monday 周一 星期一",
            "tue Tuesday 周二 星期二",
            "wed Wednesday 周三 星期三",
            "thu Thursday 周四 星期四",
            "fri Friday 周五 星期五",
            "sat Saturday 周六 星期六",
            "sun Sunday 周日 星期日",
        )
    )
    for name in names.split()
}
_SIZE = re.compile(r"(\d{1,12})\s*([KMG]?)B?", re.IGNORECASE | re.ASCII)
_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}  # as Sieve counts


def read_date(proof: Proofreader, node: Node) -> DateCondition:
    """Read `date: {weekday: [mon, 周五], after: 2026-03-01, hours: 09:00-17:30}`."""
    block = proof.block(node, DATE_KEYS)
    if isinstance(node, Block) and not node.entries:
        proof.note(node, "R010", text("There is no condition here."))
    flags = {
        key: proof.flag(block[key], default=True) if key in block else None
        for key in ("working_day", "office_hours")
    }
    after, before = (read_day(proof, block.get(key)) for key in ("after", "before"))
    if after and before and (before - after).days <= 1:
        sentence = text(
            "No day is after {after} and before {before}.",
            after=after.isoformat(),
            before=before.isoformat(),
        )
        proof.note(node, "R063", sentence)
    return DateCondition(
        weekdays=frozenset(
            WEEKDAYS[word]
            for word in proof.choices(block.get("weekday"), WEEKDAYS, "weekday")
        ),
        hours=read_hours(proof, block["hours"], "R064") if "hours" in block else None,
        after=after,
        before=before,
        working_day=flags["working_day"],
        office_hours=flags["office_hours"],
    )


def read_day(proof: Proofreader, node: Node | None) -> date | None:
    """Read a day as 2026-12-24; None where there is none."""
    if node is None:
        return None
    words = proof.word(node)
    try:
        return date.fromisoformat(words)
    except ValueError:
        sentence = text(
            "“{words}” is no day of the calendar; write it as 2026-12-24.", words=words
        )
        proof.note(node, "R065", sentence)
        return None


def read_size(proof: Proofreader, node: Node) -> SizeCondition:
    """Read `size: {over: 5M, under: 20M}`; K, M and G are powers of 1024."""
    block = proof.block(node, SIZE_KEYS)
    if isinstance(node, Block) and not node.entries:
        proof.note(node, "R010", text("There is no condition here."))
    over, under = (_bytes(proof, block.get(key)) for key in SIZE_KEYS)
    if over is not None and under is not None and under - over <= 1:
        proof.note(node, "R066", text("Nothing is larger and smaller than that."))
    return SizeCondition(over=over, under=under)


def _bytes(proof: Proofreader, node: Node | None) -> int | None:
    if node is None:
        return None
    word = proof.word(node)
    match = _SIZE.fullmatch(word)
    if match is None:
        sentence = text("Write a size as 500K or 5M, not “{word}”.", word=word)
        proof.note(node, "R067", sentence)
        return None
    return int(match[1]) * _UNITS[match[2].upper()]
