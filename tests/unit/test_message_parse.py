"""A message as it is read: its parts, its text, what was mended."""

import email
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.errors import UnreadableMessageError
from mailroom.message import structure
from mailroom.message.model import Address
from mailroom.message.parse import parse

MESSAGES = Path(__file__).parent.parent / "messages"
HEAD = (
    b"From: a@b.example\nDate: Mon, 1 Jun 2026 10:20:00 +0800\n"
    b"Message-ID: <1@b.example>\n"
)


def plain(body: bytes, *more: bytes) -> bytes:
    return HEAD + b"".join(line + b"\n" for line in more) + b"\n" + body


def test_a_foxmail_reply_is_read_whole() -> None:
    message = parse((MESSAGES / "foxmail-reply.eml").read_bytes())
    assert message.subject == "回复： 工作计划"
    assert (message.base_subject, message.is_reply) == ("工作计划", True)
    assert message.senders == (Address("韩冬", "handong@jiangzhou.example"),)
    assert message.to == (Address("办公室", "office@yuanda.example"),)
    assert message.delivered_to == ("office@yuanda.example",)
    assert message.date == datetime(2026, 3, 4, 1, 18, tzinfo=UTC)
    assert message.message_id == "<20260304091800@jiangzhou.example>"
    assert message.in_reply_to == ("<first@yuanda.example>",)
    assert message.references == ("<root@yuanda.example>", "<first@yuanda.example>")
    assert message.zones.new == "收到，谢谢，周五前已复。"
    assert message.zones.quoted.startswith("发件人: 办公室")
    assert message.html == "<p>收到</p>"
    assert [(one.name, one.content) for one in message.attachments] == [
        ("计划.xls", b"\0\1\2")
    ]
    assert (message.language, message.machine, message.flaws) == ("zh", None, ())


def test_html_alone_becomes_text_with_lines_links_and_quotes() -> None:
    raw = plain(
        b"<html><head><title>t</title><style>p{}</style></head><body><p>Dear all,</p>"
        b"<div>see <a href='https://x.example'>the plan</a> &amp; answer<br>today</div>"
        b"<script>alert(1)</script><table><tr><td>No</td><td>7</td></tr></table>"
        b"<blockquote type=cite>old words</blockquote></body></html>",
        b"Content-Type: text/html; charset=utf-8",
    )
    assert parse(raw).text == (
        "Dear all,\n\nsee the plan & answer\ntoday\nNo\t7\n> old words"
    )


def test_a_plain_part_that_only_points_to_the_html_is_not_the_text() -> None:
    raw = plain(
        "--b\n\n您的邮件客户端不支持HTML格式\n--b\n"
        "Content-Type: text/html; charset=utf-8\n\n"
        "<p>电子发票已开具，号码 26330000000512345678。</p>\n--b--\n".encode(),
        b"Content-Type: multipart/alternative; boundary=b",
    )
    assert parse(raw).text.startswith("电子发票已开具")


def test_the_charset_of_a_meta_tag_counts_where_no_header_names_one() -> None:
    raw = plain(
        '<meta charset="big5"><p>會議通知</p>'.encode("cp950"),
        b"Content-Type: text/html",
    )
    assert parse(raw).text == "會議通知"


def test_flowed_text_is_joined_and_its_signature_mark_is_not() -> None:
    raw = plain(
        b"one \ntwo\n> quoted \n> on\n-- \nMe\n",
        b"Content-Type: text/plain; format=flowed",
    )
    assert parse(raw).text == "one two\n> quoted on\n-- \nMe"


def test_attached_mail_winmail_and_invitations_stay_attachments() -> None:
    raw = plain(
        b"--b\n\nsee below\n--b\n"
        b"Content-Type: message/rfc822\n\nSubject: inner\n\nwords\n"
        b"--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n"
        b"--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
        b"Content-Type: multipart/mixed; boundary=b",
    )
    message = parse(raw)
    assert message.text == "see below"
    assert [one.name for one in message.attachments] == [
        "attachment.eml",
        "winmail.dat",
        "attachment.ics",
    ]
    assert message.attachments[0].content == b"Subject: inner\n\nwords"


