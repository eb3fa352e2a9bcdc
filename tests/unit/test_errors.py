"""How errors and sentences for persons are made, kept and read again."""

import json

import pytest

from mailroom import errors
from mailroom.errors import (
    ConfigError,
    Fault,
    MailError,
    MailroomError,
    PermanentMailError,
    RuleError,
    TemporaryMailError,
    Text,
    text,
)
from mailroom.i18n import say
from mailroom.register.texts import pack, unpack

FAULT = Fault(
    file="rules/a.yaml", line=3, column=7, code="R001", text=text("{n} wrong", n=2)
)


def tree(kind: type[MailroomError]) -> list[type[MailroomError]]:
    return [kind, *(each for sub in kind.__subclasses__() for each in tree(sub))]


def test_a_sentence_is_filled_in_when_it_is_said() -> None:
    sentence = text("draft {id} is {state}", id=7, state=text("waiting"))

    assert str(sentence) == "draft 7 is waiting"
    assert sentence.pattern == "draft {id} is {state}"


def test_what_fills_a_sentence_is_never_a_pattern_itself() -> None:
    assert str(text("subject: {old}", old="{new} {0.__class__} {")) == (
        "subject: {new} {0.__class__} {"
    )


def test_a_sentence_without_values_is_taken_as_it_stands() -> None:
    assert str(Text("braces {like} these")) == "braces {like} these"


@pytest.mark.parametrize(
    ("line", "column", "place"),
    [(3, 7, "a.yaml:3:7"), (3, 0, "a.yaml:3"), (0, 0, "a.yaml")],
)
def test_a_fault_names_its_place_as_far_as_it_is_known(
    line: int, column: int, place: str
) -> None:
    fault = Fault(file="a.yaml", line=line, column=column, code="R1", text=text("no"))

    assert fault.place == place
    assert str(fault) == f"{place}: error: no [R1]"


def test_a_configuration_error_tells_every_fault() -> None:
    error = RuleError(iter([FAULT, FAULT]))

    assert error.faults == (FAULT, FAULT)
    assert str(error) == "\n".join(["rules/a.yaml:3:7: error: 2 wrong [R001]"] * 2)
    assert str(error.text) == "The rules have faults."


@pytest.mark.parametrize("kind", tree(MailroomError), ids=lambda kind: kind.__name__)
def test_every_error_says_something_by_itself(kind: type[MailroomError]) -> None:
    sentence = (kind.__doc__ or "").strip()

    assert sentence.endswith(".")
    assert "\n" not in sentence
    if issubclass(kind, ConfigError):
        assert str(kind([FAULT]).text) == sentence
    elif kind.__init__ is MailroomError.__init__:
        assert str(kind()) == str(kind().text) == sentence


def test_the_tree_is_the_one_that_the_module_shows() -> None:
    shown = errors.__doc__ or ""

    for kind in tree(MailroomError):
        if kind.__module__ == errors.__name__:
            assert kind.__name__ in shown
    assert issubclass(TemporaryMailError, MailError)
    assert not issubclass(PermanentMailError, TemporaryMailError)


def test_a_sentence_kept_in_the_register_is_said_in_any_language_later() -> None:
    sentence = text(
        "machine mail, {kind}: {reason}", kind=text("sent"), reason="{x} from 王"
    )

    kept = unpack(json.loads(json.dumps(pack(sentence))))

    assert str(kept) == str(sentence)
    assert say(kept, "zh-CN") == say(sentence, "zh-CN") != str(sentence)


def test_what_cannot_be_kept_as_such_is_kept_as_text() -> None:
    kept = unpack(json.loads(json.dumps(pack(text("{error}", error=OSError("full"))))))

    assert str(kept) == "full"
