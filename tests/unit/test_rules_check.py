"""Claims about comparing the rules with what else the office has."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mailroom.errors import Fault, text
from mailroom.rules.check import Known, check, check_each
from mailroom.rules.load import RuleSet
from mailroom.rules.reading_order import in_order

KNOWN = Known(
    templates={
        "reply/invoice.zh.docx": frozenset({"case_no", "invoice_no"}),
        "reply/invoice.en.docx": frozenset({"invoice_no"}),
    },
    chains=frozenset({"reply_due"}),
    people=frozenset({"徐婷"}),
)
GOOD = """
mailroom: 1
category:
  id: invoice
  fields: [invoice_no]
  owner: 徐婷
  reply: {zh: reply/invoice.zh.docx, en: reply/invoice.en.docx}
  chain: reply_due
rules:
  - id: invoice-zh
    when: {subject: 发票}
    extract: {invoice_no: {regex: '号码(\\d{8})', type: code}}
    examples:
      match:
        - {subject: 发票, body: 号码12345678, expect: {invoice_no: '12345678'}}
      no_match:
        - {subject: 会议}
"""


def codes(tmp_path: Path, source: str, known: Known = KNOWN) -> list[str]:
    (tmp_path / "invoice.yaml").write_text(source, encoding="utf-8")
    return [fault.code for fault in check(RuleSet.load(tmp_path), known)]


def test_rules_that_fit_the_office_have_no_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, GOOD) == []


def places(tmp_path: Path, source: str, known: Known = KNOWN) -> list[tuple[str, str]]:
    (tmp_path / "invoice.yaml").write_text(source, encoding="utf-8")
    faults = check(RuleSet.load(tmp_path), known)
    return [(fault.place.partition(":")[2], fault.code) for fault in faults]


def test_a_category_needs_templates_chain_owner_that_exist(tmp_path: Path) -> None:
    assert places(tmp_path, GOOD, Known()) == [
        ("6:10", "R042"),
        ("7:15", "R040"),
        ("7:42", "R040"),
        ("8:10", "R041"),
    ]


def test_a_fault_stands_at_the_word_and_not_at_its_rule(tmp_path: Path) -> None:
    rest = """\
    owner: 不在
    then:
      - draft_reply: {zh: no.docx}
      - draft_paper: no.docx
      - follow_up: none_such
      - assign: 不在
      - notify: {to: 不在}
"""
    source = GOOD.replace("    extract:", rest + "    extract:")
    source = source.replace("{subject: 发票}", "{subject: [发票, 票, art]}")

    assert places(tmp_path, source) == [
        ("11:26", "R102"),
        ("11:29", "R103"),
        ("12:12", "R042"),
        ("14:27", "R040"),
        ("15:22", "R040"),
        ("16:20", "R041"),
        ("17:17", "R042"),
        ("18:22", "R042"),
    ]


def test_doubts_about_a_rule_stand_at_the_word_that_would_be_changed(
    tmp_path: Path,
) -> None:
    source = """\
mailroom: 1
category: {id: one, fields: [no], reply: {zh: reply/invoice.zh.docx}}
extract: {every: {regex: '(?:e+)+', type: code}}
rules:
  - id: never
    when: {subject: 增值税发票, none: [{subject: [会议, 发票]}]}
  - id: stops
    priority: 9
    stop: yes
    when: {subject: 发票}
    examples: {match: [{subject: 发票}]}
  - name: 后到
    id: behind
    when: {subject: 发票在此}
    priority: 2
    extract: {no: {in: subject, regex: ['(a)', '(?:b+)+']}}
  - id: last
    until: 2020-01-01
    when: {subject: 收据}
  - id: opens
    when: {text: {in: [subject, attachment_text], regex: '[0-9]'}}
"""
    shown = {"reply/invoice.zh.docx": frozenset({"no"})}
    known = Known(templates=shown, today=date(2026, 3, 2))

    found = places(tmp_path, source, known)

    assert ("6:50", "R121") in found
    assert ("15:15", "R122") in found
    assert ("16:48", "R113") in found
    assert [place for place, code in found if code == "R048"] == [
        "5:9", "7:9", "17:9", "20:9",
    ]  # fmt: skip
    assert ("18:12", "R125") in found
    assert ("21:33", "R108") in found
    assert ("13:9", "R046") in found
    # Every rule has it: it is told once.
    assert [code for place, code in found if place == "3:26"] == ["R113"]


def test_a_chain_that_counts_from_a_due_day_needs_a_drawer_that_gives_one(
    tmp_path: Path,
) -> None:
    known = replace(KNOWN, needing_due=frozenset({"reply_due"}))
    dated = GOOD.replace("  chain: reply_due\n", "  chain: reply_due\n  days: 3\n")
    asked = GOOD.replace("  chain: reply_due\n", "").replace(
        "    when: {subject: 发票}\n",
        "    when: {subject: 发票}\n    then: [{follow_up: reply_due}]\n",
    )

    assert places(tmp_path, GOOD, known) == [("8:10", "R055")]
    assert places(tmp_path, asked, known) == [("11:24", "R055")]
    assert places(tmp_path, dated, known) == []
    assert places(tmp_path, GOOD, KNOWN) == []


def test_what_does_nothing_to_unsorted_mail_is_told_of_a_rule_for_such_mail(
    tmp_path: Path,
) -> None:
    rule = """mailroom: 1