def test_a_picture_of_the_html_is_inline_with_its_content_id() -> None:
    raw = plain(
        b"--b\nContent-Type: text/html\n\n<img src=cid:logo>\n"
        b"--b\nContent-Type: image/png\n"
        b"Content-ID: <logo>\nContent-Transfer-Encoding: base64\n\nAAEC\n--b--\n",
        b"Content-Type: multipart/related; boundary=b",
    )
    (logo,) = parse(raw).attachments
    assert (logo.name, logo.inline, logo.content_id, logo.size) == (
        "attachment.png",
        True,
        "logo",
        3,
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"Content-Type: multipart/encrypted; boundary=b", "encrypted"),
        (b"Content-Type: multipart/signed; boundary=b", "signed"),
        (
            b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data",
            "encrypted",
        ),
        (b"Content-Type: application/x-pkcs7-mime; smime-type=signed-data", "signed"),
        (b"Content-Type: text/plain", "none"),
    ],
)
def test_protection_is_told(line: bytes, expected: str) -> None:
    assert parse(plain(b"--b\n\nx\n--b--\n", line)).protection == expected


def test_one_message_delivered_twice_has_one_key_and_a_reused_id_has_two() -> None:
    first = plain(b"the text\r\n", b"Received: by one", b"Subject: s")
    again = plain(b"the text\n\n", b"List-Id: <all.b.example>", b"Subject: [all] s")
    other = plain(b"another text\n", b"Subject: s")
    assert parse(first).dedupe_key == parse(again).dedupe_key
    assert parse(first).dedupe_key != parse(other).dedupe_key
    assert parse(first).sha256 != parse(again).sha256


def test_a_message_without_id_or_date_says_so_and_its_key_is_its_bytes() -> None:
    message = parse(b"From: a@b.example\nMessage-ID: <>\nDate: soon\n\nhi")
    assert (message.message_id, message.date) == (None, None)
    assert message.flaws == ("Message-ID unusable", "Date unreadable")
    assert message.dedupe_key == message.sha256


def test_two_from_headers_are_both_shown() -> None:
    message = parse(b"From: a@b.example\nFrom: boss@c.example\n\nhi")
    assert [one.address for one in message.senders] == ["a@b.example", "boss@c.example"]
    assert "more than one From" in message.flaws


def test_bytes_in_a_header_never_become_surrogates() -> None:
    message = parse(
        b"Subject: \xff\xfe\x81\nFrom: \xd0\xec \xff <a@b.example>\n\n\xff\xff"
    )
    for text in (
        message.subject,
        message.text,
        *(value for _, value in message.headers),
    ):
        text.encode("utf-8")
    assert message.senders[0].address == "a@b.example"


def test_a_base64_body_with_a_list_footer_under_it_is_read() -> None:
    raw = plain(
        b"aGVsbG8gdGhlcmU\n-- \nlist of all\n", b"Content-Transfer-Encoding: base64"
    )
    assert parse(raw).text == "hello there"


def test_a_boundary_that_is_not_there_loses_no_text() -> None:
    message = parse(
        plain(b"just text\n", b"Content-Type: multipart/mixed; boundary=zz")
    )
    assert message.text.strip() == "just text"
    assert "boundary not found" in message.flaws


@pytest.mark.parametrize(
    "raw", [b"", b"\n\n", b"hello", b"hello\nworld\n\nmore", b"\xff" * 99]
)
def test_what_has_no_headers_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError, match="no headers"):
        parse(raw)


def nested(levels: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
        for n in range(levels)
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (nested(1000), "nested more than 50"),
        (HEAD + b"X: " + b"x" * 300_000 + b"\n\nhi", "larger than 256 KB"),
        (HEAD + b"X: y\n" * 60_000 + b"\n\nhi", "larger than 256 KB"),
        (
            HEAD
            + b"Content-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\n\nx\n" * 2100,
            "more than 2000 parts",
        ),
    ],
)
def test_a_bomb_is_held_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableMessageError, match=reason):
        parse(raw)


