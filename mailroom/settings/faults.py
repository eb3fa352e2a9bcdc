"""Says what is wrong in a settings file: the place, and what would be right."""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from mailroom.errors import Fault, Text, text

Path = tuple[str | int, ...]  # of a setting: ("accounts", 0, "imap", "port")

# Chinese keyboards and word processors write these for : , = " ' [ ].
_FULL_WIDTH = re.compile("[：，＝“”‘’【】]")
_PASSWORDS = ("password", "passwd", "pass", "secret")
# What a setting should be, by the kind of pydantic's error …
_BY_KIND = {
    "int": text("a whole number"),
    "float": text("a number"),
    "string": text("a text in quotes"),
    "bool": text("true or false"),
    "tuple": text('a list: ["…", "…"]'),
    "dict": text("a table"),
    "model": text("a table"),
    "path": text("a path in quotes"),
}
# … or by its name, where the kind alone does not tell.
_BY_NAME = {
    "address": text("a mail address"),
    "addresses": text("a mail address"),
    "at": text('a time of day such as "08:00"'),
    "notify": text("a mail address"),
    "timezone": text('a time zone such as "Asia/Shanghai"'),
    "since": text('"now", "all", or a date such as "2026-11-01"'),
    "code": text("1 to 8 of A-Z and 0-9"),
    "name": text("1 to 32 of a-z, 0-9 and _"),
}


def syntax_fault(name: str, source: str, error: tomllib.TOMLDecodeError) -> Fault:
    """Say where and why a file is not TOML."""
    lines = source.splitlines()
    # tomllib gives the place inside its sentence only.
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), 0)
    # The line before counts, too: an unclosed text is noticed only at its end.
    signs = {
        sign
        for each in lines[max(0, line - 2) : line]
        for sign in _FULL_WIDTH.findall(_bare(each))
    }
    if signs:
        wrong = text(
            "this is not TOML; there is a full-width or curly sign ({signs}) where"
            " a plain one is needed",
            signs="".join(sorted(signs)),
        )
    else:
        wrong = text("this is not TOML: {reason}", reason=str(error).split(" (at")[0])
    return Fault(file=name, line=line, column=column, code="S003", text=wrong)


def _bare(line: str) -> str:
    """Leave out texts and comments, where every sign is welcome."""
    return re.sub(r'"[^"]*"|\'[^\']*\'|#.*', "", line)


def take_passwords(name: str, source: str, table: dict[str, Any]) -> Iterator[Fault]:
    """Take passwords out of the table, a fault for each: they do not belong there."""
    for path, entry in _tables(table, ()):
        for key in _PASSWORDS:
            if entry.pop(key, None) is None:
                continue
            line, column = place(source, (*path, key))
            wrong = text(
                "a password does not belong here; put it into a file in the"
                " secrets folder, named <account>_imap_password"
            )
            yield Fault(file=name, line=line, column=column, code="S012", text=wrong)


