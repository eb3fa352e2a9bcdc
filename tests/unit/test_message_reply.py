"""Letters of ours: the bytes, the people, the thread, the quote."""

import email
import email.message
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.message.answer import answer_to, in_reply_to_for, quote, references_for
from mailroom.message.model import Address, Attachment, Message
from mailroom.message.parse import parse
from mailroom.message.reply import (
    ID_BYTES,
    Letter,
    build,
    is_sendable,
    new_message_id,
    pictures_in,
)

LETTER = Letter(
    message_id="<7@yuanda.example>",
    date=datetime(2026, 3, 4, 9, 18, tzinfo=timezone(timedelta(hours=8))),
    sender=Address("远大集团办公室", "office@yuanda.example"),
    to=(Address("Ng, Pat", "pat@b.example"), Address("", "q@b.example")),
    cc=(Address("韩冬", "han@b.example"),),
    subject="回复：关于征集参加境外展会企业的函（江商函〔2026〕31号）的答复意见及有关事项的说明",
    text="您好：\n\nFrom now on …\n.\n" + "长" * 600 + "\n",
    html="<p>您好 &amp; 再见</p>\n",
    attachments=(
        Attachment(
            name="答复 函.docx", type="application/msword", content=bytes(range(256))
        ),
    ),
    in_reply_to="<6@b.example>",
    references=("<5@b.example>", "<6@b.example>"),
    extra_headers=(("X-Mailroom-Loop", "abc"),),
)


def test_a_letter_is_read_back_as_it_was_written() -> None:
    message = parse(build(LETTER))
    assert message.message_id == LETTER.message_id
    assert message.date == LETTER.date
    assert (message.senders, message.to, message.cc) == (
        (LETTER.sender,),
        LETTER.to,
        LETTER.cc,
    )
    assert message.subject == LETTER.subject
    assert message.text == LETTER.text.rstrip("\n")
    assert message.html == LETTER.html
    assert message.in_reply_to == ("<6@b.example>",)
    assert message.references == LETTER.references
    assert message.attachments == LETTER.attachments
    assert list(message.header("x-mailroom-loop")) == ["abc"]
    assert (message.machine, message.flaws) == (None, ())


def test_the_standard_library_reads_the_same_letter_without_a_defect() -> None:
    judge = email.message_from_bytes(build(LETTER), policy=email.policy.default)
    assert [part.defects for part in judge.walk()] == [[]] * 5
    assert judge["subject"] == LETTER.subject
    assert judge["to"].addresses[0].display_name == "Ng, Pat"
    body = judge.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == LETTER.text
    assert [part.get_filename() for part in judge.iter_attachments()] == [
        "答复 函.docx"
    ]


def test_equal_letters_give_equal_bytes_and_other_ones_do_not() -> None:
    assert build(LETTER) == build(replace(LETTER))
    assert build(LETTER) != build(replace(LETTER, text="x"))


def test_a_letter_goes_over_any_line() -> None:
    raw = build(replace(LETTER, text="x" * 5000 + "\r\n\rnew\n", subject="y" * 2000))
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 998
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert parse(raw).subject == ("y" * 2000)[:1000]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "a\r\nBcc: x@y.example"},
        {"subject": "a\u2028b"},
        {"sender": Address("a\nb", "a@b.example")},
        {"sender": Address("a", "a@b.example\r\nBcc: x@y.example")},
        {"to": (Address("", "no address"),)},
        {"to": (Address("", "a@b.example>, <x@y.example"),)},
        {"to": (Address("", "用户@b.example"),)},
        {"to": ()},
        {"message_id": "7@yuanda.example"},
        {"message_id": "<7@yuanda.example>\r\nX: y"},
        {"references": ("<a b>",)},
        {"extra_headers": (("Bcc", "x@y.example"),)},
        {"extra_headers": (("X: y\r\nZ", "1"),)},
        {"extra_headers": (("X-A", "1\n2"),)},
        {"date": datetime(2026, 3, 4)},  # noqa: DTZ001  a naive date is the point
    ],
)
def test_what_would_break_a_header_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        build(replace(LETTER, **change))  # type: ignore[arg-type]  # the wrong values are meant


