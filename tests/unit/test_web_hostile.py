"""Whatever a mail can say stays words on every page: none is broken by it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from sqlalchemy import Connection, select, update

from mailroom.drafts import Content, Enclosure, Finding
from mailroom.errors import EnvironmentFault, text
from mailroom.register import drafts, events
from mailroom.register.drafts import Version
from mailroom.register.logins import Role
from mailroom.register.schema import (
    case,
    draft,
    draft_version,
    errand,
    followup,
    message,
    paper,
    send,
)
from mailroom.register.schema_desk import presence
from mailroom.register.texts import pack
from mailroom.web import enclosure
from mailroom.web.routes import ROUTES
from mailroom.workflow import find
from mailroom.workflow.draft import DOCX
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import SmallOffice
from tests.unit.test_web_decisions import NOW

# Breaks out of text, of an attribute in either quote, of a comment, a title, a script.
EVIL = "\"'><xss-mark onfocus=x>{{7*7}}{% x %}</title></textarea><!--${1}%s&lt;"
MAIL = (
    b'From: =?utf-8?q?%(evil)s?= <"x\'><xss-mark>"@client.example>\r\n'
    b"Reply-To: =?utf-8?q?%(evil)s?= <other@client.example>\r\n"
    b"To: =?utf-8?q?%(evil)s?= <office@hengyuan.example>\r\n"
    b"Cc: =?utf-8?q?%(evil)s?= <copy@client.example>\r\n"
    b"Subject: Heating stuck on level 4 =?utf-8?q?%(evil)s?=\r\n"
    b"Message-ID: <'><xss-mark>@client.example>\r\n"
    b"References: <\"'><xss-mark>@client.example>\r\n"
    b"Date: Mon, 16 Nov 2026 09:00:00 +0800\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b'--b\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
    b"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Level 4 north has been 27C since Friday. %(plain)s\r\n"
    b"--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p>Level 4 <a href="javascript:\'><xss-mark>">x</a> <xss-mark onfocus=x></p>\r\n'
    b"--a--\r\n"
    b'--b\r\nContent-Type: text/plain; name="\'><xss-mark>.txt"\r\n'
    b"Content-Disposition: attachment; filename*=utf-8''%(coded)s.txt\r\n\r\n"
    b"%(plain)s\r\n--b--\r\n"
)


def hostile_mail() -> bytes:
    quoted = "".join(f"={ord(c):02X}" for c in EVIL).encode()
    coded = "".join(f"%{ord(c):02X}" for c in EVIL).encode()
    said = {b"evil": quoted, b"plain": EVIL.encode(), b"coded": coded}
    return MAIL % said


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path_factory.mktemp("office"))
    small.sort(hostile_mail())
    (digest,) = small.desk.enclosures.keep([b"PK words"])
    with small.desk.database.write() as tx:
        _spread(tx, digest)
    while find.catch_up(small.desk):
        pass
    yield small
    small.close()


def _spread(tx: Connection, digest: str) -> None:
    """Write the hostile words wherever the register keeps words of a mail."""
    why = pack(text("{words}", words=EVIL))
    row = tx.execute(select(message)).one()
    answer = dict(row.answer or {})
    answer["fields"] = {
        **answer.get("fields", {}),
        "location": {"value": EVIL, "zone": EVIL, "sure": False, "words": EVIL},
        "room": {"value": EVIL, "zone": "new", "sure": True, "words": EVIL},
    }
    answer["why"] = [
        {"condition": EVIL, "words": EVIL, "zone": EVIL, "rule": EVIL, "category": EVIL}
    ]
    answer["rule"] = EVIL
    # Without the intake's own care for headers: whatever may come to stand there.
    tx.execute(
        update(message).values(
            subject=EVIL, sender=EVIL, answer=answer, reason=why, outcome="sorted"
        )
    )
    tx.execute(update(case).values(subject=EVIL, correspondent=EVIL, owner=EVIL))
    held = tx.execute(select(draft)).first()
    assert held is not None
    files = tuple(
        Enclosure(name=EVIL, type=kind, sha256=digest, size=8) for kind in (DOCX, EVIL)
    )
    content = Content(
        sender=EVIL, to=(EVIL,), cc=(EVIL,), subject=EVIL, text=f"Dear {EVIL}",
        html=f"<p>{EVIL}", enclosures=files,
    )  # fmt: skip
    finding = Finding(
        code="x", level="risk", place="to", text=text("{words}", words=EVIL)
    )
    now = drafts.held(tx, held.id)
    assert now is not None
    drafts.revise(
        tx, now,
        Version(
            content=content, rfc_id="<x@o.example>", missing=(EVIL,),
            findings=(finding,),
            marks=((5, 5 + len(EVIL), EVIL),), template=f"{EVIL}@1",
            mime_sha256=now.says.mime_sha256, made_by=EVIL,
        ),
        place=False, now=NOW,
    )  # fmt: skip
    tx.execute(update(draft).values(reason=why, decided_by=EVIL, decided_at=NOW))
    tx.execute(update(draft_version).values(made_by=EVIL))
    tx.execute(
        presence.insert().values(draft_id=held.id, who=EVIL, editing=True, seen_at=NOW)
    )
    tx.execute(
        paper.insert().values(
            key="p", case_id=row.case_id, template=EVIL, name=EVIL, sha256=digest,
            missing=[EVIL], made_at=NOW,
        )
    )  # fmt: skip
    tx.execute(
        followup.insert().values(
            key="f", case_id=row.case_id, chain=EVIL, step=1, state="active",
            due_at=NOW, started_at=NOW, reason=EVIL,
        )
    )  # fmt: skip
    tx.execute(
        errand.insert().values(
            message_id=row.id, verb="save_attachment", wanted=EVIL, only="", rule=EVIL,
            state="left", files=[[EVIL, "", why]], reason=why, asked_at=NOW,
        )
    )  # fmt: skip
    tx.execute(
        send.insert().values(
            draft_id=held.id, attempt=1, state="uncertain", rfc_id="<x@o.example>",
            recipients={EVIL: [EVIL, EVIL]}, server_reply=EVIL, evidence=EVIL,
            started_at=NOW, ended_at=NOW,
        )
    )  # fmt: skip
    events.record(
        tx, EVIL, at=NOW, entity="case", entity_id=row.case_id, case_id=row.case_id,
        actor=EVIL, reason=why, before=EVIL, to=EVIL, detail=EVIL,
    )  # fmt: skip


class Reader(HTMLParser):
    """Reads a page as a browser does, and keeps what matters here."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.comments = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)

    def handle_comment(self, data: str) -> None:  # noqa: ARG002  html.parser's
        self.comments += 1


