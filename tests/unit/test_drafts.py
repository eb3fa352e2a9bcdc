"""A draft's states, its seal, and what changed in it."""

from dataclasses import fields, replace

import pytest

from mailroom.drafts import MOVES, OPEN, Content, DraftState, Enclosure, differences
from mailroom.i18n import say

FORM = Enclosure(name="表.docx", type="application/x-form", sha256="ab" * 32, size=9)
LOGO = Enclosure(name="logo.png", type="image/png", sha256="cd" * 32, size=7)
LETTER = Content(
    sender="Office <office@hengyuan.example>",
    to=("a@client.example", "b@client.example"),
    cc=("c@client.example",),
    subject="Re: Lift",
    text="Dear Li,\n\nThe lift is repaired.\n",
    html="<p>Dear Li,</p>",
    pictures=(LOGO,),
    enclosures=(FORM,),
)
CHANGES = {
    "sender": LETTER.sender.replace("Office", "Offlce"),
    "to": ("a@client.example",),
    "cc": (),
    "subject": "Re: Lift ",
    "text": LETTER.text + " ",
    "html": LETTER.html + "\n",
    "pictures": (replace(LOGO, sha256="ef" * 32),),
    "enclosures": (),
}


def test_every_state_says_where_it_may_lead() -> None:
    assert set(MOVES) == set(DraftState)
    assert all(state not in onwards for state, onwards in MOVES.items())


def test_every_state_is_reached_from_waiting() -> None:
    reached = {DraftState.WAITING}
    for _ in DraftState:
        reached |= {onward for state in reached for onward in MOVES[state]}

    assert reached == set(DraftState)


def test_what_has_ended_stays_so() -> None:
    ended = {state for state, onwards in MOVES.items() if not onwards}

    assert ended == {DraftState.SENT, DraftState.REJECTED, DraftState.WITHDRAWN}
    assert not ended & OPEN


def test_nothing_is_sent_but_what_a_person_approved() -> None:
    before_sending = {
        s for s, onwards in MOVES.items() if DraftState.SENDING in onwards
    }
    assert before_sending == {DraftState.APPROVED, DraftState.DEFERRED}

    before_deferred = {
        s for s, onwards in MOVES.items() if DraftState.DEFERRED in onwards
    }
    assert before_deferred == {DraftState.SENDING}


def test_a_letter_in_doubt_is_never_sent_again_without_a_new_approval() -> None:
    assert MOVES[DraftState.UNCERTAIN] == {DraftState.SENT, DraftState.WAITING}


def test_an_open_draft_can_always_be_withdrawn() -> None:
    assert all(DraftState.WITHDRAWN in MOVES[state] for state in OPEN)


def test_a_change_of_any_part_changes_the_seal() -> None:
    assert set(CHANGES) == {field.name for field in fields(Content)}

    seals = {replace(LETTER, **{name: value}).seal for name, value in CHANGES.items()}  # type: ignore[arg-type]  # each of its own kind

    assert len(seals | {LETTER.seal}) == len(CHANGES) + 1


@pytest.mark.parametrize(
    "other",
    [
        replace(FORM, name="form.docx"),
        replace(FORM, type="text/plain"),
        replace(FORM, sha256="cd" * 32),
        replace(FORM, size=10),
    ],
    ids=["name", "type", "bytes", "size"],
)
def test_an_attachment_is_sealed_with_its_bytes(other: Enclosure) -> None:
    assert replace(LETTER, enclosures=(other,)).seal != LETTER.seal


def test_a_picture_that_becomes_an_attachment_changes_the_seal() -> None:
    moved = replace(LETTER, pictures=(), enclosures=(LOGO, FORM))

    assert moved.seal != LETTER.seal


def test_a_recipient_moved_from_to_to_cc_changes_the_seal() -> None:
    moved = replace(LETTER, to=LETTER.to[:1], cc=LETTER.to[1:] + LETTER.cc)

    assert moved.recipients == LETTER.recipients
    assert moved.seal != LETTER.seal


def test_the_seal_is_the_same_wherever_it_is_taken() -> None:
    again = Content(
        **{field.name: getattr(LETTER, field.name) for field in fields(Content)}
    )

    assert again.seal == LETTER.seal
    assert len(LETTER.seal) == 64


def test_even_broken_unicode_has_a_seal() -> None:
    assert replace(LETTER, text="\udcff").seal != replace(LETTER, text="\udcfe").seal


def in_words(before: Content, after: Content) -> list[str]:
    return [str(difference) for difference in differences(before, after)]


def test_nothing_changed_is_nothing_to_say() -> None:
    assert in_words(LETTER, LETTER) == []


def test_what_changed_is_said_in_words() -> None:
    after = Content(
        sender="office@hengyuan.example",
        to=("b@client.example",),
        subject="Re: Lifts",
        text="Dear Li,\n\nThe lift is broken.\n",
        html="<p>Dear Li,</p>",
    )

    assert in_words(LETTER, after) == [
        "sender: Office <office@hengyuan.example> → office@hengyuan.example",
        "recipients: a@client.example, b@client.example (Cc: c@client.example) → b@client.example",  # noqa: E501  one sentence
        "subject: Re: Lift → Re: Lifts",
        "text:\n-The lift is repaired.\n+The lift is broken.",
        "pictures: logo.png (cdcdcdcd) → –",
        "attachments: 表.docx (abababab) → –",
    ]


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_no_change_is_passed_over_in_silence(name: str) -> None:
    after = replace(LETTER, **{name: CHANGES[name]})  # type: ignore[arg-type]  # of its kind

    assert in_words(LETTER, after)


def test_a_recipient_moved_from_to_to_cc_is_said() -> None:
    moved = replace(LETTER, to=LETTER.to[:1], cc=LETTER.to[1:] + LETTER.cc)

    assert in_words(LETTER, moved)


def test_signs_of_patterns_in_a_letter_are_only_signs() -> None:
    (difference,) = differences(LETTER, replace(LETTER, subject="{0} {x} %s {"))

    assert say(difference, "zh-CN").endswith("{0} {x} %s {")
