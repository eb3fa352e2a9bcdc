"""Claims about rules that never hold, are never reached, or can never decide."""

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.rules.check.logic import branches, form_of, holds
from mailroom.rules.check.reach import out_of_reach
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.page import Page
from mailroom.rules.read_conditions import ConditionReader
from mailroom.yamlfile import Proofreader, parse_yaml
from tests.unit.rule_mails import NOW, mail

HEAD = "mailroom: 1\ncategory: {id: one}\nrules:\n"
OTHER = "mailroom: 1\ncategory: {id: two}\nrules: []\n"


def rules(folder: Path, *lines: str) -> RuleSet:
    """Load rules, each given as `when | the other keys`."""
    source = HEAD
    for number, line in enumerate(lines):
        when, _, rest = line.partition("|")
        keys = f", {rest.strip()}" if rest.strip() else ""
        source += f"  - {{id: r{number}, when: {when.strip()}{keys}}}\n"
    (folder / "one.yaml").write_text(source, encoding="utf-8")
    (folder / "two.yaml").write_text(OTHER, encoding="utf-8")
    return RuleSet.load(folder)


def found(folder: Path, *lines: str, today: date | None = None) -> list[str]:
    return [
        f"{fault.code} r{fault.line - 4}"
        for fault in out_of_reach(rules(folder, *lines), today)
    ]


TWO = "then: [{category: two}]"


@pytest.mark.parametrize(
    "when",
    [
        "{subject: 增值税发票, none: [{subject: 发票}]}",
        "{body: {words: [the invoice]}, none: [{body: {contains: invoice}}]}",
        "{from: a@firm.example, none: [{from: {domain: firm.example}}]}",
        "{is_reply: yes, none: [{is_reply: yes}]}",
        "{all: [{is_reply: yes}, {is_reply: no}]}",
        "{all: [{subject: {is: a word}}, {subject: {is: another}}]}",
        "{none: [always]}",
        "{any: [{body: {regex: 'a+'}}], none: [{text: {regex: 'a+', in: body}}]}",
        "{subject: 發票, none: [{subject: 发票}]}",
    ],
)
def test_a_rule_that_wants_and_forbids_the_same_can_never_hold(
    tmp_path: Path, when: str
) -> None:
    assert found(tmp_path, when) == ["R121 r0"]


@pytest.mark.parametrize(
    "when",
    [
        "{subject: 发票, none: [{subject: 增值税发票}]}",
        "{body: {contains: invoice}, none: [{body: {words: [invoice]}}]}",
        "{subject: invoice, none: [{body: invoice}]}",
        "{new: invoice, none: [{forwarded: invoice}]}",
        "{from: {domain: firm.example}, none: [{from: {domain: b.firm.example}}]}",
        "{header_exists: [A], all: [{header_exists: [B]}]}",
        "{all: [{header: {X: {is: one}}}, {header: {X: {is: two}}}]}",
    ],
)
def test_a_rule_that_may_hold_is_left_alone(tmp_path: Path, when: str) -> None:
    assert found(tmp_path, when) == []


def test_a_rule_behind_one_that_stops_at_all_its_mail_is_never_reached(
    tmp_path: Path,
) -> None:
    stop = "{subject: [发票, 收据]} | stop: yes"

    assert found(tmp_path, stop, "{subject: 增值税发票}") == ["R122 r1"]
    assert found(tmp_path, stop, "{subject: 发票, body: 税号}") == ["R122 r1"]
    assert found(tmp_path, stop, "{any: [{subject: 收据}, {subject: 发票}]}") == [
        "R122 r1"
    ]
    assert found(tmp_path, "always | stop: yes", "{body: 税号}") == ["R122 r1"]


def test_two_rules_that_stop_may_leave_nothing_for_a_third(tmp_path: Path) -> None:
    assert found(
        tmp_path,
        "{subject: 发票} | stop: yes",
        "{subject: 收据} | stop: yes",
        "{subject: [发票, 收据]}",
    ) == ["R122 r2"]


@pytest.mark.parametrize(
    "other",
    [
        "{subject: [发票, 收据, 合同]}",  # takes more
        "{body: 发票}",  # elsewhere
        "{subject: 发票} | priority: 1",  # before it
    ],
)
def test_a_rule_that_some_mail_reaches_is_left_alone(
    tmp_path: Path, other: str
) -> None:
    assert found(tmp_path, "{subject: [发票, 收据]} | stop: yes", other) == []


