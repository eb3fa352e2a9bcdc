"""Writes the mails of six invented offices, as their inboxes received them."""

import base64
import html
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import docx
import yaml

from mailroom.calendar import Calendar
from mailroom.directory import Directory
from mailroom.workflow.reading import Own

HERE = Path(__file__).parent
SHIPPED = Path(__file__).parents[2] / "rules"
Part = Literal["dev", "held"]
PARTS: tuple[Part, ...] = ("dev", "held")
CATEGORIES = frozenset(
    {
        "official_document",
        "supervision_order",
        "progress_report",
        "data_request",
        "meeting_notice",
        "room_booking",
        "visit_event",
        "travel",
        "expense_claim",
        "invoice",
        "statement",
        "quotation",
        "contract",
        "purchase_request",
        "supplies",
        "courier_mail",
        "phone_message",
        "maintenance",
        "safety_security",
        "incident_report",
        "leave_request",
        "recruitment",
        "staff_concern",
        "public_enquiry",
        "records_request",
        "auto_reply",
        "bounce",
        "newsletter",
        "spam_phishing",
        "other",
    }
)
# What a mail is unless its entry says otherwise.
PLAIN: Mapping[str, Any] = {
    "also": [], "fields": {}, "needs_reply": False, "sensitivity": "normal",
    "due": None, "dup_of": None,
}  # fmt: skip
_QUOTES = {  # how a client opens the letter that it answers or passes on
    "foxmail": """
发件人： {sender}
发送时间： {at:%Y-%m-%d %H:%M}
收件人： {to}
主题： {subject}
""",
    "outlook": """
________________________________
From: {sender}
Sent: {at:%d %B %Y %H:%M}
To: {to}
Subject: {subject}
""",
    "outlook-zh": """
________________________________
发件人: {sender}
发送时间: {at:%Y年%m月%d日 %H:%M}
收件人: {to}
主题: {subject}
""",
    "qq": """
------------------ 原始邮件 ------------------
发件人: {sender};
发送时间: {at:%Y年%m月%d日 %H:%M}
收件人: {to};
主题: {subject}
""",
    "gmail": "\nOn {at:%a, %d %b %Y at %H:%M}, {sender} wrote:\n",
    "gmail-zh": "\n{sender} 于{at:%Y年%m月%d日} {at:%H:%M}写道：\n",
    "forwarded": """
---------- Forwarded message ----------
From: {sender}
Date: {at:%a, %d %b %Y at %H:%M}
Subject: {subject}
To: {to}
""",
    "forwarded-zh": """
-------- 转发邮件信息 --------
发件人：{sender}
发送日期：{at:%Y-%m-%d %H:%M:%S}
收件人：{to}
主题：{subject}
""",
}
_MARKED = ("gmail", "gmail-zh")  # these put "> " before each line
_CLIENTS = {  # X-Mailer
    "foxmail": "Foxmail 7.2.25.285[cn]",
    "outlook": "Microsoft Outlook 16.0",
    "iphone": "iPhone Mail (22E240)",
    "qq": "QQMail 2.x",
    "coremail": "Coremail Webmail Server",
    "php": "PHPMailer 6.8.0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office whose mail is sorted with the shipped rules."""

    id: str
    name: str
    address: str
    zone: ZoneInfo
    calendar: Calendar
    directory: Directory

    @property
    def own(self) -> Own:
        """How the office knows itself: its facts, none of another office."""
        return Own(
            addresses=(self.address, *self.directory.own_addresses),
            domains=self.directory.own_domains,
            directory=self.directory,
            calendar=self.calendar,
            zone=self.zone,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail, and what a good clerk makes of it."""

    id: str
    raw: bytes
    labels: Mapping[str, Any]


def offices() -> tuple[Office, ...]:
    """Read the offices. The facts of the sample office are those that are shipped."""
    listed = yaml.safe_load((HERE / "offices.yaml").read_text("utf-8"))
    return tuple(
        Office(
            id=name,
            name=entry["name"],
            address=entry["address"],
            zone=ZoneInfo(entry["zone"]),
            calendar=Calendar.load(entry["calendar"]),
            directory=Directory.load(
                SHIPPED / "office" if entry.get("shipped") else HERE / name
            ),
        )
        for name, entry in listed.items()
    )


def mails(office: Office, part: Part) -> list[Mail]:
    """Write the mails of one half, in the order of the file; [] where there is none."""
    path = HERE / f"{office.id}.{part}.yaml"
    if not path.exists():
        return []
    entries = yaml.safe_load(path.read_text("utf-8"))
    known = {entry["id"]: entry for entry in entries}
    return [
        Mail(
            id=entry["id"],
            raw=_raw(entry, office, known),
            labels={**PLAIN, **entry["is"]},
        )
        for entry in entries
    ]


def _raw(entry: Mapping[str, Any], office: Office, known: Mapping[str, Any]) -> bytes:
    """Write a mail as RFC 5322; `again` is a second delivery of another entry."""
    if "again" in entry:
        first = {**known[entry["again"]], "by": "list"}
        first["headers"] = {**first.get("headers", {}), **entry.get("headers", {})}
        return _raw(first, office, known)
    at = _moment(entry["at"], office)
    message = _report(entry, office) if "report" in entry else _content(entry, office)
    sender = entry["from"]
    address = parseaddr(sender)[1]
    charset = entry.get("charset", "utf-8")
    heads: list[tuple[str, str]] = [
        ("Return-Path", "<>" if "report" in entry else f"<{address}>"),
        ("Delivered-To", office.address),
        ("Received", _received(entry, address, office, at)),
        ("Date", format_datetime(at)),
        ("From", _named(sender, charset)),
        ("To", _named(entry.get("to", f"{office.name} <{office.address}>"), charset)),
        ("Message-ID", _message_id(entry, address)),
    ]
    if entry.get("subject") is not None:
        heads.append(("Subject", _word(entry["subject"], charset)))
    if "cc" in entry:
        heads.append(("Cc", _named(entry["cc"], charset)))
    if entry.get("client") in _CLIENTS:
        heads.append(("X-Mailer", _CLIENTS[entry["client"]]))
    if "answers" in entry:
        other = known.get(entry["answers"])
        parent = (
            _message_id(other, parseaddr(other["from"])[1])
            if other
            else f"<{entry['answers']}>"
        )
        heads += [("In-Reply-To", parent), ("References", parent)]
    heads += [(key, str(value)) for key, value in entry.get("headers", {}).items()]
    for key, value in heads:
        message[key] = value
    for n, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_{hash_of(entry)}_{n}")  # the same in every run
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _moment(words: object, office: Office) -> datetime:
    """Read "2026-03-04 09:12", local to the office, or with an offset of its own."""
    moment = datetime.fromisoformat(str(words))
    return moment if moment.tzinfo else moment.replace(tzinfo=office.zone)


def _message_id(entry: Mapping[str, Any], address: str) -> str:
    token = base64.b32encode(str(entry["id"]).encode()).decode().strip("=").lower()
    host = address.rpartition("@")[2] or "mail.example"
    return f"<{token}.{hash_of(entry)}@{host}>"


def hash_of(entry: Mapping[str, Any]) -> int:
    """Give a number that stays the same from run to run."""
    return sum(ord(c) * i for i, c in enumerate(str(entry.get("subject", "")), 7))


def _received(
    entry: Mapping[str, Any], address: str, office: Office, at: datetime
) -> str:
    host = address.rpartition("@")[2] or "mail.example"
    ours = office.address.rpartition("@")[2]
    way = "lists" if entry.get("by") == "list" else "mx"
    return (
        f"from mail.{host} (mail.{host} [192.0.2.7]) by {way}.{ours} (Postfix)"
        f" with ESMTPS id {hash_of(entry):X}; {format_datetime(at)}"
    )


def _word(words: str, charset: str) -> str:
    if words.isascii():
        return words
    try:
        return Header(words, charset).encode()
    except UnicodeEncodeError:  # our own name, as a client abroad writes it
        return Header(words, "utf-8").encode()


def _named(sender: str, charset: str) -> str:
    name, address = parseaddr(sender)
    if not name or name.isascii():
        return sender
    return f"{_word(name, charset)} <{address}>"


# ── the body ─────────────────────────────────────────────────────────────


def _body(entry: Mapping[str, Any], office: Office) -> str:
    words = str(entry.get("body", ""))
    for quoted in _listed(entry.get("quoted")):
        style = quoted["style"]
        head = _QUOTES[style].format(
            sender=quoted["from"],
            at=_moment(quoted["at"], office),
            to=quoted.get("to", office.address),
            subject=quoted.get("subject", entry.get("subject", "")),
        )
        mark = "> " if style in _MARKED else ""
        lines = str(quoted["body"]).splitlines()
        words += head + "\n" + "".join(f"{mark}{line}\n" for line in lines)
    return words + str(entry.get("footer", ""))


def _listed(value: Any) -> Sequence[Any]:  # noqa: ANN401  as YAML has it
    return value if isinstance(value, list) else [value] if value else []


def _content(entry: Mapping[str, Any], office: Office) -> Message:
    words = _body(entry, office)
    charset = entry.get("charset", "utf-8")
    written: Message = _text(words, "plain", charset)
    how = entry.get("html")
    if how:
        markup = how if how not in (True, "only") else _marked_up(words)
        rich = _text(str(markup), "html", charset)
        if how == "only":
            written = rich
        else:
            both = MIMEMultipart("alternative")
            both.attach(written)
            both.attach(rich)
            written = both
    files = entry.get("files", [])
    if not files:
        return written
    mixed = MIMEMultipart("mixed")
    mixed.attach(written)
    for file in files:
        mixed.attach(_attachment(file, charset))
    return mixed


def _text(words: str, kind: str, charset: str) -> Message:
    if charset == "ascii":
        charset = "us-ascii"
    part = MIMENonMultipart("text", kind, charset=charset)
    raw = words.encode("gb18030" if charset in {"gb2312", "gbk"} else charset)
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(raw).decode("ascii"))
    return part


def _marked_up(words: str) -> str:
    lines = "".join(
        f"<div>{html.escape(line) or '<br>'}</div>" for line in words.splitlines()
    )
    return f"<html><body>{lines}</body></html>"


def _attachment(file: Mapping[str, Any], charset: str) -> Message:
    name = file["name"]
    kind = name.rpartition(".")[2].lower()
    words = str(file.get("text", ""))
    part: Message
    if kind == "ics":
        part = _text(words, "calendar", "utf-8")
        part.set_param("method", file.get("method", "REQUEST"))
    elif kind in {"txt", "csv", "html", "xml"}:
        part = _text(words, {"txt": "plain"}.get(kind, kind), charset)
    elif kind == "docx":
        part = MIMEApplication(
            _docx(words),
            "vnd.openxmlformats-officedocument.wordprocessingml.document",
        )
    elif kind in {"jpg", "png", "wav"}:
        part = MIMEBase("audio" if kind == "wav" else "image", kind)
        part.set_payload(base64.encodebytes(b"\x00" * 32).decode("ascii"))
        part["Content-Transfer-Encoding"] = "base64"
    else:
        part = MIMEApplication(b"%PDF-1.4\n%%EOF\n" if kind == "pdf" else b"PK", kind)
    part.add_header(
        "Content-Disposition",
        "attachment",
        filename=name if name.isascii() else ("utf-8", "", name),
    )
    return part


def _docx(words: str) -> bytes:
    document = docx.Document()
    for line in words.splitlines():
        document.add_paragraph(line)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _report(entry: Mapping[str, Any], office: Office) -> Message:
    """Write a delivery report of RFC 3464."""
    said = entry["report"]
    message = MIMEMultipart("report", report_type="delivery-status")
    message.attach(_text(_body(entry, office), "plain", entry.get("charset", "utf-8")))
    status = MIMENonMultipart("message", "delivery-status")
    of_the_letter, of_the_recipient = Message(), Message()
    of_the_letter["Reporting-MTA"] = f"dns; {said['by']}"
    of_the_recipient["Final-Recipient"] = f"rfc822; {said['recipient']}"
    of_the_recipient["Action"] = said["action"]
    of_the_recipient["Status"] = said["status"]
    status.set_payload([of_the_letter, of_the_recipient])
    message.attach(status)
    heads = MIMENonMultipart("text", "rfc822-headers")
    subject = _word(said["subject"], "utf-8")
    heads.set_payload(
        f"From: {office.address}\nTo: {said['recipient']}\nSubject: {subject}\n"
        f"Message-ID: <out-{hash_of(entry)}@{office.address.rpartition('@')[2]}>\n"
    )
    message.attach(heads)
    return message


def everything(parts: Sequence[Part] = PARTS) -> Iterator[tuple[Office, Part, Mail]]:
    """Yield every mail of every office."""
    for office in offices():
        for part in parts:
            for mail in mails(office, part):
                yield office, part, mail
