"""What `mailroom rules check` and `rules list` say of a folder of rules."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.command_line import Run, Said, runner
from tests.unit.small_office import settle

GOOD = """\
mailroom: 1
category:
  id: lifts
  about: {zh: 电梯, en: Lifts}
rules:
  - id: lift-stuck
    name: 困梯
    priority: 20
    when: {subject: [困梯, lift stuck]}
    stop: yes
    examples:
      match:
        - {subject: 1号楼困梯}
      no_match:
        - {subject: 会议通知}
"""

Write = Callable[[str | bytes], Path]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    return runner(monkeypatch, capsys, tmp_path)


@pytest.fixture
def check(run: Run, tmp_path: Path) -> Callable[..., Said]:
    """Check a rule file of these words, in a folder without settings."""
    folder = tmp_path / "rules"
    folder.mkdir()

    def checked(source: str | bytes, *options: str) -> Said:
        raw = source.encode() if isinstance(source, str) else source
        (folder / "lifts.yaml").write_bytes(raw)
        return run(*options[:2], "rules", "check", "--rules", folder, *options[2:])

    return checked


Check = Callable[..., Said]


# ── check ────────────────────────────────────────────────────────────────


def test_a_folder_of_rules_is_checked_without_settings(check: Check) -> None:
    said = check(GOOD)

    assert (said.code, said.out) == (0, "")
    assert said.err == "rules: 1, examples: 2; all in order\n"


@pytest.mark.parametrize(
    ("before", "after", "place", "words"),
    [
        ("stop: yes", "stop：yes", "10:9", "full-width colon"),
        ("stop: yes", "stop:yes", "10:9", "A space is missing after the colon"),
        ("when: {subject: [困梯, lift stuck]}", "when: {subject: “困梯”}",
         "9:21", "curly quotes"),
        ("    name:", "\tname:", "7:1", "TAB"),
        ("[困梯, lift stuck]", "[困梯，lift stuck]", "9:24", "does not separate"),
        ("name: 困梯", "name: a\n    name: b", "8:5", "written twice"),
        ("when:", "wehn:", "9:5", "Did you mean “when”?"),
        ("when:", "当:", "9:5", "Did you mean “when”?"),
        ("{subject:", "{主题:", "9:12", "Did you mean “subject”?"),
        ("{subject:", "{邮件主題:", "9:12", "Did you mean “subject”?"),
        ("when:", "条件:", "9:5", "Did you mean “when”?"),
        ("stop: yes", "停止: yes", "10:5", "Did you mean “stop”?"),
        ("[困梯, lift stuck]", "{包含的: 困梯}", "9:22", "Did you mean “contains”?"),
        ("[困梯, lift stuck]", "!!python/name:os.system 困梯", "9:21", "a tag of YAML"),
        ("{subject:", "{subjct:", "9:12", "Did you mean “subject”?"),
        ("[困梯, lift stuck]", "{contans: 困梯}", "9:22", "Did you mean “contains”?"),
        ("[困梯, lift stuck]", "{regex: '(a'}", "9:29",
         "a “(” is opened and never closed; here: (a"),
        ("[困梯, lift stuck]", "{regex: '(?=a)b'}", "9:29", "looks ahead"),
        ("stop: yes", "stop: maybe", "10:11", "Write yes or no"),
        ("priority: 20", "priority: high", "8:15", "Write a number"),
        ("id: lift-stuck", "id: Lift Stuck", "6:9", "cannot be an id"),
        ("stop: yes", "stop: yes\n    then: [{category: lift}]", "11:23",
         "Did you mean “lifts”?"),
        ("{subject: 1号楼困梯}", "{subject: 电梯很好}", "13:11", "does not match"),
        ("{subject: 会议通知}", "{subject: 困梯}", "15:11", "should let pass"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_what_would_be_right(
    check: Check, before: str, after: str, place: str, words: str
) -> None:
    assert GOOD.count(before) >= 1

    said = check(GOOD.replace(before, after, 1))

    first = said.err.splitlines()[0]
    assert said.code == 4
    assert first.startswith(f"rules/lifts.yaml:{place}: error: ")
    assert words in first


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        # in the wrong place
        ("when:\n    subject: 困梯", "“subject” belongs below “when:”"),
        ("when: {subject: 困梯, then: [{tag: x}]}", "“then” belongs beside “when:”"),
        ("when: {subject: 困梯}\n    category: lifts", "“category” belongs below"),
        ("when: 困梯", "Say where to look for it: “subject: 困梯”"),
        ("when: [{subject: 困梯}, {body: 急}]", "needs “all:” (each of them) or"),
        ("when: {attachment: 运单}", "“name: 运单”"),
        ("when: {header: X-Order}", "“header_exists: X-Order”"),
        # nothing denies
        ("when: {subject: {not_contains: 困梯}}", "put “contains” below “none:”"),
        ("when: {not: [{subject: 困梯}]}", "Did you mean “none”?"),
        # as other programs call it
        ("when: {or: [{subject: 困梯}]}", "Did you mean “any”?"),
        ("when: {sender: a@b.example}", "Did you mean “from”?"),
        ("when: always\n    then: [{reply: x.docx}]", "Did you mean “draft_reply”?"),
        ("when: always\n    then: [{label: x}]", "Did you mean “tag”?"),
        # what would fit nothing
        ("when: {attachment: {type: pdf}}", "application/pdf, or ask for the name"),
        ("when: {attachment: {type: Excel}}", "name: {ends: .xlsx}"),
        ("when: always\n    then: [{save_attachment: {folder: a, type: pdf}}]",
         "Write application/pdf"),
        # addresses
        ("when: {from: 张三}", "write “name: 张三”"),
        ("when: {from: {domain: '*.firm.cn'}}", "Write “firm.cn”"),
        ("when: {from: 'a@b.example, c@d.example'}", "[a@b.example, c@d.example]"),
        ("when: {from: {domain: b.example、d.example}}", "[b.example, d.example]"),
        # numbers
        ("when: always\n    confidence: 90%", "Write 0.9 here, not “90%”"),
    ],
)  # fmt: skip
def test_a_slip_of_everyday_is_told_once_with_what_would_be_right(
    check: Check, rule: str, words: str
) -> None:
    before = "when: {subject: [困梯, lift stuck]}\n    stop: yes"
    assert before in GOOD

    said = check(GOOD.replace(before, rule))

    errors = [line for line in said.err.splitlines() if ": error: " in line]
    assert said.code == 4
    assert words in errors[-1]
    assert len(errors) == (2 if rule.startswith("when:\n") else 1)  # “when” is empty


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("困梯)", "“)”没有配对的“(”"),
        ("*困梯", "重复符号前面没有内容"),
        ("[困梯", "“[”没有配对的“]”"),
        (r"(困)\1", "不支持引用前面的分组"),
        (r"[\u4e00-\u9fa5]", "请直接写汉字"),
        ("困{1001}", "不能超过 1000"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_said_in_chinese(
    check: Check, pattern: str, why: str
) -> None:
    said = check(
        GOOD.replace("[困梯, lift stuck]", f"{{regex: '{pattern}'}}"), "--lang", "zh"
    )

    assert said.err.startswith("rules/lifts.yaml:9:29: 错误: 这个正则表达式不能用：")
    assert why in said.err
    assert "invalid" not in said.err


def test_who_may_not_forward_is_told_where_it_is_asked_for(check: Check) -> None:
    said = check(GOOD.replace("stop: yes", "then:\n      - forward_draft: a@b.example"))

    assert said.err.startswith("rules/lifts.yaml:11:24: error: Anybody can write")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_that_is_not_utf_8_is_named_by_what_it_is(
    check: Check, encoding: str
) -> None:
    said = check(GOOD.encode(encoding))

    assert said.code == 4
    assert {"gb18030": "saved as GBK", "utf-16": "saved as UTF-16"}[
        encoding
    ] in said.err


@pytest.mark.parametrize(
    ("words", "encoding", "said"),
    [
        ("发票丢了请重新开具", "gbk", "saved as GBK ("),
        ("發票遺失請重新開立", "gbk", "saved as GBK ("),
        ("發票遺失請重新開立", "big5", "saved as Big5 ("),
        ("家长", "gbk", "saved as GBK or Big5 ("),
    ],
)
def test_a_file_of_an_older_encoding_is_named_by_it_and_read_on(
    check: Check, words: str, encoding: str, said: str
) -> None:
    lines = [line for line in GOOD.splitlines() if "about" not in line]
    source = "\n".join(lines).replace("困梯", words).replace("stop: yes", "stop: 50")
    simple = source.replace("1号楼", "").replace("会议通知", "x")

    first, second, *_ = check(simple.encode(encoding)).err.splitlines()

    assert said in first
    assert second.startswith("rules/lifts.yaml:9:11: error: ")


def test_what_is_repeated_by_a_sign_is_told_once_where_it_stands(check: Check) -> None:
    named = GOOD.replace("subject: [", "subject: &words [")
    then = "then: [{category: *words}, {assign: {to: *words}}]"

    said = check(named + f"  - id: b\n    <<: *words\n    {then}\n")

    places = [line.split(": ")[0] for line in said.err.splitlines() if "Y014" in line]
    assert places == [
        f"rules/lifts.yaml:{place}" for place in ("17:9", "18:23", "18:46")
    ]
    assert "errors: 3, warnings: 0" in said.err


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("name: 'no end", "18:11"),
        ("name: *急件*", "18:11"),
        ("then: [{tag: a]", "18:12"),
        ("  name: too far", "18:7"),
        ("name: @b", "18:11"),
        ("name: a\x01b", "18:12"),
    ],
)
def test_a_line_that_nobody_understands_hides_no_other_rule(
    check: Check, line: str, place: str
) -> None:
    """No rule of such a file is taken all the same."""
    before = GOOD.replace("stop: yes", "stop: maybe")
    after = "  - id: last\n    when: {subjct: b}\nextract: {a-b: {type: date}}\n"
    broken = f"  - id: broken\n    when: {{subject: a}}\n    {line}\n"

    said = check(before + broken + after)

    places = [
        line.split(": ")[0].partition(":")[2]
        for line in said.err.splitlines()
        if ": error: " in line
    ]
    assert said.code == 4
    assert places == ["10:11", place, "20:12", "21:11"]


def test_a_key_indented_wrongly_above_the_rules_is_told_alone(check: Check) -> None:
    said = check(GOOD.replace("  about:", " about:"))

    assert said.err.splitlines()[0].startswith("rules/lifts.yaml:4:")
    assert "errors: 1, warnings: 0" in said.err


def test_a_slip_in_one_rule_hides_no_fault_of_another(
    check: Check, tmp_path: Path
) -> None:
    (tmp_path / "templates").mkdir()
    more = """  - id: other
    when: {subject: 票}
    then: [{draft_paper: nowhere.docx}]
