"""With which code a command ends, and where it writes what."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from mailroom import __version__
from mailroom.cli import COMMANDS, usage
from mailroom.cli.pack import cut_rules
from mailroom.cli.talk import Talk
from tests.unit.command_line import Run, runner
from tests.unit.small_office import SmallOffice, settle

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    return runner(monkeypatch, capsys, tmp_path)


def test_0_is_all_is_well(run: Run) -> None:
    said = run("--version")

    assert (said.code, said.out.strip(), said.err) == (0, __version__, "")


@pytest.mark.parametrize("command", [[], *[[name] for name in COMMANDS]], ids=str)
def test_every_command_says_what_it_does_in_both_languages(
    run: Run, command: list[str]
) -> None:
    said = run(*command, "--help")

    assert said.code == 0
    assert any("一" <= sign <= "鿿" for sign in said.out)
    assert any(sign.isascii() and sign.isalpha() for sign in said.out)


def test_1_is_the_finding_of_a_person_or_of_the_desk(run: Run, tmp_path: Path) -> None:
    SmallOffice(tmp_path).close()

    missing = run("review", "show", "7")
    stale = run("status")

    assert (missing.code, missing.out) == (1, "")
    assert missing.err == "mailroom: there is no draft 7\n"
    assert stale.code == 1
    assert "is not being read" in stale.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["jobs", "drop", "3"], "错误：缺少 '--reason'\n"),
        (["jobs", "drop", "--reason", "x"], "错误：缺少 'NUMBER'\n"),
        (["jobs", "retry", "--everything"], "错误：没有 --everything 这个选项\n"),
        (["jobs", "retry"], "错误：请写出工作的编号，或用 --all\n"),
    ],
)
def test_a_slip_on_the_command_line_is_told_in_chinese(
    run: Run, line: list[str], said: str
) -> None:
    told = run("--lang", "zh", *line)

    assert told.code == 2
    assert told.err.startswith("用法：")
    assert told.err.endswith(said)
    assert "Try" not in told.err
    assert run("--lang", "en", *line).err.startswith("Usage:")


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (click.INT, "三", "错误：'N'：这里要写整数，不能写 '三'\n"),
        (click.FLOAT, "三", "错误：'N'：这里要写数字，不能写 '三'\n"),
        (click.IntRange(1, 9), "x", "错误：'N'：这里要写整数，不能写 'x'\n"),
        (click.IntRange(1, 9), "12", "错误：'N'：12 超出范围，应在 1 到 9 之间\n"),
        (click.IntRange(0), "-1", "错误：'N'：-1 太小，至少是 0\n"),
        (click.Choice(["on", "off"]), "开", "没有 '开' 这一项，可以写：'on', 'off'\n"),
        (click.Choice(["on"]), "开", "没有 '开' 这一项，可以写：'on'\n"),
        (click.Path(exists=True), "no.eml", "没有 'no.eml' 这个文件\n"),
        (click.Path(exists=True, dir_okay=False), "x", "没有 'x' 这个文件\n"),
        (click.Path(exists=True, file_okay=False), "x", "没有 'x' 这个文件夹\n"),
        (click.Path(file_okay=False), __file__, "是文件，这里要写文件夹\n"),
        (click.Path(dir_okay=False), "/", "'/' 是文件夹，这里要写文件\n"),
        (click.File(), "no.eml", "没有 'no.eml' 这个文件\n"),
    ],
)
def test_a_wrong_value_on_the_command_line_is_told_in_chinese(
    kind: "click.ParamType[Any]",
    value: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = click.Command("jobs", params=[click.Argument(["n"], type=kind)])

    with pytest.raises(click.ClickException) as caught:
        command.main(["--", value], standalone_mode=False)

    usage.tell(Talk(language="zh-CN", config=Path("mailroom.toml")), caught.value)
    assert capsys.readouterr().err.endswith(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["jobs", "drop", "--reason"], "错误：'--reason' 后面少了一个值\n"),
        (["jobs", "retry", "--all=3"], "错误：'--all' 后面不能写值\n"),
        (["brake", "on", "off"], "错误：多写了：off\n"),
        (["brake", "开"], "没有 '开' 这一项，可以写：'on', 'off'\n"),
    ],
)
def test_a_line_with_too_much_or_too_little_is_told_in_chinese(
    run: Run, line: list[str], said: str
) -> None:
    assert run("--lang", "zh", *line).err.endswith(said)


def test_a_disk_that_fills_is_told_before_the_register_cannot_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SmallOffice(tmp_path).close()
    free = shutil.disk_usage(tmp_path)._replace(free=300 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)

    said = run("status")

    assert said.code == 1
    assert "the disk is nearly full: 300 MB free for" in said.err
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free._replace(free=2**31))
    assert "nearly full" not in run("status").err


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["review", "show"], ["review", "show", "x"], ["brake", "half"],
     ["classify", "no-such-file.eml"], ["--nonsense", "check"]],
)  # fmt: skip
def test_2_is_a_command_that_is_none(run: Run, arguments: list[str]) -> None:
    said = run(*arguments)

    assert (said.code, said.out) == (2, "")
    assert "Error" in said.err or "Usage" in said.err


def test_3_is_what_the_machine_lacks(run: Run, tmp_path: Path) -> None:
    settle(tmp_path)
    (tmp_path / "data").write_text("no folder")

    said = run("cases", "list")

    assert (said.code, said.out) == (3, "")
    assert "cannot write to" in said.err
    assert run("-c", tmp_path, "check").code == 3


def test_4_is_a_file_to_mend_with_its_place(run: Run, tmp_path: Path) -> None:
    file = settle(tmp_path)
    file.write_text(file.read_text("utf-8").replace("grace = 30", "grace = -1"))

    for command in (["check"], ["cases", "list"], ["status"]):
        said = run("-c", file, *command)
        assert (said.code, said.out) == (4, "")
        assert f"{file}:13:1: error: limits.grace is -1" in said.err
    assert run("-c", "elsewhere.toml", "check").code == 4


def test_the_codes_reach_the_shell(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "mailroom", "--lang", "zh", "check"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert (answer.returncode, answer.stdout) == (4, "")
    assert "没有这个文件" in answer.stderr or "mailroom init" in answer.stderr


# ── check ────────────────────────────────────────────────────────────────


ONE_RULE = """\
mailroom: 1
rules:
  - id: courier
    when: {subject: [快递]}
    then:
      - tag: parcel
    examples:
      match:
        - {subject: 快递到了}
