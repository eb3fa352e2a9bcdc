"""Says to a reviewer what the clerk points at in a draft."""

from collections.abc import Sequence

from mailroom.cli.talk import Talk
from mailroom.drafts import Finding
from mailroom.errors import Text, text


def told(talk: Talk, finding: Finding) -> dict[str, str]:
    """Tell a finding to programs."""
    return {
        "code": finding.code,
        "level": finding.level,
        "place": finding.place,
        "text": talk.say(finding.text),
    }


def said(finding: Finding) -> Text:
    """Say what the clerk points at; the code in the end is the same everywhere."""
    words = {"sentence": finding.text, "place": finding.place, "code": finding.code}
    if finding.level == "blocks":
        return text("to be changed first: {sentence} ({place}) [{code}]", **words)
    if finding.level == "risk":
        return text("look at this: {sentence} ({place}) [{code}]", **words)
    return text("to know: {sentence} ({place}) [{code}]", **words)


def weight(findings: Sequence[Finding]) -> Text | str:
    """Say in a list how much of a letter must be changed or looked at."""
    blocking = sum(one.level == "blocks" for one in findings)
    risks = sum(one.level == "risk" for one in findings)
    if blocking:
        return text("{n} to change, {risks} to look at", n=blocking, risks=risks)
    return text("{n} to look at", n=risks) if risks else ""
