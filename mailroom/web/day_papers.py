"""Papers of the day: what was made for the visitor alone, as Word files."""

from starlette.responses import Response

from mailroom.errors import ReviewError
from mailroom.register import day_papers
from mailroom.web.ask import Ask
from mailroom.web.letter import download_headers
from mailroom.web.page import page
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow.day_papers import open_paper
from mailroom.workflow.day_report import KINDS


def day_papers_page(visit: Visit, ask: Ask) -> Response:  # noqa: ARG001  every page's signature
    """List the visitor's own papers, the newest first."""
    person = visit.person
    with visit.desk.database.read() as tx:
        rows = day_papers.of_person(tx, person.name) if person else ()
    return page(visit, "day_papers.html", rows=rows, kinds=KINDS)


def day_paper_file(visit: Visit, ask: Ask) -> Response:
    """Give one of the visitor's own papers, to be opened in Word."""
    try:
        row = open_paper(
            visit.desk, ask.number("day_paper"), visit.person, visit.sight,
            who=visit.who, now=visit.now,
        )  # fmt: skip
    except ReviewError:
        raise NoSuchPageError from None
    content = visit.desk.enclosures.read(row.sha256)
    return Response(content, headers=download_headers(row.name))
