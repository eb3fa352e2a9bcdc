"""Every sentence for a person is there in Chinese, with the same blanks."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import mailroom
from mailroom.cases import CaseState, Outcome
from mailroom.drafts import DraftState
from mailroom.errors import Text, text
from mailroom.i18n import catalog, choose, say
from mailroom.register.logins import Role
from mailroom.rules.mail_types import MAIL_TYPES

PACKAGE = Path(mailroom.__file__).parent
CATALOG = PACKAGE / "locale" / "zh_CN.po"
# Words that the register keeps; the pages say them by `text(row.state)` and the like.
FOLLOWUP_STATES = (
    "active", "fired", "done", "cancelled", "past", "proposed", "dropped",
)  # fmt: skip
SEND_STATES = (
    "connecting", "committing", "accepted", "refused", "deferred", "uncertain",
    "abandoned",
)  # fmt: skip
UNIT_STEPS = ("reported", "late", "asks to close", "noted", "closed")
CALENDAR = (
    "sheet filled in", "sheet approved", "sheet handed over", "they cancelled it",
    "sorted anew",
)  # fmt: skip
DUE_BASES = ("deadline", "default", "none")
KEPT = {
    *CaseState, *Outcome, *DraftState, *FOLLOWUP_STATES, *SEND_STATES, *DUE_BASES,
    *MAIL_TYPES, *UNIT_STEPS, *CALENDAR,
    "quarantined", "vanished", "error", "warning", "message", "job",
    "place in a mailbox", *Role,
}  # fmt: skip


SAID = re.compile(r"""\b_\(\s*(["'])((?:(?!\1).)*)\1""")


@cache
def trees() -> list[tuple[str, ast.Module]]:
    return [
        (str(file.relative_to(PACKAGE)), ast.parse(file.read_text(encoding="utf-8")))
        for file in sorted(PACKAGE.rglob("*.py"))
    ]


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else ""
                if isinstance(called, ast.Attribute):
                    name = called.attr
                if name in names:
                    yield f"{file}:{node.lineno}", node


def literal(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def patterns() -> dict[str, str]:
    """Collect what is given to text() or Text(): pattern → where."""
    found = {}
    for where, call in calls("text", "Text"):
        pattern = literal(call.args[0]) if call.args else None
        if pattern:
            found[pattern] = where
    return found


def page_patterns() -> dict[str, str]:
    """Collect what the pages say by _("…"): pattern → where."""
    found = {}
    for file in sorted((PACKAGE / "web" / "pages").glob("*.html")):
        for _, pattern in SAID.findall(file.read_text(encoding="utf-8")):
            found[pattern] = f"web/pages/{file.name}"
    return found


def error_docstrings() -> dict[str, str]:
    """Collect the default messages of the errors: class → docstring."""
    found: dict[str, str] = {}
    bases = {"MailroomError"}
    for _ in range(4):  # from the root of the tree to its leaves
        for file, tree in trees():
            for node in ast.walk(tree):
                if not isinstance(node, ast.ClassDef):
                    continue
                own = {base.id for base in node.bases if isinstance(base, ast.Name)}
                if node.name in bases or own & bases:
                    bases.add(node.name)
                    said = (ast.get_docstring(node) or "").strip()
                    found[said] = f"{file}:{node.lineno}"
    return found


def event_names() -> dict[str, str]:
    """Collect what events are called in the code: name → where."""
    found = {}
    for where, call in calls("record", "_tell"):
        for argument in call.args[1:3]:
            name = literal(argument)
            if name:
                found[name] = where
    return found


def reasons() -> dict[str, str]:
    """Collect why follow-ups end and cases move on, which their lists show."""
    found = {}
    for where, call in calls("end_for", "end", "move", "lead_case"):
        for keyword in call.keywords:
            reason = literal(keyword.value)
            if keyword.arg in {"reason", "why"} and reason:
                found[reason] = where
    for where, call in calls("prove"):
        for argument in call.args:
            reason = literal(argument)
            if reason:
                found[reason] = where
    return found


def known() -> dict[str, str]:
    kept = {str(word): "a word of the register" for word in KEPT}
    said = patterns() | page_patterns()
    return kept | error_docstrings() | event_names() | reasons() | said


@cache
def translations() -> dict[str, str]:
    with CATALOG.open("rb") as source:
        return {
            str(message.id): str(message.string)
            for message in read_po(source)
            if message.id
        }


def blanks(pattern: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", pattern))


def test_every_sentence_is_translated() -> None:
    missing = {
        sentence: where
        for sentence, where in known().items()
        if not translations().get(sentence)
    }

    assert missing == {}


def test_nothing_is_translated_that_nobody_says() -> None:
    assert sorted(set(translations()) - set(known())) == []


def test_a_translation_has_the_same_blanks() -> None:
    different = {
        sentence: chinese
        for sentence, chinese in translations().items()
        if blanks(sentence) != blanks(chinese)
    }

    assert different == {}


def test_no_sentence_is_translated_twice() -> None:
    source = CATALOG.read_text(encoding="utf-8")
    # read_po keeps the last of several: the file itself is counted.
    whole = [
        "".join(re.findall(r'"(.*)"', block))
        for block in re.findall(r'^msgid((?: ?".*"\n)+)', source, re.MULTILINE)
    ]

    assert len(whole) > 100
    assert [each for each, count in Counter(whole).items() if count > 1] == []


def test_a_translation_is_chinese_where_the_sentence_has_words() -> None:
    without = {
        sentence: chinese
        for sentence, chinese in translations().items()
        if re.search(r"[A-Za-z]{3}", re.sub(r"\{\w+\}", "", sentence))
        and not re.search("[一-鿿]", chinese)
    }

    assert set(without) <= {"SQLite", "from {who}, at {at}"}


def test_every_pattern_is_a_literal_but_for_words_of_the_register() -> None:
    free = {
        where: ast.unparse(call)
        for where, call in calls("text", "Text")
        if call.args and literal(call.args[0]) is None
    }

    # What those expressions may give stands above, in KEPT.
    allowed = re.compile(
        r"[tT]ext\((?:\w+\.(?:state|outcome|what|reason or ''|due_basis or 'none')"
        r"|(?:held\.|one\.|route\.)?(?:state|role)\.value|state|row\['what'\]"
        r"|m\.answer\['mail_type'\]|answer\.quarantine)\)"  # a rule's own words
    )
    strange = {
        where: said
        for where, said in free.items()
        if not allowed.fullmatch(said)
        and where.split(":")[0] not in {"errors.py", "i18n.py", "register/texts.py"}
    }
    assert strange == {}


def test_every_blank_is_filled() -> None:
    wrong = {}
    for where, call in calls("text"):
        pattern = literal(call.args[0]) if call.args else None
        spread = any(keyword.arg is None for keyword in call.keywords)
        if pattern is None or spread:
            continue
        given = {keyword.arg for keyword in call.keywords}
        if given != blanks(pattern) and call.keywords:
            wrong[where] = (pattern, given)
        if not call.keywords and blanks(pattern):
            wrong[where] = (pattern, given)

    assert wrong == {}


# ── saying it ────────────────────────────────────────────────────────────


def test_english_needs_no_catalog() -> None:
    assert catalog("en") == {}
    assert say(text("draft {id} waits again", id=3), "en") == "draft 3 waits again"


def test_chinese_is_said_with_its_values_each_in_chinese_too() -> None:
    said = say(text("[{case}] a letter is in doubt", case=text("sent")), "zh-CN")

    assert "sent" not in said
    assert re.search("[一-鿿]", said)


def test_what_has_no_translation_is_said_in_english() -> None:
    assert say("nobody translated this", "zh-CN") == "nobody translated this"
    assert say(Text("nor {this}", {"this": 1}), "zh-CN") == "nor 1"


@pytest.mark.parametrize(
    ("wanted", "terminal", "chosen"),
    [
        ("zh", {}, "zh-CN"), ("zh_CN.UTF-8", {}, "zh-CN"), ("zh-TW", {}, "zh-CN"),
        ("en-GB", {"LANG": "zh_CN.UTF-8"}, "en"), ("fr", {}, "en"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US"}, "en"),
        (None, {"LC_MESSAGES": "zh_CN", "LANG": "C"}, "zh-CN"), (None, {}, "en"),
    ],
)  # fmt: skip
def test_the_language_is_what_was_asked_for_else_the_terminals(
    monkeypatch: pytest.MonkeyPatch,
    wanted: str | None,
    terminal: dict[str, str],
    chosen: str,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in terminal.items():
        monkeypatch.setenv(name, value)

    assert choose(wanted) == chosen
