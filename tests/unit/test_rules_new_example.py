"""Claims about examples from real mail: what changes, what stays."""

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.directory import Directory, Person, Supplier
from mailroom.message.model import Address, Attachment, Machine, Message, Zones
from mailroom.rules.disguise import Disguise
from mailroom.rules.examples import Tried
from mailroom.rules.load import RuleSet
from mailroom.rules.model import Context
from mailroom.rules.new_example import Source, make_example
from tests.unit.rule_mails import NOW, mail

# ── the disguise ─────────────────────────────────────────────────────────


def dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311  a test that is the same every time


def disguise(*names: str, kept: tuple[str, ...] = (), seed: int = 1) -> Disguise:
    return Disguise(
        chance=dice(seed), names=names, kept=kept, own_domains=["firm.example"]
    )


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("请联系王经理", "王"), ("联系人：张小红", "张小红"), ("Dear Sarah,", "Sarah"),
        ("Kind regards,\nTom Reyes", "Reyes"), ("徐婷你好", "徐婷"),
        ("电话13812345678。", "13812345678"), ("0440-2026 1234", "1234"),
        ("金额12,345.60元", "12,345"), ("£95 each", "95"), ("共85元", "85"),
        ("壹万贰仟叁佰元整", "贰仟叁"), ("由蓝天保洁有限公司承办", "蓝天保洁"),
        ("pay Brightdesk Furniture Ltd", "Brightdesk"),
        ("mail tom@client.example.org", "client"), ("joe.bloggs@firm.example", "joe"),
        ("请联系刘德海（刘工）", "刘德海"), ("请找陈丽华反映", "陈丽华"),
        ("学生陈子涵受伤", "陈子涵"), ("我是李建国，", "李建国"),
        ("Please ring Dave McAllister on Monday", "McAllister"),
        ("or my PA Siobhan.", "Siobhan"), ("Margaret here.", "Margaret"),
        ("see https://client.example/a?token=abc", "token"), ("编号ED-4410", "4410"),
        ("由恒远科技承办", "恒远"), ("昨天恒远科技的人来过", "恒远"),
        ("请联系金杜诚律师事务所", "金杜诚"), ("委托德恒会计师事务所审计", "德恒"),
        ("孩子在江州市第一中学读书", "江州"), ("江州市第12中学", "江州"),
        ("江州人民医院体检", "江州"),
        ("转到仁和医院", "仁和"), ("育才小学三年级", "育才"),
        ("贵州宏达新日科技", "贵州宏达"), ("江州现代农业科技", "江州"),
        ("和平里幼儿园", "和平里"),
        ("恒信信息科技", "恒信"), ("下午三点半育才中学开会", "育才"),
        ("收到蓝天保洁公司的报价", "蓝天"), ("住在阳光花园3号楼", "阳光"),
        ("蓝天小学请恒远科技有限公司派人", "蓝天"),
        ("at Northgate Primary School", "Northgate"),
        ("Harlow & Finch Solicitors", "Finch"), ("Westbridge Hospital", "Westbridge"),
        ("人民路12号", "人民"), ("人民路12号", "12"), ("江州市解放大道8号院", "解放"),
        ("寄到延安西路100弄5号", "延安"), ("文昌街十二号", "文昌"),
        ("我们在中山路开会", "中山"), ("12 High Street", "High"),
        ("12 High Street", "12"), ("meet in Church Lane", "Church"),
        ("9 Old Mill Road, Anytown", "Mill"),
        ("欧阳经理好", "欧阳"), ("联系人：诸葛明", "诸葛明"),
        ("请找司马光明反映", "司马光明"),
        ("欧阳娜娜，您好", "欧阳娜娜"), ("上官婉来电", "上官婉"),
        ("夏侯惠明天到", "夏侯"),
        ("患者司马懿复诊", "懿"), ("我是欧阳，", "欧阳"), ("谢谢\n令狐冲", "令狐冲"),
    ],
)  # fmt: skip
def test_what_names_somebody_is_changed(text: str, gone: str) -> None:
    said = disguise("徐婷").words(text)

    assert gone in text
    assert gone not in said


@pytest.mark.parametrize(
    "text",
    [
        "3月11日下午2点到4点半", "2026年3月4日14:30前", "on 12/03/2026",
        "by 12.03.2026", "from 15.00 to 17.00.", "江政办发〔2026〕3号",
        "15人", "2号楼", "下周三", "联系方式：见附件", "联系方便的人", "请找马上能来的",
        "Contact Details", "please call Reception", "ask us", "Tell Us more",
        "9:00—11:00", "within 5 days", "",
        "附近医院", "他去医院了", "请联系学校", "全市中学", "高新科技", "用信息科技",
        "要住会议酒店", "小区物业", "公立学校", "本公司", "我们公司", "保险公司",
        "物业公司", "贵单位",
        "科技部", "第一中学", "人民医院", "律师事务所", "协议酒店", "参观大学",
        "铁路12号线", "公路上", "网络线路", "在思路上", "一路走好", "路由器坏了",
        "电路2号开关", "12号楼", "道路施工", "街道办事处", "8号门", "会议室在3号楼",
        "the road is closed", "Our School", "The Hospital", "at High School",
        "On Monday 12 March", "Bus 12 stops",
    ],
)  # fmt: skip
def test_days_and_small_counts_and_everyday_words_stay(text: str) -> None:
    assert disguise().words(text) == text


