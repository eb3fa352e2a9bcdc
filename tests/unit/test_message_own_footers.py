"""Claims about the lines that the office's own server writes under a letter."""

from dataclasses import replace

import pytest

from mailroom.message.own_footers import without_own
from mailroom.rules.page import Page
from tests.unit.rule_pages import DIRECTORY, page

OURS = ("本邮件及其附件含有本公司的保密信息", "This e-mail and any attachment are")


def test_a_footer_at_the_end_leaves_nothing_behind() -> None:
    letter = "会议改到周五。\n\n本邮件及其附件含有本公司的保密信息，\n请勿转发。"

    assert without_own(letter, OURS) == "会议改到周五。"


def test_what_stands_below_a_footer_keeps_its_place() -> None:
    letter = (
        "Yes.\n\nThis e-mail and any attachment are private.\n\nSecond thoughts: no."
    )
    cut = without_own(letter, OURS)

    assert "private" not in cut
    assert cut.index("Second") == letter.index("Second")


@pytest.mark.parametrize(
    "letter",
    [
        "请注意，本邮件及其附件含有本公司的保密信息，这句话要改。",
        "This e-mail and any attachments are late.",
        "",
    ],
    ids=["amid a sentence", "another sentence", "nothing"],
)
def test_what_only_looks_like_it_stays(letter: str) -> None:
    assert without_own(letter, OURS[:1]) == letter


def test_a_footer_is_found_across_line_breaks_of_a_mail_program() -> None:
    assert without_own("Yes.\n\nThis e-mail\nand any  attachment are x", OURS) == "Yes."


def test_an_office_without_footers_loses_nothing() -> None:
    assert without_own("本邮件及其附件含有本公司的保密信息", ()) != ""


def test_rules_do_not_see_the_offices_own_footer() -> None:
    seen = page("周五见。\n\n本邮件及其附件含有本公司的保密信息。")
    known = replace(seen.context, directory=replace(DIRECTORY, footers=OURS))

    assert "保密" in seen.strips("new")[0].flat
    assert "保密" not in Page(seen.message, known).strips("new")[0].flat
