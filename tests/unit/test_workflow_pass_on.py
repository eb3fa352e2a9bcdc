"""Claims about drafts that pass a letter on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailroom.cases import CaseState
from mailroom.drafts import DraftState
from mailroom.followups.chains import Chains
from mailroom.message.parse import parse
from mailroom.register.drafts import Held
from mailroom.register.schema import event, followup
from mailroom.register.texts import unpack
from mailroom.rules.load import RuleSet
from mailroom.workflow import decide, pass_on, revise
from tests.unit.small_office import OWN, SmallOffice, letter

BOSS = "Boss <boss@firm.example>"
WHO = "trusted: yes, from: {address: boss@firm.example}"
PROVED = {
    "Authentication-Results": "mx.hengyuan.example; dmarc=pass header.from=firm.example"
}
CHAIN = """
mailroom: 1
chains:
  asked:
    about: {zh: 待复, en: Asked}
    starts: registered
    steps: [{after: 3, level: friendly, to: owner}]
    ends_on: [answer, sent, closed]
"""
HEAD = """
mailroom: 1
category: {id: repair, about: {zh: 报修, en: Repair}, owner: 徐婷%s}
rules:
"""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path)
    directory = replace(small.desk.directory, mail_servers=("mx.hengyuan.example",))
    small.desk = replace(small.desk, directory=directory)
    yield small
    small.close()


def rule(to: str, more: str = "") -> str:
    return f"{{id: a, when: {{{WHO}}}, then: [{{forward_draft: {to}}}{more}]}}"


def use(office: SmallOffice, tmp_path: Path, line: str, head: str = "") -> None:
    folder = tmp_path / "own-rules"
    folder.mkdir()
    (folder / "repair.yaml").write_text(HEAD % head + f"  - {line}\n", encoding="utf-8")
    office.desk = replace(office.desk, rules=RuleSet.load(folder))


def mail(subject: str = "Leak", body: str = "Water.", **more: str) -> bytes:
    return letter(subject, body, sender=BOSS, headers=PROVED | more)


def passed_on(office: SmallOffice) -> list[Held]:
    (case,) = office.cases()
    return [each for each in office.drafts(case.id) if each.kind == "forward"]


def refusals(office: SmallOffice) -> list[str]:
    rows = office.rows(event.select().where(event.c.what == "not passed on"))
    return [str(unpack(row.detail["reason"])) for row in rows]


def test_the_letter_waits_for_a_persons_word_with_the_mail_as_it_came(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷"))
    raw = mail("漏水 {{ case_no }}", "<b>Water</b> {% set x = 1 %}")
    office.sort(raw)

    (held,) = passed_on(office)
    assert held.state == DraftState.WAITING
    content = held.says.content
    assert content.to == ("xuting@hengyuan.example",)
    assert content.cc == ()
    assert content.subject == "转发：漏水 {{ case_no }}"
    sent = parse(office.desk.letters.read(held.says.mime_sha256))
    (enclosed,) = sent.attachments
    (case,) = office.cases()
    assert enclosed.name == f"{case.number}.eml"
    assert enclosed.content.replace(b"\r\n", b"\n").strip() == raw.strip()
    assert list(sent.header("X-Mailroom-Loop")) == [office.desk.loop_mark]
    assert sent.in_reply_to == sent.references == ()


def test_a_mail_of_plain_ascii_is_enclosed_as_a_mail_and_any_other_as_a_file(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷"))
    plain = mail()
    office.sort(plain)
    (held,) = passed_on(office)
    bytes_ = office.desk.letters.read(held.says.mime_sha256)

    assert b"Content-Type: message/rfc822;" in bytes_
    assert b"Content-Transfer-Encoding: 7bit" in bytes_
    assert plain.replace(b"\n", b"\r\n").strip() in bytes_


def test_raw_chinese_and_long_lines_come_through_whole(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷"))
    raw = mail(body="x" * 100) + "水管".encode("gbk") + b"y" * 2000 + b"\n"
    office.sort(raw)

    (held,) = passed_on(office)
    bytes_ = office.desk.letters.read(held.says.mime_sha256)
    assert bytes_.isascii()
    assert max(map(len, bytes_.split(b"\r\n"))) <= 998
    (enclosed,) = parse(bytes_).attachments
    assert enclosed.content == raw


def test_it_is_drafted_once_and_the_case_stays_where_it_is(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(
        office,
        tmp_path,
        rule("徐婷", more=", {forward_draft: xuting@hengyuan.example}"),
    )
    office.sort(mail())
    with office.desk.database.write() as tx:
        tx.exec_driver_sql(
            "UPDATE job SET state = 'ready', due_at = '2020-01-01T00:00:00.000000'"
            " WHERE kind = 'pass_on'"
        )
    office.work()

    (held,) = passed_on(office)
    (case,) = office.cases()
    assert case.state == CaseState.ASSIGNED
    now = datetime.now(UTC)
    decide.show(office.desk, held.id, who="tester", now=now)
    approved = decide.approve(office.desk, held.id, who="tester", now=now)
    assert approved.state == DraftState.APPROVED
    assert office.cases()[0].state == CaseState.ASSIGNED


@pytest.mark.parametrize(
    ("to", "more", "why"),
    [
        (OWN, "", "it would come back to this desk"),
        ("boss@firm.example", "", "they wrote it themselves"),
        (
            "lawyer@outside.example",
            ", {sensitivity: confidential}",
            "it is confidential, and lawyer@outside.example is not ours",
        ),
        ("nobody we know", "", "'nobody we know' is not a mail address"),
    ],
)
def test_what_may_not_be_passed_on_is_told_with_its_reason(
    office: SmallOffice, tmp_path: Path, to: str, more: str, why: str
) -> None:
    use(office, tmp_path, rule(to, more))
    office.sort(mail())

    assert passed_on(office) == []
    assert refusals(office) == [why]


def test_confidential_mail_may_go_to_our_own_people_and_stays_restricted(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷", ", {sensitivity: confidential}"))
    office.sort(mail())

    (held,) = passed_on(office)
    assert held.sensitivity == "confidential"
    assert held.placement == "none"


def test_two_people_decide_where_the_category_asks_for_two(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷"), head=", clearance: 3")
    office.sort(mail())

    (held,) = passed_on(office)
    assert held.clearance == 3


def test_a_mail_too_large_for_a_server_is_not_passed_on(
    office: SmallOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pass_on, "LARGEST", 10)
    use(office, tmp_path, rule("徐婷"))
    office.sort(mail())

    assert passed_on(office) == []
    assert "larger" in refusals(office)[0]


def test_who_only_got_the_letter_passed_on_does_not_answer_it(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("lawyer@outside.example"), head=", chain: asked")
    (tmp_path / "chains.yaml").write_text(CHAIN, encoding="utf-8")
    chains = Chains.load(tmp_path / "chains.yaml")
    office.desk = replace(office.desk, chains=chains)
    first = letter(
        "Leak", "Water.", sender=BOSS, headers=PROVED, message_id="<l.1@firm.example>"
    )
    office.sort(first)
    running = office.rows(followup.select())
    assert [row.state for row in running] == ["active"]

    office.sort(
        letter(
            "Re: Leak", "I shall look.", sender="lawyer@outside.example",
            answers="<l.1@firm.example>",
        )
    )  # fmt: skip

    assert [row.state for row in office.rows(followup.select())] == ["active"]


def test_a_stranger_who_cannot_be_proved_has_nothing_passed_on(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷"))
    office.sort(letter("Leak", "Water.", sender=BOSS))

    assert office.cases()[0].category is None
    assert passed_on(office) == []


def test_a_new_text_by_hand_keeps_the_enclosed_mail(
    office: SmallOffice, tmp_path: Path
) -> None:
    use(office, tmp_path, rule("徐婷"))
    raw = mail()
    office.sort(raw)
    (held,) = passed_on(office)
    now = datetime.now(UTC)
    decide.show(office.desk, held.id, who="tester", now=now)
    revised = revise.revise(
        office.desk, held.id, who="tester", now=now, body="Please see to it."
    )

    sent = parse(office.desk.letters.read(revised.says.mime_sha256))
    assert sent.text.strip() == "Please see to it."
    assert len(sent.attachments) == 1
    assert sent.in_reply_to == ()
