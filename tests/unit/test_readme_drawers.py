"""The README tells of the drawers what the rules say, and its recipe works."""

import re
import shutil
from pathlib import Path

import pytest

from tests.drawers import ROOT, table
from tests.unit.command_line import runner
from tests.unit.small_office import shipped_papers

README = (ROOT / "README.md").read_text("utf-8")


def test_the_table_of_the_drawers_is_that_of_the_rules() -> None:
    rules = shipped_papers().rules

    assert len(rules.categories) == 30
    assert table(rules) in README


def test_the_recipe_for_a_drawer_of_ones_own_works_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = README.partition("### A drawer of your own")[2].partition("\n## ")[0]
    (saved,) = re.findall(r"Save this as `rules/([\w.]+)`", recipe)
    blocks = re.findall(r"```(?:yaml)?\n(.*?)```", recipe, re.DOTALL)
    drawer, commands = blocks
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "rules" / saved).write_text(drawer, encoding="utf-8")
    run = runner(monkeypatch, capsys, tmp_path)

    typed = commands.split("\n")[:-1]
    assert typed == ["mailroom rules check", "mailroom rules test"]
    for line in typed:
        said = run(*line.split()[1:], "--rules", "rules")
        assert said.code == 0, said.out + said.err
        assert "lost_key" in said.out or "rules: " in said.out + said.err

    broken = drawer.replace("contains: [丢了", "contians: [丢了")
    (tmp_path / "rules" / saved).write_text(broken, encoding="utf-8")
    said = run("rules", "check", "--rules", "rules")
    assert said.code != 0
    assert saved in said.out + said.err
