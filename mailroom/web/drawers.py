"""Lists the drawers that a person may put a letter into."""

from collections.abc import Iterator

from mailroom.web.queue import category_name
from mailroom.web.visit import Visit


def drawers(visit: Visit) -> list[tuple[str, str]]:
    """List the drawers that a letter may be put into: id and name, by name."""
    return sorted(_drawers(visit), key=lambda drawer: drawer[1])


def _drawers(visit: Visit) -> Iterator[tuple[str, str]]:
    for category in visit.desk.rules.categories.values():
        if not category.machine:
            yield category.id, category_name(visit, category.id)
