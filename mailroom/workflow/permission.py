"""Answers whether somebody may decide on a draft, and on this one as it stands."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mailroom.cases import is_restricted
from mailroom.directory import Person
from mailroom.drafts import differences
from mailroom.errors import ReviewError, Text, text
from mailroom.register import drafts
from mailroom.register.drafts import Held
from mailroom.workflow.desk import Desk
from mailroom.workflow.sight import sight_of

MACHINE = "mailroom"  # what the machine itself does stands under this name
TWO_PEOPLE = 3  # clearance from which a director and a leader decide
_SHORT_SEAL = 8  # letters of a seal, as lists show it


def found(tx: Connection, draft_id: int) -> Held:
    """Find a draft. Raises ReviewError where there is none."""
    held = drafts.held(tx, draft_id)
    if held is None:
        raise ReviewError(text("there is no draft {id}", id=draft_id))
    return held


def person_for(desk: Desk, held: Held, who: str) -> Person | None:
    """Find who decides; restricted and two-person drafts need a known person.

    Raises ReviewError, for whoever may not see the draft as if it were not there.
    """
    person = person_behind(desk, who)
    restricted = is_restricted(held.sensitivity)
    if person is None and (restricted or held.clearance >= TWO_PEOPLE):
        raise ReviewError(
            text(
                "draft {id} is for named people; let the operator map your account"
                " {who} under [reviewers] in mailroom.toml",
                id=held.id,
                who=who,
            )
        )
    if not sight_of(desk, person).sees(held.sensitivity, held.category, held.owner):
        raise ReviewError(text("there is no draft {id}", id=held.id))
    return person


def person_behind(desk: Desk, who: str) -> Person | None:
    """Find the person of the office who decides. Raises ReviewError for a machine."""
    if who == MACHINE:
        raise ReviewError(
            text("decisions need a person's name; run this as yourself, through sudo")
        )
    return desk.person(who)


def must_be_as_shown(tx: Connection, held: Held, who: str, seen: str | None) -> None:
    """Hold a decision to what its maker has seen. Raises ReviewError otherwise."""
    if seen is not None:
        if len(seen) >= _SHORT_SEAL and held.seal.startswith(seen.lower()):
            return
        changes: list[Text] = []
    else:
        version = drafts.version_shown(tx, who, held.id)
        if version is None:
            raise ReviewError(
                text("look at the draft first: mailroom review show {id}", id=held.id)
            )
        if version == held.version:
            return
        changes = list(
            differences(drafts.content_of(tx, held.id, version), held.says.content)
        )
    raise ReviewError(
        text(
            "draft {id} has changed since you saw it; nothing was sent. {changes}",
            id=held.id,
            changes=joined(changes),
        )
    )


def joined(sentences: Sequence[Text]) -> Text:
    """Put sentences below one another."""
    if not sentences:
        return text("Look at it again.")
    if len(sentences) == 1:
        return sentences[0]
    return text("{first}\n{rest}", first=sentences[0], rest=joined(sentences[1:]))
