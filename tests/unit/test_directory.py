"""Claims about what the office knows of itself."""

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
