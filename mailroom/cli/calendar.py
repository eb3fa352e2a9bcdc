"""Shows the calendar as day sheets, and lets a person enter and strike."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from mailroom.appointments import Appointment, Kind
from mailroom.cli.day import DAY, MOMENT
from mailroom.cli.output import write_file
from mailroom.cli.person import user
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import NUMBER, Talk, now
from mailroom.errors import Text, text
from mailroom.workflow import calendar_words as words
from mailroom.workflow import itinerary_decide as decide
from mailroom.workflow.calendar_by_hand import (
    add_by_hand,
    cancel_by_hand,
    person_named,
    room_named,
)
from mailroom.workflow.day_sheet import DaySheet, day_sheet, week_of
from mailroom.workflow.desk import Desk

_PLAIN = (
    "id", "kind", "begins_at", "ends_at", "whole_day", "title", "venue", "room",
    "people", "transport_no", "destination", "hotel", "recurs", "case_no", "standing",
    "heir", "sure", "hidden",
)  # fmt: skip


@click.group()
def calendar() -> None:
    """Look after meetings, visits, journeys and rooms. 日程与会议室。"""


def _narrowed(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--for", "person", default="", help="Of one person of ours."),
        click.option("--room", default="", help="Of one room of ours."),
        click.option("--json", "as_json", is_flag=True, help="For programs."),
    ):
        command = option(command)
    return command


@calendar.command("day")
@click.argument("day", type=DAY, required=False)
@_narrowed
@click.pass_obj
def day_(
    talk: Talk, day: datetime | None, *, person: str, room: str, as_json: bool
) -> None:
    """Show the sheet of a day (today): who is where, and what clashes. 当日日程。"""
    with talk.register() as desk:
        first = day.date() if day else desk.today(now())
        _show(talk, desk, first, first, person=person, room=room, as_json=as_json)


@calendar.command()
@click.argument("day", type=DAY, required=False)
@_narrowed
@click.pass_obj
def week(
    talk: Talk, day: datetime | None, *, person: str, room: str, as_json: bool
) -> None:
    """Show the sheets of a week, Monday to Sunday. 一周日程。"""
    with talk.register() as desk:
        first, last = week_of(day.date() if day else desk.today(now()))
        _show(talk, desk, first, last, person=person, room=room, as_json=as_json)


def _show(
    talk: Talk,
    desk: Desk,
    first: date,
    last: date,
    *,
    person: str,
    room: str,
    as_json: bool,
) -> None:
    sheet = day_sheet(
        desk, sight_here(desk), first, last,
        person=person_named(desk, person) if person else "",
        room=room_named(desk, room) if room else "",
    )  # fmt: skip
    if as_json:
        talk.json(
            {
                "appointments": [_plain(each) for each in sheet.shown],
                "clashes": [
                    {
                        "whose": clash.whose,
                        "why": clash.why,
                        "first": _plain(clash.first),
                        "second": _plain(clash.second),
                    }
                    for clash in sheet.clashes
                ],
            }
        )
        return
    for offset in range((last - first).days + 1):
        _show_day(talk, desk, sheet, first + timedelta(days=offset))
    for clash in sheet.clashes:
        sentence = words.clash_words(clash, desk.settings.office.zone)
        talk.out(text("! {clash}", clash=sentence))


def _plain(each: Appointment) -> dict[str, object]:
    known = asdict(each)
    return {name: known[name] for name in _PLAIN}


def _show_day(talk: Talk, desk: Desk, sheet: DaySheet, day: date) -> None:
    zone = desk.settings.office.zone
    entries = sheet.of_day(day, zone)
    free = text("nothing in the calendar") if not entries else ""
    talk.out(f"{day} {talk.say(free)}".rstrip())
    if entries:
        talk.table(
            [
                text("time"), text("who"), text("what"), text("where"), text("case"),
                "#",
            ],
            [
                (
                    words.hours(each, day, zone), "、".join(each.people),
                    _what(talk, desk, each), words.where(each), each.case_no,
                    each.id if not each.hidden else "",
                )
                for each in entries
            ],
        )  # fmt: skip


def _what(talk: Talk, desk: Desk, each: Appointment) -> str:
    said: list[Text] = [words.what(each)]
    became = words.fate(each)
    if became is not None:
        said.insert(0, became)
    said += words.notes(each, desk.settings.office.zone)
    return "; ".join(talk.say(sentence) for sentence in said)


@calendar.command()
@click.argument("when", type=MOMENT)
@click.argument("title")
@click.option("--until", type=MOMENT, help="When it ends.")
@click.option("--for", "people", multiple=True, help="Who of ours; may be repeated.")
@click.option("--room", default="", help="A room of ours.")
@click.option("--venue", default="", help="Another place.")
@click.option("--kind", type=click.Choice([*Kind]), default=Kind.MEETING)
@click.option("--case", "number", default="", help="The case that it belongs to.")
@click.option("--restricted", is_flag=True, help="Others see but that they are busy.")
@click.pass_obj
def add(
    talk: Talk,
    when: datetime,
    title: str,
    *,
    until: datetime | None,
    people: tuple[str, ...],
    room: str,
    venue: str,
    kind: str,
    number: str,
    restricted: bool,
) -> None:
    """Enter an appointment: `add "2026-04-23 09:30" 例会 --for 林佩仪`. 登记日程。"""
    with talk.register() as desk:
        zone = desk.settings.office.zone
        whole_day = when.time() == time()
        begins_at = when.replace(tzinfo=zone)
        ends_at = until.replace(tzinfo=zone) if until else None
        if whole_day:
            ends_at = (ends_at or begins_at) + timedelta(days=1)
        told = Appointment(
            id=0,
            kind=Kind(kind),
            begins_at=begins_at,
            ends_at=ends_at,
            whole_day=whole_day,
            zone=str(zone),
            title=title,
            venue=venue,
            room=room,
            people=people,
            case_no=number,
        )
        entered = add_by_hand(
            desk, told, restricted=restricted, who=user(desk),
            sight=sight_here(desk), now=now(),
        )  # fmt: skip
    talk.tell(text("entered as appointment {id}", id=entered))


@calendar.command()
@click.argument("appointment", type=NUMBER)
@click.option("--reason", required=True, help="Why.")
@click.pass_obj
def cancel(talk: Talk, appointment: int, reason: str) -> None:
    """Strike an appointment; it stays, marked. 取消日程。"""
    with talk.register() as desk:
        cancel_by_hand(
            desk, appointment, reason=reason, who=user(desk),
            sight=sight_here(desk), now=now(),
        )  # fmt: skip
    talk.tell(text("appointment {id} is struck", id=appointment))


@calendar.command()
@click.option("--all", "void", is_flag=True, help="Void editions as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def sheets(talk: Talk, *, void: bool, as_json: bool) -> None:
    """List the leaders' day sheets from today on. 领导日程单。"""
    with talk.register() as desk:
        rows, hidden = decide.sheets(desk, sight_here(desk), now=now(), void=void)
        if as_json:
            names = ("id", "person", "day", "edition", "state", "due_at", "missing")
            talk.json([{n: getattr(row, n) for n in names} for row in rows])
        else:
            talk.table(
                [
                    "#", text("day"), text("who"), text("edition"), text("state"),
                    text("hand over by"), text("missing"),
                ],
                [
                    (
                        row.id, row.day, row.person, row.edition,
                        words.SHEET_STATES[row.state], talk.local(desk, row.due_at),
                        ", ".join(row.missing),
                    )
                    for row in rows
                ],
            )  # fmt: skip
    if hidden:
        talk.tell(text("{n} restricted items", n=hidden))


