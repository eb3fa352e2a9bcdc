"""Runs the service, and says how it is."""

import contextlib
from dataclasses import asdict
from datetime import datetime, time

import click

from mailroom.cli.person import user
from mailroom.cli.talk import Talk, now
from mailroom.cli.web import browsers, web
from mailroom.errors import Text, text
from mailroom.register import sends
from mailroom.register.status import Status
from mailroom.register.status import status as look
from mailroom.settings import Settings
from mailroom.workflow import standing
from mailroom.workflow.health import ago, findings, unknown_days


@click.command()
@click.option(
    "--only",
    type=click.Choice(["intake", "worker", "web"]),
    help="One part of the service.",
)
@click.pass_context
def run(ctx: click.Context, only: str | None) -> None:
    """Run as a service until SIGTERM or Ctrl-C. 作为后台服务运行。"""
    from mailroom.worker import logs, service  # noqa: PLC0415  the other commands start faster

    if only == "web":
        ctx.invoke(web)
        return
    talk: Talk = ctx.obj
    logs.start()
    with talk.desk() as desk, contextlib.ExitStack() as stack:
        # The desk in the browser is opened where the settings say so.
        if only is None and "web" in desk.settings.model_fields_set:
            stack.enter_context(browsers(talk, desk))
        service.run(desk, [only] if only else ["intake", "worker"])


@click.command()
@click.pass_obj
def once(talk: Talk) -> None:
    """Poll once, do all that is due, and end. 收一次信并处理到期工作。"""
    from mailroom.worker import logs, service  # noqa: PLC0415  the other commands start faster

    logs.start()
    with talk.desk() as desk:
        service.once(desk)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def status(talk: Talk, *, as_json: bool) -> None:
    """Show the daily balance and what waits too long. 当日收支与积压。"""
    with talk.register() as desk:
        today = datetime.combine(desk.today(now()), time(), desk.settings.office.zone)
        with desk.database.read() as tx:
            state = look(tx, now(), midnight=today)
        found = _findings(desk.settings, state)
        if as_json:
            agrees = state.balance.agrees and state.today.agrees
            talk.json(
                _plain(state)
                | {"agrees": agrees, "ok": not found}
                | {"rules": standing.plain(talk.say, desk.settings)}
            )
        else:
            _print(talk, state)
            talk.out(standing.told(desk.settings) or text("no rules in force yet"))
            for finding in found:
                talk.tell(finding)
            for trouble in unknown_days(desk, now()):
                talk.tell(trouble.words)
    if found:
        raise click.exceptions.Exit(1)


def _plain(state: Status) -> dict[str, object]:
    """Say the state to programs: all of it on one level."""
    whole = asdict(state)
    signs = whole.pop("signs")
    del signs["polled"]  # the mailboxes have it
    return {**whole, **signs}


def _print(talk: Talk, state: Status) -> None:
    for name, balance in (
        (text("in all"), state.balance),
        (text("today"), state.today),
    ):
        talk.out(
            text(
                "{when}: received {received} = sorted {sorted} + unsorted {unsorted}"
                " + held {held} + ignored {ignored} + merged {merged}"
                " + in work {in_work}",
                when=name,
                **asdict(balance),
            )
        )
    talk.out(
        text(
            "drafts: {counts}",
            counts=", ".join(
                f"{talk.say(k)} {n}" for k, n in sorted(state.drafts.items())
            )
            or "–",
        )
    )
    talk.out(
        text(
            "oldest waiting draft: {since}",
            since=_ago(state.signs.oldest_waiting_at)
            if state.signs.oldest_waiting_at
            else "–",
        )
    )
    talk.out(text("jobs waiting: {n}", n=state.waiting_jobs))
    for box in state.mailboxes:
        talk.out(
            text(
                "{account}/{name}: last completed poll {ago}; stored {stored},"
                " quarantined {quarantined}, vanished {vanished}, failing {failing}",
                account=box.account,
                name=box.name,
                ago=_ago(box.last_ok_at) if box.last_ok_at else "–",
                stored=box.stored,
                quarantined=box.quarantined,
                vanished=box.vanished,
                failing=box.failing,
            )
        )


def _ago(moment: datetime) -> Text:
    return ago(now() - moment)


def _findings(settings: Settings, state: Status) -> list[Text]:
    found = [
        text("{words}: {command}", words=one.words, command=one.command)
        if one.command
        else one.words
        for one in findings(settings, state.signs, now())
    ]
    if not state.balance.agrees:
        found.insert(0, text("the balance does not agree: a message has no outcome"))
    return found


@click.command()
@click.argument("position", type=click.Choice(["on", "off"]))
@click.pass_obj
def brake(talk: Talk, position: str) -> None:
    """Stop all sending at once, or allow it again. 紧急制动。"""
    with talk.register() as desk, desk.database.write() as tx:
        sends.turn_brake(tx, on=position == "on", by=user(desk), now=now())
    if position == "on":
        talk.tell(text("the brake is on: nothing is sent until `mailroom brake off`"))
    else:
        talk.tell(text("the brake is off"))
