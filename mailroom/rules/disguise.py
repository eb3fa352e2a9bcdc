"""Puts invented words of the same shape in the place of names, numbers, addresses."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from mailroom.rules.fields.people import COMPOUND
from mailroom.rules.telling_names import firms, streets

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}", re.ASCII)
_LINK = re.compile(r"(?:https?://|ftp://|www\.)[!#-;=?-~]{1,2000}", re.ASCII)
# Days and hours name nobody, and the fields of an example need them.
_CLOCK = r"(?:[01]?\d|2[0-3])[:：.][0-5]\d(?!\d|\.\d)"
_MOMENT = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)"
    r"(?:\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}(?!\d)\s*日?)?"
    r"|(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)(?!\d)"
    r"|(?<!\d)(?:[01]?\d|2[0-3])[:：][0-5]\d(?!\d)"
    rf"|(?:\b(?:at|from|by|until|till|to)\b|[-–]) *{_CLOCK}"
    rf"|(?<![\d.]){_CLOCK}(?= *(?:[ap]m\b|hrs?\b|to\b|until\b|till\b|[-–]))",
    re.IGNORECASE,
)
_COIN = r"(?:[¥￥$£€]|\b(?:RMB|CNY|USD|EUR|GBP|HKD)\b)"
_MONEY = re.compile(
    rf"{_COIN}\s*\d(?:[\d,.]*\d)?"
    r"|\d[\d,.]*(?=\s*(?:[万亿]?[元圆块]|美元|欧元|英镑|港元|万|亿|%))",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d(?:[\d,. -]*\d)?")
_FEW = 2  # figures that may stay: a day, a floor, some people
_CAPITALS = re.compile("[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,}")
_SINGLE = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏"
    "魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵]"
)
SURNAME = f"(?:{COMPOUND}|{_SINGLE})"
_TITLE = (
    "先生|女士|小姐|老师|同志|主任|经理|总监|总|部长|科长|处长|局长|书记|律师|工程师"
)
_CALLED = re.compile(f"({SURNAME}{_HAN}{{0,2}}?)(?={_TITLE})")
_CONTACT = re.compile(
    r"(?:联系人|经办人|申请人|姓名|收件人|负责人)(?:[:：]|是|为)? *"
    f"((?:{COMPOUND}){_HAN}{{0,2}}|{SURNAME}{_HAN}{{1,2}})"
)
_EN_NAME = r"(?-i:[A-Z])[\w'-]+"
_GREETED = re.compile(
    rf"\b(?:Dear|Hi|Hello|Hey|Mr|Mrs|Ms|Dr|Prof)\b\.? +({_EN_NAME}(?: {_EN_NAME})?)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^(?:(?:kind |best |warm )?regards|best|thanks|many thanks|cheers|yours \w+"
    r"|sincerely|此致敬礼|敬礼|谢谢|祝好|顺祝商祺)[,，。!！]?[ \t]*\n+[ \t]*"
    rf"({_EN_NAME}(?: (?-i:[A-Z])[\w'.-]+){{0,2}}|{_HAN}{{2,4}})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = (
    rf"(?=[\s,，。、；;（(：:\d!！?？]|$|{_TITLE}|电话|手机|反映|反馈|说|来电|受伤"
    "|请假|工)"
)
# Who is spoken of: 请联系刘德海（刘工）, please ring Dave McAllister.
_SPOKEN_OF = re.compile(
    r"(?:联系|找|致电|转告|转交|我是|我叫|本人|同事|家长|学生|教师|员工|客户|业主|住户|患者"
    r"|病人|护士|医生|主任|经理|老师|师傅|秘书|助理) *"
    r"(?!方式|方法|方便|方面|马上|时间|高中|白天|金额|史料)"
    f"((?:{COMPOUND}){_HAN}{{0,2}}?|{SURNAME}{_HAN}{{1,2}}?){_ENDS}",
    re.MULTILINE,
)
# A surname of two characters is hardly ever another word; most have one behind them.
_COMPOUND_NAME = re.compile(
    f"((?:{COMPOUND}){_HAN}{{0,2}}?){_ENDS}"
    f"|((?!东方|司空)(?:{COMPOUND})(?:(?![来说去到在的了和与您你好请将已今明]){_HAN})?)",
    re.MULTILINE,
)
_NOBODY = "Us|Me|Him|Her|Them|You|Details?|Person|Number|Address|Reception|Support|Desk"
_EN_SPOKEN_OF = re.compile(
    r"\b(?:call|ring|phone|e?mail|contact|ask|tell|speak (?:to|with)|talk (?:to|with)"
    r"|copy|this is|my name is|on behalf of|signed by"
    r"|my (?:\w+ )?(?:PA|assistant|colleague|manager|boss|wife|husband|son|daughter)"
    r"|(?:tenant|client|patient|pupil|colleague|resident),?) "
    rf"(?!(?:{_NOBODY})\b)((?-i:[A-Z][a-z])[\w'-]+(?: {_EN_NAME}){{0,2}})",
    re.IGNORECASE,
)
_SPEAKING = re.compile(rf"({_EN_NAME}(?: {_EN_NAME})?)(?= (?:here|speaking)\b)")
SURNAMES = "赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕"
_GIVEN = "明芳伟静磊娜勇艳杰敏军丽涛洁超倩鹏雪峰琳"
_PEOPLE = ("Alex", "Robin", "Sam", "Jamie", "Casey", "Morgan", "Taylor", "Jordan")
_STREETS = ("Any", "Mill", "Station", "Market", "Chapel", "Orchard")
_NUMERALS = "一二三四五六七八九"
_COUNTING = frozenset(f"{_NUMERALS}十百")
_FAMILIES = ("Miller", "Harper", "Brook", "Ellis", "Carter", "Hayes", "Reed", "Lane")


@dataclass(slots=True, kw_only=True)
class Disguise:
    """One disguise for a whole mail: what is the same in it stays the same.

    `names`: people and firms that are known to be in it; `firms`: as `firms` finds
    them, for where they are called by that alone. `kept`: words that stand in
    the rule itself, and are no secret. It is a help, not a proof: a person looks at
    what comes out before it is written anywhere.
    """

    chance: Random
    names: Collection[str] = ()
    firms: Collection[str] = ()  # what tells them from others: 恒远 of 恒远科技
    kept: Collection[str] = ()
    own_domains: Collection[str] = ()
    known_domains: Collection[str] = ()  # that the rules or the directory name
    _said: dict[str, str] = field(default_factory=dict)

    def words(self, text: str) -> str:
        """Give a text in its disguise."""
        letters = list(text)
        free = [True] * len(text)
        for start, end in self._spans_kept(text):
            free[start:end] = [False] * (end - start)
        for spans, invent in self._kinds(text, free):
            for start, end in spans:
                if start < end and all(free[start:end]):
                    letters[start:end] = [
                        invent(text[start:end]),
                        *[""] * (end - start - 1),
                    ]
                    free[start:end] = [False] * (end - start)
        for start, end in _spans(_MOMENT, text):
            free[start:end] = [False] * (end - start)
        for match in _FIGURES.finditer(text):
            if sum(map(str.isdigit, match[0])) > _FEW:
                changed = self._figures(match[0])
                for place, sign in enumerate(changed, match.start()):
                    if free[place]:  # a year in a long number stays, the rest does not
                        letters[place] = sign
        return "".join(letters)

    def _spans_kept(self, text: str) -> Iterator[tuple[int, int]]:
        folded = text.casefold()
        if len(folded) != len(text):  # ß and its like: places would not agree
            folded = text
        for word in self.kept:
            yield from _spans(re.compile(re.escape(word.casefold())), folded)

    def _kinds(
        self, text: str, free: Sequence[bool]
    ) -> Iterator[tuple[Iterable[tuple[int, int]], Callable[[str], str]]]:
        """Yield where what stands, the surest first, and what to put in its place."""
        yield _spans(_ADDRESS, text), self.address
        yield _spans(_LINK, text), lambda _: "https://www.outside.example/"
        for name in sorted(self.names, key=len, reverse=True):
            yield _spans(_whole(name), text), self.name
        for pattern in (
            _CALLED, _CONTACT, _SPOKEN_OF, _EN_SPOKEN_OF, _SPEAKING, _GREETED, _SIGNED,
        ):  # fmt: skip
            yield _spans(pattern, text, 1), self.name
        yield _around(text, streets(text), free), self._street
        yield _around(text, firms(text), free), _firm
        for firm in sorted(self.firms, key=len, reverse=True):
            yield _spans(_whole(firm), text), _firm
        for group in (1, 2):
            yield _spans(_COMPOUND_NAME, text, group), self.name
        yield _spans(_MONEY, text), self._figures
        yield _spans(_CAPITALS, text), self._capitals

    def name(self, name: str) -> str:
        """Invent a name of the same script, and of a length like its own."""
        if name not in self._said:
            if re.search(_HAN, name):
                invented = self.chance.choice(SURNAMES)
                # A longer one has a firm or a unit in it; nobody needs its length.
                given = (self.chance.choice(_GIVEN) for _ in name[1:3])
                self._said[name] = invented + "".join(given)
            else:
                parts = [self.chance.choice(_PEOPLE)]
                parts += [self.chance.choice(_FAMILIES) for _ in name.split()[1:]]
                self._said[name] = " ".join(parts)
        return self._said[name]

    def address(self, address: str) -> str:
        """Invent an address; a domain that the rules name may stay."""
        if address.casefold() in {word.casefold() for word in self.kept}:
            return address
        local, _, domain = address.rpartition("@")
        if _lies_in(domain, self.own_domains):
            domain = "own.example"
        elif not _lies_in(domain, self.known_domains):
            domain = "outside.example"
        key = f"@{local.casefold()}"
        if key not in self._said:
            self._said[key] = self.chance.choice(_PEOPLE).lower()
        return f"{self._said[key]}@{domain}"

    def _street(self, name: str) -> str:
        if name[0].isdigit() or set(name) <= _COUNTING:
            return self._figures(name)
        if re.search(_HAN, name):
            return "某" * len(name)
        if name not in self._said:
            others = [street for street in _STREETS if street not in name]
            self._said[name] = self.chance.choice(others)
        return self._said[name]

    def _figures(self, written: str) -> str:
        if written not in self._said:
            self._said[written] = "".join(
                self.chance.choice(row) if sign in row else sign
                for sign in written
                for row in [_NUMERALS if sign in _NUMERALS else "123456789"]
            )
        return self._said[written]

    def _capitals(self, written: str) -> str:
        digits = "壹贰叁肆伍陆柒捌玖"
        return "".join(
            self.chance.choice(digits) if sign in digits else sign for sign in written
        )


def _firm(name: str) -> str:
    return "某" * len(name) if re.search(_HAN, name) else "Anyfirm"


def _around(
    text: str, spans: Iterable[tuple[int, int]], free: Sequence[bool]
) -> Iterator[tuple[int, int]]:
    """Yield what of long names is none of the rule's words, which stay."""
    for start, end in spans:
        begin = start
        for place in range(start, end + 1):
            if place == end or not free[place]:
                words = text[begin:place]
                yield (
                    begin + len(words) - len(words.lstrip()),
                    begin + len(words.rstrip()),
                )
                begin = place + 1


def _spans(
    pattern: re.Pattern[str], text: str, group: int = 0
) -> Iterable[tuple[int, int]]:
    return (match.span(group) for match in pattern.finditer(text))


def _whole(name: str) -> re.Pattern[str]:
    edge = "" if re.search(_HAN, name) else r"\b"
    return re.compile(edge + re.escape(name) + edge, re.IGNORECASE)


def _lies_in(domain: str, known: Iterable[str]) -> bool:
    wanted = domain.casefold()
    return any(
        wanted == each.casefold() or wanted.endswith("." + each.casefold())
        for each in known
        if each
    )