def test_words_of_the_rule_stay() -> None:
    said = disguise("Thames", kept=("thames", "1234号令")).words("Thames 1234号令 5678")

    assert said.startswith("Thames 1234号令 ")
    assert "5678" not in said


def test_what_of_a_firm_is_no_word_of_the_rule_is_changed() -> None:
    dressed = disguise(kept=("通达", "mill"))

    assert dressed.words("江州通达环球有限公司") == "某某通达某某有限公司"
    assert "Old" not in dressed.words("9 Old Mill Road")
    assert dressed.words("Mill Brook Ltd") == "Mill Anyfirm Ltd"


def test_what_is_the_same_stays_the_same() -> None:
    said = disguise("徐婷").words("徐婷，电话13812345678；徐婷，13812345678")

    first, second = said.split("；")
    assert first.replace("电话", "") == second


def test_a_firm_a_street_and_a_person_are_the_same_wherever_they_are_named() -> None:
    dressed = disguise()

    first = dressed.words("恒远科技，12 High Street，欧阳娜，人民路12号")
    second = dressed.words("恒远科技，12 High Street，欧阳娜，人民路12号")

    assert first == second
    assert re.fullmatch(r"某某科技，\d\d \w+ Street，\w{2,3}，某某路\d\d号", first)


def test_the_words_behind_a_surname_of_two_characters_stay() -> None:
    assert re.fullmatch(r"\w{2}来电话了", disguise().words("欧阳来电话了"))
    assert re.fullmatch(r"\w{2}明天到", disguise().words("欧阳明天到"))


def test_the_words_before_a_firm_stay() -> None:
    said = disguise().words("下午三点半请恒远科技有限公司派人来育才中学修电梯")

    assert said == "下午三点半请某某科技有限公司派人来某某中学修电梯"


def test_the_shape_stays() -> None:
    said = disguise().words("HD-4410-77 / 12,345.60元 / 6222 0200 1234 5678")

    assert re.sub(r"\d", "0", said) == "HD-0000-00 / 00,000.00元 / 0000 0000 0000 0000"


def test_an_own_address_stays_one_of_the_office_and_a_strangers_is_outside() -> None:
    said = disguise().words("a.b@mail.firm.example, c@client.org")

    assert re.fullmatch(r"\w+@own\.example, \w+@outside\.example", said)


@given(st.text(max_size=200), st.integers(0, 99))
def test_any_text_can_be_put_in_disguise(text: str, seed: int) -> None:
    said = disguise("徐婷", "Tom", kept=("发票",), seed=seed).words(text)

    assert said.count("发票") >= text.count("发票")


@given(st.from_regex(r"[1-9]{11}", fullmatch=True))
def test_a_long_number_does_not_stay(number: str) -> None:
    """One digit may be drawn as it was; the whole number not, but by great chance."""
    assert disguise().words(f"电话{number}。") != f"电话{number}。"


# ── the example ──────────────────────────────────────────────────────────

RULES = """
mailroom: 1
category: {id: lifts}
rules:
  - id: stuck
    when:
      all: [{text: [困梯, 电梯]}, {text: {regex: '\\d+号楼'}}]
      none: [{machine: list}, {text: 演练}]
    extract:
      floor: {regex: '(\\d+)层'}
      day: {type: date}
"""
LETTER = """王主任您好：
我是蓝天物业的刘刚。
今天上午3号楼电梯又停在8层了，我打13812345678没有人接。
午饭很好吃。
谢谢！
刘刚"""


def source(tmp_path: Path, message: Message, rules: str = RULES) -> Source:
    (tmp_path / "lifts.yaml").write_text(rules, "utf-8")
    rule_set = RuleSet.load(tmp_path)
    directory = Directory(
        people=(Person(name="徐婷", also=("Xu Ting",)),),
        suppliers=(Supplier(name="蓝天物业", domains=("lantian.example",)),),
    )
    office = Context(now=NOW, own_domains=("firm.example",), directory=directory)
    return Source(
        rule_set=rule_set,
        office=office,
        message=message,
        context=office,
        answer=rule_set.classify(message, office),
    )


def made(of: Source, *, matches: bool = True) -> Tried | None:
    return make_example(of, of.rule_set.rules[0], matches=matches, chance=dice(3))


def stuck(**rest: object) -> Message:
    sender = Address("蓝天物业 刘刚", "liugang@lantian.example")
    plain = mail("电梯报修", LETTER, senders=(sender,))
    return replace(plain, **rest)  # type: ignore[arg-type]  # a test names real fields


