"""What a letter does: asks anew, changes, cancels, confirms, chases, reports."""

import pytest

from mailroom.rules.mail_types import mail_type
from tests.unit.rule_pages import page

ANSWER = {"In-Reply-To": "<0@own.example>"}

LETTERS = [
    # a new matter
    ("new", "报修", "三楼走廊的灯坏了，请派人来看。"),
    ("new", "Room", "Could I have the training room on Friday at 10?"),
    ("new", "会议通知", "定于3月10日召开例会，如需取消参会请提前一天告知。"),
    ("new", "Your booking", "Free cancellation until Friday. Held until 6pm."),
    ("new", "Invitation", "If you have to cancel, please tell us by Monday."),
    ("new", "申请", "请确认后回复，谢谢。"),
    ("new", "Delegates", "Please confirm the list by Friday."),
    ("new", "装修材料清单", "请在施工完成后报送竣工资料。"),
    # cancelled
    ("cancel", "取消预订", "明天的会议室不用了。"),
    ("cancel", "3月12日家长会", "因天气原因，3月12日家长会取消，另行通知。"),
    ("cancel", "Cancelled: Thursday review", "The crane is out of order."),
    ("cancel", "Tomorrow", "The hearing has been cancelled by the court."),
    ("cancel", "My order", "I would like to cancel the order for the chairs."),
    # changed
    ("change", "门诊排班", "王医生周三的门诊改到周五上午。"),
    ("change", "关于会议时间变更的通知", "原定周二的例会推迟到周四。"),
    ("change", "Board pack", "The meeting has been moved to 3 June, same place."),
    ("change", "Visit", "A small change: we are now 9 people."),
    # chased
    ("chase", "物业费发票", "上月申请的发票至今没有收到，请尽快处理。"),
    ("chase", "Re: quote", "Just chasing this one. When can we expect your answer?"),
    ("chase", "Second reminder: safety form", "The form is due tomorrow."),
    ("chase", "投影仪维修", "报修一周了还没人来，催一下。"),
    # done
    ("completion", "回复：水管", "水管已修好，请验收。"),
    ("completion", "隐患整改", "三项隐患均已整改到位，照片见附件。"),
    ("completion", "Lift", "The lift has been repaired and is running again."),
    # thanks, and a question
    ("thanks", "Re: badges", "Thank you very much for the quick help!"),
    ("thanks", "回复", "收到，谢谢！"),
    ("question", "开放时间", "请问图书馆周六开门吗？"),
    ("question", "parking", "Where do visitors park, and is it free?"),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "subject", "body"), LETTERS)
def test_a_letter_says_what_it_is_for(wanted: str, subject: str, body: str) -> None:
    assert mail_type(page(body, subject=subject)) == wanted


@pytest.mark.parametrize(
    "body",
    [
        "We confirm that both of us will attend.",
        "确认参加，届时我和王工两人准时参加。",
        "同意上述安排。",
        "Agreed, go ahead.",
    ],
)
def test_who_answers_yes_confirms(body: str) -> None:
    assert mail_type(page(body, subject="Re: x", headers=ANSWER)) == "confirmation"


def test_what_is_only_quoted_says_nothing() -> None:
    body = (
        "New question: is there a lift?\n\n"
        "On Mon, 2 Mar 2026 at 09:00, Li <li@own.example> wrote:\n> It is cancelled."
    )

    assert mail_type(page(body, subject="Re: tour", headers=ANSWER)) == "question"


CALENDAR = """BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VEVENT
UID:1
SEQUENCE:{sequence}
SUMMARY:Review
DTSTART:20260310T090000Z
DTEND:20260310T100000Z
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("method", "sequence", "wanted"),
    [
        ("REQUEST", 0, "new"),
        ("REQUEST", 2, "change"),
        ("CANCEL", 1, "cancel"),
        ("REPLY", 0, "confirmation"),
    ],
)
def test_a_calendar_part_is_taken_at_its_word(
    method: str, sequence: int, wanted: str
) -> None:
    words = CALENDAR.format(method=method, sequence=sequence)

    asked = page("已取消", files={"invite.ics": ("calendar", words)})

    assert mail_type(asked) == wanted
