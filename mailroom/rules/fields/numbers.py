"""Reads the numbers papers are known by: invoice, order, contract, quote, ticket.

Apart from the invoice number of 20 digits such numbers have no form of their own: they
count after their label.
"""

import re
from collections.abc import Iterator

from mailroom.rules.fields.found import Context, Find, Found, reader

_FLAGS = re.IGNORECASE | re.ASCII
_RECORD_LOCATOR = 6  # letters of a booking reference without figures
_CODE = r"(?P<n>(?=[A-Z0-9/-]{0,11}\d)[A-Z0-9](?:[A-Z0-9]|[-/_.](?=[A-Z0-9])){1,29})"
# Between label and number: 编号为:, No., number is #
_NO = (
    r"\s{0,3}(?:\((?!\d)[^)\n]{0,12}\))?\s{0,2}"
    r"(?:\b(?:no|nr|num|number|ref(?:erence)?|id)\b\.?)?\s{0,2}(?:为|是"
    r"|\bis\b)?\s{0,2}[:#]?\s{0,3}(?:No\.?\s?)?"
)
_END = r"(?![A-Z0-9])"


def _labelled(labels: str, code: str = _CODE) -> re.Pattern[str]:
    return re.compile(rf"(?:{labels}){_NO}{code}{_END}", _FLAGS)


def _finder(*patterns: re.Pattern[str]) -> Find:
    def find(text: str, _: Context) -> Iterator[Found]:
        seen: set[int] = set()
        for pattern in patterns:
            for match in pattern.finditer(text):
                if match.start("n") not in seen and _is_a_number(match["n"]):
                    seen.add(match.start("n"))
                    yield Found(
                        value=match["n"].upper(),
                        start=match.start("n"),
                        end=match.end("n"),
                    )

    return find


