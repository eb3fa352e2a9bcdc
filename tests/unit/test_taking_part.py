"""Who is called to be there, and where a journey goes, as letters say it."""

from email.message import EmailMessage

import pytest

from mailroom.directory import Directory, Person
from mailroom.message.model import Message
from mailroom.message.parse import parse
from mailroom.workflow.taking_part import destination, taking_part

PEOPLE = Directory(
    people=(
        Person(
            name="周广川", also=("周董", "Zhou Guangchuan"), address="zgc@own.example"
        ),
        Person(name="徐婷", also=("Xu Ting",), address="xt@own.example"),
        Person(name="Tom Reyes", address="tom@own.example"),
    )
)


def letter(body: str, subject: str = "x", to: str = "office@own.example") -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", to, subject
    mail.set_content(body)
    return parse(mail.as_bytes())


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("请周广川董事长出席并致辞。\n联系人：徐婷", ("周广川",)),
        ("请周董参加，有事请联系徐婷。", ("周广川",)),
        ("请出席。回执请发徐婷。\n此致\n周广川", ()),
        ("Tom Reyes is asked to chair; papers to Xu Ting, please.", ("Tom Reyes",)),
        ("Please reply to Xu Ting.", ()),
        ("乘机人: ZHOU/GUANGCHUAN", ("周广川",)),
    ],
)
def test_who_is_called_takes_part_and_who_is_only_named_does_not(
    body: str, names: tuple[str, ...]
) -> None:
    assert taking_part(PEOPLE, letter(body), {}, None) == names


def test_whoever_the_letter_is_addressed_to_takes_part() -> None:
    message = letter("The board meets on Friday.", to="xt@own.example")
    assert taking_part(PEOPLE, message, {}, None) == ("徐婷",)


@pytest.mark.parametrize(
    ("body", "town"),
    [
        ("航班：MU5101 2026年4月22日 08:00 上海虹桥-北京首都", "北京首都"),
        ("您预订的MU2899（江州龙湾08:10-成都天府10:55）起飞时间调整", "成都天府"),
        ("周董要去北京参加座谈会，请提前问清签到时间、资料在哪里领。", "北京"),
        ("下周赴京参会，请订票。", "北京"),
        ("从江州到武汉的高铁", "武汉的高铁"),
        ("Your flight: London Heathrow to Berlin, 21 April", "Berlin"),
        ("Please book the train to Leeds for Tom.", "Leeds"),
        ("Rates for Mon - Fri, March to May", ""),
        ("请问清签到时间。", ""),
    ],
)
def test_a_journey_goes_where_the_letter_says(body: str, town: str) -> None:
    assert destination(letter(body)) == town
