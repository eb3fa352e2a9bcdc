"""Claims about what of GB/T 9704-2012 a .docx is judged by."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.i18n import say
from mailroom.words.gongwen import check_gongwen
from mailroom.words.package import NotWordError
from tests.unit.gongwen_faults import BROKEN
from tests.unit.gongwen_papers import (
    GOOD,
    GOOD_LETTER,
    GOOD_MINUTES,
    NUMBER,
    SIGNER,
    UPWARD,
    Says,
    Setting,
    broken,
    but,
    judge,
    named,
    prose,
    without,
    write,
)
from tests.unit.word_files import SHIPPED

# ── right papers ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("paper", [GOOD, GOOD_LETTER, GOOD_MINUTES, UPWARD])
def test_of_a_right_paper_nothing_is_not_met(paper: Setting) -> None:
    assert broken(paper) == set()


def test_of_a_paper_with_every_element_only_the_signer_is_not_there() -> None:
    states = {name: found.state for name, found in judge(GOOD).items()}

    assert [name for name in states if states[name] == "not there"] == [SIGNER]


@pytest.mark.parametrize(
    ("paper", "form", "clause"),
    [
        (GOOD, "文件格式", "7"),
        (UPWARD, "上行文", "7"),
        (GOOD_LETTER, "信函格式", "10.1"),
        (GOOD_MINUTES, "纪要格式", "10.3"),
        (but(GOOD, "mark", words="江恒市人民政府令"), "命令格式", "10.2"),
    ],
)
def test_the_first_finding_says_which_form_was_assumed(
    paper: Setting, form: str, clause: str
) -> None:
    first = check_gongwen(write(paper))[0]

    assert (first.state, first.clause) == ("met", clause)
    assert form in str(first.found)


def test_a_paper_without_a_head_is_taken_as_a_document_and_told_so() -> None:
    first = check_gongwen((SHIPPED / "reply" / "supplies.en.docx").read_bytes())[0]

    assert first.state == "not there"
    assert "文件格式" in str(first.found)


@pytest.mark.parametrize(
    "fact",
    [
        "place of the name at the head", "place of the red rule", "shape of the title",
        "text on the first page", "place of name, date and seal",
        "place of the record", "place of the page number",
    ],
)  # fmt: skip
def test_what_only_the_page_shows_is_left_to_it(fact: str) -> None:
    assert named(GOOD, fact).state == "needs layout"


# ── one thing broken ─────────────────────────────────────────────────────


@pytest.mark.parametrize("name", BROKEN)
def test_one_thing_broken_is_the_one_fact_not_met(name: str) -> None:
    paper, fact = BROKEN[name]

    assert broken(paper) == {fact}


def test_the_order_of_the_lines_at_the_top_is_judged() -> None:
    says = dict(GOOD.says)
    urgent = {"urgency": says.pop("urgency")}

    assert broken(replace(GOOD, says=urgent | says)) == {
        "order of the lines at the top"
    }


@pytest.mark.parametrize(
    "name", ["copy", "secrecy", "urgency", "note", "annex", "copies", "issued"]
)
def test_what_a_paper_may_do_without_is_no_fault(name: str) -> None:
    lacking = judge(without(GOOD, name))

    # Without its neighbour the rules of the record are others.
    assert {f for f in lacking if lacking[f].state == "not met"} <= {
        "rules of the record (版记分隔线)"
    }
    assert sum(found.state == "not there" for found in lacking.values()) >= 2


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("title", "title (标题)"),
        ("number", NUMBER),
        ("mark", "name at the"),
    ],
)
def test_what_every_paper_has_is_missed(name: str, fact: str) -> None:
    assert named(without(GOOD, name), fact).state == "not met"


# ── templates ────────────────────────────────────────────────────────────

TEMPLATE = replace(
    GOOD,
    says={
        "mark": replace(GOOD.says["mark"], words="{{ issuer }}文件"),
        "number": replace(GOOD.says["number"], words="{{ doc_no }}"),
        "title": replace(GOOD.says["title"], words="{{ title }}"),
        "to": Says("{{ addressee }}："),
        "for": Says("{%p for paragraph in paragraphs %}", font="宋体", size=9),
        "text": prose("{{ paragraph }}"),
        "end": Says("{%p endfor %}", font="宋体", size=9),
        "attached": prose("附件：{{ attachments }}"),
        "issuer": Says("{{ issuer }}", align="right", right=4),
        "date": Says("{{ issue_date|cn_date }}", align="right", right=4),
        "copies": replace(GOOD.says["copies"], words="抄送：{{ copies_to }}。"),
        "issued": replace(
            GOOD.says["issued"], words="{{ office_name }}\t{{ issue_date|cn_date }}印发"
        ),
    },
)


def test_of_a_right_template_nothing_is_not_met() -> None:
    assert broken(TEMPLATE) == set()


@pytest.mark.parametrize(
    "fact",
    [
        NUMBER,
        "date (成文日期)",
        "numbers of sections",
        "names of the attach",
    ],
)
def test_words_that_a_tag_fills_are_left_open_and_told_so(fact: str) -> None:
    finding = named(TEMPLATE, fact)

    assert finding.state == "needs layout"
    assert "filled later" in str(finding.found)


def test_the_look_of_a_tag_is_judged() -> None:
    paper = but(but(TEMPLATE, "title", size=18), "text", font="宋体")

    assert broken(paper) == {"title (标题)", "font of the text"}


def test_a_tag_in_the_letters_of_a_heading_may_be_one() -> None:
    says = dict(TEMPLATE.says)
    heading = {"heading": replace(says["text"], font="黑体")}
    at = list(says).index("text")
    mixed = dict([*list(says.items())[:at], *heading.items(), *list(says.items())[at:]])

    assert broken(replace(TEMPLATE, says=mixed)) == set()


def test_a_tag_is_known_by_its_field_where_it_may_be_anything() -> None:
    top = {
        "copy": Says("{{ copy_no }}"),
        "secrecy": Says("{{ secrecy }}", font="黑体"),
        "urgency": Says('{{ urgency or "" }}', font="黑体"),
    }
    facts = judge(replace(TEMPLATE, says=top | TEMPLATE.says))

    for fact in (
        "copy number (份号)",
        "secrecy (密级和保密期限)",
        "urgency (紧急程度)",
    ):
        assert facts[fact].state == "needs layout"


def test_words_around_a_tag_are_judged() -> None:
    right = but(TEMPLATE, "number", words="江恒函〔{{ year }}〕{{ no }}号")
    wrong = but(TEMPLATE, "number", words="江恒函[{{ year }}]{{ no }}号")

    assert named(right, "number (").state == "needs layout"
    assert named(wrong, "number (").state == "not met"


def test_a_tag_split_over_runs_is_one_tag() -> None:
    split = replace(
        TEMPLATE.says["number"], words="{{ do",
        then=(replace(TEMPLATE.says["number"], words="c_no }}"),),
    )  # fmt: skip

    assert (
        named(
            replace(TEMPLATE, says=TEMPLATE.says | {"number": split}), "number ("
        ).state
        == "needs layout"
    )


# ── other files, hostile files ───────────────────────────────────────────


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(NotWordError):
        check_gongwen(b"PK no")


@pytest.mark.parametrize(
    "name",
    [
        "paper/notice", "paper/report", "paper/minutes",
        "letter/letter", "letter/letter_reply",
    ],
)  # fmt: skip
def test_of_the_shipped_official_papers_nothing_is_not_met(name: str) -> None:
    assert broken((SHIPPED / f"{name}.zh.docx").read_bytes()) == set()


@pytest.mark.parametrize(
    "path",
    sorted(SHIPPED.rglob("*.docx")),
    ids=lambda path: path.relative_to(SHIPPED).as_posix(),
)
def test_every_shipped_template_is_judged_in_both_languages(path: Path) -> None:
    for finding in check_gongwen(path.read_bytes()):
        for said in (finding.fact, finding.found, finding.wanted):
            assert said is None or (say(said, "zh-CN") and say(said, "en"))


@pytest.mark.parametrize(
    "words",
    ["{{" * 40_000, "{% " * 30_000, "令（" * 40_000, " " * 100_000 + "印发",
     "附件：" * 30_000, "一" * 100_000, "〔1〕" * 30_000],
    ids=lambda words: words.strip()[:4],
)  # fmt: skip
def test_a_hostile_paragraph_takes_no_long_time(words: str) -> None:
    content = write(but(GOOD, "text", words=words))
    started = time.process_time()
    check_gongwen(content)

    assert time.process_time() - started < 1


@settings(deadline=None)  # a paper is written each time
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_any_words_are_judged_and_shown_without_control_characters(words: str) -> None:
    paper = Setting(
        {"title": Says(words.replace("|", ""), size=22)}, odd_and_even=False
    )

    for finding in check_gongwen(write(paper)):
        assert str(finding.found or "").isprintable()
