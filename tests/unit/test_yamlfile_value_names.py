"""Claims about Chinese words that stand where a word of an English list belongs."""

from collections.abc import Collection
from typing import get_args

import pytest

from mailroom.directory.entries import Region, Role
from mailroom.followups.chains import ENDS, LEVELS, STARTS, TOS
from mailroom.i18n import say
from mailroom.rules.conditions import ZONES
from mailroom.rules.extraction import TYPES
from mailroom.rules.mail_types import MAIL_TYPES
from mailroom.rules.model import DRAFTINGS, SENSITIVITIES
from mailroom.rules.read_actions import MARKS
from mailroom.rules.read_addresses import KNOWN_SENDERS
from mailroom.rules.read_conditions import FRAUD, LANGUAGES, MACHINES, TRUST
from mailroom.rules.read_moments import WEEKDAYS
from mailroom.rules.read_rules import ONLY, TRADITIONAL
from mailroom.rules.read_words import PLACES
from mailroom.yamlfile import Proofreader, Scalar
from mailroom.yamlfile.value_names import called

LISTS: dict[str, Collection[str]] = {
    "yes or no": ("yes", "no"),
    "sensitivity": SENSITIVITIES,
    "draft": DRAFTINGS,
    "traditional": TRADITIONAL,
    "only": ONLY,
    "machine": MACHINES,
    "language": LANGUAGES,
    "trusted": TRUST,
    "zone": ZONES,
    "place": PLACES,
    "mail_type": MAIL_TYPES,
    "fraud": FRAUD,
    "known_sender": KNOWN_SENDERS,
    "mark": MARKS,
    "weekday": [day for day in WEEKDAYS if day.isascii() and day.islower()],
    "type": TYPES,
    "starts": STARTS,
    "ends_on": ENDS,
    "to": TOS,
    "level": LEVELS,
    "role": get_args(Role),
    "calendar": get_args(Region),
}


@pytest.mark.parametrize("subject", LISTS)
def test_every_value_of_a_closed_list_has_its_own_chinese_word(subject: str) -> None:
    words = {value: called(subject, value) for value in LISTS[subject]}

    assert [value for value, said in words.items() if not said] == []
    every = [word for said in words.values() for word in said]
    assert sorted(every) == sorted(set(every))


def told(subject: str, word: str) -> str:
    proof = Proofreader("r.yaml", "R")
    node = Scalar(value=word, line=3, column=7)
    assert proof.choice(node, LISTS[subject], "", subject) == ""
    (fault,) = proof.faults
    assert (fault.line, fault.column, fault.code) == (3, 7, "R004")
    return say(fault.text, "zh-CN")


@pytest.mark.parametrize(
    ("subject", "word", "value"),
    [
        ("sensitivity", "保密", "confidential"),
        # 秘密, 机密, 绝密 are the three levels of state secrets.
        ("sensitivity", "机密", "classified"),
        ("sensitivity", "内部", "internal"),
        ("sensitivity", "機密", "classified"),
        ("known_sender", "政府", "government"),
        ("known_sender", "本单位", "own"),
        ("type", "人数", "headcount"),
        ("type", "截止", "deadline"),
        ("language", "英文", "en"),
        ("mark", "已读", "read"),
        ("zone", "引文", "quoted"),
        ("place", "附件", "attachment"),
        ("mail_type", "变更", "change"),
        ("mail_type", "催问", "chase"),
        ("level", "提醒", "friendly"),
        ("weekday", "礼拜一", "mon"),
    ],
)
def test_a_chinese_word_is_answered_with_the_word_that_is_written_here(
    subject: str, word: str, value: str
) -> None:
    assert told(subject, word) == f"“{word}”在这里写作“{value}”。"


def test_a_chinese_word_that_nobody_knows_is_answered_in_chinese() -> None:
    assert "confidential（保密）, internal（内部）" in told("sensitivity", "哈哈")
    assert "（" not in told("sensitivity", "xyz")


@pytest.mark.parametrize(("word", "value"), [("要", "yes"), ("不用", "no")])
def test_a_chinese_yes_or_no_that_is_not_taken_is_told_how_to_write_it(
    word: str, value: str
) -> None:
    proof = Proofreader("r.yaml", "R")

    assert proof.flag(Scalar(value=word, line=1, column=1), default=False) is False
    (fault,) = proof.faults
    assert str(fault.text) == f"“{word}” is written “{value}” here."


@pytest.mark.parametrize("word", ["０.９", "0。9"])
def test_a_number_in_full_width_signs_is_told_as_it_must_be_typed(word: str) -> None:
    proof = Proofreader("r.yaml", "R")

    assert proof.number(Scalar(value=word, line=1, column=1), 0, 1, 0) == 0
    assert str(proof.faults[0].text) == f"Write 0.9 here, not “{word}”."
