"""Supervise: a case is given to units of the office, each by a notice of its own.

A notice (督办通知单) is a letter: it waits for a person's word. Once it has left, the
unit's reports are waited for; only a person strikes its part off, on what shows it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from mailroom.calendar import is_near
from mailroom.cases import Sight, is_open
from mailroom.directory import Unit
from mailroom.drafts import SUPERVISION
from mailroom.errors import ReviewError, UnreadableMessageError, text
from mailroom.followups.units import Part, read_units
from mailroom.message.model import Attachment
from mailroom.message.parse import parse
from mailroom.register import cases, events, jobs, matters, messages
from mailroom.register.drafts import Version
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import DOCX, compose, hold, render
from mailroom.workflow.read_case import visible_case
from mailroom.workflow.source import Source
from mailroom.workflow.unit_letters import subject_for, unit_source
from mailroom.workflow.unit_rounds import end_round

CATEGORY = "supervision_order"  # its cases are supervised without a person's asking
_ROLES: Mapping[str, Mapping[Part, str]] = {
    "zh": {"lead": "主办", "assist": "协办"},
    "en": {"lead": "leads on", "assist": "assists with"},
}
LONGEST_INSTRUCTION = 600  # characters of the order that stand on the notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is given to whom."""

    about: str
    units: tuple[tuple[Unit, Part], ...]
    by: date | None = None
    interval: str = ""  # 每周五, weekly; "": no reports before the day
    source: str = ""  # who ordered it
    instruction: str = ""  # in the words of the order


def supervise(
    desk: Desk,
    number: str,
    *,
    lead: Iterable[str],
    assist: Iterable[str] = (),
    by: date | None = None,
    interval: str = "",
    who: str,
    sight: Sight,
    now: datetime,
) -> int:
    """Give a case to units, by a person's word; returns how many notices wait now.

    Units are named as in rules/office. Raises ReviewError, and TemplateError where a
    template is broken.
    """
    with desk.database.read() as tx:
        case = visible_case(tx, number, sight)
        known = matters.of_case(tx, case.id)
        parts = (
            {each.unit: each for each in matters.units(tx, known.id)} if known else {}
        )
        said = _said(tx, case)
    if not is_open(case.state):
        raise ReviewError(text("{number} is closed", number=case.number))
    units = [(_named(desk, name), part) for name, part in _parts(lead, assist)]
    for unit, _ in units:
        if unit.name in parts:
            # A part keeps its day: what was ordered is what lateness is told from.
            raise ReviewError(
                text(
                    "{unit} has a part in {number} already (due {day}); name others",
                    unit=unit.name,
                    number=case.number,
                    day=parts[unit.name].planned_on or "–",
                )
            )
    if not units:
        raise ReviewError(text("name the unit that leads"))
    if by is not None and not is_near(by, desk.today(now)):
        raise ReviewError(text("{day} cannot be meant", day=by.isoformat()))
    if by is None and case.due_on:
        by = date.fromisoformat(case.due_on)
    order = Order(
        about=known.about if known else said.get("matter") or case.subject,
        units=tuple(units),
        by=by,
        interval=interval or (known.interval if known else said.get("interval", "")),
        source=said.get("leader") or _name(desk, case.correspondent),
        instruction=_instruction(desk, case),
    )
    notices = _notices(desk, case, order, now=now)
    with desk.database.write() as tx:
        return len(_enter(desk, tx, case, order, notices, who=who, now=now))


def _parts(lead: Iterable[str], assist: Iterable[str]) -> list[tuple[str, Part]]:
    leads: list[tuple[str, Part]] = [(name, "lead") for name in lead]
    return leads + [(name, "assist") for name in assist]


def _named(desk: Desk, name: str) -> Unit:
    unit = desk.directory.unit(name)
    if unit is None:
        known = ", ".join(each.name for each in desk.directory.units)
        raise ReviewError(
            text(
                "rules/office knows no unit called {name}; it knows: {known}",
                name=name,
                known=known or "–",
            )
        )
    return unit


