"""Claims that the mail says what the letter says, in whatever branch it is said."""

import re
from typing import Any

import pytest

from mailroom.words.model import Rendered
from mailroom.words.template import Template
from tests.oracle.canonical import plain, words_of_html
from tests.oracle.word import Word, paragraph, run

NOTE = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline>'
    "<wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wp:inline></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{0}"
    "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def rendered(word: Word, **fields: Any) -> Rendered:  # noqa: ANN401
    return Template.read(word.save(), "letter.en.docx").render(fields)


def said(letter: Rendered) -> list[str]:
    """Return the words of the mail, which its two writings agree on."""
    words = letter.text.split()
    assert words_of_html(letter.html).split() == words
    return words


def test_a_text_box_in_a_branch_goes_with_the_branch() -> None:
    box = BOX.format(paragraph("box {{ secret }}"))
    word = Word(body=paragraph("a {% if x %}", box, "{% endif %} z"))

    assert said(rendered(word, secret="s")) == ["a", "z"]
    assert said(rendered(word, secret="s", x=1)) == ["a", "box", "s", "z"]


def test_a_text_box_in_a_loop_is_written_once_a_turn() -> None:
    box = BOX.format(paragraph("box {{ x }}"))
    word = Word(body=paragraph("a {% for x in xs %}", box, "{% endfor %} z"))

    letter = rendered(word, xs=["1", "2"])

    assert said(letter) == ["a", "box", "1", "box", "2", "z"]
    assert letter.missing == ()


def test_a_note_goes_with_the_words_that_it_is_about() -> None:
    body = (
        paragraph("{%p if x %}")
        + paragraph("a", NOTE.format(1))
        + paragraph("{%p endif %}")
        + paragraph("b", NOTE.format(2))
    )
    word = Word(
        body=body, footnotes=[paragraph("first {{ secret }}"), paragraph("second")]
    )

    without = rendered(word, secret="s")
    assert said(without) == ["b[1]", "[1]", "second"]
    assert said(rendered(word, secret="s", x=1)) == [
        *("a[1]", "b[2]", "[1]", "first", "s", "[2]", "second")
    ]

    alone = Word(
        body=paragraph("a{% if x %}", NOTE.format(1), "{% endif %}"),
        footnotes=[paragraph("note")],
    )
    assert said(rendered(alone)) == ["a"]
    assert "<hr" not in rendered(alone).html
    assert "<hr" in rendered(alone, x=1).html


def test_what_hidden_words_set_is_set_in_the_mail_too() -> None:
    hidden = run("dark {% set t = a %}", "<w:vanish/>")

    letter = rendered(Word(body=paragraph(hidden, "[{{ t }}]")), a="1")

    assert said(letter) == ["[1]"]
    assert plain(letter.docx) == ["dark [1]"]
    assert letter.missing == ()


def test_words_with_how_they_are_said_above_stay_in_the_mail() -> None:
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>wáng</w:t></w:r></w:rt><w:rubyBase>"
        "<w:r><w:t>{{ a }}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )

    assert said(rendered(Word(body=paragraph("致", ruby, "女士")), a="王")) == [
        "致王(wáng)女士"
    ]


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("https://x/a%20b?q={{ a }}", "https://x/a%20b?q=1%262"),
        ("https://x/a b?q={{ a }}", "https://x/a%20b?q=1%262"),
        ("https://x/%3Fc/{{ a }}", "https://x/%3Fc/1%262"),
        (
            "https://x/%F0%9F%98%80/%7B%7B%20a%20%7D%7D#z",
            "https://x/%F0%9F%98%80/1%262#z",
        ),
        ("https://x/😀/{{ a }}", "https://x/😀/1%262"),
        ("{{ u }}", "https://y/?b=c"),
        ("%7b%7B u %7D%7d", "https://y/?b=c"),
    ],
)
def test_what_stands_round_a_tag_in_an_address_stays_as_it_is(
    target: str, leads_to: str
) -> None:
    link = f'<w:hyperlink r:id="rIdFar">{run("here")}</w:hyperlink>'

    letter = rendered(
        Word(body=paragraph(link), links={"rIdFar": target}),
        a="1&2",
        u="https://y/?b=c",
    )

    assert re.findall('href="([^"]*)"', letter.html) == [leads_to]
