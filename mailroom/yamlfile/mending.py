"""Mends one line of a file in memory, where the cause of YAML's riddle is known."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mailroom.errors import Text, text
from mailroom.yamlfile.other_names import is_a_name

COLON_TYPO = re.compile(r"^(\s*(?:- +)*[A-Za-z_][\w-]*)(\s*：\s*|:(?=[^\s:/]))")
_CHINESE_KEY = re.compile(r"^(\s*(?:- +)*[\u4e00-\u9fff]{1,8})(\s*：\s*)")
_BRACKET = re.compile(r"\s*(?:- +)*(?:[\w-]+: +|[\[{].*)?([｛［])")
_COLON_IN_BRACES = re.compile(r"(.*?[\[{,，；、]\s*[A-Za-z_][\w-]*)(\s*：\s*)")
_NARROW = str.maketrans("｛｝［］【】", "{}[][]")
_LEFT_OUT = str.maketrans("", "", "｛［【")
_DASH = re.compile(r"\s*([－—–―−‐‑•·]{1,2}|-(?=\S))\s*(?=([A-Za-z_][\w-]*\s*[:：])?)")
_OTHER_SPACES = "\t\u3000\xa0"
_SPACE_WITHIN = re.compile(
    rf"( *(?:- +)*(?:[A-Za-z_][\w-]*:|-)) *([{_OTHER_SPACES}]\s*)(?=\S)"
)
# How many spaces somebody may have meant by one sign, the likeliest first.
_MEANT_BY_TAB, _MEANT_BY_WIDE = (2, 4, 8), (2, 1, 4)
_BEGINS = re.compile(r"( *)(?:- +)*(?=\S)")
_OPENS_A_TEXT = re.compile(r"(?:: |- )[|>][-+\d]*(?: +#.*| *)$")
CURLY = "“”‘’＂＇"
_CURLY_TO_STRAIGHT = str.maketrans(dict.fromkeys(CURLY, '"'))
_CURLY_VALUE = re.compile(rf"\s*(?:- +)*(?:[\w-]+: +)?([{CURLY}])")

CORNERS = re.compile("「[^「」]*」|『[^『』]*』")

WIDE = text("This is the full-width colon “：”. Type “: ” (colon, space).")
SPACE = text("A space is missing after the colon.")
STRAIGHT = text("These are curly quotes. Type straight quotes: ' or \".")
NO_QUOTES = text(
    "「」 are no quotes here: type ' or \". Where they belong to the text, put straight"
    " quotes around them."
)
WIDE_BRACKET = text("This is a full-width bracket. Type { } or [ ].")
_NOTE = text("Behind “#” stands a note only; put a text with this sign in quotes.")
_TAB = text("There is a TAB here. Use spaces to indent.")
_WIDE_SPACE = text("This is a full-width space. Type ordinary (half-width) spaces.")
_HYPHEN = text("This is not the hyphen. Type “- ” before what stands in a list.")
_DASH_SPACE = text("A space is missing after the “-”: type “- ”.")
INDENT_CODES = frozenset({"Y011", "Y022"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """What was wrong with a line, and the line as it was meant."""

    column: int  # from 1
    code: str
    why: Text
    line: str


def mend(lines: Sequence[str], number: int) -> Mended | None:
    """Mend what a keyboard or an input method has done; None where it is not that."""
    line = lines[number]
    return (
        mend_indent(lines, number)
        or _mend_space(line)
        or _mend_colon(line)
        or _mend_signs(_CURLY_VALUE.match(line), "Y013", STRAIGHT, _CURLY_TO_STRAIGHT)
        or _mend_signs(_BRACKET.match(line), "Y019", WIDE_BRACKET, _NARROW)
        or _mend_listed(lines, number)
    )


def is_pasted(lines: Sequence[str], number: int) -> bool:
    """Say whether a line is of a text below “|” or “>”, which may hold anything."""
    begins = re.match(" *", lines[number])
    indent = begins.end() if begins else 0
    for line in reversed(lines[:number]):
        above = _BEGINS.match(line)
        if above and above.end() < indent:
            if _OPENS_A_TEXT.search(line):
                return True
            indent = above.end()
        if not indent:
            break
    return False


def _mend_space(line: str) -> Mended | None:
    space = _SPACE_WITHIN.match(line)
    if space is None:
        return None
    code, why = ("Y011", _TAB) if "\t" in space[2] else ("Y022", _WIDE_SPACE)
    return _mended(space.start(2), code, why, f"{space[1]} {line[space.end() :]}")


def _mend_colon(line: str) -> Mended | None:
    colon = COLON_TYPO.match(line)
    if colon:
        return _mended_colon(colon, line, WIDE if "：" in colon[2] else SPACE)
    colon = _CHINESE_KEY.match(line)
    if colon and is_a_name(re.sub(r"[\s-]", "", colon[1])):
        return _mended_colon(colon, line, WIDE)
    return None


def _mend_signs(
    sign: re.Match[str] | None, code: str, why: Text, others: Mapping[int, int | str]
) -> Mended | None:
    if sign is None:
        return None
    return _mended(sign.start(1), code, why, sign.string.translate(others))


def _mend_listed(lines: Sequence[str], number: int) -> Mended | None:
    dash = _DASH.match(lines[number])
    if dash and (dash[2] or _stands_in_a_list(lines, number)):
        return mend_dash(lines[number])
    return None


def mend_indent(lines: Sequence[str], number: int) -> Mended | None:
    """Indent a line by spaces that begins with TABs or full-width spaces.

    It comes to stand where a line may begin below those above it.
    """
    line = lines[number]
    rest = line.lstrip(f" {_OTHER_SPACES}")
    indent = line[: len(line) - len(rest)]
    others = [place for place, sign in enumerate(indent) if sign != " "]
    if not others or not rest:
        return None
    tab = "\t" in indent
    widths = [
        len(indent) - len(others) + len(others) * each
        for each in (_MEANT_BY_TAB if tab else _MEANT_BY_WIDE)
    ]
    open_here = _may_begin(lines[:number], in_list=rest.startswith("- "))
    width = next((each for each in widths if open_here(each)), widths[0])
    code, why = ("Y011", _TAB) if tab else ("Y022", _WIDE_SPACE)
    return _mended(others[0], code, why, " " * width + rest)


def _may_begin(above: Sequence[str], *, in_list: bool) -> Callable[[int], bool]:
    """Tell at which columns a line may begin below others; `in_list`: with “- ”."""
    begun: set[int] = set()
    deeper, least = -1, 10_000
    for line in reversed(above):
        words = line.strip()
        begins = _BEGINS.match(line)
        if not words or words.startswith("#") or not begins:
            continue
        if not begun and words.endswith((":", "：")):
            deeper = begins.end()
        if len(begins[1]) < least:
            least = len(begins[1])
            begun.add(least if in_list else begins.end())
        if not least:
            break
    return lambda column: column > deeper >= 0 or column in begun


def mend_dash(line: str) -> Mended | None:
    """Write “- ” where another dash begins what stands in a list, or no space."""
    dash = _DASH.match(line)
    if dash is None:
        return None
    meant = f"{line[: dash.start(1)]}- {line[dash.end() :]}"
    why = _DASH_SPACE if dash[1] == "-" else _HYPHEN
    return _mended(dash.start(1), "Y020", why, meant)


def _stands_in_a_list(lines: Sequence[str], number: int) -> bool:
    """Say whether the next line above that says something begins with “- ” as well."""
    above = (line for line in reversed(lines[:number]) if line.strip())
    line, indent = next(above, ""), re.match(" *", lines[number])
    return indent is not None and line.startswith(f"{indent[0]}- ")


def mend_brackets(lines: Sequence[str], number: int) -> Mended | None:
    """Mend a line in whose { } or [ ] YAML lost its way."""
    line = lines[number]
    wide = re.search("[｛｝［］]", line)
    if wide:
        meant = line.translate(_NARROW)
        return _mended(wide.start(), "Y019", WIDE_BRACKET, meant)
    colon = _COLON_IN_BRACES.match(line)
    if colon:
        return _mended_colon(colon, line, WIDE)
    mark = re.search("[，；、]", line)
    if mark:
        meant = re.sub("[，；、] *", ", ", line)
        return _mended(mark.start(), "Y017", no_parting(mark[0]), meant)
    sign = re.search(r"[\[{][^'\"]*?( #)", line)
    if sign:
        return _mended(sign.start(1) + 1, "Y021", _NOTE, line.replace(" #", " ", 1))
    return None


def mend_wide_brackets(line: str) -> Mended | None:
    """Write [ ] and { } for the full-width ones, and for 【】.

    One that nothing closes is left out: what is around it can be read on.
    """
    wide = re.search("[｛［【]", line)
    if wide is None:
        return None
    closed = re.search("[｝］】]", line[wide.end() :])
    meant = line.translate(_NARROW if closed else _LEFT_OUT)
    return _mended(wide.start(), "Y019", WIDE_BRACKET, meant)


def no_parting(mark: str) -> Text:
    """Say that a mark does not part the words of a list."""
    return text(
        "“{mark}” does not separate the words of a list. Type “, ”; "
        "where the mark belongs to the text, put the text in quotes.",
        mark=mark,
    )


def _mended_colon(colon: re.Match[str], line: str, why: Text) -> Mended:
    place = colon.start(2) + len(colon[2]) - len(colon[2].lstrip())
    return _mended(place, "Y012", why, f"{colon[1]}: {line[colon.end() :]}")


def _mended(place: int, code: str, why: Text, line: str) -> Mended:
    return Mended(column=place + 1, code=code, why=why, line=line)
