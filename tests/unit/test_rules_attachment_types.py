"""Claims about what type of file an attachment is, for a rule that asks."""

import binascii
from base64 import encodebytes
from pathlib import Path

import pytest

from mailroom.message import headers
from mailroom.message.filetypes import ENDINGS, is_of_type, real_type, shortest
from mailroom.message.model import Attachment, Message
from mailroom.message.parse import parse
from mailroom.message.structure import Part
from mailroom.rules.conditions import AttachmentCondition
from mailroom.rules.examples import try_examples
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.page import Page
from tests.unit.rule_mails import NOW, holds, mail

PDF = b"%PDF-1.4\nan invoice\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"
WORD = shortest("x.docx")
OLD = shortest("x.doc")
ANY = "application/octet-stream"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attached(name: str, declared: str, content: bytes) -> Message:
    return mail(attachments=(Attachment(name=name, type=declared, content=content),))


@pytest.mark.parametrize(
    ("wanted", "name", "declared", "content"),
    [
        ("application/pdf", "x.pdf", ANY, PDF),
        ("application/pdf", "attachment.bin", ANY, PDF),
        ("application/pdf", "x.pdf", "application/x-pdf", PDF),
        ("application/pdf", "scan.pdf", "image/jpeg", b"\n" * 900 + PDF),
        ("image/*", "scan.dat", ANY, b"\xff\xd8\xff\xe0"),
        ("image/jpg", "scan.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),
        ("image/*", "photo.heic", "image/heic", b"\0\0\0\x18ftypheic"),
        ("image/*", "sign.svg", "image/svg+xml", b"<svg/>"),
        (DOCX, "x.docx", ANY, WORD),
        (DOCX, "locked.docx", DOCX, OLD),
        ("application/vnd.*", "x.docx", ANY, WORD),
        ("application/msword", "x.doc", "application/msword", OLD),
        ("application/vnd.ms-excel", "x.xls", ANY, OLD),
        ("application/x-ole-storage", "x.wps", ANY, OLD),
        ("application/zip", "x.zip", "application/x-zip-compressed", b"PK\3\4..."),
        ("application/x-zip-compressed", "x.zip", ANY, b"PK\3\4..."),
        ("application/epub+zip", "x.epub", "application/epub+zip", b"PK\3\4..."),
        ("text/calendar", "invite.ics", ANY, b"BEGIN:VCALENDAR"),
        ("text/calendar", "invite.ics", "text/calendar", b"BEGIN:VCALENDAR"),
        ("text/csv", "list.csv", "text/plain", b"a,b"),
        ("text/plain", "note.txt", ANY, b"a note"),
        ("text/plain", "note.txt", "text/plain", "Grüße".encode("utf-16")),
        ("audio/*", "call.mp3", "audio/mpeg", b"\xff\xfb\x90\x00"),
        ("application/x-msdownload", "x.exe", "application/x-msdownload", PROGRAM),
        (ANY, "x.exe", ANY, PROGRAM),
        (ANY, "x.pdf", "application/pdf", PROGRAM),
        ("application/pdf", "empty.pdf", "application/pdf", b""),
    ],
)
def test_a_file_is_of_the_type_that_its_bytes_tell(
    wanted: str, name: str, declared: str, content: bytes
) -> None:
    assert holds(f"attachment: {{type: {wanted!r}}}", attached(name, declared, content))


@pytest.mark.parametrize(
    ("wanted", "name", "declared", "content"),
    [
        ("application/pdf", "x.pdf", "application/pdf", PROGRAM),
        ("application/pdf", "x.pdf", "application/pdf", b"just words"),
        ("application/pdf", "x.pdf", "application/pdf", WORD),
        ("application/pdf", "x.docx", "application/pdf", OLD),
        ("image/*", "x.png", "image/png", PROGRAM),
        ("image/*", "x.heic", "image/heic", PROGRAM),
        ("image/*", "x.png", "image/png", PDF),
        ("text/plain", "x.txt", "text/plain", PROGRAM),
        ("text/plain", "x.csv", "text/csv", b"a,b"),
        ("text/plain", "x.html", "text/html", b"<p>"),
        ("text/calendar", "x.ics", "text/calendar", PDF),
        ("text/calendar", "x.ics", ANY, PROGRAM),
        ("application/msword", "x.doc", "application/msword", b"PK\3\4..."),
        ("application/msword", "x.xls", ANY, OLD),
        (DOCX, "x.docx", DOCX, b"PK\3\4..."),
        (ANY, "x.pdf", ANY, PDF),
    ],
)
def test_what_only_calls_itself_so_is_not_of_that_type(
    wanted: str, name: str, declared: str, content: bytes
) -> None:
    condition = f"attachment: {{type: {wanted!r}}}"

    assert not holds(condition, attached(name, declared, content))


def test_attachments_that_stay_closed_are_asked_what_they_declare() -> None:
    sealed = Page(attached("x.pdf", ANY, PDF), Context(now=NOW), is_sealed=True)
    declared = Page(
        attached("x.pdf", "application/pdf", PROGRAM), Context(now=NOW), is_sealed=True
    )
    condition = AttachmentCondition(types=("application/pdf",))

    assert condition.hits(sealed) is None
    assert condition.hits(declared) is not None


@pytest.mark.parametrize("kind", ENDINGS)
def test_an_example_is_of_the_type_that_its_name_says(kind: str) -> None:
    first = {real_type(shortest(f"x.{ending}")) for ending in ENDINGS[kind]}

    # A .docx with a password lies in what an old .doc lies in.
    assert kind in first


# ── only its first bytes ─────────────────────────────────────────────────


def sent(content: bytes, encoding: str, encoded: bytes) -> Message:
    assert content
    return parse(
        b"From: a@b.example\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHello\n--x\n"
        b"Content-Type: application/octet-stream; name=x.pdf\n"
        b"Content-Disposition: attachment\n"
        b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n" + encoded
        + b"\n--x--\n"
    )  # fmt: skip


LARGE = PDF + bytes(range(256)) * 400


@pytest.mark.parametrize(
    ("encoding", "encoded"),
    [
        ("base64", encodebytes(LARGE)),
        ("base64", binascii.b2a_base64(LARGE)),
        ("base64", b"\n" * 20_000 + encodebytes(LARGE)),
        ("quoted-printable", binascii.b2a_qp(LARGE, istext=False)),
        ("x-uuencode", b"begin 644 x\n" + b"".join(
            binascii.b2a_uu(LARGE[at : at + 45]) for at in range(0, len(LARGE), 45)
        ) + b"end\n"),
        ("8bit", LARGE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("most", [1, 7, 4096, 200_000])
def test_the_first_bytes_are_those_of_the_whole(
    encoding: str, encoded: bytes, most: int
) -> None:
    (one,) = sent(LARGE, encoding, encoded).attachments
    (again,) = sent(LARGE, encoding, encoded).attachments

    assert one.beginning(most) == again.content[:most]
    assert one.content.startswith(LARGE[:3000])
    assert one.beginning(most) == one.content[:most]


def test_the_rest_is_not_decoded_to_tell_a_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded: list[int] = []
    honest = Part._decoded

    def counting(part: Part, body: bytes) -> bytes:
        decoded.append(len(body))
        return honest(part, body)

    monkeypatch.setattr(Part, "_decoded", counting)
    message = sent(LARGE, "base64", encodebytes(LARGE))
    holds("body: Hello", message)
    decoded.clear()

    assert holds("attachment: {type: application/pdf}", message)
    assert len(decoded) == 1
    assert decoded[0] < len(LARGE) / 4


def test_nothing_is_decoded_where_the_name_says_no() -> None:
    message = sent(LARGE, "base64", b"not decoded")
    (one,) = message.attachments
    one.__dict__["_part"] = None

    assert not holds("attachment: {name: 发票, type: image/png}", message)


def test_an_archive_is_decoded_only_where_one_is_asked_for() -> None:
    archive = WORD + bytes(100_000)
    message = sent(archive, "base64", encodebytes(archive))
    (one,) = message.attachments

    assert not is_of_type("application/pdf", one)
    assert "content" not in one.__dict__
    assert is_of_type(DOCX, one)


def test_a_rule_with_a_type_can_be_tried_on_an_example(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(
        "mailroom: 1\ncategory: {id: bills}\nrules:\n"
        f"  - {{id: a, when: {{attachment: {{type: {DOCX}}}}},"
        " examples: {match: [{subject: x, attachments: [合同.docx]}],"
        " no_match: [{subject: x, attachments: [合同.pdf]}]}}\n",
        "utf-8",
    )

    assert list(try_examples(RuleSet.load(tmp_path), ())) == []


def test_what_hides_its_first_bytes_is_decoded_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = sent(LARGE, "base64", b"!\n" * 50_000 + encodebytes(LARGE)).attachments
    read: list[int] = []
    decode = headers.from_base64

    def decoded(raw: bytes) -> bytes:
        read.append(len(raw))
        return decode(raw)

    monkeypatch.setattr(headers, "from_base64", decoded)

    for _ in range(10):
        assert one.beginning(4096) == LARGE[:4096]

    assert sum(size > 100_000 for size in read) == 1