"""

    said = check(GOOD.replace("when:", "wehn:") + more)

    places = [line.partition(": ")[0] for line in said.err.splitlines()]
    assert places == sorted(places[:-2], key=_line) + places[-2:]
    assert "There is no template nowhere.docx." in said.err
    assert "[R102]" in said.err  # a doubt, too
    assert "[R046]" in said.err
    assert said.err.splitlines()[-2].startswith("errors: 2, warnings: 2")


def test_of_a_rule_with_a_slip_what_it_names_is_looked_up_all_the_same(
    check: Check, tmp_path: Path
) -> None:
    (tmp_path / "templates").mkdir()

    said = check(GOOD.replace("stop: yes", "then: [{draft_paper: no.docx}, {tagg: x}]"))

    assert "There is no template no.docx." in said.err
    assert "has no example" not in said.err


def test_chains_that_cannot_be_read_make_no_fault_of_a_rule(
    check: Check, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "chains.yaml").write_text("nonsense\n", "utf-8")

    said = check(GOOD.replace("stop: yes", "then: [{follow_up: repair}]"))

    assert said.code == 4
    assert "chains.yaml" in said.err
    assert "[R041]" not in said.err


def test_one_is_said_as_well_as_many(check: Check) -> None:
    said = check(GOOD[: GOOD.index("    examples:")])

    assert said.err.splitlines()[1:] == [
        "errors: 0, warnings: 1",
        "rules: 1, examples: 0; they can be used as they are",
    ]


def test_where_an_example_fails_the_command_that_tells_why_is_named(
    check: Check,
) -> None:
    assert "rules test" not in check(GOOD).err

    failing = GOOD[: GOOD.index("    examples:")]
    said = check(failing + "    examples: {match: [{subject: nothing of it}]}\n")

    assert "[R051]" in said.err
    assert said.err.endswith("condition by condition: mailroom rules test\n")


def test_an_id_is_used_once_in_all_files(check: Check, tmp_path: Path) -> None:
    (tmp_path / "rules" / "a.yaml").write_text(
        GOOD.replace("id: lifts", "id: stairs"), "utf-8"
    )

    said = check(GOOD)

    assert said.code == 4
    assert "already used in rules/a.yaml:6" in said.err


def test_every_fault_of_every_file_comes_in_one_run(
    check: Check, tmp_path: Path
) -> None:
    (tmp_path / "rules" / "a.yaml").write_text("mailroom: 2\nrulez: []\n", "utf-8")

    said = check(GOOD.replace("when:", "wehn:").replace("stop: yes", "stop: maybe"))

    places = [line.split(" ")[0] for line in said.err.splitlines() if "error:" in line]
    assert "rules/a.yaml:1:11:" in places
    assert "rules/a.yaml:2:1:" in places
    assert "rules/lifts.yaml:9:5:" in places
    assert "rules/lifts.yaml:10:11:" in places
    assert "the examples will be tried when the files can be read" in said.err


def test_a_rule_without_examples_is_a_warning_and_the_rules_are_in_order(
    check: Check,
) -> None:
    said = check(GOOD[: GOOD.index("    examples:")])

    assert said.code == 0
    assert "rules/lifts.yaml:6:9: warning: " in said.err
    assert "errors: 0, warnings: 1" in said.err


def test_a_folder_without_rules_is_a_fault(check: Check, run: Run) -> None:
    del check
    said = run("rules", "check", "--rules", "rules")

    assert said.code == 4
    assert "no rule files" in said.err


def test_a_folder_that_is_not_there_is_a_slip_of_the_command(run: Run) -> None:
    assert run("rules", "check", "--rules", "nowhere").code == 2


def test_a_file_that_only_looks_like_rules_is_told(
    check: Check, tmp_path: Path
) -> None:
    names = ("a.yaml.txt", "B.YAML", "below/c.yaml", ".d.yaml")
    for name in names:
        (tmp_path / "rules" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "rules" / name).write_text("mailroom: 1\n", "utf-8")

    said = check(GOOD)

    told = [line for line in said.err.splitlines() if "[R033]" in line]
    assert [line.partition(":")[0] for line in told] == [
        "rules/B.YAML", "rules/a.yaml.txt", "rules/below/c.yaml",
    ]  # fmt: skip
    assert "Call it a.yaml" in told[1]


@pytest.mark.parametrize(
    ("written", "place", "words"),
    [
        ("{subject：困梯}", "9:19", "full-width colon"),
        ("{subject:困梯}", "9:19", "A space is missing"),
        ("｛subject: 困梯｝", "9:11", "full-width bracket"),
        ("{subject: 困梯， body: 急}", "9:23", "does not separate"),
        ("{subject: #困梯}", "9:21", "Behind “#” stands a note"),
        ('{subject: "困梯", "急"}', "9:27", "Several words stand in brackets"),
    ],
)
def test_a_sign_typed_by_an_input_method_is_named_inside_braces_too(
    check: Check, written: str, place: str, words: str
) -> None:
    said = check(GOOD.replace("{subject: [困梯, lift stuck]}", written))

    first = said.err.splitlines()[0]
    assert first.startswith(f"rules/lifts.yaml:{place}: error: ")
    assert words in first


def test_signs_typed_by_an_input_method_are_all_told_in_one_run(check: Check) -> None:
    more = "  － id: b\n    when: {subject：急}\n  - id: c\n    when: ｛body: 急｝\n"

    said = check(GOOD + more)

    codes = [line[-5:-1] for line in said.err.splitlines() if ": error: " in line]
    assert codes == ["Y020", "Y012", "Y019"]


@pytest.mark.parametrize(
    ("mail", "place", "words"),
    [
        ("{subject: 困梯, date: 3月5日}", "14:31", "write it as 2026-12-24"),
        ('{subject: "困梯\\n急"}', "14:21", "stands on one line"),
        ('{subject: 困梯, to: [a, "b\\nc"]}', "14:33", "stands on one line"),
        ('{subject: 困梯, headers: {X: "b\\nc"}}', "14:38", "stands on one line"),
        ('{subject: 困梯, attachments: "b\\nc"}', "14:38", "stands on one line"),
        ('{subject: 困梯, headers: {"X\\nY": b}}', "14:35", "stands on one line"),
        ("{subject: 困梯, headers: {X Y: b}}", "14:35", "the name of a header"),
        ("{subject: 困梯, category: lift}", "14:35", "Did you mean “lifts”?"),
        ("{subject: 困梯, thread: lift}", "14:33", "Did you mean “lifts”?"),
        ("{subject: 困梯, expect: {flor: 5}}", "14:11", "Did you mean “floor”?"),
    ],
)
def test_a_slip_in_an_example_is_told_where_it_stands(
    check: Check, mail: str, place: str, words: str
) -> None:
    reads = "stop: yes\n    extract: {floor: {type: number}}"
    source = GOOD.replace("stop: yes", reads).replace("{subject: 1号楼困梯}", mail)

    said = check(source)

    assert said.err.startswith(f"rules/lifts.yaml:{place}: error: ")
    assert words in said.err.splitlines()[0]


def test_an_example_may_call_its_answer_unsorted(check: Check) -> None:
    unsure = GOOD.replace("stop: yes", "confidence: 0.3")

    said = check(
        unsure.replace("{subject: 会议通知}", "{subject: 会, category: unsorted}")
    )

    assert said.code == 0


def test_what_is_not_beside_the_rules_is_not_asked(
    check: Check, tmp_path: Path
) -> None:
    source = GOOD.replace(
        "  about:",
        "  owner: 徐婷\n  chain: wait\n  reply: {zh: reply/lift.zh.docx}\n  about:",
    )

    alone = check(source)
    (tmp_path / "templates").mkdir()
    (tmp_path / "rules" / "chains.yaml").write_text(
        "mailroom: 1\nchains: []\n", "utf-8"
    )
    beside = check(source)

    assert alone.code == 0
    assert beside.code == 4
    assert "There is no template reply/lift.zh.docx" in beside.err


def test_a_template_shows_only_what_the_rules_can_give(
    run: Run, tmp_path: Path
) -> None:
    """With settings the office's own templates are compared."""
    settle(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "lifts.yaml").write_text(
        GOOD.replace("  about:", "  reply: {zh: reply/invoice.zh.docx}\n  about:"),
        "utf-8",
    )

    said = run("rules", "check", "--rules", "rules")

    assert said.code == 4
    assert "reply/invoice.zh.docx shows the field" in said.err