rules:
  - id: later
    when: always
    only: unsorted
    then: [{assign: 沈默然}, %s]
"""

    assert "R054" in codes(tmp_path, rule % "{move: 以后}")
    assert "R054" in codes(tmp_path, rule % "{save_attachment: 发票}")
    assert "R054" not in codes(tmp_path, rule % "{quarantine: 可疑}, {move: 可疑}")
    assert "R054" not in codes(tmp_path, rule % "{notify: 沈默然}")
    anyone = rule.replace("    only: unsorted\n", "")
    assert "R054" not in codes(tmp_path, anyone % "{move: 以后}")


@pytest.mark.parametrize("empty", ["{draft_reply: {}}", "{draft_reply: }", "{move: }"])
def test_a_rule_for_unsorted_mail_whose_action_says_nothing_stops_no_check(
    tmp_path: Path, empty: str
) -> None:
    rule = f"""mailroom: 1
rules:
  - id: later
    when: always
    only: unsorted
    then: [{empty}]
"""
    (tmp_path / "later.yaml").write_text(rule, encoding="utf-8")

    found = check_each(*RuleSet.load_broken(tmp_path), KNOWN)

    assert "R054" in [fault.code for fault in found]


def test_a_rule_beside_a_stronger_one_is_told_at_its_priority(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "mailroom: 1\ncategory: {id: other}\nrules:\n"
        "  - {id: weak, when: {subject: 发票, body: 开}, priority: -1}\n"
        "  - {id: equal, when: {subject: 发票, body: 收}}\n",
        "utf-8",
    )

    found = places(tmp_path, GOOD)

    assert [each for each in found if each[1] in {"R123", "R124"}] == [
        ("4:56", "R123"),
        ("5:10", "R124"),
    ]


def test_faults_come_in_the_order_in_which_files_are_read(tmp_path: Path) -> None:
    for name in ("10-a", "2-b", "1-c"):
        (tmp_path / f"{name}.yaml").write_text(
            f"mailroom: 1\nrules:\n  - {{id: r{name}, when: {{subject: x}}}}\n", "utf-8"
        )

    files = [fault.file for fault in check(RuleSet.load(tmp_path), Known())]

    assert list(dict.fromkeys(files)) == [
        f"{tmp_path.name}/{name}.yaml" for name in ("1-c", "2-b", "10-a")
    ]


def test_what_lies_beside_the_rules_is_told_behind_them_and_all_once() -> None:
    files = [
        "/an/office/rules/days.yaml", "rules/office/people.yaml", "logo.png",
        "rules/10-a.yaml", "/an/office/rules/chains.yaml", "rules/2-b.yaml",
    ]  # fmt: skip
    faults = [Fault(file=file, code="Y001", text=text("x")) for file in files]

    told = in_order([*faults, *faults])

    assert [fault.file for fault in told] == [
        "rules/2-b.yaml", "rules/10-a.yaml", "/an/office/rules/chains.yaml",
        "rules/office/people.yaml", "/an/office/rules/days.yaml", "logo.png",
    ]  # fmt: skip


def test_a_mistyped_template_is_answered_with_the_nearest(tmp_path: Path) -> None:
    source = GOOD.replace("en: reply/invoice.en", "en: reply/invoce.en")
    (tmp_path / "invoice.yaml").write_text(source, encoding="utf-8")

    fault = check(RuleSet.load(tmp_path), KNOWN)[0]

    assert "reply/invoice.en.docx" in str(fault.text)


def test_a_template_shows_only_fields_of_its_category(tmp_path: Path) -> None:
    assert codes(tmp_path, GOOD.replace("fields: [invoice_no]", "fields: []")) == [
        "R043",
        "R043",
    ]


def test_what_is_wrong_with_a_category_stands_at_its_word(tmp_path: Path) -> None:
    no_field = GOOD.replace("fields: [invoice_no]", "fields: []")
    never = GOOD.replace("  chain:", "  draft: never\n  chain:")
    picture = replace(KNOWN, pictures=frozenset({"invoice_no"}))

    assert places(tmp_path, no_field) == [("7:15", "R043"), ("7:42", "R043")]
    assert places(tmp_path, never) == [("7:15", "R044")]
    assert places(tmp_path, GOOD, picture) == [("5:12", "R047")]


def test_never_drafting_contradicts_a_reply(tmp_path: Path) -> None:
    assert codes(tmp_path, GOOD.replace("  chain:", "  draft: never\n  chain:")) == [
        "R044"
    ]


def test_a_rule_without_an_example_is_a_warning(tmp_path: Path) -> None:
    source = GOOD[: GOOD.index("    examples:")]
    (tmp_path / "invoice.yaml").write_text(source, encoding="utf-8")

    faults = check(RuleSet.load(tmp_path), KNOWN)

    assert [(fault.code, fault.severity) for fault in faults] == [("R046", "warning")]


def test_an_example_that_does_not_hold_is_a_fault_at_its_place(tmp_path: Path) -> None:
    source = GOOD.replace("subject: 发票, body", "subject: 合同, body")
    source = source.replace("{subject: 会议}", "{subject: 发票}")
    (tmp_path / "invoice.yaml").write_text(source, encoding="utf-8")

    faults = check(RuleSet.load(tmp_path), KNOWN)

    assert [(fault.line, fault.code) for fault in faults] == [
        (15, "R051"),
        (17, "R051"),
    ]


def test_an_expected_field_that_reads_otherwise_is_a_fault(tmp_path: Path) -> None:
    assert codes(tmp_path, GOOD.replace("no: '12345678'", "no: '12345679'")) == ["R053"]


def test_an_example_taken_by_another_rule_is_a_fault(tmp_path: Path) -> None:
    other = """
