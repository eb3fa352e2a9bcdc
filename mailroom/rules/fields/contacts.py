"""Reads how somebody is reached: telephone, fax, mail, address on the web."""

import re
from collections.abc import Callable, Iterator

from mailroom.rules.fields.found import ADDRESSES, Context, Found, reader, spread

_FLAGS = re.IGNORECASE | re.ASCII
_FREE = r"(?<![\d*#./-])(?<!\d )"  # not within a longer number, nor a masked one
_STOP = r"(?![\d*]|[-.]\d)"
_EXTENSION = r"(?:\s?(?:转|轉|分机|-|ext\.?|x)\s?(?P<ext>\d{1,6}))?"
_MOBILE_CN = re.compile(
    rf"(?=[+\d]){_FREE}(?:\+?(?:00)?86[- ]?)?"
    rf"(?P<n>1[3-9]\d(?:[ -]?\d{{4}}){{2}}){_STOP}",
    _FLAGS,
)
_LANDLINE_CN = re.compile(
    rf"(?=[+(\d]){_FREE}(?:\+?86[- ]?)?(?P<area>\(0\d{{2,3}}\)"
    rf"|0\d{{2,3}}[- ])\s?(?P<n>\d{{4}}[ -]?\d{{3,4}}){_EXTENSION}(?![\d*])",
    _FLAGS,
)
_TOLL_FREE = re.compile(
    rf"(?=[48]){_FREE}(?P<n>[48]00[- ]?\d{{3}}[- ]?\d{{4}}){_STOP}", _FLAGS
)
_ABROAD = re.compile(
    rf"(?<![\d*+])(?P<n>\+(?!86[ -]?1)[1-9]\d{{0,2}}(?:[ -]?\(\d{{1,4}}\))?"
    rf"(?:[ -]?\d{{1,5}}){{2,6}}){_STOP}",
    _FLAGS,
)
_UK = re.compile(
    rf"(?=[(0]){_FREE}(?P<n>\(?0(?:2\d\)?[ -]?\d{{4}}[ -]?\d{{4}}"
    rf"|7\d{{3}}\)?[ -]?\d{{3}}[ -]?\d{{3}}|[13]\d{{2,3}}\)?[ -]\d{{3}}[ -]?\d{{3,4}}))"
    rf"{_EXTENSION}{_STOP}",
    _FLAGS,
)
_LABEL = (
    r"(?:电话|電話|联系(?:方式|电话)?|聯絡|热线|熱線|致电|致電|来电|來電|总机|座机|手机"
    r"|查询|查詢"
    r"|\btel(?:ephone)?\b|\bphone\b|\bcall(?: me)?(?: on)?\b|\bring\b|\bnumber\b"
    r"|\bmob(?:ile)?\b)"
)
_LABELLED = re.compile(
    r"(?=[电電联聯热熱致来來总座手查tpcrnm])"
    rf"{_LABEL}(?:号码|為|为|是|请拨打|:|\.|\s|\bon\b){{0,6}}(?P<n>\d{{4}}[ -]\d{{4}}"
    rf"|[2-9]\d{{6,7}}|(?:95|96|10|12)\d{{3}}(?:-\d{{1,2}})?){_EXTENSION}(?![\d*-])",
    _FLAGS,
)
# 2555 0560 of Hong Kong stands bare at the end of a line, under or beside a name.
_AT_THE_END = re.compile(
    r"(?<=[\u4e00-\u9fff)] )(?P<n>[2-9]\d{3} \d{4})[ \t]{0,4}(?=\n|\Z)", re.ASCII
)
_FAX = re.compile(
    r"(?<![/、和及&])(?:传真|傳真|\bfax\b)(?!\s?[/、和及&])(?:号码|号|至|到|no|number|:"
    r"|\.|\s){0,4}$",
    _FLAGS,
)


