"""Shows what changed rules would have made of the mail of the last days."""

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

import click

from mailroom import office
from mailroom.cli.sight import sight_here
from mailroom.cli.talk import Talk, now
from mailroom.errors import EnvironmentFault, RuleError, text
from mailroom.i18n import say
from mailroom.office import Papers
from mailroom.register.database import FILE
from mailroom.register.rule_files import LastGood
from mailroom.settings import Settings
from mailroom.workflow.desk import Desk
from mailroom.workflow.rehearse import ASPECTS, Rehearsed, Silent, Tally, silent_rules
from mailroom.workflow.rehearse import rehearse as go_through

SHOWN_WORDS = 3  # of the reasons, for one mail


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True)
@click.option(
    "--against",
    metavar="GIT-REV|DIR",
    help="Compare with these rules; otherwise with those in force.",
)
@click.option(
    "--max-change", type=click.IntRange(0), help="Exit with 1 if more mails change."
)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_obj
def rehearse(
    talk: Talk,
    days: int,
    against: str | None,
    max_change: int | None,
    *,
    as_json: bool,
) -> None:
    """Sort the kept mail by the rules as edited; nothing is written. 规则预演。"""
    began = monotonic()
    tally = Tally()
    with _desks(talk, against) as (judge, old, new):
        sight, moment = sight_here(judge), now()
        since = moment - timedelta(days=days)
        for one in go_through(old, new, since=since, now=moment):
            visible = one.is_for(sight)
            tally.count(one, visible=visible)
            if one.differs and visible:
                if as_json:
                    talk.json(_plain(talk, one))
                else:
                    _print(talk, old, one)
        silent = silent_rules(old.rules.rules, new.rules.rules, tally)
        tried = sum(rule.enabled for rule in new.rules.rules)
    seconds = monotonic() - began
    if as_json:
        talk.json(_summary(tally, silent, days=days, seconds=seconds))
    else:
        _sum_up(talk, tally, days=days, seconds=seconds)
        _tell_silent(talk, silent, tried)
    if max_change is not None and tally.changed > max_change:
        raise click.exceptions.Exit(1)


# ── the two sets of rules ──────────────────────────────────────────────────────────


@contextmanager
def _desks(talk: Talk, against: str | None) -> Iterator[tuple[Desk, Desk, Desk]]:
    """Open the office by the rules in force, by those to compare with, as edited.

    Who may see what is asked of the first: nobody gets a view by editing a file.
    """
    settings = talk.settings()
    edited = office.read_papers(settings)
    if not (settings.folder("data") / FILE).exists():
        raise EnvironmentFault(text("there is no register yet: no mail was received"))
    with _other_rules(settings, against) as folder:
        desk = office.open_desk(settings, edited)
        try:
            old = office.with_rules(desk, _load(settings, folder))
            judge = old
            if against is not None:
                in_force = office.read_papers_in_force(settings)
                judge = office.with_rules(desk, in_force)
            yield judge, old, desk
        finally:
            office.close_desk(desk)


def _load(settings: Settings, folder: Path) -> Papers:
    papers, faults = office.read_what_is_whole(settings, folder=folder)
    if faults:
        raise RuleError(faults)
    return papers


@contextmanager
def _other_rules(settings: Settings, against: str | None) -> Iterator[Path]:
    """Give a folder with the rules to compare with."""
    if against is None:
        kept = LastGood(settings.folder("data")).in_force()
        if kept is None:
            raise EnvironmentFault(
                text(
                    "no rules are in force yet; name others with --against: a folder,"
                    " or a revision such as HEAD"
                )
            )
        yield kept.folder
    elif Path(against).is_dir():
        yield Path(against)
    else:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / settings.folder("rules").name
            _check_out(settings.folder("rules"), against, folder)
            yield folder


