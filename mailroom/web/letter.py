"""Shows a letter from outside without letting it do anything: cleaned, in a frame."""

import base64
import re
from collections.abc import Mapping
from urllib.parse import quote

import nh3
from starlette.responses import Response

from mailroom.cases import Outcome, is_restricted
from mailroom.message.filetypes import real_type
from mailroom.message.model import Attachment, Message
from mailroom.message.parse import parse
from mailroom.register import cases, messages
from mailroom.register.schema import AnyRow
from mailroom.web.ask import Ask
from mailroom.web.page import filled
from mailroom.web.route import NoSuchPageError
from mailroom.web.visit import Visit
from mailroom.workflow.read_case import note_look
from mailroom.workflow.source import PICTURES

# In the frame nothing may be fetched and nothing may run, whatever came through.
FRAME_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
FILE_POLICY = "sandbox; default-src 'none'"
LARGEST_PICTURE = 2 * 1024 * 1024  # bytes of a picture inside the letter
_TAGS = nh3.ALLOWED_TAGS | {"font", "center", "img", "u"}
_ATTRIBUTES = {
    "*": {"style", "align", "dir", "lang", "title"},
    "img": {"src", "alt", "width", "height"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": {"width", "height", "colspan", "rowspan", "bgcolor", "valign"},
    "th": {"width", "height", "colspan", "rowspan", "bgcolor", "valign"},
    "font": {"color", "size", "face"},
}
_STYLES = {
    "color", "background-color", "font-size", "font-weight", "font-style",
    "font-family", "text-align", "text-decoration", "margin", "margin-left", "padding",
    "border", "border-collapse", "width", "line-height",
}  # fmt: skip

# A declaration whose value calls nothing but a colour: no url(), no escapes, no @.
_PLAIN_STYLE = re.compile(
    r"\s*[a-z-]+\s*:(?:[^()\\@<>/]|\b(?:rgb|rgba|hsl|hsla)\([\d\s.,%]*\))*",
    re.IGNORECASE,
)


def visible_message(visit: Visit, message_id: int) -> AnyRow:
    """Find a message of a case that the visitor may see. Raises NoSuchPageError."""
    with visit.desk.database.read() as tx:
        row = messages.find(tx, message_id)
        case = cases.row(tx, row.case_id) if row is not None and row.case_id else None
    # What was set aside, and perhaps left as spam, is shown nowhere: its links and
    # files are dangerous. The quarantine gives its bytes to named people.
    if row is None or row.outcome == Outcome.HELD or _was_set_aside(row):
        raise NoSuchPageError
    own = (row.answer or {}).get("sensitivity", "normal")
    # Who is in charge of a restricted matter sees its letters, too.
    owner = case.owner if case is not None else ""
    if not visit.sight.sees(own, row.category, owner):
        raise NoSuchPageError
    if case is not None and not visit.sight.sees(
        case.sensitivity, case.category, case.owner
    ):
        raise NoSuchPageError
    return row


def note_opened(visit: Visit, row: AnyRow) -> None:
    """Write in the book that a restricted letter of theirs, or its file, was opened."""
    with visit.desk.database.read() as tx:
        case = cases.row(tx, row.case_id) if row.case_id else None
    levels = ((row.answer or {}).get("sensitivity", "normal"),
              case.sensitivity if case is not None else "normal")  # fmt: skip
    if any(map(is_restricted, levels)):
        with visit.desk.database.write() as tx:
            note_look(
                tx, visit.who, "message", row.id, case_id=row.case_id, now=visit.now
            )


def _was_set_aside(row: AnyRow) -> bool:
    return bool((row.answer or {}).get("quarantine"))


def read_message(visit: Visit, row: AnyRow) -> Message:
    """Read the kept bytes of a message."""
    return parse(visit.desk.mail.read(row.sha256))


def frame(visit: Visit, ask: Ask) -> Response:
    """Give the letter's HTML, cleaned; the answer's own policy shuts it in."""
    row = visible_message(visit, ask.number("message"))
    message = read_message(visit, row)
    note_opened(visit, row)
    html, blocked = clean(message)
    body = filled(visit, "frame.html", html=html, blocked=blocked)
    return Response(
        body,
        media_type="text/html; charset=utf-8",
        headers={
            "content-security-policy": FRAME_POLICY,
            "x-frame-options": "SAMEORIGIN",
        },
    )


def clean(message: Message) -> tuple[str, int]:
    """Clean the HTML of a message; returns it, and how many pictures were blocked.

    Pictures that the letter brings along are kept, as data. Links lose their target:
    the page lists the real ones beside the letter.
    """
    inside = {
        part.content_id: uri
        for part in message.attachments
        if part.content_id and (uri := _data_uri(part))
    }
    blocked = 0

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal blocked
        if (tag, name) == ("img", "src"):
            uri = (
                inside.get(value.removeprefix("cid:")) if value[:4] == "cid:" else None
            )
            blocked += uri is None
            return uri
        return _harmless(value) if name == "style" else value

    html = nh3.clean(
        message.html or "",
        tags=set(_TAGS - {"a"}),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=attribute,
        url_schemes={"cid", "data", "http", "https"},
        filter_style_properties=set(_STYLES),
        link_rel=None,
    )
    return html, blocked


def _harmless(style: str) -> str | None:
    """Leave what only colours and measures; nothing that names a file or computes."""
    kept = [one for one in style.split(";") if _PLAIN_STYLE.fullmatch(one)]
    return ";".join(kept) or None


def _data_uri(part: Attachment) -> str | None:
    kind = real_type(part.content)
    if kind not in PICTURES or part.size > LARGEST_PICTURE:
        return None
    return f"data:{kind};base64,{base64.b64encode(part.content).decode()}"


def links(message: Message) -> tuple[str, ...]:
    """List where the links of a letter really lead, each once."""
    found = re.findall(
        r"""<a\b[^>]{0,500}?href\s*=\s*["']?([^"'\s>]{1,500})""",
        message.html or "",
        re.IGNORECASE,
    )
    return tuple(dict.fromkeys(found))[:50]


def attachment(visit: Visit, ask: Ask) -> Response:
    """Give an attachment to be saved; a browser must not open it as a page."""
    row = visible_message(visit, ask.number("message"))
    message = read_message(visit, row)
    place = ask.number("place")
    if place >= len(message.attachments):
        raise NoSuchPageError
    part = message.attachments[place]
    note_opened(visit, row)
    return Response(part.content, headers=download_headers(part.name))


def download_headers(name: str) -> Mapping[str, str]:
    """Give the headers with which a file is saved and not shown (RFC 6266)."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[-100:] or "file"
    return {
        "content-type": "application/octet-stream",
        "content-disposition": (
            f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
        ),
        "content-security-policy": FILE_POLICY,
    }