def take_up(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Give an order that has come in to the units it names; returns the jobs.

    Where it names none that rules/office knows, a person does. Raises LeaseLostError,
    and TemplateError where a template is broken.
    """
    with desk.database.read() as tx:
        row = messages.row(tx, job.subject_id)
        case = cases.row(tx, row.case_id)
        said = _said(tx, case)
    try:
        message = parse(desk.mail.read(row.sha256))
    except UnreadableMessageError:
        message = None
    words = (
        "" if message is None else message.zones.new + "\n" + message.zones.forwarded
    )
    named = read_units(words, desk.directory.units)
    order = Order(
        about=said.get("matter") or case.subject,
        units=tuple((one.unit, one.part) for one in named),
        by=date.fromisoformat(case.due_on)
        if case.due_on and case.due_basis == "deadline"
        else None,
        interval=said.get("interval", ""),
        source=said.get("leader") or _name(desk, case.correspondent),
        instruction=_instruction(desk, case),
    )
    leads = any(part == "lead" for _, part in order.units)
    notices = _notices(desk, case, order, now=now) if leads else []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        following: list[int | None] = []
        if leads and is_open(case.state):
            following = _enter(desk, tx, case, order, notices, who="mailroom", now=now)
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def _said(tx: Connection, case: AnyRow) -> dict[str, str]:
    """Give what the letters of the case tell of the order."""
    told: dict[str, str] = {}
    for each in messages.of_case(tx, case.id):
        if each.direction == "in" and each.category == CATEGORY:
            told |= messages.fields(each.answer)
    return told


def _name(desk: Desk, address: str) -> str:
    person = desk.directory.person(address)
    return person.name if person else address


def _instruction(desk: Desk, case: AnyRow) -> str:
    """Give the order in its own words, as the notice shows it."""
    with desk.database.read() as tx:
        mails = [m for m in messages.of_case(tx, case.id) if m.direction == "in"]
    if not mails:
        return ""
    try:
        message = parse(desk.mail.read(mails[0].sha256))
    except UnreadableMessageError:
        return ""
    words = message.zones.new or message.zones.forwarded
    return " ".join(words.split())[:LONGEST_INSTRUCTION]


def _notices(
    desk: Desk, case: AnyRow, order: Order, *, now: datetime
) -> list[tuple[Unit, Part, Version, Source]]:
    """Make the notice for each unit; nothing is entered yet."""
    if desk.settings.office.mode == "observe":
        return []
    language = "zh" if desk.settings.office.language == "zh-CN" else "en"
    comma = "、" if language == "zh" else ", "
    leads = comma.join(unit.name for unit, part in order.units if part == "lead")
    assists = comma.join(unit.name for unit, part in order.units if part == "assist")
    made = []
    for unit, part in order.units:
        source = unit_source(desk, case, unit.name, order.about, now=now)
        owner = source.fields.get("owner") or ""
        fields = {
            **source.fields,
            "role": _ROLES[language][part],
            "deadline": order.by or "",
            "interval": order.interval,
            "doc_no": case.number,
            "issue_date": desk.today(now),
            "title": order.about,
            "source": order.source,
            "instruction": order.instruction,
            "lead_unit": leads,
            "assisting_units": assists,
            "contact": f"{owner} {source.account.address}".strip(),
        }
        source = Source(
            case=case, account=source.account, language=language, fields=fields,
            original=None, now=now,
        )  # fmt: skip
        paper = render(desk, f"paper/supervision_notice.{language}.docx", fields)
        name = "督办通知单" if language == "zh" else "order"
        version = compose(
            desk, source, f"letter/supervision.{language}.docx", to=[unit.address],
            subject=subject_for(case, order.about, language),
            enclosed=[
                Attachment(
                    name=f"{case.number} {name}.docx", type=DOCX, content=paper.docx
                )
            ],
            gaps=paper.missing,
        )  # fmt: skip
        made.append((unit, part, version, source))
    return made


def _enter(
    desk: Desk,
    tx: Connection,
    case: AnyRow,
    order: Order,
    notices: Sequence[tuple[Unit, Part, Version, Source]],
    *,
    who: str,
    now: datetime,
) -> list[int | None]:
    """Write the matter, its units and their notices; returns the jobs that follow."""
    matter_id = matters.open_matter(
        tx, case, about=order.about, interval=order.interval, due_on=order.by, now=now,
        actor=who,
    )  # fmt: skip
    letters = {unit.name: (version, source) for unit, _, version, source in notices}
    category = desk.rules.categories.get(case.category or "")
    following: list[int | None] = []
    for unit, part in order.units:
        head = desk.directory.person(unit.head) if unit.head else None
        unit_id = matters.add_unit(
            tx, matter_id, case.id, unit=unit.name, role=part, address=unit.address,
            head=head.address if head else "", planned_on=order.by, now=now, actor=who,
        )  # fmt: skip
        if unit_id is None or unit.name not in letters:
            continue
        version, source = letters[unit.name]
        following.append(
            hold(
                tx, version, key=f"supervise:{unit_id}", source=source,
                message_id=None, followup_id=None, kind=SUPERVISION,
                clearance=category.clearance if category else 1,
                sensitivity=case.sensitivity, now=now,
            )
        )  # fmt: skip
    return following


def strike_off(
    desk: Desk,
    number: str,
    *,
    unit: str,
    proof: str,
    who: str,
    sight: Sight,
    now: datetime,
) -> bool:
    """Strike a unit's part off (销号), by a person's word; True where it was the last.

    `proof` says what shows that it is done. Raises ReviewError.
    """
    if not proof.strip():
        raise ReviewError(text("say what shows that it is done"))
    name = _named(desk, unit).name
    with desk.database.write() as tx:
        case = visible_case(tx, number, sight)
        of = matters.unit_in(tx, case.id, name)
        if of is None:
            raise ReviewError(
                text("{unit} has no part in {number}", unit=name, number=case.number)
            )
        if of.state == "closed":
            raise ReviewError(text("the part of {unit} is done already", unit=name))
        matters.close_unit(tx, of, proof=proof.strip(), now=now, actor=who)
        end_round(tx, of, reason=text("a person struck it off"), now=now)
        left = matters.units(tx, of.matter_id)
        whole = all(each.state == "closed" for each in left)
        if whole:
            events.record(
                tx, "all units are done", at=now, entity="matter",
                entity_id=of.matter_id, case_id=case.id, actor=who,
            )  # fmt: skip
        return whole
