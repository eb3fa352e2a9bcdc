"""Lists the cases of the register, tells the story of one, closes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from mailroom.cases import Outcome, is_restricted, stricter
from mailroom.cli.history import case_state, event_line, why_line
from mailroom.cli.person import user
from mailroom.cli.sight import may_see
from mailroom.cli.talk import NUMBER, Talk, now
from mailroom.errors import ReviewError, Text, text
from mailroom.register import cases as questions
from mailroom.register import drafts, errands, events, followups, messages, papers
from mailroom.register.drafts import Held
from mailroom.register.schema import AnyRow
from mailroom.register.status import held as waiting_for_a_look
from mailroom.register.texts import unpack
from mailroom.workflow import decide
from mailroom.workflow.desk import Desk
from mailroom.workflow.keep_files import FOLDER


@click.group()
def cases() -> None:
    """Look into the register. 收文登记簿。"""


@cases.command("list")
@click.option("--all", "closed_too", is_flag=True, help="Closed ones as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, closed_too: bool, as_json: bool) -> None:
    """List open cases, newest first. 未办结事项。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            found = questions.listed(tx, open_only=not closed_too)
        visible = [case for case in found if _is_visible(desk, case)]
    if as_json:
        talk.json([_plain(case) for case in visible])
    else:
        talk.table(
            [
                text("case"), text("state"), text("category"), text("owner"),
                text("due"), text("correspondent"), text("subject"),
            ],
            [
                (
                    case.number, case_state(case.state), case.category, case.owner,
                    case.due_on, case.correspondent, case.subject,
                )
                for case in visible
            ],
        )  # fmt: skip
    if len(found) > len(visible):
        talk.tell(text("{n} restricted items", n=len(found) - len(visible)))


def _plain(case: AnyRow) -> dict[str, object]:
    return {
        name: getattr(case, name)
        for name in (
            "number", "state", "category", "owner", "correspondent", "subject",
            "due_on", "due_basis", "sensitivity", "opened_at", "closed_at",
        )
    }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """All that the register holds of one case."""

    case: AnyRow
    mails: Sequence[AnyRow]
    letters: Sequence[Held]
    papers: Sequence[AnyRow]
    errands: Sequence[AnyRow]
    promises: Sequence[AnyRow]
    history: Sequence[AnyRow]


