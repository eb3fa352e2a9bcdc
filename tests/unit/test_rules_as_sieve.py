"""Claims that conditions mean what the like tests of Sieve (RFC 5228) mean."""

import pytest

from mailroom.message.parse import parse
from tests.unit.rule_mails import holds
from tests.unit.sieve_cases import CASES, MESSAGE, SIZE, Case

READ = parse(MESSAGE)


def test_the_message_has_the_size_that_the_cases_speak_of() -> None:
    assert len(MESSAGE) == SIZE == READ.size


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sieve)
def test_a_condition_answers_as_sieve_does(case: Case) -> None:
    assert holds(case.ours, READ) is case.holds


def test_a_domain_is_that_domain_or_one_below_it_unless_is_is_written() -> None:
    assert holds("to: {domain: acme.example, local: wile}", READ)
    assert not holds("to: {domain: {is: acme.example}, local: wile}", READ)


def test_a_list_of_headers_is_an_or_here() -> None:
    assert holds("header_exists: [From, X-Absent]", READ)
