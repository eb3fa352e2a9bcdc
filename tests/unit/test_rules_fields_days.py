"""Claims about days, times and ranges read from letters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.field_letters import JIANGZHOU, LONDON_OFFICE, read, values


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("2026年3月5日", "2026-03-05"),
        ("26年3月5日", "2026-03-05"),
        ("3月5号来", "2026-03-05"),
        ("3月15日会议", "2026-03-15"),
        ("3月15日电话会", "2026-03-15"),
        ("二〇二六年三月十五日", "2026-03-15"),
        ("三月二十一日", "2026-03-21"),
        ("2026-03-05 14:30", "2026-03-05T14:30"),
        ("Mon 9 Mar 2026  dep 08:25  arr 11:40", "2026-03-09T08:25"),
        ("9 March, departs 08:25", "2026-03-09T08:25"),
        ("3月13日 FH3381 原定08:40起飞，现调整为10:25起飞", "2026-03-13T10:25"),
        ("3月12日会议原定9:00开始，10:00举行", "2026-03-12T10:00"),
        ("2026-03-05T14:30", "2026-03-05T14:30"),
        ("2026.3.5", "2026-03-05"),
        ("2026/3/5", "2026-03-05"),
        ("３月５日（星期四）９：００", "2026-03-05T09:00"),
        ("时间：3月5日9:30", "2026-03-05T09:30"),
        ("①3月5日②3月6日", "2026-03-05"),
        ("明年1月5日", "2027-01-05"),
        ("本月20日", "2026-03-20"),
        ("下月5号", "2026-04-05"),
        ("4月底", "2026-04-30"),
        ("2026年2月底", "2026-02-28"),
        ("今天下午3点", "2026-03-04T15:00"),
        ("明天上午9点半", "2026-03-05T09:30"),
        ("后天", "2026-03-06"),
        ("本周五", "2026-03-06"),
        ("下周三", "2026-03-11"),
        ("下下周一", "2026-03-16"),
        ("上周五", "2026-02-27"),
        ("周一", "2026-03-09"),
        ("月底", "2026-03-31"),
        ("下月底", "2026-04-30"),
        ("年底", "2026-12-31"),
        ("本季度末", "2026-03-31"),
        ("一季度末", "2026-03-31"),
        ("第二季度底", "2026-06-30"),
        ("请于4季度末前报送", "2026-12-31"),
        ("3月5日中午12点", "2026-03-05T12:00"),
        ("3月5日24时", "2026-03-05T23:59"),
        ("3月5日晚上7点", "2026-03-05T19:00"),
        ("3月5日下午两点一刻", "2026-03-05T14:15"),
        ("5th March 2026", "2026-03-05"),
        ("March 5, 2026 at 3pm", "2026-03-05T15:00"),
        ("the 5th of March", "2026-03-05"),
        ("5-Mar-26", "2026-03-05"),
        ("5 March '27", "2027-03-05"),
        ("Thu 5 Mar", "2026-03-05"),
        ("05/03/26", "2026-03-05"),
        ("at 10.30 on Wednesday 24 June 2026", "2026-06-24T10:30"),
        ("12am on 5 March", "2026-03-05T00:00"),
        ("5 March, 16:00", "2026-03-05T16:00"),
        ("w/c 11 May", "2026-05-11"),
        ("the 24th", "2026-03-24"),
        ("tomorrow", "2026-03-05"),
        ("the day after tomorrow", "2026-03-06"),
        ("noon tomorrow", "2026-03-05T12:00"),
        ("Thurs noon", "2026-03-05T12:00"),
        ("Friday week", "2026-03-13"),
        ("last Friday", "2026-02-27"),
        ("since Friday", "2026-02-27"),
        ("this Friday", "2026-03-06"),
        ("end of March", "2026-03-31"),
        ("end of next week", "2026-03-13"),
        ("EOM", "2026-03-31"),
    ],
)
def test_a_day_is_read_as_it_is_meant(text: str, begins: str) -> None:
    assert values("datetime", text)[0] == begins


@pytest.mark.parametrize(
    "text",
    [
        "3.5万",
        "3月5万元",
        "3月5号楼",
        "3:6:1",
        "6-2-1055",
        "2026-014",
        "1962-1968",
        "2026.3.5.1",
        "版本12.3.2",
        "5号电池",
        "每周五",
        "周一至周五",
        "案号01/4482/26",
        "31 February 2026",
        "30-60 days",
        "G20",
        "v1.2.2026",
        "rule 3 may apply",
        "Wei Sun",
        "he sat here",
        "every Friday",
        "Monday to Friday",
        "on Tuesdays",
        "the Tuesday",
        "Agenda 2030",
        "https://firm.example/2026/03/05/news",
        "room 5.12",
        "1987年3月5日出生",
        "2999年12月31日前",
        "2125 年 3 月 5 日",
    ],
)
def test_figures_and_words_that_name_no_day_are_left_alone(text: str) -> None:
    assert values("date", text) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("3月5日(星期四)下午2点到4点半", "2026-03-05T14:00/2026-03-05T16:30"),
        ("3月5日下午2-4点", "2026-03-05T14:00/2026-03-05T16:00"),
        ("4月18日（周六）7:00—13:00", "2026-04-18T07:00/2026-04-18T13:00"),
        ("3月5日至7日", "2026-03-05/2026-03-07"),
        ("5月22日至6月3日", "2026-05-22/2026-06-03"),
        ("2026年12月30日至1月2日", "2026-12-30/2027-01-02"),
        ("今明两天", "2026-03-04/2026-03-05"),
        ("下周一至周三", "2026-03-09/2026-03-11"),
        ("13-17 July", "2026-07-13/2026-07-17"),
        ("Monday 13 to Friday 17 July", "2026-07-13/2026-07-17"),
        ("21 and 22 April", "2026-04-21/2026-04-22"),
        ("28 March to 3 April", "2026-03-28/2026-04-03"),
        ("March 28 - April 3, 2026", "2026-03-28/2026-04-03"),
        ("Tuesday 24 March, 2-5pm", "2026-03-24T14:00/2026-03-24T17:00"),
        ("24 March, 10-1pm", "2026-03-24T10:00/2026-03-24T13:00"),
        ("2 April from 15.00 to 17.00", "2026-04-02T15:00/2026-04-02T17:00"),
    ],
)
def test_a_range_has_both_its_ends(text: str, period: str) -> None:
    assert values("period", text) == [period]
    assert values("end", text) == [period.split("/")[1]]


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("拟于3月25日赴贵公司考察，预计上午9:40抵达，11:30离开。",
         ["2026-03-25T09:40"], ["2026-03-25T11:30"]),
        ("3月6日在301开会，下午2点开始", ["2026-03-06T14:00"], []),
        ("3月6日提交。会议上午9点开始", ["2026-03-06"], []),
        ("3月6日报名，电话9:00-17:00接听", ["2026-03-06"], []),
        ("3月6日想借用礼堂排练，下午2点到4点",
         ["2026-03-06T14:00"], ["2026-03-06T16:00"]),
        ("on 6 March we serve lunch in the hall, 12.30 to 14.00",
         ["2026-03-06T12:30"], ["2026-03-06T14:00"]),
        ("on 6 March we could be with you by 11am; we need to leave at 3pm",
         ["2026-03-06T11:00"], ["2026-03-06T15:00"]),
        ("on 6 March at 11.00 in the hall, and should end by 3pm",
         ["2026-03-06T11:00"], ["2026-03-06T15:00"]),
        ("7月25日8:00至7月27日20:00停止供汽",
         ["2026-07-25T08:00"], ["2026-07-27T20:00"]),
        ("3月11日（周三）到3月18日（周三）不来", ["2026-03-11"], ["2026-03-18"]),
        ("于3月26日上午9:30到馆，当日下午3点返程",
         ["2026-03-26T09:30"], ["2026-03-26T15:00"]),
        ("Tue 10 March 2026, Sandbank 07:18 - Leeds 09:52, coach B",
         ["2026-03-10T07:18"], []),
        ("on 6 March, 9.30 - 12, eight people", ["2026-03-06T09:30"],
         ["2026-03-06T12:00"]),
        ("on 6 March we send 3 - 12 boxes", ["2026-03-06"], []),
        ("on 6 March, our lines are open 9.00 to 17.00", ["2026-03-06"], []),
        ("3月6日报名，3月9日来，9:00报到", ["2026-03-06", "2026-03-09T09:00"], []),
    ],
)  # fmt: skip
def test_a_time_later_in_the_sentence_counts_where_it_says_what_begins(
    text: str, begins: list[str], ends: list[str]
) -> None:
    assert values("datetime", text) == begins
    assert values("end", text) == ends


def test_a_time_later_in_the_sentence_is_no_part_of_a_deadline() -> None:
    assert values("deadline", "请于3月20日前反馈，会议上午9点开始") == ["2026-03-20"]


def test_days_that_share_a_month_are_each_a_day() -> None:
    listed = values("date", "I worked 12, 13, 19, 20 and 26 March.")

    assert [day[-2:] for day in listed] == ["12", "13", "19", "20", "26"]
    assert values("date", "our reminders of 2 and 16 September") == [
        "2026-09-02",
        "2026-09-16",
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3个工作日内", "2026-03-09"),
        ("3 日内", "2026-03-07"),
        ("10个自然日内", "2026-03-14"),
        ("收到之日起15日内", "2026-03-19"),
        ("两周内", "2026-03-18"),
        ("一个月内", "2026-04-04"),
        ("半个月内", "2026-03-19"),
        ("24小时内", "2026-03-05"),
        ("within 28 days", "2026-04-01"),
        ("within a fortnight", "2026-03-18"),
        ("within 5 working days of receipt", "2026-03-11"),
        ("within ten (10) days of the date of this letter", "2026-03-14"),
        ("within 10 days of 20 March", "2026-03-30"),
        ("in 5 working days", "2026-03-11"),
    ],
)
def test_a_term_is_counted_from_the_next_day(text: str, day: str) -> None:
    found = read("date", text)

    assert (found[-1].value, found[-1].basis) == (day, "counted")


@pytest.mark.parametrize(
    "text",
    [
        "验收合格后7日内",
        "收到货物后30日内",
        "合同签订后5个工作日内",
        "within 30 days of invoice date",
        "within 7 days after delivery",
        "5天",
        "3月内",
        "in 5 minutes",
        "应在事发后30分钟内电话报告、1小时内书面报告",
    ],
)
def test_a_term_from_an_event_without_a_day_is_not_counted(text: str) -> None:
    assert values("date", text) == []


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    before_spring = replace(JIANGZHOU, sent=datetime(2026, 2, 13, 9, tzinfo=UTC))

    # Saturday the 14th is worked, 15 to 23 February are off.
    assert values("date", "2个工作日内", before_spring) == ["2026-02-24"]
    assert values("date", "2日内", before_spring) == ["2026-02-15"]
    assert values("date", "节后第一个工作日", before_spring) == ["2026-02-24"]
    assert values("date", "春节前", before_spring) == ["2026-02-14"]


def test_working_days_past_the_known_calendar_are_not_sure() -> None:
    later = replace(JIANGZHOU, sent=datetime(2039, 3, 4, 9, tzinfo=UTC))

    assert not read("date", "5个工作日内", later)[0].sure
    assert read("date", "5日内", later)[0].sure


def test_a_day_without_year_is_the_next_one_within_half_a_year() -> None:
    ahead, behind = read("date", "4月1日,1月5日")

    assert (ahead.value, ahead.sure, ahead.basis) == ("2026-04-01", True, "year")
    assert (behind.value, behind.sure) == ("2026-01-05", False)


def test_a_day_of_january_said_in_november_is_next_year() -> None:
    november = replace(JIANGZHOU, sent=datetime(2026, 11, 20, 9, tzinfo=UTC))

    assert values("date", "1月5日", november) == ["2027-01-05"]


def test_the_weekday_beside_a_day_settles_its_year() -> None:
    autumn = replace(LONDON_OFFICE, sent=datetime(2026, 9, 1, 9, tzinfo=UTC))

    (found,) = read("date", "Friday 13 March", autumn)

    assert (found.value, found.sure) == ("2026-03-13", True)


@pytest.mark.parametrize("text", ["3月5日(周五)", "Friday 5 March 2026"])
def test_a_weekday_that_does_not_fit_makes_a_day_unsure(text: str) -> None:
    assert [found.sure for found in read("date", text)] == [False]


def test_next_friday_has_two_meanings_and_names_both() -> None:
    (found,) = read("date", "next Friday")

    assert (found.sure, {found.value, *found.others}) == (
        False,
        {"2026-03-06", "2026-03-13"},
    )
    assert [one.sure for one in read("date", "next Tuesday")] == [True]


def test_todays_weekday_is_today_only_where_its_hour_is_still_to_come() -> None:
    (found,) = read("date", "Wednesday")
    assert (found.value, found.sure) == ("2026-03-04", False)
    assert values("datetime", "Weds 4pm") == ["2026-03-04T16:00"]
    assert values("datetime", "Weds 8am") == ["2026-03-11T08:00"]


def test_figures_that_read_both_ways_follow_the_office_or_are_unsure() -> None:
    (chinese,) = read("date", "03/04/2026", JIANGZHOU)
    (british,) = read("date", "03/04/2026", LONDON_OFFICE)
    (clear,) = read("date", "23/04/2026", JIANGZHOU)

    assert (chinese.sure, chinese.others) == (False, ("2026-03-04",))
    assert (british.value, british.sure) == ("2026-04-03", True)
    assert (clear.value, clear.sure) == ("2026-04-23", True)


def test_tomorrow_counts_from_the_writers_own_day() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)

    # A Chinese letter dated in UTC was written on the 5th; an English one on the 4th.
    assert values("date", "明天", replace(JIANGZHOU, sent=late)) == ["2026-03-06"]
    english = replace(LONDON_OFFICE, sent=late)
    assert values("date", "tomorrow", english) == ["2026-03-05"]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("上午9:30", ["09:30"]),
        ("时间：9:30", ["09:30"]),
        ("下午2点到4点半", ["14:00/16:30"]),
        ("17点前", ["17:00"]),
        ("24时", ["23:59"]),
        ("14:00—16:30", ["14:00/16:30"]),
        ("9.30am", ["09:30"]),
        ("at 15.00", ["15:00"]),
        ("2-5pm", ["14:00/17:00"]),
        ("10-1pm", ["10:00/13:00"]),
        ("1600hrs", ["16:00"]),
        ("12am", ["00:00"]),
        ("3:6:1", []),
        ("v1.2", []),
        ("5.30", []),
        ("提3点意见", []),
        ("离车站近一点", []),
        ("早一点到", []),
        ("比例1:10", []),
        ("25:00", []),
        ("10:75", []),
        ("1.5小时", []),
        ("192.168.10.30", []),
        ("24/7", []),
        ("第3.10条", []),
    ],
)
def test_a_time_of_day_is_read_and_a_ratio_is_not(text: str, times: list[str]) -> None:
    assert values("time", text) == times


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_every_day_written_in_full_comes_back(day: date) -> None:
    month = day.strftime("%B")
    forms = [
        f"{day.year}年{day.month}月{day.day}日",
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
    ]

    for form in forms:
        (found,) = read("date", f"x {form} y")
        assert (found.value, found.sure) == (day.isoformat(), True)


@given(st.integers(-180, 180))
def test_a_day_without_year_is_within_half_a_year_where_it_is_sure(
    distance: int,
) -> None:
    day = date(2026, 3, 4) + timedelta(days=distance)

    (found,) = read("date", f"{day.month}月{day.day}日")

    assert not found.sure or abs((date.fromisoformat(found.value) - day).days) == 0


def test_all_must_be_ready_on_the_last_working_day_before() -> None:
    # 14 March 2026 is a Saturday, 28 February a Saturday that China works.
    assert values("eve", "定于3月14日（周六）7:00停水。")[:1] == ["2026-03-13"]
    assert values("eve", "Departure 17 March 2026, back on the 20th")[0] == "2026-03-16"
    assert values("eve", "3月5日出发") == ["2026-03-04"]
    assert values("eve", "2月27日已经出发") == []


def test_a_slip_of_the_weekday_does_not_put_a_visit_into_last_year() -> None:
    november = replace(JIANGZHOU, sent=datetime(2026, 11, 23, 9, tzinfo=UTC))

    (found,) = read("date", "12月2日（周二）", november)

    assert (found.value, found.sure) == ("2026-12-02", False)
