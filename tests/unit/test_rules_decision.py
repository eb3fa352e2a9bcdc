"""Claims about what the rules together decide."""

from datetime import date
from pathlib import Path

import pytest

from mailroom.message.model import Address, Attachment, Machine, Message, Zones
from mailroom.rules.conditions import Hits
from mailroom.rules.decision import SECRET, Decision
from mailroom.rules.load import RuleSet
from mailroom.rules.matched import BROKEN
from mailroom.rules.model import Category, Classification, Context
from mailroom.rules.page import Page
from mailroom.rules.rule import Rule
from tests.unit.rule_mails import NOW, mail

CONTEXT = Context(now=NOW, own_domains=("firm.example",))
HEADS = """
mailroom: 1
category:
  id: {id}
  about: {{zh: 甲, en: A}}
  {more}
rules: []
"""


def rules(tmp_path: Path, *lines: str, **heads: str) -> RuleSet:
    for name in {"invoice": "", "quotation": "", **heads}:
        content = HEADS.format(id=name, more=heads.get(name, "days: 1"))
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    listed = "".join(f"  - {line}\n" for line in lines) or "  []\n"
    content = f"mailroom: 1\nrules:\n{listed}"
    if lines:
        (tmp_path / "rules.yaml").write_text(content, encoding="utf-8")
    return RuleSet.load(tmp_path)


def rule(name: str, category: str = "", more: str = "", when: str = "always") -> str:
    then = f", then: [{{category: {category}}}]" if category else ""
    return f"{{id: {name}, when: {when}{then}{', ' + more if more else ''}}}"


def answer(rule_set: RuleSet, message: Message | None = None) -> Classification:
    return rule_set.classify(message or mail(subject="发票", body="您好"), CONTEXT)


def test_the_highest_priority_at_which_something_matches_decides(
    tmp_path: Path,
) -> None:
    found = answer(
        rules(
            tmp_path,
            rule("a", "invoice", "priority: 5, confidence: 0.7"),
            rule("b", "quotation", "confidence: 1"),
        )
    )

    assert (found.category, found.rule, found.confidence) == ("invoice", "a", 0.7)


def test_within_a_priority_each_category_scores_its_best_rule(tmp_path: Path) -> None:
    found = answer(
        rules(
            tmp_path,
            rule("a", "invoice", "confidence: 0.4"),
            rule("b", "quotation", "confidence: 0.7"),
            rule("c", "invoice", "confidence: 0.9"),
        )
    )

    assert (found.category, found.rule) == ("invoice", "c")
    assert found.candidates == (("invoice", 0.9), ("quotation", 0.7))


@pytest.mark.parametrize(("first", "second"), [("0.5", "0.1"), ("0.9", "0.85")])
def test_a_weak_or_close_call_is_unsorted_with_both_names(
    tmp_path: Path, first: str, second: str
) -> None:
    found = answer(
        rules(
            tmp_path,
            rule("a", "invoice", f"confidence: {first}", "{subject: 发票}"),
            rule("b", "quotation", f"confidence: {second}"),
        )
    )

    assert (found.category, found.rule, found.needs_reply) == (None, None, False)
    assert [name for name, _ in found.candidates] == ["invoice", "quotation"]
    assert {reason.rule for reason in found.why} == {"a", "b"}


def test_a_lead_of_just_the_margin_is_enough(tmp_path: Path) -> None:
    found = answer(
        rules(
            tmp_path,
            rule("a", "invoice", "confidence: 0.9"),
            rule("b", "quotation", "confidence: 0.8"),
        )
    )

    assert found.category == "invoice"


def test_stop_ends_the_trying_while_all_before_add_up(tmp_path: Path) -> None:
    found = answer(
        rules(
            tmp_path,
            "{id: a, priority: 9, when: always, then: [{tag: [x, y]}]}",
            "{id: b, priority: 8, when: always, stop: yes,"
            " then: [{tag: z}, {category: invoice}]}",
            "{id: c, priority: 7, when: always, then: [{tag: late}]}",
        )
    )

    assert found.tags == ("x", "y", "z")
    assert found.category == "invoice"