mailroom: 1
category: {id: other}
rules:
  - id: greedy
    priority: 9
    when: always
    examples: {match: [{subject: x}]}
"""
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")

    assert codes(tmp_path, GOOD) == ["R123", "R052"]


def test_own_people_of_examples_write_from_own_example(tmp_path: Path) -> None:
    source = GOOD.replace(
        "{subject: 发票}\n    ext", "{subject: 发票, from: {own: yes}}\n    ext"
    )
    source = source.replace(
        "{subject: 发票, body", "{subject: 发票, from: a@own.example, body"
    )

    assert codes(tmp_path, source) == []


def test_an_example_that_cannot_be_a_mail_is_a_fault(tmp_path: Path) -> None:
    no_sender = '{from: "\\u200b a@", attachments: [a.pdf]}'

    assert codes(tmp_path, GOOD.replace("{subject: 会议}", no_sender)) == ["R050"]


def test_an_attachment_goes_with_any_sender_that_goes_without(tmp_path: Path) -> None:
    source = GOOD.replace("{subject: 会议}", "{from: '<', attachments: [a.pdf]}")

    assert codes(tmp_path, source) == []


def test_a_template_may_show_the_pictures_of_the_office(tmp_path: Path) -> None:
    shown = {"reply/invoice.zh.docx": frozenset({"seal"})}
    known = replace(KNOWN, templates={**KNOWN.templates, **shown})
    assert codes(tmp_path, GOOD, known) == ["R043"]

    assert codes(tmp_path, GOOD, replace(known, pictures=frozenset({"seal"}))) == []


def test_a_field_named_as_a_picture_of_the_office_is_a_fault(tmp_path: Path) -> None:
    known = replace(KNOWN, pictures=frozenset({"invoice_no"}))

    assert codes(tmp_path, GOOD, known) == ["R047"]


def test_a_rule_that_does_not_read_what_its_letter_shows_is_told(
    tmp_path: Path,
) -> None:
    second = """
  - id: by-its-body
    when: {body: 增值税}
    examples: {match: [{body: 增值税}]}
"""
    shared = "extract: {invoice_no: {regex: '号码(.*)'}}\n"

    assert codes(tmp_path, GOOD + second) == ["R048"]
    assert codes(tmp_path, GOOD + second + shared) == []


def test_a_rule_that_has_run_out_is_told_where_the_day_is_known(
    tmp_path: Path,
) -> None:
    source = GOOD.replace("    when:", "    until: 2026-03-02\n    when:")
    late = replace(KNOWN, today=date(2026, 3, 3))

    assert "R125" not in codes(tmp_path, source)
    assert "R125" in codes(tmp_path, source, late)
