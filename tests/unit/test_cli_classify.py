"""What `mailroom classify` says of mail files, as of one inbox."""

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.command_line import Run, runner
from tests.unit.small_office import settle

KEYS = {
    "file", "category", "candidates", "also", "rule", "why", "confidence", "fields",
    "needs_reply", "sensitivity", "due", "due_basis", "lang", "machine",
    "duplicate_of",
}  # fmt: skip


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    return runner(monkeypatch, capsys, tmp_path)


def mail(
    folder: Path,
    name: str,
    *,
    subject: str = "Heating on level 4 stuck at 27 degrees",
    body: str = "Level 4 north is hot. Can somebody come today please?",
    date: str = "Mon, 02 Nov 2026 09:15:00 +0800",
    number: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Path:
    lines = {
        "From": "Wang Li <wangli@client.example>",
        "To": "office@hengyuan.example",
        "Subject": subject,
        "Message-ID": f"<{number}@client.example>",
        **({"Date": date} if date else {}),
        **(headers or {}),
    }
    head = "\r\n".join(f"{key}: {value}" for key, value in lines.items())
    file = folder / name
    file.write_text(f"{head}\r\n\r\n{body}\r\n", encoding="utf-8")
    return file


def answers(run: Run, *files: Path) -> list[dict[str, Any]]:
    said = run("classify", "--json", *files)
    assert (said.code, said.err) == (0, "")
    found = [json.loads(line) for line in said.out.splitlines()]
    assert all(set(answer) >= KEYS for answer in found)
    return found


def test_without_any_settings_the_shipped_rules_answer(
    run: Run, tmp_path: Path
) -> None:
    (answer,) = answers(run, mail(tmp_path, "a.eml"))

    assert answer["file"] == "a.eml"  # its name alone
    assert (answer["category"], answer["rule"]) == ("maintenance", "repair-en")
    assert 0 < answer["confidence"] <= 1
    assert answer["fields"]["location"] == "Level 4 north"
    assert (answer["lang"], answer["machine"]) == ("en", None)
    assert answer["needs_reply"] is True
    assert (answer["due"], answer["due_basis"]) == ("2026-11-03", "default")
    assert answer["why"][0]["words"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.eml"]  # nothing written


def test_the_mails_own_date_is_its_now(run: Run, tmp_path: Path) -> None:
    file = mail(tmp_path, "a.eml", date="Fri, 05 Jun 2020 09:15:00 +0800")

    (answer,) = answers(run, file)

    assert answer["due"] == "2020-06-08"  # the Monday after


def test_answers_come_in_the_order_of_the_dates(run: Run, tmp_path: Path) -> None:
    files = [
        mail(tmp_path, "third.eml", number=3, date="Mon, 02 Nov 2026 09:15:00 +0800"),
        mail(tmp_path, "first.eml", number=1, date="Mon, 02 Nov 2026 08:00:00 +0900"),
        mail(tmp_path, "undated.eml", number=4, date=""),
        mail(tmp_path, "second.eml", number=2, date="Sun, 01 Nov 2026 23:30:00 +0000"),
    ]

    assert [answer["file"] for answer in answers(run, *files)] == [
        "first.eml", "second.eml", "third.eml", "undated.eml",
    ]  # fmt: skip


def test_a_folder_stands_for_the_mails_in_it(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    mail(folder, "a.eml", number=1)
    mail(folder, "b.eml", number=2)
    (folder / "notes.txt").write_text("no mail")

    assert [answer["file"] for answer in answers(run, folder)] == ["a.eml", "b.eml"]


def test_a_second_delivery_names_the_first(run: Run, tmp_path: Path) -> None:
    copy = {"List-Id": "<all.client.example>", "Received": "from list.example"}
    files = [
        mail(tmp_path, "a-copy.eml", headers=copy),
        mail(tmp_path, "b.eml"),
        mail(tmp_path, "other.eml", number=2),
    ]

    found = {answer["file"]: answer for answer in answers(run, *files)}

    assert {name: answer["duplicate_of"] for name, answer in found.items()} == {
        "b.eml": None, "a-copy.eml": "b.eml", "other.eml": None,
    }  # fmt: skip
    assert found["a-copy.eml"]["needs_reply"] is False


def own_rules(folder: Path) -> Path:
    """Give the office a copy of the shipped rules; return their folder."""
    office = settle(folder)
    root = Path(__file__).parents[2]
    rules = folder / "rules"
    for file in (root / "rules").rglob("*.yaml"):
        target = rules / file.relative_to(root / "rules")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(file.read_bytes())
    source = office.read_text("utf-8").replace(f"{root}/rules", "rules")
    office.write_text(source, encoding="utf-8")
    return rules


def test_rules_may_ask_for_the_thread_that_a_mail_belongs_to(
    run: Run, tmp_path: Path
) -> None:
    rule = """
        mailroom: 1
        rules:
          - id: more-on-a-repair
            name: More on a repair
            when: {thread: [maintenance]}
            then: [{category: maintenance}]
            examples: {no_match: [{subject: x, body: "y"}]}
    """
    (own_rules(tmp_path) / "more.yaml").write_text(textwrap.dedent(rule))
    reply = mail(
        tmp_path, "reply.eml", number=2, date="Tue, 03 Nov 2026 09:15:00 +0800",
        subject="Re: Heat", body="The one by the window.",
        headers={"In-Reply-To": "<1@client.example>"},
    )  # fmt: skip

    (alone,) = answers(run, reply)
    _, in_thread = answers(run, reply, mail(tmp_path, "a.eml"))

    assert alone["category"] == "unsorted"
    assert in_thread["file"] == "reply.eml"
    assert in_thread["rule"] == "more-on-a-repair"


def test_machine_mail_is_named_by_its_kind(run: Run, tmp_path: Path) -> None:
    file = mail(
        tmp_path, "away.eml", subject="Automatic reply: Lift",
        headers={"Auto-Submitted": "auto-replied"},
    )  # fmt: skip

    (answer,) = answers(run, file)

    assert (answer["machine"], answer["category"]) == ("auto_reply", "auto_reply")
    assert answer["needs_reply"] is False


def test_a_delivery_report_names_whom_it_is_about(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.eml"
    file.write_text(
        textwrap.dedent(
            """\
            From: mailer-daemon@hengyuan.example
            To: office@hengyuan.example
            Subject: Undelivered Mail Returned to Sender
            Message-ID: <b1@hengyuan.example>
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b
            Content-Type: text/plain

            It could not be delivered.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.hengyuan.example

            Final-Recipient: rfc822; li@client.example
            Action: failed
            Status: 5.1.1

            --b--
            """
        ),
        encoding="utf-8",
    )

    (answer,) = answers(run, file)

    assert answer["category"] == "bounce"
    assert answer["fields"] == {
        "failed_recipient": "li@client.example", "status": "5.1.1", "action": "failed"
    }  # fmt: skip


def test_what_cannot_be_read_is_an_answer_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "noise.eml").write_bytes(bytes(range(256)) * 10)

    found = answers(run, tmp_path / "empty.eml", tmp_path / "noise.eml")

    assert [answer["category"] for answer in found] == ["unsorted", "unsorted"]
    assert any(answer["why"] for answer in found)


def test_the_offices_own_days_and_rules_count_where_it_has_settings(
    run: Run, tmp_path: Path
) -> None:
    rules = own_rules(tmp_path)
    (rules / "days.yaml").write_text(
        "mailroom: 1\nholidays: {2026-11-03: Moving, 2026-11-04: Moving}\n"
    )

    (answer,) = answers(run, mail(tmp_path, "a.eml"))

    assert answer["due"] == "2026-11-05"


def test_what_a_person_should_check_is_shown_with_what_it_could_be(
    run: Run, tmp_path: Path
) -> None:
    # Written on a Monday, "next Friday" is one of two days.
    words = "Please send the keys back by next Friday."
    file = mail(tmp_path, "a.eml", subject="Keys", body=words)

    (answer,) = answers(run, file)

    assert answer["fields"]["deadline"] == "2026-11-13"
    assert answer["unsure"]["deadline"] == ["2026-11-06"]
    table = " ".join(run("classify", file).out.split())
    assert "2026-11-13?" in table


def test_people_get_a_table_that_steers_no_terminal(run: Run, tmp_path: Path) -> None:
    file = mail(tmp_path, "a.eml", body="Level 4 is stuck \x1b[2J, the lift. Come!")

    english, chinese = run("classify", file), run("--lang", "zh", "classify", file)

    assert english.code == chinese.code == 0
    assert "maintenance" in english.out
    assert "\x1b" not in english.out
    assert english.out.split("\n")[0] != chinese.out.split("\n")[0]
