"""Claims about reading the YAML files that office people edit."""

from pathlib import Path

import pytest

from mailroom.i18n import say
from mailroom.yamlfile import Block, Listing, Proofreader, Scalar, parse_yaml, read_yaml


def faults(source: str | bytes) -> list[tuple[int, int, str]]:
    raw = source if isinstance(source, bytes) else source.encode()
    return [(f.line, f.column, f.code) for f in parse_yaml(raw, "r.yaml")[1]]


def test_every_scalar_stays_the_text_that_was_typed() -> None:
    node, found = parse_yaml(b"a: no\nb: 007\nc: 12:30\nd: 2026-03-05\n", "r.yaml")

    assert isinstance(node, Block)
    values = [value for _, value in node.entries.values()]
    texts = [value.value for value in values if isinstance(value, Scalar)]
    assert texts == ["no", "007", "12:30", "2026-03-05"]
    assert found == ()


def test_every_node_knows_its_line_with_its_column() -> None:
    node, _ = parse_yaml(b"a:\n  - b\n  - [c, d]\n", "r.yaml")

    assert isinstance(node, Block)
    listing = node.entries["a"][1]
    assert isinstance(listing, Listing)
    inner = listing.entries[1]
    assert isinstance(inner, Listing)
    assert [(each.line, each.column) for each in inner.entries] == [(3, 6), (3, 9)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: 1\nconfidence：0.9\nb: 2\n", (2, 11, "Y012")),
        ("a: 1\nconfidence:0.9\nb: 2\n", (2, 11, "Y012")),
        ("- id：x\n  name: y\n", (1, 5, "Y012")),
        ("- id：x\n", (1, 5, "Y012")),
        ("a:\n\t- b\n", (2, 1, "Y011")),
        ("a: “b”\n", (1, 4, "Y013")),
        ("a: [发票，收据]\n", (1, 7, "Y017")),
        ("a: 1\na: 2\n", (2, 1, "Y016")),
        ("a: 'b\nc: d\n", (1, 4, "Y010")),
        ("a: [b, c\nd: e\n", (1, 4, "Y010")),
        ("a: *b\n", (1, 4, "Y010")),
        ('a: "b"c"d"\n', (1, 7, "Y010")),
        ("a: &x [b]\nc: *x\n", (2, 4, "Y014")),
        ("a: !x b\n", (1, 4, "Y018")),
        ("a: !!python/object:os.system ls\n", (1, 4, "Y018")),
        ("a: !!int 7\n", (1, 4, "Y018")),
        ("a: !foo\n  b: c\n", (1, 4, "Y018")),
        ("a: !!python/tuple [b]\n", (1, 4, "Y018")),
        ("a: \x01b\n", (1, 4, "Y007")),
        ("a: 1\n---\nb: 2\n", (2, 1, "Y010")),
    ],
)
def test_a_typing_slip_is_named_by_its_cause_at_its_place(
    source: str, expected: tuple[int, int, str]
) -> None:
    assert expected in faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "body: 你好：请看“附件”，谢谢、再见\n",
        "body: |\n  时间：周三\n  \t地点：“一号”\n",
        "list: ['发票，收据', \"“引号”\"]\n",
        "url: https://firm.example/a\n",
        "a: b，c\n",
    ],
)
def test_chinese_punctuation_inside_a_text_is_no_fault(source: str) -> None:
    assert faults(source) == []


@pytest.mark.parametrize(
    "source", ["a: [}\n", "a: [b, c: }\n", "a: {b: c, , }\n", "a: [b\n", "a: {b\n"]
)
def test_a_slip_in_brackets_is_told_without_a_word_of_the_library(source: str) -> None:
    _, found = parse_yaml(source.encode(), "r.yaml")

    assert found
    for fault in found:
        assert "expected" not in say(fault.text, "zh-CN")


def test_several_slips_of_one_file_are_shown_in_one_run() -> None:
    found = faults("a: 1\nb：2\nc: 3\nd:4\ne: “f”\ng: 1\na: 5\n")

    assert [(line, code) for line, _, code in found] == [
        (2, "Y012"),
        (4, "Y012"),
        (5, "Y013"),
        (7, "Y016"),
    ]


@pytest.mark.parametrize(
    ("encoding", "code"), [("gbk", "Y004"), ("utf-16", "Y003"), ("utf-16-le", "Y003")]
)
def test_a_file_in_another_encoding_is_named_as_such(encoding: str, code: str) -> None:
    raw = "mailroom: 1\nname: 发票 invoice request\n".encode(encoding)

    assert faults(raw)[0][2] == code


def test_a_damaged_sign_in_a_utf8_file_is_told_in_its_place_and_the_rest_read() -> None:
    raw = "\ufeff发票: 开票\n申请: 请开发票\na: 1\na: 2\n会议: 通知\n".encode()
    damaged = raw.replace("申请: 请开".encode(), "申请: 请".encode() + b"\xbf")

    node, found = parse_yaml(damaged, "r.yaml")

    assert isinstance(node, Block)
    assert list(node.entries) == ["发票", "申请", "a", "会议"]
    assert [(f.line, f.column, f.code) for f in found] == [
        (2, 6, "Y005"),
        (4, 1, "Y016"),
    ]
    assert "重新输入" in say(found[0].text, "zh-CN")


