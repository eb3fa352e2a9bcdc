"""Opens the way to an IMAP server: socket, time-outs, TLS."""

import ssl

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from mailroom.errors import TemporaryMailError, text
from mailroom.mailbox.breaks import BROKEN, say
from mailroom.settings import ImapServer

CONNECT_SECONDS = 15
READ_SECONDS = 60


def connect(server: ImapServer) -> IMAPClient:
    """Connect, with the time-outs, and TLS as the settings say.

    Raises TemporaryMailError where the server cannot be reached.
    """
    context = None
    if server.tls != "none":
        context = ssl.create_default_context(cafile=server.ca_file)
    try:
        client = IMAPClient(
            server.host,
            server.port,
            use_uid=True,
            ssl=server.tls == "tls",
            ssl_context=context if server.tls == "tls" else None,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        client.normalise_times = False
        client.folder_encode = False  # one bad name must not hide all the others
        if server.tls == "starttls":
            client.starttls(context)
    except (*BROKEN, IMAPClientError) as error:
        raise TemporaryMailError(
            text(
                "cannot connect to the IMAP server {host}:{port}: {reason}",
                host=server.host,
                port=server.port,
                reason=say(error),
            )
        ) from error
    return client
