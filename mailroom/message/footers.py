"""Tells signatures, disclaimers, warnings of gateways from what a person wrote."""

import re

MOST_TRIES = 50  # paragraphs of one text that are weighed as disclaimers
LONGEST_SIGNATURE = 15  # lines under "--"; more is text that somebody parted by dashes

_DELIMITER = re.compile(r"-- ?|—— ?|__ ?")
_LIST = re.compile(r"_{40,}")
_SINGLE = re.compile(
    r"(?:发自|發自|发送自|传送自|傳送自|来自|从|從)\s*(?:我的)?\s*\S{0,12}\s*"
    r"(?:iphone|ipad|华为|荣耀|小米|redmi|oppo|vivo|手机|手機|邮箱|郵箱|foxmail|outlook|mail master|网易邮箱大师|安卓|android)"
    r"\S{0,12}\s*(?:发送|傳送)?[。.]?"
    r"|sent (?:from|via) (?:my )?\S{1,20}(?: \S{1,20}){0,4}|get outlook for \S+(?:<[^>]{0,200}>)?"
    r"|获取 ?outlook ?for ?\S+",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"[\s*【\[(<>-]*(?:"
    r"本(?:电子)?(?:邮件|郵件|邮件|信件)|此(?:电子)?(?:邮件|郵件)|本電子郵件|【?声明】?|免责声明|免責聲明|保密(?:声明|提示|条款)|"
    r"this (?:e-?mail|message|communication|transmission)|the (?:information|contents?)\b.{0,40}\b(?:e-?mail|message)|"
    r"confidential(?:ity)?(?: notice)?\b|disclaimer\b|important(?: notice)?\s*:|"
    r"caution\s*:|warning\s*:\s*(?:this|external)|external (?:e-?mail|sender)|外部邮件|外部郵件|注意[:：]\s*此?(?:邮件|郵件)|"
    r"you don't often get e?-?mail|"
    r"please consider the environment|请考虑环境|请考虑环保|为了环境|to unsubscribe)",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"保密|机密|機密|涉密|错收|误收|誤收|错误地?收|非本邮件|收件人|发件人|转发|泄露|刪除|删除|外部|谨慎|打印|"
    r"confidential|privileged|intended (?:recipient|solely|only)|addressee|in error|delete|outside|"
    r"external|unknown sender|print|liab|unsubscribe|learn why",
    re.IGNORECASE,
)


def part_footer(text: str) -> tuple[str, str]:
    """Part what a person wrote from what programs and offices add: (text, footer).

    Nothing is lost: each line is in one of the two, in its order.
    """
    lines = text.split("\n")
    cut = _signature(lines)
    kept: list[str] = []
    footer: list[str] = []
    taking = False  # inside a paragraph that is a disclaimer
    tries = MOST_TRIES
    for number, line in enumerate(lines[:cut]):
        if not line.strip():
            (footer if taking else kept).append(line)
            taking = False
            continue
        if not taking and tries and _OPENS.match(line):
            taking = _is_disclaimer(lines, number, cut)
            tries -= 1
        if taking or (len(line) < 100 and _SINGLE.fullmatch(line.strip())):
            footer.append(line)
        else:
            kept.append(line)
    footer.extend(lines[cut:])
    return "\n".join(kept).strip("\n"), "\n".join(footer).strip("\n")


def _is_disclaimer(lines: list[str], number: int, end: int) -> bool:
    paragraph: list[str] = []
    for line in lines[number : min(end, number + 30)]:
        if not line.strip():
            break
        paragraph.append(line)
    whole = " ".join(paragraph)
    # "本邮件附上…" and "This message is to …" open letters, too: it must also speak of
    # secrecy, mistakes, strangers, and must not ask anybody anything.
    return (
        len(set(_MEANS.findall(whole.lower()))) >= _needed(whole)
        and "?" not in whole
        and "？" not in whole
    )


def _needed(whole: str) -> int:
    sure = re.match(
        r"[\s*【\[(<>-]*(?:caution|warning|external|外部|【?声明|免责|免責|保密|confidential|disclaimer|"
        r"please consider|请考虑|you don't|to unsub)",
        whole,
        re.IGNORECASE,
    )
    return 1 if sure else 2


def _signature(lines: list[str]) -> int:
    """Give the line where the signature or the list's footer begins, else the end."""
    cut, below = len(lines), 0
    for number in range(len(lines) - 1, -1, -1):
        if not lines[number].strip():
            continue
        if below > LONGEST_SIGNATURE:
            break
        if below and _cuts(lines[number]):
            cut = number
        below += 1
    return cut


def _cuts(line: str) -> bool:
    return bool(_DELIMITER.fullmatch(line) or _LIST.fullmatch(line.strip()))
