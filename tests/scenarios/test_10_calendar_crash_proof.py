"""10. Days off and make-up days, a crash at the worst moment, and who had it when."""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from mailroom.drafts import DraftState
from mailroom.mailbox.smtp import Smtp
from mailroom.register import jobs
from mailroom.workflow import bundle, notify
from tests.scenarios.office import CHINA, DIRECTOR, Office, at, mail


class Killed(BaseException):
    """What a kill -9 looks like from within: nothing after it is done."""


def call_for_figures(sent: str, term: str) -> bytes:
    return mail(
        "江州市统计局 <tjj@tjj-gov.example>",
        "关于报送用工数据的通知",
        f"请于收到本通知之日起{term}内填报从业人数、用电量统计报表，发回本邮箱。",
        sent=sent,
    )


REPAIR = mail(
    "Wang Li <wangli@client.example>",
    "Heating on level 4 stuck at 27 degrees",
    "Hello,\n\nLevel 4 north has been 27C since Friday. Can somebody come today"
    " please?\n\nWang Li\n",
    sent="2026-05-12 09:00",
)


# ── the calendar ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sent", "term", "due"),
    [
        ("2026-04-01 09:30", "3个工作日", "2026-04-07"),  # over 清明, 4 to 6 April
        (
            "2026-04-29 09:30",
            "5个工作日",
            "2026-05-09",
        ),  # 五一; Saturday 9 May
        ("2026-09-18 09:30", "3个工作日", "2026-09-22"),  # Sunday 20 September
        (
            "2026-09-29 09:30",
            "5个工作日",
            "2026-10-12",
        ),  # 国庆; Saturday 10 October
    ],
)
def test_working_days_are_counted_over_holidays_and_make_up_days(
    office: Office, sent: str, term: str, due: str
) -> None:
    (row,) = office.arrive(call_for_figures(sent, term))

    assert office.case(row.case_id).due_on == due


def test_nobody_is_reminded_before_the_office_works_again(office: Office) -> None:
    (row,) = office.arrive(call_for_figures("2026-04-29 09:30", "5个工作日"))

    for when in ("2026-05-01 09:05", "2026-05-03 09:05", "2026-05-05 15:00"):
        office.work(when)
    assert [n for n in office.notices() if n.key.startswith("reminder:")] == []

    times = [f.due_at.astimezone(CHINA) for f in office.reminders(row.case_id)]
    assert times
    assert all(office.desk.calendar.is_working_day(each.date()) for each in times)


def test_a_call_from_the_duty_room_in_the_holiday_alerts_at_once(
    office: Office,
) -> None:
    (row,) = office.arrive(
        mail(
            "江州市政府值班室 <zbs@jzgov.example>",
            "【特提】关于立即报告南港片区积水情况的通知",
            "各有关企业：\n现将通知（江政办明电〔2026〕7号）发给你们，请立即核实南港片区"
            "积水情况，5月2日23:00前报市政府值班室，电话0440-83115566。\n"
            "江州市人民政府办公室\n2026年5月2日",
            sent="2026-05-02 21:40",
        )
    )

    case = office.case(row.case_id)
    assert case.urgency == "特提"
    told = [n for n in office.notices() if n.key.startswith("reminder:")]
    assert told
    assert {n.state for n in told} == {"sent"}
    assert all(n.sent_at <= at("2026-05-02 21:45") for n in told)
    assert all(case.number in n.body for n in told)


# ── the crash ────────────────────────────────────────────────────────────────────────


def die(*_: object, **__: object) -> None:
    raise Killed


def crash(work: Callable[[], None]) -> None:
    with pytest.raises(Killed):
        work()


def test_a_crash_in_the_middle_of_a_batch_loses_no_mail_and_doubles_no_case(
    office: Office,
) -> None:
    mails = [call_for_figures(f"2026-03-09 09:{n}", "3个工作日") for n in range(10, 16)]
    for raw in mails:
        office.imap.deliver(raw)
    office.now = at("2026-03-09 10:00")
    with patch("mailroom.worker.perform.jobs.claim", side_effect=_dies_at(4)):
        crash(office.work)
    office.work()
    office.work()

    assert len(office.cases()) == len(mails)


def _dies_at(number: int) -> Callable[..., object]:
    claim, calls = jobs.claim, 0

    def claimed(*args: object, **how: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number:
            raise Killed
        return claim(*args, **how)  # type: ignore[arg-type]  # handed on

    return claimed


@pytest.mark.parametrize("moment", ["before the dot", "after the dot"])
def test_a_crash_in_the_middle_of_a_send_never_sends_twice(
    office: Office, moment: str
) -> None:
    (row,) = office.arrive(REPAIR)
    (reply,) = office.drafts(row.case_id)
    dot = Smtp.final_dot

    def dies(self: Smtp) -> None:
        if moment == "after the dot":
            dot(self)
        raise Killed

    with patch.object(Smtp, "final_dot", dies):
        crash(lambda: office.approve(reply.id))
    office.work()
    office.work("2026-05-12 15:00")

    # The dot may have gone: a person is asked, and nothing is sent again.
    assert len(office.sent) == (moment == "after the dot")
    assert office.drafts(row.case_id)[0].state == DraftState.UNCERTAIN


@pytest.mark.parametrize(
    ("module", "name"), [(bundle, "_notify"), (notify, "_handed_over")]
)
def test_a_crash_while_reminding_reminds_nobody_twice(
    office: Office, module: object, name: str
) -> None:
    office.arrive(call_for_figures("2026-03-09 09:30", "3个工作日"))
    with patch.object(module, name, die):
        crash(lambda: office.work("2026-03-11 09:03"))

    office.work("2026-03-11 09:10")
    office.work("2026-03-11 10:00")

    told = [n for n in office.notices() if n.key.startswith("reminder:")]
    assert told
    assert len({n.to for n in told}) == len(told)
    assert len(office.sent) <= len(told)


# ── who had it when ──────────────────────────────────────────────────────────────────


def test_the_case_tells_who_had_it_when_and_who_approved(office: Office) -> None:
    (row,) = office.arrive(REPAIR)
    case = office.case(row.case_id)
    office.now = at("2026-05-12 11:20")
    office.approve(office.drafts(row.case_id)[0].id)
    office.now = at("2026-05-14 16:00")
    office.close(case.number)

    told = office.told(case.number)
    for line in (
        "2026-05-12 09:02  mailroom   事项: 立案",
        f"2026-05-12 11:20  {DIRECTOR}  草稿 1: 已签发",
        "2026-05-12 11:20  mailroom   草稿 1: 已发出",
        f"2026-05-14 16:00  {DIRECTOR}  事项: 流转",
    ):
        assert line in told
    assert case.owner in told
