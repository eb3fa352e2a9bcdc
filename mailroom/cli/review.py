"""Shows drafts to reviewers, and takes their word."""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from typing import TextIO

import click

from mailroom.cli import findings
from mailroom.cli.person import user
from mailroom.cli.sight import may_see
from mailroom.cli.talk import NUMBER, Talk, now
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError, Text, text
from mailroom.register import drafts, sends
from mailroom.register.drafts import Held
from mailroom.workflow import decide, standing
from mailroom.workflow import revise as revising
from mailroom.workflow.desk import Desk

DEFAULT_STATES = (
    DraftState.WAITING,
    DraftState.LATER,
    DraftState.APPROVED,
    DraftState.SENDING,
    DraftState.DEFERRED,
    DraftState.UNCERTAIN,
    DraftState.REFUSED,
)

_LAYOUT = "\n\r\t\f"  # signs of control that a plain text may hold


@click.group()
def review() -> None:
    """Decide on drafts. 审核签发。"""


@review.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    # Of an enumeration, click would offer the names of its members.
    type=click.Choice([state.value for state in DraftState]),
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, states: Sequence[str], *, as_json: bool) -> None:
    """List the drafts that need somebody. 待办草稿。"""
    wanted = [DraftState(s) for s in states] or list(DEFAULT_STATES)
    with talk.register() as desk:
        with desk.database.read() as tx:
            found = drafts.in_states(tx, wanted)
        visible = [
            held
            for held in found
            if may_see(desk, held.sensitivity, held.category, held.owner)
        ]
        hidden = len(found) - len(visible)
        doubts = {held.id: decide.findings(desk, held) for held in visible}
        if as_json:
            talk.json(
                [
                    _summary(held)
                    | {
                        "findings": [
                            findings.told(talk, one) for one in doubts[held.id]
                        ]
                    }
                    for held in visible
                ]
            )
        else:
            talk.table(
                [
                    text("draft"),
                    text("case"),
                    text("state"),
                    text("category"),
                    text("to"),
                    text("subject"),
                    text("gaps"),
                    text("look at"),
                    text("since"),
                ],
                [
                    (
                        held.id,
                        held.case_number,
                        text(held.state.value),
                        held.category,
                        ", ".join(held.says.content.to),
                        held.says.content.subject,
                        ", ".join(held.says.missing),
                        findings.weight(doubts[held.id]),
                        talk.local(desk, held.created_at),
                    )
                    for held in visible
                ],
            )
        if hidden:
            talk.tell(text("{n} restricted items", n=hidden))
        refused = standing.refusal(desk.settings)
        if refused is not None:
            talk.tell(refused)


def _summary(held: Held) -> dict[str, object]:
    return {
        "draft": held.id,
        "case": held.case_number,
        "state": held.state.value,
        "kind": held.kind,
        "category": held.category,
        "to": held.says.content.to,
        "cc": held.says.content.cc,
        "subject": held.says.content.subject,
        "missing": held.says.missing,
        "version": held.version,
        "seal": held.seal,
        "send_at": held.send_at,
        "created_at": held.created_at,
    }


@review.command()
@click.argument("draft", type=NUMBER)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(talk: Talk, draft: int, *, as_json: bool) -> None:
    """Show a draft whole; approving it refers to what was shown. 查看草稿。"""
    with talk.register() as desk:
        held = decide.show(desk, draft, who=user(desk), now=now())
        content = held.says.content
        found = decide.findings(desk, held)
        if as_json:
            pointed_out = [findings.told(talk, one) for one in found]
            whole = {"findings": pointed_out, "content": asdict(content)}
            talk.json(_summary(held) | whole)
            return
        head = text(
            "draft {id}, version {version}, {state} – case {case}",
            id=held.id,
            version=held.version,
            state=text(held.state.value),
            case=held.case_number,
        )
        talk.out(head)
        for name, value in (
            (text("from"), content.sender),
            (text("to"), ", ".join(content.to)),
            (text("cc"), ", ".join(content.cc)),
            (text("subject"), content.subject),
            (text("template"), held.says.template),
            (text("seal"), held.seal[:12]),
            (text("leaves at"), _departure(talk, desk, held)),
        ):
            if value:
                talk.out(f"{talk.say(name)}: {value}")
        for picture in content.pictures:
            talk.out(
                text(
                    "picture: {name} ({size} bytes) {path}",
                    name=picture.name,
                    size=picture.size,
                    path=desk.pictures.path(picture.sha256),
                )
            )
        for enclosure in content.enclosures:
            talk.out(
                text(
                    "attachment: {name} ({size} bytes) {path}",
                    name=enclosure.name,
                    size=enclosure.size,
                    path=desk.shelf(enclosure.type).path(enclosure.sha256),
                )
            )
        for finding in found:
            talk.out(findings.said(finding))
        if held.says.missing:
            talk.out(text("gaps: {fields}", fields=", ".join(held.says.missing)))
        if held.reason:
            talk.out(text("why: {reason}", reason=held.reason))
        talk.out()
        talk.out(content.text)
        with desk.database.read() as tx:
            attempts = sends.of_draft(tx, draft)
        for attempt in attempts:
            talk.out(
                text(
                    "attempt {n} at {at}: {state} {words}",
                    n=attempt.attempt,
                    at=talk.local(desk, attempt.started_at),
                    state=text(attempt.state),
                    words=attempt.server_reply or "",
                )
            )