def test_a_disabled_rule_is_not_tried(tmp_path: Path) -> None:
    found = answer(rules(tmp_path, rule("a", "invoice", "enabled: no")))

    assert found.category is None


def test_each_reason_shows_the_words_at_their_place(tmp_path: Path) -> None:
    message = mail(subject="三月ＩＮＶＯＩＣＥ", body="您好")

    reason = answer(
        rules(tmp_path, rule("a", "invoice", when="{subject: invoice}")), message
    ).why[0]

    assert (reason.rule, reason.zone, reason.words) == (
        "a",
        "subject",
        "ＩＮＶＯＩＣＥ",
    )
    assert reason.condition == "subject contains invoice"
    assert message.subject[slice(*reason.span)] == "ＩＮＶＯＩＣＥ"


HEAD = """reply: {zh: a.zh.docx, en: a.en.docx}
  attach: form.docx
  papers: [p.docx]
  chain: reply_due
  owner: 徐婷"""


def test_what_the_category_asks_for_stands_among_the_actions(tmp_path: Path) -> None:
    found = answer(rules(tmp_path, rule("a", "invoice"), invoice=HEAD))

    asked = [(action.verb, dict(action.arguments)) for action in found.actions]
    assert asked == [
        (
            "draft_reply",
            {
                "template_zh": "a.zh.docx",
                "template_en": "a.en.docx",
                "attach": "form.docx",
            },
        ),
        ("draft_paper", {"template": "p.docx"}),
        ("follow_up", {"chain": "reply_due"}),
        ("assign", {"to": "徐婷"}),
    ]


def test_a_rules_own_reply_replaces_that_of_its_category(tmp_path: Path) -> None:
    line = (
        "{id: a, when: always, then: [{category: invoice}, {draft_reply: other.docx},"
        " {follow_up: {chain: room}}]}"
    )

    found = answer(rules(tmp_path, line, invoice=HEAD))

    replies = [a.arguments for a in found.actions if a.verb == "draft_reply"]
    chains = [a.arguments["chain"] for a in found.actions if a.verb == "follow_up"]
    assert [dict(each) for each in replies] == [{"template": "other.docx"}]
    assert chains == ["room", "reply_due"]


@pytest.mark.parametrize("head", ["machine: yes", "draft: never"])
def test_no_reply_is_drafted_where_the_category_forbids_it(
    tmp_path: Path, head: str
) -> None:
    found = answer(rules(tmp_path, rule("a", "invoice"), invoice=f"{HEAD}\n  {head}"))

    assert found.category == "invoice"
    assert "draft_reply" not in {action.verb for action in found.actions}


def test_an_unsorted_message_has_no_letters(tmp_path: Path) -> None:
    line = (
        "{id: a, confidence: 0.3, when: always, then: [{category: invoice},"
        " {draft_reply: x.docx}, {follow_up: room}, {review: look}]}"
    )

    found = answer(rules(tmp_path, line))

    assert [action.verb for action in found.actions] == ["review"]


class Broken:
    """A condition that cannot be evaluated."""

    def hits(self, page: Page) -> Hits | None:
        raise ZeroDivisionError(page)


def test_a_rule_that_cannot_be_evaluated_sends_the_mail_to_a_person() -> None:
    decision = Decision(
        categories={"invoice": Category(id="invoice", about={})},
        threshold=0.6,
        margin=0.1,
        rules_hash="h",
    )
    place = {"file": "r.yaml", "line": 1, "column": 1}
    broken = Rule(id="broken", when=Broken(), **place)  # type: ignore[arg-type]  # names of Rule
    good = Rule(id="good", when=_Always(), category="invoice", **place)  # type: ignore[arg-type]  # names of Rule

    found = decision.decide(Page(mail(subject="发票"), CONTEXT), [broken, good])

    assert found.category is None
    assert found.candidates == (("invoice", 1.0),)
    assert [(r.rule, r.condition) for r in found.why][-1] == ("broken", BROKEN)


