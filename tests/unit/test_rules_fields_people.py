"""Claims about people, how they are reached, where they are and how many."""

import pytest

from tests.unit.field_letters import read, values

ACCEPTED = {
    "phone": [
        ("孟凡，0440-83125566,15400223311", ["0440-83125566", "15400223311"]),
        ("0440-83127755(办) 15400448822", ["0440-83127755", "15400448822"]),
        ("(0440)83100110", ["0440-83100110"]),
        ("0440-83100110转8000", ["0440-83100110-8000"]),
        ("电话83119000", ["83119000"]),
        ("+86 154 0077 0912", ["15400770912"]),
        ("400-820-8820", ["400-820-8820"]),
        ("请致电95000", ["95000"]),
        ("电话/传真:0440-83127756", ["0440-83127756"]),
        ("+44 20 7946 0122", ["+44 20 7946 0122"]),
        ("020 7946 0122", ["020 7946 0122"]),
        ("07700 900461", ["07700 900461"]),
        ("+47 555 01 229", ["+47 555 01 229"]),
        ("call 2555 0143", ["2555 0143"]),
    ],
    "mobile": [("手机154 0077 0912", ["15400770912"])],
    "fax": [
        ("电话0440-83127755，传真0440-83127756", ["0440-83127756"]),
        ("fax: +44 20 7946 0123", ["+44 20 7946 0123"]),
    ],
    "email": [
        ("发送至 huiwu@jzwllm.example。", ["huiwu@jzwllm.example"]),
        ("C.D@E.Example, a+b@x.example", ["C.D@e.example", "a+b@x.example"]),
    ],
    "link": [
        ("REVIEW: https://sign.example/d/6f1e22.", ["https://sign.example/d/6f1e22"]),
        ("见www.firm.example/x?y=1。", ["www.firm.example/x?y=1"]),
    ],
    "postcode": [("London EC3A 5BD", ["EC3A 5BD"]), ("邮编：350001", ["350001"])],
    "address": [
        ("地址：江州市滨江路18号恒远大厦。", ["江州市滨江路18号恒远大厦"]),
        ("Delivery address: 20 Fenwick St, London", ["20 Fenwick St, London"]),
    ],
    "person": [
        ("联系人：孟凡，0440", ["孟凡"]),
        ("李科长来电", ["李科长"]),
        ("副主任方建华一行", ["方建华"]),
        ("江州日报记者罗晴,正在", ["罗晴"]),
        ("请欧阳娜娜女士参加", ["欧阳娜娜"]),
        ("Mr Aasen uses a wheelchair", ["Aasen"]),
        ("Dear Ms Tolland,", ["Tolland"]),
        ("With thanks\nProf. M. Idris", ["M. Idris"]),
        ("Contact: Grace Mensah", ["Grace Mensah"]),
        ("Dr Jean-Luc O'Neill", ["Jean-Luc O'Neill"]),
        ("XU TING will come", ["徐婷"]),
    ],
    "contact": [
        ("联系人:邱阳,15400881234", ["邱阳"]),
        ("联系人：苏敏，电话", ["苏敏"]),
        ("Contact name: Leo Chan", ["Leo Chan"]),
    ],
    "room": [
        ("2号楼301会议室", ["2号楼301会议室"]),
        ("订301会议室", ["2号楼301会议室"]),
        ("三楼会议室", ["2号楼301会议室"]),
        ("the Boardroom at 3", ["Thames Room"]),
        ("Meeting Room 4.12", ["Meeting Room 4.12"]),
        ("五楼第二会议室", ["五楼第二会议室"]),
        ("3号楼205室", ["3号楼205室"]),
    ],
    "place": [
        ("heating on Level 4 north", ["Level 4 north"]),
        ("2号楼3层漏水", ["2号楼3层"]),
        ("the 3rd floor", ["3rd floor"]),
        ("地下二层", ["地下二层"]),
        ("请到二楼报告厅签到", ["二楼报告厅"]),
        ("2号楼3层第二会议室", ["2号楼3层第二会议室"]),
        ("A座12层1203室", ["A座12层1203室"]),
        ("地点：3楼 职工食堂", ["3楼 职工食堂"]),
        ("三楼东侧卫生间堵了", ["三楼东侧卫生间"]),
        ("二楼西侧漏水", ["二楼西侧"]),
        ("二楼漏水，报告厅停用", ["二楼"]),
        ("地点：二楼\n报告厅停用", ["二楼"]),
        ("二楼201人", ["二楼"]),
        ("二楼大家都在", ["二楼"]),
    ],
    "headcount": [
        ("人数还是二十来个", ["20"]),
        ("15人", ["15"]),
        ("A楼，15人", ["15"]),
        ("方建华一行12人", ["12"]),
        ("预计参演人员120人", ["120"]),
        ("人数：15", ["15"]),
        ("8位嘉宾", ["8"]),
        ("组织86名学生参观", ["86"]),
        ("20位家长", ["20"]),
        ("十五人参加", ["15"]),
        ("A delegation of seven from", ["7"]),
        ("12 people", ["12"]),
        ("headcount: 12", ["12"]),
        ("上午9:00至11:00，40人", ["40"]),
        ("table for 9", ["9"]),
        ("seven covers", ["7"]),
        ("two of us", ["2"]),
    ],
    "days": [
        ("请假2天", ["2"]),
        ("两天半", ["2.5"]),
        ("半天", ["0.5"]),
        ("3个工作日", ["3"]),
        ("half a day", ["0.5"]),
        ("1.5 days", ["1.5"]),
        ("five working days", ["5"]),
        ("two and a half days", ["2.5"]),
    ],
    "percent": [
        ("进度35%", ["35"]),
        ("百分之三十五", ["35"]),
        ("13.5 per cent", ["13.5"]),
        ("5‰", ["0.5"]),
    ],
    "quantity": [
        ("电脑5台、扩展坞5个", ["5", "5"]),
        ("沙袋500个", ["500"]),
        ("两盒电池", ["2"]),
        ("12 x cable tray", ["12"]),
        ("硒鼓×4", ["4"]),
    ],
    "number": [("seven", ["7"]), ("1,200", ["1200"]), ("一百二十", ["120"])],
}
REJECTED = {
    "phone": [
        "154****0088",
        "26330000000512345678",
        "传真0440-83127756",
        "6222 0000 0005 1234",
        "83119000",
        "HE-22910223",
        "1540077091",
        "2026-03-04",
        "1962-1968",
        "12,300.00",
        "https://x.example/15400770912",
        "SF1501122334455",
    ],
    "fax": ["电话0440-83127755", "传真过去", "电话/传真:0440-83127756"],
    "email": ["https://x.example/a@b.example", "@office", "a@b", "下午@你"],
    "link": ["a@b.example", "www", "firm.example"],
    "postcode": ["350001", "A4 纸", "PO HE-2291"],
    "person": [
        "安全主任",
        "工程部主办",
        "各位同志",
        "高级工程师",
        "总经理办公会",
        "Dear Sir",
        "Drive 5",
        "mr",
        "明天经理会",
        "周五",
    ],
    "contact": ["联系人见附件", "contact us", "Account name: Harbour Ltd"],
    "room": [
        "会议室坏了",
        "room service",
        "入住酒店房间301",
        "hotel room 204",
        "13012345",
        "no room for doubt",
    ],
    "place": ["level of service", "三层楼以上", "floor it", "1.5层"],
    "headcount": [
        "人民币",
        "每人1200元",
        "双方无人受伤",
        "2人间",
        "8人以上",
        "for 9 March",
        "for 5 working days",
        "for £5",
        "for 7pm",
        "for 3 years",
        "一人",
        "第3人民医院",
    ],
    "days": [
        "明天",
        "第2天",
        "3个工作日内",
        "within 5 days",
        "5日",
        "今天",
        "一天气温",
    ],
    "percent": ["v35", "35", "%", "百分之"],
    "quantity": ["3个月", "3个工作日", "一次性", "第5条", "3点"],
    "number": ["a desk", "v2", "3.5", "none"],
}


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [(kind, *pair) for kind, pairs in ACCEPTED.items() for pair in pairs],
)
def test_a_value_is_read_as_it_is_meant(
    kind: str, text: str, expected: list[str]
) -> None:
    assert values(kind, text) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [(kind, text) for kind, texts in REJECTED.items() for text in texts],
)
def test_what_only_looks_like_a_value_is_left_alone(kind: str, text: str) -> None:
    assert values(kind, text) == []


def test_a_surname_with_its_title_is_no_whole_name() -> None:
    (found,) = read("person", "李科长来电")

    assert not found.sure


def test_a_title_goes_with_its_name() -> None:
    assert [one.unit for one in read("person", "副主任方建华一行")] == ["副主任"]
    assert [one.unit for one in read("person", "Ms Tolland")] == ["Ms"]


def test_a_room_of_ours_is_sure_and_any_other_is_not() -> None:
    assert [one.sure for one in read("room", "301会议室或第三会议室")] == [True, False]


def test_guests_are_counted_before_their_cups_of_tea() -> None:
    assert values("headcount", "3 guests, tea for 5")[0] == "3"


@pytest.mark.parametrize("text", ["参会20余人", "约30人"])
def test_a_vague_number_of_people_is_unsure(text: str) -> None:
    assert [one.sure for one in read("headcount", text)] == [False]
