"""Claims about what every reader of typed fields keeps to."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.rules.fields.found import HEAD, TAIL, Context, flatten
from mailroom.rules.fields.readers import READERS
from tests.unit.field_letters import JIANGZHOU, LONDON_OFFICE, read, values

LETTER = (
    "①请于３月１２日（星期四）前反馈，合计：￥１２，３００．００（壹万贰仟叁佰元整），"
    "联系人：孟凡 0440-83125566，车牌海B·K3306，江政办发〔2026〕3号，"
    "\u200b2号楼301会议室，15人，35％，by 5pm on 9 June, invoice HL-22107, "
    "a@b.example, Mr Aasen, ﬁve x²"
)
LETTERS = st.text(
    st.sampled_from(
        "0123456789 :：-—/.,，月日年号前内请于周五个工作￥元万壹拾〔〕①²½\u200bé"
        "abMarchGFridayby\n()（）"
    ),
    max_size=80,
)


@pytest.mark.parametrize("kind", READERS)
@given(text=LETTERS)
@settings(max_examples=25, deadline=None)
def test_every_value_lies_in_the_text(kind: str, text: str) -> None:
    for found in read(kind, text, JIANGZHOU):
        assert 0 <= found.start < found.end <= len(text)
        assert found.value.strip() == found.value != ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("deadline", "３月１２日（星期四）"),
        ("phone", "0440-83125566"),
        ("plate", "海B·K3306"),
        ("doc_no", "江政办发〔2026〕3号"),
        ("room", "2号楼301会议室"),
        ("headcount", "15人"),
        ("percent", "35％"),
        ("invoice_no", "HL-22107"),
        ("email", "a@b.example"),
        ("person", "Aasen"),
        ("total", "￥１２，３００．００"),
    ],
)
def test_a_place_shows_the_words_as_they_were_written(kind: str, words: str) -> None:
    assert words in [
        LETTER[found.start : found.end] for found in read(kind, LETTER, JIANGZHOU)
    ]


def test_flattening_keeps_the_way_back_for_each_character() -> None:
    text = "ﬁ①é\u200bＡ²½"

    plain, back = flatten(text)

    assert (plain, back is None) == ("fi①éA²½", False)
    assert back is not None
    assert [text[place] for place in back[:-1]] == ["ﬁ", "ﬁ", *"①éＡ²½"]
    assert back[-1] == len(text)


@given(st.text(max_size=60))
def test_flattening_gives_a_way_back_within_the_text(text: str) -> None:
    plain, back = flatten(text)

    if back is None:
        assert len(plain) == len(text)
    else:
        assert len(back) == len(plain) + 1
        assert list(back) == sorted(back)


def test_no_value_is_read_within_an_address() -> None:
    text = "https://firm.example/2026-03-05/15400770912 order-88410@firm.example"

    for kind in READERS.keys() - {"email", "link"}:
        assert read(kind, text, LONDON_OFFICE) == [], kind


def test_the_day_of_the_message_counts_not_todays() -> None:
    sent = datetime(2019, 1, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    old = type(JIANGZHOU)(sent=sent, zone=sent.tzinfo or JIANGZHOU.zone,
                          calendar=JIANGZHOU.calendar)  # fmt: skip

    assert [found.value for found in read("date", "明天", old)] == ["2019-01-04"]


HOSTILE = {
    "figures": "1",
    "figures and spaces": "1 ",
    "months": "3月",
    "days": "3月5日",
    "weekdays": "周五",
    "English days": "5 March ",
    "amounts": "£1 ",
    "capitals": "壹",
    "Chinese numbers": "十人",
    "spaces": " ",
    "lines": "\n",
    "brackets": "(〔",
    "at signs": "a@",
    "dots": "a.",
    "hyphens": "12-",
    "colons": "12:",
    "codes": "A1",
    "names": "王",
    "labels": "合同编号 ",
    "titles": "Mr A ",
    "plus signs": "+1 ",
    "terms": "within 5 ",
    "odd characters": "e\u0301①",
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    context = LONDON_OFFICE if piece.isascii() else JIANGZHOU

    for kind in READERS:
        short, long = (
            _seconds((kind,), piece * (size // len(piece)), context)
            for size in (2_000, 16_000)
        )
        # Eight times the text; a quadratic pattern would need 64 times as long.
        assert long < 24 * short + 0.05, kind


def _seconds(kinds: Iterable[str], text: str, context: Context) -> float:
    """Give the least of three times: Python sweeps for garbage when it likes."""
    spent = []
    for _ in range(3):
        fresh = replace(context)  # which has read nothing yet
        begin = time.process_time()
        for kind in kinds:
            READERS[kind](text, fresh)
        spent.append(time.process_time() - begin)
    return min(spent)


def test_no_more_is_looked_at_than_a_letter_may_hold() -> None:
    filling = "word " * ((HEAD + TAIL) // 5 + 100)
    begin = f"Call 0440-83125566.\n{filling}"
    middle = f"{filling}\nCall 0440-83125577.\n{filling}"
    end = f"{filling}\nCall 0440-83125588."

    assert values("phone", middle) == []
    for text in (begin, end):
        [found] = read("phone", text)
        assert text[found.start : found.end] == found.value


def test_a_number_that_the_window_cuts_is_not_read_as_another_one() -> None:
    for place in range(HEAD - 20, HEAD + 5):
        text = "x" * (place - 1) + " " + "¥12,345,678.00 " + "y " * HEAD

        assert values("money", text) in ([], ["12345678.00"]), place


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_all_readers_together_take_little_time_for_whatever_text(piece: str) -> None:
    text = piece * (100_000 // len(piece.encode()))
    context = LONDON_OFFICE if piece.isascii() else JIANGZHOU

    # A drawer asks for a fifth of them; here all 60 have 50 ms each 100 KB of text
    # six times over, for a machine that is busy.
    assert _seconds(READERS, text, context) < 0.3


def test_the_number_of_an_emergency_office_is_read_whole() -> None:
    assert values("doc_no", "江应急〔2026〕88号\n各单位：") == ["江应急〔2026〕88号"]