def test_an_example_has_the_sentence_that_was_read_and_no_other(
    tmp_path: Path,
) -> None:
    tried = made(source(tmp_path, stuck()))

    assert tried is not None
    assert tried.faults == ()
    example = tried.example
    assert example.subject == "电梯报修"
    assert re.fullmatch(
        r"今天上午3号楼电梯又停在8层了，我打\d{11}没有人接。", example.body
    )
    assert "13812345678" not in example.body


def test_what_only_another_rule_reads_is_not_taken(tmp_path: Path) -> None:
    more = """  - id: every
    when: always
    extract: {meal: {regex: '(午饭)'}}
"""

    tried = made(source(tmp_path, stuck(), RULES + more))

    assert tried is not None
    assert "午饭" not in tried.example.body


def test_its_sender_is_invented_and_a_known_firm_stays_known(tmp_path: Path) -> None:
    tried = made(source(tmp_path, stuck()))

    assert tried is not None
    assert "刘刚" not in tried.example.sender
    assert "liugang" not in tried.example.sender
    assert tried.example.sender.endswith("@lantian.example>")


def test_it_says_the_fields_that_it_must_give(tmp_path: Path) -> None:
    tried = made(source(tmp_path, stuck()))

    assert tried is not None
    # 今天 is another day on another day: the example has the day of the mail.
    assert tried.example.date.startswith("2026-03-04")
    assert dict(tried.example.expect) == {"floor": "8", "day": "2026-03-04"}


def test_it_has_no_day_where_none_is_needed(tmp_path: Path) -> None:
    body = "3号楼电梯停在8层，2026年3月9日前修好。"

    tried = made(source(tmp_path, stuck(zones=Zones(new=body), text=body)))

    assert tried is not None
    assert (tried.example.date, tried.example.expect["day"]) == ("", "2026-03-09")


def test_a_mail_that_the_rule_does_not_match_gives_no_example(tmp_path: Path) -> None:
    assert made(source(tmp_path, mail("会议", "议程"))) is None


def test_one_to_let_pass_has_the_words_that_came_near_and_the_exclusion(
    tmp_path: Path,
) -> None:
    body = "各位好。\n明天3号楼电梯困人演练。\n请刘刚参加。"

    tried = made(source(tmp_path, mail("通知", body)), matches=False)

    assert tried is not None
    assert tried.example.body == "明天3号楼电梯困人演练。"
    assert tried.example.expect == {}


def test_one_to_let_pass_must_pass(tmp_path: Path) -> None:
    assert made(source(tmp_path, stuck()), matches=False) is None


def test_a_firm_called_by_its_brand_alone_is_not_left(tmp_path: Path) -> None:
    body = "我是恒远科技的。\n恒远的3号楼电梯停在8层，2026年3月9日前修好，人民路12号。"

    tried = made(source(tmp_path, stuck(zones=Zones(new=body), text=body)))

    assert tried is not None
    assert re.fullmatch(
        r"某某的3号楼电梯停在8层，2026年3月9日前修好，某某路\d\d号。",
        tried.example.body,
    )
    assert tried.example.expect["floor"] == "8"


def test_a_brand_that_the_rule_looks_for_stays(tmp_path: Path) -> None:
    rules = RULES.replace("[困梯, 电梯]", "[恒远科技]").replace("\\\\d+号楼", "人民路")
    body = "恒远科技的3号楼停在8层，地址人民路12号。"

    tried = made(source(tmp_path, mail("报修", body), rules))

    assert tried is not None
    assert "恒远科技" in tried.example.body


def test_what_makes_it_list_mail_comes_along(tmp_path: Path) -> None:
    message = stuck(
        headers=(("List-Id", "Staff 4711 <staff.client.org>"), ("X-Secret", "x")),
        machine=Machine(kind="list", reason="List-Id"),
    )

    tried = made(source(tmp_path, message), matches=False)

    assert tried is not None
    assert list(tried.example.headers) == ["List-Id"]
    assert "4711" not in tried.example.headers["List-Id"]


def test_attachments_come_along_only_where_the_rule_asks(tmp_path: Path) -> None:
    files = (Attachment(name="刘刚4711.pdf", type="application/pdf", content=b"x"),)
    asking = RULES.replace("all: [", "all: [{attachment: {name: {ends: .pdf}}}, ")

    without = made(source(tmp_path, stuck(attachments=files)))
    asked = made(source(tmp_path, stuck(attachments=files), asking))

    assert without is not None
    assert without.example.attachments == ()
    assert asked is not None
    (name,) = asked.example.attachments
    assert name.endswith(".pdf")
    assert "刘刚" not in name


def test_a_rule_that_needs_the_very_number_gives_no_example(tmp_path: Path) -> None:
    rules = RULES.replace("\\\\d+号楼", "x").replace(
        "{text: {regex: '\\d+号楼'}}", "{text: {regex: '13812345678'}}"
    )
    assert "13812345678" in rules

    assert made(source(tmp_path, stuck(), rules)) is None
