"""Claims that no rule file and no mail can break the rule language."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.message.model import Address, Attachment, Zones
from mailroom.rules.conditions import OPERATORS
from mailroom.rules.matching import Index
from mailroom.rules.model import Context
from mailroom.rules.page import Page
from mailroom.rules.read_actions import VERBS
from mailroom.rules.read_addresses import ADDRESS_KEYS
from mailroom.rules.read_conditions import ATTACHMENT_KEYS, GROUPS, ConditionReader
from mailroom.rules.read_examples import EXAMPLE_KEYS
from mailroom.rules.read_moments import DATE_KEYS, SIZE_KEYS
from mailroom.rules.read_rules import FILE_KEYS, RULE_KEYS, FileReader
from mailroom.rules.read_words import SEVERAL_KEYS
from mailroom.rules.rule import Rule
from mailroom.yamlfile import Proofreader, parse_yaml
from tests.unit.rule_mails import NOW, mail

KEYS = sorted(
    {
        *ConditionReader(Proofreader("", "R")).readers,
        *GROUPS,
        *OPERATORS,
        *SEVERAL_KEYS,
        *ADDRESS_KEYS,
        *ATTACHMENT_KEYS,
        *DATE_KEYS,
        *SIZE_KEYS,
        *VERBS,
        *FILE_KEYS,
        *RULE_KEYS,
        *EXAMPLE_KEYS,
        "weight",
        "match",
        "no_match",
    }
)
WORDS = st.sampled_from(
    [
        "always", "yes", "no", "发票", "發票", "invoice", "a@b.cn", "firm.cn", "0.4",
        "1", "-3", "5M", "2026-03-04", "09:00-17:30", "mon", "(", "a*?", "[a-z]{2}",
        "\\", "\x00", "ﬃ", "İ", "\u200b", " ", "", "subject+body", "supplier", "zh",
        "x" * 300, "*" * 50,
    ]
) | st.text(max_size=8)  # fmt: skip
TREES: st.SearchStrategy[Any] = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | WORDS, inner, max_size=4)
    ),
    max_leaves=25,
)
LISTS = st.lists(WORDS, min_size=1, max_size=3)
TEXTS = (
    LISTS
    | st.dictionaries(st.sampled_from(OPERATORS), LISTS, min_size=1, max_size=2)
    | st.fixed_dictionaries({"near": st.lists(LISTS, min_size=2, max_size=2)})
    | st.fixed_dictionaries({"count": LISTS, "at_least": st.just("1")})
)
PLAIN = st.one_of(
    st.dictionaries(
        st.sampled_from(["subject", "body", "quoted", "text", "list_id"]),
        TEXTS,
        min_size=1,
        max_size=2,
    ),
    st.builds(lambda words: {"header": {"Subject": words, "List-Id": words}}, TEXTS),
    st.builds(
        lambda field, part, words: {field: {part: {"glob": words}}},
        st.sampled_from(["from", "to", "reply_to"]),
        st.sampled_from(["address", "local", "domain", "name"]),
        LISTS,
    ),
    st.builds(lambda words: {"attachment": {"name": words}}, LISTS),
    st.builds(lambda words: {"attachment": {"text": words}}, LISTS),
)
CONDITIONS = st.dictionaries(
    st.sampled_from(KEYS), TREES, min_size=1, max_size=3
) | st.recursive(
    PLAIN,
    lambda inner: st.dictionaries(
        st.sampled_from(sorted(GROUPS)),
        st.lists(inner, min_size=1, max_size=3),
        min_size=1,
        max_size=2,
    ),
    max_leaves=4,
)
RULES = st.fixed_dictionaries(
    {"id": st.just("a")},
    optional={key: TREES for key in RULE_KEYS if key != "id"},
)
FILES = st.fixed_dictionaries(
    {"mailroom": st.just("1")},
    optional={
        "category": TREES,
        "extract": TREES,
        "rules": st.lists(RULES | TREES, max_size=2),
    },
)
MAILS = st.builds(
    lambda subject, body, name: mail(
        subject=subject,
        zones=Zones(new=body, quoted=subject, forwarded=name),
        senders=(Address(name, body), Address(subject, "")),
        attachments=(Attachment(name=name, type=body, content=subject.encode()),),
        headers=((name, body), ("List-Id", subject), ("Subject", "")),
    ),
    WORDS,
    WORDS,
    WORDS,
)


@settings(max_examples=300)
@given(FILES | TREES)
def test_any_yaml_is_a_rule_file_or_has_faults_with_a_place(tree: Any) -> None:  # noqa: ANN401  a tree of YAML
    written = yaml.safe_dump(tree, allow_unicode=True).encode(errors="replace")
    node, faults = parse_yaml(written, "a.yaml")
    reader = FileReader("a.yaml")
    category, rules = reader.read(node)

    said = [*faults, *reader.proof.faults]
    assert said or category or rules
    assert all(fault.code and str(fault.text) for fault in said)


@settings(max_examples=400)
@given(CONDITIONS, MAILS)
def test_a_condition_without_faults_answers_for_any_mail_and_the_index_finds_it(
    tree: dict[str, Any],
    message: Any,  # noqa: ANN401  a Message, of a builder without types
) -> None:
    written = yaml.safe_dump(tree, allow_unicode=True).encode(errors="replace")
    node, faults = parse_yaml(written, "a.yaml")
    if node is None:
        assert faults
        return
    proof = Proofreader("a.yaml", "R")
    condition = ConditionReader(proof).read(node)
    if faults or proof.faults:
        return

    page = Page(message, Context(now=NOW))
    found = condition.hits(page)

    rule = Rule(id="a", file="a.yaml", line=1, column=1, when=condition)
    assert found is None or Index([rule]).candidates(page) == (rule,)
    for hit in found or ():
        assert 0 <= hit.span[0] <= hit.span[1]
