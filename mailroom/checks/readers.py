"""Checks who reads a letter, and whether it was written for somebody else."""

import re
from collections.abc import Iterator

from mailroom.checks.letter import Facts, Letter
from mailroom.checks.wording import line_of
from mailroom.drafts import Finding
from mailroom.errors import text
from mailroom.message.answer import answer_to
from mailroom.message.authentication import vouched
from mailroom.rules.fields.found import ADDRESSES

_OPENING = 300  # characters in which a letter says whom it is for
_DEAR = re.compile(
    r"^\s*(?:尊敬的|敬爱的|亲爱的)\s?(?P<zh>[^\s，,：:！!]{1,30})\s?[，,：:！!]"
    r"|^\s*(?:Dear|Hello|Hi)\s(?P<en>[^\n,:!]{1,60})[,:!]",
    re.MULTILINE,
)
# Forms of address, and those that name nobody.
_TITLE = re.compile(
    r"(?:先生|女士|小姐|老师|同志|经理|主任|处长|科长|局长|院长|校长|律师|医生|总|您|阁下)+$"
    r"|^(?:Mrs?|Ms|Miss|Mx|Dr|Prof(?:essor)?|Sir|Madam)\b\.?\s*",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"各|客户|用户|同事|同仁|领导|家长|居民|市民|业主|供应商|单位|公司|贵方|朋友|来信人"
    r"|\b(?:all|colleagues?|team|customer|client|sirs?|madam|everyone|supplier"
    r"|friends?|parents?|resident|neighbours?|correspondent|applicant)\b",
    re.IGNORECASE,
)


def not_in_thread(letter: Letter, facts: Facts) -> Iterator[Finding]:
    """Find readers whom no mail of the matter names."""
    named = set(facts.people)
    mail = letter.original
    if mail is not None:
        everyone = (*mail.senders, *mail.reply_to, *mail.to, *mail.cc)
        named |= {one.address.lower() for one in everyone}
        if mail.forwarded_from is not None:
            named.add(mail.forwarded_from.address.lower())
        # A letter may name the address to which the answer shall go.
        written = f"{mail.zones.new}\n{mail.zones.forwarded}\n{mail.zones.footer}"
        named |= {match[0].lower() for match in ADDRESSES.finditer(written)}
    for kind, addresses in (("to", letter.content.to), ("cc", letter.content.cc)):
        for address in addresses:
            if address.lower() not in named and not letter.is_own(address):
                yield Finding(
                    code="not-in-thread",
                    level="risk",
                    place=kind,
                    text=text(
                        "{address} has had no part in this matter", address=address
                    ),
                )


def first_letter(letter: Letter, facts: Facts) -> Iterator[Finding]:
    """Tell of readers to whom we write for the first time."""
    for address in letter.content.recipients:
        if address.lower() in facts.strangers and not letter.is_own(address):
            yield Finding(
                code="first-letter",
                level="note",
                place="to",
                text=text("it is our first letter to {address}", address=address),
            )


def doubtful_sender(letter: Letter) -> Iterator[Finding]:
    """Say what is doubtful about whom the letter answers.

    A person who has chosen other readers has answered most of these doubts.
    """
    mail = letter.original
    if mail is None:
        return
    if vouched(mail, letter.directory.mail_servers) is False:
        yield Finding(
            code="forged",
            level="risk",
            place="mail",
            text=text("our mail server found that their sender's address is forged"),
        )
    reader = answer_to(mail, letter.own_addresses)
    chosen = {address.lower() for address in letter.content.to}
    if chosen == {one.address.lower() for one in reader.to}:
        for doubt in reader.warnings:
            yield Finding(code="reader", level="risk", place="to", text=doubt)


def not_addressed_to_us(letter: Letter) -> Iterator[Finding]:
    """Tell of a mail that came by Bcc or through a list."""
    mail = letter.original
    if mail is None:
        return
    named = {one.address.lower() for one in (*mail.to, *mail.cc)}
    named |= {address.lower() for address in mail.delivered_to}
    if not named & letter.own_addresses:
        yield Finding(
            code="bcc",
            level="note",
            place="mail",
            text=text("their mail does not name us: it came by Bcc or a list"),
        )


