"""Checks a letter against what the book knows: numbers, the age of a template."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType

from mailroom.checks.letter import Facts, Letter
from mailroom.drafts import Finding
from mailroom.errors import text

# What stands for one thing only: a second time is a second payment.
UNIQUE: Mapping[str, str] = MappingProxyType(
    {"invoice_no": "invoice", "credit_note_no": "credit note", "claim_no": "claim"}
)
# What an earlier letter must have named: an order, a contract, an offer.
REFERRED: Mapping[str, str] = MappingProxyType(
    {"po_no": "order", "contract_no": "contract"}
)
_FRESH = timedelta(days=7)


def number_seen(letter: Letter, facts: Facts) -> Iterator[Finding]:
    """Say which number of the mail was received before, in another case."""
    for name, case_no in facts.seen_in.items():
        if name in UNIQUE:
            yield Finding(
                code="seen-before",
                level="risk",
                place=f"field:{name}",
                text=text(
                    "{number} was received before, in {case}",
                    number=letter.fields[name],
                    case=case_no,
                ),
            )


def number_unknown(letter: Letter, facts: Facts) -> Iterator[Finding]:
    """Say which order or contract no other letter names.

    A note: the book begins with the day on which mailroom was put to work.
    """
    for name in sorted(facts.unknown & set(REFERRED)):
        yield Finding(
            code="unknown-number",
            level="note",
            place=f"field:{name}",
            text=text(
                "no other letter in the book names {number}",
                number=letter.fields[name],
            ),
        )


def template_changed(letter: Letter, facts: Facts) -> Iterator[Finding]:
    """Say that the template is a new one: nobody has seen many letters of it."""
    since = facts.template_since
    if since is not None and letter.today - since < _FRESH:
        yield Finding(
            code="new-template",
            level="note",
            place="template",
            text=text("its template was changed on {date}", date=since.isoformat()),
        )


def rules_ask(_: Letter, facts: Facts) -> Iterator[Finding]:
    """Say why a rule wants a person to look, and what the book knows against it."""
    for why in facts.asked:
        yield Finding(code="rule-asks", level="risk", place="mail", text=why)
