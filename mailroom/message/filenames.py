"""Makes the name of an attachment safe to be a file's name."""

import re
import unicodedata

LONGEST_ENDING = 10  # characters; more is no file type
LONGEST = 255  # bytes in UTF-8: what a file system takes
_CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Windows opens devices by these names, whatever the ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/ms-tnef": ".dat",
    "application/zip": ".zip",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/x-vcard": ".vcf",
}


def safe_name(name: str, kind: str) -> str:
    """Give a file name without path, control, direction and forbidden characters.

    `name` is what the sender wrote, "" where nothing; `kind` the media type, which
    gives a nameless attachment its ending. At most LONGEST bytes, the ending kept.
    """
    last = re.split(r"[/\\]", name[-2000:])[-1]
    last = unicodedata.normalize("NFC", last)
    last = "".join(one for one in last if unicodedata.category(one) not in _CONTROL)
    last = _FORBIDDEN.sub("_", last).strip(" .")
    if not last:
        return "attachment" + _ENDINGS.get(kind, ".bin")
    if _DEVICE.fullmatch(last):
        last = f"_{last}"
    return _shortened(last)


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING or not ending.isascii():
        stem, ending = name, ""
    ending = dot + ending if ending else ""
    room = LONGEST - len(ending)
    return stem.encode()[:room].decode(errors="ignore") + ending
