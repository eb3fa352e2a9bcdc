"""Claims about the typed fields of a rule: which value, from where, how sure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mailroom.directory import Directory, Room
from mailroom.message.model import Message, Zones
from mailroom.rules.extraction import TYPES, known_to_readers
from mailroom.rules.model import Context, Field
from mailroom.rules.page import Page
from mailroom.rules.read_conditions import ConditionReader
from mailroom.yamlfile import Proofreader, parse_yaml
from tests.unit.rule_mails import NOW, mail

SHANGHAI = ZoneInfo("Asia/Shanghai")


def fields(
    extract: str, message: Message, context: Context | None = None
) -> Mapping[str, Field]:
    """Read an `extract` block as rules write it from a message."""
    node, flaws = parse_yaml(extract.encode(), "rules/a.yaml")
    proof = Proofreader("rules/a.yaml", "R")
    extracts = ConditionReader(proof).extracts(node, "a")
    assert [*flaws, *proof.faults] == []
    page = Page(message, context or Context(now=NOW))
    known = known_to_readers(page)
    found: dict[str, Field] = {}
    for each in extracts:
        value = each.read(page, lambda: known)
        if value is not None:
            found.setdefault(each.field, value)
    return found


def test_the_reader_sees_the_text_round_what_a_pattern_cuts_out() -> None:
    found = fields(
        r"{amount: {type: money, regex: '服务费.{0,4}?(\d+)'}}",
        mail(body="押金100元，服务费共2300元"),
    )

    assert (found["amount"].value, found["amount"].unit) == ("2300.00", "CNY")


def test_of_several_values_the_pattern_names_the_one_that_counts() -> None:
    found = fields(
        "{start: {type: datetime, regex: '改到([^。]*)'}}",
        mail(body="原定3月9日的例会改到3月12日上午9点。"),
    )

    assert found["start"].value == "2026-03-12T09:00"


def test_a_value_outside_what_the_pattern_cuts_out_is_not_taken() -> None:
    found = fields(
        "{start: {type: date, regex: '改到([^。]*)'}}",
        mail(body="原定3月9日的例会改到下回。"),
    )

    assert "start" not in found


def test_a_list_says_where_to_look_first_and_where_next() -> None:
    extract = "{n: [{type: code, regex: '新号(\\d+)'}, {type: invoice_no}]}"

    first = fields(extract, mail(body="发票号码：12345678，新号87654321"))
    next_one = fields(extract, mail(body="发票号码：12345678"))

    assert (first["n"].value, next_one["n"].value) == ("87654321", "12345678")


def test_last_takes_the_last_value_with_and_without_a_pattern() -> None:
    message = mail(body="3月9日\n3月10日")

    assert fields("{d: {type: date, last: yes}}", message)["d"].value == "2026-03-10"
    found = fields("{d: {type: date, last: yes, regex: '.+'}}", message)
    assert found["d"].value == "2026-03-10"


def test_a_value_leads_back_to_the_full_width_words_of_the_subject() -> None:
    subject = "回复：会议３月１２日"
    message = mail(subject=subject, base_subject="会议３月１２日")

    field = fields("{d: {type: date, in: subject}}", message)["d"]

    assert (field.value, field.zone) == ("2026-03-12", "subject")
    assert subject[slice(*field.span)] == "３月１２日"


def test_a_doubtful_value_says_so_and_what_else_it_could_be() -> None:
    message = mail(body="Could we meet next Friday?", language="en")

    field = fields("{d: {type: date}}", message)["d"]

    assert (field.value, field.sure, field.basis) == ("2026-03-13", False, "ambiguous")
    assert field.others == ("2026-03-06",)


def test_tomorrow_counts_from_the_day_of_the_message_in_its_own_zone() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=timezone(timedelta(hours=8)))
    message = mail(body="明天下午3点", date=late, language="zh")

    field = fields("{d: {type: datetime}}", message)["d"]

    assert field.value == "2026-03-05T15:00"


def test_a_date_in_utc_on_a_chinese_letter_is_its_servers() -> None:
    message = mail(
        body="明天交", date=datetime(2026, 3, 4, 20, 0, tzinfo=UTC), language="zh"
    )

    field = fields("{d: {type: date}}", message, Context(now=NOW, zone=SHANGHAI))["d"]

    assert field.value == "2026-03-06"


def test_a_message_without_a_date_counts_from_now() -> None:
    field = fields("{d: {type: date}}", mail(body="明天", date=None, language="zh"))

    assert field["d"].value == "2026-03-05"


def test_rooms_are_read_by_the_names_of_the_office() -> None:
    rooms = (Room(name="2号楼301会议室", aliases=("301会议室",)),)
    context = Context(now=NOW, directory=Directory(rooms=rooms))

    field = fields("{r: {type: room}}", mail(body="订301会议室"), context)["r"]

    assert (field.value, field.sure) == ("2号楼301会议室", True)


@given(
    kind=st.sampled_from(TYPES[2:]),
    text=st.text(
        "3月5日前¥1,2.元１２第〔2026〕号 by Friday\n年1月①½ＡＢ至周五", max_size=60
    ),
)
def test_every_value_stands_where_it_is_said_to_stand(kind: str, text: str) -> None:
    message = mail(subject=text, zones=Zones(new=text, footer=text))

    for field in fields(
        f"{{x: {{type: {kind}, in: subject+new+footer}}}}", message
    ).values():
        start, end = field.span
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()


def test_the_readme_names_every_type() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")

    assert [kind for kind in TYPES if f"`{kind}`" not in readme] == []
