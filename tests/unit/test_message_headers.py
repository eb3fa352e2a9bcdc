"""Headers, charsets, addresses, names: what senders write and what is read."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from mailroom.message import charsets, headers
from mailroom.message.addresses import addresses
from mailroom.message.filenames import safe_name
from mailroom.message.model import Address


def word(text: str, charset: str, label: str | None = None) -> str:
    coded = base64.b64encode(text.encode(charset)).decode("ascii")
    return f"=?{label or charset}?B?{coded}?="


@pytest.mark.parametrize(
    "label", ["gb2312", "GBK", "x-gbk", "cp936", "euc-cn", "gb_2312-80", '"gb2312"']
)
def test_every_name_of_gb2312_is_read_as_gb18030(label: str) -> None:
    assert (
        charsets.decode("朱镕基、喆、㐂".encode("gb18030"), label)[0]
        == "朱镕基、喆、㐂"
    )


def test_a_label_that_lies_is_named_as_a_flaw_and_a_true_one_is_not() -> None:
    assert charsets.decode("会议".encode("gb2312"), "gb2312")[1] is None
    assert (
        charsets.decode("镕".encode("gb18030"), "gb2312")[1]
        == "charset gb2312 → gb18030"
    )


def test_utf8_under_a_gb2312_label_stays_utf8() -> None:
    assert (
        charsets.decode("您好，附件是合同".encode(), "gb2312")[0] == "您好，附件是合同"
    )


def test_a_short_gbk_word_that_happens_to_be_utf8_follows_its_label() -> None:
    assert charsets.decode("奖励".encode("gbk"), "gbk")[0] == "奖励"


def test_unlabelled_chinese_is_gb18030_and_unlabelled_western_text_is_not() -> None:
    assert (
        charsets.decode("请查收附件中的合同".encode("gbk"), None)[0]
        == "请查收附件中的合同"
    )
    assert charsets.decode("Müller grüßt".encode("latin-1"), None)[0] == "Müller grüßt"


def test_latin1_is_windows_1252_and_big5_is_cp950() -> None:
    assert charsets.decode(b"\x80 100 \x96 net", "iso-8859-1")[0] == "€ 100 – net"
    assert charsets.decode("會議碁".encode("cp950"), "big5")[0] == "會議碁"


@pytest.mark.parametrize(
    "label",
    ["hex", "zip", "rot13", "unicode_escape", "idna", "no-such", "\x00", "é", "utf-7"],
)
def test_no_label_whatever_raises_or_gives_a_surrogate(label: str) -> None:
    for raw in (b"\xff\xfe\x80abc", b"+2AA-", b"\\ud800", b"\x00\x01"):
        charsets.decode(raw, label)[0].encode("utf-8")


def test_a_character_cut_between_two_encoded_words_is_mended() -> None:
    raw = "关于会议".encode("gbk")
    cut = [base64.b64encode(piece).decode("ascii") for piece in (raw[:3], raw[3:])]
    value = f"=?gb2312?B?{cut[0]}?=\r\n =?GB2312?B?{cut[1]}?="
    assert headers.decode_words(headers.unfold(value.encode("ascii"))) == "关于会议"


def test_encoded_words_keep_plain_words_around_them() -> None:
    value = f"Re: {word('发票', 'gbk')} {word(' 12', 'utf-8')} =?utf-8?q?a_=C3=A9?= end"
    assert headers.decode_words(value) == "Re: 发票 12a é end"


def test_raw_8bit_headers_are_utf8_or_else_gb18030() -> None:
    assert headers.unfold("主题".encode()) == "主题"
    assert headers.unfold("主题：合同".encode("gbk")) == "主题：合同"


def test_an_encoded_line_end_cannot_make_a_second_header() -> None:
    value = word("ok\r\nBcc: x@y.example", "utf-8")
    assert headers.decode_words(value) == "ok Bcc: x@y.example"


def test_a_received_line_that_lost_its_fold_does_not_end_the_headers() -> None:
    found, rest = headers.fields(b"Received: from a\nby b with SMTP\nFrom: x@y.example")
    assert [name for name, _ in found] == ["Received", "From"]
    assert b"by b" in found[0][1]
    assert rest == b""


def test_text_right_under_the_headers_is_not_lost() -> None:
    found, rest = headers.fields(b"Subject: x\nDear all,\nthe lift is broken")
    assert [name for name, _ in found] == ["Subject"]
    assert rest == b"Dear all,\nthe lift is broken"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b.example>", "<a@b.example>"),
        (" <a@b.example> (comment)", "<a@b.example>"),
        ("<a @b.example>", "<a@b.example>"),
        ("a@b.example", "<a@b.example>"),
        ("<[x]>", "<[x]>"),
        ("", None),
        ("<>", None),
        ("nothing", None),
        ("<" + "a" * 2000 + ">", None),
    ],
)
def test_a_message_id_has_one_shape_or_none(value: str, expected: str | None) -> None:
    assert headers.message_id(value) == expected


def test_dates_are_aware_or_none() -> None:
    assert headers.date("Mon, 02 Mar 2026 15:03:58 +0800") == datetime(
        2026, 3, 2, 7, 3, 58, tzinfo=UTC
    )
    unknown_zone = headers.date("Mon, 02 Mar 2026 15:03:58 -0000")
    assert unknown_zone is not None
    assert unknown_zone.utcoffset() == timedelta(0)
    for value in (
        "",
        "yesterday",
        "2026年3月2日",
        "31 Dec 9999 23:00 -2300",
        "9" * 5000,
    ):
        assert headers.date(value) is None


def test_the_rfc2231_name_wins_over_the_plain_one() -> None:
    kind, found = headers.parameters(
        "attachment; filename=\"fallback.pdf\"; filename*=utf-8''%E5%90%88%E5%90%8C.pdf"
    )
    assert (kind, found["filename"]) == ("attachment", "合同.pdf")


def test_a_name_in_pieces_is_joined_before_it_is_decoded() -> None:
    raw = "关于会议的通知.docx".encode("gbk")
    coded = ["".join(f"%{byte:02X}" for byte in piece) for piece in (raw[:3], raw[3:])]
    _, found = headers.parameters(
        f"attachment; filename*1*={coded[1]}; filename*0*=gb2312''{coded[0]}"
    )
    assert found["filename"] == "关于会议的通知.docx"


def test_encoded_words_and_spaces_in_a_name_are_read() -> None:
    value = f'x/y; name="{word("报价", "gb18030")}.xls"; charset=gbk; format=a b'
    _, found = headers.parameters(value)
    assert found == {"name": "报价.xls", "charset": "gbk", "format": "a b"}


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\合同.docx", "合同.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ('what?<x>|"y".txt', "what__x___y_.txt"),
        ("..", "attachment.pdf"),
        ("", "attachment.pdf"),
        ("CON.txt", "_CON.txt"),
        (" . name .", "name"),
    ],
)
def test_a_file_name_is_safe(sent: str, safe: str) -> None:
    assert safe_name(sent, "application/pdf") == safe


def test_a_long_name_keeps_its_ending_and_whole_characters() -> None:
    name = safe_name("长" * 300 + ".docx", "text/plain")
    assert name.endswith("长.docx")
    assert len(name.encode()) <= 255


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@B.Example", [("", "a@b.example")]),
        (
            '"Ng, Pat" <p@x.example>, q@x.example',
            [("Ng, Pat", "p@x.example"), ("", "q@x.example")],
        ),
        ("p@x.example (Pat (the) Ng)", [("Pat (the) Ng", "p@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("MAILER-DAEMON", []),
        ("<@relay.example:a@x.example>", [("", "a@x.example")]),
        (
            '"open <a@x.example>, b@x.example',
            [("", "a@x.example"), ("", "b@x.example")],
        ),
        ("'c@x.example' <c@x.example>", [("", "c@x.example")]),
        ("Name<a@x.example", [("", "a@x.example")]),
    ],
)
def test_addresses_are_read(value: str, expected: list[tuple[str, str]]) -> None:
    assert addresses(value) == tuple(Address(*one) for one in expected)


def test_a_comma_within_an_encoded_name_does_not_part_addresses() -> None:
    value = f"{word('办公室, 徐婷', 'gb18030', 'gb2312')} <xt@x.example>"
    assert addresses(value) == (Address("办公室, 徐婷", "xt@x.example"),)
