"""Writes the mails that the rules benchmark sorts: two corpora, the same each time."""

import base64
import quopri
import random
from collections.abc import Iterator, Sequence
from email.header import Header
from importlib import resources
from pathlib import Path

from mailroom.message.model import Message
from mailroom.message.parse import parse
from tests.benchmarks.rules_words import WORDS, Word

TOPICS = 3  # of the words that rules look for, in each mail
_DATE = "Mon, 16 Nov 2026 09:{:02}:00 +0800"
_ZH = (
    "各位领导、同事，你们好：",
    "现将有关情况报告如下，请审阅。",
    "根据上周会议的安排，请各部门于本周五（11月20日）17:00前把材料报送办公室。",
    "如有疑问，请与综合科小李联系，电话 0440-5550123。",
    "项目已进入验收阶段，预计月底完成，所需费用￥12,800.00元已列入预算。",
    "附件为本次活动的日程安排和参加人员名单，请查收。",
    "感谢贵单位长期以来的支持与配合！",
    "此致\n敬礼",
)
_EN = (
    "Dear colleagues,",
    "Please find below the summary of what we agreed on Tuesday.",
    "We would be grateful for your comments by Friday, 20 November 2026, 5 pm.",
    "The quotation includes delivery to your London office (GBP 1,250.00).",
    "Should you have any questions, do not hesitate to call us on 020 7946 0123.",
    "I attach the agenda together with the list of participants.",
    "Many thanks for your help,",
    "Kind regards",
)
_TRANSPORT = """\
Return-Path: <{sender}>
Delivered-To: office@hengyuan.example
Received: from mx1.hengyuan.example (mx1.hengyuan.example [192.0.2.10])
\tby store.hengyuan.example with LMTP id {n:08x}; {date}
Received: from out{n}.mail.example (out{n}.mail.example [198.51.100.{low}])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
\tby mx1.hengyuan.example (Postfix) with ESMTPS id {n:010X}
\tfor <office@hengyuan.example>; {date}
Authentication-Results: mx1.hengyuan.example; dkim=pass header.d=mail.example;
\tspf=pass smtp.mailfrom={sender}; dmarc=pass header.from=mail.example
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example; s=s1;
\th=from:to:subject:date:message-id:mime-version:content-type;
\tbh={hash}; b={hash}{hash}{hash}{hash}
X-Mailer: Foxmail 7.2.25.{low}[cn]
"""


def office_mails(count: int) -> Iterator[bytes]:
    """Yield letters of an office: both languages, all codings, with attachments."""
    chance = random.Random(42)  # noqa: S311  the same mails in every run
    for n in range(count):
        yield _letter(n, chance)


