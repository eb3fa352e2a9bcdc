"""Reads names of people: with a title, after a label, and those the office knows."""

import re
from collections.abc import Iterator

from mailroom.rules.fields.found import Context, Found, reader, spread

_FLAGS = re.ASCII
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严"
    "覃武戴莫孔向汤温康施文牛樊"
    "葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕"
    "单季裴霍涂成苗谷盛曲翁冉骆"
    "蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑"
    "景党宫费卜冷晏席卫米柏宗瞿"
    "桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝張劉陳"
    "楊黃趙吳孫馬許鄭羅謝韓馮鄧"
)
COMPOUND = (  # surnames
    "欧阳|歐陽|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|端木|钟离|淳于"
    "|申屠|赫连|轩辕|澹台|呼延|鲜于|独孤|司空"
)
_HAN = "\u4e00-\u9fff"
_TITLES = (
    "先生|女士|小姐|同志|老师|教授|博士|律师|医生|工程师|会计师|师傅|董事长|副董事长"
    "|总经理|副总经理|总监|总裁|副总裁|副总|经理|副经理|主任|副主任|"
    "局长|副局长|处长|副处长|科长|副科长|部长|副部长|市长|副市长|书记|副书记|秘书长"
    "|秘书|院长|校长|所长|站长|队长|主席|副主席|会长|理事长|专员|记者|工|总|董|姐|哥"
    "|主管|助理"
)
_NAME_ZH = rf"(?:(?:{COMPOUND})[{_HAN}]{{1,2}}?|[{_SURNAMES}][{_HAN}]{{1,2}}?)"
_LABELS = (
    "联系人|联络人|聯絡人|负责人|经办人|经手人|收件人|申请人|报告人|记录人|来电人|姓名"
    "|候选人|应聘者|受伤人|伤者|访客|领队|出差人|报销人|主持人"
)
_LABELLED_ZH = re.compile(
    rf"(?:{_LABELS})(?:为|是)?\s?[:\s]\s?(?P<n>{_NAME_ZH})(?=$|[\s,;。、(:\d)]|先生"
    rf"|女士|同志|电话|手机|\Z)",
    _FLAGS | re.MULTILINE,
)
# 方建华一行, 孟凡(电话…: a whole name with its title behind
_TITLED_ZH = re.compile(
    rf"(?=[{_SURNAMES}{COMPOUND}])"
    rf"(?:(?:(?<![{_HAN}])|(?<=[请由和及与经向给找是致陪邀]))(?P<n>{_NAME_ZH})(?P<t>{_TITLES})(?![{_HAN}]{{0,1}}[程作会部司])"
    rf"|(?<![{_HAN}])(?P<s>[{_SURNAMES}](?:{_TITLES}))(?=$"
    rf"|[\s,;。、:!()的来说今明昨请您你好各]))",
    _FLAGS | re.MULTILINE,
)
_BEHIND_ZH = re.compile(
    rf"(?P<t>董事长|总经理|副总经理|总监|经理|主任|副主任|局长|副局长|处长|科长|部长"
    rf"|市长|记者|教授|书记|会长)(?P<n>{_NAME_ZH})(?=[\s,;。、(:)]|一行|等|同志|参加"
    rf"|出席|率|带队|主持|$|\Z)",
    _FLAGS | re.MULTILINE,
)
_WORD = (
    r"(?:(?:O['’]|Mc|Mac)[A-Z][a-z]{1,20}"
    r"|[A-Z][a-z\u00c0-\u017f'’]{1,20}(?:-[A-Z][a-z]{1,20})?|[A-Z]\.?)"
)
_NAME_EN = rf"{_WORD}(?: (?:van |de |von |der |al-|bin )?{_WORD}){{0,3}}"
_TITLED_EN = re.compile(
    rf"\b(?P<t>Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Cllr|Councillor"
    rf"|Rev)\b\.? (?P<n>{_NAME_EN})",
    _FLAGS,
)
_LABELLED_EN = re.compile(
    r"(?=[cnatprvhoCNATPRVHO])"
    rf"\b(?i:contact(?: person| name)?|(?<!account )(?<!company )(?<!user )"
    rf"(?<!file )name|caller|attention|attn|candidate|traveller|passenger|applicant"
    rf"|reported by|taken by|requested by|visitor|host|organiser)"
    rf"[ \t]{{0,10}}:[ \t]{{0,4}}(?P<n>(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?{_NAME_EN})",
    _FLAGS,
)


def _people(text: str, context: Context) -> Iterator[Found]:
    found = [
        *_known(text, context),
        *_by(_LABELLED_ZH, text),
        *_by(_TITLED_ZH, text),
        *_by(_BEHIND_ZH, text),
        *_by(_LABELLED_EN, text),
        *_by(_TITLED_EN, text),
    ]
    yield from spread(found)


def _by(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    """Give names; `unit` is the title. A surname with its title is no whole name."""
    for match in pattern.finditer(text):
        parts = match.groupdict()
        group = "n" if parts.get("n") else "s"
        if match[group] in _NO_NAMES:
            continue
        yield Found(
            value=" ".join(match[group].split()), unit=parts.get("t") or "",
            start=match.start(group), end=match.end(group), sure=group == "n",
        )  # fmt: skip


# A surname's letter begins them, and they are words.
_NO_NAMES = frozenset(
    {
        "安全", "安全员", "高级", "全体", "成员", "向各位", "时任", "关于", "应届",
        "单位", "方面", "明天", "文件", "白天", "金额", "和各",
    }
)  # fmt: skip


def _known(text: str, context: Context) -> Iterator[Found]:
    """Find the office's own people by each of their names; the value is the first."""
    lower = text.lower()
    for person in context.people:
        for name in (person.name, *person.also):
            # One letter is in every text.
            if len(name) < 2 or name.lower() not in lower:  # noqa: PLR2004
                continue
            edge = r"\b" if name.isascii() else ""
            pattern = re.compile(
                edge + re.escape(name) + edge, re.IGNORECASE | re.ASCII
            )
            for match in pattern.finditer(text):
                yield Found(
                    value=person.name, start=match.start(), end=match.end(),
                    unit=person.title,
                )  # fmt: skip


def _contacts(text: str, _: Context) -> Iterator[Found]:
    yield from spread([*_by(_LABELLED_ZH, text), *_by(_LABELLED_EN, text)])


read_person = reader(_people)
read_contact = reader(_contacts)
