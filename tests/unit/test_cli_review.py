"""The review desk on the command line: what reviewers see, and what their word does."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from mailroom import office as office_module
from mailroom.cases import CaseState
from mailroom.cli.talk import Talk
from mailroom.drafts import DraftState
from mailroom.register import drafts
from mailroom.register.schema import case, draft, event, job, message
from mailroom.words.rich import Picture
from mailroom.words.templates import Templates
from tests.unit.command_line import Run, runner_in
from tests.unit.drawn import png
from tests.unit.small_office import REPAIR, SmallOffice, letter, shipped_papers
from tests.unit.word_files import write

HOSTILE = letter(
    "\x1b[2JHeating on level 4 stuck [red]\x07",
    "Level 4 north has been 27C since Friday.\x1b]0;owned\x07\n\nCan somebody come?\n",
    sender='"\x1b[31mWang" <wangli@client.example>',
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    yield small
    small.close()


@pytest.fixture
def run(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    monkeypatch.setattr(office_module, "read_papers", lambda _: shipped_papers())
    return runner_in(office, monkeypatch, capsys)


def test_a_reviewer_is_told_of_the_pictures_and_where_they_lie(
    office: SmallOffice, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "own" / "reply").mkdir(parents=True)
    write(tmp_path / "own" / "reply" / "maintenance.en.docx", ["{{ seal }}"])
    templates = Templates(tmp_path / "own")
    seals = {"seal": Picture(png(5))}
    office.desk = replace(office.desk, templates=templates, own_pictures=seals)
    office.sort(REPAIR)

    (told,) = re.findall(
        r"picture: (\S+) \((\d+) bytes\) (\S+)", run("review", "show", "1").out
    )

    assert told[0].endswith(".png")
    assert int(told[1]) == len(png(5))
    assert Path(told[2]).read_bytes() == png(5)


def test_a_draft_goes_its_way_from_the_list_to_a_job_that_sends_it(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)

    (summary,) = json.loads(run("review", "list", "--json").out)
    assert (summary["draft"], summary["case"], summary["state"]) == (
        1, "HY-2026-0001", "waiting",
    )  # fmt: skip
    too_soon = run("review", "approve", "1")
    assert (too_soon.code, "look at the draft first" in too_soon.err) == (1, True)
    shown = run("review", "show", "1")
    assert f"seal: {summary['seal'][:12]}" in shown.out
    assert "Tom Reyes will have it looked" in shown.out
    approved = run("review", "approve", "1")

    assert (approved.code, approved.out) == (0, "")
    assert "mailroom review undo 1" in approved.err
    assert office.draft(1).state == DraftState.APPROVED
    (send,) = office.rows(select(job).where(job.c.kind == "send"))
    assert (send.state, send.due_at) == ("ready", office.draft(1).send_at)
    (decided,) = office.rows(select(event).where(event.c.what == "approved"))
    assert decided.actor == "anybody"


def test_an_approval_is_taken_back_in_time_then_no_more(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    run("review", "show", "1")
    run("review", "approve", "1")

    back = run("review", "undo", "1")
    again = run("review", "undo", "1")

    assert (back.code, again.code) == (0, 1)
    assert "no approval to take back" in again.err
    assert office.draft(1).state == DraftState.WAITING


def test_a_short_seal_of_what_was_seen_approves_it(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    seal = office.draft(1).seal

    assert run("review", "approve", "1", "--seal", seal[:7]).code == 1
    assert run("review", "approve", "1", "--seal", seal[:12]).code == 0


def test_a_changed_draft_is_told_by_what_changed_also_in_chinese(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    run("review", "show", "1")
    revised = run(
        "review", "revise", "1", "--subject", "Re: Heat", "--text", "-",
        user="other", stdin="Dear Li,\nwe come today.\n",
    )  # fmt: skip
    assert (revised.code, "version 2" in revised.err) == (0, True)

    english = run("review", "approve", "1")
    chinese = run("--lang", "zh", "review", "approve", "1")

    assert english.code == chinese.code == 1
    assert "→ Re: Heat" in english.err
    assert "+we come today." in english.err
    assert "→ Re: Heat" in chinese.err
    assert "has changed" not in chinese.err


def test_a_reason_is_needed_to_reject(office: SmallOffice, run: Run) -> None:
    office.sort(REPAIR)

    assert run("review", "reject", "1").code == 2
    assert run("review", "reject", "1", "--reason", "we rang {them}").code == 0

    assert str(office.draft(1).reason) == "we rang {them}"
    assert json.loads(run("review", "list", "--json").out) == []
    (listed,) = json.loads(run("review", "list", "--state", "rejected", "--json").out)
    assert listed["draft"] == 1


def test_nothing_is_changed_by_a_revision_without_a_word(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)

    said = run("review", "revise", "1")

    assert said.code == 2
    assert office.draft(1).version == 1
    wrong = run("review", "revise", "1", "--to", "nobody")
    assert (wrong.code, "is not a mail address" in wrong.err) == (1, True)


def test_what_is_restricted_is_counted_never_shown_to_others(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        drafts.note(tx, 1, sensitivity="confidential")

    for command in (["review", "list"], ["review", "list", "--json"]):
        stranger = run(*command)
        assert "Heating" not in stranger.out
        assert "1 restricted items" in stranger.err
        assert "Heating" in run(*command, user="xuting").out
    for command in (["show", "1"], ["approve", "1", "--seal", office.draft(1).seal]):
        refused = run("review", *command)
        assert (refused.code, refused.out) == (1, "")
        assert "map your account anybody under [reviewers]" in refused.err


def test_a_restricted_case_is_hidden_and_looking_into_it_is_noted(
    office: SmallOffice, run: Run
) -> None:
    office.sort(letter("My payslip", "My payslip is wrong, the lift is stuck."))
    (case,) = office.cases()
    assert case.sensitivity == "confidential"

    stranger = run("cases", "list")
    hidden = run("cases", "show", case.number)
    seen = run("cases", "show", case.number, user="xuting")

    assert ("payslip" in stranger.out, "1 restricted" in stranger.err) == (False, True)
    assert (hidden.code, "there is no case" in hidden.err) == (1, True)
    assert seen.code == 0
    looks = office.rows(select(event.c.actor).where(event.c.what == "opened to read"))
    assert [look.actor for look in looks] == ["xuting"]


@pytest.mark.parametrize(
    "command",
    [
        ["review", "list"], ["review", "show", "1"], ["cases", "list"],
        ["cases", "show", "HY-2026-0001"], ["followups", "list"],
        ["review", "show", "1", "--json"], ["cases", "list", "--json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_a_mail_says_cannot_steer_the_terminal(
    office: SmallOffice, run: Run, command: list[str]
) -> None:
    (row,) = office.sort(HOSTILE)
    assert row.category == "maintenance"

    said = run(*command)

    assert said.code == 0
    assert said.out.strip()
    assert not [sign for sign in said.out if not sign.isprintable() and sign != "\n"]


def test_square_brackets_in_a_subject_are_text_never_markup(
    office: SmallOffice, run: Run
) -> None:
    office.sort(HOSTILE)

    assert "[red]" in run("cases", "list").out


def test_the_story_of_a_case_names_rule_and_words(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)

    said = run("cases", "show", "hy-2026-0001")
    chinese = run("--lang", "zh", "cases", "show", "HY-2026-0001")
    whole = json.loads(run("cases", "show", "HY-2026-0001", "--json").out)

    assert "repair-en" in said.out
    assert "stuck" in said.out
    assert "mailroom" in said.out
    assert any("一" <= sign <= "鿿" for sign in chinese.out)
    assert [each["outcome"] for each in whole["messages"]] == ["sorted"]
    assert [each["what"] for each in whole["events"]][:2] == ["opened", "sorted"]


def test_a_promise_is_ended_by_hand_once(office: SmallOffice, run: Run) -> None:
    office.sort(REPAIR)
    (promise,) = json.loads(run("followups", "list", "--json").out)
    assert (promise["number"], promise["chain"]) == ("HY-2026-0001", "repair")

    done = run("followups", "done", str(promise["id"]))
    again = run("followups", "done", str(promise["id"]))

    assert (done.code, again.code) == (0, 1)
    assert "has ended already" in again.err
    assert json.loads(run("followups", "list", "--json").out) == []


def test_the_brake_is_put_on_and_taken_off(run: Run) -> None:
    assert run("brake", "on").code == 0
    assert json.loads(run("status", "--json").out)["brake"] is True
    assert run("brake", "off").code == 0
    assert json.loads(run("status", "--json").out)["brake"] is False


def test_the_balance_of_the_day_agrees(office: SmallOffice, run: Run) -> None:
    office.sort(REPAIR, REPAIR, b"\0", letter("Lunch", "See you at noon."))
    office.receive(letter("One more", "later"))

    said = json.loads(run("status", "--json").out)

    balance = said["balance"]
    assert said["agrees"] is True
    assert balance["received"] == 5
    assert (balance["sorted"], balance["merged"], balance["in_work"]) == (1, 1, 1)
    assert sum(balance.values()) == 2 * balance["received"]


# ── words ────────────────────────────────────────────────────────────────


def test_a_case_that_waits_for_them_is_not_a_draft_that_waits_for_us(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(state=CaseState.WAITING))

    listed = run("--lang", "zh", "cases", "list").out
    shown = run("--lang", "zh", "cases", "show", "HY-2026-0001").out
    drafts_listed = run("--lang", "zh", "review", "list").out

    for said in (listed, shown.splitlines()[0]):
        assert ("待复" in said, "待审" in said) == (True, False)
    assert "待审" in drafts_listed
    assert "awaiting their answer" in run("cases", "list").out


def test_the_words_that_decided_come_first_the_condition_when_asked_for(
    office: SmallOffice, run: Run
) -> None:
    (row,) = office.sort(REPAIR)
    conditions = [why["condition"] for why in row.answer["why"]]

    short = run("cases", "show", "HY-2026-0001").out
    verbose = run("cases", "show", "HY-2026-0001", "--verbose").out
    whole = json.loads(run("cases", "show", "HY-2026-0001", "--json").out)

    assert "    “" in short
    assert ") – rule repair-en" in short
    assert conditions
    assert not [each for each in conditions if each in short]
    assert all(each in verbose for each in conditions)
    assert [why["condition"] for why in whole["messages"][0]["why"]] == conditions


def test_the_story_in_chinese_says_no_word_of_the_register(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    run("review", "reject", "1", "--reason", "已电话答复")

    said = run("--lang", "zh", "cases", "show", "HY-2026-0001").out

    assert "已电话答复" in said
    assert not re.findall(
        r"\b(?:case|message|draft|followup|state|before|assigned|drafted|promised"
        r"|new|rule|rejected|active|moved|opened|due_at)\b(?![-/.])",
        said.split("\n", 1)[1],
    )


def test_what_was_ignored_is_listed_with_its_reason(
    office: SmallOffice, run: Run
) -> None:
    away = letter("Away", "Back on Monday.", headers={"Auto-Submitted": "auto-replied"})
    office.sort(REPAIR, away)

    (listed,) = json.loads(run("cases", "ignored", "--json").out)
    table = run("--lang", "zh", "cases", "ignored").out

    assert (listed["message"], listed["subject"]) == (2, "Away")
    assert "auto_reply" in listed["why"]
    assert Path(listed["file"]).read_bytes() == away
    assert "Away" in table
    with office.desk.database.write() as tx:
        answer = {"sensitivity": "confidential"}
        tx.execute(update(message).where(message.c.id == 2).values(answer=answer))
    stranger = run("cases", "ignored")
    assert ("Away" in stranger.out, "1 restricted" in stranger.err) == (False, True)
    assert "Away" in run("cases", "ignored", user="xuting").out


def test_an_approval_names_the_second_in_which_it_leaves(
    office: SmallOffice, run: Run
) -> None:
    office.sort(REPAIR)
    run("review", "show", "1")

    said = run("review", "approve", "1").err

    moment = office.draft(1).send_at
    assert moment is not None
    local = moment.astimezone(office.settings.office.zone)
    assert f"it leaves at {local:%Y-%m-%d %H:%M:%S}." in said
    assert f"leaves at: {local:%Y-%m-%d %H:%M:%S}" in run("review", "show", "1").out


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [(5, "5 s", "5 秒"), (360, "6 min", "6 分钟"), (7200, "2 h", "2 小时"),
     (259200, "3 d", "3 天")],
)  # fmt: skip
def test_ages_are_told_in_the_readers_language(
    office: SmallOffice, run: Run, seconds: int, english: str, chinese: str
) -> None:
    office.sort(REPAIR)
    since = datetime.now(UTC) - timedelta(seconds=seconds)
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(created_at=since))

    assert f"oldest waiting draft: {english}" in run("status").out
    assert chinese in run("--lang", "zh", "status").out


def test_the_story_of_a_case_holds_nobody_up_while_it_is_read(
    office: SmallOffice, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sort(REPAIR)
    written = []

    def out(*_: object) -> None:
        with office.desk.database.write():  # another one, while we print
            written.append(True)

    monkeypatch.setattr(Talk, "out", out)

    assert run("cases", "show", "HY-2026-0001").code == 0
    assert written


# ── what cannot be ───────────────────────────────────────────────────────


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 40])
@pytest.mark.parametrize(
    "command",
    [["review", "show"], ["review", "approve"], ["review", "undo"],
     ["followups", "done"]],
    ids=" ".join,
)  # fmt: skip
def test_a_number_that_none_can_have_is_a_wrong_command(
    run: Run, command: list[str], number: str
) -> None:
    said = run(*command, "--", number)

    assert said.code == 2
    assert "is not in the range" in said.err


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04\x00", b"a\x1b[2J"])
def test_a_letter_is_not_made_of_a_file_that_is_no_text(
    office: SmallOffice, run: Run, tmp_path: Path, content: bytes
) -> None:
    office.sort(REPAIR)
    (tmp_path / "letter.docx").write_bytes(content)

    said = run("review", "revise", "1", "--text", tmp_path / "letter.docx")

    assert (said.code, said.out) == (1, "")
    assert "letter.docx is no plain text in UTF-8; nothing was changed" in said.err
    assert office.draft(1).version == 1