def test_words_whose_place_is_not_found_do_not_stop_the_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> tuple[int, int]:
        raise IndexError

    loaded = rules(tmp_path, rule("a", "invoice", when="{subject: 发票}"))
    monkeypatch.setattr("mailroom.rules.page.Strip.flat_span", fails)

    found = answer(loaded)

    assert found.category == "invoice"
    assert [(r.rule, r.condition, r.words) for r in found.why] == [
        ("a", BROKEN, "IndexError")
    ]


class _Always:
    def hits(self, page: Page) -> Hits | None:
        assert page
        return ()


@pytest.mark.parametrize(
    ("subject", "body", "name"),
    [
        ("来文", "密    级：秘密★3年\n请阅", ""),
        ("来文", "机密\n关于某事", ""),
        ("来文", "绝密★长期", ""),
        ("【秘密】某规划", "见附件", ""),
        ("(机密★1年)某通知", "见附件", ""),
        ("Report", "TOP SECRET\nfor your eyes", ""),
        ("来文", "见附件", "（秘密）规划.docx"),
    ],
)
def test_a_mark_of_secrecy_quarantines(
    tmp_path: Path, subject: str, body: str, name: str
) -> None:
    attachments = (Attachment(name=name, type="a/b", content=b""),) if name else ()
    message = mail(subject=subject, body=body, attachments=attachments)

    found = answer(rules(tmp_path, rule("a", "invoice"), invoice=HEAD), message)

    assert (found.sensitivity, found.quarantine) == ("classified", SECRET)
    assert not found.needs_reply
    assert not {a.verb for a in found.actions} & {
        "draft_reply",
        "draft_paper",
        "follow_up",
    }


@pytest.mark.parametrize(
    "body",
    [
        "请签保密协议",
        "本邮件含机密信息，仅供收件人",
        "开★发★票",
        "the secret of success",
        "秘密武器：我们的产品",
        "保守国家秘密人人有责",
    ],
)
def test_talk_of_secrets_is_no_mark(tmp_path: Path, body: str) -> None:
    found = answer(rules(tmp_path, rule("a", "invoice")), mail(body=body))

    assert (found.sensitivity, found.quarantine) == ("normal", None)


def test_a_quoted_mark_of_secrecy_counts(tmp_path: Path) -> None:
    message = mail(zones=Zones(new="同意", quoted="密级：机密"))

    assert answer(rules(tmp_path, rule("a", "invoice")), message).quarantine == SECRET


@pytest.mark.parametrize("before", [19_990, 20_000, 40_000, 250_000])
def test_a_mark_of_secrecy_counts_however_far_behind_it_stands(
    tmp_path: Path, before: int
) -> None:
    quoted = f"{'往来邮件正文。' * (before // 7)}\n秘密★1年\n{'正文' * 9}"
    message = mail(zones=Zones(new="同意", quoted=quoted))

    found = answer(rules(tmp_path, rule("a", "invoice")), message)

    assert found.quarantine == SECRET
    reason = next(each for each in found.why if each.zone == "quoted")
    assert quoted[slice(*reason.span)].strip() == "秘密★1年"


def test_sensitivity_is_the_highest_that_anything_asks_for(tmp_path: Path) -> None:
    line = "{id: b, when: always, then: [{sensitivity: confidential}]}"
    head = "sensitivity: internal"

    found = answer(rules(tmp_path, rule("a", "invoice"), line, invoice=head))

    assert (found.category, found.sensitivity) == ("invoice", "confidential")


def test_a_rule_can_quarantine_with_its_reason(tmp_path: Path) -> None:
    line = "{id: a, when: always, then: [{category: invoice}, {quarantine: 疑似诈骗}]}"

    found = answer(rules(tmp_path, line, invoice=HEAD))

    assert found.quarantine == "疑似诈骗"
    assert not found.needs_reply


