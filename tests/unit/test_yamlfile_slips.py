"""Claims about slips of Chinese keyboards: told once, in their place, and read on."""

from time import process_time

import pytest

from mailroom.i18n import say
from mailroom.yamlfile import Block, Listing, Node, Scalar, parse_yaml

FILE = """\
mailroom: 1
category:
  id: visits
  about: {zh: 来访, en: Visits}
rules:
  - id: first
    name: 来访
    when:
      text: {contains: [来访, 参观]}
    confidence: 0.9
  - id: last
    when: {subject: 参观}
"""
WORDS = "text: {contains: [来访, 参观]}"
TAB = "这里有制表符（Tab），缩进请用空格。"
WIDE_SPACE = "这里是全角空格，请改用半角空格。"
HYPHEN = "这里不是半角的减号；列表的每一行前请写“- ”。"
NO_SPACE = "“-”后面少了一个空格，请写“- ”。"
COLON = "这里是全角冒号“：”，请改用半角冒号加一个空格“: ”。"
CURLY = "这里是中文（弯）引号，请改用英文直引号 ' 或 \"。"
CORNER = "这里的「」不算引号，"
COMMA = "“，”不能分隔列表里的词，"
BRACKET = "这里是全角括号，请改用半角的 { } 或 [ ]。"
HALF_QUOTED = "这里的引号只有前一半，没有结束。"


def plain(node: Node | None) -> object:
    """Give a file as values without places."""
    if isinstance(node, Block):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Listing):
        return [plain(each) for each in node.entries]
    return node.value if isinstance(node, Scalar) else None


def told(source: str) -> list[str]:
    _, found = parse_yaml(source.encode(), "r.yaml")
    return [
        f"{fault.line}:{fault.column} {say(fault.text, 'zh-CN')}" for fault in found
    ]


@pytest.mark.parametrize(
    ("right", "typed", "place", "sentence"),
    [
        ("  - id: first", "  －id: first", "6:3", HYPHEN),
        ("  - id: first", "  —id: first", "6:3", HYPHEN),
        ("  - id: first", "  —— id: first", "6:3", HYPHEN),
        ("- id: first", "-id: first", "6:3", NO_SPACE),
        ("- id: first", "-\tid: first", "6:4", TAB),
        ("- id: first", "-　id: first", "6:4", WIDE_SPACE),
        ("id: first", "id:　first", "6:8", WIDE_SPACE),
        ("  - id: first", "　- id: first", "6:1", WIDE_SPACE),
        ("    name", "　　name", "7:1", WIDE_SPACE),
        ("    name", "　　　　name", "7:1", WIDE_SPACE),
        ("  id: visits", "　id: visits", "3:1", WIDE_SPACE),
        ("    name", "\tname", "7:1", TAB),
        ("    name", "\t\tname", "7:1", TAB),
        ("name: 来访", "name ：来访", "7:10", COLON),
        ("name: 来访", "name: 「来访」", "7:11", CORNER),
        ("name: 来访", 'name: “来访"', "7:11", CURLY),
        ("name: 来访", 'name: "来访”', "7:14", CURLY),
        ("name: 来访", 'name: "来访', "7:11", HALF_QUOTED),
        ("name: 来访", "name: '来访", "7:11", HALF_QUOTED),
        ("[来访, ", "[「来访」, ", "9:25", CORNER),
        ("[来访, ", '["来访, ', "9:25", HALF_QUOTED),
        ("参观]}\n", "参观}\n", "9:24", "这里的“[”只有前一半，"),
        ("参观]}\n", "参观]\n", "9:13", "这里的“{”只有前一半，"),
        ("参观]}\n", "参观］}\n", "9:31", BRACKET),
        ("参观]}\n", "参观]｝\n", "9:32", BRACKET),
        ("[来访, 参观]", "［来访, 参观］", "9:24", BRACKET),
        ("[来访, 参观]", "【来访, 参观】", "9:24", BRACKET),
        ("text: {", "text：{", "9:11", COLON),
    ],
)
def test_a_slip_is_told_once_in_its_place_and_all_is_read_as_it_was_meant(
    right: str, typed: str, place: str, sentence: str
) -> None:
    assert right in FILE
    source = FILE.replace(right, typed, 1)

    (fault,) = told(source)

    assert fault.startswith(f"{place} {sentence}")
    assert plain(parse_yaml(source.encode(), "r")[0]) == plain(
        parse_yaml(FILE.encode(), "r")[0]
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("－来访\n－参观", HYPHEN),
        ("—来访\n—参观", HYPHEN),
        ("• 来访\n• 参观", HYPHEN),
        ("-来访\n-参观", NO_SPACE),
        ("- 来访\n-参观", NO_SPACE),
        ("- 来访\n  -参观", NO_SPACE),
        ("－来访", HYPHEN),
    ],
)
def test_lines_meant_as_a_list_are_not_taken_for_one_text(
    words: str, sentence: str
) -> None:
    lines = words.replace("\n", "\n" + " " * 8)
    typed = FILE.replace(WORDS, f"subject:\n        {lines}")

    found = told(typed)

    slips = [line for line in words.split("\n") if not line.startswith("- ")]
    assert len(found) == len(slips)
    assert all(fault.endswith(sentence) for fault in found)
    first, _ = _rules(typed)
    assert first["when"]["subject"] == ["来访", "参观"][: words.count("\n") + 1]


