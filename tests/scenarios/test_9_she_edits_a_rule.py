"""9. She edits a rule: sees what it would change, is told of a typo, nothing stops."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from mailroom.cli import rehearse
from mailroom.worker.living import LivingRules
from tests.scenarios.office import RULES, Office, at, mail

EDITOR = "xuting"
DRAWERS = ("chains.yaml", "meeting_notice.yaml", "room_booking.yaml")
MEETING = mail(
    "行业协会 <huiwu@xiehui.example>",
    "关于召开年会的通知",
    "恒远集团办公室：\n兹定于2026年4月23日上午9:30在国际饭店召开年会，请派员参会，"
    "请于4月15日前反馈回执。",
    sent="2026-04-01 09:00",
)
FEE = mail(
    "行业协会 <huiwu@xiehui.example>",
    "会务费通知",
    "贵单位：\n兹定于2026年4月23日召开的年会，参会人员每人会务费800元，"
    "请于4月15日前汇至协会账户。",
    sent="2026-04-01 09:30",
)
CUE = "- text: {contains: [演练, 纪要, 面试, 邮轮"
OTHER_CUE = "      - {text: {contains: [〔20, '【20', '[20']}}\n"
PEOPLE = "  - {name: 方奕,"
UNION = "  - {name: 工会, address: gonghui@hengyuan.example, unit: 工会}\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(RULES / "office", folder / "office")
    for name in DRAWERS:  # to load and to check all of them takes seconds
        shutil.copy(RULES / name, folder / name)
    return folder


@pytest.fixture
def office(tmp_path: Path, rules: Path) -> Iterator[Office]:
    with Office(tmp_path, rules=rules) as office:
        settings = office.file.read_text("utf-8")
        named = settings.replace("[reviewers]\n", '[reviewers]\nxuting = "徐婷"\n')
        office.file.write_text(named, encoding="utf-8")
        yield office


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def edit(rules: Path) -> None:
    """Write what she wants: 会务费 is no meeting; a union is told of meetings."""
    meetings = rules / "meeting_notice.yaml"
    change(meetings, CUE, CUE.replace("[演练", "[会务费, 演练"))
    change(meetings, OTHER_CUE, OTHER_CUE + "      - {text: 会务费}\n")
    change(
        meetings,
        "    confidence: 0.9\n    examples:\n      match:\n        - {subject: 总经理",
        "    confidence: 0.9\n    then:\n      - notify: 工会\n"
        "    examples:\n      match:\n        - {subject: 总经理",
    )
    change(rules / "office" / "people.yaml", PEOPLE, UNION + PEOPLE)


def looks(living: LivingRules, office: Office) -> bool:
    """Let the service look, and again when the files have been at rest."""
    living.look(office.now)
    office.now += timedelta(seconds=3)
    taken = living.look(office.now)
    office.desk = living.desk
    return taken


@pytest.mark.slow
def test_she_sees_what_an_edit_would_change_and_a_typo_stops_nothing(
    office: Office, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.now = at("2026-04-01 08:30")
    living = LivingRules(office.desk)
    office.desk = living.begin(office.now)
    meeting, fee = office.arrive(MEETING, FEE)
    assert (meeting.category, fee.category) == ("meeting_notice", "meeting_notice")

    # What it would change is shown before the service takes it over.
    edit(rules)
    with patch.object(rehearse, "now", lambda: office.now):
        shown = office.command("rules", "rehearse", who=EDITOR)
    assert re.search(rf"#{fee.id} .*meeting_notice → 未分类  会务费通知", shown)
    assert re.search(rf"#{meeting.id} .*meeting_notice \(处理动作\)", shown)
    assert office.message(fee.id).category == "meeting_notice", "nothing was written"

    assert looks(living, office)
    after = office.arrive(
        FEE.replace(b"<20260401", b"<20260402").replace(b"09:30", b"09:40"),
        MEETING.replace(b"<20260401", b"<20260402").replace(b"09:00:", b"09:45:"),
    )
    assert after[0].category != "meeting_notice"
    assert after[1].category == "meeting_notice"
    told = [row.to for row in office.notices()]
    assert told.count("gonghui@hengyuan.example") == 1

    # A typo is told with its place, in plain words of both languages; nothing stops.
    change(rules / "meeting_notice.yaml", "[会务费, 演练", "[会务费， 演练")
    change(
        rules / "meeting_notice.yaml", "      - notify: 工会", "      - notifi: 工会"
    )
    good = living.desk
    assert not looks(living, office)
    assert living.desk is good
    line = 1 + (rules / "meeting_notice.yaml").read_text("utf-8").splitlines().index(
        "      - notifi: 工会"
    )
    for language, meant in (
        ("zh", "是不是想写“notify”"),
        ("en", "Did you mean “notify”"),
    ):
        office.command("--lang", language, "check", who=EDITOR)
        said = capsys.readouterr().err
        assert f"meeting_notice.yaml:{line}:" in said
        assert meant in said
        assert "“，”" in said, "the comma of the other keyboard, by its own line"
    again = office.arrive(
        MEETING.replace(b"<20260401", b"<20260403").replace(b"09:00:", b"09:50:")
    )
    assert again[0].category == "meeting_notice"
