"""Reads the marks of official papers: 发文字号, 密级 with its term, 紧急程度.

A document number is the letter's own, or one that it cites: 根据…号, …号同时废止,
…号收悉.
"""

import re
from collections.abc import Iterator

from mailroom.rules.fields.found import Context, Found, reader

_FLAGS = re.IGNORECASE | re.ASCII
_HAN = "\u4e00-\u9fff"
_OPEN, _CLOSE = r"[〔\[【(〖{]", r"[〕\]】)〗}]"
_NUMBER_ZH = re.compile(
    rf"(?P<org>[{_HAN}][{_HAN} ]{{1,15}}?)\s?{_OPEN}\s?(?P<year>20\d\d)\s?{_CLOSE}\s?"
    r"(?P<no>第?\s?\d{1,5})\s?[号號]",
    re.ASCII,
)
_NUMBER_HK = re.compile(
    r"(?P<kind>通告|通函|通知|公告|函件)\s?第\s?(?P<no>\d{1,4})\s?/\s?"
    r"(?P<year>20\d\d)\s?[号號]",
    re.ASCII,
)
_NUMBER_EN = re.compile(
    r"\b(?P<kind>Circular|Notice|Memorandum|Order|Bulletin"
    r"|Directive)\s(?:Letter\s)?No\.?\s?"
    r"(?P<no>(?:[A-Z]{2,6}\s)?\d{1,4}(?:\s?/\s?20\d\d|\s?\(20\d\d\)|\sof\s20\d\d))",
    _FLAGS,
)
# Prose before an agency's short name: 根据江政办发, 现将江应急函.
_PROSE = re.compile(
    f"^[{_HAN} ]*(?:贵(?:公司|单位|集团|[局委司方院校部处会])|你(?:单位|公司|局)|根据"
    f"|按照|依据|依照|贯彻|落实|遵照|参照|执行|转发|废止|印发|收到|现将|有关|关于|以及"
    f"|见|按|的|及|和|与|由|经|附|以|号|是|为|在|对|将|把|或|从|据"
    f"|[来发收行本该附]文)(?=[{_HAN} ]{{2}})"
)
_ORGAN_END = re.compile(
    "(?:发|函|办|字|文|令|督|电|通|纪|告|批|议|联|呈|报|示|党|组|规|建|财|人|安|监|消"
    "|税|商|教|要|限|罚|责|综|政|工|改|急)$"
)
_CITING = re.compile(
    "(?:根据|按照|依据|依照|贯彻|落实|遵照|参照|执行|按|据|响应|转发|对照"
    "|违反)[^。;!?\n]{0,40}$|(?:来函|贵[^。;\n]{0,4}函)[^。;\n]{0,6}$"
)
_CITED = re.compile(
    "[)》]{0,2}(?:文件?)?(?:的)?(?:要求|规定|精神|同时废止|废止|停止执行|收悉|已收悉"
    "|文收悉|自本)|[^。\n]{0,12}同时废止"
)


def _numbers(text: str) -> Iterator[tuple[Found, bool]]:
    """Give every document number, and whether the letter only cites it."""
    for match in _NUMBER_ZH.finditer(text):
        alone = _LINE_BEGINS.search(text, max(0, match.start() - 10), match.start())
        ends = _LINE_ENDS.match(text, match.end())
        org = _organ(match["org"], alone=bool(alone and ends))
        if org is None:
            continue
        start = match.end("org") - len(match["org"]) + match["org"].rindex(org)
        number = "".join(match["no"].split())
        value = f"{org.replace(' ', '')}〔{match['year']}〕{number}号"
        yield _one(text, value, start, match.end())
    for match in _NUMBER_HK.finditer(text):
        value = f"{match['kind']}第{match['no']}/{match['year']}號"
        yield _one(text, value, match.start(), match.end())
    for match in _NUMBER_EN.finditer(text):
        value = f"{match['kind'].capitalize()} No. {' '.join(match['no'].split())}"
        yield _one(text, value, match.start(), match.end())


_LINE_BEGINS = re.compile(r"(?:^|\n)[ \t]{0,8}$")
_LINE_ENDS = re.compile(r"[ \t]{0,8}(?:\n|$)")
_SHORT_NAME = range(2, 9)  # characters: 临公特, 江经开函
_LEADING = re.compile(
    "^(?:根据|按照|依据|依照|贯彻|落实|遵照|参照|执行|转发|印发|收到|现将|关于"
    "|[来发收行本该附贵]文|贵(?:公司|单位|[局委司方院校部处会]))"
)


