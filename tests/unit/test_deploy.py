"""What the scripts in deploy/ hold to."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMMANDS = ("demo", "test", "setup.sh", "servers.sh")  # apt.sh is read in, not run
SCRIPTS = (*COMMANDS, "apt.sh")
EVERYTHING = (*(DEPLOY / name for name in SCRIPTS), ROOT / ".ci" / "run")


def code(file: Path) -> str:
    """Give the script without its comments."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub(r"(^|\s)#.*", "", line) for line in lines)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_shell_can_read_every_script(name: str) -> None:
    answer = subprocess.run(
        ["sh", "-n", DEPLOY / name], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize(
    "file",
    [*(DEPLOY / name for name in COMMANDS), ROOT / ".ci" / "run"],
    ids=lambda file: file.name,
)
def test_what_people_start_may_be_started(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]

    assert os.access(file, os.X_OK)
    assert first in ("#!/bin/sh", "#!/usr/bin/env bash")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_script_stops_at_the_first_thing_that_goes_wrong(name: str) -> None:
    assert "\nset -eu\n" in code(DEPLOY / name)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_keeps_to_what_every_sh_knows(name: str) -> None:
    foreign = (
        r"\[\[|\bsource\b|^\s*function\b|\blocal\b|\becho -|<<<|&>|\bwhich\b"
        r"|\breadlink -f|\$\{\w+//|\bpipefail\b|\bmapfile\b|^\s*declare\b"
    )

    assert re.findall(foreign, code(DEPLOY / name), re.MULTILINE) == []


@pytest.mark.parametrize("file", EVERYTHING, ids=lambda file: file.name)
def test_a_script_names_no_folder_of_somebody_s_machine(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert re.findall(r"(?:/home|/Users|/root|/work|/tmp|/mnt)/\S*", text) == []


@pytest.mark.skipif(
    shutil.which("shellcheck") is None, reason="shellcheck is not installed"
)
@pytest.mark.parametrize("file", EVERYTHING, ids=lambda file: file.name)
def test_shellcheck_finds_nothing(file: Path) -> None:
    answer = subprocess.run(
        ["shellcheck", "-S", "warning", "-x", "-P", DEPLOY, file],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (answer.stdout, answer.stderr) == ("", "")


@pytest.mark.parametrize(
    ("version", "packages"),
    [
        ("3.11.2-1+b1", "python3 python3-venv"),
        ("3.13.5-1", "python3 python3-venv"),
        ("3.10.6-1~22.04", "python3.11 python3.11-venv"),
        ("3.9.2-3", "python3.11 python3.11-venv"),
        ("3.8.2-0ubuntu2", "python3.11 python3.11-venv"),
        ("", "python3 python3-venv"),  # a fresh machine without lists of packages
    ],
)
def test_a_python_that_is_too_old_is_passed_over(
    tmp_path: Path, version: str, packages: str
) -> None:
    put_program(
        tmp_path / "apt-cache",
        f"""case "$*" in
        "policy python3") printf 'python3:\\n  Candidate: {version}\\n' ;;
        "show python3.11-venv") ;;
        *) exit 100 ;;
        esac""",
    )

    answer = in_setup(
        tmp_path, "python_packages", {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    )

    assert answer.stdout.strip() == packages


def test_without_python_and_apt_the_way_out_is_said_in_both_languages(
    tmp_path: Path,
) -> None:
    checkout = copied(tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "cksum", "cat", "grep", "rm", "uname", "sed"):
        found = shutil.which(name)
        assert found is not None
        (programs / name).symlink_to(found)

    answer = subprocess.run(
        [programs / "sh", checkout / "deploy" / "demo"],
        env={"PATH": str(programs)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert answer.returncode == 3
    assert answer.stdout == ""
    assert "安装 Python 3.11" in answer.stderr
    assert "Install Python 3.11" in answer.stderr


def test_a_second_run_installs_nothing(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)

    first = run(checkout, "setup.sh")
    again = run(checkout, "setup.sh")

    assert (first, again) == (0, 0)
    assert installs(checkout) == ["-e ."]


def test_what_the_tests_need_holds_what_the_demo_needs(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)

    run(checkout, "setup.sh", "test")
    run(checkout, "setup.sh")

    assert installs(checkout) == ["-e .[test]"]


def test_what_the_demo_needs_is_not_enough_for_the_tests(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)

    run(checkout, "setup.sh")
    run(checkout, "setup.sh", "test")

    assert installs(checkout) == ["-e .", "-e .[test]"]


def test_a_changed_list_of_libraries_is_installed_again(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)

    run(checkout, "setup.sh")
    (checkout / "pyproject.toml").write_text("# one library more", encoding="utf-8")
    run(checkout, "setup.sh")

    assert installs(checkout) == ["-e .", "-e ."]


def test_an_installation_that_broke_off_is_done_again(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)
    (checkout / "no-network").touch()

    broken = run(checkout, "setup.sh")
    (checkout / "no-network").unlink()
    mended = run(checkout, "setup.sh")

    assert (broken, mended) == (3, 0)
    assert installs(checkout) == ["-e .", "-e ."]


def test_the_demo_hands_its_options_on_word_by_word(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)

    ended = run(checkout, "demo", "--dir", "my office", "--once")

    assert ended == 7
    said = (checkout / "said").read_text(encoding="utf-8").splitlines()
    assert said == ["demo", "--dir", "my office", "--once"]


@pytest.mark.parametrize("breaks", [" tests/unit", "ruff", "mypy", "lint-imports"])
def test_every_ring_runs_though_one_fails(tmp_path: Path, breaks: str) -> None:
    checkout = with_environment(tmp_path)

    answer = rings(checkout, breaks)

    assert answer.returncode == 1
    assert re.findall(
        r"^== (\w+): (ok|FAILED), \d+ s$", answer.stdout, re.MULTILINE
    ) == [
        ("quick", "FAILED"),
        ("integration", "ok"),
        ("slow", "ok"),
    ]


def test_rings_that_all_pass_end_with_zero(tmp_path: Path) -> None:
    answer = rings(with_environment(tmp_path), "nothing")

    assert answer.returncode == 0
    assert "FAILED" not in answer.stdout


def test_arguments_go_to_pytest_alone(tmp_path: Path) -> None:
    checkout = with_environment(tmp_path)

    run(checkout, "test", "tests/unit", "-k", "one or two")

    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    assert asked[1:] == ["-m pytest tests/unit -k one or two"]  # [0] is pip


def test_ci_runs_everything_with_the_servers_and_forgives_none() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert "\nexport CI=true\n" in script
    assert script.endswith('\nexec ./deploy/test --with-servers "$@"\n')


def copied(folder: Path) -> Path:
    """Copy the scripts into a checkout whose name has a blank and Chinese in it."""
    checkout = folder / "收发 room"
    shutil.copytree(DEPLOY, checkout / "deploy")
    (checkout / "pyproject.toml").write_text("# the libraries", encoding="utf-8")
    return checkout


def with_environment(folder: Path) -> Path:
    """Give a checkout whose .venv writes down what is asked of it.

    `asked` has Python's command lines; an installation fails while there is a file
    `no-network`; `mailroom` writes its arguments to `said` and ends with 7.
    """
    checkout = copied(folder)
    bin_ = checkout / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "activate").write_text(f'VIRTUAL_ENV="{bin_.parent}"\n', encoding="utf-8")
    put_program(
        bin_ / "python",
        f"""[ "$1" != -I ] || exit 0
        echo "$*" >>"{checkout}/asked"
        case "$*" in
        *"pip install"*) [ ! -e "{checkout}/no-network" ] ;;
        *"pytest"*"$BREAKS"*) exit 1 ;;
        esac""",
    )
    put_program(
        bin_ / "mailroom", f"""printf '%s\\n' "$@" >"{checkout}/said"; exit 7"""
    )
    for name in ("ruff", "mypy", "lint-imports"):
        put_program(bin_ / name, f'[ "$BREAKS" != {name} ]')
    return checkout


def installs(checkout: Path) -> list[str]:
    """Tell what pip was asked to install, in turn."""
    asked = (checkout / "asked").read_text(encoding="utf-8").splitlines()
    return [line.partition("--quiet ")[2] for line in asked if " pip install " in line]


def put_program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def run(checkout: Path, name: str, *arguments: str) -> int:
    """Run a script from another folder; returns its exit code."""
    return subprocess.run(
        [checkout / "deploy" / name, *arguments],
        cwd=checkout.parent,
        capture_output=True,
        check=False,
    ).returncode


def rings(checkout: Path, breaks: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "deploy" / "test"],
        env={**os.environ, "BREAKS": breaks},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def in_setup(
    folder: Path, function: str, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Call one function of setup.sh, without the rest."""
    text = (DEPLOY / "setup.sh").read_text(encoding="utf-8")
    found = re.search(
        rf"^{function}\(\) \{{\n.*?^\}}\n", text, re.MULTILINE | re.DOTALL
    )
    assert found is not None
    script = folder / "one.sh"
    script.write_text(f'. "{DEPLOY}/apt.sh"\n{found[0]}{function}\n', encoding="utf-8")
    return subprocess.run(
        ["sh", script], env=env, capture_output=True, encoding="utf-8", check=False
    )
