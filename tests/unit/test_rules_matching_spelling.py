"""Claims about the one spelling in which rules and mails meet."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailroom.rules.alignment import _UNEVEN, align
from mailroom.rules.page import Strip
from mailroom.rules.spelling import (
    _INVISIBLE,
    _UNSTEADY,
    _simple_forms,
    even,
    even_bytes,
    fold,
    narrow,
    normal,
    plain,
    simplified,
)

# Letters that are joined, taken apart, widened, folded, thrown away.
AWKWARD = "aé\u0301 \u3000\n㈱…①⑩ﬁßİΑ\u200b\u00adｶﾞ각ᄀ\u1161\u11a8Ａ發发😀：\x85℃ẛ̣क़"
texts = st.text(st.sampled_from(AWKWARD), max_size=12) | st.text(max_size=12)


def test_what_cannot_be_seen_is_taken_out() -> None:
    invisible = {
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(letter) == "Cf"
    }

    assert {x for x in invisible if not _INVISIBLE.match(x)} == set()
    assert normal("in\u00advoi\u200bce") == "invoice"


def test_even_characters_become_one_character_by_themselves() -> None:
    even = [x for x in map(chr, range(128, 0x11000)) if not _UNEVEN.match(x)]

    assert [x for x in even if len(unicodedata.normalize("NFKC", x)) != 1] == []
    assert [x for x in even if unicodedata.combining(x)] == []


@given(texts | st.text(st.sampled_from("著乾發票abé€。：")))
def test_the_short_ways_lead_to_the_same_forms(text: str) -> None:
    assert normal(text) == unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    assert simplified(text) == text.translate(_simple_forms())


def test_steady_characters_stand_in_nfkc_whatever_is_beside_them() -> None:
    steady = [x for x in map(chr, range(0x110000)) if not _UNSTEADY.match(x)]

    assert [x for x in steady if unicodedata.normalize("NFKC", x) != x] == []
    assert {x for x in steady if unicodedata.combining(x)} == set()
    assert {x for x in steady if _INVISIBLE.match(x)} == set()


@given(texts)
@example("Å\u0301")
def test_every_place_leads_back_to_what_makes_it(text: str) -> None:
    form, back = normal(text), align(text)
    spans = [
        (back.begin(n), back.end(n + 1)) if back else (n, n + 1)
        for n in range(len(form))
    ]

    for letter, (begin, end) in zip(form, spans, strict=True):
        assert letter in normal(text[begin:end])
    assert spans == sorted(spans)
    assert all(begin < end for begin, end in spans)


@given(texts)
def test_every_word_of_the_flat_form_leads_back(text: str) -> None:
    strip = Strip("new", text)
    for place, letter in enumerate(strip.flat):
        start, end = strip.flat_span(place, place + 1)
        piece = simplified(normal(text[start:end])).casefold()

        assert letter in piece or (letter == " " and piece[:1].isspace())


@given(texts)
def test_the_forms_of_a_text_have_the_same_places(text: str) -> None:
    strip = Strip("new", text)

    assert len(strip.simple) == len(strip.nfkc)
    assert len(strip.flat) == len(strip.exact)
    assert fold(text).encode() == strip.scanned


def test_a_plain_letter_needs_no_other_form_than_its_narrow_one() -> None:
    letters = (chr(n) for n in range(0x11000) if not 0xD800 <= n <= 0xDFFF)
    narrowed = {x: narrow(x) for x in letters if plain(narrow(x))}

    assert len(narrowed) > 15_000
    assert [x for x, form in narrowed.items() if normal(x) != form] == []
    assert [x for x in narrowed.values() if simplified(x) != x] == []
    assert [x for x in narrowed.values() if _UNSTEADY.search(x)] == []


@given(texts | st.text("aB \t\n\x1c中文，。Q", max_size=12))
def test_the_bytes_of_a_plain_text_are_those_of_its_even_form(text: str) -> None:
    words = narrow(text)

    assert not plain(words) or even_bytes(words) == even(words).encode()


@pytest.mark.parametrize(
    ("written", "form"),
    [("發票", "发票"), ("會議紀要", "会议纪要"), ("ＩＮＶＯＩＣＥ　1", "invoice 1")],
)
def test_traditional_characters_meet_simplified_ones(written: str, form: str) -> None:
    assert fold(written) == form


def test_who_wants_it_exactly_gets_traditional_characters_as_written() -> None:
    assert fold("發票", exact=True) == "發票"
    assert Strip("new", "發票 A").exact == "發票 a"
    assert Strip("new", "發票 A").flat == "发票 a"


def test_addresses_hold_no_words() -> None:
    strip = Strip("new", "see https://www.firm.example/art/invoice?x=1, A@art.example")

    assert "art" not in strip.flat
    assert strip.flat.startswith("see \x00")
    assert b"art.example" in strip.scanned