@review.command()
@click.argument("draft", type=NUMBER)
@click.option(
    "--seal", "seen", help="The seal of what you looked at (8 letters or more)."
)
@click.pass_obj
def approve(talk: Talk, draft: int, seen: str | None) -> None:
    """Approve a draft as it was shown to you. 签发。"""
    with talk.desk() as desk:
        held = decide.approve(desk, draft, who=user(desk), now=now(), seen=seen)
        for finding in decide.findings(desk, held):
            if finding.level == "risk":
                talk.tell(findings.said(finding))
        if held.state == DraftState.APPROVED:
            talk.tell(
                text(
                    "approved; it leaves at {at}. Until then: mailroom review undo"
                    " {id}",
                    at=talk.local(desk, held.send_at, seconds=True),
                    id=held.id,
                )
            )
        else:
            talk.tell(text("noted; a second person must approve it, too"))


@review.command()
@click.argument("draft", type=NUMBER)
@click.pass_obj
def undo(talk: Talk, draft: int) -> None:
    """Take an approval back before the letter leaves. 撤回签发。"""
    with talk.register() as desk:
        decide.undo(desk, draft, who=user(desk), now=now())
        talk.tell(text("draft {id} waits again", id=draft))


@review.command()
@click.argument("draft", type=NUMBER)
@click.option("--reason", required=True, help="Why; it is kept with the case.")
@click.pass_obj
def reject(talk: Talk, draft: int, reason: str) -> None:
    """Reject a draft. 退回。"""
    with talk.register() as desk:
        decide.reject(desk, draft, who=user(desk), reason=reason, now=now())
        talk.tell(text("draft {id} is rejected", id=draft))


@review.command()
@click.argument("draft", type=NUMBER)
@click.option("--to", multiple=True, help="A new recipient; replaces all of them.")
@click.option("--subject", help="A new subject.")
@click.option(
    "--text", "file", type=click.File(), help="The new text; - for standard input."
)
@click.pass_obj
def revise(
    talk: Talk,
    draft: int,
    to: Sequence[str],
    subject: str | None,
    file: TextIO | None,
) -> None:
    """Change a draft; without options, in your editor. 修改。"""
    with talk.desk() as desk:
        body = _read(file) if file else None
        if not to and subject is None and body is None:
            held = decide.show(desk, draft, who=user(desk), now=now())
            if not sys.stdin.isatty():
                raise click.UsageError(talk.say(text("give --text, --to or --subject")))
            body = _edited(held.says.content.text)
        held = revising.revise(
            desk, draft, who=user(desk), now=now(), body=body, subject=subject,
            to=to or None,
        )  # fmt: skip
        talk.tell(
            text(
                "draft {id} is now version {version}; look at it: mailroom review"
                " show {id}",
                id=draft,
                version=held.version,
            )
        )


def _departure(talk: Talk, desk: Desk, held: Held) -> str:
    if held.state in {DraftState.APPROVED, DraftState.DEFERRED}:
        return talk.local(desk, held.send_at, seconds=True)
    return ""


def _read(file: TextIO) -> str:
    """Read what a letter shall say. Raises ReviewError where it is no text."""
    try:
        words = file.read()
    except UnicodeDecodeError:
        raise ReviewError(_no_text(file)) from None
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in _LAYOUT for c in words):
        raise ReviewError(_no_text(file))
    return words


def _no_text(file: TextIO | None = None) -> Text:
    name = getattr(file, "name", "-")
    return text("{file} is no plain text in UTF-8; nothing was changed", file=name)


def _edited(words: str) -> str:
    """Let the person change words in their editor. Raises ReviewError."""
    try:
        changed = click.edit(words)
    except UnicodeDecodeError:
        raise ReviewError(_no_text()) from None
    if changed is None:
        raise ReviewError(text("nothing was changed"))
    return changed


@review.command()
@click.argument("draft", type=NUMBER)
@click.argument("what", type=click.Choice(["delivered", "not-delivered"]))
@click.pass_obj
def settle(talk: Talk, draft: int, what: str) -> None:
    """Say what became of a letter in doubt. 核实存疑信件。

    With "not-delivered" it waits again: approving it sends it a second time.
    """
    with talk.desk() as desk:
        decide.settle(
            desk, draft, who=user(desk), delivered=what == "delivered", now=now()
        )
        talk.tell(text("noted for draft {id}", id=draft))
