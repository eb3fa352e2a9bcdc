"""The outbox: what is about to leave, what has left, and what nobody is sure of."""

from starlette.responses import Response

from mailroom.drafts import DraftState
from mailroom.errors import ReviewError, text
from mailroom.register import outbox, sends
from mailroom.web.ask import Ask
from mailroom.web.page import go, page
from mailroom.web.shown import as_shown
from mailroom.web.visit import Visit
from mailroom.workflow import decide

ON_WAY = (DraftState.APPROVED, DraftState.SENDING, DraftState.DEFERRED)
MOST = 100


def outbox_page(visit: Visit, ask: Ask) -> Response:
    """List the letters by what is to be done with them."""
    states = (*ON_WAY, DraftState.UNCERTAIN, DraftState.REFUSED)
    with visit.desk.database.read() as tx:
        doubtful, refused, on_way, sent = (
            outbox.listed(tx, visit.sight, wanted, limit=MOST)
            for wanted in (
                (DraftState.UNCERTAIN,),
                (DraftState.REFUSED,),
                ON_WAY,
                (DraftState.SENT,),
            )
        )
        hidden = outbox.hidden(tx, visit.sight, states)
        brake = sends.brake(tx)
    return page(
        visit, "outbox.html", doubtful=doubtful, refused=refused, on_way=on_way,
        sent=sent, hidden=hidden, brake=brake, done=ask.one("done"),
    )  # fmt: skip


def settle(visit: Visit, ask: Ask) -> Response:
    """Say what became of a letter in doubt."""
    held = as_shown(visit, ask)
    said = ask.one("delivered")
    if said not in ("yes", "no"):
        raise ReviewError(text("Say whether it was delivered."))
    if said == "no" and ask.one("looked") != "yes":
        raise ReviewError(
            text(
                "Look in the Sent mailbox or ask them first, and say that you did: a"
                " second letter cannot be taken back."
            )
        )
    decide.settle(
        visit.desk, held.id, who=visit.who, delivered=said == "yes", now=visit.now
    )
    return go("/outbox?done=settled" if said == "yes" else f"/drafts/{held.id}")
