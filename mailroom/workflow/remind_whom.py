"""Says who is reminded of a step: its reader, and by its level those above them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import Connection

from mailroom.directory import Directory, Person, Role
from mailroom.drafts import ASIDE, DraftState
from mailroom.followups.chains import Step
from mailroom.message.reply import is_sendable
from mailroom.register import drafts, matters, messages
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Somebody to be reminded, and how."""

    address: str
    kind: Literal["letter", "notice"]


def addressed(
    desk: Desk, tx: Connection, case: AnyRow, row: AnyRow, step: Step
) -> Iterator[Whom]:
    """Yield who is reminded; people of ours only of what they may see.

    Where somebody says that it is done, nobody outside is asked again: our own people
    are told that a person must confirm it.
    """
    outside = step.to == "correspondent" and row.said_done is None
    if outside and row.unit_id is not None:
        of = matters.unit_row(tx, row.unit_id)
        yield Whom(address=of.address, kind="letter")
        if step.level == "head" and of.head and of.head != of.address:
            yield Whom(address=of.head, kind="notice")
    elif outside:
        letters = drafts.of_case(tx, case.id)
        mails = messages.of_case(tx, case.id)
        for address in _reader(letters, mails, case.correspondent):
            yield Whom(address=address, kind="letter")
    told = dict.fromkeys(_ours(desk, case, step))
    seen = [address for address in told if _sees(desk, address, case)]
    for address in seen or told:
        yield Whom(address=address, kind="notice")


def _ours(desk: Desk, case: AnyRow, step: Step) -> Iterator[str]:
    """Yield the addresses of our own people; the office is told from ② on."""
    directory = desk.directory
    owner = directory.person(case.owner)
    if owner is not None and owner.address:
        yield owner.address
    nobody = owner is None or not owner.address
    if nobody or step.level != "friendly" or step.to == "correspondent":
        yield from desk.settings.office.notify
    if step.level == "head" and step.to == "owner":
        yield from _addresses(heads(directory, owner))
    if step.level == "leader":
        yield from _addresses(_in_role(directory, "director"))
    for word in step.tell:
        if word in get_args(Role):
            yield from _addresses(_in_role(directory, word))
        else:
            named = directory.person(word)
            yield from _addresses([named] if named else [])


def heads(directory: Directory, person: Person | None) -> Sequence[Person]:
    """Return who is above somebody: the directors of their unit, else all of them."""
    directors = _in_role(directory, "director")
    own = [d for d in directors if person is not None and d.unit == person.unit]
    return own or directors


def _in_role(directory: Directory, role: str) -> list[Person]:
    return [person for person in directory.people if role in person.roles]


def _addresses(people: Sequence[Person]) -> list[str]:
    return [person.address for person in people if person.address]


def _sees(desk: Desk, address: str, case: AnyRow) -> bool:
    sight = sight_of(desk, desk.directory.person(address))
    return sight.sees(case.sensitivity, case.category, case.owner)


def reached_them(held: Held) -> bool:
    """Say whether the correspondent has got this letter."""
    return held.state == DraftState.SENT and held.kind not in ASIDE


def _reader(
    letters: Sequence[Held], mails: Sequence[AnyRow], correspondent: str
) -> list[str]:
    """Say who is reminded: whom our letter went to first, else whoever wrote to us."""
    for held in reversed(letters):
        if reached_them(held):
            return list(held.says.content.to[:1])
    theirs = [row.sender for row in mails if row.direction == "in"] or [correspondent]
    return [a for a in theirs[:1] if is_sendable(a)]
