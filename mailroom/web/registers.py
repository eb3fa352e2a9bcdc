"""The registers in the browser: one leafs through them, and takes them as files."""

from urllib.parse import urlencode

from starlette.responses import Response

from mailroom.calendar import typed_day
from mailroom.errors import ReviewError, Text, text
from mailroom.i18n import say
from mailroom.register import ledgers
from mailroom.register.ledgers import Span
from mailroom.web.ask import Ask
from mailroom.web.cases import page_number
from mailroom.web.letter import download_headers
from mailroom.web.page import page
from mailroom.web.queue import category_name
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow.ledger_files import as_csv, as_docx, as_xlsx
from mailroom.workflow.ledger_names import INCOMING, LEDGERS, Ledger
from mailroom.workflow.ledgers import note_export, read_ledger
from mailroom.workflow.sight import in_reports

ON_A_PAGE = 100
_LONGEST = 100  # characters of a filter
_STATES = ("open", "closed")


def _day(words: str) -> tuple[str, Text | None]:
    """Read a day of the form; what is none is left out, and said."""
    try:
        return (typed_day(words).isoformat() if words else ""), None
    except ValueError:
        return "", text("“{words}” is no day; write it as 2026-03-12", words=words[:20])


def _span(ask: Ask) -> tuple[Span, list[Text]]:
    since, wrong = _day(ask.one("from").strip())
    until, wrong_too = _day(ask.one("to").strip())
    state = ask.one("state")
    by = Span(
        since=since,
        until=until,
        category=ask.one("category")[:_LONGEST],
        owner=ask.one("owner")[:_LONGEST],
        state=state if state in _STATES else "",
    )
    return by, [each for each in (wrong, wrong_too) if each]


def _ledger(ask: Ask) -> Ledger:
    id_ = str(ask.places.get("id") or INCOMING)
    if id_ not in LEDGERS:
        raise NoSuchPageError
    return LEDGERS[id_]


def register_page(visit: Visit, ask: Ask) -> Response:
    """Show a page of a register, the newest lines first to be read."""
    ledger = _ledger(ask)
    by, wrong = _span(ask)
    at = page_number(ask)
    sheet = read_ledger(
        visit.desk, ledger, visit.sight, by, visit.language, limit=ON_A_PAGE,
        offset=(at - 1) * ON_A_PAGE, newest_first=True,
    )  # fmt: skip
    with visit.desk.database.read() as tx:
        owners = ledgers.owners(
            tx, ledger.id, in_reports(visit.sight), restricted=ledger.restricted
        )
    kept = [("from", by.since), ("to", by.until), ("category", by.category),
            ("owner", by.owner), ("state", by.state)]  # fmt: skip
    shown = [
        place
        for place, column in enumerate(sheet.columns)
        if column.key == "no" or _tells(column.key, [r[place] for r in sheet.rows])
    ]
    return page(
        visit, "registers.html", ledger=ledger, ledgers=LEDGERS.values(), by=by,
        sheet=sheet, shown=shown, wrong=wrong, owners=owners, at=at,
        pages=-(-sheet.found // ON_A_PAGE),
        trail=urlencode([(name, value) for name, value in kept if value]),
        drawers=[(c, category_name(visit, c)) for c in ledger.categories],
    )  # fmt: skip


def _tells(key: str, cells: list[str]) -> bool:
    """Say whether a column tells anything: it is filled, and not with one word."""
    return any(cells) and (key != "medium" or len(set(cells)) > 1)


def register_file(visit: Visit, ask: Ask) -> Response:
    """Give a register as a file; of restricted cases the book notes that they left."""
    ledger = _ledger(ask)
    by, wrong = _span(ask)
    if wrong:
        raise ReviewError(wrong[0])
    kind = ask.one("format")
    sheet = read_ledger(visit.desk, ledger, visit.sight, by, visit.language)
    if kind == "csv":
        content = as_csv(sheet)
    elif kind == "xlsx":
        content = as_xlsx(sheet, visit.language)
    elif kind == "docx":
        today = visit.desk.today(visit.now)
        content = as_docx(visit.desk, sheet, by, visit.language, today=today)
    else:
        raise NoSuchPageError
    note_export(visit.desk, sheet, visit.who, now=visit.now)
    name = f"{ledger.id} {say(ledger.name, visit.language)}"
    day = visit.desk.today(visit.now).isoformat()
    return Response(content, headers=download_headers(f"{name} {day}.{kind}"))
