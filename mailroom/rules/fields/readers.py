"""Names every reader of typed fields, as rules name it in `type:`."""

from collections.abc import Mapping
from types import MappingProxyType

from mailroom.rules.fields import (
    checked,
    clock,
    contacts,
    counts,
    deadlines,
    documents,
    lateness,
    moments,
    money,
    numbers,
    people,
    places,
    transport,
)
from mailroom.rules.fields.found import Reader

# Values come in the order of the text. Two put the best one first: `deadline` the
# earliest that asks us, `total` the amount that counts.
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        # days and times, ISO 8601, the office's local time
        "date": moments.read_date,  # 2026-03-05
        "datetime": moments.read_datetime,  # 2026-03-05T14:00 where a time is told
        "end": moments.read_end,  # the end of a range
        "period": moments.read_period,  # beginning/end
        "eve": moments.read_eve,  # the last working day before
        "time": clock.read_time,  # 14:00 or 14:00/16:30
        "deadline": deadlines.read_deadline,
        "validity": deadlines.read_validity,  # until when an offer holds
        "due_date": deadlines.read_due_date,  # of money, past ones too
        "days": counts.read_days,  # a length: 2, 0.5
        # money: decimal text, the currency is the unit
        "money": money.read_money,
        "total": money.read_total,
        "capitals": money.read_capitals,  # 大写金额
        "currency": money.read_currency,  # ISO 4217
        # papers
        "doc_no": documents.read_doc_no,  # 江政办发〔2026〕3号
        "ref_doc_no": documents.read_ref_doc_no,
        "security_level": documents.read_security_level,
        "security_term": documents.read_security_term,
        "urgency": documents.read_urgency,
        "invoice_no": numbers.read_invoice_no,
        "invoice_code": numbers.read_invoice_code,
        "po_no": numbers.read_po_no,
        "order_no": numbers.read_order_no,
        "contract_no": numbers.read_contract_no,
        "quote_no": numbers.read_quote_no,
        "ticket_no": numbers.read_ticket_no,
        "claim_no": numbers.read_claim_no,
        "booking_ref": numbers.read_booking_ref,
        "vacancy_ref": numbers.read_vacancy_ref,
        "budget_code": numbers.read_budget_code,
        "account_no": numbers.read_account_no,
        "card_last4": numbers.read_card_last4,
        # numbers that prove themselves
        "credit_code": checked.read_credit_code,  # 统一社会信用代码
        "id_card": checked.read_id_card,
        "bank_card": checked.read_bank_card,
        "iban": checked.read_iban,
        "vat_no": checked.read_vat_number,
        # what moves
        "transport_no": transport.read_transport_no,  # G1234, SK513
        "plate": transport.read_plate,
        "tracking_no": transport.read_tracking_no,
        "pickup_code": counts.read_pickup_code,
        # people and places
        "person": people.read_person,
        "contact": people.read_contact,
        "phone": contacts.read_phone,
        "mobile": contacts.read_mobile,
        "fax": contacts.read_fax,
        "email": contacts.read_email,
        "link": contacts.read_link,
        "postcode": contacts.read_postcode,
        "address": contacts.read_postal_address,
        "room": places.read_room,
        "place": places.read_place,
        # how a matter stands
        "late": lateness.read_lateness,  # true, false
        # how many
        "headcount": counts.read_headcount,
        "number": counts.read_number,
        "percent": counts.read_percent,
        "quantity": counts.read_quantity,
    }
)