def pages(office: SmallOffice) -> list[str]:
    """List every page that one comes to with GET, with the numbers that there are."""
    with office.desk.database.read() as tx:
        number = tx.execute(select(case.c.number)).scalar_one()
    found = []
    for route in ROUTES:
        if route.method != "GET" or "/static/" in route.path:
            continue
        path = route.path.replace("{number}", number)
        path = re.sub(r"\{(?:place|number):int\}", "0", path)
        path = re.sub(r"\{\w+:int\}", "1", path)
        if "{" not in path:
            found.append(path)
    # Asked for in the address itself, and what only some states show.
    evil = "%22%27%3E%3Cxss-mark%20onfocus%3Dx%3E"
    found += [
        f"/?category={evil}&owner={evil}&order={evil}&page={evil}",
        f"/drafts/1?order=due&done={evil}&undo={evil}&category={evil}",
        f"/cases?q={evil}", f"/cases?which=all&owner={evil}&category={evil}",
        "/cases?q=xss-mark", "/cases?q=Level", f"/login?next={evil}&name={evil}",
        f"/welcome?token={evil}", f"/batch?template={evil}", f"/{evil}",
        f"/cases/{evil}", f"/static/x/{evil}", "/drafts/1/files/1/pages",
    ]  # fmt: skip
    return found


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_here(*_: object, **__: object) -> None:
        raise EnvironmentFault(text("{words}", words=EVIL))

    monkeypatch.setattr(enclosure, "preview", not_here)


STATES = ("waiting", "approved", "uncertain", "refused", "sent", "later")


@pytest.mark.parametrize(
    ("state", "language"), [*((state, "en") for state in STATES), ("waiting", "zh-CN")]
)
def test_no_page_is_broken_by_what_a_mail_says(
    office: SmallOffice, state: str, language: str
) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(state=state, send_at=NOW))
    name = f"{state}-{language}"
    visitor = Visitor(office, name, role=Role.ADMIN, person="徐婷", language=language)
    visitors = [visitor]
    if state == "waiting":
        visitors.append(Visitor(office, language=language))
    shown = 0

    for path in pages(office):
        for who in visitors:
            answer = who.get(path)
            assert answer.status_code < 500, path
            kind = answer.headers.get("content-type", "")
            if not kind.startswith("text/html"):
                continue
            reader = Reader()
            reader.feed(answer.text)
            assert "xss-mark" not in reader.tags, path
            assert not {n for n in reader.names if n.startswith("on")}, path
            assert "<xss-mark" not in answer.text, path
            assert reader.comments == 0, path
            assert "49" not in re.findall(r"\{\{7\*7\}\}|>49<", answer.text), path
            shown += "xss-mark" in answer.text
    assert shown > 10  # else the words were nowhere, and nothing was tried


def test_the_answers_to_forms_are_not_broken_either(office: SmallOffice) -> None:
    with office.desk.database.write() as tx:
        tx.execute(update(draft).values(state="waiting"))
        held = drafts.held(tx, 1)
    assert held is not None
    visitor = Visitor(office, "forms", role=Role.ADMIN, person="徐婷")
    form = {"version": held.version, "seal": held.seal}
    tried = 0
    for route in ROUTES:
        if route.method != "POST" or route.path in {"/logout", "/welcome"}:
            continue
        path = re.sub(r"\{\w+:int\}", "1", route.path).replace("{number}", "x")
        if "{" in path:
            continue
        for given in (
            form,
            {"version": 1, "seal": "0"},
            {"version": EVIL, "seal": EVIL},
        ):
            names = ("reason", "to", "cc", "subject", "text", "category", "until",
                     "back", "name", "password", "draft", "template", "next",
                     "field-location")  # fmt: skip
            answer = visitor.post(path, {**dict.fromkeys(names, EVIL), **given})
            assert answer.status_code < 500, path
            assert "<xss-mark" not in answer.text, path
            where = answer.headers.get("location", "/")
            assert re.match(r"/(?![/\\])", where), (path, where)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
        "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example",
        " //evil.example",
        "/%0d%0aSet-Cookie:x=y", "/\r\nSet-Cookie: x=y", "/x\u2028y", "///evil.example",
    ],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("form", ["/language", "/keys"])
def test_no_form_leads_away_or_writes_a_header(
    office: SmallOffice, form: str, place: str
) -> None:
    visitor = Visitor(office, "leads", role=Role.ADMIN)

    answer = visitor.post(form, {"language": "en", "keys": "on", "back": place})

    where = answer.headers["location"]
    assert re.match(r"/(?![/\\\t\n])", where), where
    assert where.isascii()
    assert where.isprintable()
    assert "x" not in answer.cookies