def _rules(source: str) -> list[dict[str, dict[str, object]]]:
    node = plain(parse_yaml(source.encode(), "r")[0])
    assert isinstance(node, dict)
    return node["rules"]  # type: ignore[no-any-return]  # as FILE has it


def test_conditions_with_other_dashes_before_them_are_each_told_as_such() -> None:
    lines = "all:\n        －subject: 来访\n        -body: 参观"

    assert told(FILE.replace(WORDS, lines)) == [f"10:9 {HYPHEN}", f"11:9 {NO_SPACE}"]


def test_a_chinese_key_with_a_full_width_colon_in_braces_is_read_as_a_key() -> None:
    (fault,) = told(FILE.replace(WORDS, "date: {时间：周三}"))

    assert fault == f"9:16 {COLON}"


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("{subject：来访，from：a.example}", ["9:15", "9:18"]),
        ("{subject：来访，text：[参观, 拜访]}", ["9:15", "9:18", "9:23"]),
        ("{subject: 来访，text: 参观}", ["9:19"]),
    ],
)
def test_each_wide_sign_between_keys_in_braces_is_told(
    words: str, places: list[str]
) -> None:
    assert [each.split(" ")[0] for each in told(FILE.replace(WORDS, words))] == places


def test_what_follows_a_mended_slip_on_its_line_is_told_where_it_was_typed() -> None:
    source = FILE.replace("- id: first", "－id: “first”")
    assert [fault.split(" ")[0] for fault in told(source)] == ["6:3", "6:8"]


def test_a_key_alone_on_its_line_with_a_full_width_colon_is_told_as_such() -> None:
    assert told(FILE.replace(WORDS, "subject：来访")) == [f"9:14 {COLON}"]


@pytest.mark.parametrize(
    "words",
    [
        "body: |\n        －一\n        －二",
        "body: 您好\n        -张三",
        "body: '－一'",
        "body: 「会议」和「培训」的通知",
        "body: 【通知】开会",
        "body: ——张三",
        "name:\tx",
        "key : value",
        "priority:\n        -5",
        "list: [关于【五一】放假, ［通知］开会]",
        "list: [【, 】]",
        'body: "a\n\n  b"',
        "map: {a: b,\n        c: d}",
    ],
)
def test_what_is_read_as_it_was_meant_is_no_slip(words: str) -> None:
    assert told(FILE.replace(WORDS, words)) == []


@pytest.mark.parametrize(
    "mail",
    [
        "body:\n            ·时间：周五\n            ·地点：三楼",
        "body:\n            —— 张三\n            —— 李四",
        "body:\n            　　各位同事：周五开会。",
        "body:\n            to：全体同事",
        "{subject: 【急, body: 请看}",
    ],
)
def test_the_mail_of_an_example_may_hold_what_elsewhere_is_a_slip(mail: str) -> None:
    source = f"examples:\n      match:\n        - {mail}"
    assert told(FILE.replace(WORDS, f"subject: x\n    {source}")) == []


@pytest.mark.parametrize("pasted", ["日期：明天", "主题：开会", "key：value", "\t缩进"])
def test_a_slip_below_a_pasted_text_is_not_told_within_it(pasted: str) -> None:
    source = f"a:\n  body: |\n    您好\n\n    {pasted}\n   b\nc: x\n"
    found = parse_yaml(source.encode(), "r")[1]
    assert [fault.line for fault in found] == [6]


def test_a_line_of_many_half_brackets_is_mended_once() -> None:
    source = "a: [" + "【x, " * 4_000 + "y]\n"
    began = process_time()
    found = parse_yaml(source.encode(), "r")[1]
    assert [fault.code for fault in found] == ["Y019"]
    assert process_time() - began < 2  # 0.04 s; looked at for each of them it takes 5


def test_the_words_of_a_long_mended_line_are_placed_with_one_comparison() -> None:
    source = "b： {" + "x，y: 1, " * 200 + "}\n"
    began = process_time()
    found = parse_yaml(source.encode(), "r")[1]
    assert {fault.code for fault in found} == {"Y012", "Y016"}
    assert process_time() - began < 2  # 0.05 s; with one for each word it takes 20
