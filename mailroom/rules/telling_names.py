"""Finds what tells which firm, school or street is meant: the brand, the name.

恒远科技 → 恒远, 江州市第一中学 → 江州市, 人民路12号 → 人民 and 12. The rest is everyday
words, which rules look for.
"""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_LONGEST = 6  # characters of a name without 有限公司; more is a sentence
_TRADES = (
    "信息|网络|电子|智能|生物|环保|文化|建筑|建设|工程|装饰|装修|商务|教育|物业|保洁|物流|餐饮"
    "|印刷|广告|搬家|家政|安保|保安|旅游|设备|机电|家具|电梯|空调|绿化|园林|软件|技术|咨询"
    "|保险|快递|供电|供水|燃气|电力|自来水|服务|办公|用品"
)
# What may stand between a name and what it names: 江州市[第一]中学, 仁爱[中医]医院.
_BETWEEN = (
    rf"{_TRADES}|第[一二三四五六七八九十\d]{{1,3}}|人民|中心|附属|实验|外国语|师范|职业|技术"
    "|高级|初级|中医|妇幼|儿童|口腔|眼科|民族|国际|律师|会计师|税务师|专利"
)
_NAMED = (
    "事务所|律所|科技(?![部局馆园处厅委项奖成人创工类])|集团|物业"
    "|商贸|置业|传媒|公司|大学(?!生)|学院|中学(?!生)|小学(?!生)|幼儿园|学校|医院|卫生院|诊所|药房"
    "|酒店|宾馆|旅行社|出版社|研究院|设计院|小区|花园|家园|新村|大厦"
)
_WITH_LIMITED = rf"(?:股份|科技|集团|{_TRADES}){{0,2}}有限(?:责任)?公司"
_FIRM = re.compile(rf"({_HAN}{{2,12}}?){_WITH_LIMITED}")
_OTHER_FIRM = re.compile(rf"({_HAN}{{2,8}}?)(?:{_BETWEEN}){{0,3}}(?:{_NAMED})")
_EN_FIRM = re.compile(
    r"\b((?:[A-Z][\w&'-]+ |& ){1,4})(?=(?:Ltd|Limited|Inc|LLC|LLP|plc|GmbH)\b)"
    r"|\b((?!(?:The|Our|Your|My|This|That|Every|Any|Each|High|Primary|Secondary|Private"
    r"|General|Local|Dear|At|In|For|From|To|No|New) )"
    r"[A-Z][\w'-]+ (?:(?:& |and )?[A-Z][\w'-]+ ){0,2})"
    r"(?=(?:(?:Primary|High|Secondary|Grammar|General|Community) )?(?:Solicitors|School"
    r"|Academy|College|University|Hospital|Clinic|Surgery|Pharmacy|Hotel|Consulting"
    r"|Holdings|Associates)\b)"
)
# Behind these a name begins, if two characters are left for it: 仁和医院 has no 和.
_LEADS = (
    "联系|通知|告知|建议|感谢|咨询|安排|附近|周边|前往|送往|转到|到达|送达|当地|本地|外地|我们|你们"
    "|您们|他们|咱们|大家|各地|全市|全区|全省|全国|辖区|这家|那家|某家|某个|其他|其它|有关|相关|合作"
    "|孩子|学生|家长|代表|参加|参观|拜访|访问|关于|以及|还有|所有|全体|任何|每个|每家|各个|各级"
    "|各类|下属|所属|直属|带上|委托|投诉|举报|毕业|就读|住院|出院|承办|因为|由于|如果|希望|需要|可以"
    "|应该|已经|目前|今天|明天|昨天|上午|下午|查询|尊敬|供应商|客户|甲方|乙方"
    "|[请给向由与和从致为是的到您你我各在住去找往至转对跟让被将把于及并送来已该了过说叫后用做]"
    "|贵(?![州阳港])|[一二三四五六七八九十](?:点半|[日月号点时周年])|(?<!.)(?:点半|[日月号点时年])"
    "|周[一二三四五六日]"
)
_LEADING = re.compile(rf".*(?:{_LEADS})(?=.{{2}})")
_KINDS = (  # that tell no firm from another
    "定点|三甲|公立|私立|民办|公办|重点|普通|两家|几家|多家|一家|老师|社区|乡镇|农村|城区|城市|综合"
    "|专科|小区|商业|住宅|公司|单位|园区|大楼|前期|现有|原来|新的|高新|先进|协议|会议|入住|预订"
    "|预定|星级|分|子|母|总|上市|外包|供应|开户|国有|民营|外资|合资|中外|第三方|中介|代理|国内|现场"
    "|老|新|旧|有限|大型|小型|技工|党校|驾驶|培训|体检|宠物|互联网|金融|农业|医疗|绿色|现代|高等"
    "|未来|花园|点半|区属|市属"
)
_EVERYDAY = re.compile(
    rf"(?:{_LEADS}|{_KINDS}|{_BETWEEN})+"
    "|.*[去到在往送的是由给向从与对各本该我贵您你家个所们外及或等].?"
    "|[他她它]们?和|.?[全本我外老新][市县区省镇乡校院]?"
)