@pytest.mark.parametrize(
    ("message", "needed"),
    [
        (mail(body="请问发票何时开？"), True),
        (mail(body="收到，谢谢！"), False),
        (mail(body="谢谢，请再开一张。"), True),
        (mail(body="发票见附件", machine=Machine(kind="bulk", reason="x")), False),
        (mail(body="发票税号对吗？", machine=Machine(kind="bulk", reason="x")), True),
        (
            mail(body="发票见附件", machine=Machine(kind="auto_reply", reason="x")),
            False,
        ),
    ],
)
def test_an_answer_is_needed_unless_a_machine_or_thanks_speak(
    tmp_path: Path,
    message: Message,
    needed: bool,  # noqa: FBT001  a table's column
) -> None:
    assert answer(rules(tmp_path, rule("a", "invoice")), message).needs_reply is needed


def test_only_a_stated_deadline_makes_a_due_date(tmp_path: Path) -> None:
    extract = "extract: {by: {type: deadline}, day: {type: date}}"
    rule_set = rules(tmp_path, rule("a", "invoice", extract))

    stated = answer(rule_set, mail(body="3月10日开会，请于3月20日前付款"))
    unstated = answer(rule_set, mail(body="3月10日开会"))

    assert (stated.due, stated.fields["day"].value) == (date(2026, 3, 20), "2026-03-10")
    assert unstated.due is None


def test_a_field_leads_back_to_its_place_in_the_original(tmp_path: Path) -> None:
    extract = "extract: {amount: {regex: '金额:(.*)元', type: money}}"
    message = mail(body="您好，金额：１２，３００．５０元整")

    field = answer(rules(tmp_path, rule("a", "invoice", extract)), message).fields[
        "amount"
    ]

    assert (field.value, field.zone) == ("12300.50", "new")
    assert message.zones.new[slice(*field.span)] == "１２，３００．５０元"


def test_the_time_of_a_day_is_taken_from_wherever_it_stands(tmp_path: Path) -> None:
    extract = "extract: {start: {type: datetime}, end: {type: end}}"
    message = mail(
        subject="3月15日会议", body="3月12日报到，3月15日上午9点到11点半开会"
    )

    fields = answer(rules(tmp_path, rule("a", "invoice", extract)), message).fields

    assert fields["start"].value == "2026-03-15T09:00"
    assert fields["end"].value == "2026-03-15T11:30"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "一行十二人", "12"),
        ("number", "一行１５人", "15"),
        ("code", "一行AB 12 34人", "AB1234"),
        ("doc_no", "一行，江政函【2026】3号人", "江政函〔2026〕3号"),
        ("text", "一行  甲 乙 。人", "甲 乙"),
    ],
)
def test_a_value_is_normalised_by_its_type(
    tmp_path: Path, kind: str, text: str, value: str
) -> None:
    extract = f"extract: {{x: {{regex: '一行(.*)人', type: {kind}}}}}"

    found = answer(rules(tmp_path, rule("a", "invoice", extract)), mail(body=text))

    assert found.fields["x"].value == value


def test_text_of_a_mail_is_never_a_template(tmp_path: Path) -> None:
    extract = "extract: {topic: {in: subject, regex: '(.+)'}}"
    message = mail(subject="{{ 7*7 }} {topic} %s")

    found = answer(rules(tmp_path, rule("a", "invoice", extract)), message)

    assert found.fields["topic"].value == "{{ 7*7 }} {topic} %s"


def test_a_message_without_anything_is_unsorted(tmp_path: Path) -> None:
    empty = mail(senders=(), to=(), date=None)

    found = answer(rules(tmp_path, rule("a", "invoice", when="{body: x}")), empty)

    assert (found.category, found.candidates, found.why) == (None, (), ())


def test_the_answer_names_the_rule_set_that_gave_it(tmp_path: Path) -> None:
    rule_set = rules(tmp_path, rule("a", "invoice"))

    assert answer(rule_set).rules_hash == rule_set.hash


def test_own_people_are_told_from_others(tmp_path: Path) -> None:
    rule_set = rules(tmp_path, rule("a", "invoice", when="{from: {own: yes}}"))
    ours = mail(senders=(Address("", "li@firm.example"),))

    assert answer(rule_set, ours).category == "invoice"
    assert answer(rule_set).category is None
