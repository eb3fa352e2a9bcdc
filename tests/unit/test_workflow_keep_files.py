"""Claims about attachments that a rule has kept in a folder."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailroom.register import errands
from mailroom.register.named_files import keep_named
from mailroom.register.schema import errand
from mailroom.register.texts import unpack
from mailroom.workflow import keep_files
from tests.unit.command_line import runner
from tests.unit.small_office import SmallOffice, letter
from tests.unit.test_rules_actions import use

PDF = b"%PDF-1.4\nan invoice\n%%EOF\n"
KEEPS = "{id: a, when: {body: water}, then: [{save_attachment: 发票}]}"
PDFS = (
    "{id: a, when: {body: water},"
    " then: [{save_attachment: {folder: 发票, type: application/pdf}}]}"
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def with_files(*files: tuple[str, bytes, str]) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Wang Li <wangli@client.example>"
    mail["To"] = "office@hengyuan.example"
    mail["Subject"] = "Leak"
    mail["Date"] = "Mon, 02 Mar 2026 09:15:00 +0800"
    mail.set_content("There is water in the hall.\n")
    for name, content, kind in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    mail["Message-ID"] = f"<{abs(hash(mail.as_bytes()))}@client.example>"
    return mail.as_bytes()


def pdf(name: str, content: bytes = PDF) -> tuple[str, bytes, str]:
    return name, content, "application/pdf"


def lying(office: SmallOffice) -> dict[str, bytes]:
    root = office.settings.folder("data") / "attachments"
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file()
    }


def refused(office: SmallOffice) -> list[tuple[str, str]]:
    return [
        (name, str(unpack(why)))
        for row in office.rows(errand.select())
        for name, path, why in row.files
        if not path
    ]


def test_an_attachment_lies_in_the_folder_under_its_own_name_and_the_case_says_where(
    office: SmallOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = runner(monkeypatch, capsys, tmp_path)
    use(office, tmp_path, KEEPS)
    office.sort(with_files(pdf("发票 1.pdf")))

    assert lying(office) == {"发票/发票 1.pdf": PDF}
    (case,) = office.cases()
    shown = run("-c", office.file, "cases", "show", case.number)
    path = office.settings.folder("data") / "attachments" / "发票" / "发票 1.pdf"
    assert f"发票 1.pdf {path}" in shown.out.replace("\n", "")


def test_the_same_bytes_are_one_file_and_others_of_that_name_get_a_number(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, KEEPS)

    office.sort(with_files(pdf("a.pdf"), pdf("a.pdf", PDF + b"2")))
    office.sort(with_files(pdf("a.pdf"), pdf("b.pdf"), pdf("a.pdf", PDF + b"3")))

    assert lying(office) == {
        "发票/a.pdf": PDF,
        "发票/a (2).pdf": PDF + b"2",
        "发票/a (3).pdf": PDF + b"3",
        "发票/b.pdf": PDF,
    }


@pytest.mark.parametrize(
    "name",
    ["../../register.db", "..\\..\\evil.pdf", "/etc/passwd", ".profile", "a/b\0c.pdf"],
)
def test_no_part_of_a_path_comes_from_the_mail(
    office: SmallOffice, tmp_path: Path, name: str
) -> None:
    use(office, tmp_path, KEEPS)
    before = (office.settings.folder("data") / "register.db").stat().st_ino
    office.sort(with_files((name, PDF, "application/octet-stream")))

    found = lying(office)
    assert len(found) <= 1
    assert all(file.startswith("发票/") and ".." not in file for file in found)
    assert (office.settings.folder("data") / "register.db").stat().st_ino == before


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (("invoice.pdf.exe", b"MZ\x90", "application/pdf"), "it is a program"),
        (pdf("invoice.pdf", b"MZ\x90\x00"), "it is a program"),
        (("start.vbs", b"MsgBox 1", "text/plain"), "it is a program"),
        (
            ("picture.png", PDF, "image/png"),
            "it is another kind of file than its name says",
        ),
        (pdf("empty.pdf", b""), "the file is empty"),
    ],
)
def test_what_is_not_kept_is_told_with_its_reason(
    office: SmallOffice, tmp_path: Path, file: tuple[str, bytes, str], why: str
) -> None:
    use(office, tmp_path, KEEPS)
    office.sort(with_files(file, pdf("good.pdf")))

    assert lying(office) == {"发票/good.pdf": PDF}
    assert refused(office) == [(file[0], why)]


def test_a_type_is_known_by_the_bytes_and_not_by_what_the_sender_calls_it(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, PDFS)
    office.sort(
        with_files(
            ("really.bin", PDF, "application/octet-stream"),
            pdf("text.txt", b"just words"),
            ("photo.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        )
    )

    assert lying(office) == {"发票/really.bin": PDF}


def test_what_is_too_large_or_too_many_stays_in_the_mail(
    office: SmallOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_files, "LARGEST", len(PDF) + 5)
    monkeypatch.setattr(keep_files, "MOST", 2)
    use(office, tmp_path, KEEPS)
    office.sort(
        with_files(pdf("a.pdf", PDF * 2), pdf("b.pdf"), pdf("c.pdf", PDF + b"c"))
    )

    assert lying(office) == {"发票/b.pdf": PDF}
    assert [name for name, _ in refused(office)] == ["a.pdf", "c.pdf"]


def test_a_try_that_was_cut_off_before_the_book_was_written_leaves_one_file(
    office: SmallOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(office, tmp_path, KEEPS)
    end, times = errands.end, iter(range(9))

    def killed_once(*values: object, **named: object) -> None:
        if next(times) == 0:
            raise OSError
        end(*values, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(errands, "end", killed_once)
    office.sort(with_files(pdf("a.pdf")))
    assert lying(office) == {"发票/a.pdf": PDF}
    with office.desk.database.write() as tx:
        tx.exec_driver_sql("UPDATE job SET due_at = '2020-01-01T00:00:00.000000'")
    office.work()

    assert lying(office) == {"发票/a.pdf": PDF}
    assert [row.state for row in office.rows(errand.select())] == ["done"]


@pytest.mark.parametrize("how", ["observe", "history", "quarantine"])
def test_nothing_is_kept_of_mail_that_triggers_nothing(
    office: SmallOffice, tmp_path: Path, how: str
) -> None:
    use(office, tmp_path, KEEPS, "{id: b, when: always, then: [{quarantine: odd}]}")
    if how != "quarantine":
        use_again(office, tmp_path)
    if how == "observe":
        office.change(mode="observe")
    office.sort(with_files(pdf("a.pdf")), history=how == "history")

    assert lying(office) == {}


def use_again(office: SmallOffice, tmp_path: Path) -> None:
    again = tmp_path / "again"
    again.mkdir()
    use(office, again, KEEPS)


def test_a_long_name_keeps_its_ending_when_it_gets_a_number(tmp_path: Path) -> None:
    name = "票" * 83 + ".pdf"
    first = keep_named(tmp_path, name, b"1")
    second = keep_named(tmp_path, name, b"2")

    assert first.name == name
    assert second.name.endswith("票 (2).pdf")
    assert len(second.name.encode()) <= 255
    assert [file.name for file in tmp_path.iterdir() if file.name[0] == "."] == []


@pytest.mark.parametrize("name", ["../a", "a/b", "", ".hidden", "."])
def test_a_name_with_a_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a file"):
        keep_named(tmp_path / "in", name, b"1")


def test_a_letter_without_attachments_keeps_nothing_and_ends(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, KEEPS)
    office.sort(letter("Leak", "There is water in the hall."))

    assert [row.state for row in office.rows(errand.select())] == ["done"]
