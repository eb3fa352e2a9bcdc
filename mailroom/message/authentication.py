"""Reads whether the office's own mail server vouches for the sender's domain."""

import re
from collections.abc import Collection, Iterator

from mailroom.message.model import Message

_RESULT = re.compile(r"^\s*(dmarc|dkim|spf)\s*=\s*(\w+)", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(?:header\.(?:from|d|i)|smtp\.mailfrom)\s*=\s*(\S+)", re.IGNORECASE
)
_FAIL = frozenset({"fail", "permerror", "hardfail"})


def vouched(message: Message, servers: Collection[str]) -> bool | None:
    """Say whether From is genuine, as the office's own server found on receipt.

    `servers` are the names by which our servers sign their Authentication-Results
    (RFC 8601, authserv-id), in lower case; what any other server wrote, or the sender
    himself, counts for nothing, and of several headers of ours only the topmost, which
    was written last. None: our server did not say, or there are several senders.
    """
    if len(message.senders) != 1:
        return None
    domain = message.senders[0].domain
    for header in message.header("Authentication-Results"):
        server, *results = _bare(header).split(";")
        name = server.split()[0].lower() if server.split() else ""
        if name in servers:
            return _verdict(list(_results(results)), domain)
    return None


def _results(parts: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Give method, result and the domain it is about."""
    for part in parts:
        match = _RESULT.match(part)
        if match is not None:
            named = _PROPERTY.search(part)
            about = named[1].rpartition("@")[2].lower() if named else ""
            yield match[1].lower(), match[2].lower(), about


def _verdict(results: list[tuple[str, str, str]], domain: str) -> bool | None:
    # Whose From it was may be left out; where it is told, it must be the one we read:
    # of a letter with a broken From two programs may read two senders.
    dmarc = [
        result
        for method, result, about in results
        if method == "dmarc" and (result in _FAIL or not about or about == domain)
    ]
    if dmarc and dmarc[0] in {"pass", *_FAIL}:
        return dmarc[0] == "pass"
    results = [each for each in results if each[0] != "dmarc"]
    # Without a policy of the domain: a signature or a path that is the domain's own.
    own = [result for _, result, about in results if _aligned(about, domain)]
    if "pass" in own:
        return True
    return False if any(result in _FAIL for result in own) else None


def _aligned(about: str, domain: str) -> bool:
    if "." not in about:
        return False
    return (
        about == domain
        or domain.endswith("." + about)
        or about.endswith("." + domain)  # whoever owns a domain owns those below it
    )


def _bare(header: str) -> str:
    """Leave out comments and quoted strings; "" where one of them does not end.

    A sender chooses what stands in them: `smtp.mailfrom="x; dmarc=pass"@evil.example`.
    """
    kept: list[str] = []
    depth, quoted = 0, False
    signs = iter(header)
    for sign in signs:
        if sign == "\\" and (quoted or depth):
            next(signs, "")
        elif quoted or (sign == '"' and not depth):
            quoted = sign != '"' if quoted else True
        elif sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
            kept.append(" ")
        elif not depth:
            kept.append(sign)
    return "" if quoted or depth else "".join(kept)
