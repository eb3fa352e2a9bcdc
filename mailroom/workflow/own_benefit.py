"""Answers whether changed rules would let their editor see or decide more than now."""

from collections.abc import Iterator

from mailroom.cases import is_restricted, stricter
from mailroom.directory import Person
from mailroom.rules.model import Category
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of


def serves_its_editor(old: Desk, new: Desk, name: str) -> bool:
    """Compare one office before and after a change that a person called `name` makes.

    Nobody opens what is restricted to themselves, nor takes a rank: another one must
    do it. Whoever does not see a restricted category cannot make it less so either.
    """
    before, after = old.directory.person(name), new.directory.person(name)
    sight = sight_of(old, before)
    if not sight_of(new, after).is_within(sight):
        return True
    if after is not None and set(after.roles) - set(before.roles if before else ()):
        return True
    return any(
        _opens(category, old, new, after)
        for category in old.rules.categories.values()
        if is_restricted(category.sensitivity)
        and not sight.sees(category.sensitivity, category.id)
    )


def _opens(was: Category, old: Desk, new: Desk, person: Person | None) -> bool:
    """Say whether a restricted category becomes less so, or falls to this person."""
    now = new.rules.categories.get(was.id)
    if now is None or stricter(now.sensitivity, was.sensitivity) != now.sensitivity:
        return True
    fresh = set(_in_charge(now, new)) - set(_in_charge(was, old))
    return person is not None and any(map(person.answers_to, fresh))


def _in_charge(category: Category, desk: Desk) -> Iterator[str]:
    """Name those whom cases of a category go to, and who therefore see them."""
    yield category.owner
    for rule in desk.rules.rules:
        if rule.category in {None, category.id}:
            for action in rule.actions:
                if action.verb == "assign":
                    yield from action.arguments.values()
