"""A gate lets through whatever its pattern finds."""

import random
import re
import time
from pathlib import Path

import pytest

from mailroom.message.gates import Gate, Gates
from mailroom.message.parse import parse
from mailroom.rules import asking_words, courtesy, mail_type_words
from mailroom.rules.phrases import GATES
from mailroom.rules.spelling import normal, simplified

MAILS = Path(__file__).parents[1] / "messages"
PATTERNS = [
    pattern
    for module in (asking_words, mail_type_words, courtesy)
    for pattern in vars(module).values()
    if isinstance(pattern, re.Pattern)
]
_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z']+(?: [a-z']+)*")


def _texts() -> list[str]:
    """Make texts of the patterns' own words, of letters, and of odd signs."""
    chance = random.Random(5)  # noqa: S311  the same texts in every run
    words = [word for each in PATTERNS for word in _WORD.findall(each.pattern)]
    letters = [parse(path.read_bytes()).text for path in MAILS.glob("*.eml")]
    known = [simplified(normal(letter)) for letter in letters if letter]
    odd = (
        "\n",
        "。",
        "? ",
        "\u00a0",
        "\u3000",
        "é",
        "٣",
        " 7",
        "\x1c",
        "_",
        "'",
        ", ",
        "\u212a",
    )
    texts = []
    for _ in range(1500):
        letter = chance.choice(known)
        at = chance.randrange(len(letter))
        pieces = [letter[at : at + 30]]
        for _ in range(6):
            pieces += [chance.choice(words), chance.choice((" ", *odd)), " "]
        chance.shuffle(pieces)
        texts.append("".join(pieces))
    return texts


TEXTS = _texts()


@pytest.mark.parametrize("pattern", PATTERNS, ids=range(len(PATTERNS)))
def test_it_opens_where_the_pattern_finds_something(pattern: re.Pattern[str]) -> None:
    gate, wide = Gate(pattern), Gate(pattern, anywhere=True)
    for text in TEXTS:
        match = pattern.search(text)
        if match is not None:
            assert gate.opens(text), match[0]
            assert gate.first(text) <= match.start(), match[0]
            assert wide.opens(f"{text}某{text}某{text}"), match[0]
        for sentence in text.split("。"):
            if pattern.search(sentence):
                assert wide.opens(text), sentence


def test_it_is_shut_for_most_letters() -> None:
    gate = Gate(mail_type_words.CANCEL)
    letters = [parse(path.read_bytes()).text for path in MAILS.glob("*.eml")]
    assert sum(map(gate.opens, letters)) < len(letters) / 10
    assert gate.first("会议取消") == len("会议")
    assert gate.first("会议照常") == -1


def test_a_long_text_takes_no_long_time_whatever_it_holds() -> None:
    for piece in ("请", "please ", "请a,", "is to be "):
        text = piece * (100_000 // len(piece))
        for pattern in PATTERNS:
            gate = Gate(pattern, anywhere=True)
            began = time.process_time()
            gate.opens(text)
            assert time.process_time() - began < 0.1, (piece, pattern.pattern[:30])


def test_one_pass_over_a_text_opens_the_gates_that_each_by_itself_opens() -> None:
    gates = Gates(GATES)
    for text in (*TEXTS, "", "请" * 50_000, "please " * 10_000):
        each = {name for name, gate in GATES.items() if gate.opens(text)}
        assert gates.open(text) == each


@pytest.mark.parametrize("source", [r"(a)\1", "(?P<n>a)(?P=n)"])
def test_what_re2_does_not_know_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Gate(re.compile(source))
