"""The parts of the desk, as its head lists them."""

from mailroom.errors import Text, text
from mailroom.register.logins import Role
from mailroom.web.visit import Visit

PARTS: tuple[tuple[str, Text, Role], ...] = (
    ("/", text("Review"), Role.VIEWER),
    ("/unsorted", text("Unsorted"), Role.VIEWER),
    ("/quarantine", text("Quarantine"), Role.REVIEWER),
    ("/outbox", text("Outbox"), Role.VIEWER),
    ("/followups", text("Follow-ups"), Role.VIEWER),
    ("/calendar", text("Calendar"), Role.VIEWER),
    ("/cases", text("Cases"), Role.VIEWER),
    ("/supervision", text("Supervision"), Role.VIEWER),
    ("/registers", text("Registers"), Role.VIEWER),
    ("/day-papers", text("Papers"), Role.VIEWER),
    ("/templates", text("Templates"), Role.VIEWER),
)


def parts(visit: Visit) -> list[tuple[str, Text]]:
    """List the parts that a visitor may open: path and name."""
    found = [(place, name) for place, name, role in PARTS if visit.may(role)]
    if visit.edits_rules:  # by role, or by name in rules/office
        found.append(("/rules", text("Rules")))
    if visit.may(Role.ADMIN):
        found.append(("/people", text("People")))
    return found
