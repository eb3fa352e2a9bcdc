"""Recognises the elements of a gongwen among the lines of a sheet."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mailroom.words.gongwen.fonts import HEITI
from mailroom.words.gongwen.line import HOLE, Line, Rule
from mailroom.words.gongwen.sheet import Sheet

Form = Literal["document", "upward", "letter", "order", "minutes"]
# Article 8 of 《党政机关公文处理工作条例》.
KINDS = "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要"
UPWARD = ("请示", "报告", "议案")
_TOP = 25  # lines in which the head must be over
_BIG = 20  # points: a title, a name at the head
_SMALL = 18  # points: more is no number
RIGHT_HALF = 10  # characters from the left: name and date stand beyond
_UNDER = 4  # lines between name or number and the red rule at most
_SHORT = 40  # characters of a name
_LABEL = 6  # characters: "列席人员："
_LONG = 200  # characters: more is no title

NUMBER = re.compile(
    rf"(?P<code>[^\s\d〔〕\[\]［］()（）【】{HOLE}]{{1,20}}|[^\s〔〕]{{0,20}}{HOLE}[^\s〔〕]{{0,20}}?)"
    rf"[〔\[［(（【﹝]?(?:\d{{2,4}}|{HOLE})年?[〕\]］)）】﹞]?第?(?:\d+|{HOLE})号"
)
_RECORD = re.compile(r"(?:抄送|分送|主送)\s*[：:]")
_DATE = re.compile(
    r"[\d０-９〇零○Ｏ一二三四五六七八九十]{2,4}\s*年\s*[\d０-９一二三四五六七八九十]{1,3}\s*月"
    r"\s*[\d０-９一二三四五六七八九十]{1,3}\s*日|\d{4}[-./]\d{1,2}[-./]\d{1,2}"
)
_ATTACHED = re.compile(r"附\s*件\s*[：:]|附\s*件\s*1?\s*[.．、]")
_NEXT_ATTACHED = re.compile(rf"(?:\d+|{HOLE})\s*[.．、]|{HOLE}")
_ANNEX = re.compile(rf"附\s*件\s*(?:\d+|{HOLE})?")
_SIGNER = re.compile(r"签发人")
_COPY = re.compile(r"(?:No\.?|№|份号[：:]?)?\s*\d{1,10}")
_SECRET = re.compile(r".{0,4}密(?:级)?.{0,10}|内部.{0,4}")
_URGENT = re.compile(r".{0,6}急.{0,4}")
_DATE_TAG = re.compile(r"date|日期|today")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The elements of one gongwen; None or empty: it was not found."""

    sheet: Sheet
    form: Form
    is_sure: bool  # at least two of name, number, red rule show a gongwen
    copy_number: Line | None  # 份号
    secrecy: Line | None  # 密级和保密期限
    urgency: Line | None  # 紧急程度
    mark: tuple[Line, ...]  # 发文机关标志
    number: Line | None  # 发文字号
    signer: Line | None  # 签发人, perhaps on the line of the number
    red_rules: tuple[Rule, ...]
    title: tuple[Line, ...]
    addressee: Line | None  # 主送机关
    body: tuple[Line, ...]  # 正文
    attachments: tuple[Line, ...]  # 附件说明
    signature: Line | None  # 发文机关署名
    date: Line | None  # 成文日期
    note: Line | None  # 附注
    annexes: tuple[Line, ...]  # the words "附件1" above an annex
    record: tuple[Line, ...]  # 版记


