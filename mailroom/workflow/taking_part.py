"""Reads from a letter who of ours takes part, and where a journey goes."""

import re
from collections.abc import Iterator, Mapping

from mailroom.directory import Directory, Person
from mailroom.message.attachment_text.invitations import Event
from mailroom.message.model import Message
from mailroom.rules.model import Field

LOOKED_AT = 8000  # characters
# Sentences that say who is to be there; other names in a letter are its signatures.
_CALLED = re.compile(
    r"出席|参加|参会|到会|列席|莅临|主持|致辞|致词|讲话|发言|陪同|会见|接见|拜会|面见|乘机人|乘车人"
    r"|出行人|出差|旅客|入住人|约访|约见|带队"
    r"|\b(?:attend\w*|join|chair\w*|speak|speaker|present|host|meet(?:ing)? with|see"
    r"|passenger|travell?er|guest|participants?|delegates?|invite|with)\b",
    re.IGNORECASE,
)
_NOT_CALLED = re.compile(
    r"联系|经办|抄送|转告|告知|报送|回复|反馈|咨询|电话"
    r"|\b(?:contact|reply to|let \w+ know|rsvp|cc|phone|regards)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\n。;；!！?？]+")
_CLAUSE = re.compile(r"[^,，]+")
_WAY = re.compile(
    r"(?:(?P<f>[\u4e00-\u9fff]{2,8})[ T0-9:]{0,8}\s*(?:-+|[—–―~→➔]|飞往|开往)\s*"
    r"|[由从自][\u4e00-\u9fff]{2,8}?[到至])(?P<t>[\u4e00-\u9fff]{2,8})"
    r"|\b(?P<ef>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})(?: \([A-Z]{3}\))?\s*"
    r"(?:to|-+|[—–→])\s*(?P<et>[A-Z][a-z]+(?: [A-Z][a-z]+){0,2})\b"
)
_GOES = re.compile(
    r"(?:赴|前往|飞往|开往|去|到)(?:(?P<s>[京沪津渝穗深港澳汉杭宁蓉])|(?P<t>[\u4e00-\u9fff]{2,4}?))"
    r"(?:出差|开会|参会|参加|出席|考察|调研|培训|拜访|的?航班)"
    r"|\b(?:flight|train|trip|travel(?:l?ing)?|fly(?:ing)?) to (?P<et>[A-Z][a-z]+)"
)
# How letters abbreviate the towns that people travel to: 赴京参会.
_SHORT = {
    "京": "北京", "沪": "上海", "津": "天津", "渝": "重庆", "穗": "广州", "深": "深圳",
    "港": "香港", "澳": "澳门", "汉": "武汉", "杭": "杭州", "宁": "南京", "蓉": "成都",
}  # fmt: skip
# Before and after them stands a day, not a town: "Mon 4 - Fri 8", "May to June".
_DAYS_AND_MONTHS = re.compile(
    r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
    r"|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)


def taking_part(
    directory: Directory,
    message: Message,
    fields: Mapping[str, Field],
    event: Event | None,
) -> tuple[str, ...]:
    """Name those of ours who are called to be there, each once.

    By the invitation and the field `traveller`, by the head of the letter, and by the
    sentences that ask somebody to come; a name under the letter calls nobody.
    """
    found: dict[str, None] = {}
    traveller = fields.get("traveller")
    if traveller is not None:
        found |= _named(directory, traveller.value)
    for address in event.attendees if event else ():
        person = directory.person(address)
        if person is not None:
            found[person.name] = None
    for each in (*message.to, *message.cc):
        person = _by_address(directory, each.address)
        if person is not None:
            found[person.name] = None
    words = f"{message.zones.new}\n{message.zones.forwarded}"[:LOOKED_AT]
    for clause in _calling(words):
        found |= _named(directory, clause)
    return tuple(found)


def _calling(words: str) -> Iterator[str]:
    for sentence in _SENTENCE.findall(words):
        if _CALLED.search(sentence):
            for clause in _CLAUSE.findall(sentence):
                if not _NOT_CALLED.search(clause):
                    yield clause


def _by_address(directory: Directory, address: str) -> Person | None:
    wanted = address.lower()
    return next(
        (p for p in directory.people if p.address and p.address == wanted), None
    )


def _named(directory: Directory, words: str) -> dict[str, None]:
    folded = words.casefold()
    # ZHOU/GUANGCHUAN, as airlines write a name.
    turned = " ".join(reversed(folded.strip().split("/"))) if "/" in folded else folded
    return {
        person.name: None
        for person in directory.people
        if any(
            _holds(text, name)
            for text in (folded, turned, folded.replace("/", " "))
            for name in (person.name, *person.also)
        )
    }


def _holds(words: str, name: str) -> bool:
    wanted = name.casefold()
    if any("\u4e00" <= letter <= "\u9fff" for letter in wanted):
        return wanted in words
    return bool(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", words))


def destination(message: Message) -> str:
    """Name the town that a journey goes to first; "" where the letter does not say."""
    zones = message.zones
    words = f"{message.subject}\n{zones.new}\n{zones.forwarded}"[:LOOKED_AT]
    for match in _WAY.finditer(words):
        town = match["t"] or match["et"] or ""
        ends = (match["ef"] or "", town)
        if town and not any(map(_DAYS_AND_MONTHS.fullmatch, ends)):
            return town
    goes = _GOES.search(words)
    if goes is None:
        return ""
    return _SHORT.get(goes["s"] or "") or goes["t"] or goes["et"] or ""
