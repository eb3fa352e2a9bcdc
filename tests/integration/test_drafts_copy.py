"""Claims about a draft's copy in Drafts while the letter is on its way."""

from pathlib import Path

from mailroom.demo.imap_server import ImapServer
from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.register import drafts, jobs
from mailroom.worker.perform import perform
from mailroom.workflow.hold import watch
from tests.integration.office import Office, letter, now
from tests.integration.servers import MailAccount


def placed(office: Office) -> drafts.Held:
    office.mail.deliver(letter("Question about the lift"))
    office.once()
    (held,) = office.drafts()
    assert held.placement == "placed"
    return held


def do(office: Office, kind: str, held: drafts.Held, *, cut_off: int = 0) -> None:
    """Do a job about a draft; before it, as many tries as said were cut off."""
    with office.desk.database.write() as tx:
        job_id = jobs.add(tx, kind, held.id, now=now(), key=f"{kind}:by hand")
        assert job_id is not None
        for _ in range(cut_off):
            jobs.claim(tx, job_id, owner="killed", now=now())
            jobs.release(tx, now=now(), living=[])
    for following in perform(office.desk, job_id, "somebody"):
        perform(office.desk, following, "somebody")


def account_of(server: ImapServer) -> MailAccount:
    return MailAccount(server=server, user="office", password="secret")


def test_a_copy_stays_while_its_letter_is_being_sent(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = account_of(imap_server)
    with Office(mail, smtp_sink, tmp_path) as office:
        held = office.approve(placed(office).id)
        with office.desk.database.write() as tx:
            drafts.move(tx, held, DraftState.SENDING, now=now())

        do(office, "tidy", held)
        assert len(mail.messages("Drafts")) == 1

        office.work()  # nobody took the copy: the letter goes
        assert [each.state for each in office.drafts()] == [DraftState.SENT]
        assert mail.messages("Drafts") == []


def test_a_copy_left_by_a_try_that_was_cut_off_goes_with_the_draft(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = account_of(imap_server)
    with Office(mail, smtp_sink, tmp_path) as office:
        held = placed(office)
        (copy,) = mail.messages("Drafts")
        office.approve(held.id)
        office.work()
        assert mail.messages("Drafts") == []
        mail.deliver(copy.raw, "Drafts")  # what the killed worker still had under way

        do(office, "place", held, cut_off=1)

        assert mail.messages("Drafts") == []


def test_a_letter_that_is_being_sent_is_not_withdrawn_by_a_look_into_drafts(
    imap_server: ImapServer, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    mail = account_of(imap_server)
    with Office(mail, smtp_sink, tmp_path) as office:
        held = office.approve(placed(office).id)
        with office.desk.connections.lend("office") as imap:
            select = imap.select

            def late(name: str, *, readonly: bool = False) -> object:
                # Between the look into the book and the look into Drafts.
                with office.desk.database.write() as tx:
                    drafts.move(tx, held, DraftState.SENDING, now=now())
                (copy,) = mail.messages("Drafts")
                mail.remove(copy.uid, "Drafts")
                return select(name, readonly=readonly)

            imap.select = late  # type: ignore[method-assign, assignment]  # a fault put in
            watch(office.desk, imap, "office", now=now())

        assert [each.state for each in office.drafts()] == [DraftState.SENDING]
