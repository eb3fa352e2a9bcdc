"""Says what a new rule file may be called."""

import re
import unicodedata
from pathlib import Path

from mailroom.errors import ReviewError, text
from mailroom.register import durable
from mailroom.rules.read_folder import NOT_RULES
from mailroom.rules.spelling import simplified

ENDING = ".yaml"
LONGEST = 60  # characters: with the ending, at most 245 bytes of the 255 of a name
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_PLAIN = re.compile(f"[0-9A-Za-z{_HAN}][0-9A-Za-z{_HAN}_-]{{0,{LONGEST - 1}}}")
# How files of rules end, those also that are not read for it.
_ENDINGS = re.compile(r"\.ya?ml(?:\.txt)?$", re.IGNORECASE)
# Files that Windows cannot open, on a share or in a copy of the git repository.
_DEVICES = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]", re.IGNORECASE)


def new_name(typed: str) -> str:
    """Give the name of the file that somebody asks for: `lost_keys.yaml`.

    It is never a path. Raises ReviewError for a name that is not plain.
    """
    # A Chinese keyboard writes wide letters.
    name = unicodedata.normalize("NFKC", typed).strip()
    if name.lower().endswith(ENDING):
        name = name[: -len(ENDING)]
    if not _PLAIN.fullmatch(name):
        raise ReviewError(
            text(
                "This is no name for a file. Take letters, digits, Chinese characters,"
                " - and _, at most {n}, and begin with none of the last two.",
                n=LONGEST,
            )
        )
    if _DEVICES.fullmatch(name) or f"{name.lower()}{ENDING}" in NOT_RULES:
        raise ReviewError(text("No rule file can be called {name}.", name=name))
    return name + ENDING


def taken(folder: Path, name: str) -> str:
    """Give the name that lies in a folder and counts like this one; "" for none.

    Alike are Invoice.yaml, invoice.yml and invoice.yaml.txt, 发票.yaml and 發票.yaml.
    Raises EnvironmentFault for a folder that is gone or closed to us.
    """
    wanted = _alike(name)
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError as error:
        raise durable.cannot_write(folder / name, error) from error
    found = [one for one in names if _alike(one) == wanted]
    return name if name in found else min(found, default="")


def _alike(name: str) -> str:
    name = _ENDINGS.sub("", unicodedata.normalize("NFKC", name))
    return simplified(name.casefold())
