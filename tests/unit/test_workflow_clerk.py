"""The clerk's checks on the way of a letter: made, changed by hand, approved."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from mailroom import office as office_module
from mailroom.cases import NOBODY
from mailroom.drafts import DraftState
from mailroom.errors import ReviewError
from mailroom.register import precedents, queue
from mailroom.register.drafts import Held
from mailroom.register.schema import draft, draft_version, message
from mailroom.workflow import decide, revise
from tests.unit.command_line import Run, runner_in
from tests.unit.small_office import REPAIR, SmallOffice, letter, shipped_papers

NOW = datetime.now(UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[SmallOffice]:
    small = SmallOffice(tmp_path, reviewers={"xuting": "徐婷"})
    yield small
    small.close()


@pytest.fixture
def run(
    office: SmallOffice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    monkeypatch.setattr(office_module, "read_papers", lambda _: shipped_papers())
    return runner_in(office, monkeypatch, capsys)


def the_draft(office: SmallOffice, raw: bytes = REPAIR) -> Held:
    (row,) = office.sort(raw)
    return office.drafts(row.case_id)[-1]


def codes(held: Held, *levels: str) -> list[str]:
    return [f.code for f in held.says.findings if f.level in levels]


def changed(
    office: SmallOffice,
    held: Held,
    *,
    body: str | None = None,
    to: Sequence[str] | None = None,
) -> Held:
    return revise.revise(office.desk, held.id, who="anybody", now=NOW, body=body, to=to)


def approve(office: SmallOffice, held: Held) -> Held:
    decide.show(office.desk, held.id, who="anybody", now=NOW)
    return decide.approve(office.desk, held.id, who="anybody", now=NOW)


def invoice(
    number: str, message_id: str, sender: str = "李工 <ligong@paper.example>"
) -> bytes:
    return letter(
        "发票",
        f"您好：\n附上电子发票，发票号码：{number}，价税合计¥1,060.00，"
        "订单号 PO-2026-014。",
        sender=sender,
        message_id=message_id,
    )


def test_a_shipped_reply_has_nothing_to_change_or_to_look_at(
    office: SmallOffice,
) -> None:
    held = the_draft(office)
    assert codes(held, "blocks", "risk") == []
    assert "first-letter" in codes(held, "note")
    assert held.placement == "due"


def test_a_letter_that_forgets_its_attachment_cannot_be_approved(
    office: SmallOffice,
) -> None:
    held = changed(
        office, the_draft(office), body="Dear Wang Li,\nThe form is attached."
    )

    with pytest.raises(ReviewError, match=r"is attached.*nothing is attached"):
        approve(office, held)

    mended = changed(office, held, body="Dear Wang Li,\nWe are coming.")
    assert codes(mended, "blocks") == []
    assert approve(office, mended).state == DraftState.APPROVED


def test_a_letter_to_somebody_else_is_a_risk_and_stays_out_of_the_mail_client(
    office: SmallOffice,
) -> None:
    held = changed(office, the_draft(office), to=["stranger@elsewhere.example"])
    assert codes(held, "risk") == ["not-in-thread"]
    assert held.placement == "none"
    assert changed(office, held, to=["wangli@client.example"]).placement == "due"


def test_an_invoice_that_comes_twice_is_pointed_at(office: SmallOffice) -> None:
    first = the_draft(office, invoice("26312000000123456789", "<i1@paper.example>"))
    other = the_draft(office, invoice("26312000000123456780", "<i2@paper.example>"))
    # From the same house it would join the first case, which has its reply.
    elsewhere = "周工 <zhou@copies.example>"
    again = the_draft(
        office, invoice("26312000000123456789", "<i3@copies.example>", elsewhere)
    )

    assert "seen-before" not in codes(first, "risk")
    assert "unknown-number" in codes(first, "note")
    assert "seen-before" not in codes(other, "risk")
    assert "unknown-number" not in codes(other, "note")
    (found,) = [f for f in again.says.findings if f.code == "seen-before"]
    assert first.case_number in str(found.text)


def test_a_letter_to_whom_we_wrote_before_is_not_the_first(office: SmallOffice) -> None:
    held = the_draft(office)
    with office.desk.database.read() as tx:
        assert not precedents.wrote_to(tx, "wangli@client.example")
    answer = letter(
        "Re: Heating",
        "We have been there.",
        sender="office@hengyuan.example",
        answers="<repair.1@client.example>",
    )
    office.sort(answer, sent=True)
    with office.desk.database.read() as tx:
        assert precedents.wrote_to(tx, "wangli@client.example")
    assert "first-letter" in codes(held, "note")  # as it was when it was made


def test_whoever_writes_again_is_named_when_the_draft_is_shown(
    office: SmallOffice, run: Run
) -> None:
    held = the_draft(office)
    assert "written again" not in run("review", "show", str(held.id)).out

    office.sort(
        letter("Re: Heating", "And now it leaks.", answers="<repair.1@client.example>")
    )

    shown = run("review", "show", str(held.id)).out
    assert "wangli@client.example has written again since" in shown
    (summary, *_) = json.loads(run("review", "list", "--json").out)
    assert summary["findings"][0]["code"] == "wrote-again"
    assert "1 to look at" in run("review", "list").out
    approved = run("review", "approve", str(held.id))
    assert "has written again since" in approved.err


@pytest.mark.parametrize(("kind", "asked"), [("reminder", True), ("reply", False)])
def test_what_a_rule_asks_to_look_at_is_settled_by_an_answer_and_nothing_else(
    office: SmallOffice, *, kind: str, asked: bool
) -> None:
    held = the_draft(office)
    wants = {"verb": "review", "arguments": {"reason": "is it ours"}}
    with office.desk.database.write() as tx:
        tx.execute(update(message).values(answer={"actions": [wants]}))
        row = tx.execute(select(draft).where(draft.c.id == held.id)).one()
        sent = {"id": row.id + 1, "kind": kind, "state": "sent", "key": "another"}
        tx.execute(insert(draft).values({**row._mapping, **sent}))
        (says, *_) = tx.execute(select(draft_version)).all()
        own = {"draft_id": row.id + 1, "rfc_id": "<another@hengyuan.example>"}
        tx.execute(insert(draft_version).values({**says._mapping, **own}))

    again = changed(office, held, body="We come on Monday.")

    assert ("rule-asks" in codes(again, "risk")) is asked


def test_a_reviewer_reads_what_is_to_be_changed_in_their_language(
    office: SmallOffice, run: Run
) -> None:
    held = changed(office, the_draft(office), body="随函附上名单。\n费用¥5.00。")
    shown = run("--lang", "zh", "review", "show", str(held.id)).out
    assert "须先改正：写有“随函附上”，但没有附件（text:1）[no-attachment]" in shown
    assert "供参考：写有金额：¥5.00（text:2）[money]" in shown
    assert "1 处须改，0 处须看" in run("--lang", "zh", "review", "list").out
    refused = run("--lang", "zh", "review", "approve", str(held.id))
    assert refused.code != 0
    assert "目前不能签发" in refused.err


def test_a_template_in_use_tells_since_when(office: SmallOffice) -> None:
    held = the_draft(office)
    name = held.says.template
    with office.desk.database.write() as tx:
        assert precedents.template_since(tx, name, now=NOW) is None
        tx.execute(update(draft_version).values(template=f"{name[:-3]}abc"))
        assert precedents.template_since(tx, name, now=NOW) == NOW


def test_what_an_older_register_kept_is_a_risk(office: SmallOffice) -> None:
    held = the_draft(office)
    kept = [["the date it promises has passed: {date}", {"date": "2026-03-03"}]]
    with office.desk.database.write() as tx:
        tx.execute(update(draft_version).values(warnings=kept))
    (found,) = office.draft(held.id).says.findings
    assert (found.level, str(found.text)) == (
        "risk",
        "the date it promises has passed: 2026-03-03",
    )


def test_the_queue_counts_what_must_be_looked_at_and_no_notes(
    office: SmallOffice,
) -> None:
    held = the_draft(office)
    assert held.says.findings

    def risks() -> list[int]:
        with office.desk.database.read() as tx:
            by = queue.Filter(order="risk")
            return [entry.risks for entry in queue.listed(tx, NOBODY, by, limit=9)]

    assert risks() == [0]
    changed(office, held, to=["stranger@elsewhere.example"], body="随函附上名单。")
    assert risks() == [2]
