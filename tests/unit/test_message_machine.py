"""Machine mail, bounces, subjects, threads, languages."""

from pathlib import Path

import pytest

from mailroom.message.language import language
from mailroom.message.machine import LOOP_HEADER, is_own
from mailroom.message.model import Bounce, Message
from mailroom.message.parse import parse
from mailroom.message.subjects import base_subject, reply_subject
from mailroom.message.threads import parents

MESSAGES = Path(__file__).parent.parent / "messages"


def mail(*lines: str, body: str = "text", sender: str = "a@b.example") -> Message:
    head = "".join(f"{line}\n" for line in (f"From: {sender}", *lines))
    return parse(f"{head}\n{body}".encode())


def kind(message: Message) -> str | None:
    return message.machine.kind if message.machine else None


RECEIPT = (
    "Content-Type: multipart/report; report-type=disposition-notification; boundary=b"
)
ANSWER = "In-Reply-To: <7@yuanda.example>"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Auto-Submitted: auto-replied"], "auto_reply"),
        (["Auto-Submitted: auto-replied (vacation); owner=x@y.example"], "auto_reply"),
        (["Auto-Submitted: auto-generated", ANSWER], "auto_reply"),
        (["Auto-Submitted: auto-generated"], "bulk"),
        (["Auto-Submitted: no"], None),
        (["Auto-Submitted: No (a person)"], None),
        (["X-Autoreply: yes"], "auto_reply"),
        (["X-Autorespond: out"], "auto_reply"),
        (["X-Autoreply: no"], None),
        (["Precedence: auto_reply"], "auto_reply"),
        (["Precedence: bulk"], "bulk"),
        (["Precedence: junk"], "bulk"),
        (["Precedence: list"], "list"),
        (["Precedence: first-class"], None),
        (["List-Id: <all.b.example>", "Precedence: bulk"], "list"),
        (["List-Post: <mailto:all@b.example>"], "list"),
        (["List-Unsubscribe: <https://b.example/u>"], "bulk"),
        (["X-Loop: b"], "bulk"),
        (["Return-Path: <>"], "bulk"),
        (["X-Auto-Response-Suppress: All"], None),
        (["Subject: 自动回复: 关于报价", ANSWER], "auto_reply"),
        (["Subject: 自动回复怎么设置？"], None),
        (["Subject: Re: Automatic reply: quote", ANSWER], None),
        (["Subject: Out of office", "X-Auto-Response-Suppress: All"], "auto_reply"),
        (["Subject: 未送达: 通知", "Return-Path: <>"], "bounce"),
        (["Subject: 关于退信的处理办法"], None),
        (["X-MS-Exchange-Message-Is-Ndr:", "Auto-Submitted: auto-replied"], "bounce"),
        ([RECEIPT], "receipt"),
        (["Subject: 已读: 通知", "Return-Path: <>"], "receipt"),
        (["Subject: hello", ANSWER], None),
    ],
)  # fmt: skip
def test_the_kind_of_machine_is_told_by_structure(
    lines: list[str], expected: str | None
) -> None:
    message = mail(*lines, body="--b\n\nx\n--b--\n")
    assert kind(message) == expected
    assert message.machine is None or message.machine.reason


def test_a_letter_from_a_postmaster_is_no_bounce_without_its_form() -> None:
    assert kind(mail("Subject: new mail rules", sender="postmaster@b.example")) is None
    report = mail("Subject: 系统退信", sender="postmaster@b.example")
    assert kind(report) == "bounce"
    # Some daemons mark what they send back as an automatic answer.
    lines = ("Subject: Message blocked", "Auto-Submitted: auto-replied")
    assert kind(mail(*lines, sender="mailer-daemon@b.example")) == "bounce"
    assert kind(mail(*lines)) == "auto_reply"


def test_a_delivery_report_names_each_recipient_and_the_original() -> None:
    message = parse((MESSAGES / "bounce.eml").read_bytes())
    assert kind(message) == "bounce"
    original = "<letter-7@yuanda.example>"
    assert message.bounces == (
        Bounce(
            recipient="gone@jiangzhou.example",
            action="failed",
            status="5.1.1",
            original_id=original,
        ),
        Bounce(
            recipient="slow@jiangzhou.example",
            action="delayed",
            status="4.4.1",
            original_id=original,
        ),
    )