def test_faults_are_told_in_chinese(check: Check) -> None:
    said = check(GOOD.replace("stop: yes", "stop：yes"), "--lang", "zh")

    assert "rules/lifts.yaml:10:9: 错误: " in said.err
    assert "全角冒号" in said.err


def test_faults_come_as_json_for_programs(check: Check) -> None:
    said = check(GOOD.replace("wh", "hw", 1), "--lang", "en", "--json")

    (fault, *_) = json.loads(said.out)
    assert said.code == 4
    assert (fault["file"], fault["line"], fault["column"]) == ("rules/lifts.yaml", 9, 5)
    assert (fault["code"], fault["severity"]) == ("R001", "error")


def test_faults_come_as_annotations_for_github(check: Check) -> None:
    said = check(GOOD.replace("stop: yes", "stop: 50%"), "--lang", "en", "--github")

    assert said.code == 4
    assert said.out.startswith(
        "::error file=rules/lifts.yaml,line=10,col=11,title=R002::Write yes or no"
    )
    assert "50%25" in said.out
    assert len(said.out.splitlines()) == 1


def test_without_settings_the_shipped_rules_are_checked_and_that_is_said(
    run: Run,
) -> None:
    said = run("rules", "list", "--json")

    assert said.code == 0
    assert "without settings: the rules in" in said.err
    assert len(json.loads(said.out)) > 40