@calendar.command()
@click.argument("number", type=NUMBER)
@click.option("-o", "--save", type=click.Path(path_type=Path), help="Save the file.")
@click.option("--fill", multiple=True, help="NAME=WORDS; may be repeated.")
@click.option("--approve", help="The seal, as it was shown.")
@click.option("--handed-over", help="The seal: the leader has this sheet.")
@click.pass_obj
def sheet(
    talk: Talk,
    number: int,
    *,
    save: Path | None,
    fill: tuple[str, ...],
    approve: str | None,
    handed_over: str | None,
) -> None:
    """Show a day sheet; fill it in, approve it, say it was handed over. 签发交单。"""
    with talk.desk() if fill else talk.register() as desk:
        sight, who = sight_here(desk), user(desk)
        if fill:
            given = dict(each.partition("=")[::2] for each in fill)
            decide.fill_in(desk, number, given, who=who, sight=sight, now=now())
        if approve:
            decide.approve(desk, number, seal=approve, who=who, sight=sight, now=now())
        if handed_over:
            decide.hand_over(
                desk, number, seal=handed_over, who=who, sight=sight, now=now()
            )
        with desk.database.read() as tx:
            row = decide.found(tx, number, sight)
        talk.out(f"{row.day} {row.person} · {talk.say(words.SHEET_STATES[row.state])}")
        for stop in row.content["stops"]:
            was = talk.say(words.was(stop)) if stop["was"] else ""
            parts = (stop["hours"], was, stop["what"], stop["place"], stop["way"])
            talk.out("  " + "  ".join(filter(None, parts)))
        for clash in row.content["clashes"]:
            talk.out(f"! {clash}")
        if row.missing:
            talk.out(text("fill in first: {fields}", fields=", ".join(row.missing)))
        talk.out(text("seal {seal}", seal=row.sha256[:12]))
        if save is not None:
            write_file(save, desk.enclosures.read(row.sha256))
