"""Enter by hand: what came on paper or was told on the telephone, in the same book."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from sqlalchemy import Connection

from mailroom.calendar import is_near
from mailroom.cases import CaseState, Sight, is_restricted
from mailroom.errors import ReviewError, Text, text
from mailroom.register import cases, same_document
from mailroom.register.schema import AnyRow
from mailroom.rules.model import Category
from mailroom.workflow.desk import Desk
from mailroom.workflow.entry import Entry
from mailroom.workflow.follow_up import promise
from mailroom.workflow.ledger_names import CALLS, INCOMING
from mailroom.workflow.ledgers import number_in
from mailroom.workflow.permission import person_behind
from mailroom.workflow.private import covered
from mailroom.yamlfile.proofread import nearest

Medium = Literal["paper", "phone"]
LONGEST = 300  # characters of a subject or a name
_YEAR = re.compile(
    r"\s*[〔\[【(（〖{［]\s*(20\d\d)\s*[〕\]】)）〗}］]\s*第?\s*0*(\d+)\s*[号號]"
)
_IN_A_NAME = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What somebody writes into the register."""

    medium: Medium
    subject: str
    correspondent: str  # as it stands on the paper, or as they said on the telephone
    received_on: date
    category: str = ""  # "": a person says later which drawer it is
    doc_no: str = ""  # 来文字号
    due: date | None = None
    owner: str = ""  # "": the drawer's


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of it."""

    case: AnyRow
    number: str  # 收〔2026〕123号


class RegisteredBeforeError(ReviewError):
    """The same document stands in the register already."""


def doc_number(words: str) -> str:
    """Write a document number as the rules read it: 江政办发〔2026〕3号."""
    plain = unicodedata.normalize("NFKC", words)
    return _YEAR.sub(r"〔\1〕\2号", " ".join(plain.split()))


def enter_by_hand(
    desk: Desk, item: ByHand, *, who: str, sight: Sight, again: bool, now: datetime
) -> Entered:
    """Open a case for a paper or a call; its chain begins as if a mail had come.

    `again` enters a document that stands there already. Raises RegisteredBeforeError,
    and ReviewError for what cannot be entered.
    """
    person_behind(desk, who)
    today = desk.today(now)
    subject, sender = covered(_one_line(item.subject)), _name(item.correspondent)
    if not subject or not sender:
        raise ReviewError(text("Say what it is about, and whom it is from."))
    if item.received_on > today:
        raise ReviewError(
            text("{day} is still to come", day=item.received_on.isoformat())
        )
    for day in (item.received_on, item.due):
        if day is not None and not is_near(day, today):
            raise ReviewError(text("{day} cannot be meant", day=day.isoformat()))
    category, owner = _drawer(desk, item.category), _owner(desk, item.owner)
    doc_no, received = doc_number(item.doc_no)[:LONGEST], item.received_on.isoformat()
    due, basis = item.due, "deadline" if item.due else None
    if due is None and category is not None and category.days is not None:
        due = desk.calendar.add_working_days(item.received_on, category.days)
        basis = "default"
    with desk.database.write() as tx:
        before = same_document.registered_before(
            tx, doc_no=doc_no, sender=sender, subject=subject, day=received, sight=sight
        )
        if before is not None and not again:
            raise RegisteredBeforeError(_before(desk, tx, before, subject))
        case = cases.open_case(
            tx, code=desk.settings.office.code,
            kind=category.kind if category else "", year=today.year, now=now,
            state=CaseState.ASSIGNED if category else CaseState.SCREENING,
            category=category.id if category else None, subject=subject,
            correspondent=sender,
            owner=owner or (category.owner if category else ""),
            sensitivity=category.sensitivity if category else "normal",
            due_on=due, due_basis=basis, actor=who, medium=item.medium,
            doc_no=doc_no or None, received_on=item.received_on,
        )  # fmt: skip
        if category is not None and category.chain:
            opens = datetime.combine(
                item.received_on, time(12), desk.settings.office.zone
            )
            promise(
                desk, tx, case, [category.chain], starts="registered",
                occasion="registered", since=min(opens, now), now=now, by_hand=True,
            )  # fmt: skip
        general = CALLS if item.medium == "phone" else INCOMING
        return Entered(case=case, number=number_in(desk, tx, general, case.id))


def _one_line(words: str) -> str:
    return " ".join(words.split())[:LONGEST]


def _name(words: str) -> str:
    """Write a name as it is compared: 江恒市 档案局 is 江恒市档案局."""
    return _IN_A_NAME.sub("", _one_line(words))


def _drawer(desk: Desk, name: str) -> Category | None:
    if not name:
        return None
    known = {c.id: c for c in desk.rules.categories.values() if not c.machine}
    if name not in known:
        near = nearest(name, known)
        raise ReviewError(
            text(
                "there is no drawer {name}; did you mean {near}?", name=name, near=near
            )
            if near
            else text("there is no drawer {name}", name=name)
        )
    return known[name]


def _owner(desk: Desk, name: str) -> str:
    if not name:
        return ""
    person = desk.directory.person(name)
    if person is None:
        raise ReviewError(
            text("rules/office/people.yaml knows nobody called {name}", name=name)
        )
    return person.name


def _before(desk: Desk, tx: Connection, case: AnyRow, subject: str) -> Text:
    general = CALLS if case.medium == "phone" else INCOMING
    number = number_in(desk, tx, general, case.id)
    if case.subject == subject:
        return text(
            "registered already: {number} (case {case})",
            number=number,
            case=case.number,
        )
    return text(
        "registered already, under another title: {number} (case {case}, “{title}”)",
        number=number,
        case=case.number,
        title=case.subject,
    )


def registered_already(entry: Entry) -> Text | None:
    """Say that a mail brings a document that stands in the register already.

    Of a restricted one only that it does.
    """
    answer, message = entry.reading.answer, entry.reading.message
    named = answer.fields.get("doc_no") if answer else None
    sender = message.forwarded_from or message.sender
    if named is None or sender is None:
        return None
    subject = covered(message.base_subject or message.subject)
    before = same_document.registered_before(
        entry.tx, doc_no=named.value, sender=sender.address, subject=subject, day=""
    )
    if before is None:
        return None
    if is_restricted(before.sensitivity):
        return text("look at it: this document stands in the register already")
    return text(
        "look at it: {reason}", reason=_before(entry.desk, entry.tx, before, subject)
    )
