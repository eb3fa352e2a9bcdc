"""Makes pages for tests of the rules: a letter, and an office that knows people."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from mailroom.directory import Directory, Person, Supplier
from mailroom.message.parse import parse
from mailroom.rules.model import Context
from mailroom.rules.page import Page

DIRECTORY = Directory(
    people=(
        Person(
            name="周广川",
            also=("周董", "Zhou Guangchuan"),
            address="zhou@own.example",
            roles=("leader",),
        ),
        Person(name="李敏", address="li@own.example"),
    ),
    suppliers=(
        Supplier(
            name="Brightdesk Furniture",
            also=("Brightdesk",),
            domains=("brightdesk.example",),
            phone="+44 20 7946 0161",
        ),
        Supplier(
            name="江州宏达办公设备",
            also=("宏达",),
            domains=("hongda-office.example",),
            phone="0440-83100220",
        ),
    ),
    own_domains=("own.example",),
)


def page(
    body: str = "",
    *,
    subject: str = "",
    sender: str = "Somebody <somebody@outside.example>",
    headers: Mapping[str, str] | None = None,
    files: Mapping[str, tuple[str, str]] | None = None,
    zone: str = "Asia/Shanghai",
) -> Page:
    """Make a page; `files` are name → (subtype of text, words)."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "office@own.example", subject
    mail["Message-ID"] = "<1@outside.example>"
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0800"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(body)
    for name, (kind, words) in (files or {}).items():
        mail.add_attachment(words, subtype=kind, filename=name)
    context = Context(
        now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        own_domains=("own.example",),
        directory=DIRECTORY,
        zone=ZoneInfo(zone),
    )
    return Page(parse(mail.as_bytes()), context)
