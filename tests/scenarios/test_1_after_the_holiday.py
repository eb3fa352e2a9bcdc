"""1. After the holiday: an empty register, a full inbox, one run."""

from sqlalchemy import select

from mailroom.register.schema import draft, message
from mailroom.register.status import balance
from tests.offices.mails import mails, offices
from tests.scenarios.office import Office, at, mail, reason

TWICE = mail(
    "Ann Reed <ann@client.example>",
    "Key for the side door",
    "Hello,\n\nthe lock of the side door is broken, could somebody come?\n\nAnn",
    sent="2026-02-20 11:00",
    message_id="<key.1@client.example>",
)
AWAY = mail(
    "a@away.example",
    "自动回复：来函",
    "我正在休假。",
    sent="2026-02-21 10:00",
    headers={"Auto-Submitted": "auto-replied"},
)
TWO_DRAWERS = mail(
    "王芳 <wangfang@supplier.example>",
    "送货与对账",
    "5月对账函：截至5月31日贵公司应付我司货款8,600元，请核对盖章；"
    "另送货单 SH-118 的A4纸30箱已发出，请验收。\n王芳",
    sent="2026-02-21 09:00",
)


def test_every_mail_is_accounted_for_after_one_run(office: Office) -> None:
    sample = next(each for each in offices() if each.id == "hengyuan")
    waiting = [each.raw for each in mails(sample, "dev")]
    waiting += [
        TWICE,
        TWICE.replace(b"\r\n\r\n", b"\r\nX-Second-Server: yes\r\n\r\n", 1),
        TWO_DRAWERS,
        AWAY,
    ]
    for raw in waiting:
        office.imap.deliver(raw, received=at("2026-02-24 07:00"))
    office.work("2026-02-24 08:30")

    with office.desk.database.read() as tx:
        rows = list(tx.execute(select(message).where(message.c.direction == "in")))
        answered = set(
            tx.execute(select(draft.c.message_id).where(draft.c.kind == "reply"))
            .scalars()
            .all()
        )
        books = balance(tx)
    outcomes = [row.outcome for row in rows]
    assert len(rows) == len(waiting)
    assert "received" not in outcomes, "nothing is left over"
    assert len(rows) == sum(
        outcomes.count(one)
        for one in ("sorted", "unsorted", "held", "ignored", "merged")
    )
    assert books is not None

    for row in rows:
        if row.outcome in {"held", "ignored", "merged"}:
            assert row.reason, f"{row.subject}: set aside without a reason"
        if row.outcome == "ignored":
            assert row.id not in answered, f"{row.subject}: machine mail was answered"

    merged = [row for row in rows if row.outcome == "merged"]
    (second,) = [row for row in merged if row.subject == "Key for the side door"]
    (first,) = [row for row in rows if row.id == second.duplicate_of]
    assert first.subject == second.subject
    assert second.case_id == first.case_id
    assert f"message {first.id}" in reason(second)


def test_an_unsorted_mail_is_listed_with_the_drawers_it_may_belong_to(
    office: Office,
) -> None:
    (row,) = office.arrive(TWO_DRAWERS)

    assert row.outcome == "unsorted"
    names = [name for name, _ in row.answer["candidates"]]
    assert sorted(names[:2]) == ["statement", "supplies"]
    assert office.case(row.case_id).state == "screening", "a person says which"
    assert office.drafts(row.case_id) == []
