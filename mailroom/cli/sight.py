"""Answers what the person at the terminal may see of the register."""

from mailroom.cases import is_restricted
from mailroom.cli.person import user
from mailroom.workflow.desk import Desk


def may_see(desk: Desk, sensitivity: str) -> bool:
    """Say whether this person may see a matter; one question for all commands.

    What is restricted is for people of the office whom the operator has mapped.
    """
    if not is_restricted(sensitivity):
        return True
    mapped = desk.settings.reviewers.get(user(desk), "")
    return desk.directory.person(mapped) is not None
