"""Knows what says that an IMAP connection can no longer be trusted."""

import imaplib
import re

from imapclient.exceptions import IMAPClientAbortError

BROKEN = (
    imaplib.IMAP4.abort,
    IMAPClientAbortError,
    OSError,
    ValueError,
    IndexError,
    TypeError,
    AttributeError,
    UnicodeError,
    AssertionError,
)
_AS_BYTES = re.compile(r"^b(['\"])(.*)\1$", re.DOTALL)


def say(error: BaseException) -> str:
    """Give the words of an error of the library, or of the server behind it."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    value = error.args[0] if error.args else error
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    # imaplib writes an answer as Python does: b'[AUTHENTICATIONFAILED] …'
    return _AS_BYTES.sub(r"\2", str(value))[:300]
