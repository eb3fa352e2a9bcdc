"""Who owes a matter, when its next report is due, and what a report says."""

from datetime import date
from pathlib import Path

import pytest

from mailroom.calendar import Calendar
from mailroom.directory import Directory, Unit
from mailroom.errors import RuleError
from mailroom.followups.intervals import next_report
from mailroom.followups.reports import understand
from mailroom.followups.units import read_units

UNITS = tuple(
    Unit(name=name, also=also, address=f"{number}@own.example")
    for number, (name, also) in enumerate(
        [("信息中心", ("IT",)), ("财务部", ("Finance",)), ("总务处", ("Estates",))]
    )
)
CHINA = Calendar.load("CN")


@pytest.mark.parametrize(
    ("words", "leads", "assists"),
    [
        ("由信息中心牵头，财务部、总务处配合。", ["信息中心"], ["财务部", "总务处"]),
        (
            "主办单位：财务部；协办单位：总务处、信息中心",
            ["财务部"],
            ["总务处", "信息中心"],
        ),
        ("请总务处会同财务部办理。", ["总务处"], ["财务部"]),
        (
            "Finance is to lead, with Estates and IT.",
            ["财务部"],
            ["总务处", "信息中心"],
        ),
        ("信息中心昨天来信，it is late.", [], []),
    ],
)
def test_an_order_says_which_unit_leads_and_which_assist(
    words: str, leads: list[str], assists: list[str]
) -> None:
    named = read_units(words, UNITS)

    assert [one.unit.name for one in named if one.part == "lead"] == leads
    assert [one.unit.name for one in named if one.part == "assist"] == assists


@pytest.mark.parametrize(
    ("interval", "after", "due"),
    [
        ("每周五", date(2026, 3, 9), date(2026, 3, 13)),
        ("每周五", date(2026, 3, 13), date(2026, 3, 20)),
        ("every Friday", date(2026, 3, 10), date(2026, 3, 13)),
        # Friday 1 May is a holiday, and Thursday was the day of the last report.
        ("每周五", date(2026, 4, 30), date(2026, 5, 8)),
        ("每月25日", date(2026, 3, 26), date(2026, 4, 24)),  # the 25th is a Saturday
        ("weekly", date(2026, 3, 9), date(2026, 3, 16)),
        ("尽快", date(2026, 3, 9), None),
    ],
)
def test_the_next_report_is_due_on_a_working_day(
    interval: str, after: date, due: date | None
) -> None:
    assert next_report(interval, after, CHINA) == due


@pytest.mark.parametrize(
    ("words", "fields", "what"),
    [
        ("数据迁移已完成60%，下周试运行。", {"percent": "60"}, "reported"),
        ("这一项滞后了，预计10日完成。", {"delayed": "true"}, "late"),
        ("已全部落实。", {"delayed": "false"}, "asks to close"),
        ("Done", {}, "asks to close"),
        ("图纸已完成，下一步招标。", {"delayed": "false"}, "reported"),
        ("整改已到位，现申请办结销号。", {"delayed": "false"}, "asks to close"),
        ("收到，谢谢。", {}, "noted"),
        ("没有完成", {}, "noted"),
        ("无法完成", {}, "noted"),
        ("是否已完成？", {}, "noted"),
        ("3项已完成，2项进行中。", {}, "noted"),
        ("时机不成熟，暂不申请销号。", {}, "noted"),
        ("We cannot ask to close this yet.", {}, "noted"),
        ("没有遗留问题，现申请销号。", {}, "asks to close"),
        ("已完成，没有遗留问题。请问还需要什么材料？", {}, "asks to close"),
        ("已100%完成，全部落实。", {"percent": "100"}, "asks to close"),
    ],
)
def test_a_report_is_what_its_words_say(
    words: str, fields: dict[str, str], what: str
) -> None:
    assert understand(words, fields, []).what == what


def test_a_report_keeps_the_sentences_that_it_was_read_in_and_no_others() -> None:
    words = "各位好。服务器已到货。财务部滞后，因为对账单未回。周末愉快。"
    late = words.index("滞后")

    report = understand(words, {"delayed": "true"}, [(late, late + 2)])

    assert report.sentence == "财务部滞后，因为对账单未回。"
    assert report.is_short_of, "it tells no new day"


OFFICE = """\
mailroom: 1
people:
  - {name: 欧阳晨光, address: jiangchen@own.example, unit: 财务部}
  - {name: 韩雪, address: hanxue@own.example}
units:
  - {name: 财务部, also: [Finance], head: %s, address: caiwu@own.example}
  - {name: %s, address: zongwu@own.example, head: 韩雪}
"""


def read_office(
    folder: Path, head: str = "欧阳晨光", other: str = "总务处"
) -> Directory:
    (folder / "office.yaml").write_text(OFFICE % (head, other), encoding="utf-8")
    return Directory.load(folder)


def test_a_unit_is_found_by_its_address_its_people_and_its_head(tmp_path: Path) -> None:
    office = read_office(tmp_path)

    found = [
        office.unit_of(f"{who}@own.example")
        for who in ("caiwu", "jiangchen", "hanxue", "somebody")
    ]

    assert [unit and unit.name for unit in found] == [
        "财务部",
        "财务部",
        "总务处",
        None,
    ]
    assert office.is_own("zongwu@own.example")


@pytest.mark.parametrize(
    ("head", "other", "code", "words"),
    [
        ("欧阳辰光", "总务处", "D015", "欧阳晨光"),
        ("欧阳晨光", "Finance", "D016", "财务部"),
    ],
)
def test_a_head_whom_nobody_knows_and_a_name_used_twice_are_faults(
    tmp_path: Path, head: str, other: str, code: str, words: str
) -> None:
    with pytest.raises(RuleError) as raised:
        read_office(tmp_path, head, other)

    (fault,) = raised.value.faults
    assert fault.code == code
    assert words in str(fault.text)


def test_nobody_is_called_unknown_while_a_file_of_people_cannot_be_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "people.yaml").write_text("people: [", encoding="utf-8")

    with pytest.raises(RuleError) as raised:
        read_office(tmp_path, "欧阳辰光", "Finance")

    codes = [(Path(each.file).name, each.code) for each in raised.value.faults]
    assert codes == [("people.yaml", "Y010"), ("office.yaml", "D016")]
