"""Bundle: all that one person is reminded of on a day becomes one letter or notice.

A letter waits for a person's word; it takes the place of an earlier one that nobody
has decided on. A notice goes to our own people in fixed words, by case numbers.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from mailroom.cases import Sight, is_restricted
from mailroom.drafts import SUPERVISION, DraftState
from mailroom.errors import Text, text
from mailroom.followups.chains import LEVELS, Chain, Step
from mailroom.followups.due import days_late
from mailroom.i18n import Language, say
from mailroom.message.subjects import reply_subject
from mailroom.register import cases, drafts, events, jobs, matters, reminders, sends
from mailroom.register.drafts import Held, Version
from mailroom.register.followups import occasion_of
from mailroom.register.jobs import Job
from mailroom.register.schema import AnyRow
from mailroom.workflow import hours
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import compose, hold
from mailroom.workflow.hold import withdraw
from mailroom.workflow.remind_whom import Whom, reached_them
from mailroom.workflow.sight import sight_of
from mailroom.workflow.slots import any_urgent, place_of, put
from mailroom.workflow.source import Source, built_in
from mailroom.workflow.unit_letters import for_unit, subject_for

OTHERS_FIRST = timedelta(seconds=2)  # while follow-ups that are due still join it


def bundle(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Make the letter or the notice of a reminder; returns the jobs that follow.

    Raises LeaseLostError, and TemplateError where a template is broken.
    """
    with desk.database.read() as tx:
        row = reminders.row(tx, job.subject_id)
        told = _told(tx, row)
        letters = drafts.of_case(tx, told[0].case_id) if told else []
        case = cases.row(tx, told[0].case_id) if told else None
        unit_id = told[0].unit_id if told else None
        of = matters.unit_row(tx, unit_id) if unit_id is not None else None
    source, version = None, None
    if row.kind == "letter" and told and case is not None and row.state == "open":
        source = _source(desk, case, told, letters, now=now)
        if of is not None:
            source = for_unit(desk, source, of, letters)
        version = _letter(desk, source, told, row.address, of)
    following: list[int | None] = []
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        row = reminders.row(tx, job.subject_id)
        again = _told(tx, row)
        if row.state == "open":
            if jobs.any_due(tx, "remind", now=now):
                jobs.put_back(tx, job, due_at=now + OTHERS_FIRST, tried=False)
                return []
            if [each.id for each in again] != [each.id for each in told]:
                jobs.put_back(tx, job, due_at=now, tried=False)
                return []
            waits = _comes_too_late(desk, tx, row, again, now)
            if waits is not None:
                jobs.put_back(tx, job, due_at=waits, tried=False)
                return []
            row = reminders.row(tx, job.subject_id)
        if row.state == "open":
            reminders.note(tx, row.id, state="made", made_at=now)
            if source is not None and version is not None:
                following += _enter(desk, tx, row, again, (source, version), now=now)
            elif again:
                following += _notify(desk, tx, row, again, now)
        jobs.finish(tx, job, now=now)
    return [number for number in following if number is not None]


def retell(desk: Desk, job: Job, *, now: datetime) -> list[int]:
    """Tell anew what a notice could not tell in office hours. Raises LeaseLostError."""
    with desk.database.write() as tx:
        jobs.hold(tx, job, now=now)
        notice = sends.notice_row(tx, job.subject_id)
        reminder_id = int(notice.key.rpartition(":")[2])
        for each in reminders.matters(tx, reminder_id):
            case = cases.row(tx, each.case_id)
            put(desk, tx, each, case, Whom(address=notice.to, kind="notice"), now=now)
        jobs.finish(tx, job, now=now)
    return []


def _told(tx: Connection, row: AnyRow) -> list[AnyRow]:
    """List what a reminder speaks of, with what earlier letters still ask for."""
    found = {each.id: each for each in reminders.matters(tx, row.id)}
    if row.kind == "letter" and not _restricted(found.values()):
        for earlier in reminders.waiting_letters(tx, row.address, row.id):
            theirs = reminders.matters(tx, earlier.id)
            if not _restricted(theirs):
                found |= {each.id: each for each in theirs}
    by_age = sorted(found.values(), key=lambda each: each.id)
    # Of one chain the last step; two promises of one letter are two matters.
    last = {(each.case_id, each.chain, occasion_of(each)): each for each in by_age}
    return sorted(last.values(), key=lambda each: (each.by or "9", each.id))


