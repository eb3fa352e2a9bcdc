"""Claims about what the office knows of itself."""

from datetime import time
from pathlib import Path

import pytest

from mailroom.directory import Directory
from mailroom.errors import RuleError

PEOPLE = """
mailroom: 1
people:
  - {name: 徐婷, also: [Xu Ting], address: Xu@firm.example, role: [reviewer, director]}
  - {name: Leo Chan, address: leo@firm.example}
own_addresses: [office@shared.example]
own_domains: [firm.example]
footers: [本邮件含保密信息]
"""
REST = """
mailroom: 1
suppliers:
  - {name: Harbour Logistics, domains: [harbour-logistics.example], phone: "0000 1111"}
rooms:
  - {name: 大会议室, seats: 60}
  - {name: 2号楼大会议室, aliases: [二号楼大会议室]}
"""


def office(folder: Path, **files: str) -> Path:
    target = folder / "rules" / "office"
    target.mkdir(parents=True)
    for name, content in files.items():
        (target / f"{name}.yaml").write_text(content, encoding="utf-8")
    return target


@pytest.fixture
def directory(tmp_path: Path) -> Directory:
    return Directory.load(office(tmp_path, people=PEOPLE, rest=REST))


def test_a_person_is_found_by_name_other_name_or_address(directory: Directory) -> None:
    found = [directory.person(word) for word in ("徐婷", "xu ting", "XU@firm.example")]

    assert {person.name for person in found if person} == {"徐婷"}
    assert None not in found
    assert directory.person("nobody") is None


def test_roles_are_kept_as_written(directory: Directory) -> None:
    person = directory.person("徐婷")

    assert person is not None
    assert person.roles == ("reviewer", "director")


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("anyone@firm.example", True),
        ("a@mail.firm.example", True),
        ("Office@Shared.example", True),
        ("other@shared.example", False),
        ("a@myfirm.example", False),
        ("a@firm.example.evil.example", False),
        ("", False),
    ],
)
def test_own_addresses_are_exact_or_below_own_domains(
    directory: Directory, address: str, *, own: bool
) -> None:
    assert directory.is_own(address) is own


def test_a_look_alike_domain_is_no_known_sender(directory: Directory) -> None:
    assert directory.known_sender("bill@harbour-logistics.example")
    assert directory.known_sender("leo@firm.example")
    assert not directory.known_sender("bill@harbour-logistlcs.example")


def test_the_longest_room_name_in_a_text_wins(directory: Directory) -> None:
    room = directory.room("麻烦订一下２号楼大会议室，下周三")

    assert room is not None
    assert room.name == "2号楼大会议室"


def test_every_fault_has_its_place(tmp_path: Path) -> None:
    wrong = """
mailroom: 1
people:
  - {name: A, address: nonsense}
  - {name: B, role: king}
  - {adress: c@firm.example}
own_domains: [localhost]
"""
    with pytest.raises(RuleError) as caught:
        Directory.load(office(tmp_path, people=wrong))

    found = [(fault.place, fault.code) for fault in caught.value.faults]
    assert found == [
        ("rules/office/people.yaml:4:24", "D010"),
        ("rules/office/people.yaml:5:21", "D004"),
        ("rules/office/people.yaml:6:6", "D001"),
        ("rules/office/people.yaml:6:5", "D003"),
        ("rules/office/people.yaml:7:15", "D011"),
    ]


def test_two_people_cannot_share_an_address(tmp_path: Path) -> None:
    other = "mailroom: 1\npeople: [{name: Ann, address: leo@firm.example}]\n"

    with pytest.raises(RuleError) as caught:
        Directory.load(office(tmp_path, a=PEOPLE, b=other))

    assert [fault.code for fault in caught.value.faults] == ["D012"]


def test_an_office_may_start_without_a_directory(tmp_path: Path) -> None:
    assert Directory.load(tmp_path / "office") == Directory()


def test_an_office_says_whom_it_knows_and_when_it_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "office.yaml").write_text(
        "mailroom: 1\nvips: [Head@Ministry.example]\n"
        "government_domains: [gov.example]\n"
        "mail_servers: [MX.firm.example]\nhours: 8:30-12:00\n",
        encoding="utf-8",
    )

    known = Directory.load(folder)

    assert known.kinds_of("head@ministry.example") == {"vip"}
    assert known.kinds_of("a@city.gov.example") == {"government"}
    assert known.mail_servers == ("mx.firm.example",)
    assert known.hours == (time(8, 30), time(12))
    assert Directory().hours == (time(9), time(17, 30))


@pytest.mark.parametrize("hours", ["9 to 5", "09:00-24:30", "09:00-09:00"])
def test_hours_that_cannot_be_are_told(tmp_path: Path, hours: str) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "o.yaml").write_text(f"mailroom: 1\nhours: {hours}\n", encoding="utf-8")

    with pytest.raises(RuleError, match="D013"):
        Directory.load(folder)