def _organ(words: str, *, alone: bool = False) -> str | None:
    # On a line of its own stands the number alone, whatever its organ is called.
    if alone and len(words.strip()) in _SHORT_NAME and not _LEADING.match(words):
        return words.strip()
    prose = _PROSE.match(words)
    organ = (words[prose.end() :] if prose else words).strip()
    return organ if len(organ) >= 2 and _ORGAN_END.search(organ) else None  # noqa: PLR2004


def _one(text: str, value: str, start: int, end: int) -> tuple[Found, bool]:
    head = text[max(0, start - 50) : start].rsplit("\n", 1)[-1]
    cited = bool(_CITING.search(head) or _CITED.match(text, end))
    return Found(value=value, start=start, end=end), cited


_TITLE = re.compile(r"》\s?[(〔\[【]?\s?$")


def _own(text: str, _: Context) -> Iterator[Found]:
    """Give the letter's own numbers, else those behind the title of a paper.

    转发《…的通知》(临住建〔2026〕38号) passes on the paper of another.
    """
    own = [found for found, cited in _numbers(text) if not cited]
    first = [one for one in own if not _TITLE.search(text[: one.start][-4:])]
    return iter(first or own)


def _cited(text: str, _: Context) -> Iterator[Found]:
    return (found for found, cited in _numbers(text) if cited)


_BLANK = r"[ \t]{0,8}"
_LEVEL = r"(?P<{0}>绝\s{{0,4}}密|[机機]\s{{0,4}}密|秘\s{{0,4}}密)"
_TERM = r"(?:[★☆][ \t]{{0,3}}(?P<{0}>\d{{1,2}}\s?(?:年|个月|月|日)|长期|長期)?)"
_LABEL = rf"密{_BLANK}[级級](?:和保密期限)?{_BLANK}:?{_BLANK}"
# A mark stands on its own line, before ★ and its term, after its label, or in brackets
# before a title.
_SECRET = re.compile(
    rf"(?m:^){_BLANK}(?:{_LABEL})?{_LEVEL.format('a')}{_BLANK}{_TERM.format('t')}?{_BLANK}(?m:$)"
    rf"|{_LEVEL.format('b')}[ \t]?{_TERM.format('u')}"
    rf"|{_LABEL}{_LEVEL.format('c')}(?!协议|文件|工作)"
    rf"|\A\s{{0,4}}[(\[【〔<《]\s{{0,2}}{_LEVEL.format('d')}\s{{0,2}}"
    r"(?:[★☆][^)\]】〕>》\n]{0,6})?[)\]】〕>》]",
    re.ASCII,
)


def _secrecy(text: str, _: Context) -> Iterator[Found]:
    """Find marks of secrecy; `unit` is the term."""
    for match in _SECRET.finditer(text):
        level = match["a"] or match["b"] or match["c"] or match["d"]
        term = match["t"] or match["u"] or ""
        yield Found(
            value="".join(level.split()).replace("機", "机"),
            start=match.start(),
            end=match.end(),
            unit="".join(term.split()),
        )


def _terms(text: str, context: Context) -> Iterator[Found]:
    for found in _secrecy(text, context):
        if found.unit:
            yield Found(value=found.unit, start=found.start, end=found.end)


_URGENT = re.compile(
    r"[【(\[〔]\s?(?P<a>特提|特急|加急|急件|平急)\s?[】)\]〕]"
    r"|(?:紧急程度|緊急程度|急\s{0,4}度|等级|缓急)\s{0,2}:?\s{0,2}(?P<b>特提|特急|加急"
    r"|急件|平急)"
    r"|(?m:^)[ \t]{0,8}(?P<c>特\s?提|特\s?急|加\s?急|平\s?急|急\s?件)[ \t]{0,8}(?m:$)",
    re.ASCII,
)


def _urgency(text: str, _: Context) -> Iterator[Found]:
    for match in _URGENT.finditer(text):
        word = match["a"] or match["b"] or match["c"]
        yield Found(value="".join(word.split()), start=match.start(), end=match.end())


read_doc_no = reader(_own)
read_ref_doc_no = reader(_cited)
read_security_level = reader(_secrecy)
read_security_term = reader(_terms)
read_urgency = reader(_urgency)