def _check_out(rules: Path, revision: str, folder: Path) -> None:
    """Write the rules of a git revision into a folder; the work tree is not touched."""
    refused = text(
        "“{word}” is neither a folder nor a revision that git knows here", word=revision
    )
    if revision.startswith("-"):  # git would take it for an option
        raise EnvironmentFault(refused)
    try:
        done = subprocess.run(  # noqa: S603  the revision is no option, and no shell
            ["git", "-C", rules, "archive", "--format=tar", revision, "."],  # noqa: S607  git is found as usual
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise EnvironmentFault(text("git cannot be started")) from error
    if done.returncode != 0:
        raise EnvironmentFault(refused)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as packed:
        packed.extractall(folder, filter="data")


# ── what is shown ──────────────────────────────────────────────────────────────────


def _plain(talk: Talk, one: Rehearsed) -> dict[str, Any]:
    return {
        "message": one.row.id,
        "received_at": one.row.received_at,
        "sender": one.row.sender,
        "subject": one.row.subject,
        "old": one.old,
        "new": one.new,
        "old_rule": _rule(one, old=True),
        "new_rule": _rule(one, old=False),
        "differs": list(one.differs),
        "rejected": one.rejected and talk.say(one.rejected),
        "by_hand": one.by_hand,
        "why": [
            {"rule": why.rule, "condition": why.condition, "words": why.words}
            for why in one.why
        ],
    }


def _rule(one: Rehearsed, *, old: bool) -> str | None:
    reading = one.before if old else one.after
    return reading.answer.rule if reading and reading.answer else None


def _print(talk: Talk, desk: Desk, one: Rehearsed) -> None:
    received = talk.local(desk, one.row.received_at)
    old, new = _category(talk, one.old), _category(talk, one.new)
    if one.old == one.new:
        aspects = ", ".join(say(ASPECTS[a], talk.language) for a in one.differs)
        move = f"{new} ({aspects})"
    else:
        move = f"{old} → {new}"
    talk.out(f"#{one.row.id}  {received}  {move}  {_short(one.row.subject)}")
    talk.out(f"    {_why(talk, one)}")
    if one.rejected is not None:
        reason = text("its draft was rejected: {reason}", reason=one.rejected)
        talk.out(f"    {talk.say(reason)}")
    if one.by_hand is not None:
        drawer = text("a person has put it into {drawer}", drawer=one.by_hand)
        talk.out(f"    {talk.say(drawer)}")


def _why(talk: Talk, one: Rehearsed) -> str:
    words = "; ".join(
        f"{why.condition}: “{_short(why.words)}”" if why.words else why.condition
        for why in one.why[:SHOWN_WORDS]
    )
    rules = f"{_rule(one, old=True) or '–'} → {_rule(one, old=False) or '–'}"
    return talk.say(text("rules {rules}; {words}", rules=rules, words=words or "–"))


def _short(words: str) -> str:
    return words.replace("\n", " ")[:60]


def _category(talk: Talk, category: str | None) -> str:
    return category or talk.say(text("unsorted"))


def _tell_silent(talk: Talk, silent: Silent, tried: int) -> None:
    for sentence in silent.told():
        talk.out(sentence)
    named = (*silent.new, *silent.hushed, *silent.edited)
    if len(silent.every) > len(named):
        talk.out(
            text(
                "rules that never held: {n} of {all} (--json names them)",
                n=len(silent.every),
                all=tried,
            )
        )


def _sum_up(talk: Talk, tally: Tally, *, days: int, seconds: float) -> None:
    talk.out()
    talk.out(
        text(
            "mails of the last days ({days}): {all}; unchanged: {unchanged}, changed:"
            " {changed}, second deliveries or unreadable: {apart} ({seconds} s)",
            all=tally.all,
            days=days,
            unchanged=tally.unchanged,
            changed=tally.changed,
            apart=tally.apart,
            seconds=f"{seconds:.1f}",
        )
    )
    for (old, new), count in tally.moves.most_common():
        talk.out(f"  {_category(talk, old)} → {_category(talk, new)}: {count}")
    if tally.otherwise:
        talk.out(
            text("  the same category, otherwise different: {n}", n=tally.otherwise)
        )
    if tally.restricted:
        talk.out(
            text("  changed, but restricted (not for you): {n}", n=tally.restricted)
        )


def _summary(
    tally: Tally, silent: Silent, *, days: int, seconds: float
) -> dict[str, Any]:
    return {
        "days": days,
        "mails": tally.all,
        "unchanged": tally.unchanged,
        "changed": tally.changed,
        "apart": tally.apart,
        "otherwise": tally.otherwise,
        "restricted": tally.restricted,
        "moves": [
            {"old": old, "new": new, "count": count}
            for (old, new), count in tally.moves.most_common()
        ],
        "never_held": silent.every,
        "edited_held_before": silent.hushed,
        "edited_never_held": silent.edited,
        "seconds": round(seconds, 2),
    }