_LIES = "与在到于住沿经从至往离近市区县镇"
_STREET_KINDS = "大道|大街|胡同|路|街|巷|弄"
_HOUSE = r"(?P<no>\d{1,5}(?:[-–]\d{1,4})?|[一二三四五六七八九十百]{1,5})(?=号(?!楼|线))"
_STREET = re.compile(
    rf"(?P<name>{_HAN}{{2,7}}?)(?:{_STREET_KINDS})(?:[东西南北中]段)? ?"
    rf"(?:\d{{1,4}}弄)?{_HOUSE}"
    rf"|(?<=[{_LIES}])(?P<bare>{_HAN}{{2,3}}?)"
    r"(?=(?:大道|大街|胡同|[路街](?![由径途过程线演透障标费况灯])))"
)
_NO_STREET = re.compile(
    r".*[公铁道马线电思网管水气油套出回问走半让修上赶]|这条|那条|一条"
)
_EN_STREET_KINDS = (
    "Street|Road|Lane|Avenue|Ave|Drive|Close|Way|Court|Place|Square|Gardens|Terrace"
    "|Crescent|Hill|Row|Mews|St|Rd"
)
_EN_STREET = re.compile(
    r"\b(?P<no>\d{1,4}[A-Za-z]?(?:[-–]\d{1,4})?),? "
    rf"(?P<name>(?:[A-Z][\w'-]+ ){{1,3}}?)(?=(?:{_EN_STREET_KINDS})\b)"
    r"|\b(?!(?:The|This|That|Our|Your|My|By|On|In|At|Off) )"
    r"(?P<bare>[A-Z][\w'-]+ (?:[A-Z][\w'-]+ )?)"
    r"(?=(?:Street|Road|Lane|Avenue|Crescent)\b)"
)


def firms(text: str) -> Iterator[Span]:
    """Yield where a firm, an office or a school is told from others of its kind."""
    for match in _FIRM.finditer(text):
        yield match.start() + _begin(match[1]), match.end(1)
    for match in _OTHER_FIRM.finditer(text):
        begin, end = match.start() + _begin(match[1]), match.end(1)
        if end - begin <= _LONGEST and not _EVERYDAY.fullmatch(text, begin, end):
            yield begin, end
    for match in _EN_FIRM.finditer(text):
        start, end = match.span(1 if match[1] else 2)
        yield start, end - 1  # without the space


def _begin(run: str) -> int:
    """Give where in a run of characters the name begins, behind words of the letter."""
    leading = _LEADING.match(run)
    return leading.end() if leading else 0


def streets(text: str) -> Iterator[Span]:
    """Yield where a street is named, and the numbers of its houses."""
    for match in _STREET.finditer(text):
        start, end = match.span("name" if match["name"] else "bare")
        begin = start + _begin(text[start:end])
        if not _NO_STREET.fullmatch(text, begin, end):
            yield begin, end
            if match["no"]:
                yield match.span("no")
    for match in _EN_STREET.finditer(text):
        start, end = match.span("name" if match["name"] else "bare")
        yield start, end - 1
        if match["no"]:
            yield match.span("no")