def test_a_rule_that_runs_out_or_is_off_shadows_nothing(tmp_path: Path) -> None:
    for key in ("until: 2026-12-31", "enabled: no"):
        assert found(tmp_path, f"always | stop: yes, {key}", "{body: 税号}") == []


def test_a_special_case_needs_a_higher_priority_to_decide(tmp_path: Path) -> None:
    general = "{subject: 发票} | confidence: 0.9, priority: 5"
    special = "{subject: 增值税发票} | confidence: 0.9"

    assert found(tmp_path, general, f"{special}, {TWO}") == ["R123 r1"]
    assert found(tmp_path, general, f"{special}, priority: 9, {TWO}") == []
    assert found(tmp_path, general, special) == []  # the same category


def test_of_one_priority_the_surer_rule_decides_and_equal_ones_never(
    tmp_path: Path,
) -> None:
    general = "{subject: 发票} | confidence: 0.8"
    special = "{subject: 增值税发票} | confidence: "

    assert found(tmp_path, general, f"{special} 0.65, {TWO}") == ["R123 r1"]
    assert found(tmp_path, general, f"{special} 0.8, {TWO}") == ["R124 r1"]
    assert found(tmp_path, general, f"{special} 0.95, {TWO}") == []


def test_a_rule_that_has_run_out_is_told_from_the_day_after(tmp_path: Path) -> None:
    rule = "{subject: 发票} | until: 2026-03-02"

    assert found(tmp_path, rule, today=date(2026, 3, 2)) == []
    assert found(tmp_path, rule, today=date(2026, 3, 3)) == ["R125 r0"]


# ── what is called certain is so for every message ───────────────────────────────────

WORDS = st.sampled_from(
    ["a", "ab", "abc", "b", "b c", "发票", "增值税发票", "發票", ""]
)
OPERATOR = st.sampled_from(["contains", "words", "is", "starts", "ends"])
LEAF = st.one_of(
    st.builds(
        lambda place, operator, words: {place: {operator: words}},
        st.sampled_from(["subject", "new", "body"]),
        OPERATOR,
        st.lists(WORDS.filter(bool), min_size=1, max_size=3),
    ),
    st.sampled_from([{"is_reply": "yes"}, {"is_reply": "no"}, {"always": "yes"}]),
    st.builds(
        lambda domain: {"from": domain},
        st.sampled_from(["outside.example", "example.com", "a@x.example.com"]),
    ),
)


def grouped(children: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    several = st.lists(children, min_size=1, max_size=3)
    return st.builds(
        lambda group, parts: {group: parts},
        st.sampled_from(["all", "any", "none"]),
        several,
    )


def written(value: object) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key}: {written(each)}" for key, each in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return f"'{value}'" if value not in {"yes", "no"} else str(value)


def read(condition: object) -> object:
    node, _ = parse_yaml(written(condition).encode(), "x.yaml")
    assert node is not None
    return ConditionReader(Proofreader("x.yaml", "R")).read(node)


CONDITION = st.recursive(LEAF, grouped, max_leaves=5)
TEXT = st.lists(WORDS, max_size=3).map(" ".join) | st.lists(WORDS, max_size=3).map(
    "".join
)


@settings(max_examples=400, deadline=None)
@given(one=CONDITION, other=CONDITION, subject=TEXT, body=TEXT, reply=st.booleans())
def test_what_is_called_certain_is_so_for_every_message(
    one: object, other: object, subject: str, body: str, *, reply: bool
) -> None:
    first, second = read(one), read(other)
    ways = branches(first)
    if ways is None:
        return
    page = Page(mail(subject, body, is_reply=reply), Context(now=NOW))
    held = first.hits(page) is not None  # type: ignore[attr-defined]  # a Condition
    also = second.hits(page) is not None  # type: ignore[attr-defined]  # likewise
    possible = [way for way in ways if not any(way.contradictions())]
    answers = [holds(form_of(second), way) for way in possible]

    if held:
        assert possible
        assert also or not all(answers)
        assert not also or any(answer is not False for answer in answers)


def test_a_thousand_rules_are_compared_in_a_moment(tmp_path: Path) -> None:
    made = [
        f"{{any: [{{subject: [word{n}, term{n}]}}, {{body: [name{n}]}}]}}"
        for n in range(1000)
    ]
    rule_set = rules(tmp_path, *made)

    began = time.process_time()
    assert list(out_of_reach(rule_set, None)) == []
    assert time.process_time() - began < 1.0
