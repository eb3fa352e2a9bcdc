"""5. 涉密: what bears a mark of secrecy is set aside unread."""

import logging
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from mailroom.message import attachment_text
from mailroom.register.schema import case, draft, followup, job, notice, paper
from mailroom.rules import page
from mailroom.rules.load import RuleSet
from tests.scenarios.office import LEADER, Office, mail, reason

TITLE = "关于征求东湾专项方案意见的函"
BODY = "现将东湾专项方案送你单位征求意见，请于4月30日前书面反馈。"
FILES = [("东湾专项方案.txt", "方案正文".encode())]
SENDER = "市专项办 <zxb@jzgov.example>"
UNMARKED = mail(SENDER, TITLE, BODY, sent="2026-04-20 09:00", files=FILES)
MARKED = mail(
    SENDER,
    TITLE,
    f"密级：机密★5年\n\n{BODY}",
    sent="2026-04-20 09:00",
    files=FILES,
)


@pytest.fixture
def curious(office: Office, tmp_path: Path) -> Office:
    """Give the office a rule that reads in the attachments of every mail."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "curious.yaml").write_text(
        "mailroom: 1\nrules:\n  - id: curious\n"
        "    when: {text: {in: [attachment_text], contains: [正文]}}\n"
        "    then:\n      - tag: read\n",
        encoding="utf-8",
    )
    rules = RuleSet.load(tmp_path / "rules")
    office.desk = replace(office.desk, rules=rules)
    return office


def test_it_is_quarantined_before_its_attachments_are_opened(curious: Office) -> None:
    with patch.object(page, "read_text", wraps=attachment_text.read_text) as opened:
        (row,) = curious.arrive(MARKED)

    assert row.outcome == "held"
    assert "mark of secrecy" in reason(row)
    assert "密级" in reason(row, "zh-CN")
    assert opened.call_count == 0


def test_without_the_mark_they_are_opened(curious: Office) -> None:
    with patch.object(page, "read_text", wraps=attachment_text.read_text) as opened:
        curious.arrive(UNMARKED)

    assert opened.call_count == 1


def test_it_gets_no_case_no_draft_no_paper_and_no_reminder(office: Office) -> None:
    office.arrive(MARKED)

    with office.desk.database.read() as tx:
        for table in (case, draft, paper, followup, notice):
            count = tx.execute(select(func.count()).select_from(table)).scalar_one()
            assert count == 0, table.name
        kinds = set(tx.execute(select(job.c.kind)).scalars())
    assert "remind" not in kinds, "the day inside is nobody's deadline"


def test_no_list_and_no_log_has_its_title(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.arrive(MARKED)

    listed = "".join(
        office.command(*words, who=who)
        for who in ("zouxin", LEADER)
        for words in (
            ("cases", "list"),
            ("cases", "held"),
            ("cases", "ignored"),
            ("cases", "search", "东湾"),
            ("review", "list"),
            ("followups", "list"),
            ("status",),
        )
    )
    assert "1" in listed
    for told in (listed, caplog.text):
        assert "东湾" not in told
        assert "4月30日" not in told
        assert "方案" not in told