def recognise(sheet: Sheet) -> Paper:
    """Find the elements, by their words, looks and order."""
    lines = sheet.lines
    record = _record(lines)
    before = lines[: record[0].place] if record else lines
    mark = _mark(before)
    number = _number(before, mark)
    signer = _first(before[:_TOP], lambda line: bool(_SIGNER.search(line.said)))
    red = _red_rules(sheet.rules)
    head_end = max((e.place for e in (*mark, number, signer) if e), default=-1) + 1
    if red and red[0].above <= head_end + _UNDER:
        head_end = max(head_end, red[0].above)
    title = _title(before[head_end:])
    top = before[: title[0].place if title else max(head_end, 3)]
    text_from = title[-1].place + 1 if title else head_end
    form = _form(mark, number, signer, red, title)
    date, matter, after = _dated(before[text_from:])
    if form == "minutes":  # dated at the head, if at all
        date, matter, after = _head_date(top), before[text_from:], ()
    addressee = None if form == "minutes" else _addressee(matter)
    attachments = _attachments(matter)
    signature = _signature(matter, attachments) if date else None
    taken = {line.place for line in (*attachments, addressee, signature) if line}
    annexes = tuple(line for line in after if _ANNEX.fullmatch(line.said))
    return Paper(
        sheet=sheet,
        form=form,
        is_sure=(bool(mark), number is not None, bool(red)).count(True) > 1,
        copy_number=_named(top, _COPY, "copy_no", "份号"),
        secrecy=_named(top, _SECRET, "secrecy", "密级"),
        urgency=_named(top, _URGENT, "urgency", "紧急"),
        mark=mark,
        number=number,
        signer=signer,
        red_rules=red,
        title=title,
        addressee=addressee,
        body=tuple(m for m in matter if m.place not in taken and not m.in_table),
        attachments=attachments,
        signature=signature,
        date=date,
        note=_first(
            after[: annexes[0].place - after[0].place] if annexes else after,
            lambda line: not line.in_table,
        ),
        annexes=annexes,
        record=record,
    )


def _first(lines: Iterable[Line], fits: Callable[[Line], bool]) -> Line | None:
    return next((line for line in lines if fits(line)), None)


def _named(lines: Sequence[Line], words: re.Pattern[str], *fields: str) -> Line | None:
    """Find a line by its words or, where a tag stands for them, by the field's name."""
    return _first(
        lines,
        lambda line: (
            bool(words.fullmatch(line.said.split("\t")[0].strip()))
            or (
                line.said.startswith(HOLE)
                and any(field in line.tags[0] for field in fields)
            )
        ),
    )


