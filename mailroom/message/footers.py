"""Tells signatures, disclaimers, warnings of gateways from what a person wrote."""

import re

from mailroom.message.glance import has_footer

MOST_TRIES = 50  # paragraphs of one text that are weighed as disclaimers
LONGEST_SIGNATURE = 15  # lines under "--"; more is text that somebody parted by dashes

_DELIMITER = re.compile(r"-- ?|—— ?|__ ?")
_LIST = re.compile(r"_{40,}")
_DEVICE = (
    r"(?:iphone|ipad|华为|荣耀|小米|redmi|oppo|vivo|安卓|android|手机|手機|"
    r"网易邮箱大师|(?:qq|163|126|网易)邮箱|foxmail|outlook|mail master)"
)
_SINGLE = re.compile(
    r"(?:发自|發自|发送自|传送自|傳送自)\s*(?:我的)?\s*\S{1,20}(?: \S{1,12}){0,3}"
    r"|(?:从|從)\s*我的\s*\S{1,15}(?: \S{1,12})?\s*(?:发送|傳送|发出)[。.]?"
    rf"|来自\s*(?:我的)?\s*{_DEVICE}\S{{0,8}}"
    r"|sent from my \S{1,20}(?: \S{1,20}){0,4}"
    r"|sent (?:from|via) (?:outlook|mail|yahoo|gmail|proton|samsung|huawei)\b.{0,60}"
    r"|(?:get|获取) ?outlook ?(?:for|适用于) ?\S+(?:<[^>]{0,200}>)?",
    re.IGNORECASE,
)
LONGEST_SINGLE = 100  # characters of a line that a telephone adds
_OPENS = re.compile(
    r"[\s*【\[(<>-]*(?:"
    r"本(?:电子)?(?:邮件|郵件|信件)|此(?:电子)?(?:邮件|郵件)|本電子郵件|声明】?|"
    r"免责声明|免責聲明|保密(?:声明|提示|条款)|外部邮件|外部郵件|"
    r"注意[:：]\s*此?(?:邮件|郵件)|请考虑环境|请考虑环保|为了环境|"
    r"this (?:e-?mail|message|communication|transmission)|"
    r"the (?:information|contents?)\b.{0,40}\b(?:e-?mail|message)|"
    r"confidential(?:ity)?(?: notice)?\b|disclaimer\b|important(?: notice)?\s*:|"
    r"caution\s*:|warning\s*:\s*(?:this|external)|external (?:e-?mail|sender)|"
    r"you don't often get e?-?mail|please consider the environment|to unsubscribe)",
    re.IGNORECASE,
)
# How lines begin: most are passed over by that, for the patterns are slow.
_LEAD = " \t*【[(<>-"
_OPENERS = frozenset(
    {
        "本电", "本邮", "本郵", "本信", "本電", "此电", "此邮", "此郵", "声明", "免责",
        "免責", "保密", "外部", "注意", "请考", "为了", "th", "co", "di", "im", "ca",
        "wa", "ex", "yo", "pl", "to",
    }
)  # fmt: skip
_SINGLE_OPENERS = frozenset("发發传傳从從来sSgG获")
_MEANS = re.compile(
    r"保密|机密|機密|涉密|错收|误收|誤收|错误地?收|非本邮件|收件人|发件人|转发|泄露|"
    r"刪除|删除|外部|谨慎|打印|confidential|privileged|"
    r"intended (?:recipient|solely|only)|"
    r"addressee|in error|delete|outside|external|unknown sender|print|liab|"
    r"unsubscribe|learn why",
    re.IGNORECASE,
)
# What opens like this can hardly be anything else.
_SURELY = re.compile(
    r"[\s*【\[(<>-]*(?:caution|warning|external|外部|声明|免责|免責|保密|confidential|"
    r"disclaimer|please consider|请考虑|you don't|to unsub)",
    re.IGNORECASE,
)


def part_footer(text: str) -> tuple[str, str]:
    """Part what a person wrote from what programs and offices add: (text, footer).

    Nothing is lost: each line is in one of the two, in its order.
    """
    if not text or not has_footer(text):
        return text.strip("\n"), ""
    lines = text.split("\n")
    cut = _signature(lines)
    kept: list[str] = []
    footer: list[str] = []
    taking = False  # inside a paragraph that is a disclaimer
    tries = MOST_TRIES
    for number, line in enumerate(lines[:cut]):
        written = line.strip()
        if not written:
            (footer if taking else kept).append(line)
            taking = False
            continue
        if (
            not taking
            and tries
            and line.lstrip(_LEAD)[:2].lower() in _OPENERS
            and _OPENS.match(line)
        ):
            taking = _is_disclaimer(lines, number, cut)
            tries -= 1
        if taking or (written[0] in _SINGLE_OPENERS and _is_single(line)):
            footer.append(line)
        else:
            kept.append(line)
    footer.extend(lines[cut:])
    return "\n".join(kept).strip("\n"), "\n".join(footer).strip("\n")


def _is_single(line: str) -> bool:
    if len(line) > LONGEST_SINGLE:
        return False
    return _SINGLE.fullmatch(line.strip()) is not None


def _is_disclaimer(lines: list[str], number: int, end: int) -> bool:
    paragraph: list[str] = []
    for line in lines[number : min(end, number + 30)]:
        if not line.strip():
            break
        paragraph.append(line)
    whole = " ".join(paragraph)
    # "本邮件附上…" and "This message is to …" open letters, too: a disclaimer also
    # speaks of secrecy, mistakes or strangers, and asks nobody anything.
    meant = len(set(_MEANS.findall(whole.lower())))
    return meant >= (1 if _SURELY.match(whole) else 2) and not re.search("[?？]", whole)


def _signature(lines: list[str]) -> int:
    """Give the line where the signature or the list's footer begins, else the end."""
    cut, below = len(lines), 0
    for number in range(len(lines) - 1, -1, -1):
        if not lines[number].strip():
            continue
        if below > LONGEST_SIGNATURE:
            break
        if below and lines[number].strip()[:1] in "-—_" and _cuts(lines[number]):
            cut = number
        below += 1
    return cut


def _cuts(line: str) -> bool:
    return bool(_DELIMITER.fullmatch(line) or _LIST.fullmatch(line.strip()))
