"""What pictures of Word files show, what they leave behind, what LibreOffice may do."""

import os
import shutil
import socket
import struct
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from mailroom.errors import EnvironmentFault
from mailroom.words import preview as kept_pictures
from mailroom.words.libreoffice import font_settings
from mailroom.words.preview import preview

PATIENCE = 60.0  # seconds until it counts as a fault; the machine may be busy
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="session")
def office_programs() -> None:
    """Need LibreOffice and pdftoppm."""
    for program, package in (
        ("soffice", "libreoffice-writer-nogui"), ("pdftoppm", "poppler-utils"),
    ):  # fmt: skip
        if shutil.which(program) is None:
            missing = f"{program} is not installed: apt-get install {package}"
            if os.environ.get("CI") == "true":
                pytest.fail(missing)
            pytest.skip(missing)


def word_file(*paragraphs: str, pages: int = 1) -> bytes:
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    for _ in range(pages - 1):
        document.add_paragraph("…").paragraph_format.page_break_before = True
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def png_size(picture: Path) -> tuple[int, int]:
    head = picture.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


# ── with LibreOffice ─────────────────────────────────────────────────────


@pytest.mark.server
@pytest.mark.usefixtures("office_programs")
def test_every_page_is_a_picture_in_its_order_and_nothing_else_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    folder = tmp_path / "previews"

    shown = preview(word_file("回复", pages=11), folder)

    names = [f"page-{number:02}.png" for number in range(1, 12)]
    assert [page.name for page in shown.pages] == names
    assert {png_size(page) for page in shown.pages} == {(680, 880)}  # US letter, 80 dpi
    (kept,) = {page.parent for page in shown.pages}
    assert sorted(folder.iterdir()) == sorted([kept, folder / "lock"])
    assert sorted(kept.iterdir()) == list(shown.pages)
    assert list(home.iterdir()) == list(elsewhere.iterdir()) == []
    assert folder.stat().st_mode & 0o077 == kept.stat().st_mode & 0o077 == 0


@pytest.mark.server
@pytest.mark.usefixtures("office_programs")
def test_a_file_that_is_no_word_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="could not open"):
        preview(b"<html><body><img src='http://127.0.0.1/'></body></html>", tmp_path)

    assert [left.name for left in tmp_path.iterdir()] == ["lock"]


