"""Writes lines of a case's history for the terminal."""

from collections.abc import Mapping
from typing import Any

from mailroom.cli.talk import Talk
from mailroom.register.schema import AnyRow
from mailroom.workflow import history
from mailroom.workflow.desk import Desk


def event_line(talk: Talk, desk: Desk, event: AnyRow) -> str:
    """Write one line of a case's history: when, who, what became of what."""
    moment, what = talk.local(desk, event.at), talk.say(event.what)
    about = history.subject(talk.say, event)
    line = f"  {moment}  {event.actor:<10} {about}: {what}"
    return "  ".join([line, *history.details(talk.say, event)])


def why_line(talk: Talk, why: Mapping[str, Any], *, verbose: bool) -> str:
    """Write one reason of a rule: the words that decided, where, by which rule."""
    return "    " + history.why(talk.say, why, verbose=verbose)
