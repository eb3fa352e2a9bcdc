"""Judges a .docx by the facts of GB/T 9704-2012 (公文格式) that a file can show."""

from mailroom.words.gongwen.finding import Finding, State
from mailroom.words.gongwen.form import form_fact
from mailroom.words.gongwen.head import head_facts
from mailroom.words.gongwen.matter import matter_facts
from mailroom.words.gongwen.page import page_facts
from mailroom.words.gongwen.paper import recognise
from mailroom.words.gongwen.record import record_facts
from mailroom.words.gongwen.sheet import read_sheet

__all__ = ["Finding", "State", "check_gongwen"]


def check_gongwen(content: bytes) -> tuple[Finding, ...]:
    """Judge a .docx, finished or a template, fact by fact in the standard's order.

    The first finding says which form was assumed: what the other facts ask follows
    from it. What a tag fills is judged by its look alone. Raises NotWordError.

    The figures are those of GB/T 9704-2012 《党政机关公文格式》; the settings for
    22 lines of 28 characters were measured in LibreOffice.
    """
    paper = recognise(read_sheet(content))
    return (
        form_fact(paper),
        *page_facts(paper),
        *head_facts(paper),
        *matter_facts(paper),
        *record_facts(paper),
    )