def test_a_damaged_sign_in_the_first_line_is_told_in_its_column() -> None:
    raw = b"\xef\xbb\xbf" + "键: ".encode() + b"\x80\n" + "值: 一\n名: 二\n".encode()

    assert faults(raw) == [(1, 4, "Y005")]


def test_a_utf8_file_with_a_byte_order_mark_is_read() -> None:
    node, found = parse_yaml("键: 值\n".encode("utf-8-sig"), "r.yaml")

    assert isinstance(node, Block)
    assert list(node.entries) == ["键"]
    assert found == ()


def test_a_small_file_cannot_grow_by_aliases() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]

    assert "Y014" in {code for _, _, code in faults("\n".join(lines))}


@pytest.mark.parametrize(
    "source",
    ["[" * 3_000 + "x" + "]" * 3_000, "- " * 3_000 + "x", "{a: " * 500 + "}" * 500],
)
def test_a_file_nested_deeper_than_the_stack_is_a_fault(source: str) -> None:
    assert faults(source) == [(0, 0, "Y006")]


@pytest.mark.parametrize("line", ['a: "b"c"d"', "a: 'b'c", 'a: ""b""'])
def test_quotes_that_end_too_soon_are_called_so(line: str) -> None:
    (fault,) = parse_yaml(f"x: y\n{line}\nz: 1\n".encode(), "r.yaml")[1]

    assert "引号里的文字在这之前已经结束" in say(fault.text, "zh-CN")


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    node, found = read_yaml(tmp_path / "none.yaml", "rules/none.yaml")

    assert node is None
    assert [fault.code for fault in found] == ["Y001"]


def test_an_empty_file_has_no_content_nor_faults() -> None:
    assert parse_yaml(b"# nothing yet\n", "r.yaml") == (None, ())


def test_a_fault_is_said_in_the_readers_language() -> None:
    fault = parse_yaml(b"a: 1\na: 2\n", "r.yaml")[1][0]

    assert "写了两次" in say(fault.text, "zh-CN")
    assert "twice" in say(fault.text, "en")


def proof_of(source: str) -> tuple[Proofreader, Block]:
    node, _ = parse_yaml(source.encode(), "r.yaml")
    assert isinstance(node, Block)
    return Proofreader("r.yaml", "R"), node


@pytest.mark.parametrize(
    ("source", "place", "said"),
    [
        ("rules:\n  - id: a\n when: 1\n  - id: b\n", (3, 2), "how far it is indented"),
        ("a: | b\n", (1, 4), "begins with this sign"),
        ("a: - b\n", (1, 4), "begins with this sign"),
    ],
)
def test_a_slip_is_told_without_the_words_of_the_parser(
    source: str, place: tuple[int, int], said: str
) -> None:
    _, (fault,) = parse_yaml(source.encode(), "r.yaml")

    assert (fault.line, fault.column) == place
    assert said in str(fault.text)


def test_an_unknown_key_is_answered_with_the_nearest_known_one() -> None:
    proof, node = proof_of("subjct: x\n")

    assert proof.block(node, {"subject", "body"}) == {}
    assert "subject" in str(proof.faults[0].text)
    assert (proof.faults[0].line, proof.faults[0].code) == (1, "R001")


def test_a_text_cut_by_a_comma_in_braces_is_explained() -> None:
    proof, node = proof_of("about: {zh: 其他, en: Other, nothing to do}\n")

    proof.block(node.entries["about"][1], {"zh", "en"})

    assert "quotes" in str(proof.faults[0].text)


@pytest.mark.parametrize(("word", "value"), [("是", True), ("No", False), ("on", True)])
def test_yes_or_no_may_be_written_in_both_languages(word: str, value: bool) -> None:  # noqa: FBT001  a table's column
    proof, node = proof_of(f"a: {word}\n")

    assert proof.flag(node.entries["a"][1], default=not value) is value
    assert proof.faults == []


def test_a_wrong_value_is_a_fault_while_reading_goes_on() -> None:
    proof, node = proof_of("n: many\nf: perhaps\nc: red\nl: x\nw: [a, '']\nh: 7\n")
    values = {key: value for key, (_, value) in node.entries.items()}

    assert proof.number(values["n"], 0, 1, 0.5) == 0.5
    assert proof.number(values["h"], 0, 1, 0.5) == 0.5
    assert proof.flag(values["f"], default=True) is True
    assert proof.choice(values["c"], ("read", "write"), "read") == "read"
    assert list(proof.listing(values["l"])) == []
    assert proof.words(values["w"]) == ("a",)
    codes = [fault.code for fault in proof.faults]
    assert codes == ["R002", "R005", "R002", "R004", "R002", "R003"]
