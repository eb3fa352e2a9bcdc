"""The mail of a template is the mail of the letter that it makes.

A filled letter is a template without tags: read anew, it must give the same mail.
"""

import pytest

from mailroom.words.template import Template
from tests.unit.test_templates_shipped import ALWAYS, FILES, FILLED, LOADED


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("fields", [FILLED, ALWAYS], ids=["full", "bare"])
def test_the_text_is_what_the_filled_letter_reads_as(
    name: str, fields: dict[str, object]
) -> None:
    rendered = LOADED[name].render(fields)

    assert Template.read(rendered.docx, name).render({}).text == rendered.text


@pytest.mark.parametrize("name", FILES)
def test_the_html_is_that_of_the_filled_letter_byte_for_byte(name: str) -> None:
    rendered = LOADED[name].render(FILLED)

    assert rendered.missing == ()
    assert Template.read(rendered.docx, name).render({}).html == rendered.html
