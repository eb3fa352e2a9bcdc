"""Claims about the numbers of papers, parcels, trains and people's accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.rules.fields.checked import (
    credit_code_holds,
    id_card_holds,
    luhn_holds,
)
from tests.unit.field_letters import read, values

ACCEPTED = {
    "invoice_no": [
        ("发票号码：26330000000512345678", "26330000000512345678"),
        ("发票号码:12345678", "12345678"),
        ("数电票26330000000512345678已开具", "26330000000512345678"),
        ("发票代码：033001900104 发票号码：87654321", "87654321"),
        ("發票號碼：A-1002", "A-1002"),
        ("invoice HL-22107 please", "HL-22107"),
        ("Invoice No. 88410", "88410"),
        ("Invoice number: 2026/0311", "2026/0311"),
        ("inv #A-102", "A-102"),
        ("INV-2026-014 attached", "INV-2026-014"),
    ],
    "invoice_code": [
        ("发票代码：033001900104", "033001900104"),
        ("发票代码:3300190010", "3300190010"),
    ],
    "po_no": [
        ("您的单 JT-PO-0513", "JT-PO-0513"),
        ("PO HE-2291", "HE-2291"),
        ("P.O. No. 4500123", "4500123"),
        ("采购订单号：CG-2026-018", "CG-2026-018"),
        ("your po number is 88-1201", "88-1201"),
        ("Purchase Order HE/2026/12", "HE/2026/12"),
    ],
    "order_no": [
        ("order no 778120", "778120"),
        ("订单号：DD20260301", "DD20260301"),
        ("Order #778120", "778120"),
    ],
    "contract_no": [
        ("合同 RF-CG-2026-044，不含税", "RF-CG-2026-044"),
        ("合同编号：HY-2026-018", "HY-2026-018"),
        ("合同号JZ2026-03", "JZ2026-03"),
        ("our Maintenance Agreement FF/2024/009", "FF/2024/009"),
        ("Contract No. C-118", "C-118"),
    ],
    "quote_no": [
        ("报价编号HD-2026-0322", "HD-2026-0322"),
        ("报价单号：BJ20260312", "BJ20260312"),
        ("Quote Q-7719 - 12 desks", "Q-7719"),
        ("quotation ref: QT/88/2026", "QT/88/2026"),
    ],
    "ticket_no": [
        ("工单20260414-5518", "20260414-5518"),
        ("受理编号：SL2026001", "SL2026001"),
        ("[#44120] We have received", "44120"),
        ("Ticket: INC-00912", "INC-00912"),
        ("case 44120", "44120"),
    ],
    "claim_no": [
        ("报销单号：BX-2026-031", "BX-2026-031"),
        ("报案号 P20260610440021", "P20260610440021"),
        ("crime reference 01/4482/26", "01/4482/26"),
    ],
    "booking_ref": [
        ("Collection reference: K7TQ2M9X", "K7TQ2M9X"),
        ("预订号：ABC123", "ABC123"),
        ("Booking reference: X7K2PQ", "X7K2PQ"),
        ("PNR QWERTZ", "QWERTZ"),
    ],
    "vacancy_ref": [("(ref LON-218)", "LON-218"), ("职位编号：HR-03", "HR-03")],
    "budget_code": [("科目 6602-03", "6602-03"), ("Cost code EU-4410", "EU-4410")],
    "account_no": [
        ("账号：6222 0000 0005 1234", "6222 0000 0005 1234"),
        ("Account 100233", "100233"),
    ],
    "card_last4": [
        ("尾号0088的公务卡", "0088"),
        ("card ending in 4417", "4417"),
        ("last four digits 4417", "4417"),
    ],
    "credit_code": [("统一社会信用代码：91350100M000100Y43", "91350100M000100Y43")],
    "id_card": [("身份证11010519491231002X。", "11010519491231002X")],
    "bank_card": [
        ("卡号4111 1111 1111 1111", "4111111111111111"),
        ("5500-0000-0000-0004", "5500000000000004"),
    ],
    "iban": [
        ("GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),
        ("DE89370400440532013000", "DE89370400440532013000"),
    ],
    "vat_no": [("VAT GB 980 7806 84", "980780684")],
    "transport_no": [
        ("航班 SK 0513", "SK513"),
        ("flight SK 0513", "SK513"),
        ("Passenger: WARD/JAMES MR\nLHR - OSL  NA 0812", "NA812"),
        ("MU2855（江州08:10-成都10:55）起飞", "MU2855"),
        ("乘G1234次到京", "G1234"),
        ("高铁G18", "G18"),
        ("K528次列车", "K528"),
        ("3U8633 航班延误", "3U8633"),
    ],
    "plate": [
        ("车牌号：海B·K3306", "海B·K3306"),
        ("江A·6D207在人民路", "江A·6D207"),
        ("京A12345", "京A·12345"),
        ("江AD12345新能源车", "江A·D12345"),
        ("car AB26 XYD", "AB26 XYD"),
    ],
    "tracking_no": [
        ("单号SF1501122334455", "SF1501122334455"),
        ("Shipment 1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
        ("AWB 020-1234 5675", "020-12345675"),
        ("RR473124829GB", "RR473124829GB"),
        ("运单号：773012345678901", "773012345678901"),
        ("tracking number JD0123456789012", "JD0123456789012"),
    ],
    "pickup_code": [
        ("取件码6-2-1055", "6-2-1055"),
        ("取件码：A12-3-4455", "A12-3-4455"),
        ("pick-up code 4471", "4471"),
    ],
    "doc_no": [
        ("江经开函〔2026〕62号", "江经开函〔2026〕62号"),
        ("江文物函〔2026〕11号", "江文物函〔2026〕11号"),
        ("收文江办函〔2026〕11号", "江办函〔2026〕11号"),
        ("CIRCULAR No. NRC 7/2026", "Circular No. NRC 7/2026"),
        (
            "转来《供水通知》（临住建〔2026〕38号）。临街办发〔2026〕21号",
            "临街办发〔2026〕21号",
        ),
        ("江政办发〔2026〕3号", "江政办发〔2026〕3号"),
        ("现将江应急函【2026】23号", "江应急函〔2026〕23号"),
        ("（江商函(2026)31号）", "江商函〔2026〕31号"),
        ("国办发 [2026] 12 号", "国办发〔2026〕12号"),
        ("江消限字〔2026〕第0012号", "江消限字〔2026〕第0012号"),
        ("通告第4/2026號", "通告第4/2026號"),
        ("Circular No. 7 (2025)", "Circular No. 7 (2025)"),
        ("CIRCULAR No 7/2025", "Circular No. 7/2025"),
        ("江督〔2026〕5号", "江督〔2026〕5号"),
        ("在物流园组织演练（江应急函〔2026〕23号），预计", "江应急函〔2026〕23号"),
    ],
    "ref_doc_no": [
        ("根据江政办发〔2026〕3号要求", "江政办发〔2026〕3号"),
        ("江政发〔2019〕5号同时废止", "江政发〔2019〕5号"),
        ("贵公司江恒函〔2026〕5号收悉", "江恒函〔2026〕5号"),
        ("按照《关于节能的通知》(江政发〔2026〕8号)精神", "江政发〔2026〕8号"),
    ],
    "security_level": [
        ("密    级：秘密★3年", "秘密"),
        ("机密★长期", "机密"),
        ("【秘密】关于", "秘密"),
        ("说明\n绝 密\n正文", "绝密"),
    ],
    "security_term": [("密级：秘密★3年", "3年"), ("机密★长期", "长期")],
    "urgency": [
        ("紧急程度：平急", "平急"),
        ("【特急】关于", "特急"),
        ("加 急\n关于", "加急"),
    ],
}
REJECTED = {
    "invoice_no": [
        "发票已寄出",
        "invoice 2026-03-05",
        "invoice attached 3 pages",
        "invoices for March",
        "订单号26330000000512345678901",
        "银行账号62220000000512345678",
        "发票代码：033001900104",
        "invoice date 05/03/2026",
        "invoice 3",
        "voice 88410",
    ],
    "po_no": ["PO Box 200", "post 200", "PO attached", "Po River 1999"],
    "order_no": ["in order to 5", "order of 12 March", "订单已发", "order by 2026"],
    "contract_no": ["contract 12 months", "合同第3条", "合同期3年"],
    "quote_no": ["quote for 12 desks", "报价单见附件"],
    "ticket_no": ["request 2 chairs", "just in case", "[2026]"],
    "booking_ref": ["booking confirmed", "booking a room", "预订号见附件"],
    "card_last4": ["尾号12345", "ending 2026-03", "last four days"],
    "credit_code": ["91350100M000100Y44", "91350100I000100Y43", "9135"],
    "id_card": ["110105194912310021", "110105194913310020", "26330000000512345678"],
    "bank_card": [
        "4111 1111 1111 1112",
        "26330000000512345678",
        "15400770912",
        "4444444444444444",
    ],
    "iban": ["GB82 WEST 1234 5698 7654 33", "HELLO WORLD 1234"],
    "vat_no": ["VAT 123 4567 89", "980780684"],
    "transport_no": [
        "A4纸",
        "C5560复印机",
        "G20峰会",
        "room G201",
        "Q1",
        "K2方案",
        "T3航站楼 高铁",
        "PO 1234",
        "Z世代",
        "the 17:52 train",
    ],
    "plate": ["型号C5560", "HP 415X", "见A1234", "2612A硒鼓", "EU-4410", "AB26XYDE"],
    "tracking_no": [
        "phone 15400770912",
        "invoice 26330000000512345678",
        "RR473124820GB",
        "020-1234 5676",
        "SF12345",
        "Shipment is on hold",
    ],
    "pickup_code": ["取件码已发送", "pick-up code to follow"],
    "doc_no": [
        "根据江政办发〔2026〕3号要求",
        "江府〔2019〕5号同时废止",
        "总经理办公会议纪要〔2026〕第6期",
        "第12号令",
        "2026年第3号",
        "（2026）苏01民初123号",
        "〔2026〕",
        "按国办发〔2026〕12号文件执行",
        "Circular letter 7",
        "通知第4条",
    ],
    "ref_doc_no": ["江政办发〔2026〕3号", "根据第3号令"],
    "security_level": [
        "本邮件含机密信息",
        "保密协议",
        "★限时优惠★",
        "商业秘密保护",
        "Strictly confidential",
        "密级管理办法",
    ],
    "urgency": ["请紧急处理", "事情很急", "URGENT", "急需补货", "急件已收"],
}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [(kind, *pair) for kind, pairs in ACCEPTED.items() for pair in pairs],
)
def test_a_number_is_read_as_its_owner_writes_it(
    kind: str, text: str, value: str
) -> None:
    assert values(kind, text) == [value]


@pytest.mark.parametrize(
    ("kind", "text"),
    [(kind, text) for kind, texts in REJECTED.items() for text in texts],
)
def test_what_only_looks_like_a_number_is_left_alone(kind: str, text: str) -> None:
    assert values(kind, text) == []


def test_a_courier_number_that_fails_its_check_is_unsure() -> None:
    (right,) = read("tracking_no", "1Z 999 AA1 01 2345 6784")
    (wrong,) = read("tracking_no", "1Z 999 AA1 01 2345 6785")

    assert (right.sure, wrong.sure) == (True, False)


def test_a_number_of_twenty_digits_needs_the_word_for_an_invoice_to_be_sure() -> None:
    (found,) = read("invoice_no", "号码26330000000512345678请查收")

    assert not found.sure


def test_the_term_of_secrecy_goes_with_its_level() -> None:
    (found,) = read("security_level", "密    级：秘密★3年")

    assert found.unit == "3年"


@given(st.from_regex(r"9135010[0-9]MA[0-9A-H]{7}[0-9]", fullmatch=True))
def test_one_wrong_letter_breaks_a_company_code(code: str) -> None:
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    assert sum(credit_code_holds(code[:17] + last) for last in letters) == 1


@given(st.from_regex(r"11010519[4-9][0-9]0[1-9][12][0-8][0-9]{3}", fullmatch=True))
def test_one_check_digit_fits_an_identity_card(number: str) -> None:
    assert sum(id_card_holds(number + last) for last in "0123456789X") == 1


@given(st.text("0123456789", min_size=15, max_size=18))
def test_one_check_digit_fits_a_bank_card(number: str) -> None:
    assert sum(luhn_holds(number + last) for last in "0123456789") == 1


def test_the_number_of_a_registered_letter_may_be_written_in_groups() -> None:
    for text in ("挂号信 XA 3310 8871 4 26 已到", "挂号信XA33108871426"):
        assert values("tracking_no", text) == ["XA33108871426"]
