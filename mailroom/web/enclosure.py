"""Shows what goes with a letter of ours: as pictures, as text, as the file itself."""

from collections.abc import Sequence
from pathlib import Path

from starlette.responses import FileResponse, Response

from mailroom.drafts import REVISABLE, Enclosure
from mailroom.errors import EnvironmentFault, ReviewError, text
from mailroom.message.attachment_text import read_text
from mailroom.message.filenames import safe_name
from mailroom.message.filetypes import real_type
from mailroom.message.model import Attachment
from mailroom.register.drafts import Held
from mailroom.web.ask import Ask, Upload
from mailroom.web.draft import note_opened, visible
from mailroom.web.letter import download_headers
from mailroom.web.page import go, page
from mailroom.web.queue import trail
from mailroom.web.route import NoSuchPageError
from mailroom.web.shown import as_shown
from mailroom.web.visit import Visit
from mailroom.words.preview import preview
from mailroom.words.put_in import objection
from mailroom.workflow.desk import Desk
from mailroom.workflow.draft import DOCX, enclose
from mailroom.workflow.revise import revise

SHOWN_PAGES = 20
# What somebody may attach: the ending of its name → what its bytes must be. Nothing
# that can carry macros or fetch something unseen, but for Word files, which are read.
_ATTACHED = {
    ".docx": DOCX,
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".txt": "text/plain",
    ".csv": "text/plain",
}


def _of(held: Held, ask: Ask) -> Enclosure:
    place = ask.number("place")
    enclosures = held.says.content.enclosures
    if place >= len(enclosures):
        raise NoSuchPageError
    return enclosures[place]


def content_of(desk: Desk, enclosure: Enclosure) -> bytes:
    """Read the bytes of an enclosure."""
    return desk.shelf(enclosure.type).read(enclosure.sha256)


def download(visit: Visit, ask: Ask) -> Response:
    """Give the file, to be opened in Word."""
    held = visible(visit, ask.number("draft"))
    enclosure = _of(held, ask)
    content = content_of(visit.desk, enclosure)
    note_opened(visit, held)
    return Response(content, headers=download_headers(enclosure.name))


def pages(visit: Visit, ask: Ask) -> Response:
    """Show the pages of a Word file as pictures; without LibreOffice, its words."""
    held = visible(visit, ask.number("draft"))
    enclosure = _of(held, ask)
    content = content_of(visit.desk, enclosure)
    note_opened(visit, held)
    drawn, why = 0, None
    if enclosure.type == DOCX:
        try:
            drawn = len(preview(content, _folder(visit.desk)).pages)
        except EnvironmentFault as error:
            why = error.text
    words = read_text(
        Attachment(name=enclosure.name, type=enclosure.type, content=content)
    )
    return page(
        visit, "pages.html", held=held, enclosure=enclosure, why=why,
        place=ask.number("place"), drawn=min(drawn, SHOWN_PAGES), words=words or "",
        trail=trail(ask),
    )  # fmt: skip


def picture(visit: Visit, ask: Ask) -> Response:
    """Give the picture of one page."""
    enclosure = _of(visible(visit, ask.number("draft")), ask)
    if enclosure.type != DOCX:
        raise NoSuchPageError
    try:
        drawn = preview(content_of(visit.desk, enclosure), _folder(visit.desk)).pages
    except EnvironmentFault:
        raise NoSuchPageError from None
    number = ask.number("number")
    if number >= len(drawn):
        raise NoSuchPageError
    # Not kept by the browser: another file may take its place under this address.
    return FileResponse(drawn[number], media_type="image/png")


def put_back(visit: Visit, ask: Ask) -> Response:
    """Take a Word file that somebody has changed, in the place of ours."""
    held = as_shown(visit, ask)
    _of(held, ask)
    if held.state not in REVISABLE:
        raise ReviewError(text("only what waits can be changed"))
    upload = ask.uploads.get("file")
    if upload is None:
        raise ReviewError(text("Choose a file first."))
    (fresh,) = enclose(visit.desk, [_checked(upload)])
    changed = list(held.says.content.enclosures)
    changed[ask.number("place")] = fresh
    return _with(visit, ask, held, changed)


def attach(visit: Visit, ask: Ask) -> Response:
    """Let one more file go with the letter."""
    held = as_shown(visit, ask)
    upload = ask.uploads.get("file")
    if upload is None:
        raise ReviewError(text("Choose a file first."))
    kind = real_type(upload.content)
    name = safe_name(upload.name, kind)
    goes = _ATTACHED.get(Path(name).suffix.lower())
    if goes != kind or not upload.content:
        raise ReviewError(
            text(
                "Only a Word file (.docx), a PDF, a picture (.png, .jpg) or plain text"
                " (.txt, .csv) can be attached here; nothing was changed."
            )
        )
    if kind == DOCX:
        one = _checked(upload)
    else:
        one = Attachment(name=name, type=kind, content=upload.content)
    kept = held.says.content.enclosures
    return _with(visit, ask, held, [*kept, *enclose(visit.desk, [one])])


def take_out(visit: Visit, ask: Ask) -> Response:
    """Let a file no longer go with the letter; it stays among the papers."""
    held = as_shown(visit, ask)
    gone = _of(held, ask)
    kept = [one for one in held.says.content.enclosures if one is not gone]
    return _with(visit, ask, held, kept)


def _with(
    visit: Visit, ask: Ask, held: Held, enclosures: Sequence[Enclosure]
) -> Response:
    revise(
        visit.desk, held.id, who=visit.who, now=visit.now, enclosures=enclosures,
        seen=held.seal,
    )  # fmt: skip
    return go(f"/drafts/{held.id}{trail(ask)}")


def _checked(upload: Upload) -> Attachment:
    """Hold an uploaded file to what it says it is. Raises ReviewError."""
    attachment = Attachment(
        name=safe_name(upload.name, DOCX), type=DOCX, content=upload.content
    )
    if not attachment.name.lower().endswith(".docx"):
        raise ReviewError(
            text("This is no Word file (.docx) that can be read; nothing was changed.")
        )
    # Before anything else opens it: LibreOffice is to see only what may go out.
    reason = objection(upload.content)
    if reason is not None:
        raise ReviewError(
            text(
                "This file was not taken, nothing was changed: {reason}", reason=reason
            )
        )
    return attachment


def _folder(desk: Desk) -> Path:
    return desk.settings.folder("data") / "previews"
