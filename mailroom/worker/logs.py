"""Writes the log: one JSON object a line, with ids, and never a word of a mail."""

import json
import logging
import re
import sys
from datetime import UTC, datetime

# What a record has by itself; everything else was given with `extra`.
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


_LOCAL_PART = re.compile(r"""(?:"[^"\s]*"|[^\s<>"'(),:;@]+)@""")


class JsonFormatter(logging.Formatter):
    """Formats a record as JSON; of an exception, its kind and place, never its text.

    The text of an exception may quote the mail that caused it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "by": record.name,
            "what": record.getMessage(),
        }
        line |= {k: v for k, v in vars(record).items() if k not in _OWN}
        line = {key: _masked(value) for key, value in line.items()}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["place"] = _place(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _masked(value: object) -> object:
    """Hide whose an address is: a server's words in a reason may name people."""
    return _LOCAL_PART.sub("***@", value) if isinstance(value, str) else value


def _place(record: logging.LogRecord) -> list[str]:
    traceback = record.exc_info[2] if record.exc_info else None
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places


def start(level: int = logging.INFO) -> None:
    """Send mailroom's log, and warnings of the others, to standard error."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(JsonFormatter())
    logging.basicConfig(handlers=[out], level=logging.WARNING, force=True)
    logging.getLogger("mailroom").setLevel(level)
    # The IMAP library logs whole commands at its lower levels.
    logging.getLogger("imapclient").setLevel(logging.ERROR)
    logging.getLogger("huey").setLevel(logging.ERROR)
