"""Checks figures: against their capitals, and parts against their sum."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from mailroom.checks.letter import Letter
from mailroom.checks.wording import line_of
from mailroom.drafts import Finding, Level
from mailroom.errors import text
from mailroom.rules.fields.found import Context
from mailroom.rules.fields.readers import READERS

_FIGURE = r"[^\d\n]{0,12}?(?P<figure>\d[\d,]{0,15}(?:\.\d{1,2})?)(?![\d%.])"
_NET = re.compile(
    r"(?:不含税(?:金额|价|合计|额)?|净额|\bsub-?total\b"
    r"|\bnet(?: amount| total| price)?\b"
    r"|\b(?:ex(?:cl(?:uding)?)?\.? (?:vat|tax|gst)))" + _FIGURE,
    re.IGNORECASE,
)
_TAX = re.compile(
    r"(?:税额|增值税额?|(?<!\w)(?:vat|gst|tax)\b)"
    r"(?:[ (（]{0,2}\d{1,2}(?:\.\d)?\s?%[)）]?)?" + _FIGURE,
    re.IGNORECASE,
)
_GROSS = re.compile(
    r"(?:价税合计|(?<!不)含税(?:金额|总价|合计|价)|(?<![不小])合计(?:金额)?"
    r"|\bgross(?: amount)?\b"
    r"|\btotal(?: due| payable| amount| incl\w{0,7}\.? (?:vat|tax|gst))?\b"
    r"|\bamount due\b)" + _FIGURE,
    re.IGNORECASE,
)
_CENT = Decimal("0.01")
_READ = 20_000  # characters of a mail in which sums are looked for


@dataclass(frozen=True, slots=True)
class _Sum:
    net: Decimal
    tax: Decimal
    gross: Decimal
    place: int  # of the gross amount

    @property
    def holds(self) -> bool:
        # Each line of an invoice may have been rounded by itself.
        return abs(self.net + self.tax - self.gross) <= _CENT


def capitals_differ(letter: Letter) -> Iterator[Finding]:
    """Find amounts in capitals that no figure of the letter repeats."""
    yield from _capitals(letter.words, letter.context, "blocks", "text")


def sums_differ(letter: Letter) -> Iterator[Finding]:
    """Find a net amount and a tax in our letter that do not make its gross amount."""
    found = _sum(letter.words)
    if found is not None and not found.holds:
        yield _wrong_sum(found, "blocks", line_of(letter.words, found.place))


def their_sums_differ(letter: Letter) -> Iterator[Finding]:
    """Find the same faults in the mail that is answered, and in what was read from it.

    They are not ours to mend: somebody must ask.
    """
    mail = letter.original
    if mail is not None:
        written = f"{mail.zones.new}\n{mail.zones.forwarded}"[:_READ]
        yield from _capitals(written, letter.context, "risk", "mail")
        found = _sum(written)
        if found is not None and not found.holds:
            yield _wrong_sum(found, "risk", "mail")
    amount = _decimal(letter.fields.get("amount"))
    capitals = _decimal(letter.fields.get("capitals"))
    if amount is not None and capitals is not None and amount != capitals:
        yield _wrong_capitals(
            f"{capitals:,.2f}", f"{amount:,.2f}", "risk", "field:capitals"
        )
    net, tax = (_decimal(letter.fields.get(name)) for name in ("net", "tax"))
    if amount is not None and net is not None and tax is not None:
        read = _Sum(net, tax, amount, 0)
        if not read.holds:
            yield _wrong_sum(read, "risk", "field:amount")


def _capitals(
    words: str, context: Context, level: Level, place: str
) -> Iterator[Finding]:
    capitals = READERS["capitals"](words, context)
    if not capitals:
        return
    places = {one.start for one in capitals}
    amounts = READERS["money"](words, context)
    figures = [one for one in amounts if one.start not in places]
    known = {Decimal(one.value) for one in figures}
    known |= _bare_figures(words)
    if not figures:
        return
    for one in capitals:
        if Decimal(one.value) not in known:
            yield _wrong_capitals(
                words[one.start : one.end],
                ", ".join(dict.fromkeys(words[f.start : f.end] for f in figures[:3])),
                level,
                line_of(words, one.start) if place == "text" else place,
            )


def _bare_figures(words: str) -> set[Decimal]:
    """Return figures with two places and no currency: 12,300.00."""
    found = re.findall(r"(?<![\d.,])\d[\d,]{0,15}\.\d\d(?![\d.])", words)
    return {value for value in map(_decimal, found) if value is not None}


def _sum(words: str) -> _Sum | None:
    """Read one net amount, one tax, one gross; None where there are several of one."""
    read: list[tuple[Decimal, int]] = []
    for pattern in (_NET, _TAX, _GROSS):
        found = {
            value: match.start()
            for match in pattern.finditer(words)
            if (value := _decimal(match["figure"])) is not None
        }
        if len(found) != 1:
            return None
        read.extend(found.items())
    (net, _), (tax, _), (gross, place) = read
    return _Sum(net, tax, gross, place)


def _decimal(figures: str | None) -> Decimal | None:
    try:
        return Decimal((figures or "").replace(",", "")).quantize(_CENT)
    except InvalidOperation:
        return None


def _wrong_capitals(capitals: str, figures: str, level: Level, place: str) -> Finding:
    return Finding(
        code="capitals",
        level=level,
        place=place,
        text=text(
            "the amount in capitals and the figures differ: {capitals}, {figures}",
            capitals=capitals,
            figures=figures,
        ),
    )


def _wrong_sum(found: _Sum, level: Level, place: str) -> Finding:
    return Finding(
        code="sum",
        level=level,
        place=place,
        text=text(
            "{net} and tax {tax} make {right}, not {gross}",
            net=f"{found.net:,.2f}",
            tax=f"{found.tax:,.2f}",
            right=f"{found.net + found.tax:,.2f}",
            gross=f"{found.gross:,.2f}",
        ),
    )