def test_an_oversized_message_is_not_even_split(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(structure, "LARGEST", 1024 * 1024)
    with pytest.raises(UnreadableMessageError, match="larger than 1 MB"):
        parse(plain(b"x" * 1024 * 1024))


def test_forty_levels_are_read() -> None:
    raw = nested(40) + b"\ndeep words\n"
    assert parse(HEAD + raw).text == "deep words"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"To: " + b"(" * 50_000 + b"\n\nhi",
        HEAD + b"To: " + b'"\\' * 50_000 + b"\n\nhi",
        HEAD
        + b"To: "
        + b", ".join(b"a%d@b.example" % n for n in range(15_000))
        + b"\n\nhi",
        HEAD + b"Content-Type: text/plain" + b'; a="\\' * 40_000 + b"\n\nhi",
        HEAD + b"References: " + b"<1>" * 70_000 + b"\n\nhi",
        HEAD
        + b"References: "
        + b" ".join(b"<%d>" % n for n in range(30_000))
        + b"\n\nhi",
        HEAD + b"Subject: " + b"=?" * 100_000 + b"\n\nhi",
        HEAD + b"X: a\n" + b" \n" * 60_000 + b"Y: z\n\nhi",
        HEAD + b"X: " + b"\r" * 200_000 + b"\n\nhi",
        plain(b"<div>" * 100_000, b"Content-Type: text/html"),
        plain(b"<!--" * 100_000, b"Content-Type: text/html"),
        plain(b'<a "' * 100_000, b"Content-Type: text/html"),
        plain(b"&#" + b"9" * 20_000 + b";", b"Content-Type: text/html"),
        plain(b"-- \n" * 50_000),
        plain(b"From: a@b.example\n" * 20_000),
        plain("在于".encode() * 100_000),
        plain(b"this message the information \n" * 20_000),
        plain(b"-" * 500_000, b"Content-Type: multipart/mixed; boundary=-"),
    ],
)
def test_hostile_mail_takes_time_in_proportion_to_its_size(raw: bytes) -> None:
    # Where some step is quadratic, each of these takes minutes.
    message = parse(raw)
    assert len(message.to) <= 2000
    assert len(message.references) <= 1000


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_held(noise: bytes) -> None:
    # Any other exception than this one fails the claim.
    with suppress(UnreadableMessageError):
        parse(noise).text.encode("utf-8")


PIECES = [
    b"\n", b"\r\n", b"--b", b"--b--", b"--c", b"<p>", b"&#xd800;", b"=?gbk?B?", b"?=",
    b"Content-Type: multipart/mixed; boundary=b\n\n",
    b"Content-Type: multipart/alternative; boundary=c\n\n",
    b"Content-Type: text/html\n\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: x-uuencode\n", b"begin 644 a\n", b"M", b"end\n",
    b"Content-Disposition: attachment; filename*0*=a''%ff\n", b"From: ", b"Subject: ",
    b"\xce\xd2", b"On 1.1.2026 wrote:\n", b"> ", b"Message-ID: <[x]>\n", b"=", b"text",
    b"charset=utf-7;", b"+2AA-",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_heap_of_mime_pieces_is_read(pieces: list[bytes]) -> None:
    message = parse(HEAD + b"".join(pieces))
    for text in (message.subject, message.text, message.html or "", message.zones.new):
        text.encode("utf-8")


BODIES = st.lists(
    st.sampled_from([b"plain words\n", b"<p>x</p>\n", b"--\n", b"\n", b"--b0x\n"]),
    max_size=3,
).map(b"".join)
LEAVES = BODIES.map(lambda body: b"Content-Type: text/plain\n\n" + body)


def multipart(children: list[bytes], mark: int) -> bytes:
    line = b"--b%d" % mark
    parts = b"".join(line + b"\n" + child + b"\n" for child in children)
    return (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n" % mark
        + parts
        + line
        + b"--\n"
    )


@given(st.lists(st.lists(LEAVES, min_size=1, max_size=3), min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_parts_are_cut_as_the_standard_library_cuts_them(
    groups: list[list[bytes]],
) -> None:
    inner = [multipart(group, number + 1) for number, group in enumerate(groups)]
    raw = HEAD + multipart(inner, 99)
    root = structure.split(raw)
    ours = [(part.type, part.content()) for part in root.walk() if not part.parts]
    judge = [
        (part.get_content_type(), part.get_payload(decode=True))
        for part in email.message_from_bytes(raw).walk()
        if not part.is_multipart()
    ]
    assert ours == judge