# ── list ─────────────────────────────────────────────────────────────────


def test_the_list_has_the_order_in_which_rules_are_tried(
    check: Check, run: Run, tmp_path: Path
) -> None:
    check(GOOD)
    later = "  - {id: late, when: always}\n  - {id: off, when: always, enabled: no}\n"
    first = "  - {id: first, when: {body: x}, priority: 90, then: [{tag: seen}]}\n"
    (tmp_path / "rules" / "10-x.yaml").write_text(
        f"mailroom: 1\ncategory: {{id: x}}\nrules:\n{later}{first}", "utf-8"
    )
    (tmp_path / "rules" / "2-y.yaml").write_text(
        "mailroom: 1\ncategory: {id: y}\nrules: [{id: early, when: always}]", "utf-8"
    )

    rows = json.loads(run("rules", "list", "--rules", "rules", "--json").out)
    table = run("--lang", "zh", "rules", "list", "--rules", "rules").out

    assert [(row["place"], row["id"]) for row in rows] == [
        (1, "first"), (2, "lift-stuck"), (3, "early"), (4, "late"), (5, "off"),
    ]  # fmt: skip
    assert rows[1] == {
        "place": 2, "id": "lift-stuck", "name": "困梯", "priority": 20,
        "category": "lifts", "also": [], "confidence": 1, "stop": True,
        "enabled": True, "note": "", "examples": 2,
        "file": "rules/lifts.yaml", "line": 6,
    }  # fmt: skip
    assert [row["enabled"] for row in rows] == [True, True, True, True, False]
    assert "rules/lifts.yaml:6" in table
    assert "停用" in table


def test_rules_that_cannot_be_read_have_no_order(check: Check, run: Run) -> None:
    check(GOOD.replace("when:", "wehn:"))

    said = run("rules", "list", "--rules", "rules")

    assert (said.code, said.out) == (4, "")
    assert "rules/lifts.yaml:9:5" in said.err


def _line(place: str) -> int:
    return int(place.split(":")[1])
