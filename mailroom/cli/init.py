"""Writes the files that a new office starts from."""

import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import click

from mailroom.cli.pack import PACKS, Pack, belongs, cut_rules, cut_settings
from mailroom.cli.talk import Talk
from mailroom.errors import EnvironmentFault, text
from mailroom.settings import SETTINGS_FILE

# What the templates are made from stays where it is.
_KINDS = (".yaml", ".md", ".docx")
_AS_IT_IS = (".md", ".docx")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@click.option(
    "--pack",
    type=click.Choice(PACKS),
    default="both",
    show_default=True,
    help="The language of the letters and papers.",
)
@click.pass_obj
def init(talk: Talk, folder: Path, *, dry_run: bool, pack: Pack) -> None:
    """Write settings, rules, templates into FOLDER; overwrites nothing. 新建。"""
    for source, target in _files(folder, pack):
        if _is_there(target):
            talk.tell(text("kept as it is: {file}", file=target))
            continue
        if dry_run:
            talk.tell(text("would be written: {file}", file=target))
            continue
        with _translated(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_content(source, pack))
        talk.tell(text("written: {file}", file=target))
    if dry_run:
        return
    secrets = folder / "secrets"
    with _translated(secrets):
        secrets.mkdir(mode=0o700, exist_ok=True)
    talk.tell(
        text(
            "Next:\n"
            "1. Enter your office and your mail server in {settings}.\n"
            "2. Enter your people, addresses, suppliers and rooms in {people}: what is"
            " there is invented, and letters would name it.\n"
            "3. Write the mailbox password into {secret} and run: chmod 600 {secret}\n"
            "4. mailroom -c {settings} check\n"
            "5. mailroom -c {settings} doctor\n"
            "6. mailroom -c {settings} run",
            settings=folder / SETTINGS_FILE,
            people=folder / "rules" / "office",
            secret=secrets / "office_imap_password",
        )
    )


@contextmanager
def _translated(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentFault(
            text("cannot write {file}: {reason}", file=target, reason=error.strerror)
        ) from error


def _content(source: Path, pack: Pack) -> bytes:
    """Return what is written for a shipped file, comments and all."""
    content = source.read_bytes()
    if source.suffix in _AS_IT_IS:
        return content
    cut = cut_rules if source.suffix == ".yaml" else cut_settings
    return cut(content.decode("utf-8"), pack).encode("utf-8")


def _files(folder: Path, pack: Pack) -> list[tuple[Path, Path]]:
    pairs = [(_settings_file(), folder / SETTINGS_FILE)]
    for kind in ("rules", "templates"):
        root = shipped(kind)
        pairs += [
            (path, folder / kind / path.relative_to(root))
            for path in sorted(root.rglob("*"))
            if path.suffix in _KINDS
            and not path.name.startswith((".", "~$"))
            and belongs(path, pack)
        ]
    return pairs


def _is_there(target: Path) -> bool:
    with _translated(target):
        return target.exists()


def _settings_file() -> Path:
    return Path(str(files("mailroom").joinpath("cli", SETTINGS_FILE)))


def shipped(kind: str) -> Path:
    """Find the shipped `rules` or `templates`: in a checkout, or beside the package.

    Raises EnvironmentFault where neither is there.
    """
    beside = Path(str(files("mailroom"))).parent / kind
    installed = Path(sysconfig.get_path("data")) / "share" / "mailroom" / kind
    for folder in (beside, installed):
        if folder.is_dir():
            return folder
    raise EnvironmentFault(
        text("the shipped {kind} are missing; install mailroom again", kind=kind)
    )