@pytest.fixture
def knocks() -> Iterator[tuple[int, list[bytes]]]:
    """Listen on loopback: the port, and the first line of each request."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    heard.append(caller.recv(1000).split(b"\r\n")[0])

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        listener.join(timeout=5)


def reaching_out(place: str) -> bytes:
    """Write a Word file that asks for all kinds of things from elsewhere."""
    with zipfile.ZipFile(BytesIO(word_file("A letter"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    links = "".join(
        f'<Relationship Id="out{kind}" Type="{RELATIONS}/{kind}"'
        f' Target="{place}/{kind}.png" TargetMode="External"/>'
        for kind in ("image", "aFChunk", "oleObject", "subDocument")
    )
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relat", f"{links}</Relat".encode())
    size = '<wp:extent cx="3000000" cy="3000000"/><wp:docPr id="1" name="P"/>'
    picture = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/'
        f'drawingml/2006/wordprocessingDrawing">{size}<a:graphic xmlns:a="http://schemas'
        '.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.'
        'openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.'
        'openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="0"'
        ' name="P"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r="'
        f'{RELATIONS}" r:link="outimage"/><a:stretch><a:fillRect/></a:stretch>'
        '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="3000000"'
        ' cy="3000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
        "</w:r></w:p>"
    )
    fields = "".join(
        f'<w:p><w:fldSimple w:instr=" {code} "><w:r><w:t>x</w:t></w:r>'
        "</w:fldSimple></w:p>"
        for code in (
            f"INCLUDEPICTURE &quot;{place}/field.png&quot; \\d",
            f"INCLUDETEXT &quot;{place}/field.docx&quot;",
            f"LINK Excel.Sheet.8 &quot;{place}/field.xlsx&quot; &quot;R1C1&quot; \\a",
        )
    )
    chunk = f'<w:altChunk xmlns:r="{RELATIONS}" r:id="outaFChunk"/>'
    body = parts["word/document.xml"]
    at = body.rindex(b"<w:sectPr")
    parts["word/document.xml"] = (
        body[:at] + (picture + fields + chunk).encode() + body[at:]
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.server
@pytest.mark.usefixtures("office_programs")
def test_nothing_is_fetched_from_elsewhere(
    tmp_path: Path, knocks: tuple[int, list[bytes]]
) -> None:
    port, heard = knocks

    shown = preview(reaching_out(f"http://127.0.0.1:{port}"), tmp_path)

    assert shown.pages
    assert heard == []


@pytest.mark.server
@pytest.mark.usefixtures("office_programs")
def test_a_file_of_the_machine_is_not_shown_either(tmp_path: Path) -> None:
    secret = tmp_path / "image.png"
    shutil.copy(preview(word_file("x" * 4000), tmp_path / "first").pages[0], secret)

    with_link = preview(reaching_out(tmp_path.as_uri()), tmp_path / "p").pages
    without = preview(reaching_out((tmp_path / "none").as_uri()), tmp_path / "p").pages

    assert [page.read_bytes() for page in with_link] == [
        page.read_bytes() for page in without
    ]


@pytest.mark.server
@pytest.mark.usefixtures("office_programs")
def test_the_fonts_of_official_papers_have_stand_ins_with_mainland_shapes(
    tmp_path: Path,
) -> None:
    settings = tmp_path / "fonts.conf"
    settings.write_text(font_settings(), encoding="utf-8")
    there = subprocess.run(
        ["fc-list", ":", "family"], capture_output=True, text=True, check=True
    ).stdout
    wanted = {
        "仿宋_GB2312": "Noto Serif CJK SC", "楷体_GB2312": "Noto Serif CJK SC",
        "方正小标宋简体": "Noto Serif CJK SC", "宋体": "Noto Serif CJK SC",
        "黑体": "Noto Sans CJK SC",
    }  # fmt: skip
    if "Noto Serif CJK SC" not in there or set(wanted) & set(there.split()):
        pytest.skip("for fonts-noto-cjk without the fonts that it stands in for")

    taken = {
        name: subprocess.run(
            ["fc-match", "-f", "%{family[0]}", name],
            env={**os.environ, "FONTCONFIG_FILE": str(settings)},
            capture_output=True, text=True, check=True,
        ).stdout
        for name in wanted
    }  # fmt: skip

    assert taken == wanted


# ── with programs that only claim to be LibreOffice ──────────────────────


class Programs:
    """A folder of small scripts, which is all the PATH there is."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "programs"
        self.folder.mkdir()
        self.calls = folder / "calls"
        self.calls.touch()
        for tool in ("sh", "sleep", "touch", "env"):
            (self.folder / tool).symlink_to(str(shutil.which(tool)))
        monkeypatch.setenv("PATH", str(self.folder))
        self.write("soffice", "touch letter.pdf")
        self.write("pdftoppm", 'echo picture > "$5-1.png"')

    def write(self, name: str, does: str) -> None:
        file = self.folder / name
        file.write_text(f"#!/bin/sh\necho {name} >> {self.calls}\n{does}\n")
        file.chmod(0o755)

    def called(self) -> list[str]:
        return self.calls.read_text().split()


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("program", "package"),
    [("soffice", "libreoffice-writer-nogui"), ("pdftoppm", "poppler-utils")],
)
def test_a_missing_program_is_named_by_its_package(
    program: str, package: str, programs: Programs, tmp_path: Path
) -> None:
    (programs.folder / program).unlink()

    with pytest.raises(EnvironmentFault, match=f"apt install {package}"):
        preview(b"a letter", tmp_path / "p")


def test_the_same_bytes_are_drawn_once(programs: Programs, tmp_path: Path) -> None:
    first = preview(b"a letter", tmp_path / "p")
    again = preview(b"a letter", tmp_path / "p")
    other = preview(b"another letter", tmp_path / "p")

    assert first == again != other
    assert programs.called() == ["soffice", "pdftoppm"] * 2


