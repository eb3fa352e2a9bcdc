"""Claims about finding the rules that a message may match."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.message.model import Address, Attachment, Machine, Message, Zones
from mailroom.message.parse import parse
from mailroom.message.structure import Part
from mailroom.rules.automaton import Automaton
from mailroom.rules.conditions import (
    AddressCondition,
    Always,
    AttachmentCondition,
    Condition,
    CountCondition,
    Cue,
    Cues,
    Every,
    FactCondition,
    NearCondition,
    Neither,
    Some,
    TextCondition,
    TextTest,
)
from mailroom.rules.matched import match_rules
from mailroom.rules.matching import Index
from mailroom.rules.matching.literals import literals
from mailroom.rules.model import Context
from mailroom.rules.page import Page, Strip
from mailroom.rules.patterns import compile_glob, compile_pattern
from mailroom.rules.rule import Rule
from mailroom.rules.spelling import fold
from tests.unit.rule_mails import NOW, mail

# Few letters, so that words meet: nested ones, both scripts, forms that are folded.
LETTERS = "ab票發发 Ａß\n@."
words = st.text(st.sampled_from(LETTERS), min_size=1, max_size=4).filter(fold)
text = st.text(st.sampled_from(LETTERS), max_size=30)
domains = st.sampled_from(["a.b", "b.a.b", "c.b"])
addresses = st.builds(Address, text, domains.map("x@{}".format))


def contains(
    words: Sequence[str],
    places: tuple[str, ...] = ("subject",),
    operator: str = "contains",
    *,
    exact: bool = False,
) -> TextCondition:
    test = TextTest(
        operator=operator,  # type: ignore[arg-type]  # from a list
        words=tuple(words),
        folded=tuple(fold(word, exact=exact) for word in words),
        exact=exact,
    )
    return TextCondition(name=places[0], places=places, tests=(test,))


def pattern(source: str, *, exact: bool = False) -> TextCondition:
    compiled = compile_pattern(source, exact=exact)
    test = TextTest(
        operator="regex", words=(source,), patterns=(compiled,), exact=exact
    )
    return TextCondition(name="new", places=("new",), tests=(test,))


def shape(source: str, *, exact: bool) -> TextCondition:
    compiled = compile_glob(fold(source, exact=exact))
    test = TextTest(operator="glob", words=(source,), patterns=(compiled,), exact=exact)
    return TextCondition(name="subject", places=("subject",), tests=(test,))


places = st.sampled_from(
    [("subject",), ("new", "forwarded"), ("from",), ("header:X-A",), ("quoted",)]
)
operators = st.sampled_from(["contains", "words", "is", "starts", "ends"])
sources = st.sampled_from(
    ["a+票", "發|ab", "(?:发|b)a", "^a", "[ab]发", "b{2,}", ".", "(ab)?票", "ß", "a b"]
)
tests = st.lists(words, min_size=1, max_size=3).map(
    lambda each: contains(each).tests[0]
)
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.just(Always()),
    st.builds(
        contains,
        st.lists(words, min_size=1, max_size=3),
        places,
        operators,
        exact=st.booleans(),
    ),
    st.builds(pattern, sources, exact=st.booleans()),
    st.builds(
        shape, st.sampled_from(["*票*", "a?b", "*", "發*", "\\*a"]), exact=st.booleans()
    ),
    st.builds(
        AddressCondition,
        name=st.just("from"),
        addresses=st.frozensets(domains.map("x@{}".format), max_size=1),
        domains=st.lists(domains, max_size=2).map(tuple),
        own=st.sampled_from([None, True]),
    ),
    st.builds(
        FactCondition,
        name=st.just("machine"),
        wanted=st.frozensets(st.sampled_from(["list", "yes", "no"])),
    ),
    st.builds(AttachmentCondition, tests=tests.map(lambda each: (each,))),
    st.builds(
        CountCondition,
        name=st.just("new"),
        places=st.just(("new",)),
        tests=st.lists(tests, min_size=1, max_size=3).map(tuple),
        at_least=st.integers(1, 2),
    ),
    st.builds(
        NearCondition,
        name=st.just("new"),
        places=st.just(("new",)),
        one=tests,
        other=tests,
        within=st.integers(0, 5),
    ),
)


def groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    cues = st.lists(
        st.builds(Cue, condition=parts, weight=st.just(0.5)), min_size=1, max_size=3
    )
    return st.one_of(
        several.map(Every),
        several.map(Some),
        several.map(Neither),
        cues.map(lambda each: Cues(cues=tuple(each))),
    )


conditions = st.recursive(leaves, groups, max_leaves=6)


def rules(*conditions: Condition) -> list[Rule]:
    return [
        Rule(id=f"r{n}", file="r.yaml", line=n, column=1, when=when)
        for n, when in enumerate(conditions)
    ]


messages = st.builds(
    lambda subject, new, forwarded, quoted, names, senders, kind: mail(
        subject=subject,
        zones=Zones(new=new, forwarded=forwarded, quoted=quoted),
        senders=tuple(senders),
        headers=(("X-A", forwarded), ("x-a", new)),
        attachments=tuple(
            Attachment(name=name, type="text/plain", content=b"") for name in names
        ),
        machine=Machine(kind=kind, reason="") if kind else None,
    ),
    text, text, text, text, st.lists(text, max_size=2),
    st.lists(addresses, max_size=2), st.sampled_from([None, "list"]),
)  # fmt: skip


def page(message: Message) -> Page:
    return Page(message, Context(now=NOW, own_domains=("a.b",)))


@settings(max_examples=300, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=6), messages)
def test_the_answer_is_the_one_of_trying_every_rule(
    conditions: list[Condition], message: Message
) -> None:
    every = rules(*conditions)

    some = Index(every).candidates(page(message))

    assert match_rules(some, page(message)) == match_rules(every, page(message))


@given(st.lists(words, min_size=1, max_size=8), text)
def test_the_automaton_finds_every_word_nested_ones_too(
    words: list[str], text: str
) -> None:
    folded = [fold(word) for word in words]
    scanned = Strip("new", text).scanned

    found = Automaton(folded).find(scanned)

    assert found == {w for w in folded if w.encode() in scanned}


@given(sources, text)
def test_a_pattern_is_found_only_where_one_of_its_words_is(
    source: str, text: str
) -> None:
    strip = Strip("new", text)
    compiled = compile_pattern(source)

    needed = literals(compiled.pattern)

    if needed and compiled.search(strip.nfkc):
        assert any(word.encode() in strip.scanned for word in needed)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("发票(?:号码|编号)[:：]?\\d+", {"发票"}),
        ("税号|稅號", {"税号"}),
        ("(?P<year>\\d{4})年度", {"年度"}),
        ("(?:PO|订单)\\s*\\d+", {"po", "订单"}),
        ("Purchase  Order", {"purchase order"}),
        ("(ab)?c*", set()),
        ("a|", set()),
        ("[[:alpha:]]b", set()),
        ("\\pN发票", set()),
    ],
)
def test_words_that_a_pattern_needs_are_read_from_it(
    source: str, words: set[str]
) -> None:
    assert literals(source) == words


def looked_at(number: int, message: Message) -> int:
    noise = [
        Every(
            (
                AddressCondition(name="from", domains=("outside.example",)),
                contains([f"第{n}号"], ("new", "forwarded")),
            )
        )
        if n % 2
        else contains([f"项目{n}号", f"matter {n}x"])
        for n in range(number)
    ]
    index = Index(rules(*noise, contains(["发票"])))
    return len(index.candidates(page(message)))


def test_rules_that_do_not_match_are_not_looked_at() -> None:
    message = mail(subject="请开发票", body="谢谢")

    assert looked_at(10, message) == looked_at(3000, message) == 1


def test_a_rule_is_found_by_what_is_seldom_met() -> None:
    seldom = AddressCondition(name="from", addresses=frozenset({"z@far.example"}))
    index = Index(rules(Every((contains(["的"]), seldom))))

    assert index.candidates(page(mail(subject="的"))) == ()


def test_rules_that_hold_without_any_word_are_always_looked_at() -> None:
    index = Index(rules(Neither((contains(["发票"]),)), pattern("."), contains(["x"])))

    assert index.always == (0, 1)


def test_an_attachment_is_decoded_when_its_content_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded: list[str] = []
    content = Part.content

    def counting(part: Part) -> bytes:
        decoded.append(part.type)
        return content(part)

    monkeypatch.setattr(Part, "content", counting)
    message = parse(
        b"From: a@b.example\nSubject: report\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=cut\n\n"
        b"--cut\nContent-Type: text/plain\n\nsee below\n"
        b"--cut\nContent-Type: application/pdf; name=report.pdf\n"
        b"Content-Transfer-Encoding: base64\n\nJVBERg==\n--cut--\n"
    )
    named = AttachmentCondition(tests=contains([".pdf"], operator="ends").tests)
    index = Index(rules(Every((named, contains(["below"], ("new",))))))

    assert len(match_rules(index.candidates(page(message)), page(message))[0]) == 1
    assert decoded == ["text/plain"]
    assert message.attachments[0].content == b"%PDF"


def test_rules_that_are_switched_off_are_not_looked_at() -> None:
    rule = Rule(id="r", file="", line=1, column=1, when=Always(), enabled=False)

    assert Index([rule]).candidates(page(mail())) == ()
