"""Finds the open case that a letter names, where no thread leads to it."""

import re
from collections.abc import Sequence

from sqlalchemy import Connection

from mailroom.directory import Directory
from mailroom.drafts import ASIDE
from mailroom.message.model import Message
from mailroom.register import cases, matters, messages
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.rules.fraud import is_free_mail
from mailroom.workflow.reading import Reading

# Numbers that name one paper or journey alone; an order or a contract has many papers.
SHORTEST_NAME = 4  # characters of a matter that a subject may name
_NAMING = ("doc_no", "invoice_no", "quote_no", "booking_ref")


def named_case(
    tx: Connection, reading: Reading, directory: Directory, *, code: str
) -> AnyRow | None:
    """Give the case whose number stands in the subject, or whose paper is named again.

    `code` begins the office's case numbers. Only who is known to the case may join it:
    its correspondent's house, and for a case number our own people.
    """
    message = reading.message
    found = _by_case_number(tx, message, directory, code)
    if found is None:
        found = _by_matter(tx, message, directory)
    return found if found is not None else _by_paper(tx, reading)


def _by_case_number(
    tx: Connection, message: Message, directory: Directory, code: str
) -> AnyRow | None:
    pattern = (
        rf"(?<![A-Z0-9]){re.escape(code.upper())}-[A-Z]{{0,3}}\d{{4}}-\d{{4,6}}(?!\d)"
    )
    for number in re.findall(pattern, message.subject.upper())[:5]:
        case = cases.by_number(tx, number)
        if case is None or message.sender is None:
            continue
        sender = message.sender.address
        if directory.is_own(sender) or same_house(sender, case.correspondent):
            return case
    return None


def _by_matter(tx: Connection, message: Message, directory: Directory) -> AnyRow | None:
    """Find the matter that the writer's unit owes, where the subject names just one."""
    unit = directory.unit_of(message.sender.address) if message.sender else None
    if unit is None:
        return None
    subject = message.subject.casefold()
    owed = [
        row.case_id
        for row in matters.owed_by(tx, unit.name)
        if len(row.about) >= SHORTEST_NAME and row.about.casefold() in subject
    ]
    return cases.row(tx, owed[0]) if len(owed) == 1 else None


def _by_paper(tx: Connection, reading: Reading) -> AnyRow | None:
    answer, sender = reading.answer, reading.message.sender
    if answer is None or sender is None:
        return None
    named = {
        name: answer.fields[name].value for name in _NAMING if name in answer.fields
    }
    replaced = answer.fields["replaces"].value if "replaces" in answer.fields else None
    if not named and not replaced:
        return None
    for case in cases.open_with(tx, sender.domain):
        if case.category != answer.category:
            continue
        if not same_house(sender.address, case.correspondent):
            continue
        for each in messages.of_case(tx, case.id):
            known = messages.fields(each.answer)
            if any(known.get(name) == value for name, value in named.items()):
                return case
            if replaced and known.get("invoice_no") == replaced:
                return case
    return None


def same_house(one: str, other: str) -> bool:
    """Say whether two addresses are of one house; free mail is nobody's house."""
    if one.casefold() == other.casefold():
        return True
    domain = one.rpartition("@")[2].casefold()
    return domain == other.rpartition("@")[2].casefold() and not is_free_mail(domain)


def is_party(message: Message, case: AnyRow, letters: Sequence[Held]) -> bool:
    """Say whether the sender is somebody whose word counts as the answer.

    A Message-ID alone proves nothing: whoever has seen a letter knows it, and a
    colleague's note in the thread is not the answer that is waited for.
    """
    if message.sender is None:
        return False
    written_to = [
        address
        for held in letters
        if held.kind not in ASIDE  # who is told of the letter does not answer it
        for address in held.says.content.recipients
    ]
    domains = {a.rpartition("@")[2] for a in (case.correspondent, *written_to)}
    return message.sender.domain in domains
