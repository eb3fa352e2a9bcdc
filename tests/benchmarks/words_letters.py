"""The letter and the memo of the words benchmark, and what they are filled with.

In LibreOffice 7.4 the letter, filled in, has 1 page and the memo with 50 rows has 5.
"""

from collections.abc import Sequence

from tests.benchmarks.words_files import saved
from tests.oracle.word import paragraph, run, split


def letter(title: str = "Letter") -> bytes:
    """Return the letter: 12 paragraphs, 22 tags, those in the text split by Word."""
    lines = (
        ("Our reference: ", ("{{ ref", "erence }}")),
        ("{{ today }}",),
        ("{{ addressee.", "name }}"),
        (("{{ addressee.", "company", " }}"), ", ", ("{{ addressee.", "city }}")),
        ("Dear ", ("{{ salut", "ation }}"), ","),
        ("Re: ", ("{{ sub", "ject }}")),
        (
            "Thank you for your letter of ", ("{{ received", "_on }}"), " about ",
            ("{{ matter", " }}"), ", which was registered as ", ("{{ case", "_no }}"),
            ". It was read by ", ("{{ read", "er }}"), " of ", ("{{ un", "it }}"), ".",
        ),
        (
            "The amount of ", ("{{ amo", "unt }}"), " will be paid by ",
            ("{{ due", "_on }}"), " to the account ", ("{{ acc", "ount }}"),
            "{% if ", "urgent %}", ", as you asked without delay", "{% endif %}", ".",
        ),
        (
            "If anything is unclear, please write to ", ("{{ con", "tact }}"),
            " or call ", ("{{ pho", "ne }}"), " between nine and five.",
        ),
        ("Yours sincerely,",),
        (("{{ sign", "er }}"),),
        (("{{ signer_", "title }}"), ", ", ("{{ off", "ice }}")),
    )  # fmt: skip
    return saved("".join(_line(*pieces) for pieces in lines), title)


LETTER = {
    "reference": "2026-0312",
    "today": "23 November 2026",
    "addressee": {"name": "Ada Lovelace", "company": "Smith & Co", "city": "London"},
    "salutation": "Ms Lovelace",
    "subject": "Your order of <12> pens",
    "received_on": "20 November 2026",
    "matter": "an order that did not arrive in time",
    "case_no": "HY-2026-0312",
    "reader": "Wang Fang",
    "unit": "the General Office",
    "amount": "1,200.00",
    "due_on": "30 November 2026",
    "account": "GB29 NWBK 6016 1331 9268 19",
    "urgent": "yes",
    "contact": "office@hengyuan.example",
    "phone": "+86 10 8888 6666",
    "signer": "Wang Fang",
    "signer_title": "Head of Office",
    "office": "Hengyuan Group",
    "slogan": "Answered the same day",
}


def memo(title: str = "Memo") -> bytes:
    """Return the memo: 24 paragraphs and a table of 6 columns, a row a thing."""
    words = (
        "This is what was found when the stores were counted. Each line names the"
        " thing, where it lies, how many there should be, and how many there are; the"
        " last column says who counted. Where the two numbers differ, the unit in"
        " charge explains the difference within five working days, in writing, and"
        " says what it has done so that it does not happen again. "
    )
    before = [
        _line("Memo ", ("{{ case", "_no }}")),
        _line("To: ", ("{{ addressee.", "name }}")),
        _line("From: ", ("{{ sign", "er }}")),
        *(_line(words, ("{{ un", "it }}"), ", ", ("{{ to", "day }}"), ".")
          for _ in range(10)),
    ]  # fmt: skip
    after = [
        *(_line(words, ("{{ rea", "der }}"), ".") for _ in range(10)),
        _line(("{{ sign", "er }}")),
    ]
    heads = ("No.", "Thing", "Place", "Should be", "Is", "Counted by")
    tags = ("loop.index", "x.name", "x.place", "x.wanted", "x.found", "x.by")
    rows = [
        _row([run(head, "<w:b/>") for head in heads]),
        _row([split("{%tr for ", "x in rows", " %}"), *[""] * 5]),
        _row([split("{{ ", tag, " }}") for tag in tags]),
        _row([split("{%tr end", "for %}"), *[""] * 5]),
    ]
    grid = '<w:gridCol w:w="1500"/>' * 6
    table = (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/>'
        '<w:tblLook w:val="04A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1"'
        ' w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    return saved("".join(before) + table + "".join(after), title)


def memo_fields(rows: int) -> dict[str, object]:
    """Return what a memo of so many rows is filled with."""
    things = [
        {
            "name": f"Pens & paper <{n}>",
            "place": f"Room {n % 40}, shelf {n % 7}",
            "wanted": n * 3,
            "found": n * 3 - n % 2,
            "by": "Wang Fang",
        }
        for n in range(rows)
    ]
    return {**LETTER, "rows": things}


def _line(*pieces: str | tuple[str, ...]) -> str:
    held = "".join(
        split(*piece) if isinstance(piece, tuple) else run(piece) for piece in pieces
    )
    return paragraph(held, props='<w:spacing w:after="160" w:line="259"/>')


def _row(cells: Sequence[str]) -> str:
    held = "".join(
        '<w:tc><w:tcPr><w:tcW w:w="1500" w:type="dxa"/></w:tcPr>'
        f"{paragraph(one) if one else paragraph()}</w:tc>"
        for one in cells
    )
    return f'<w:tr w:rsidR="00AB1234" w:rsidTr="00AB1235">{held}</w:tr>'
