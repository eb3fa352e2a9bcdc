"""Recognises by structure that a machine wrote a message (RFC 3834, RFC 2919)."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from mailroom.message.gates import Gate
from mailroom.message.model import Machine, Message
from mailroom.message.structure import Part

LOOP_HEADER = "X-Mailroom-Loop"

_REPORTER = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|maildaemon|microsoftexchange[0-9a-f]+)(?:@|\b)",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery status notification|"
    r"delivery (?:has )?(?:failed|failure|delayed)|"
    r"mail delivery (?:failed|system|problem)|returned mail|failure notice|"
    r"message (?:not delivered|delayed|blocked|rejected)|delivery report|"
    r"退信|未传递|未傳遞|未送达|未送達|无法送达|無法傳遞|"
    r"投递失败|投遞失敗|发送失败|邮件被退回",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(
    r"\s*(?:read|已读|已讀|读取|讀取|not read|未读)\s*[:：]", re.IGNORECASE
)
_AUTO_SUBJECT = re.compile(
    r"\s*[\[【(（]?(?:auto(?:matic)?[- ]?(?:reply|response|responder)|auto\s*:|"
    r"out of (?:the )?office|自动回复|自動回覆|自动答复|自動回復|自动应答|自动答覆|"
    r"外出自动|休假自动|"
    r"automatische antwort|réponse automatique|abwesenheit)",
    re.IGNORECASE,
)
_SUBJECTS = Gate(_BOUNCE_SUBJECT, _RECEIPT_SUBJECT, _AUTO_SUBJECT)
# The headers by which a machine tells of itself; all that is looked for below.
_TELLING = frozenset(
    {
        b"x-failed-recipients", b"x-ms-exchange-message-is-ndr", b"auto-submitted",
        b"x-autoreply", b"x-autorespond", b"x-autoreply-from", b"x-auto-reply",
        b"precedence", b"list-id", b"list-post", b"x-mailing-list", b"list-unsubscribe",
        b"list-help", b"x-loop", b"feedback-id",
    }
)  # fmt: skip
_NO = frozenset({"", "no", "none", "false", "0"})


def recognise(
    root: Part,
    header: Callable[[str], Iterable[str]],
    *,
    subject: str,
    answers: bool,
    sender: str,
) -> Machine | None:
    """Tell the kind of machine mail, with the header that says so; None for a person's.

    `header` gives the decoded values of a header by its name, `answers` says whether
    the message names one that it answers (In-Reply-To, References), `sender` is the
    From value. The kinds are told apart: a report of a delivery, a receipt, an answer
    given by a machine, the mail of a list, and everything else that was sent in bulk or
    by a program.
    X-Auto-Response-Suppress alone says nothing: people's mail carries it, too.
    """
    headers = _Headers(header)
    if _TELLING.isdisjoint(root.by_name) and not _SUBJECTS.opens(subject):
        # Nothing but its structure and an empty Return-Path can tell it.
        return _report(root) or _of_nobody(headers)
    return (
        _report(root)
        or _bounce_form(headers, subject, sender)
        or _receipt_form(headers, subject)
        or _auto_reply(headers, subject, answers=answers)
        or _list(headers)
        or _bulk(headers)
    )


def is_own(
    message: Message, own_addresses: Collection[str], loop_mark: str
) -> Machine | None:
    """Tell whether the office sent the message itself; None where it did not.

    `own_addresses` are the office's mailbox addresses and aliases, `loop_mark` what
    this office writes into X-Mailroom-Loop.
    """
    if loop_mark and any(
        value.strip() == loop_mark for value in message.header(LOOP_HEADER)
    ):
        return Machine(kind="own", reason=f"{LOOP_HEADER}: {loop_mark}")
    own = {address.lower() for address in own_addresses}
    for sender in message.senders:
        if sender.address.lower() in own:
            return Machine(kind="own", reason=f"From: {sender.address}")
    return None


class _Headers:
    """The decoded headers, by name; those that nobody asks for stay unread."""

    def __init__(self, header: Callable[[str], Iterable[str]]) -> None:
        self._header = header

    def all(self, name: str) -> list[str]:
        return [value.strip() for value in self._header(name)]

    def keywords(self, name: str) -> Iterator[str]:
        """Yield each value without comments or parameters (RFC 3834, 5)."""
        for value in self.all(name):
            bare = re.sub(r"\([^()]{0,200}\)", " ", value).partition(";")[0]
            yield bare.strip().lower()

    def null_sender(self) -> bool:
        return any(value.replace(" ", "") == "<>" for value in self.all("return-path"))

    def automatic(self) -> str:
        """Give the keyword of Auto-Submitted where it tells of a machine, else ""."""
        return next(
            (word for word in self.keywords("auto-submitted") if word not in _NO), ""
        )


def _report(root: Part) -> Machine | None:
    kinds = {part.type for part in root.walk()}
    named = (
        root.parameters.get("report-type", "").lower()
        if root.type == "multipart/report"
        else ""
    )
    delivery = {"message/delivery-status", "message/global-delivery-status"}
    receipt = {
        "message/disposition-notification",
        "message/global-disposition-notification",
    }
    if named == "delivery-status" or kinds & delivery:
        return Machine(
            kind="bounce", reason="multipart/report; report-type=delivery-status"
        )
    if named == "disposition-notification" or kinds & receipt:
        return Machine(
            kind="receipt",
            reason="multipart/report; report-type=disposition-notification",
        )
    if root.type == "multipart/report":
        return Machine(
            kind="bulk", reason=f"multipart/report; report-type={named[:40]}"
        )
    return None


def _bounce_form(headers: _Headers, subject: str, sender: str) -> Machine | None:
    """Recognise the reports that keep to no standard (Chinese providers, old MTAs)."""
    for name in ("x-failed-recipients", "x-ms-exchange-message-is-ndr"):
        if headers.all(name):
            return Machine(kind="bounce", reason=name.title())
    reporter = bool(_REPORTER.search(sender))
    if not _BOUNCE_SUBJECT.search(subject):
        return None
    if reporter:
        return Machine(kind="bounce", reason=f"From: {sender[:80]}")
    if headers.null_sender():
        return Machine(kind="bounce", reason="Return-Path: <>")
    return None


def _receipt_form(headers: _Headers, subject: str) -> Machine | None:
    if _RECEIPT_SUBJECT.match(subject) and (
        headers.null_sender() or headers.automatic()
    ):
        return Machine(
            kind="receipt", reason="Return-Path: <>, subject of a read receipt"
        )
    return None


def _auto_reply(headers: _Headers, subject: str, *, answers: bool) -> Machine | None:
    automatic = headers.automatic()
    if automatic.startswith("auto-replied"):
        return Machine(kind="auto_reply", reason=f"Auto-Submitted: {automatic[:40]}")
    for name in ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply"):
        if any(value.lower() not in _NO for value in headers.all(name)):
            return Machine(kind="auto_reply", reason=name.title())
    if any(
        word in ("auto_reply", "auto-reply") for word in headers.keywords("precedence")
    ):
        return Machine(kind="auto_reply", reason="Precedence: auto_reply")
    if automatic and answers:
        return Machine(
            kind="auto_reply", reason=f"Auto-Submitted: {automatic[:40]}, In-Reply-To"
        )
    return _auto_form(headers, subject, answers=answers)


def _auto_form(headers: _Headers, subject: str, *, answers: bool) -> Machine | None:
    """Recognise automatic answers without any mark (seen in practice: QQ Mail)."""
    if not _AUTO_SUBJECT.match(subject):
        return None
    if answers:
        reason = "subject of an automatic reply, In-Reply-To"
        return Machine(kind="auto_reply", reason=reason)
    if (
        headers.automatic()
        or headers.null_sender()
        or headers.all("x-auto-response-suppress")
    ):
        reason = "subject and headers of an automatic reply"
        return Machine(kind="auto_reply", reason=reason)
    return None


def _list(headers: _Headers) -> Machine | None:
    for name in ("list-id", "list-post", "x-mailing-list"):
        if headers.all(name):
            return Machine(kind="list", reason=name.title())
    if "list" in headers.keywords("precedence"):
        return Machine(kind="list", reason="Precedence: list")
    return None


def _bulk(headers: _Headers) -> Machine | None:
    for word in headers.keywords("precedence"):
        if word in ("bulk", "junk"):
            return Machine(kind="bulk", reason=f"Precedence: {word}")
    if automatic := headers.automatic():
        return Machine(kind="bulk", reason=f"Auto-Submitted: {automatic[:40]}")
    for name in ("list-unsubscribe", "list-help", "x-loop", "feedback-id"):
        if headers.all(name):
            return Machine(kind="bulk", reason=name.title())
    return _of_nobody(headers)


def _of_nobody(headers: _Headers) -> Machine | None:
    if headers.null_sender():
        return Machine(kind="bulk", reason="Return-Path: <>")
    return None
