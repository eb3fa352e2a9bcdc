"""Restricted matters are seen by name, never by rank; the book and the value agree."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom.cases import NOBODY, STRICTNESS, Sight
from mailroom.register.schema import case
from mailroom.register.sight import seen_by
from mailroom.workflow.sight import sight_of
from tests.unit.small_office import SmallOffice, letter

SIGHTS = (
    NOBODY,
    Sight(others=True),
    Sight(others=True, named=frozenset({"maintenance"})),
    Sight(named=frozenset({"maintenance"}), categories=frozenset({"maintenance"})),
    Sight(names=frozenset({"Tom Reyes"}), named=frozenset({"maintenance"})),
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_book_finds_just_what_the_sight_sees(
    office: SmallOffice, sight: Sight
) -> None:
    kinds = list(
        product(STRICTNESS, (None, "maintenance", "invoice"), ("", "Tom Reyes"))
    )
    for number, _ in enumerate(kinds):
        office.sort(letter(f"Heating {number}", "The heating is broken, please come."))
    ids = [row.id for row in office.cases()]
    with office.desk.database.write() as tx:
        for id_, (sensitivity, category, owner) in zip(ids, kinds, strict=True):
            tx.execute(
                update(case)
                .where(case.c.id == id_)
                .values(sensitivity=sensitivity, category=category, owner=owner)
            )
    with office.desk.database.read() as tx:
        found = set(tx.execute(select(case.c.id).where(seen_by(sight))).scalars())

    assert found == {
        id_ for id_, kind in zip(ids, kinds, strict=True) if sight.sees(*kind)
    }


def test_rank_opens_nothing_and_a_name_does(office: SmallOffice) -> None:
    desk = office.desk
    leader, named = desk.directory.person("周广川"), desk.directory.person("徐婷")

    assert leader is not None
    assert "leader" in leader.roles
    assert not sight_of(desk, leader).sees("confidential", None)
    assert sight_of(desk, named).sees("confidential", None)


def test_a_category_that_names_its_readers_is_closed_to_all_others(
    office: SmallOffice,
) -> None:
    quotation = replace(office.desk.rules.categories["quotation"], readers=("蒋晨",))
    rules = replace(
        office.desk.rules,
        categories={**office.desk.rules.categories, "quotation": quotation},
    )
    desk = replace(office.desk, rules=rules)

    usual = sight_of(desk, desk.directory.person("徐婷"))
    reader = sight_of(desk, desk.directory.person("蒋晨"))

    assert not usual.sees("confidential", "quotation")
    assert reader.sees("confidential", "quotation")
    assert not reader.sees("confidential", "contract")