"""


def test_what_ships_is_in_order(run: Run, tmp_path: Path) -> None:
    settle(tmp_path)

    said = run("check")

    assert (said.code, said.out) == (0, "")
    assert "are in order" in said.err


def test_an_office_that_still_has_the_invented_people_is_told_so(
    run: Run, tmp_path: Path
) -> None:
    file = settle(tmp_path)
    ours = file.read_text("utf-8").replace("hengyuan.example", "museum.example")
    file.write_text(ours, "utf-8")

    said = run("check", "--json")

    told = {row["code"]: row for row in json.loads(said.out)}
    assert said.code == 0  # letters are received meanwhile
    assert told["C002"]["file"] == "rules/office/office.yaml"
    assert told["C003"]["file"] == "rules/office/people.yaml"
    assert "invented" in told["C003"]["text"]


def test_an_office_in_order_is_said_to_be(run: Run, tmp_path: Path) -> None:
    file = settle(tmp_path)
    file.write_text(file.read_text("utf-8").replace(f"{ROOT}/", ""), "utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "courier.yaml").write_text(ONE_RULE, "utf-8")
    (tmp_path / "rules" / "chains.yaml").write_text(
        "mailroom: 1\nchains: {}\n", "utf-8"
    )

    said = run("check")
    as_json = run("check", "--json")
    chinese = run("--lang", "zh", "check")

    assert (said.code, said.out) == (0, "")
    assert "are in order" in said.err
    assert (as_json.code, json.loads(as_json.out)) == (0, [])
    assert (chinese.code, chinese.out) == (0, "")
    assert "均无误" in chinese.err


def test_faults_come_as_json_in_the_readers_language(run: Run, tmp_path: Path) -> None:
    file = settle(tmp_path)
    file.write_text(
        file.read_text("utf-8")
        .replace("grace = 30", "grase = 30")
        .replace('tls = "none"', 'tls = "no"', 1)
    )

    english = run("check", "--json")
    chinese = run("--lang", "zh", "check", "--json")

    assert english.code == chinese.code == 4
    first, second = json.loads(english.out)
    assert first == {
        "file": "mailroom.toml", "line": 13, "column": 1, "code": "S004",
        "severity": "error",
        "text": "unknown setting limits.grase; did you mean grace?",
    }  # fmt: skip
    assert (second["line"], "it may be" in second["text"]) == (26, True)
    assert [f["line"] for f in json.loads(chinese.out)] == [13, 26]
    assert "grace" in json.loads(chinese.out)[0]["text"]
    assert json.loads(chinese.out)[0]["text"] != first["text"]


def test_a_missing_password_faulty_rules_and_templates_are_told_together(
    run: Run, tmp_path: Path
) -> None:
    file = settle(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "note.en.docx").write_bytes(b"no document")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text("mailroom: 1\nrulez: []\n")
    (tmp_path / "rules" / "chains.yaml").write_text("mailroom: 1\nchains: 7\n")
    source = file.read_text("utf-8").replace(f"{ROOT}/rules", "rules")
    source = source.replace(f"{ROOT}/templates", "templates")
    file.write_text(source, encoding="utf-8")
    (tmp_path / "secrets" / "office_imap_password").unlink()

    said = run("check", "--json")

    found = {
        (Path(fault["file"]).name, fault["line"]) for fault in json.loads(said.out)
    }
    assert said.code == 4
    assert {("office_imap_password", 0), ("a.yaml", 2), ("chains.yaml", 2)} <= found
    assert ("note.en.docx", 0) in found


# ── init ─────────────────────────────────────────────────────────────────


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_init_writes_an_office_that_needs_only_its_password(
    run: Run, tmp_path: Path
) -> None:
    said = run("init", tmp_path / "new")

    assert said.code == 0
    assert "mailroom -c" in said.err
    written = contents(tmp_path / "new")
    assert "mailroom.toml" in written
    assert "rules/chains.yaml" in written
    assert any(name.startswith("templates/reply/") for name in written)
    assert (tmp_path / "new" / "secrets").stat().st_mode & 0o077 == 0
    faults = json.loads(
        run("-c", tmp_path / "new/mailroom.toml", "check", "--json").out
    )
    assert {fault["code"] for fault in faults if fault["severity"] == "error"} == {
        "S010"
    }


@pytest.mark.parametrize("pack", ["zh", "en", "both"])
def test_a_new_office_is_in_order_whatever_language_it_writes(
    run: Run, tmp_path: Path, pack: str
) -> None:
    new = tmp_path / "new"
    run("init", "--pack", pack, new)
    (new / "secrets" / "office_imap_password").touch(mode=0o600)
    (new / "secrets" / "office_imap_password").write_text("secret")

    said = run("-c", new / "mailroom.toml", "check", "--json")

    assert [f for f in json.loads(said.out) if f["severity"] == "error"] == []
    templates = [name for name in contents(new) if name.endswith(".docx")]
    ends = (".zh.docx", ".en.docx") if pack == "both" else (f".{pack}.docx",)
    assert templates
    assert all(name.endswith(ends) for name in templates)
    assert ("rules/README.zh-CN.md" in contents(new)) == (pack != "en")
    assert ('language = "en"' in (new / "mailroom.toml").read_text("utf-8")) == (
        pack == "en"
    )


def test_an_office_of_one_language_keeps_its_rules_and_their_comments(
    run: Run, tmp_path: Path
) -> None:
    for pack in ("zh", "both"):
        run("init", "--pack", pack, tmp_path / pack)
    one, both = (contents(tmp_path / pack) for pack in ("zh", "both"))
    rules = [name for name in both if name.startswith("rules/")]
    assert rules == [name for name in one if name.startswith("rules/")]
    for name in rules:
        cut, whole = one[name].decode(), both[name].decode()
        assert ".en.docx" not in cut
        lines = [line for line in whole.splitlines() if ".en.docx" not in line]
        assert [line for line in cut.splitlines() if ".zh.docx" not in line] == [
            line for line in lines if ".zh.docx" not in line
        ]


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ("  reply: {zh: reply/a.zh.docx, en: reply/a.en.docx}\n",
         "  reply: {zh: reply/a.zh.docx}\n"),
        ("  reply: {en: reply/a.en.docx, zh: reply/a.zh.docx}  # both\n",
         "  reply: {zh: reply/a.zh.docx}  # both\n"),
        ("  papers: [paper/a.zh.docx, paper/a.en.docx, paper/b.zh.docx]\n",
         "  papers: [paper/a.zh.docx, paper/b.zh.docx]\n"),
        ("  papers: [paper/a.en.docx]\n", ""),
        ("    zh: reply/a.zh.docx\n    en: reply/a.en.docx\n",
         "    zh: reply/a.zh.docx\n"),
        ("    - paper/a.en.docx\n    - paper/a.zh.docx\n", "    - paper/a.zh.docx\n"),
        ("# see reply/a.en.docx\n", "# see reply/a.en.docx\n"),
        ("  about: {zh: 甲, en: A}\n", "  about: {zh: 甲, en: A}\n"),
    ],
)  # fmt: skip
def test_a_template_that_is_not_in_the_pack_is_not_named(
    written: str, cut: str
) -> None:
    assert cut_rules(written, "zh") == cut
    assert cut_rules(written, "both") == written


def test_init_a_second_time_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    new = tmp_path / "new"
    run("init", new)
    for file in new.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes() + b"\n# mine")
    (new / "rules" / "chains.yaml").unlink()
    before = contents(new)

    said = run("init", new)

    after = contents(new)
    assert said.code == 0
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"rules/chains.yaml"}
    assert "kept as it is" in said.err


def test_init_can_only_say_what_it_would_do(run: Run, tmp_path: Path) -> None:
    said = run("init", "--dry-run", tmp_path / "new")

    assert said.code == 0
    assert not (tmp_path / "new").exists()
    assert not any(line.startswith("written:") for line in said.err.splitlines())


def test_init_says_where_it_may_not_write(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    said = run("init", tmp_path / "file" / "new")

    assert (said.code, said.out) == (3, "")
    assert said.err.startswith("mailroom: cannot write ")
    assert "[Errno" not in said.err


# ── the last net ─────────────────────────────────────────────────────────


def fail(*_: object) -> None:
    raise ZeroDivisionError("Dear Sir, my salary is wrong")


def test_what_nobody_thought_of_is_told_by_kind_and_place_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailroom.cli.check.find_faults", fail)

    english, chinese = run("check"), run("--lang", "zh", "check")

    assert english.code == chinese.code == 3
    assert re.fullmatch(
        r"mailroom: this should not have happened: ZeroDivisionError at"
        r" mailroom/cli/check\.py:\d+; [^\n]*\n",
        english.err,
    )
    assert "ZeroDivisionError" in chinese.err
    assert "should not" not in chinese.err
    assert "salary" not in english.err + chinese.err


def test_programmers_get_the_whole_of_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailroom.cli.check.find_faults", fail)
    monkeypatch.setenv("MAILROOM_DEBUG", "1")

    said = run("check")

    assert said.code == 3
    assert "Traceback" in said.err
    assert "ZeroDivisionError: Dear Sir" in said.err