def seasoned_mails(count: int) -> Iterator[bytes]:
    """Yield the demo's and the tests' own mails, in the shapes of real programs.

    Each has come a longer way; every other one is an answer with the thread under it.
    """
    chance = random.Random(43)  # noqa: S311  the same mails in every run
    demo = resources.files("mailroom.demo") / "mail"
    raws = [e.read_bytes() for e in sorted(demo.iterdir(), key=lambda e: e.name)]
    messages = Path(__file__).parents[1] / "messages"
    raws += [path.read_bytes() for path in sorted(messages.glob("*.eml"))]
    letters = [parse(raw) for raw in raws]
    for n in range(count):
        head = _transport(n, f"a{n}@mail.example", chance).encode()
        if n % 2:
            yield head + raws[n // 2 % len(raws)].replace(b"\r\n", b"\n")
        else:
            yield head + _thread(n, chance.sample(letters, 6), chance)


def _thread(n: int, letters: Sequence[Message], chance: random.Random) -> bytes:
    """Write an answer above earlier letters, each of which quotes the next."""
    newest, word = letters[0], chance.choice(WORDS)
    pieces = [newest.zones.new, word.text]
    for letter in letters[1:]:
        sender = letter.sender.address if letter.sender else ""
        pieces.append(
            f"-----原始邮件-----\n发件人: {sender}\n发送时间: 2026年11月12日 10:00\n"
            f"收件人: office@hengyuan.example\n主题: {letter.subject}\n\n{letter.text}"
        )
    body = "\n\n".join(pieces) + "\n"
    charset = chance.choice(("utf-8", "gb18030"))
    coded = Header(f"Re: {newest.base_subject}", "utf-8", header_name="Subject")
    head = (
        f"From: <user{n}@{word.domain}>\nTo: office@hengyuan.example\n"
        f"Subject: {coded.encode()}\nDate: {_DATE.format(n % 60)}\n"
        f"Message-ID: <t{n}@mail.example>\nMIME-Version: 1.0\n"
    ).encode()
    parts = (
        _part("plain", body, charset, chance),
        _part("html", _html(body), charset, chance),
    )
    return head + (parts[0] if n % 4 else _multipart(f"t{n}", "alternative", parts))


def _transport(n: int, sender: str, chance: random.Random) -> str:
    return _TRANSPORT.format(
        n=n, sender=sender, low=n % 250, date=_DATE.format(n % 60),
        hash=base64.b64encode(chance.randbytes(32)).decode(),
    )  # fmt: skip


def _letter(n: int, chance: random.Random) -> bytes:
    chinese = chance.random() < 0.6
    words = chance.sample([w for w in WORDS if w.chinese == chinese], TOPICS)
    body = _body(words[1:], chance, chinese=chinese)
    subject = (
        f"关于{words[0].text}的函（{n}）" if chinese else f"Re: {words[0].text} {n}"
    )
    charset = chance.choice(("utf-8", "gb18030", "gbk")) if chinese else "utf-8"
    sender = f"user{n}@{chance.choice(WORDS).domain}"
    coded = Header(subject, charset, header_name="Subject").encode()
    head = _transport(n, sender, chance) + (
        f"From: {_named(charset, chinese=chinese)} <{sender}>\n"
        f"To: office@hengyuan.example\nSubject: {coded}\n"
        f"Date: {_DATE.format(n % 60)}\nMessage-ID: <m{n}@mail.example>\n"
        "MIME-Version: 1.0\n"
    )
    kind = chance.choice(("plain", "plain", "html", "both", "mixed"))
    plain = _part("plain", body, charset, chance)
    html = _part("html", _html(body), charset, chance)
    if kind == "plain":
        return head.encode() + plain
    if kind == "html":
        return head.encode() + html
    inner = _multipart(f"alt-{n}", "alternative", (plain, html))
    if kind == "both":
        return head.encode() + inner
    size = chance.choice((8_000, 40_000, 120_000, 300_000))
    return head.encode() + _multipart(
        f"mix-{n}", "mixed", (inner, _attachment(n, size, chance))
    )


def _named(charset: str, *, chinese: bool) -> str:
    return Header("王小明", charset).encode() if chinese else "Alex Writer"


def _body(words: list[Word], chance: random.Random, *, chinese: bool) -> str:
    sentences = _ZH if chinese else _EN
    lines = [chance.choice(sentences) for _ in range(chance.randint(6, 40))]
    for word in words:
        said = f"其中涉及{word.text}一事。" if chinese else f"It is about {word.text}."
        lines.insert(chance.randrange(len(lines)), said)
    if chance.random() < 0.4:
        quoted = "\n".join(f"> {chance.choice(sentences)}" for _ in range(12))
        wrote = (
            "在 2026年11月12日 10:00，office <office@hengyuan.example> 写道："
            if chinese
            else "On Thu, 12 Nov 2026 at 10:00, Office <office@hengyuan.example> wrote:"
        )
        lines += ["", wrote, quoted]
    return "\n".join(lines) + "\n"


def _html(body: str) -> str:
    lines = body.replace("&", "&amp;").replace("<", "&lt;").split("\n")
    paragraphs = "".join(
        f'<p class="MsoNormal"><span>{one}</span></p>' for one in lines
    )
    style = "<style>p.MsoNormal {margin: 0cm; font-size: 10.5pt}</style>"
    return f"<html><head>{style}</head><body>{paragraphs}</body></html>\n"


def _part(kind: str, text: str, charset: str, chance: random.Random) -> bytes:
    raw = text.encode(charset)
    coding = chance.choice(("base64", "quoted-printable", "8bit"))
    if coding == "base64":
        raw = base64.encodebytes(raw)
    elif coding == "quoted-printable":
        raw = quopri.encodestring(raw)
    return (
        f"Content-Type: text/{kind}; charset={charset}\n"
        f"Content-Transfer-Encoding: {coding}\n\n"
    ).encode() + raw


def _attachment(n: int, size: int, chance: random.Random) -> bytes:
    return (
        f'Content-Type: application/pdf; name="report-{n}.pdf"\n'
        f'Content-Disposition: attachment; filename="report-{n}.pdf"\n'
        "Content-Transfer-Encoding: base64\n\n"
    ).encode() + base64.encodebytes(chance.randbytes(size))


def _multipart(mark: str, kind: str, parts: tuple[bytes, ...]) -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n'.encode()
    pieces = b"".join(b"--%s\n%s\n" % (mark.encode(), part) for part in parts)
    return head + pieces + f"--{mark}--\n".encode()