def _restricted(matters: Iterable[AnyRow]) -> bool:
    return any(is_restricted(each.sensitivity) for each in matters)


def _comes_too_late(
    desk: Desk, tx: Connection, row: AnyRow, told: list[AnyRow], now: datetime
) -> datetime | None:
    """Keep to the day and to office hours; returns till when it must wait.

    A worker that was away for days makes today's reminder, not one for each day.
    """
    if not told:
        return None
    where = place_of(desk, row.address, told[0].site)
    urgent = any_urgent(desk, told)
    opens = now.astimezone(where.zone) if urgent else where.opening(now)
    if opens.date().isoformat() == row.day:
        return opens if opens > now else None
    reminders.note(tx, row.id, state="moved")
    for each in told:
        case = cases.row(tx, each.case_id)
        put(desk, tx, each, case, Whom(address=row.address, kind=row.kind), now=now)
    return None


# -- letters --------------------------------------------------------------------------


def _source(
    desk: Desk,
    case: AnyRow,
    told: Sequence[AnyRow],
    letters: list[Held],
    *,
    now: datetime,
) -> Source:
    sent = [held for held in letters if held.state == DraftState.SENT]
    account = sent[-1].account if sent else desk.settings.accounts[0].name
    chinese = any("一" <= letter <= "鿿" for letter in case.subject)
    language = "zh" if chinese else "en"
    fields = built_in(desk, case, language, name="", now=now)
    asked = [_matter(desk, each, now) for each in told]
    fields["matters"], fields["others"] = asked, asked[1:]
    for name in ("matter", "due", "days_late"):
        fields[name] = asked[0][name]
    return Source(
        case=case,
        account=desk.settings.account(account),
        language=language,
        fields=fields,
        original=None,
        thread=thread_of(letters),
        now=now,
    )


def _matter(desk: Desk, row: AnyRow, now: datetime) -> dict[str, object]:
    step = _step(desk, row)
    return {
        "matter": row.subject,
        "case_no": row.number,
        "due": date.fromisoformat(row.by) if row.by else "",
        "days_late": _days_late(desk, row, now),
        "level": step.level if step else "friendly",
    }


def thread_of(letters: Sequence[Held]) -> tuple[str, ...]:
    """Give the Message-IDs of the letters that they have got of us, oldest first."""
    return tuple(held.says.rfc_id for held in letters if reached_them(held))


def _letter(
    desk: Desk,
    source: Source,
    told: Sequence[AnyRow],
    address: str,
    of: AnyRow | None,
) -> Version | None:
    """Write the letter by the template of the gravest step."""
    steps = [step for step in (_step(desk, row) for row in told) if step]
    named = [step for step in steps if step.template]
    if not named:
        return None
    gravest = max(named, key=lambda step: LEVELS.index(step.level))
    templates = gravest.template
    template = templates.get(source.language) or next(iter(templates.values()))
    return compose(
        desk,
        source,
        template,
        to=[address],
        subject=reply_subject(source.case.subject)
        if of is None
        else subject_for(source.case, of.about, source.language),
    )


def _enter(
    desk: Desk,
    tx: Connection,
    row: AnyRow,
    told: Sequence[AnyRow],
    letter: tuple[Source, Version],
    *,
    now: datetime,
) -> list[int | None]:
    """Enter the letter; it takes the place of those that wait still."""
    earlier = (
        [] if _restricted(told) else reminders.waiting_letters(tx, row.address, row.id)
    )
    for one in earlier:
        held = drafts.held(tx, one.draft_id)
        if held is not None and not _restricted(reminders.matters(tx, one.id)):
            withdraw(tx, held, text("a newer reminder takes its place"), now=now)
    for each in told:
        reminders.add(tx, row.id, each.id)
    source, version = letter
    known = desk.rules.categories
    categories = [known[each.category] for each in told if each.category in known]
    times = drafts.count_keyed(tx, f"reminder:{row.id}:")
    key = f"reminder:{row.id}:{times}"
    place = hold(
        tx, version, key=key, source=source, message_id=None, followup_id=told[0].id,
        kind="reminder" if told[0].unit_id is None else SUPERVISION,
        clearance=max([c.clearance for c in categories], default=1),
        sensitivity=told[0].sensitivity, now=now,
    )  # fmt: skip
    reminders.note(tx, row.id, draft_id=drafts.id_of(tx, key))
    return [place]


