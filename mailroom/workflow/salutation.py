"""Says how a letter of ours begins: by the name and title that the mail gives."""

import re

from mailroom.message.model import Message
from mailroom.words.filters.people import salutation_cn, salutation_en

_TITLE = r"Mrs|Mr|Ms|Miss|Mx|Dr|Professor|Prof"
_TITLED = re.compile(rf"(?P<t>{_TITLE})\.? [\w.'’-]+ (?P<n>[^\W\d_][\w'’-]+)")
_ASIDE = re.compile(
    r"\s*[(（\[][^()（）\]]*[)）\]]|\s+via\s.*$|^[\"'“‘\s]+|[\"'”’\s]+$"
)
_NO_NAME = re.compile(r"[@:：!！?？/\\<>{}%;；|。#*=\[\]【】]|您|\d{3}|https?|www\.")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MOST, _MOST_WORDS = 40, 5  # of a name; what is longer wants to say something
# Nobody's name, or that of a house: it is not addressed as a person.
_NOBODY = re.compile(
    r"^(?:a |an |the )?(?:anonymous|nobody|colleague|concerned .*|customer|user|guest"
    r"|admin|info|office|sender|reception|mailer.*|postmaster"
    r"|no[- _]?reply|do[- _]?not[- _]?reply)$"
    r"|\b(?:ltd|limited|inc|llc|llp|plc|gmbh|corp|co|company|group|council|university"
    r"|college|school|team|department|dept|office|billing|accounts?|support|services?"
    r"|statements?|notifications?|newsletter|bank|desk|centre|center|invoices?)\.?$",
    re.IGNORECASE,
)
_NOBODY_ZH = re.compile(
    r"匿名|^某|热心|一名|一位|^(?:员工|同事|群众|市民|客户|用户|访客|无名)$"
)
_HOUSE_ZH = re.compile(
    r".{2,}(?:公司|集团|局|委员会|委|办公室|办公厅|厅|署|部|处|科|中心|院|大学|学校|中学|小学"
    r"|幼儿园|银行|支行|协会|学会|组|室|团队|客服|社|站|所|店|会)$"
)


def salutation(message: Message, language: str) -> str:
    """Return the first line of an answer, "Dear Ms Fry," or 尊敬的王芳：.

    A title is never guessed: it stands in the sender's name, or with that name in the
    mail. A house is greeted as one, and a name that is none is not repeated.
    """
    sender = message.sender
    if len(message.reply_to) == 1:
        sender = message.reply_to[0]  # a web form writes for somebody else
    shown = " ".join(sender.name.split()) if sender else ""
    aside = re.search(rf"\(({_TITLE})\.?\)$", shown)
    name = _ASIDE.sub("", _ASIDE.sub("", shown)).strip()
    if not _is_name(name):
        return _greeting(language)
    if language == "zh":
        if _HOUSE_ZH.fullmatch(name):
            return f"{name}："
        return str(salutation_cn(name))
    title = aside[1] if aside else _title(name, message)
    if match := _TITLED.fullmatch(f"{title} {name}" if title else name):
        return f"Dear {_written(match['t'])} {match['n']},"
    return str(salutation_en(name))


def _is_name(name: str) -> bool:
    if not name or len(name) > _MOST or _NO_NAME.search(name):
        return False
    if not name.isprintable() or len(name.split()) > _MOST_WORDS:
        return False
    if _HAN.search(name):
        return not _NOBODY_ZH.search(name)
    login = name.islower() and " " not in name
    return not (login or _NOBODY.search(name))


def _greeting(language: str) -> str:
    nobody = ""
    return str(salutation_cn(nobody) if language == "zh" else salutation_en(nobody))


def _title(name: str, message: Message) -> str:
    """Give the title with which the mail itself names its writer; "" for none."""
    words = message.zones.new[-2000:]
    full = re.escape(name)
    found = re.search(rf"\b({_TITLE})\.? {full}\b", words) or re.search(
        rf"\b{full} \(({_TITLE})\.?\)", words
    )
    return found[1] if found else ""


def _written(title: str) -> str:
    return "Professor" if title == "Prof" else title
