"""Claims about looking for several words, whole texts and other spellings."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.message.model import Zones
from mailroom.rules.conditions import NearCondition, TextTest
from mailroom.rules.model import Context
from mailroom.rules.page import Page, fold
from tests.unit.rule_mails import NOW, faults_of, hits, holds, mail


@pytest.mark.parametrize(
    ("glob", "subject", "expected"),
    [
        ("关于*通知", "关于开会的通知", True),
        ("关于*通知", "关于开会的通知（二）", False),
        ("*发票*", "请开發票", True),
        ("PO-????", "po-2026", True),
        ("PO-????", "PO-202", False),
        ("[a-z]", "b", False),
        ("[a-z]", "[A-Z]", True),
        (r"100\*", "100*", True),
        (r"100\*", "1000", False),
        (r"what\?", "whatx", False),
        ("*", "x", True),
        ("a.c", "abc", False),
    ],
)
def test_a_glob_fits_the_whole_text_or_nothing(
    glob: str,
    subject: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    assert holds(f"subject: {{glob: '{glob}'}}", mail(subject=subject)) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("发票的号码是12", True),
        ("号码：12（发票）", True),
        ("发票" + "很" * 10 + "号码", True),
        ("发票" + "很" * 11 + "号码", False),
        ("invoice number 12", True),
        ("invoiced numbers 12", False),
        ("发票", False),
    ],
)
def test_near_takes_two_words_in_either_order(
    body: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    near = "body: {near: [[发票, invoice], [号码, number]], within: 10}"

    assert holds(near, mail(body=body)) is expected


def test_near_shows_the_text_between_its_words() -> None:
    message = mail(body="您好，附上发票，号码为12345678。")

    found = hits("body: {near: [号码, 发票]}", message)

    assert found is not None
    assert found[0].words == "发票，号码"
    assert message.zones.new[slice(*found[0].span)] == "发票，号码"


def test_two_words_that_share_letters_are_not_near_each_other() -> None:
    assert not holds("body: {near: [发票, 发票号]}", mail(body="发票号"))
    assert holds("body: {near: [发票, 发票号]}", mail(body="发票号与发票"))


def test_words_in_two_texts_are_not_near_each_other() -> None:
    message = mail(subject="发票", body="号码")

    assert not holds("text: {near: [发票, 号码]}", message)


@given(
    st.text("甲乙a ", max_size=40),
    st.integers(0, 12),
)
def test_near_finds_what_trying_every_pair_finds(body: str, within: int) -> None:
    strips = Page(mail(body=body), Context(now=NOW)).strips("new")
    flat = strips[0].flat
    condition = NearCondition(
        name="body",
        places=("new",),
        one=TextTest(operator="words", words=("甲",), folded=("甲",)),
        other=TextTest(operator="words", words=("乙乙",), folded=("乙乙",)),
        within=within,
    )
    ones = [n for n in range(len(flat)) if flat.startswith("甲", n)]
    others = [n for n in range(len(flat)) if flat.startswith("乙乙", n)]
    expected = any(
        0 <= two - one - 1 <= within or 0 <= one - two - 2 <= within
        for one in ones
        for two in others
    )

    found = condition.hits(Page(mail(body=body), Context(now=NOW)))

    assert (found is not None) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("姓名：张三 电话：123", True),
        ("姓名 姓名 姓名", False),
        ("姓名 電話", True),
        ("姓名", False),
    ],
)
def test_count_counts_different_words(
    body: str,
    expected: bool,  # noqa: FBT001  a table's column
) -> None:
    condition = "body: {count: [姓名, 电话, 身份证], at_least: 2}"

    assert holds(condition, mail(body=body)) is expected


def test_count_looks_in_all_places_together() -> None:
    message = mail(subject="姓名", zones=Zones(new="", forwarded="电话"))

    found = hits("text: {count: [姓名, 电话]}", message)

    assert found is not None
    assert [(hit.zone, hit.words) for hit in found] == [
        ("subject", "姓名"),
        ("forwarded", "电话"),
    ]


def test_all_keys_of_a_text_must_hold() -> None:
    condition = "body: {contains: 您好, near: [发票, 号码], count: [甲, 乙]}"

    assert holds(condition, mail(body="您好，发票号码，甲乙"))
    assert not holds(condition, mail(body="您好，发票号码，甲"))
    assert not holds(condition, mail(body="发票号码，甲乙"))


@pytest.mark.parametrize(
    ("operator", "word"),
    [
        ("contains", "發票"),
        ("words", "发票"),
        ("regex", "發票.*"),
        ("glob", "*发票"),
        ("ends", "發票"),
    ],
)
@pytest.mark.parametrize("subject", ["请开发票", "請開發票"])
def test_traditional_and_simplified_words_are_one(
    operator: str, word: str, subject: str
) -> None:
    assert holds(f"subject: {{{operator}: '{word}'}}", mail(subject=subject))


def test_a_header_is_searched_with_its_addresses() -> None:
    message = mail(headers=(("X-Original-From", "<a@firm.example>"),))

    assert holds("header: {X-Original-From: a@firm}", message)
    assert holds("header: {x-original-from: {ends: firm.example>}}", message)


def test_keys_of_several_words_say_what_they_lack() -> None:
    assert faults_of("body: {contains: a, within: 3}")[0][0] == "R060"
    assert faults_of("body: {near: [a]}")[0][0] == "R061"
    assert faults_of("body: {count: [a, A, b], at_least: 3}")[0][0] == "R062"
    assert faults_of("body: {within: 3}")[0][0] == "R060"
    assert faults_of("body: {cont: a}")[0][0] == "R001"


def test_a_word_is_folded_as_the_text_is() -> None:
    assert fold("發票") == "发票"
    assert fold("發票", exact=True) == "發票"


@pytest.mark.parametrize("end", ["", "s"])
def test_a_whole_word_is_found_behind_any_number_of_longer_ones(end: str) -> None:
    body = "xpo pox po_ " * 100 + "PO" + end

    assert holds("{body: {words: [po]}}", mail(body=body)) == (not end)
    assert holds("{body: {words: [po单]}}", mail(body=f"{body}单")) == (not end)


def test_words_take_no_long_time_in_a_text_of_near_misses() -> None:
    attack = mail(body="a" * 100_000)
    words = ", ".join("a" * length for length in range(3, 3000, 300))
    began = process_time()

    assert not holds(f"{{body: {{words: [{words}]}}}}", attack)
    assert process_time() - began < 0.5


@pytest.mark.parametrize("piece", ["ß \n\nab ", "文①", "ß", "a\u3000 ", "中 "])
def test_a_hit_far_behind_in_a_long_letter_has_its_place(piece: str) -> None:
    body = piece * (19_000 // len(piece)) + "发票 " + piece * 9

    found = hits("{body: 发票}", mail(body=body))

    assert found is not None
    start, end = found[0].span
    assert body[start:end] == "发票"
    assert start == body.index("发票")


LETTERS = st.text(alphabet="ab 發发票é-X", min_size=1, max_size=4).filter(
    lambda word: bool(fold(word))
)


@given(
    st.lists(LETTERS, min_size=4, max_size=8, unique=True),
    st.text(alphabet="ab 發发票é-X\n@.", max_size=30),
    st.sampled_from(["contains", "words"]),
)
def test_a_long_list_holds_where_one_of_its_words_does(
    words: list[str], body: str, operator: str
) -> None:
    letter = mail(body=body)
    quoted = [f"'{word}'" for word in words]

    together = holds(f"body: {{{operator}: [{', '.join(quoted)}]}}", letter)

    assert together is any(
        holds(f"body: {{{operator}: [{word}]}}", letter) for word in quoted
    )


def test_a_list_of_patterns_names_the_first_one_that_is_found() -> None:
    found = hits("body: {regex: ['x[0-9]', 'b+', 'a+']}", mail(body="aab"))

    assert found is not None
    assert [(hit.condition, hit.words) for hit in found] == [("body regex b+", "b")]
