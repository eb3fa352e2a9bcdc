"""Papers and calls in the same book as mail, and the same document twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mailroom.cases import NOBODY, Sight
from mailroom.errors import ReviewError
from mailroom.i18n import say
from mailroom.register.schema import case, followup
from mailroom.register.texts import unpack
from mailroom.workflow.by_hand import (
    ByHand,
    Entered,
    RegisteredBeforeError,
    doc_number,
    enter_by_hand,
)
from tests.unit.small_office import SmallOffice, letter

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # a Monday


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def entered(
    office: SmallOffice,
    *,
    again: bool = False,
    sight: Sight = NOBODY,
    **values: Any,  # noqa: ANN401  of an ByHand
) -> Entered:
    item: dict[str, Any] = {
        "medium": "paper", "subject": "关于移交档案的通知",
        "category": "official_document",
        "correspondent": "江恒市档案局", "received_on": date(2026, 3, 6),
        "doc_no": "江档发[2026]007号",
    }  # fmt: skip
    return enter_by_hand(
        office.desk, ByHand(**item | values), who="xuting", sight=sight, again=again,
        now=NOW,
    )  # fmt: skip


def test_a_paper_gets_number_owner_date_and_chain_as_a_mail_does(
    office: SmallOffice,
) -> None:
    paper = entered(office)
    call = entered(
        office, medium="phone", category="phone_message", doc_no="",
        subject="请回电 13800138000", owner="Xu Ting",
    )  # fmt: skip

    assert (paper.number, call.number) == ("收〔2026〕1号", "电〔2026〕1号")
    first, second = office.cases()
    assert first.number == "HY-G2026-0001"
    assert (first.doc_no, first.received_on) == ("江档发〔2026〕7号", "2026-03-06")
    drawer = office.desk.rules.categories["official_document"]
    assert drawer.days is not None
    due = office.desk.calendar.add_working_days(date(2026, 3, 6), drawer.days)
    assert (first.owner, first.due_on) == (drawer.owner, due.isoformat())
    assert second.owner == "徐婷"
    assert "13800138000" not in second.subject
    assert {row.case_id for row in office.rows(select(followup))} >= {first.id}


@pytest.mark.parametrize(
    "typed",
    [
        "江档发〔2026〕7号",
        "江档发[2026]7号",
        "江档发（2026） 第7号",
        "江档发【2026】007号",
        "江档发﹝2026﹞7号",
        "江档发（２０２６）第７号",
    ],
)
def test_a_document_number_is_one_however_it_is_typed(typed: str) -> None:
    assert doc_number(typed) == "江档发〔2026〕7号"


def test_the_same_document_is_told_with_its_number_and_entered_only_on_purpose(
    office: SmallOffice,
) -> None:
    entered(office)

    with pytest.raises(RegisteredBeforeError) as told:
        entered(office, received_on=date(2026, 3, 9))
    assert say(told.value.text, "zh-CN") == "已登记：收〔2026〕1号（HY-G2026-0001）"
    with pytest.raises(RegisteredBeforeError, match="another title"):
        entered(office, subject="档案移交")
    # The same number from another sender is another document.
    assert entered(office, correspondent="江恒市教育局").number == "收〔2026〕2号"
    assert entered(office, again=True).number == "收〔2026〕3号"


def test_a_sender_is_one_however_it_is_spaced(office: SmallOffice) -> None:
    entered(office)

    with pytest.raises(RegisteredBeforeError):
        entered(office, correspondent=" 江恒市　档案 局")


def test_without_a_number_the_same_day_title_and_sender_tell(
    office: SmallOffice,
) -> None:
    entered(office, doc_no="")
    with pytest.raises(RegisteredBeforeError):
        entered(office, doc_no="")
    entered(office, doc_no="", received_on=date(2026, 3, 9))
    entered(office, doc_no="", subject="另一件")

    assert len(office.cases()) == 3


def test_nobody_learns_of_a_restricted_document_by_entering_it_again(
    office: SmallOffice,
) -> None:
    entered(office)
    with office.desk.database.write() as tx:
        tx.execute(update(case).values(sensitivity="confidential"))

    assert entered(office).number == "收〔2026〕2号"


OFFICIAL = """\
各有关单位：
江档发〔2026〕7号
关于移交档案的通知
现将有关事项通知如下：请于3月20日前书面反馈移交清单。
江恒市档案局
2026年3月5日
"""


def test_a_mail_that_brings_a_registered_document_says_so_for_a_person(
    office: SmallOffice,
) -> None:
    entered(office)

    (mail,) = office.sort(
        letter(
            "关于移交档案的通知",
            OFFICIAL,
            sender="档案局 <dangan@jiangheng.gov.example>",
        )
    )

    assert (mail.answer or {})["fields"]["doc_no"]["value"] == "江档发〔2026〕7号"
    said = say(unpack(mail.reason), "zh-CN")
    assert "已登记：收〔2026〕1号" in said
    assert office.cases()[1].state in {"screening", "drafted"}

    (chaser,) = office.sort(
        letter("关于移交档案的通知", OFFICIAL, sender="x <x@another.example>")
    )
    assert "已登记" in say(unpack(chaser.reason), "zh-CN")  # the paper, from a name


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"subject": " "}, "Say what it is about"),
        ({"received_on": date(2026, 3, 10)}, "still to come"),
        ({"category": "invoise"}, "did you mean invoice"),
        ({"category": "newsletter"}, "no drawer"),
        ({"owner": "Nobody"}, "knows nobody"),
    ],
)
def test_what_cannot_be_entered_says_why(
    office: SmallOffice, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(ReviewError, match=words):
        entered(office, **values)
    assert office.cases() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"received_on": date(26, 3, 6)},
        {"due": date(26, 3, 20)},
        {"due": date(9999, 12, 31)},
    ],
)
def test_a_mistyped_year_is_said_and_nothing_entered(
    office: SmallOffice, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ReviewError, match="cannot be meant"):
        entered(office, **wrong)

    assert office.cases() == []


def test_an_old_paper_that_is_entered_today_is_reminded_of(
    office: SmallOffice,
) -> None:
    entered(office, received_on=date(2026, 1, 5))

    states = [row.state for row in office.rows(select(followup))]
    assert states.count("active") == 1