_A_DATE = re.compile(r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_A_WORD = re.compile(
    r"\d{1,2}|20\d\d|\d{1,2}(?:st|nd|rd|th|pm|am|days?|%)", re.IGNORECASE
)


def _is_a_number(code: str) -> bool:
    """Say whether a code is one: no date, no year, no small count."""
    if not any(letter.isdecimal() for letter in code):
        return code.isupper() and len(code) == _RECORD_LOCATOR
    return not _A_DATE.fullmatch(code) and not _A_WORD.fullmatch(code)


_INVOICE_LABEL = (
    r"(?:发票|發票|票据)(?:的)?(?:号码|號碼|号|編號|编号)"
    r"|\b(?:tax )?inv(?:oice)?\b(?! code| date)"
)
_INVOICE = re.compile(
    rf"(?:{_INVOICE_LABEL}){_NO}(?P<n>\d{{20}}|\d{{8}}(?!\d)"
    rf"|(?<=[\s:#.])(?=[A-Z0-9/-]{{0,11}}\d)[A-Z0-9](?:[A-Z0-9]"
    rf"|[-/](?=[A-Z0-9])){{2,19}}){_END}",
    _FLAGS,
)


def _invoices(text: str, context: Context) -> Iterator[Found]:
    """Read invoice numbers; a bare one of 20 digits only beside the word 票."""
    found = list(_finder(_INVOICE, _NAMED_INV)(text, context))
    yield from found
    known = {one.start for one in found}
    for match in _TWENTY.finditer(text):
        near = text[max(0, match.start() - 40) : match.end() + 40]
        if match.start() not in known and _digital_invoice(match[0]):
            yield Found(
                value=match[0], start=match.start(), end=match.end(),
                sure="票" in near or "invoice" in near.lower(),
            )  # fmt: skip


_NAMED_INV = re.compile(r"(?<![\w-])(?P<n>INV-?\d[\dA-Z/-]{1,18})(?![\w-])", _FLAGS)
_TWENTY = re.compile(r"(?<![\d-])\d{20}(?![\d-])", re.ASCII)
# The first two figures of GB/T 2260: the provinces.
_PROVINCES = frozenset(
    map(
        str,
        (
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
        ),
    )
)


def _digital_invoice(number: str) -> bool:
    """Say whether 20 digits are built as one: year, province, channel, sequence."""
    return "23" <= number[:2] <= "49" and number[2:4] in _PROVINCES


read_invoice_no = reader(_invoices)
read_invoice_code = reader(
    _finder(_labelled("发票代码|發票代碼|invoice code", r"(?P<n>\d{12}|\d{10})"))
)
read_po_no = reader(
    _finder(
        _labelled(
            r"采购订单(?:编号|号)?|采购单号|\bP\.?O\.?(?!\s?box)(?![a-z])"
            r"|\bpurchase order\b",
            r"(?P<n>(?=[A-Z0-9/-]{0,8}\d)[A-Z0-9](?:[A-Z0-9]|[-/](?=[A-Z0-9])){2,19})",
        ),
        re.compile(
            r"(?<![\w-])(?P<n>[A-Z]{2,5}-PO-?\d(?:[A-Z0-9]|-(?=[A-Z0-9])){2,14})(?![\w-])",
            _FLAGS,
        ),
    )
)
read_order_no = reader(
    _finder(
        _labelled(
            r"(?:订单|訂單|定单)(?:编号|号码|号|號)?|\border\b(?! (?:of|to|for|by)\b)"
        )
    )
)
read_contract_no = reader(
    _finder(
        _labelled(
            r"(?:合同|合约|协议)(?:书)?(?:编号|号码|号|(?=\s?:?\s?[A-Z]{1,5}[-/\d]))"
            r"|\b(?:contract|agreement)\b"
        )
    )
)
read_quote_no = reader(
    _finder(
        _labelled(
            r"报价(?:单|书)?(?:编号|号)|報價單?號|\b(?:quot(?:e|ation)|estimate)\b"
        )
    )
)
read_ticket_no = reader(
    _finder(
        _labelled(
            r"(?:工单|受理|报修|服务单)(?:编号|号码|号)?|\b(?:ticket|case|incident"
            r"|request|job)\b"
        ),
        re.compile(r"\[#?(?P<n>[A-Z]{0,6}-?\d{3,12})\]", _FLAGS),
    )
)
read_account_no = reader(
    _finder(
        _labelled(
            r"(?:银行)?(?:账号|帐号|账户号码?)|\b(?:account|a/c|acct)\b",
            r"(?P<n>\d(?:[ -]?\d){4,24})",
        )
    )
)
read_claim_no = reader(
    _finder(
        _labelled(
            r"(?:报案|赔案|理赔|案件|报销单?)(?:编号|单号|号码|号)"
            r"|\b(?:claim|crime ref(?:erence)?|policy)\b"
        )
    )
)
read_booking_ref = reader(
    _finder(
        _labelled(
            r"(?:预订|预定|确认|订座|取票)(?:编号|号码|号|码)|\b(?:booking|reservation"
            r"|confirmation|collection|record locator|PNR)\b(?: (?:code"
            r"|ref(?:erence)?))?",
            r"(?P<n>[A-Z0-9]{5,12})",
        )
    )
)
read_vacancy_ref = reader(
    _finder(
        _labelled(r"(?:职位|岗位)(?:编号|代码)|\b(?:vacancy|job ref|position|ref)\b\.?")
    )
)
read_budget_code = reader(
    _finder(
        _labelled(
            r"(?:预算)?科目(?:编号|代码)?|预算(?:编号|代码|号)|\b(?:cost"
            r"|budget) (?:code|centre|center|line)\b"
        )
    )
)
read_card_last4 = reader(
    _finder(
        re.compile(
            r"(?:尾号|末四位|后四位|尾數)(?:为|是|:)?\s?(?P<n>\d{4})(?!\d)",
            _FLAGS,
        ),
        re.compile(
            r"\b(?:ending(?: in)?|last (?:4|four)(?: digits)?(?: are)?:?)\s(?P<n>\d{4})"
            r"(?!\d)"
            r"",
            _FLAGS,
        ),
    )
)