@given(st.text(max_size=120), st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_subject_and_name_is_refused_or_comes_back(subject: str, name: str) -> None:
    letter = replace(
        LETTER, subject=subject, sender=Address(name, "a@b.example"), html=None
    )
    try:
        raw = build(letter)
    except ValueError:
        return
    judge = email.message_from_bytes(raw)
    assert [key for key, _ in judge.raw_items()][:4] == ["Date", "From", "To", "Cc"]
    message = parse(raw)
    assert message.subject.split() == subject.split()
    assert [one.address for one in message.senders] == ["a@b.example"]


LOGO = Attachment(name="logo.png", type="image/png", content=b"one")
SEAL = Attachment(name="公章 1&2.png", type="image/png", content=b"two")
SHOWN = (
    '<p><img src="cid:公章 1&amp;2.png" alt=""><img src="cid:logo.png" alt="logo.png">'
    "</p>\n"
)


def resolved(judge: email.message.EmailMessage) -> list[object]:
    """Follow each picture of the HTML to its part, as a mail client does."""
    page = judge.get_body(("html",))
    assert page is not None
    parts = {part["Content-ID"]: part for part in judge.walk() if part["Content-ID"]}
    return [
        parts[f"<{unquote(identity)}>"].get_content()
        for identity in re.findall(r'src="cid:([^"]*)"', page.get_content())
    ]


def judged(letter: Letter) -> email.message.EmailMessage:
    return email.message_from_bytes(build(letter), policy=email.policy.default)


def test_the_pictures_of_the_html_are_found_by_its_links() -> None:
    judge = judged(replace(LETTER, html=SHOWN, pictures=(LOGO, SEAL)))

    assert resolved(judge) == [b"two", b"one"]
    assert [part.defects for part in judge.walk()] == [[]] * 8
    assert [part.get_filename() for part in judge.iter_attachments()] == [
        "答复 函.docx"
    ]


def test_pictures_lie_beside_the_html_and_attachments_outside() -> None:
    judge = judged(replace(LETTER, html=SHOWN, pictures=(LOGO, SEAL)))

    shape = [(p.get_content_type(), p.get_content_disposition()) for p in judge.walk()]
    assert shape == [
        ("multipart/mixed", None),
        ("multipart/alternative", None),
        ("text/plain", None),
        ("multipart/related", None),
        ("text/html", None),
        ("image/png", "inline"),
        ("image/png", "inline"),
        ("application/msword", "attachment"),
    ]
    (related,) = (p for p in judge.walk() if p.get_content_subtype() == "related")
    assert related.get_param("type") == "text/html"


def test_no_two_letters_name_their_pictures_alike() -> None:
    one = replace(LETTER, html=SHOWN, pictures=(LOGO, SEAL))
    other = replace(one, message_id="<8@yuanda.example>")

    def ids(letter: Letter) -> list[str]:
        return [p["Content-ID"] for p in judged(letter).walk() if p["Content-ID"]]

    assert ids(one) == ids(replace(one))
    assert len({*ids(one), *ids(other)}) == 4


def test_words_that_look_like_a_picture_stay_words() -> None:
    words = '<p>&lt;img src="cid:logo.png"&gt; cid:logo.png</p>'
    judge = judged(
        replace(LETTER, html=f'{words}<img src="cid:logo.png">', pictures=(LOGO,))
    )

    page = judge.get_body(("html",))
    assert page is not None
    assert page.get_content().startswith(words)
    assert pictures_in(words) == ()


def test_pictures_are_named_once_in_their_order() -> None:
    assert pictures_in(SHOWN + SHOWN) == ("公章 1&2.png", "logo.png")


def test_a_plain_text_letter_has_no_pictures() -> None:
    bare = replace(LETTER, html=None)

    assert build(replace(bare, pictures=(LOGO,))) == build(bare)


@given(st.text(min_size=1, max_size=80))
@settings(max_examples=100, deadline=None)
def test_a_picture_of_any_name_is_found(name: str) -> None:
    picture = replace(LOGO, name=name)
    html = f'<img src="cid:{escape(name)}">'

    assert resolved(judged(replace(LETTER, html=html, pictures=(picture,)))) == [b"one"]


def test_we_read_our_own_pictures_as_such() -> None:
    message = parse(build(replace(LETTER, html=SHOWN, pictures=(LOGO,))))

    (logo, _) = message.attachments
    assert (logo.name, logo.content, logo.inline) == ("logo.png", b"one", True)
    assert logo.content_id == "1.7@yuanda.example"


def test_an_empty_attachment_and_a_mail_as_attachment_arrive() -> None:
    sent = (
        Attachment(name="empty.txt", type="text/plain", content=b""),
        Attachment(
            name="old.eml", type="message/rfc822", content=b"Subject: x\r\n\r\n\xff"
        ),
    )
    got = parse(build(replace(LETTER, attachments=sent))).attachments
    assert [(one.name, one.content) for one in got] == [
        (one.name, one.content) for one in sent
    ]


def test_an_address_with_a_chinese_host_is_sent_to_its_ascii_name() -> None:
    assert b"a@xn--fsqu00a.example" in build(
        replace(LETTER, to=(Address("", "a@例子.example"),))
    )
    assert is_sendable("a@例子.example")
    assert not is_sendable("a@b.example\n")


def test_ids_are_equally_long_and_differ_by_their_random_bytes() -> None:
    one = new_message_id("Yuanda.example", b"\0" * ID_BYTES)
    other = new_message_id("Yuanda.example", b"\1" * ID_BYTES)
    assert one != other
    assert len(one) == len(other)
    with pytest.raises(ValueError, match="random"):
        new_message_id("yuanda.example", b"\0")


def received(**fields: object) -> Message:
    known: dict[str, object] = {
        "sha256": "",
        "size": 0,
        "message_id": "<6@b.example>",
        "senders": (Address("Pat", "pat@b.example"),),
        "to": (Address("", "office@yuanda.example"), Address("", "lee@b.example")),
    }
    return Message(**{**known, **fields})  # type: ignore[arg-type]  # fields by name


OWN = ["Office@yuanda.example"]


def test_an_answer_goes_to_reply_to_and_says_where_the_domain_is_another() -> None:
    found = answer_to(received(reply_to=(Address("", "x@evil.example"),)), OWN)
    assert [one.address for one in found.to] == ["x@evil.example"]
    assert [str(one) for one in found.warnings] == [
        "The answer would go to x@evil.example, the message came from pat@b.example."
    ]


def test_an_answer_to_any_other_mailbox_than_the_senders_is_looked_at_first() -> None:
    found = answer_to(received(reply_to=(Address("", "lee@b.example"),)), OWN)
    assert "The answer would go to lee@b.example" in str(found.warnings[0])
    same = answer_to(received(reply_to=(Address("Desk", "pat@b.example"),)), OWN)
    assert same.warnings == ()


def test_a_reply_to_cannot_name_a_crowd() -> None:
    crowd = tuple(Address("", f"p{n}@b.example") for n in range(60))
    found = answer_to(received(reply_to=crowd), OWN)
    assert len(found.to) == 5
    assert "60 people" in str(found.warnings[0])


def test_the_office_never_answers_itself() -> None:
    own = Address("", "office@yuanda.example")
    assert answer_to(received(reply_to=(own,)), OWN).to == (
        Address("Pat", "pat@b.example"),
    )
    nobody = answer_to(received(senders=(own,)), OWN)
    assert nobody.to == ()
    assert "nobody to answer" in str(nobody.warnings[0])


def test_copies_leave_out_the_office_and_who_is_answered_and_have_an_end() -> None:
    crowd = tuple(Address("", f"p{n}@b.example") for n in range(30))
    found = answer_to(
        received(cc=(Address("", "pat@b.example"), *crowd)), OWN, everyone=True
    )
    assert found.cc[0].address == "lee@b.example"
    assert len(found.cc) == 20
    assert "first 20" in str(found.warnings[0])


def test_doubtful_senders_are_named() -> None:
    two = answer_to(
        received(senders=(Address("", "a@b.example"), Address("", "c@b.example"))), OWN
    )
    assert "more than one sender" in str(two.warnings[0])
    robot = answer_to(received(senders=(Address("", "NoReply@b.example"),)), OWN)
    assert "takes no answers" in str(robot.warnings[0])


def test_references_grow_by_one_and_keep_both_ends() -> None:
    assert references_for(received(references=("<1@x>",))) == ("<1@x>", "<6@b.example>")
    assert references_for(received(in_reply_to=("<5@x>",))) == (
        "<5@x>",
        "<6@b.example>",
    )
    many = references_for(received(references=tuple(f"<{n}@x>" for n in range(100))))
    assert (len(many), many[0], many[-1]) == (40, "<0@x>", "<6@b.example>")
    odd = received(message_id="<é@x>", references=("<a b>", "<1@x>"))
    assert (references_for(odd), in_reply_to_for(odd)) == (("<1@x>",), None)


def test_whatever_is_taken_over_can_be_sent() -> None:
    message = parse(
        "From: <a@b.example>\nMessage-ID: <é [x]>\n"
        "References: <ü> <\x01> <ok@x>\n\nhi".encode()
    )
    build(
        replace(
            LETTER,
            to=answer_to(message, OWN).to,
            references=references_for(message),
            in_reply_to=in_reply_to_for(message),
        )
    )


def test_the_quote_is_text_marked_and_escaped() -> None:
    message = received(
        text="<b>hi</b>\n\nsecond line",
        date=datetime(2026, 3, 4, 9, 18, tzinfo=UTC),
    )
    plain, html = quote(message, 20)
    assert plain == (
        "On 4 March 2026 at 09:18, Pat <pat@b.example> wrote:\n"
        "> <b>hi</b>\n>\n> second li\n> […]"
    )
    assert "<b>" not in html
    assert "&lt;b&gt;hi&lt;/b&gt;<br>" in html


def test_a_quote_speaks_chinese_to_chinese_and_an_encrypted_text_has_none() -> None:
    message = received(
        text="密文", language="zh", date=datetime(2026, 3, 4, 9, 18, tzinfo=UTC)
    )
    heading = "在 2026年3月4日 09:18，Pat <pat@b.example> 写道："
    assert quote(message, 99)[0].startswith(heading)
    hidden = quote(replace(message, protection="encrypted"), 99)
    assert "密文" not in "".join(hidden)


def test_our_own_quote_is_cut_off_again_when_the_answer_comes_back() -> None:
    for language in ("zh", "en"):
        message = received(
            text="old words", language=language, date=datetime(2026, 3, 4, tzinfo=UTC)
        )
        quoted = quote(message, 99)[0]
        answer = parse(
            f"From: a@b.example\nSubject: Re: x\n\n好的，同意。\n\n{quoted}".encode()
        )
        assert answer.zones.new == "好的，同意。"
        assert "old words" in answer.zones.quoted
