"""Writes an entry of the pack as the mail that it describes."""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import docx

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
class _To:
    """The office that a mail goes to."""

    name: str
    address: str
    zone: ZoneInfo


def as_bytes(
    entry: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    name: str,
    address: str,
    zone: ZoneInfo,
) -> bytes:
    """Write an entry as RFC 5322, to the office of that name, address and zone.

    `known` are the entries beside it: it may be a second delivery of one.
    """
    return _raw(entry, _To(name=name, address=address, zone=zone), known)


def _raw(entry: Mapping[str, Any], office: _To, known: Mapping[str, Any]) -> bytes:
    """Write an entry; `again` is a second delivery of another one."""
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
        ("To", _named(f"{office.name} <{office.address}>", charset)),
        ("Message-ID", _message_id(entry, address)),
    ]
    if entry.get("subject") is not None:
        heads.append(("Subject", _word(entry["subject"], charset)))
    if entry.get("client") in _CLIENTS:
        heads.append(("X-Mailer", _CLIENTS[entry["client"]]))
    if "answers" in entry:
        parent = f"<{entry['answers']}>"
        heads += [("In-Reply-To", parent), ("References", parent)]
    heads += [(key, str(value)) for key, value in entry.get("headers", {}).items()]
    for key, value in heads:
        message[key] = value
    for n, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            part.set_boundary(f"=_{_mark(entry)}_{n}")  # the same in every run
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _moment(words: object, office: _To) -> datetime:
    """Read "2026-03-04 09:12", local to the office, or with an offset of its own."""
    moment = datetime.fromisoformat(str(words))
    return moment if moment.tzinfo else moment.replace(tzinfo=office.zone)


def _message_id(entry: Mapping[str, Any], address: str) -> str:
    token = base64.b32encode(str(entry["id"]).encode()).decode().strip("=").lower()
    host = address.rpartition("@")[2] or "mail.example"
    return f"<{token}.{_mark(entry)}@{host}>"


def _mark(entry: Mapping[str, Any]) -> int:
    """Give a number that stays the same from run to run."""
    return sum(ord(c) * i for i, c in enumerate(str(entry.get("subject", "")), 7))


def _received(entry: Mapping[str, Any], address: str, office: _To, at: datetime) -> str:
    host = address.rpartition("@")[2] or "mail.example"
    ours = office.address.rpartition("@")[2]
    way = "lists" if entry.get("by") == "list" else "mx"
    return (
        f"from mail.{host} (mail.{host} [192.0.2.7]) by {way}.{ours} (Postfix)"
        f" with ESMTPS id {_mark(entry):X}; {format_datetime(at)}"
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


def _body(entry: Mapping[str, Any], office: _To) -> str:
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


def _content(entry: Mapping[str, Any], office: _To) -> Message:
    words = _body(entry, office)
    charset = entry.get("charset", "utf-8")
    written: Message = _text(words, "plain", charset)
    how = entry.get("html")
    if how:
        rich = _text(_marked_up(words), "html", charset)
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


def _report(entry: Mapping[str, Any], office: _To) -> Message:
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
        f"Message-ID: <out-{_mark(entry)}@{office.address.rpartition('@')[2]}>\n"
    )
    message.attach(heads)
    return message
