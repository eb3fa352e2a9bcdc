"""Lists the cases of the register, and tells the story of one."""

import click

from mailroom.cli.review import clean
from mailroom.cli.talk import Talk, now, user
from mailroom.errors import ReviewError, Text, text
from mailroom.register import cases as questions
from mailroom.register import drafts, events, followups, messages
from mailroom.register.schema import AnyRow
from mailroom.register.status import held as waiting_for_a_look
from mailroom.register.texts import unpack
from mailroom.workflow import decide
from mailroom.workflow.desk import Desk

OPEN_TO_ALL = frozenset({"normal", "internal"})


@click.group()
def cases() -> None:
    """Look into the register. 收文登记簿。"""


def _may_see(desk: Desk, case: AnyRow) -> bool:
    if case.sensitivity in OPEN_TO_ALL:
        return True
    return desk.directory.person(desk.settings.reviewers.get(user(), "")) is not None


@cases.command("list")
@click.option("--all", "closed_too", is_flag=True, help="Closed ones as well.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(talk: Talk, *, closed_too: bool, as_json: bool) -> None:
    """List open cases, newest first. 未办结事项。"""
    with talk.desk() as desk:
        with desk.database.read() as tx:
            found = questions.listed(tx, open_only=not closed_too)
        visible = [case for case in found if _may_see(desk, case)]
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
                        case.number, text(case.state), case.category, case.owner,
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


@cases.command()
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def show(talk: Talk, number: str, *, as_json: bool) -> None:
    """Tell the story of a case: who had it when, who decided. 办理过程。"""
    with talk.desk() as desk, desk.database.write() as tx:
        case = questions.by_number(tx, number)
        if case is None or not _may_see(desk, case):
            raise ReviewError(text("there is no case {number}", number=number))
        if case.sensitivity not in OPEN_TO_ALL:
            events.record(
                tx, "opened to read", at=now(), entity="case", entity_id=case.id,
                case_id=case.id, actor=user(),
            )  # fmt: skip
        history = events.of_case(tx, case.id)
        mails = messages.of_case(tx, case.id)
        letters = drafts.of_case(tx, case.id)
        papers = drafts.papers_of_case(tx, case.id)
        promises = followups.of_case(tx, case.id)
        if as_json:
            talk.json(
                _plain(case)
                | {
                    "messages": [
                        {"message": m.id, "from": m.sender, "subject": m.subject,
                         "received_at": m.received_at, "outcome": m.outcome,
                         "why": (m.answer or {}).get("why", [])}
                        for m in mails
                    ],
                    "drafts": [
                        {"draft": d.id, "kind": d.kind, "state": d.state.value}
                        for d in letters
                    ],
                    "followups": [
                        {"followup": f.id, "chain": f.chain, "step": f.step,
                         "state": f.state, "due_at": f.due_at, "reason": f.reason}
                        for f in promises
                    ],
                    "events": [
                        {"at": e.at, "what": e.what, "actor": e.actor,
                         "entity": e.entity, "id": e.entity_id, "detail": e.detail}
                        for e in history
                    ],
                }
            )  # fmt: skip
            return
        talk.out(f"{case.number}  {talk.say(text(case.state))}  {clean(case.subject)}")
        talk.out(
            text(
                "category {category}, owner {owner}, due {due} ({basis}), from {who}",
                category=case.category or talk.say(text("unsorted")),
                owner=case.owner or "–",
                due=case.due_on or "–",
                basis=text(case.due_basis or "none"),
                who=clean(case.correspondent),
            )
        )
        for m in mails:
            talk.out(
                text(
                    "message {id} of {at}: {outcome}",
                    id=m.id,
                    at=talk.local(desk, m.received_at),
                    outcome=unpack(m.reason) if m.reason else text(m.outcome),
                )
            )
            for why in (m.answer or {}).get("why", []):
                talk.out(
                    f"    {why['rule']}: {why['condition']}"
                    f" – “{clean(why['words'])}” ({why['zone']})"
                )
        for p in papers:
            talk.out(
                text(
                    "paper: {name} {path}",
                    name=p.name,
                    path=desk.enclosures.path(p.sha256),
                )
            )
        for e in history:
            line = (
                f"  {talk.local(desk, e.at)}  {e.actor:<10} {e.entity} {e.entity_id}: "
            )
            detail = e.detail or {}
            extra = " ".join(
                f"{k}={talk.say(str(v))}"
                for k, v in detail.items()
                if v and k not in {"seal", "reason"}
            )
            talk.out(clean(f"{line}{talk.say(text(e.what))} {extra}"))


@cases.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def held(talk: Talk, *, as_json: bool) -> None:
    """List what a person must look at first, with its reason. 留置待看。"""
    with talk.desk() as desk:
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
@click.argument("number")
@click.pass_obj
def close(talk: Talk, number: str) -> None:
    """Close a case. 办结。"""
    with talk.desk() as desk:
        decide.close(desk, number, who=user(), now=now())
        talk.tell(text("case {number} is closed", number=number))
