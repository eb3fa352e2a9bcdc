"""The invented mails that the demo delivers."""

import email
import hashlib
import re
from email import policy
from importlib import resources

import pytest

RAW = {
    entry.name: entry.read_bytes()
    for entry in (resources.files("mailroom.demo") / "mail").iterdir()
    if entry.name.endswith(".eml")
}


def test_about_thirty_mails_come_with_the_demo() -> None:
    assert 30 <= len(RAW) <= 40


def test_one_mail_is_delivered_twice_byte_for_byte() -> None:
    digests = [hashlib.sha256(raw).hexdigest() for raw in RAW.values()]

    assert len(digests) - len(set(digests)) == 1


@pytest.mark.parametrize("name", sorted(RAW))
def test_everybody_is_invented(name: str) -> None:
    text = email.message_from_bytes(RAW[name], policy=policy.default).as_string()
    domains = re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)*)", text)

    assert domains
    assert {domain.rpartition(".")[2] for domain in domains} == {"example"}


@pytest.mark.parametrize("name", sorted(RAW))
def test_a_mail_is_as_a_server_would_store_it(name: str) -> None:
    raw = RAW[name]
    lines = raw.split(b"\r\n")
    message = email.message_from_bytes(raw, policy=policy.default)

    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, lines)) <= 998
    assert message["Delivered-To"] == "office@hengyuan.example"
    assert message["Message-ID"]
    assert message["Date"].datetime.tzinfo
    assert (message["Date"].datetime.year, message["Date"].datetime.month) == (2026, 11)


def test_the_mails_come_in_the_charsets_of_the_trade() -> None:
    declared = {
        match.decode().lower()
        for raw in RAW.values()
        for match in re.findall(rb'charset="?([\w-]+)', raw)
    }

    assert {"utf-8", "gb2312", "gb18030", "windows-1252", "us-ascii"} <= declared
