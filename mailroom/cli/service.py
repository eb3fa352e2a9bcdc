"""Runs the service, and says how it is."""

import contextlib
from dataclasses import asdict
from datetime import datetime, time, timedelta

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

STALE_POLLS = 3  # intervals without a completed poll that are too many
OLDEST_DRAFT = timedelta(days=1)
MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


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
        findings = list(_findings(desk.settings, state))
        if as_json:
            agrees = state.balance.agrees and state.today.agrees
            talk.json(
                asdict(state)
                | {"agrees": agrees, "ok": not findings}
                | {"rules": standing.plain(talk.say, desk.settings)}
            )
        else:
            _print(talk, state)
            talk.out(standing.told(desk.settings) or text("no rules in force yet"))
            for finding in findings:
                talk.tell(finding)
    if findings:
        raise click.exceptions.Exit(1)


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
            since=_ago(state.oldest_waiting_at) if state.oldest_waiting_at else "–",
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
    seconds = int((now() - moment).total_seconds())
    if seconds >= DAY:
        return text("{n} d", n=seconds // DAY)
    if seconds >= HOUR:
        return text("{n} h", n=seconds // HOUR)
    if seconds >= MINUTE:
        return text("{n} min", n=seconds // MINUTE)
    return text("{n} s", n=seconds)


def _findings(settings: Settings, state: Status) -> list[Text]:
    refused = standing.refusal(settings)
    findings = [refused] if refused else []
    if not state.balance.agrees:
        findings.append(text("the balance does not agree: a message has no outcome"))
    if state.brake:
        findings.append(text("the brake is on: nothing is sent"))
    if state.stuck_sends:
        findings.append(
            text(
                "{n} letters are in doubt or stuck: mailroom review list --state"
                " uncertain",
                n=state.stuck_sends,
            )
        )
    if state.dead_jobs:
        findings.append(
            text("{n} jobs are dead: mailroom cases held", n=state.dead_jobs)
        )
    if state.jobs_to_mend:
        findings.append(
            text(
                "{n} letters wait for a file to be mended: mailroom cases held",
                n=state.jobs_to_mend,
            )
        )
    oldest = state.oldest_waiting_at
    if oldest is not None and now() - oldest > OLDEST_DRAFT:
        findings.append(text("a draft has been waiting for over a day"))
    for box in state.mailboxes:
        with contextlib.suppress(KeyError):
            account = settings.account(box.account)
            longest = timedelta(seconds=max(120.0, account.imap.poll * STALE_POLLS))
            if box.last_ok_at is None or now() - box.last_ok_at > longest:
                findings.append(
                    text(
                        "{account}/{name} is not being read: {error}",
                        account=box.account,
                        name=box.name,
                        error=box.last_error or text("no poll was completed"),
                    )
                )
    return findings


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
