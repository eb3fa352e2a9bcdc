"""Set apart: a matter that has become restricted stands in no letter with others."""

from datetime import datetime

from sqlalchemy import Connection

from mailroom.cases import is_restricted
from mailroom.register import cases, drafts, followups, reminders
from mailroom.register.schema import AnyRow
from mailroom.workflow.desk import Desk
from mailroom.workflow.follow_up import call_letters_back
from mailroom.workflow.remind_whom import Whom
from mailroom.workflow.slots import put


def restrict(
    desk: Desk, tx: Connection, before: AnyRow, sensitivity: str, *, now: datetime
) -> None:
    """Make a case as confidential as a letter in it, in what speaks of it as well.

    A letter of reminder that waits is written anew without it; one that has left is
    shown to nobody any more who may not see it.
    """
    cases.restrict(tx, before, sensitivity, now=now)
    case = cases.row(tx, before.id)
    if is_restricted(before.sensitivity) or not is_restricted(case.sensitivity):
        return
    ours = {row.id: row for row in followups.of_case(tx, case.id)}
    shared = [
        row
        for row in reminders.with_letters(tx, list(ours))
        if set(reminders.cases_of_draft(tx, row.draft_id)) != {case.id}
    ]
    for row in shared:
        drafts.note(tx, row.draft_id, sensitivity=case.sensitivity)
    if shared:
        call_letters_back(tx, list(ours), now=now)
    for row in reminders.open_letters(tx, list(ours)):
        told = reminders.matters(tx, row.id)
        if all(each.case_id == case.id for each in told):
            continue
        for each in told:
            if each.id in ours:
                reminders.take_out(tx, row.id, each.id)
                whom = Whom(address=row.address, kind="letter")
                put(desk, tx, ours[each.id], case, whom, now=now)