def test_a_bounce_of_no_standard_is_read_from_its_words() -> None:
    message = mail(
        "To: office@yuanda.example",
        "Subject: 系统退信",
        "References: <1@yuanda.example> <2@yuanda.example>",
        body="office@yuanda.example 的邮件被退回：\ngone@qq.example 不存在 #5.1.10",
        sender="postmaster@qq.example",
    )
    assert message.bounces == (
        Bounce(
            recipient="gone@qq.example",
            action="failed",
            status="5.1.10",
            original_id="<2@yuanda.example>",
        ),
    )


def test_our_own_mail_is_known_by_address_or_mark() -> None:
    own = ["Office@Yuanda.example"]
    assert is_own(mail(), own, "abc") is None
    by_address = is_own(mail(sender="office@yuanda.example"), own, "abc")
    assert by_address is not None
    assert by_address.kind == "own"
    assert is_own(mail(f"{LOOP_HEADER}: abc"), own, "abc") is not None
    assert is_own(mail(f"{LOOP_HEADER}: other"), own, "abc") is None
    assert is_own(mail(f"{LOOP_HEADER}:"), own, "") is None


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: plan", "plan"),
        ("RE: Re：回复： 答复: plan", "plan"),
        ("Re[3]: plan", "plan"),
        ("回复(2)：plan", "plan"),
        ("转发：Fw: FWD: plan", "plan"),
        ("轉寄: 回覆: 計劃", "計劃"),
        ("AW: WG: SV: plan", "plan"),
        ("[External] RE: plan", "plan"),
        ("Regarding: plan", "Regarding: plan"),
        ("转发市政府通知", "转发市政府通知"),
        ("Recruitment: plan", "Recruitment: plan"),
        ("Re:", ""),
    ],
)
def test_prefixes_are_no_part_of_the_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_an_answer_has_one_prefix_in_the_language_of_the_subject() -> None:
    assert reply_subject("RE: Re: plan") == "Re: plan"
    assert reply_subject("转发: 会议通知") == "回复：会议通知"
    assert reply_subject(reply_subject("会议通知")) == "回复：会议通知"
    assert reply_subject("") == "Re:"


@pytest.mark.parametrize(
    ("line", "reply", "forward"),
    [
        ("Subject: Re: Fwd: x", True, False),
        ("Subject: 转发: 回复: x", False, True),
        ("Subject: x", False, False),
        (f"Subject: x\n{ANSWER}", True, False),
        (f"Subject: Fw: x\n{ANSWER}", False, True),
    ],
)
def test_the_outermost_prefix_tells_replies_from_forwards(
    line: str, *, reply: bool, forward: bool
) -> None:
    message = mail(line)
    assert (message.is_reply, message.is_forward) == (reply, forward)


def test_the_most_telling_parent_comes_first_and_once() -> None:
    message = mail(
        "Message-ID: <4@x>", "In-Reply-To: <3@x>", "References: <1@x> <2@x> <3@x> <4@x>"
    )
    assert parents(message) == ("<3@x>", "<2@x>", "<1@x>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请各部门于3月5日前报送材料，联系人：张三。", "zh"),
        ("請各單位於三月五日前報送資料，謝謝。", "zh-Hant"),
        ("Please send the report to Zhang San (张三) by Friday.", "en"),
        ("型号 ThinkPad X1 Carbon 五台，送货到 London，预算已列入年度计划。", "zh"),
        ("", "en"),
        ("12345 !!", "en"),
        ("https://x.example/a/b/c 收到", "zh"),
    ],
)  # fmt: skip
def test_the_script_tells_the_language(text: str, expected: str) -> None:
    assert language(text) == expected


def test_a_letter_in_both_languages_is_mixed() -> None:
    english = "The fire drill takes place on Thursday at ten, please take the stairs."
    chinese = "消防演练定于周四上午十点举行，请各位同事从楼梯有序撤离，不要乘坐电梯。"
    assert language(f"{english}\n{chinese}") == "mixed"