@cases.command()
@click.argument("number")
@click.option("-v", "--verbose", is_flag=True, help="The conditions of the rules, too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(talk: Talk, number: str, *, verbose: bool, as_json: bool) -> None:
    """Tell the story of a case: who had it when, who decided. 办理过程。"""
    with talk.register() as desk:
        # Collected first: whoever prints waits for a reader, and would let all wait.
        with desk.database.write() as tx:
            story = _collect(desk, tx, number)
        if as_json:
            talk.json(_whole(desk, story))
            return
        for line in _lines(talk, desk, story, verbose=verbose):
            talk.out(line)


def _is_visible(desk: Desk, case: AnyRow) -> bool:
    return may_see(desk, case.sensitivity, case.category, case.owner)


def _visible(desk: Desk, tx: Connection, number: str) -> AnyRow:
    """Find a case; one that this person may not see is as none. Raises ReviewError."""
    case = questions.by_number(tx, number)
    if case is None or not _is_visible(desk, case):
        raise ReviewError(text("there is no case {number}", number=number))
    return case


def _collect(desk: Desk, tx: Connection, number: str) -> _Story:
    """Read a case whole; a look into a restricted one is noted. Raises ReviewError."""
    case = _visible(desk, tx, number)
    if is_restricted(case.sensitivity):
        events.record(
            tx, "opened to read", at=now(), entity="case", entity_id=case.id,
            case_id=case.id, actor=user(desk),
        )  # fmt: skip
    return _Story(
        case=case,
        mails=messages.of_case(tx, case.id),
        letters=drafts.of_case(tx, case.id),
        papers=papers.of_case(tx, case.id),
        errands=errands.of_case(tx, case.id),
        promises=followups.of_case(tx, case.id),
        history=events.of_case(tx, case.id),
    )


def _files(desk: Desk, errand: AnyRow) -> Iterator[tuple[str, Path | None, Any]]:
    """Go through the attachments that a rule wanted kept: name, path, why not."""
    root = desk.settings.folder("data") / FOLDER
    for name, path, why in errand.files or ():
        yield name, root / path if path else None, why


def _whole(desk: Desk, story: _Story) -> dict[str, object]:
    return _plain(story.case) | {
        "messages": [
            {"message": m.id, "from": m.sender, "subject": m.subject,
             "received_at": m.received_at, "outcome": m.outcome,
             "mail_type": (m.answer or {}).get("mail_type"),
             "why": (m.answer or {}).get("why", [])}
            for m in story.mails
        ],
        "drafts": [
            {"draft": d.id, "kind": d.kind, "state": d.state.value}
            for d in story.letters
        ],
        "errands": [
            {"message": e.message_id, "verb": e.verb, "wanted": e.wanted,
             "rule": e.rule, "state": e.state, "place": e.place,
             "files": [
                 {"name": name, "path": str(path) if path else None}
                 for name, path, _ in _files(desk, e)
             ]}
            for e in story.errands
        ],
        "followups": [
            {"followup": f.id, "chain": f.chain, "step": f.step,
             "state": f.state, "due_at": f.due_at, "reason": f.reason}
            for f in story.promises
        ],
        "events": [
            {"at": e.at, "what": e.what, "actor": e.actor,
             "entity": e.entity, "id": e.entity_id, "detail": e.detail}
            for e in story.history
        ],
    }  # fmt: skip


def _lines(
    talk: Talk, desk: Desk, story: _Story, *, verbose: bool
) -> Iterator[Text | str]:
    case = story.case
    yield f"{case.number}  {talk.say(case_state(case.state))}  {case.subject}"
    yield text(
        "category {category}, owner {owner}, due {due} ({basis}), from {who}",
        category=case.category or text("unsorted"),
        owner=case.owner or "–",
        due=case.due_on or "–",
        basis=text(case.due_basis or "none"),
        who=case.correspondent,
    )
    for m in story.mails:
        yield text(
            "message {id} of {at}: {outcome}",
            id=m.id,
            at=talk.local(desk, m.received_at),
            outcome=unpack(m.reason) if m.reason else text(m.outcome),
        )
        if (m.answer or {}).get("mail_type"):
            yield text("type of letter: {type}", type=text(m.answer["mail_type"]))
        for why in (m.answer or {}).get("why", []):
            yield why_line(talk, why, verbose=verbose)
    for p in story.papers:
        yield text(
            "paper: {name} {path}", name=p.name, path=desk.enclosures.path(p.sha256)
        )
    for errand in story.errands:
        for name, path, why in _files(desk, errand):
            if path:
                yield text("kept file: {name} {path}", name=name, path=path)
            else:
                yield text("not kept: {name}: {reason}", name=name, reason=unpack(why))
    for e in story.history:
        yield event_line(talk, desk, e)


@cases.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def held(talk: Talk, *, as_json: bool) -> None:
    """List what a person must look at first, with its reason. 留置待看。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            found = waiting_for_a_look(tx)
        rows = [
            {
                "what": each.kind,
                "id": each.id,
                "why": talk.say(each.reason),
                # Of sensitive mail, its place is no business of a list.
                "file": str(desk.mail.path(each.sha256))
                if each.sha256 and not each.sensitive
                else "",
            }
            for each in found
        ]
    if as_json:
        talk.json(rows)
        return
    talk.table(
        [text("what"), text("id"), text("why"), text("file")],
        [(Text(row["what"]), row["id"], row["why"], row["file"]) for row in rows],
    )


@cases.command()
@click.option(
    "--last",
    type=NUMBER,
    default=200,
    show_default=True,
    help="How many of them.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def ignored(talk: Talk, *, last: int, as_json: bool) -> None:
    """List what was ignored, with its reason, newest first. 不办事项。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            found = messages.with_outcome(tx, Outcome.IGNORED, limit=last)
            visible = [m for m in found if _is_open_mail(desk, tx, m)]
        rows = [
            {
                "message": m.id,
                "received_at": m.received_at,
                "from": m.sender,
                "subject": m.subject,
                "why": talk.say(unpack(m.reason)) if m.reason else "",
                "file": str(desk.mail.path(m.sha256)),
            }
            for m in visible
        ]
        if as_json:
            talk.json(rows)
        else:
            talk.table(
                [
                    text("message"), text("received"), text("from"), text("subject"),
                    text("why"),
                ],
                [
                    (
                        row["message"], talk.local(desk, m.received_at), row["from"],
                        row["subject"], row["why"],
                    )
                    for row, m in zip(rows, visible, strict=True)
                ],
            )  # fmt: skip
    if len(found) > len(visible):
        talk.tell(text("{n} restricted items", n=len(found) - len(visible)))


def _is_open_mail(desk: Desk, tx: Connection, message: AnyRow) -> bool:
    level = (message.answer or {}).get("sensitivity", "normal")
    if not message.case_id:
        return may_see(desk, level, message.category)
    case = questions.row(tx, message.case_id)
    return may_see(desk, stricter(level, case.sensitivity), case.category, case.owner)


@cases.command()
@click.argument("number")
@click.pass_obj
def close(talk: Talk, number: str) -> None:
    """Close a case. 办结。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            _visible(desk, tx, number)
        decide.close(desk, number, who=user(desk), now=now())
    talk.tell(text("case {number} is closed", number=number))
