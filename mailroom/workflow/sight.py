"""Says which restricted matters a person of the office may see."""

from dataclasses import replace

from mailroom.cases import NOBODY, Sight
from mailroom.directory import Person
from mailroom.workflow.desk import Desk
from mailroom.workflow.ledger_names import KEPT


def sight_of(desk: Desk, person: Person | None) -> Sight:
    """Give somebody's sight, by the names in `rules/`; a stranger's is what is open."""
    if person is None:
        return NOBODY
    categories = desk.rules.categories.values()
    return Sight(
        names=frozenset((person.name, *person.also, person.address)) - {""},
        categories=frozenset(
            c.id for c in categories if any(map(person.answers_to, c.readers))
        ),
        named=frozenset(c.id for c in categories if c.readers),
        others=any(map(person.answers_to, desk.directory.confidential_readers)),
    )


def in_reports(sight: Sight) -> Sight:
    """Narrow somebody's sight for what is listed of the whole office.

    What stands in a restricted register (leave, say) is a number there for all but
    those who are named and who is in charge of it, however open the matter itself is.
    """
    return replace(sight, kept=KEPT)
