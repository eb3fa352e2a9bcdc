"""Says which form of gongwen was assumed, and what shows it."""

from collections.abc import Mapping

from mailroom.errors import Text, text
from mailroom.words.gongwen.finding import Finding
from mailroom.words.gongwen.paper import Form, Paper

_FORMS: Mapping[Form, tuple[str, Text]] = {
    "document": ("7", text("the form of an ordinary document (文件格式)")),
    "upward": ("7", text("an ordinary document that goes upward (上行文)")),
    "letter": ("10.1", text("the form of a letter (信函格式)")),
    "order": ("10.2", text("the form of an order (命令格式)")),
    "minutes": ("10.3", text("the form of minutes (纪要格式)")),
}


def form_fact(paper: Paper) -> Finding:
    """Say which form was assumed.

    "not there": nothing that heads a gongwen was found; it is judged all the same.
    """
    clause, form = _FORMS[paper.form]
    if paper.is_sure:
        return Finding(
            fact=text("form assumed"), clause=clause, state="met", found=form
        )
    found = text(
        "little of the head of a gongwen was found; taken as: {form}", form=form
    )
    return Finding(
        fact=text("form assumed"), clause=clause, state="not there", found=found
    )
