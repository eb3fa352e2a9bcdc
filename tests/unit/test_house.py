"""What holds of the house as a whole: its modules, its words, its map, its README."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from mailroom.cli import COMMANDS, cli
from mailroom.settings import (
    Account,
    DayPapers,
    Folders,
    ImapServer,
    Limits,
    Office,
    OwnPicture,
    SmtpServer,
)

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "mailroom").rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
LONGEST = 400  # lines of a module

# Words that say nothing of what a thing is in charge of.
EMPTY_WORDS = {
    "util", "utils", "helper", "helpers", "manager", "handler", "processor", "common",
    "misc", "stuff", "info", "item", "items",
}  # fmt: skip
EMPTY_MODULES = EMPTY_WORDS | {"data", "base", "core", "lib"}
# What other libraries call so.
THEIRS = {"StreamHandler", "_set_signal_handlers"}


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def named(module: Path) -> str:
    return str(module.relative_to(ROOT))


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_opens_by_saying_what_it_is_in_charge_of(module: Path) -> None:
    said = ast.get_docstring(tree(module))

    assert said
    first = said.split("\n")[0]
    assert re.search(r"[.:;]$", first), first
    assert len(first) > 10


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    long = {
        named(module): lines
        for module in MODULES
        if (lines := len(module.read_text(encoding="utf-8").splitlines())) > LONGEST
        and "migrations" not in module.parts
    }

    assert long == {}


def test_no_module_is_named_by_an_empty_word() -> None:
    assert [
        named(module)
        for module in MODULES
        if set(module.stem.split("_")) & EMPTY_MODULES
        or set(module.parent.name.split("_")) & EMPTY_MODULES
    ] == []


def definitions(module: Path) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def parts(name: str) -> set[str]:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return {word.lower() for word in words}


def test_nothing_is_called_by_an_empty_word() -> None:
    assert [
        f"{named(module)}: {name}"
        for module in MODULES
        for name in definitions(module)
        if name not in THEIRS
        and (parts(name) & EMPTY_WORDS or re.match(r"_?get_(?!command)", name))
        and not name.startswith("handle_")  # aiosmtpd finds its hooks by these names
    ] == []


def test_nothing_is_left_to_be_done_later() -> None:
    left = re.compile(r"\b(?:TODO|FIXME|HACK)\b|raise NotImplementedError")

    assert [
        named(module)
        for module in MODULES
        if left.search(module.read_text(encoding="utf-8"))
    ] == []


def test_imports_point_down_the_map() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    answer = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stdout


# ── the README ───────────────────────────────────────────────────────────


def commands() -> Iterator[str]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from (f"{name} {inner}" for inner in command.commands)
        else:
            yield name


@pytest.mark.parametrize("command", list(commands()))
def test_the_readme_names_every_command(command: str) -> None:
    group, _, inner = command.partition(" ")

    # `mailroom review list|show|approve` names each of them.
    assert re.search(
        rf"mailroom {group}\b" + (rf" [\w\\|]*\b{inner}\b" if inner else ""), README
    )


TABLES: dict[str, type[BaseModel]] = {
    "office": Office, "folders": Folders, "limits": Limits, "accounts": Account,
    "accounts.imap": ImapServer, "accounts.smtp": SmtpServer,
    "pictures": OwnPicture, "papers": DayPapers,
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_readme_names_every_setting_and_the_first_file_explains_it(
    table: str,
) -> None:
    line = rf"^\| `\[+{re.escape(table)}\]+` \| (.*) \|$"
    (row,) = re.findall(line, README, re.MULTILINE)
    first = (ROOT / "mailroom" / "cli" / "mailroom.toml").read_text(encoding="utf-8")

    names = list(TABLES[table].model_fields)
    told = [name for name in names if name not in {"imap", "smtp"}]  # tables themselves

    assert sorted(re.findall(r"`(\w+)`", row)) == sorted(told)
    assert [name for name in names if not re.search(rf"\b{name}\b", first)] == []


def test_the_readme_never_sends_people_to_a_strangers_package() -> None:
    assert not re.search(r"pip install (?:-\S+ )*mailroom\b", README)


def test_the_readme_names_every_room() -> None:
    rooms = {
        path.name.removesuffix(".py")
        for path in (ROOT / "mailroom").iterdir()
        if (path.is_dir() and any(path.glob("*.py"))) or path.suffix == ".py"
    } - {"__init__", "__main__"}

    assert {room for room in rooms if not re.search(rf"\b{room}\b", README)} == set()
