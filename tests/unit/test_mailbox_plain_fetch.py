"""Plain FETCH answers are read quickly, and odd ones left to the library."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailroom.mailbox.plain_fetch import bodies, described, numbers


@pytest.mark.parametrize(
    ("uids", "written"),
    [
        ([], ""),
        ([7], "7"),
        ([1, 2, 3], "1:3"),
        ([1, 2, 3, 9, 5, 6], "1:3,5:6,9"),
        ([4294967295], "4294967295"),
    ],
)
def test_neighbours_are_asked_for_as_a_range(uids: list[int], written: str) -> None:
    assert numbers(uids) == written


def test_size_and_arrival_are_read_in_any_order() -> None:
    (one, two) = described(
        [
            b'1 (UID 5 RFC822.SIZE 1200 INTERNALDATE " 2-Mar-2026 09:15:01 +0800")',
            b'2 (INTERNALDATE "31-Dec-2026 23:59:59 +0000" UID 9 RFC822.SIZE 7)',
        ]
    )

    china = timezone(timedelta(hours=8))
    assert (one.uid, one.size) == (5, 1200)
    assert one.internaldate == datetime(2026, 3, 2, 9, 15, 1, tzinfo=china)
    assert (two.uid, two.size) == (9, 7)
    assert two.internaldate == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "odd",
    [
        None,
        b"3 (FLAGS (\\Seen))",
        b"3 (UID 4 RFC822.SIZE NIL)",
        b'3 (RFC822.SIZE 9 INTERNALDATE "02-Mar-2026 09:15:01 +0800")',
        b'3 (UID 4 RFC822.SIZE 9 INTERNALDATE "31-Feb-2026 09:15:01 +0800")',
        b'3 (UID 4 RFC822.SIZE 9 INTERNALDATE "02-Foo-2026 09:15:01 +0800")',
        b'3 (FLAGS (\\Seen) UID 4 RFC822.SIZE 9 INTERNALDATE "2-Mar-2026 1:1:1 +0")',
    ],
)
def test_an_odd_description_is_left_to_the_library(odd: bytes | None) -> None:
    assert list(described([odd])) == []


def test_bodies_are_known_by_uid_and_never_by_sequence_number() -> None:
    pieces = [
        (b"1 (UID 5 BODY[] {5}", b"first"),
        b")",
        (b"2 (FLAGS (\\Recent) UID 6 BODY[] {6}", b"second"),
        b")",
        (b"3 (BODY[] {5}", b"third"),
        b" UID 7)",
        (b"4 (UID 8 BODY[] {0}", b""),
        b")",
        b"5 (UID 9 BODY[] NIL)",
    ]

    assert dict(bodies(pieces)) == {5: b"first", 6: b"second"}
