"""What very long texts cost, and which part of them rules look at."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailroom.calendar import Calendar
from mailroom.directory import Directory
from mailroom.message.model import Zones
from mailroom.message.parse import parse
from mailroom.rules.check.walk import parts
from mailroom.rules.conditions import TextTest
from mailroom.rules.extraction import _within_reach
from mailroom.rules.fields.found import HEAD as READ_HEAD
from mailroom.rules.fields.found import TAIL as READ_TAIL
from mailroom.rules.fields.found import Context as Known
from mailroom.rules.fields.readers import READERS
from mailroom.rules.load import RuleSet
from mailroom.rules.matching.literals import literals
from mailroom.rules.model import Context
from mailroom.rules.page import HEAD, LONGEST, TAIL, Strip
from mailroom.rules.patterns import compile_pattern
from tests.unit.rule_mails import mail

RULES = Path(__file__).parents[2] / "rules"
SHIPPED = RuleSet.load(RULES)
CONTEXT = Context(now=datetime(2026, 11, 16, 9, tzinfo=UTC))
OFFICE = replace(CONTEXT, directory=Directory.load(RULES / "office"))
MOST = 0.05  # s of CPU for 100 KB
SLACK = 3  # this machine may be slower than the one of the claim, and busy
HEADERS = (
    "From: a@b.example\nSubject: x\nDate: Mon, 16 Nov 2026 09:00:00 +0800\n"
    "Message-ID: <a@b.example>\nContent-Type: text/plain; charset=utf-8\n\n"
)


def _every_word() -> str:
    """Give the words that every rule waits for: so each of them is tried."""
    words: dict[str, None] = {}
    for rule in SHIPPED.rules:
        for part in parts(rule.when):
            if isinstance(part, TextTest) and part.operator == "regex":
                for pattern in part.patterns:
                    words |= dict.fromkeys(sorted(literals(pattern.pattern))[:3])
            elif isinstance(part, TextTest):
                words |= dict.fromkeys(part.words)
    return " ".join(words)


LETTER = "各位同事：现将有关情况报告如下，请于本周五把材料报送办公室。"


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(_every_word() + "\n", id="every word of every rule"),
        pytest.param(LETTER, id="one long letter"),
        pytest.param("The meeting is on Friday; please let us know. ", id="english"),
        pytest.param("请", id="one word"),
        pytest.param("2026 ", id="figures"),
        pytest.param("a", id="one letter"),
        pytest.param("请 \n", id="lines"),
        pytest.param("> ", id="marks"),
        pytest.param("From: a@b.example\n", id="headings"),
        pytest.param("a@b.example ", id="addresses"),
    ],
)
def test_no_text_takes_long_with_the_shipped_rules(piece: str) -> None:
    text = HEADERS + piece * (100_000 // len(piece.encode()))

    assert _seconds(text, CONTEXT) < SLACK * MOST


# Grown by a search for what costs most: after every word of every rule, or alone.
MIXTURES = [
    (
        "欧阳7月25日8:00至7月27日20:00travelling明天密2026年3月5日meeting room²on by "
        "2026年3月5日a@b.example 1total due £5.00联系人: 李雷,to in 5 working daysé"
        "秘密★1年密京A12345"
    ),
    (
        "Mr John Smith100元/天秘密★1年\u3000a &e2-5pm2月29日联系人: 李雷,节前我们将"
        "机密下周三\n\n号号engineer０１020-1234 5678level 3"
    ),
    "March 5ﬁtotal due £5.00王小明先生2月29日京A12345收到之日起15日内30人teacher月",
    "3块53月5日价税合计1002026年3月5日total due £5.00其中100元2-5pm无需回复4月底",
]


@pytest.mark.parametrize("every_word", [True, False])
@pytest.mark.parametrize("mixture", MIXTURES)
def test_no_mixture_passed_on_takes_long_with_the_shipped_rules(
    mixture: str, *, every_word: bool
) -> None:
    head = _every_word() + "\n" if every_word else ""
    rest = 100_000 - len(head.encode())
    half = mixture * (rest // 2 // len(mixture.encode())) + "\n"
    passed_on = (
        "---------- Forwarded message ---------\nFrom: a@c.example\nSubject: y\n\n"
    )
    text = HEADERS + head + half + passed_on + half

    assert parse(text.encode()).zones.forwarded
    assert _seconds(text, OFFICE) < SLACK * MOST


def _seconds(text: str, context: Context) -> float:
    """Give what sorting takes; of three times the least: the first builds things."""
    spent = []
    for _ in range(3):
        message = parse(text.encode())
        began = time.process_time()
        answer = SHIPPED.classify(message, context)
        assert answer.mail_type
        assert answer.needs_reply in {True, False}
        spent.append(time.process_time() - began)
    return min(spent)


def test_a_pattern_sees_the_head_and_the_tail_of_a_long_text() -> None:
    pattern = compile_pattern("号码 [0-9]+")
    for place, seen in ((0, True), (HEAD - 9, True), (HEAD + 9, False), (-40, True)):
        text = "请" * (HEAD + TAIL + 500)
        at = place if place >= 0 else len(text) + place
        text = text[:at] + "号码 123。" + text[at:]
        span = Strip("new", text).find(pattern, exact=False)
        assert span == ((at, at + 6) if seen else None)


def test_words_far_behind_are_seen_in_an_attachment_alone() -> None:
    near, far = "号" * (LONGEST - 2) + "发票", "号" * LONGEST + "发票"
    assert "发票" in Strip("new", near).flat
    assert "发票" not in Strip("new", far).flat
    assert "发票" in Strip("attachment", far).flat


@pytest.mark.parametrize("source", [r"\A请", r"^请", r"请\z", r"请$", r"\b7"])
def test_the_window_of_a_text_is_not_its_end(source: str) -> None:
    text = "字" + "7请" * (HEAD + TAIL) + "字"
    whole = compile_pattern(source).search(text)
    assert (Strip("new", text).find(compile_pattern(source), exact=False) is None) == (
        whole is None
    )


@pytest.mark.parametrize("more", [1, 40, 60, 5000])
@pytest.mark.parametrize("source", [r"\b7+", "^7", "7$", r"\A7", r"7\z", "请+"])
def test_readers_see_the_edges_of_their_window(source: str, more: int) -> None:
    text = ("77 请\n7请 " * 9000)[: READ_HEAD + READ_TAIL + more]
    pattern = compile_pattern(source)
    head = pattern.finditer(text, 0, READ_HEAD)
    tail = pattern.finditer(text, len(text) - READ_TAIL)
    expected = [match.start() for part in (head, tail) for match in part]
    reached = _within_reach(pattern, Strip("new", text))
    assert [place(match.start()) for match, place in reached] == expected


# What each type of field reads most slowly, as far as such texts were found.
DEAREST = [
    ("total", "壹万贰仟叁佰元整"),
    ("currency", "元1"),
    ("validity", "有效期999工作日"),
    ("deadline", "within 999 working days "),
    ("deadline", "é秘密★1年12 3月5日by 5 pm"),
    ("datetime", "我们将二〇二六年三月五日12, 13, 19 and 26 March"),
    ("end", "On Mon, 5 Jan 2026, A wrote:\n十点月底if 二〇二六年三月五日"),
    ("transport_no", "，SK513航班"),
    ("headcount", "十"),
    ("time", "14:00-16:30next Tuesdayby "),
    ("person", "联系人: 李雷,\u200b"),
    ("phone", "020 7946 0958a"),
]


@pytest.mark.parametrize(("kind", "piece"), DEAREST)
def test_no_text_takes_a_reader_long(kind: str, piece: str) -> None:
    text = piece * (100_000 // len(piece.encode()))
    spent = []
    for _ in range(3):
        known = Known(sent=CONTEXT.now, zone=UTC, calendar=Calendar.load("CN"))
        began = time.process_time()
        assert READERS[kind](text, known) is not None
        spent.append(time.process_time() - began)
    assert min(spent) < SLACK * 0.016


@pytest.mark.parametrize(
    ("new", "place", "read"),
    [(20, 5_900, True), (7_000, 500, True), (7_000, 5_900, False), (20_000, 9, True)],
)
def test_the_texts_of_a_letter_are_read_to_a_bound(
    new: int, place: int, *, read: bool
) -> None:
    passed_on = "字" * place + "请于3月20日前回复。" + "字" * 5_000
    message = mail(subject="x", zones=Zones(new="字" * new, forwarded=passed_on))

    fields = SHIPPED.classify(message, CONTEXT).fields

    assert ("deadline" in fields) == read
