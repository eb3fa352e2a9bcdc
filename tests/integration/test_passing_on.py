"""Claims about a letter that is passed on, on the servers."""

import shutil
from pathlib import Path

from mailroom.demo.smtp_server import SmtpSink
from mailroom.drafts import DraftState
from mailroom.message.parse import parse
from tests.integration.office import RULES, Office, letter
from tests.integration.servers import MailAccount

PROVED = (
    "Authentication-Results: mx.hengyuan.example; dmarc=pass header.from=firm.example"
)
RULE = """\
mailroom: 1
rules:
  - id: to-ann
    when: {trusted: yes, from: {address: boss@firm.example}}
    then: [{forward_draft: ann@hengyuan.example}]
"""


def test_a_letter_passed_on_leaves_once_approved_and_whoever_wrote_still_waits(
    any_server: MailAccount, smtp_sink: SmtpSink, tmp_path: Path
) -> None:
    own = tmp_path / "rules"
    shutil.copytree(RULES, own)
    (own / "arranging.yaml").write_text(RULE, encoding="utf-8")
    (own / "office" / "servers.yaml").write_text(
        "mailroom: 1\nmail_servers: [mx.hengyuan.example]\n", encoding="utf-8"
    )
    office = Office(any_server, smtp_sink, tmp_path)
    written = office.file.read_text(encoding="utf-8")
    office.file.write_text(written.replace(str(RULES), str(own)), encoding="utf-8")
    raw = letter("Question", sender="Boss <boss@firm.example>", headers=[PROVED])
    any_server.deliver(raw)
    with office:
        office.once()
        reply, forward = sorted(office.drafts(), key=lambda d: d.kind != "reply")
        assert (reply.kind, forward.kind) == ("reply", "forward")
        assert smtp_sink.received == []

        office.approve(forward.id)
        office.work()
        office.once()

        (sent,) = smtp_sink.received
        assert sent.rcpt_to == ("ann@hengyuan.example",)
        (enclosed,) = parse(sent.data).attachments
        assert enclosed.content.strip() == raw.strip()
        assert office.draft(forward.id).state == DraftState.SENT
        assert office.draft(reply.id).state == DraftState.WAITING
        assert office.draft(reply.id).placement == "placed"
        (case,) = office.cases()
        assert case.state == "drafted"

        office.approve(reply.id)
        office.work()
        assert office.draft(reply.id).state == DraftState.SENT
        assert office.cases()[0].state == "waiting"
