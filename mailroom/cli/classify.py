"""Says what would happen to mail, and why; nothing is written, nothing is sent."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from mailroom.cli.talk import Talk
from mailroom.errors import EnvironmentFault, text
from mailroom.i18n import say


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def classify(talk: Talk, files: Sequence[Path], *, as_json: bool) -> None:
    """Classify mail FILES (.eml) as one inbox in the order of their dates. 试分类。"""
    from mailroom.cli.inbox import Inbox  # noqa: PLC0415  the other commands start faster

    inbox = Inbox.open(talk)
    answers = inbox.answers(_read(files))
    if as_json:
        for answer in answers:
            talk.json(answer)
        return
    talk.table(
        [
            text("file"), text("category"), text("confidence"), text("why"),
            text("due"), text("fields"), text("asks for"),
        ],
        [
            (
                answer["file"], answer["category"], f"{answer['confidence']:.2f}",
                _why(talk, answer), answer["due"],
                ", ".join(_fields(answer)),
                "; ".join(_asked(each) for each in answer["asks"]),
            )
            for answer in answers
        ],
    )  # fmt: skip


def _fields(answer: dict[str, Any]) -> Iterator[str]:
    """Write each field; one that a person should check with ?, and what else it is."""
    for name, value in answer["fields"].items():
        others = answer["unsure"].get(name)
        doubt = "" if others is None else "?"
        yield f"{name}={' / '.join([f'{value}{doubt}', *(others or ())])}"


def _asked(action: dict[str, str]) -> str:
    """Write what a rule asks for as the rule has it: `move: 发票`."""
    values = [v for k, v in action.items() if k not in {"verb", "rule"}]
    return f"{action['verb']}: {', '.join(values)}"


def _why(talk: Talk, answer: dict[str, Any]) -> str:
    if answer["duplicate_of"]:
        same = text("a second delivery of {file}", file=answer["duplicate_of"])
        return say(same, talk.language)
    if answer["machine"]:
        return str(answer["machine"])
    return "; ".join(w["words"] or w["condition"] for w in answer["why"][:4])


def _read(files: Iterable[Path]) -> list[tuple[str, bytes]]:
    found = []
    for path in files:
        try:
            inside = sorted(path.glob("*.eml")) if path.is_dir() else [path]
            found += [(each.name, each.read_bytes()) for each in inside]
        except OSError as error:
            raise EnvironmentFault(
                text("cannot read {file}: {reason}", file=path, reason=error.strerror)
            ) from error
    return found