def _telephones(text: str, context: Context) -> Iterator[tuple[Found, bool]]:
    """Give every number, and whether it is a fax's."""
    # 020 is Guangzhou and London.
    british = _each(text, _UK, _squeezed) if context.language == "en" else ()
    found = [
        *british,
        *_each(text, _MOBILE_CN, _digits),
        *_each(text, _LANDLINE_CN, _landline),
        *_each(text, _TOLL_FREE, _digits_grouped),
        *_each(text, _ABROAD, _squeezed),
        *_each(text, _UK, _squeezed),
        *_each(text, _LABELLED, _squeezed),
        *_each(text, _AT_THE_END, _squeezed),
    ]
    for one in spread(found):
        head = text[max(0, one.start - 16) : one.start]
        yield one, bool(_FAX.search(head))


def _each(
    text: str, pattern: re.Pattern[str], write: Callable[[re.Match[str]], str]
) -> Iterator[Found]:
    for match in pattern.finditer(text):
        start = match.start("n") if pattern is _LABELLED else match.start()
        yield Found(value=write(match), start=start, end=match.end())


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match["n"])


def _digits_grouped(match: re.Match[str]) -> str:
    plain = _digits(match)
    return f"{plain[:3]}-{plain[3:6]}-{plain[6:]}"


def _landline(match: re.Match[str]) -> str:
    area = re.sub(r"\D", "", match["area"])
    return f"{area}-{_digits(match)}" + (f"-{match['ext']}" if match["ext"] else "")


def _squeezed(match: re.Match[str]) -> str:
    plain = " ".join(match["n"].split())
    extension = match.groupdict().get("ext")
    return plain + (f" ext {extension}" if extension else "")


def _phones(text: str, context: Context) -> Iterator[Found]:
    return (found for found, fax in _telephones(text, context) if not fax)


def _mobiles(text: str, _: Context) -> Iterator[Found]:
    return _each(text, _MOBILE_CN, _digits)


def _faxes(text: str, context: Context) -> Iterator[Found]:
    return (found for found, fax in _telephones(text, context) if fax)


def _emails(text: str, _: Context) -> Iterator[Found]:
    for match in ADDRESSES.finditer(text):
        if "@" in match[0] and "/" not in match[0]:
            local, _at, domain = match[0].strip(".-").rpartition("@")
            yield Found(
                value=f"{local}@{domain.lower()}", start=match.start(), end=match.end()
            )


def _links(text: str, _: Context) -> Iterator[Found]:
    for match in ADDRESSES.finditer(text):
        link = match[0].rstrip(".,;:!?)>]'\"")
        if "@" not in match[0] or "/" in match[0]:
            yield Found(value=link, start=match.start(), end=match.start() + len(link))


_POSTCODE = re.compile(
    r"(?:邮编|郵編|邮政编码)\s?:?\s?(?P<cn>\d{6})(?!\d)"
    r"|(?<![A-Z0-9])(?P<uk>[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])",
    re.ASCII,
)
_POSTAL = re.compile(
    r"(?:^|(?<=[\s;。,]))(?:(?:通讯|通信|邮寄|收货|收件|联系|办公|公司|送货|注册)?地址"
    r"|\b(?:postal |delivery |office )?address)\s?[::]\s?(?P<n>[^\n;。]{6,80})",
    _FLAGS,
)


def _postcodes(text: str, _: Context) -> Iterator[Found]:
    for match in _POSTCODE.finditer(text):
        group = "cn" if match["cn"] else "uk"
        yield Found(value=match[group], start=match.start(group), end=match.end(group))


def _postal(text: str, _: Context) -> Iterator[Found]:
    for match in _POSTAL.finditer(text):
        value = " ".join(match["n"].split()).rstrip(",. ")
        yield Found(value=value, start=match.start("n"), end=match.end("n"))


read_phone = reader(_phones)
read_mobile = reader(_mobiles)
read_fax = reader(_faxes)
read_email = reader(_emails, addresses=True)
read_link = reader(_links, addresses=True)
read_postcode = reader(_postcodes)
read_postal_address = reader(_postal)
