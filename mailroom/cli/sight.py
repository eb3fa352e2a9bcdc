"""Answers what the person at the terminal may see of the register."""

from mailroom.cases import Sight
from mailroom.cli.person import user
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of


def may_see(
    desk: Desk, sensitivity: str, category: str | None, owner: str = ""
) -> bool:
    """Say whether this person may see a matter; one question for all commands."""
    return sight_here(desk).sees(sensitivity, category, owner)


def sight_here(desk: Desk) -> Sight:
    """Give the sight of whoever the operator has mapped this account to."""
    mapped = desk.directory.person(desk.settings.reviewers.get(user(desk), ""))
    return sight_of(desk, mapped)
