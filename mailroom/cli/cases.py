"""Lists the cases of the register, tells the story of one, closes it."""

from collections.abc import Iterator
from datetime import datetime

import click
from sqlalchemy import Connection

from mailroom.cases import Outcome, stricter
from mailroom.cli import supervision
from mailroom.cli.day import DAY
from mailroom.cli.history import event_line, why_line
from mailroom.cli.person import user
from mailroom.cli.sight import may_see, sight_here
from mailroom.cli.talk import NUMBER, Talk, now
from mailroom.errors import Text, text
from mailroom.register import cases as questions
from mailroom.register import messages, search
from mailroom.register.schema import AnyRow
from mailroom.register.status import held as waiting_for_a_look
from mailroom.register.texts import unpack
from mailroom.workflow import decide
from mailroom.workflow.by_hand import ByHand, Medium, enter_by_hand
from mailroom.workflow.desk import Desk
from mailroom.workflow.history import case_state
from mailroom.workflow.read_case import Story, kept_files, read_case, visible_case


@click.group()
def cases() -> None:
    """Look into the register. 收文登记簿。"""


cases.add_command(supervision.supervise)
cases.add_command(supervision.done)


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
            "due_on", "due_basis", "sensitivity", "opened_at", "closed_at", "medium",
            "doc_no", "received_on",
        )
    }  # fmt: skip


@cases.command()
@click.argument("number")
@click.option("-v", "--verbose", is_flag=True, help="The conditions of the rules, too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(talk: Talk, number: str, *, verbose: bool, as_json: bool) -> None:
    """Tell the story of a case: who had it when, who decided. 办理过程。"""
    with talk.register() as desk:
        # Read first: whoever prints waits for a reader, and would let all wait.
        sight, who = sight_here(desk), user(desk)
        story = read_case(desk, number, sight=sight, who=who, now=now())
        if as_json:
            talk.json(_whole(desk, story))
            return
        for line in _lines(talk, desk, story, verbose=verbose):
            talk.out(line)


def _is_visible(desk: Desk, case: AnyRow) -> bool:
    return may_see(desk, case.sensitivity, case.category, case.owner)


def _whole(desk: Desk, story: Story) -> dict[str, object]:
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
                 for name, path, _ in kept_files(desk, e)
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
    talk: Talk, desk: Desk, story: Story, *, verbose: bool
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
        for name, path, why in kept_files(desk, errand):
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
                "work": talk.say(each.work) if each.work else "",
                "why": talk.say(each.reason),
                # Of sensitive mail, its place is no business of a list.
                "file": str(desk.mail.path(each.sha256))
                if each.sha256 and not each.sensitive
                else "",
                "dead_job": str(each.dead_job or ""),
            }
            for each in found
        ]
    if as_json:
        talk.json(rows)
        return
    talk.table(
        [text("what"), text("id"), text("why"), text("file")],
        [
            (Text(row["what"]), row["work"] or row["id"], row["why"], row["file"])
            for row in rows
        ],
    )
    for job in filter(None, (each.dead_job for each in found)):
        talk.tell(
            text(
                "once its cause is mended: `mailroom jobs retry {id}`; to let it go:"
                " `mailroom jobs drop {id} --reason …`",
                id=job,
            )
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
@click.option(
    "--kind", type=click.Choice(["paper", "phone"]), default="paper", show_default=True
)
@click.option("--subject", required=True, help="What it is about.")
@click.option("--from", "sender", required=True, help="Who sent it, or who called.")
@click.option("--received", type=DAY, help="The day it came, 2026-03-12; else today.")
@click.option("--category", default="", help="The drawer, else a person says later.")
@click.option("--doc-no", default="", help="The number on it. 文号")
@click.option("--due", type=DAY, help="By when; else as the drawer has it.")
@click.option("--owner", default="", help="Who is in charge; else the drawer's.")
@click.option("--again", is_flag=True, help="Though it is registered already.")
@click.pass_obj
def add(
    talk: Talk,
    *,
    kind: Medium,
    subject: str,
    sender: str,
    received: datetime | None,
    category: str,
    doc_no: str,
    due: datetime | None,
    owner: str,
    again: bool,
) -> None:
    """Enter what came on paper or by telephone. 纸质来文、来电登记。"""
    with talk.desk() as desk:
        item = ByHand(
            medium=kind,
            subject=subject,
            correspondent=sender,
            received_on=received.date() if received else desk.today(now()),
            category=category,
            doc_no=doc_no,
            due=due.date() if due else None,
            owner=owner,
        )
        entered = enter_by_hand(
            desk, item, who=user(desk), sight=sight_here(desk), again=again, now=now()
        )
    talk.out(
        text(
            "registered: {number} (case {case})",
            number=entered.number,
            case=entered.case.number,
        )
    )


@cases.command()
@click.argument("number")
@click.pass_obj
def close(talk: Talk, number: str) -> None:
    """Close a case. 办结。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            visible_case(tx, number, sight_here(desk))
        decide.close(desk, number, who=user(desk), now=now())
    talk.tell(text("case {number} is closed", number=number))


@cases.command
@click.argument("number")
@click.pass_obj
def archive(talk: Talk, number: str) -> None:
    """File a closed case. 归档。"""
    with talk.register() as desk:
        with desk.database.read() as tx:
            visible_case(tx, number, sight_here(desk))
        decide.archive(desk, number, who=user(desk), now=now())
    talk.tell(text("case {number} is filed", number=number))


@cases.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--last", type=NUMBER, default=50, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def search_(talk: Talk, words: tuple[str, ...], *, last: int, as_json: bool) -> None:
    """Find by words of letters, attachments, drafts; by names and numbers. 查找。"""
    with talk.register() as desk, desk.database.read() as tx:
        hits, count = search.look(tx, sight_here(desk), " ".join(words), limit=last)
        behind = search.behind(tx)
    rows = [
        {
            "case": hit.number,
            "message": hit.message,
            "state": hit.state,
            "subject": hit.subject,
            "found": "".join(piece for piece, _ in hit.excerpt),
        }
        for hit in hits
    ]
    if as_json:
        talk.json(rows)
    else:
        talk.table(
            [text("case"), text("state"), text("subject"), text("found")],
            [
                (
                    hit.number or text("message {id}", id=hit.message),
                    case_state(hit.state), hit.subject, row["found"],
                )
                for hit, row in zip(hits, rows, strict=True)
            ],
        )  # fmt: skip
    if count > len(hits):
        talk.tell(text("{n} more; name more words", n=count - len(hits)))
    if behind:
        talk.tell(text("the newest entries of the register are not in the search yet"))
