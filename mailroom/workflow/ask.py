"""Ask: what rules want done with a message besides its case is written down as work."""

from collections.abc import Iterable, Mapping

from mailroom.register import errands, jobs
from mailroom.rules.model import Action
from mailroom.rules.read_actions import ARGUMENTS
from mailroom.workflow.entry import Entry

JOBS: Mapping[str, str] = {
    "mark": "arrange",
    "move": "arrange",
    "save_attachment": "keep_files",
    "forward_draft": "pass_on",
}
OPPOSED: Mapping[str, str] = {"read": "unread", "unread": "read"}


def ask(entry: Entry) -> list[int | None]:
    """Write down what the rules ask for; returns the jobs that do it.

    In observe mode, and of history, nothing.
    """
    answer = entry.reading.answer
    observing = entry.desk.settings.office.mode == "observe"
    if answer is None or observing or entry.row.history:
        return []
    wanted = _distinct(answer.actions)
    for action in wanted:
        if action.verb != "forward_draft":
            errands.add(
                entry.tx, entry.row.id, verb=action.verb,
                wanted=action.arguments[ARGUMENTS[action.verb][0]],
                only=action.arguments.get("type", ""), rule=action.rule, now=entry.now,
            )  # fmt: skip
    kinds = dict.fromkeys(JOBS[action.verb] for action in wanted)
    return [jobs.add(entry.tx, kind, entry.row.id, now=entry.now) for kind in kinds]


def _distinct(actions: Iterable[Action]) -> list[Action]:
    """Give what is to be done: one move, no mark and its opposite.

    Where rules disagree, the one that is tried first has its way.
    """
    found: list[Action] = []
    for action in actions:
        opposed = OPPOSED.get(action.arguments.get("as", ""))
        refused = any(
            each.verb == action.verb
            and (action.verb == "move" or each.arguments.get("as", "") == opposed)
            for each in found
        )
        if action.verb in JOBS and not refused:
            found.append(action)
    return found