def _tables(value: object, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in list(value.items()):
            yield from _tables(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _tables(inner, (*path, number))


def fault(
    name: str, source: str, error: Mapping[str, Any], known: Collection[str]
) -> Fault:
    """Put one of pydantic's errors in words; `known` are the settings of its table."""
    path: Path = tuple(error["loc"])
    line, column = place(source, path)
    wrong = _explain(path, error, known)
    return Fault(file=name, line=line, column=column, code="S004", text=wrong)


def _explain(path: Path, error: Mapping[str, Any], known: Collection[str]) -> Text:
    key = ".".join(str(part) for part in path)
    kind, value = error["type"], error["input"]
    if kind == "missing":
        return text("{key} is missing", key=key)
    if kind == "too_short":
        return text("{key} is empty", key=key)
    if kind == "extra_forbidden":
        return _unknown(key, difflib.get_close_matches(str(path[-1]), known, 1))
    if path == ("accounts",) and isinstance(value, dict):
        return text("an account begins with [[accounts]], in two pairs of brackets")
    if kind == "literal_error":
        return text(
            "{key} is {value}; it may be {choices}",
            key=key,
            value=_shown(value),
            choices=error["ctx"]["expected"].replace(" or ", ", "),
        )
    return text(
        "{key} is {value}; it should be {wanted}",
        key=key,
        value=_shown(value),
        wanted=_wanted(path, error),
    )


def _unknown(key: str, close: Collection[str]) -> Text:
    for meant in close:
        return text(
            "unknown setting {key}; did you mean {close}?", key=key, close=meant
        )
    return text("unknown setting {key}", key=key)


def _wanted(path: Path, error: Mapping[str, Any]) -> Text:
    kind = error["type"]
    limits = error.get("ctx", {})
    if kind == "greater_than_equal":
        return text("{least} or more", least=limits["ge"])
    if kind == "less_than_equal":
        return text("{most} or less", most=limits["le"])
    named = [part for part in path if isinstance(part, str)][-1]
    by_name = _BY_NAME.get(named)
    if by_name is not None and kind in {"value_error", "string_pattern_mismatch"}:
        return by_name
    by_kind = _BY_KIND.get(kind.split("_")[0])
    return by_kind or text("{reason}", reason=error["msg"])


def _shown(value: object) -> str:
    # A whole table may hold anything, and this is read by others than its writer.
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    return str(value).lower() if isinstance(value, bool) else repr(value)[:80]


def place(source: str, path: Path) -> tuple[int, int]:
    """Find where a setting stands: (line, column) from 1; (0, 0) where it does not."""
    table: list[str | int] = []
    counts: dict[str, int] = {}
    best = (0, 0)
    for number, line in enumerate(source.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?", line)
        if header:
            names = header[2].split(".")
            if header[1] == "[[":
                counts[names[0]] = counts.get(names[0], -1) + 1
            table = [names[0], counts[names[0]]] if names[0] in counts else [names[0]]
            table += names[1:]
            if tuple(table) == path[: len(table)]:
                best = (number, 1)
            continue
        key = re.match(r"(\s*)([\w\-]+(?:\.[\w\-]+)*)\s*=", line)
        if key:
            whole = (*table, *key[2].split("."))
            if whole == path[: len(whole)]:
                return number, len(key[1]) + 1
    return best


def contradictions(name: str, source: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong between settings that are right by themselves.

    `table` is as it was read: what has another fault of its own is passed over here.
    """

    def wrong(path: Path, sentence: Text) -> Fault:
        line, column = place(source, path)
        return Fault(file=name, line=line, column=column, code="S005", text=sentence)

    pictures = table.get("pictures")
    for given in pictures if isinstance(pictures, dict) else ():
        if not given.isidentifier():
            sentence = text(
                "{name} cannot be a field of a template; take letters, digits and _",
                name=given,
            )
            yield wrong(("pictures", given), sentence)
    accounts = [
        (i, account)
        for i, account in enumerate(_listed(table.get("accounts")))
        if isinstance(account, dict)
    ]
    office = table.get("office")
    office = office if isinstance(office, dict) else {}
    own = {_lower(a) for a in _listed(office.get("addresses"))}
    names = Counter(str(account.get("name")) for _, account in accounts)
    for i, account in reversed(accounts):
        given = str(account.get("name"))
        names[given] -= 1
        if names[given] and "name" in account:
            sentence = text("two accounts are named {name}", name=given)
            yield wrong(("accounts", i, "name"), sentence)
    for i, account in accounts:
        if account.get("marks") == "move" and not account.get("move_to"):
            sentence = text('marks = "move" needs move_to, a mailbox')
            yield wrong(("accounts", i, "marks"), sentence)
        if office.get("mode") == "send" and "smtp" not in account:
            sentence = text('mode = "send" needs [accounts.smtp]')
            yield wrong(("accounts", i), sentence)
        address = str(account.get("address", ""))
        if "@" in address and own and _lower(address) not in own:
            sentence = text(
                "{address} is not among office.addresses; the office would answer"
                " its own letters",
                address=address,
            )
            yield wrong(("accounts", i, "address"), sentence)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _lower(address: object) -> str:
    local, _, domain = str(address).rpartition("@")
    return f"{local}@{domain.lower()}"