def leaves_the_office(letter: Letter) -> Iterator[Finding]:
    """Tell of attachments that go to somebody outside."""
    outside = [a for a in letter.content.recipients if not letter.is_own(a)]
    if outside and letter.content.enclosures:
        yield Finding(
            code="sent-outside",
            level="note",
            place="attachment",
            text=text(
                "{files} would leave the office, to {people}",
                files=", ".join(one.name for one in letter.content.enclosures),
                people=", ".join(outside),
            ),
        )


def other_case(letter: Letter) -> Iterator[Finding]:
    """Find the number of another case: the letter may be meant for that one."""
    code = letter.case_no.partition("-")[0]
    pattern = re.compile(
        rf"(?<![\w-]){re.escape(code)}-[A-Z]{{0,3}}\d{{4}}-\d{{4,6}}(?!\w)"
    )
    theirs = letter.original.text if letter.original is not None else ""
    for match in pattern.finditer(letter.words):
        if match[0] != letter.case_no and match[0] not in theirs:
            yield Finding(
                code="other-case",
                level="risk",
                place=line_of(letter.words, match.start()),
                text=text(
                    "it names {other}; this letter belongs to {case}",
                    other=match[0],
                    case=letter.case_no,
                ),
            )


def other_supplier(letter: Letter) -> Iterator[Finding]:
    """Find the name of a supplier of ours whom this matter does not concern."""
    mail = letter.original
    theirs = f"{mail.subject}\n{mail.text}".casefold() if mail is not None else ""
    readers = {letter.directory.supplier(a) for a in letter.content.recipients}
    for firm in letter.directory.suppliers:
        if firm in readers:
            continue
        for name in (firm.name, *firm.also):
            # As it is written: Metro is a firm, a metro station is none.
            place = _stands(name, letter.words)
            if place >= 0 and _stands(name.casefold(), theirs) < 0:
                yield Finding(
                    code="other-name",
                    level="risk",
                    place=line_of(letter.words, place),
                    text=text("it names {name}, whom it is not for", name=name),
                )
                break


def other_name(letter: Letter) -> Iterator[Finding]:
    """Find an opening that addresses somebody who did not write."""
    mail = letter.original
    found = _DEAR.search(letter.words[:_OPENING])
    if mail is None or found is None:
        return
    called = (found["zh"] or found["en"]).strip()
    name = _TITLE.sub("", called).strip()
    if not name or _NOBODY.search(called):
        return
    people = (*mail.senders, *mail.reply_to)
    forwarded = (mail.forwarded_from,) if mail.forwarded_from else ()
    known = " ".join(f"{p.name} {p.address}" for p in (*people, *forwarded))
    known = f"{known}\n{mail.text}".casefold()
    for address in letter.content.to:
        person = letter.directory.person(address)
        known += (
            f"\n{' '.join((person.name, *person.also))}".casefold() if person else ""
        )
    parts = [name] if not name.isascii() else name.split()
    if not any(part.casefold() in known for part in parts):
        yield Finding(
            code="other-name",
            level="risk",
            place=line_of(letter.words, found.start()),
            text=text(
                "it addresses {name}, whom their mail does not name", name=called
            ),
        )


def other_address(letter: Letter) -> Iterator[Finding]:
    """Find a mail address that is neither ours nor in the mail that is answered."""
    mail = letter.original
    theirs = f"{mail.text}".lower() if mail is not None else ""
    known = {address.lower() for address in letter.content.recipients}
    if mail is not None:
        known |= {p.address.lower() for p in (*mail.senders, *mail.reply_to, *mail.cc)}
    for match in ADDRESSES.finditer(letter.words):
        address = match[0].lower()
        if "@" not in address or "/" in address or letter.is_own(address):
            continue
        if address not in known and address not in theirs:
            yield Finding(
                code="other-address",
                level="risk",
                place=line_of(letter.words, match.start()),
                text=text(
                    "it gives an address of somebody else: {address}", address=match[0]
                ),
            )


def _stands(name: str, words: str) -> int:
    """Return where a name stands by itself; -1 where it does not."""
    edge = r"(?<!\w)" if name[:1].isascii() else ""
    end = r"(?!\w)" if name[-1:].isascii() else ""
    found = re.search(f"{edge}{re.escape(name)}{end}", words) if name else None
    return found.start() if found else -1
