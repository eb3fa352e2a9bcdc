"""Names the office's registers R01 to R18, what stands in each, and its columns."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailroom.errors import Text, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """One register of the office (台账)."""

    id: str  # R01
    name: Text
    word: str  # opens its numbers: 收〔2026〕12号
    categories: tuple[str, ...] = ()  # drawers whose cases stand in it
    restricted: bool = False  # only for those who are named, whatever stands in it


INCOMING, OUTGOING, ORDERS, CALLS, TRAIL = "R01", "R02", "R03", "R06", "R18"

_ALL = (
    Ledger(id=INCOMING, name=text("Letters received"), word="收"),
    Ledger(id=OUTGOING, name=text("Letters sent"), word="发"),
    Ledger(id=ORDERS, name=text("Orders to follow up"), word="督",
           categories=("supervision_order", "progress_report", "data_request")),
    Ledger(id="R04", name=text("Meetings, rooms and travel"), word="会",
           categories=("meeting_notice", "room_booking", "travel")),
    Ledger(id="R05", name=text("Visits and events"), word="访",
           categories=("visit_event",)),
    Ledger(id=CALLS, name=text("Calls"), word="电", categories=("phone_message",)),
    Ledger(id="R07", name=text("Invoices and statements"), word="票",
           categories=("invoice", "statement")),
    Ledger(id="R08", name=text("Expense claims"), word="销",
           categories=("expense_claim",)),
    Ledger(id="R09", name=text("Contracts"), word="合", categories=("contract",)),
    Ledger(id="R10", name=text("Purchases and supplies"), word="采",
           categories=("purchase_request", "supplies", "quotation")),
    Ledger(id="R11", name=text("Parcels and post"), word="递",
           categories=("courier_mail",)),
    Ledger(id="R12", name=text("Repairs"), word="修", categories=("maintenance",)),
    Ledger(id="R13", name=text("Safety and incidents"), word="安", restricted=True,
           categories=("safety_security", "incident_report")),
    Ledger(id="R14", name=text("Leave"), word="假", restricted=True,
           categories=("leave_request",)),
    Ledger(id="R15", name=text("Recruitment"), word="聘", restricted=True,
           categories=("recruitment",)),
    Ledger(id="R16", name=text("Enquiries and complaints"), word="信",
           categories=("public_enquiry", "staff_concern")),
    Ledger(id="R17", name=text("Records and seals"), word="档",
           categories=("records_request",)),
    Ledger(id=TRAIL, name=text("Who did what when"), word="迹"),
)  # fmt: skip
LEDGERS: Mapping[str, Ledger] = {ledger.id: ledger for ledger in _ALL}
# The drawers of restricted registers.
KEPT = frozenset(name for each in _ALL if each.restricted for name in each.categories)

# What the fields of the shipped drawers are called; others stand under their own name.
FIELDS: Mapping[str, Text] = {
    "account": text("Account"),
    "amount": text("Amount"),
    "answer_to": text("Answer to"),
    "booking_ref": text("Booking number"),
    "call_for": text("Call for"),
    "call_time": text("Time of the call"),
    "caller": text("Caller"),
    "caller_org": text("Caller's firm"),
    "caller_phone": text("Caller's number"),
    "claim_no": text("Claim number"),
    "contract_no": text("Contract number"),
    "counterparty": text("Other party"),
    "currency": text("Currency"),
    "deadline": text("Stated deadline"),
    "delayed": text("Late"),
    "depart": text("Departure"),
    "doc_no": text("Their number"),
    "documents": text("Documents"),
    "due_date": text("Payable by"),
    "end": text("End"),
    "fault": text("Fault"),
    "headcount": text("People"),
    "hotel": text("Hotel"),
    "incident_time": text("Time of the incident"),
    "interval": text("Report every"),
    "interview_time": text("Time of the interview"),
    "invoice_no": text("Invoice number"),
    "issuing_org": text("Issued by"),
    "lead_department": text("Lead department"),
    "leader": text("Leader"),
    "leave_type": text("Kind of leave"),
    "location": text("Place"),
    "material": text("Material"),
    "matter": text("Matter"),
    "needed_by": text("Needed by"),
    "next_date": text("New date"),
    "order_no": text("Order number"),
    "percent": text("Per cent done"),
    "po_no": text("Purchase order"),
    "position": text("Post"),
    "purpose": text("Purpose"),
    "quote_no": text("Quotation number"),
    "reason": text("Reason"),
    "replaces": text("Replaces"),
    "request_no": text("Request number"),
    "return_date": text("Return"),
    "room": text("Room"),
    "rsvp_by": text("Answer by"),
    "start": text("Start"),
    "status": text("How far"),
    "supplier": text("Supplier"),
    "topic": text("Topic"),
    "tracking_no": text("Tracking number"),
    "transport_no": text("Flight or train"),
    "traveller": text("Traveller"),
    "type": text("Kind"),
    "urgency": text("Urgency"),
    "venue": text("Venue"),
    "visitor": text("Visitor"),
}


def ledgers_of(category: str | None, medium: str | None) -> list[str]:
    """Say in which registers a case stands: the general one, and its drawer's.

    What was told on the telephone is no letter, and stands with the calls.
    """
    general = CALLS if medium == "phone" else INCOMING
    own = [ledger.id for ledger in _ALL if category in ledger.categories]
    return list(dict.fromkeys([general, *own]))


def number(ledger: str, year: int, sequence: int, *, chinese: bool) -> str:
    """Write a number of a register: 收〔2026〕123号, in English R01/2026/123."""
    if chinese:
        return f"{LEDGERS[ledger].word}〔{year}〕{sequence}号"
    return f"{ledger}/{year}/{sequence}"
