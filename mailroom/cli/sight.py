"""Answers what the person at the terminal may see of the register."""

from mailroom.cli.person import user
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of


def may_see(
    desk: Desk, sensitivity: str, category: str | None, owner: str = ""
) -> bool:
    """Say whether this person may see a matter; one question for all commands.

    Who they are is what the operator has mapped their account to.
    """
    mapped = desk.directory.person(desk.settings.reviewers.get(user(desk), ""))
    return sight_of(desk, mapped).sees(sensitivity, category, owner)