def test_a_new_libreoffice_draws_anew(programs: Programs, tmp_path: Path) -> None:
    first = preview(b"a letter", tmp_path / "p")
    programs.write("soffice", "touch letter.pdf # of another version")

    assert preview(b"a letter", tmp_path / "p") != first


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # Nobody waits here for what an ended script had started.
    state = Path(f"/proc/{number}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_hangs_is_killed_with_all_it_began(
    programs: Programs, tmp_path: Path
) -> None:
    numbers = tmp_path / "numbers"
    programs.write(
        "soffice", f"echo $$ > {numbers}; sleep 300 & echo $! >> {numbers}; wait"
    )

    with pytest.raises(EnvironmentFault, match="soffice did not end in time"):
        preview(b"a letter", tmp_path / "p", timeout=2)

    started = [int(number) for number in numbers.read_text().split()]
    assert len(started) == 2
    until = time.monotonic() + PATIENCE
    while any(map(alive, started)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(alive, started))
    assert [left.name for left in (tmp_path / "p").iterdir()] == ["lock"]


def test_what_crashes_leaves_its_children_no_longer_than_the_time(
    programs: Programs, tmp_path: Path
) -> None:
    number = tmp_path / "number"
    programs.write("soffice", f"sleep 300 & echo $! > {number}; kill -9 $$")

    with pytest.raises(EnvironmentFault, match="soffice did not end in time"):
        preview(b"a letter", tmp_path / "p", timeout=2)

    until = time.monotonic() + PATIENCE
    while alive(int(number.read_text())) and time.monotonic() < until:
        time.sleep(0.01)
    assert not alive(int(number.read_text()))


def test_a_folder_that_a_killed_one_left_goes_with_the_next(
    programs: Programs, tmp_path: Path
) -> None:
    left = tmp_path / "p" / "work-1"
    left.mkdir(parents=True)
    (left / "letter.docx").write_bytes(b"half")

    preview(b"a letter", tmp_path / "p")

    assert not left.exists()
    assert programs.called() == ["soffice", "pdftoppm"]


def test_one_is_drawn_at_a_time(programs: Programs, tmp_path: Path) -> None:
    programs.write("soffice", "sleep 0.05; touch letter.pdf")
    drawing = [
        threading.Thread(target=preview, args=(f"letter {n}".encode(), tmp_path / "p"))
        for n in range(4)
    ]
    for each in drawing:
        each.start()
    for each in drawing:
        each.join()

    assert programs.called() == ["soffice", "pdftoppm"] * 4


def test_waiting_for_another_ends_in_time_too(
    programs: Programs, tmp_path: Path
) -> None:
    may_go = tmp_path / "may_go"
    programs.write(
        "soffice", f"until [ -e {may_go} ]; do sleep 0.02; done; touch letter.pdf"
    )
    first = threading.Thread(target=preview, args=(b"a letter", tmp_path / "p"))
    first.start()
    while not programs.called():
        time.sleep(0.01)

    try:
        with pytest.raises(EnvironmentFault, match="another preview is being drawn"):
            preview(b"another letter", tmp_path / "p", timeout=0.1)
    finally:
        may_go.touch()
        first.join()


def test_pictures_looked_at_longest_ago_go_first(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pictures, "LARGEST", 3 * len("picture\n"))
    shown = [preview(f"{n}".encode(), tmp_path / "p").pages[0] for n in range(3)]
    for moment, page in enumerate(shown):
        os.utime(page.parent, (moment, moment))
    preview(b"0", tmp_path / "p")  # looked at again

    preview(b"a fourth", tmp_path / "p")

    assert [page.exists() for page in shown] == [True, False, True]
    assert len(programs.called()) == 8


def test_a_password_in_the_environment_stays_there(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILROOM_OFFICE_IMAP_PASSWORD", "secret")
    seen = tmp_path / "seen"
    programs.write("soffice", f"env > {seen}; touch letter.pdf")

    preview(b"a letter", tmp_path / "p")

    names = {line.partition("=")[0] for line in seen.read_text().splitlines()}
    assert "PATH" in names
    assert not any(name.startswith("MAILROOM") for name in names)


def test_a_folder_that_cannot_be_written_is_named(
    programs: Programs, tmp_path: Path
) -> None:
    (tmp_path / "p").write_text("no folder")

    with pytest.raises(EnvironmentFault, match=r"cannot write .*/p: "):
        preview(b"a letter", tmp_path / "p")

    assert programs.called() == []
