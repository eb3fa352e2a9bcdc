"""Looking a text over at once gives the same as reading every line of it."""

import random
import time
from pathlib import Path

import pytest

from mailroom.message import footers, glance, htmltext, quotes, zones
from mailroom.message.parse import parse

MAILS = Path(__file__).parents[1] / "messages"
BITS = (
    "\n> ", "\n-- \n", "\n——\n", "\n________________________________________\n",
    "\nFrom: a@b.example\nSent: x\n", "\n发件人：a@b.example\n日期：2026-03-04\n",
    "\nOn 4 March 2026, A <a@b.example> wrote:\n", "\n-----Original Message-----\n",
    "\n在 2026年3月4日 10:00，a@b.example 写道：\n", "\n发自我的iPhone\n",
    "\n本邮件保密\n",
    "\nThis message is confidential, delete it\n", "\n转发的邮件\n",
    "\xa0", "\u3000", "\r\n",
    "\nBegin forwarded message:\n", "\nSent from my phone\n", "\n从 我的手机 发送\n",
    "*", " ",
)  # fmt: skip
TAGS = (
    "<", ">", '"', "</style>", "<style>", "<!--", "-->", "</p>", "<P>", "<head>",
    "<title>", "<script>", "</script >", "&amp;", "\n", "  ", "<br/>", "<pre>",
    "</pre>", "<blockquote>", "<title/>", "&#99999999999999;", "<td>", "</head>",
)  # fmt: skip


def _spoilt(text: str, bits: tuple[str, ...], chance: random.Random) -> str:
    for _ in range(chance.randrange(6)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(bits) + text[place:]
    return text


def test_no_line_that_counts_is_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(11)  # noqa: S311  the same texts in every run
    texts = [parse(path.read_bytes()).text[:3000] for path in MAILS.glob("*.eml")]
    texts = [_spoilt(chance.choice(texts), BITS, chance) for _ in range(1500)]
    glanced = [
        zones.split(text, is_forward=bool(n % 3)) for n, text in enumerate(texts)
    ]
    monkeypatch.setattr(zones, "first_sign", lambda _: 0)  # reads from the first line
    monkeypatch.setattr(footers, "has_footer", lambda _: True)
    for n, text in enumerate(texts):
        assert zones.split(text, is_forward=bool(n % 3)) == glanced[n], text
    untouched = sum(not (z.quoted or z.forwarded or z.footer) for z in glanced)
    assert 100 < untouched < 1400  # both kinds were tried


def test_a_heading_far_above_its_sender_is_found() -> None:
    fields = "Subject: x\nTo: b@b.example\nSent: Monday\nFrom: a@b.example\n"
    text = "Yes.\n\n________________\n\n\n" + fields + "\nText."
    assert glance.first_sign(text) > quotes.opening(text.split("\n"), 0).line  # type: ignore[union-attr]
    assert zones.split(text, is_forward=False).new == "Yes."


def test_a_plain_page_reads_as_any_page() -> None:
    chance = random.Random(12)  # noqa: S311  the same pages in every run
    pages = [parse(path.read_bytes()).html for path in MAILS.glob("*.eml")]
    known = [page for page in pages if page]
    tried = 0
    for _ in range(2000):
        page = chance.choice(known)
        at = chance.randrange(len(page))
        page = _spoilt(page[max(0, at - 400) : at + 400], TAGS, chance)
        plain = htmltext._plain_page(page)
        if plain is not None:
            tried += 1
            assert plain.text() == htmltext._any_page(page).text(), page
    assert tried > 100


def test_a_page_that_opens_tags_and_never_closes_them_takes_no_longer() -> None:
    for piece in ('<a b="', "<div>", '<p "x"', "<style>", "</p "):
        began = time.process_time()
        htmltext.text_of(piece * (700_000 // len(piece)))
        assert time.process_time() - began < 3.0, piece
