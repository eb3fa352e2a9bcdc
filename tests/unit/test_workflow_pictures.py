"""What holds of the pictures that a letter shows, from the template to the mail."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest

from mailroom.drafts import differences
from mailroom.register.drafts import Held
from mailroom.register.files import fingerprint
from mailroom.words.rich import Picture
from mailroom.words.templates import Templates
from mailroom.workflow import decide, revise
from tests.unit.drawn import png
from tests.unit.small_office import REPAIR, SmallOffice
from tests.unit.word_files import blank

NOW = datetime.now(UTC)
REPLY = "reply/maintenance.en.docx"
LOGO, SEAL = png(1), png(2)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    yield small
    small.close()


def answer_with(office: SmallOffice, *paragraphs: str | bytes) -> None:
    """Answer with a letter that has the logo above these paragraphs and pictures."""
    document = blank()
    for one in (LOGO, *paragraphs):
        if isinstance(one, bytes):
            document.add_paragraph().add_run().add_picture(BytesIO(one))
        else:
            document.add_paragraph(one)
    own = office.file.parent / "own"
    (own / REPLY).parent.mkdir(parents=True, exist_ok=True)
    document.save(str(own / REPLY))
    templates = Templates(own)
    pictures = {"seal": Picture(SEAL, width_mm=20, alt="our seal")}
    office.desk = replace(office.desk, templates=templates, own_pictures=pictures)


def drafted(office: SmallOffice, raw: bytes = REPAIR) -> Held:
    (row,) = office.sort(raw)
    (held,) = office.drafts(row.case_id)
    return held


def pictures_of(raw: bytes) -> list[bytes]:
    """Return what the HTML of a mail shows, each picture found by its link."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    page = mail.get_body(("html",))
    assert page is not None
    parts = {part["Content-ID"]: part for part in mail.walk() if part["Content-ID"]}
    links = re.findall(r'<img src="cid:([^"]*)"', page.get_content())
    assert len(parts) == len(set(links))
    return [parts[f"<{unquote(link)}>"].get_content() for link in links]


def test_the_logo_of_a_template_and_a_seal_of_the_office_reach_the_mail(
    office: SmallOffice,
) -> None:
    answer_with(office, "{{ salutation }}", "{{ seal }}", "{{ seal }}")

    held = drafted(office)

    assert held.says.missing == ()
    assert pictures_of(office.desk.letters.read(held.says.mime_sha256)) == [
        LOGO, SEAL, SEAL,
    ]  # fmt: skip
    assert "[our seal]" in held.says.content.text


def test_the_draft_keeps_each_picture_once_and_its_seal_covers_the_bytes(
    office: SmallOffice,
) -> None:
    answer_with(office, "{{ seal }}", "{{ seal }}")

    content = drafted(office).says.content

    logo, seal = content.pictures
    assert [p.sha256 for p in (logo, seal)] == [fingerprint(LOGO), fingerprint(SEAL)]
    assert office.desk.pictures.read(seal.sha256) == SEAL
    other = replace(content, pictures=(logo, replace(seal, sha256=logo.sha256)))
    assert other.seal != content.seal
    assert [str(one).split(":")[0] for one in differences(content, other)] == [
        "pictures"
    ]


def test_a_picture_that_this_letter_does_not_show_stays_out_of_the_mail(
    office: SmallOffice,
) -> None:
    answer_with(office, "{%p if due == 'never' %}", png(9), "{%p endif %}")

    (logo,) = drafted(office).says.content.pictures

    assert logo.sha256 == fingerprint(LOGO)


def test_exactly_the_pictures_that_were_approved_are_sent(office: SmallOffice) -> None:
    answer_with(office, "{{ seal }}")
    held = drafted(office)
    decide.show(office.desk, held.id, who="anybody", now=NOW)
    answer_with(office, "another letter by now")

    approved = decide.approve(office.desk, held.id, who="anybody", now=NOW)

    raw = office.desk.letters.read(approved.letter_sha256 or "")
    assert pictures_of(raw) == [LOGO, SEAL]


def test_a_letter_that_goes_to_another_person_keeps_its_pictures(
    office: SmallOffice,
) -> None:
    answer_with(office, "{{ seal }}")
    held = drafted(office)

    revised = revise.revise(
        office.desk, held.id, who="anybody", to=["li@client.example"], now=NOW
    )

    assert revised.says.rfc_id != held.says.rfc_id
    raw = office.desk.letters.read(revised.says.mime_sha256)
    assert pictures_of(raw) == [LOGO, SEAL]


def test_a_letter_written_anew_shows_no_pictures_and_carries_none(
    office: SmallOffice,
) -> None:
    answer_with(office, "{{ seal }}")
    held = drafted(office)

    revised = revise.revise(
        office.desk, held.id, who="anybody", body="Come on Friday.", now=NOW
    )

    assert revised.says.content.pictures == ()
    raw = office.desk.letters.read(revised.says.mime_sha256)
    assert pictures_of(raw) == []
    assert b"image/png" not in raw


def test_a_quoted_mail_that_names_a_picture_shows_none(
    office: SmallOffice,
) -> None:
    answer_with(office, "{{ seal }}")
    held = drafted(office, REPAIR.replace(b"please?", b'please? <img src="cid:x">'))

    assert pictures_of(office.desk.letters.read(held.says.mime_sha256)) == [LOGO, SEAL]


def repair_with(*files: tuple[str, bytes], inline: bool = False) -> bytes:
    """Report the heating with these files, each declared as a PNG."""
    mail = email.message_from_bytes(REPAIR, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    mail.make_mixed()
    for name, content in files:
        mail.add_attachment(content, "image", "png", filename=name)
        if inline:
            part = mail.get_payload(-1)
            assert isinstance(part, EmailMessage)
            part.replace_header("Content-Disposition", "inline")
            part["Content-ID"] = f"<{name}@client.example>"
    return mail.as_bytes()


PHOTOS = (
    "{%p for photo in attached_pictures %}", "{{ photo }}", "{%p endfor %}",
)  # fmt: skip


def test_a_template_may_show_the_pictures_that_the_sender_attached(
    office: SmallOffice,
) -> None:
    answer_with(office, *PHOTOS)
    photo, other = png(3), png(4)

    held = drafted(office, repair_with(("heating.png", photo), ("level 4.png", other)))

    raw = office.desk.letters.read(held.says.mime_sha256)
    assert pictures_of(raw) == [LOGO, photo, other]
    assert "[heating.png]" in held.says.content.text


def test_the_pictures_of_a_signature_are_not_attached_ones(office: SmallOffice) -> None:
    answer_with(office, *PHOTOS)

    held = drafted(office, repair_with(("their-logo.png", png(3)), inline=True))

    assert held.says.missing == ()
    assert pictures_of(office.desk.letters.read(held.says.mime_sha256)) == [LOGO]


def test_an_attached_picture_that_cannot_be_read_is_a_gap(office: SmallOffice) -> None:
    answer_with(office, *PHOTOS)

    held = drafted(office, repair_with(("broken.png", b"no picture")))

    assert held.says.missing == ("attached_pictures",)
