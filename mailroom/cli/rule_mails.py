"""Finds the mail on which somebody wants to see the rules at work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

import click

from mailroom.cases import is_restricted, stricter
from mailroom.cli.person import user
from mailroom.cli.rulebook import Rulebook
from mailroom.cli.sight import may_see
from mailroom.cli.talk import Talk, now
from mailroom.errors import (
    EnvironmentFault,
    ReviewError,
    UnreadableMessageError,
    text,
)
from mailroom.message.parse import parse
from mailroom.message.threads import parents
from mailroom.register import cases, events, messages
from mailroom.workflow.desk import Desk
from mailroom.workflow.reading import Reading, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, and what the rules of the book make of it."""

    name: str  # its file, or its number in the register
    reading: Reading
    sensitivity: str  # the strictest of the case, the mail and these rules


def find_mails(talk: Talk, book: Rulebook, word: str) -> Sequence[Mail]:
    """Read a file, or every message received in a case of the register.

    Raises click.BadParameter for a file that is no mail, ReviewError for a case that
    is not there, or not for this person.
    """
    path = Path(word)
    if path.is_file():
        return (_read(book, path.name, bytes_of(path), None),)
    if not talk.config.exists():
        raise click.BadParameter(
            talk.say(text("there is no file {file}, and no register here", file=word))
        )
    with talk.register() as desk:
        return _of_case(desk, book, word)


def bytes_of(path: Path) -> bytes:
    """Read a file that the person named. Raises EnvironmentFault."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            text("cannot read {file}: {reason}", file=path, reason=error.strerror)
        ) from error


def _read(book: Rulebook, name: str, raw: bytes, category: str | None) -> Mail:
    try:
        moment = parse(raw).date or now()
        reading = read(
            raw, book.papers.rules, book.own, now=moment, thread_category=category
        )
    except UnreadableMessageError as error:
        raise ReviewError(error.text) from error
    level = reading.answer.sensitivity if reading.answer else "normal"
    return Mail(name=name, reading=reading, sensitivity=level)


def _of_case(desk: Desk, book: Rulebook, number: str) -> Sequence[Mail]:
    missing = ReviewError(text("there is no case {number}", number=number))
    with desk.database.read() as tx:
        case = cases.by_number(tx, number)
        rows = [] if case is None else messages.of_case(tx, case.id)
    if case is None:
        raise missing
    rows = [row for row in rows if row.direction == "in"]
    found = []
    for place, row in enumerate(rows):
        raw = desk.mail.read(row.sha256)
        # The first letter opened the case; a later one found it with its category.
        later = place > 0 and bool(parents(parse(raw)))
        category = case.category if later else None
        found.append(_read(book, f"{number} · {row.id}", raw, category))
    levels = [(row.answer or {}).get("sensitivity", "normal") for row in rows]
    # What these rules would restrict is restricted, too.
    levels += [mail.sensitivity for mail in found]
    level = reduce(stricter, levels, case.sensitivity)
    if not may_see(desk, level, case.category, case.owner):
        raise missing  # one that may not be seen is as none
    if is_restricted(level):
        with desk.database.write() as tx:
            events.record(
                tx, "opened to read", at=now(), entity="case", entity_id=case.id,
                case_id=case.id, actor=user(desk),
            )  # fmt: skip
    return [replace(mail, sensitivity=level) for mail in found]