def _red_rules(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Give the red rules; two with no words between are one double rule."""
    found: list[Rule] = []
    for rule in rules:
        if rule.is_red and found and found[-1].above == rule.above:
            found[-1] = replace(found[-1], is_double=True)
        elif rule.is_red:
            found.append(rule)
    return tuple(found)


def _record(lines: Sequence[Line]) -> tuple[Line, ...]:
    found = [line for line in lines[1:] if _is_record(line)]
    return tuple(lines[found[0].place :]) if found else ()


def _is_record(line: Line) -> bool:
    return line.said.endswith("印发") or bool(_RECORD.match(line.said))


def _mark(lines: Sequence[Line]) -> tuple[Line, ...]:
    top = lines[:_TOP]
    red = [line for line in top if line.is_red and line.size >= _SMALL]
    if red:
        end = red[0].place
        while end < len(top) and top[end] in red:
            end += 1
        return tuple(top[red[0].place : end])
    black = _first(
        top[:6],
        lambda line: (
            line.size >= _BIG
            and bool(re.fullmatch(r"\S{1,30}(?:文件|纪要|令)", line.said))
        ),
    )
    return (black,) if black else ()


def _number(lines: Sequence[Line], mark: Sequence[Line]) -> Line | None:
    top = lines[:_TOP]
    words = _first(
        top,
        lambda line: number_words(line) not in {"", HOLE} and line.size <= _SMALL,
    )
    if words:
        return words
    start = mark[-1].place + 1 if mark else len(lines)
    return _first(
        lines[start : start + 2],
        lambda line: number_words(line) == HOLE and line.size <= _SMALL,
    )


def number_words(line: Line) -> str:
    """Return the 发文字号 of a line that may hold more; "" where none is found.

    Beside it stand the signer, in a letter the copy number.
    """
    parts = ["".join(part.split()) for part in re.split(r"\t|签发人.*", line.said)]
    numbers = [part for part in parts if part == HOLE or NUMBER.fullmatch(part)]
    return numbers[-1] if numbers else ""


def _title(lines: Sequence[Line]) -> tuple[Line, ...]:
    start = next((at for at, line in enumerate(lines) if _is_title(line)), None)
    if start is None:
        return ()
    end = start + 1
    while (
        end < len(lines)
        and lines[end].size == lines[start].size
        and lines[end].align == lines[start].align == "center"
    ):
        end += 1
    return tuple(lines[start:end])


def _is_title(line: Line) -> bool:
    if line.is_red or line.in_table:
        return False
    if len(line.said) > _LONG:
        return False
    named = re.fullmatch(rf".*(?:{KINDS})(?:（.*）)?", line.said)
    if line.align == "center":
        return bool(named) or line.size >= _SMALL
    return line.size >= _BIG or bool(named and "关于" in line.said)


def _dated(
    lines: Sequence[Line],
) -> tuple[Line | None, Sequence[Line], Sequence[Line]]:
    """Find the date; give it with the lines before and after."""
    dates = [line for line in lines if _is_date(line) and not line.in_table]
    found = [line for line in dates if _is_at_the_right(line)] or dates
    if not found:
        return None, lines, ()
    at = found[-1].place - lines[0].place
    return found[-1], lines[:at], lines[at + 1 :]


def _head_date(lines: Sequence[Line]) -> Line | None:
    return _first(
        lines,
        lambda line: (
            bool(_DATE.search(line.said))
            or (bool(line.tags) and bool(_DATE_TAG.search(line.tags[-1].lower())))
        ),
    )


def date_words(line: Line) -> str:
    """Return the date of a line, without spaces; a HOLE where a tag fills it."""
    match = _DATE.search(line.said)
    return re.sub(r"\s", "", match[0]) if match else HOLE


def _is_at_the_right(line: Line) -> bool:
    return line.align == "right" or line.right > 1 or line.left > RIGHT_HALF


def _is_date(line: Line) -> bool:
    if _DATE.fullmatch(line.said):
        return True
    return line.said == HOLE and bool(_DATE_TAG.search(line.tags[0].lower()))


def _addressee(lines: Sequence[Line]) -> Line | None:
    if not lines or lines[0].in_table:
        return None
    first = lines[0]
    if first.said.endswith(("：", ":")):
        return None if "如下" in first.said else first
    named = len(first.said) <= _SHORT and not first.said.endswith("。")
    return first if named and not first.indent and len(lines) > 1 else None


def _attachments(lines: Sequence[Line]) -> tuple[Line, ...]:
    first = _first(lines, lambda line: bool(_ATTACHED.match(line.said)))
    if first is None:
        return ()
    found = [first]
    for line in lines[first.place - lines[0].place + 1 :]:
        named = _NEXT_ATTACHED.match(line.said) or _ATTACHED.match(line.said)
        if not named or _is_at_the_right(line) or line.align == "center":
            break
        found.append(line)
    return tuple(found)


def _signature(lines: Sequence[Line], attachments: Sequence[Line]) -> Line | None:
    if not lines or lines[-1] in attachments:
        return None
    last = lines[-1]
    is_name = len(last.said) <= _SHORT and not last.said.endswith(("。", "：", "."))
    return last if is_name and _is_at_the_right(last) else None


def is_label(line: Line) -> bool:
    """Ask whether a line of minutes opens with a word such as 出席： in 黑体."""
    first = line.judged[0]
    words = first.words.strip()
    is_short = len(words) <= _LABEL and len(line.judged) > 1
    return HEITI.fits(first.font) and (is_short or words.endswith("："))


def _form(
    mark: Sequence[Line],
    number: Line | None,
    signer: Line | None,
    red: Sequence[Rule],
    title: Sequence[Line],
) -> Form:
    name = "".join("".join(line.said.split()) for line in mark)  # often spaced out
    last = "".join(line.said for line in title)
    if name.endswith("纪要"):
        return "minutes"
    if name.endswith(("命令", "令")):
        return "order"
    doubled = len(red) > 1 or any(rule.is_double for rule in red)
    at_the_right = number is not None and signer is None and number.align == "right"
    if not name.endswith("文件") and (at_the_right or (mark and doubled)):
        return "letter"
    return "upward" if signer or last.endswith(UPWARD) else "document"
