"""Recognises the elements of a gongwen among the lines of a sheet."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mailroom.words.gongwen.line import HOLE, Line, Rule
from mailroom.words.gongwen.sheet import Sheet

Form = Literal["document", "upward", "letter", "order", "minutes"]
# Article 8 of 《党政机关公文处理工作条例》.
KINDS = "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要"
UPWARD = ("请示", "报告", "议案")
_TOP = 25  # lines in which the head must be over
_BIG, _HUGE = 20, 24  # points: a title, a name at the head
_SMALL = 18  # points: more is no number
_SHORT = 40  # characters of a name
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
    is_sure: bool  # something says that it is this form, and a gongwen at all
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
    head_end = max((e.place for e in (*mark, number, signer) if e), default=-1) + 1
    title = _title(before[head_end:])
    date = _date(before[title[-1].place + 1 if title else head_end :])
    top = before[: title[0].place if title else max(head_end, 3)]
    text_from = title[-1].place + 1 if title else head_end
    matter = before[text_from : date.place if date else None]
    after = before[date.place + 1 :] if date else ()
    red = tuple(rule for rule in sheet.rules if rule.is_red)
    form = _form(mark, number, signer, red, title)
    addressee = None if form == "minutes" else _addressee(matter)
    attachments = _attachments(matter)
    signature = _signature(matter, attachments) if date else None
    taken = {line.place for line in (*attachments, addressee, signature) if line}
    annexes = tuple(line for line in after if _ANNEX.fullmatch(line.said))
    return Paper(
        sheet=sheet,
        form=form,
        is_sure=bool(mark or number or red),
        copy_number=_first(top, lambda line: bool(_COPY.fullmatch(line.said))),
        secrecy=_first(top, lambda line: bool(_SECRET.fullmatch(line.said))),
        urgency=_first(top, lambda line: bool(_URGENT.fullmatch(line.said))),
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
            line.size >= _HUGE or bool(re.fullmatch(r"\S{2,20}文件", line.said))
        ),
    )
    return (black,) if black else ()


def _number(lines: Sequence[Line], mark: Sequence[Line]) -> Line | None:
    top = lines[:_TOP]
    words = _first(
        top, lambda line: bool(NUMBER.match(line.said)) and line.size <= _SMALL
    )
    if words:
        rest = NUMBER.sub("", words.said, count=1).strip()
        return words if not rest or _SIGNER.match(rest) else None
    start = mark[-1].place + 1 if mark else len(lines)
    return _first(
        lines[start : start + 2],
        lambda line: line.said == HOLE and line.size <= _SMALL,
    )


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


def _date(lines: Sequence[Line]) -> Line | None:
    dates = [line for line in lines if _is_date(line)]
    placed = [line for line in dates if line.align == "right" or line.right > 1]
    found = placed or dates
    return found[-1] if found else None


def _is_date(line: Line) -> bool:
    if _DATE.fullmatch(line.said):
        return True
    return line.said == HOLE and bool(_DATE_TAG.search(line.tags[0].lower()))


def _addressee(lines: Sequence[Line]) -> Line | None:
    if not lines:
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
        if not _NEXT_ATTACHED.match(line.said) or line.align in {"right", "center"}:
            break
        found.append(line)
    if found[-1].said == HOLE and found[-1].right > 1:
        found.pop()  # the name of the issuer
    return tuple(found)


def _signature(lines: Sequence[Line], attachments: Sequence[Line]) -> Line | None:
    if not lines or lines[-1] in attachments:
        return None
    last = lines[-1]
    is_name = len(last.said) <= _SHORT and not last.said.endswith(("。", "：", "."))
    return last if is_name and (last.align == "right" or last.right > 1) else None


def _form(
    mark: Sequence[Line],
    number: Line | None,
    signer: Line | None,
    red: Sequence[Rule],
    title: Sequence[Line],
) -> Form:
    name = "".join(line.said for line in mark)
    last = "".join(line.said for line in title)
    if name.endswith("纪要"):
        return "minutes"
    if name.endswith(("命令", "令")):
        return "order"
    at_the_right = number is not None and signer is None and number.align == "right"
    if not name.endswith("文件") and (
        at_the_right or len(red) > 1 or any(rule.is_double for rule in red)
    ):
        return "letter"
    return "upward" if signer or last.endswith(UPWARD) else "document"
