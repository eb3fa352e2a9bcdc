"""What somebody gets wrong who writes rules for the first time, and what is said."""

from pathlib import Path

import pytest

from mailroom.errors import Fault
from mailroom.i18n import say
from mailroom.rules.check import Known, check
from mailroom.rules.load import RuleSet
from mailroom.rules.read_folder import gather

HEAD = "mailroom: 1\ncategory: {id: kids, about: {zh: 研学}}\n"
RULE = """\
rules:
  - id: kids
    when: {text: 研学}
    examples: {match: [{subject: 研学活动}]}
"""


def faults(tmp_path: Path, words: str) -> list[Fault]:
    (tmp_path / "kids.yaml").write_text(words, encoding="utf-8")
    return list(gather(tmp_path).faults)


def told(tmp_path: Path, words: str) -> list[str]:
    return [f"{f.line}:{f.column} {f.text}" for f in faults(tmp_path, words)]


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        (
            "when: {text: 研学}",
            "text: 研学",
            "5:5 “text” belongs below “when:”: indent it more.",
        ),
        (
            "rules:",
            "extract: {n: {type: 人数}}\nrules:",
            "3:21 “人数” is written “headcount” here.",
        ),
        (
            "when: {text: 研学}",
            "days: 2\n    when: {text: 研学}",
            "5:5 “days” belongs below “category:”.",
        ),
        ("rules:", "chain: reply_due\nrules:", "3:1 “chain” belongs below “category:”"),
        (
            "rules:",
            "examples: {}\nrules:",
            "3:1 “examples” belongs into a rule, in line with its “id:”.",
        ),
        (
            "about: {zh: 研学}",
            "about: {zh: 研学}, extract: {n: {type: headcount}}",
            "2:39 “extract” belongs to the left edge, in line with “category:”.",
        ),
        (
            "{text: 研学}",
            "{text: {near: [研学, 春游]}, within: 10}",
            "5:36 “within” belongs into the braces of “near”,",
        ),
        (
            "[{subject: 研学活动}]",
            "[想来研学]",
            "6:24 Write an example as a small mail: “subject: …”, “body: …”.",
        ),
        (
            "{text: 研学}",
            "{from: '*@firm.example'}",
            "5:18 Write “firm.example”: it stands for every address of that domain.",
        ),
        (
            "{text: 研学}",
            "{from: 'info*@firm.example'}",
            "5:18 An address is taken as it stands. For a pattern write “{address:",
        ),
        (
            "about: {zh: 研学}",
            "about: 研学",
            "2:29 Say for which language this is: “zh: 研学”,",
        ),
        (
            "about: {zh: 研学}",
            "about: {zh: 研学}, fields: [人数]",
            "2:48 “人数” cannot be a field:",
        ),
    ],
)
def test_a_slip_is_told_once_and_where_it_belongs(
    tmp_path: Path, was: str, wrong: str, said: str
) -> None:
    whole = HEAD + RULE
    assert faults(tmp_path, whole) == []
    assert was in whole

    (sentence,) = told(tmp_path, whole.replace(was, wrong))
    assert sentence.startswith(said)


def test_a_pattern_that_looks_ahead_is_told_without_the_words_of_the_library(
    tmp_path: Path,
) -> None:
    wrong = HEAD + RULE.replace("{text: 研学}", "{text: {regex: '研学(?!团)'}}")
    (fault,) = faults(tmp_path, wrong)
    assert "（(?!）" in say(fault.text, "zh-CN")


def test_an_id_used_twice_is_told_with_the_line_of_the_other(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD + RULE, encoding="utf-8")
    words = (HEAD + RULE).replace("- id: kids", "- id: other")
    (fault,) = faults(tmp_path, words)
    assert (
        str(fault.text) == f"The id “kids” is already used in {tmp_path.name}/a.yaml:2."
    )


def doubts(folder: Path, words: str) -> dict[str, Fault]:
    (folder / "kids.yaml").write_text(words, encoding="utf-8")
    return {fault.code: fault for fault in check(RuleSet.load(folder), Known())}


CUES = """\
mailroom: 1
category: {id: kids}
rules:
  - id: kids
    cues:
      - {text: 春游, weight: 0.3}
      - {text: 秋游, weight: WEIGHT}
    examples: {match: [{subject: 春游和秋游}]}
"""


def test_a_drawer_into_which_no_rule_can_sort_is_doubted(tmp_path: Path) -> None:
    low = CUES.replace("WEIGHT", "0.2")
    assert str(doubts(tmp_path, low)["R126"].text).startswith(
        "No rule sorts mail into “kids”: the surest reaches 0.5, and 0.6 is needed."
    )
    assert "R126" not in doubts(tmp_path, CUES.replace("WEIGHT", "0.3"))
    sure = "  - {id: b, when: {text: 研学}, examples: {match: [{subject: 研学}]}}\n"
    assert "R126" not in doubts(tmp_path, low + sure)


def test_brackets_of_full_width_that_seem_to_group_are_doubted(tmp_path: Path) -> None:
    rule = (HEAD + RULE).replace("{text: 研学}", "{text: {regex: '研学PATTERN'}}")
    wide = doubts(tmp_path, rule.replace("PATTERN", "（团|班）"))
    assert "（团|班）" in str(wide["R116"].text)
    for pattern in ("(团|班)", "（一期）", "[（(|]"):
        assert "R116" not in doubts(tmp_path, rule.replace("PATTERN", pattern))


def test_a_chain_where_there_are_none_is_not_followed_by_an_empty_list(
    tmp_path: Path,
) -> None:
    chained = (HEAD + RULE).replace("{id: kids, ", "{id: kids, chain: reply_due, ")
    said = str(doubts(tmp_path, chained)["R041"].text)
    assert said == "There is no chain “reply_due”: chains.yaml has none."


def test_what_can_never_be_is_not_said_to_be_forbidden(tmp_path: Path) -> None:
    both = "{all: [{subject: {is: 研学}}, {subject: {is: 春游}}]}"
    found = doubts(tmp_path, (HEAD + RULE).replace("{text: 研学}", both))
    assert "cannot all be so" in str(found["R121"].text)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("会务", "“会务” is written “rooms” here."),
        (
            "应复",
            "there are: reply_due（我方应复）, their_reply（对方应复）.",
        ),
        ("哈哈", "; there are: reply_due（我方应复）, rooms（会务跟进）, their"),
        ("nothing", "; there are: reply_due, rooms, their_reply."),
    ],
)
def test_a_chain_called_by_its_chinese_title_is_answered_with_its_name(
    tmp_path: Path, word: str, said: str
) -> None:
    titles = {"reply_due": "我方应复", "their_reply": "对方应复", "rooms": "会务跟进"}
    words = (HEAD + RULE).replace("id: kids,", f"id: kids, chain: {word},")
    (tmp_path / "kids.yaml").write_text(words, encoding="utf-8")
    known = Known(chains=frozenset(titles), chain_titles=titles)

    (fault,) = (f for f in check(RuleSet.load(tmp_path), known) if f.code == "R041")

    assert said in str(fault.text)


def test_a_drawer_called_by_its_chinese_name_is_answered_with_its_id(
    tmp_path: Path,
) -> None:
    (fault,) = faults(tmp_path, (HEAD + RULE).replace("text: 研学", "thread: 研学"))

    assert str(fault.text) == "“研学” is written “kids” here."
