"""Reads places: the office's own rooms by name and alias, rooms, buildings, floors."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from mailroom.directory import Room
from mailroom.rules.fields.found import Context, Found, reader, spread

MOST_ROOMS = 100  # of one name in one text; a letter with more is a timetable
_FLAGS = re.IGNORECASE | re.ASCII
_CN = "[一二三四五六七八九十]"
_ROOM = re.compile(
    r"(?=[A-Z\d一二三四五六七八九十第东西南北中大小多视贵会會报洽培接])(?:"
    rf"(?:(?:\d{{1,3}}号楼|[A-Z][座栋]|{_CN}{{1,2}}号?楼"
    rf"|\d{{1,2}}[楼层F])\s?)?(?:第?(?:\d{{1,4}}|{_CN}{{1,3}})号?|[东西南北中大小]"
    rf"|多功能|视频|贵宾)?(?:会议室|會議室|报告厅|多功能厅|会议厅|洽谈室|培训室"
    rf"|接待室)(?:\s?[A-Z\d]{{1,4}}(?![A-Z\d]))?"
    r"|(?:\d{1,3}号楼|[A-Z][座栋])\s?\d{3,4}室?"
    r"|\b(?:meeting |conference |training |committee "
    r"|board )?room (?:no\.? ?)?(?:[A-Z]?\d{1,2}\.\d{1,3}[A-Z]?|[A-Z]?\d{1,4}[A-Z]?"
    r"|[A-Z])(?![\w.]\w)"
    r"|\b(?:the )?(?:board ?room|auditorium)\b)",
    _FLAGS,
)
_HOTEL = re.compile(
    "酒店|宾馆|入住|客房|住宿|房间|房型|\\bhotel\\b|\\bcheck[- ]?in\\b|\\bguest ?room",
    _FLAGS,
)
# What stands behind a floor or a building. Listed: in 二楼漏水 nothing is a room.
_ON_THE_FLOOR = (
    r"(?: ?\d{3,4}室| ?(?:[东西南北]侧)?"
    rf"(?:第?(?:\d{{1,2}}|{_CN}{{1,3}})号?|[东西南北中大小]|多功能|视频|贵宾|阶梯|学术"
    r"|多媒体|职工|员工|学生|教师|门诊|住院|政务|服务|办事|行政|接待|体检)?"
    r"(?:会议室|會議室|会议厅|报告厅|報告廳|多功能厅|洽谈室|培训室|接待室|会客室|活动室"
    r"|阅览室|档案室|资料室|实验室|办公室|调解室|诊室|教室|展厅|大厅|大堂|礼堂|餐厅|食堂"
    r"|机房|库房|仓库|车库|停车场|茶水间|卫生间|洗手间|护士站|服务台|咨询台|前台|走廊"
    r"|电梯口|窗口)|[东西南北]侧)?"
)
_PLACE = re.compile(
    r"(?=[A-Z\d一二三四五六七八九十地])(?:"
    rf"(?:(?:\d{{1,3}}号楼|[A-Z][座栋]|{_CN}{{1,2}}号楼)(?:\d{{1,2}}[层楼]"
    rf"|{_CN}{{1,3}}[层楼])?|(?<![\d.])(?:\d{{1,2}}|{_CN}{{1,3}})[层楼](?!楼?以)"
    rf"|地下(?:\d|{_CN})层){_ON_THE_FLOOR}"
    r"|\b(?:level|floor|dock|bay|building|block|gate|unit) (?:\d{1,3}[A-Z]?"
    r"|[A-Z])\b(?: (?:north|south|east|west)\b)?"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|top) floor\b"
    r"|\b(?:basement|reception|car park)\b)",
    _FLAGS,
)


def _rooms(text: str, context: Context) -> Iterator[Found]:
    """Find rooms; ours are sure, others may be anybody's. Hotel rooms are none."""
    own = list(_own(text, context.rooms))
    yield from own
    taken = {place for one in own for place in range(one.start, one.end)}
    for match in islice(_ROOM.finditer(text), MOST_ROOMS):
        inside = match.start() in taken or match.end() - 1 in taken
        if inside or match[0] == "会议室" or _is_hotel(text, match):
            continue
        value = " ".join(match[0].split())
        yield Found(value=value, start=match.start(), end=match.end(), sure=False)


def _own(text: str, rooms: Sequence[Room]) -> Iterator[Found]:
    found: list[Found] = []
    lower = text.lower()
    for room in rooms:
        for name in (room.name, *room.aliases):
            if not all(word in lower for word in name.lower().split()):
                continue
            pattern = re.compile(_loosely(name), _FLAGS)
            found.extend(
                Found(value=room.name, start=match.start(), end=match.end())
                for match in islice(pattern.finditer(text), MOST_ROOMS)
                if not (name.isdecimal() and _is_hotel(text, match))
            )
    yield from spread(found)


def _is_hotel(text: str, match: re.Match[str]) -> bool:
    near = text[max(0, match.start() - 40) : match.end() + 30]
    return _HOTEL.search(near) is not None


def _loosely(name: str) -> str:
    """Make a pattern of a name in which spaces may be missing: 2号楼 301会议室."""
    words = r"\s?".join(map(re.escape, name.split()))
    before = r"(?<![A-Z0-9])" if name[:1].isascii() else ""
    return before + words + (r"(?![A-Z0-9])" if name[-1:].isascii() else "")


def _places(text: str, _: Context) -> Iterator[Found]:
    for match in _PLACE.finditer(text):
        yield Found(
            value=" ".join(match[0].split()), start=match.start(), end=match.end()
        )


read_room = reader(_rooms)
read_place = reader(_places)