# -- notices --------------------------------------------------------------------------


def _notify(
    desk: Desk, tx: Connection, row: AnyRow, told: Sequence[AnyRow], now: datetime
) -> list[int | None]:
    told_too = {address.lower() for address in desk.settings.office.notify}
    if not desk.directory.is_own(row.address) and row.address not in told_too:
        return []
    sight = sight_of(desk, desk.directory.person(row.address))
    language: Language = desk.settings.office.language
    where = place_of(desk, row.address, told[0].site)
    notice_id = sends.add_notice(
        tx,
        key=f"reminder:{row.id}",
        to=row.address,
        subject=say(_subject(told, sight), language),
        body=say(_body(desk, told, sight, now), language),
        until=None if any_urgent(desk, list(told)) else where.closing(now),
        now=now,
    )
    for each in told:
        events.record(
            tx, "reminded", at=now, entity="followup", entity_id=each.id,
            case_id=each.case_id, chain=each.chain, step=each.step, to=row.address,
        )  # fmt: skip
    if notice_id is None:
        return []
    return [jobs.add(tx, "notice", notice_id, now=now)]


def _seen(told: Sequence[AnyRow], sight: Sight) -> list[AnyRow]:
    return [
        each for each in told if sight.sees(each.sensitivity, each.category, each.owner)
    ]


def _subject(told: Sequence[AnyRow], sight: Sight) -> Text:
    seen = _seen(told, sight)
    if len(told) == 1 and seen:
        return text("[{case}] a follow-up is due", case=seen[0].number)
    return text("{n} matters are to be followed up", n=len(told))


_ASKS = {
    "friendly": text("Please look at them in time."),
    "overdue": text("They are due: please see to them today."),
    "head": text(
        "They are late. Please say today where they stand, why, and the new date."
    ),
    "leader": text("They stand on the list for the leader; these are the facts."),
}


def _body(desk: Desk, told: Sequence[AnyRow], sight: Sight, now: datetime) -> Text:
    """Say which cases, in fixed words: number, chain, day, who is in charge."""
    seen = _seen(told, sight)
    language = "zh" if desk.settings.office.language == "zh-CN" else "en"
    lines = [_line(desk, each, language, now) for each in seen]
    if len(seen) < len(told):
        lines.append(text("{n} restricted items", n=len(told) - len(seen)))
    steps = [step for step in (_step(desk, each) for each in told) if step]
    gravest = max((step.level for step in steps), key=LEVELS.index, default="friendly")
    look = [
        text("Look at it: mailroom cases show {case}", case=each.number)
        for each in seen[:1]
    ]
    whole: Text | None = None
    for part in (*lines, _ASKS[gravest], *look):
        whole = part if whole is None else text("{a}\n{b}", a=whole, b=part)
    return whole or _ASKS[gravest]


def _line(desk: Desk, row: AnyRow, language: str, now: datetime) -> Text:
    chain = desk.chains.by_id.get(row.chain)
    about = chain.about.get(language, row.chain) if chain else row.chain
    late = _days_late(desk, row, now)
    values = {
        "case": row.number,
        "chain": about,
        "day": row.by or "–",
        "owner": row.owner or "–",
    }
    if row.said_done is not None:
        return text(
            "{case}: they say that it is done; a person must confirm it ({chain})",
            case=row.number, chain=about,
        )  # fmt: skip
    if late:
        return text(
            "{case}: due {day}, {n} working days late, in charge: {owner} ({chain})",
            **values, n=late,
        )  # fmt: skip
    return text("{case}: due {day}, in charge: {owner} ({chain})", **values)


def _days_late(desk: Desk, row: AnyRow, now: datetime) -> int:
    if not row.by:
        return 0
    where = hours.place(desk, row.site)
    due = date.fromisoformat(row.by)
    return days_late(due, where.today(now), where.calendar)


def _step(desk: Desk, row: AnyRow) -> Step | None:
    chain: Chain | None = desk.chains.by_id.get(row.chain)
    return chain.steps[row.step - 1] if chain and row.step <= len(chain.steps) else None
