"""6. Money: e-invoices, one re-issued, a false bank account, a last reminder."""

from datetime import date

from tests.scenarios.office import Office, mail, reason, value

BULK = {"Auto-Submitted": "auto-generated"}
OLD, NEW = "26330000000777001234", "26330000000777009999"
INVOICE = mail(
    "开票平台 <e@kaipiao.example>",
    "您收到一张电子发票",
    "江州蓝天保洁服务有限公司为您开具了数电发票。\n"
    f"发票号码：{OLD}\n价税合计：¥12,300.00（壹万贰仟叁佰元整）\n订单号：PO-2026-031",
    sent="2026-05-06 09:00",
    headers=BULK,
)
REISSUED = mail(
    "开票平台 <e@kaipiao.example>",
    "发票作废重开",
    f"江州蓝天保洁服务有限公司：5月6日开具的发票（号码{OLD}，金额12,300.00元）"
    f"已红字冲销，重新开具蓝字发票，号码{NEW}，"
    "价税合计¥12,300.00（壹万贰仟叁佰元整）。",
    sent="2026-05-08 09:00",
    headers=BULK,
)
SHEET = "paper/invoice.zh.docx"


def test_an_e_invoice_is_registered_by_its_twenty_digits(office: Office) -> None:
    (row,) = office.arrive(INVOICE)

    assert row.category == "invoice"
    assert value(row, "invoice_no") == OLD
    assert len(value(row, "invoice_no")) == 20
    assert office.case(row.case_id).number == "HY-F2026-0001"
    assert office.cells(office.paper(row.case_id, SHEET))["发票号码"] == OLD


def test_the_amount_is_sure_where_figures_and_capitals_agree(office: Office) -> None:
    (row,) = office.arrive(INVOICE)

    amount = row.answer["fields"]["amount"]
    assert (amount["value"], amount["sure"]) == ("12300.00", True)
    beside = office.cells(office.paper(row.case_id, SHEET))
    assert "12,300.00" in beside["价税合计"]
    assert beside["大写金额"] == "壹万贰仟叁佰元整"


def test_the_amount_is_doubtful_where_they_do_not(office: Office) -> None:
    (row,) = office.arrive(
        mail(
            "开票平台 <e@kaipiao.example>",
            "您收到一张电子发票",
            "江州蓝天保洁服务有限公司为您开具了数电发票。\n"
            f"发票号码：{OLD}\n价税合计：¥12,800.00（壹万贰仟叁佰元整）",
            sent="2026-05-06 09:00",
            headers=BULK,
        )
    )

    assert row.answer["fields"]["amount"]["sure"] is False


def test_the_re_issued_invoice_joins_its_matter_and_blocks_the_old_number(
    office: Office,
) -> None:
    (first,) = office.arrive(INVOICE)
    again = office.arrive(REISSUED)[-1]

    assert again.case_id == first.case_id
    assert value(again, "invoice_no") == NEW
    assert value(again, "replaces") == OLD
    sheet = office.paper(again.case_id, SHEET)
    beside = office.cells(sheet)
    assert beside["发票号码"] == NEW
    assert OLD in beside["替换发票"]
    assert "不得入账付款" in beside["替换发票"]


def test_whoever_sends_the_old_number_once_more_is_pointed_at_the_new_one(
    office: Office,
) -> None:
    office.arrive(INVOICE)
    case = office.case(office.arrive(REISSUED)[-1].case_id)
    office.close(case.number, who="shenmoran")
    late = office.arrive(
        mail(
            "江州蓝天保洁 <kp@lantian-clean.example>",
            "发票请查收",
            f"5月保洁费专用发票已开，请查收。\n发票号码：{OLD}\n"
            "价税合计：¥12,300.00（壹万贰仟叁佰元整）",
            sent="2026-05-20 09:00",
        )
    )[-1]

    assert late.case_id != case.id, "from another house, and the first is closed"
    assert OLD in reason(late)
    assert NEW in reason(late)
    assert "不得付款" in reason(late, "zh-CN")
    assert office.case(late.case_id).owner == "徐婷"
    beside = office.cells(office.paper(late.case_id, SHEET))
    assert NEW in beside["作废停付"]


def test_a_look_alike_suppliers_bank_change_is_held_with_the_number_on_file(
    office: Office,
) -> None:
    (row,) = office.arrive(
        mail(
            "江州蓝天保洁 <caiwu@lantian-c1ean.example>",
            "关于变更收款账户的函",
            "贵司：我司收款账户已变更，货款请汇入新账户：工行 6222000011112222，"
            "请尽快付款。联系电话 13900001111。",
            sent="2026-05-11 09:00",
            headers={"Reply-To": "lantian.pay@free-mail.example"},
        )
    )

    assert row.outcome == "held"
    assert row.case_id is None
    assert office.cases() == []
    said = reason(row)
    assert "imitates" in said
    assert "0440-83100331" in said, "the number on file"
    assert "13900001111" not in said, "never one in the letter"
    told = {(each["rule"], each["words"]) for each in row.answer["why"]}
    assert any("c1ean" in words for _, words in told), "by one letter"
    held = office.command("cases", "held")
    assert "0440-83100331" in held


def test_the_real_suppliers_letter_is_not_held_as_a_look_alike(office: Office) -> None:
    (row,) = office.arrive(
        mail(
            "江州蓝天保洁 <caiwu@lantian-clean.example>",
            "5月发票",
            f"5月保洁费专用发票请查收。发票号码：{NEW}\n价税合计：¥12,300.00",
            sent="2026-05-11 09:00",
        )
    )

    assert row.outcome == "sorted"


def test_a_final_reminder_before_national_day_is_due_on_the_next_working_day(
    office: Office,
) -> None:
    (row,) = office.arrive(
        mail(
            "江州宏达办公设备 <cw@hongda-office.example>",
            "最后催款通知",
            "贵公司：截至9月28日，尚欠我司货款8,600.00元（账号 HD-2209），已逾期60天。"
            "此为最后催款，请于收到之日起1个工作日内付清，否则停止供货。",
            sent="2026-09-30 09:00",
        )
    )

    case = office.case(row.case_id)
    assert row.category == "statement"
    assert case.due_on == "2026-10-08"
    received = date(2026, 9, 30)
    due = date.fromisoformat(case.due_on)
    assert office.desk.calendar.working_days_between(received, due) == 1
