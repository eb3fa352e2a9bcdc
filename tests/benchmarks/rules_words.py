"""Writes rule sets that mean the same to mailroom and to Pigeonhole's Sieve."""

import random
from dataclasses import dataclass
from itertools import product


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ZH_MATTERS = _listed(
    "采购 招标 合同 验收 付款 报销 培训 考核 招聘 调研 检查 审计 维修 搬迁 会议 接待"
    " 宣传 统计 档案 安全 消防 保密 信访 督查 预算 决算 资产 车辆 物业 网络 软件 数据"
    " 科研 教学 课题 项目 质量 环保 节能 卫生 防疫 食堂 宿舍 绿化 工会 党建 团建 捐赠"
    " 租赁 保险"
)
_ZH_PAPERS = _listed(
    "通知 报告 请示 批复 函件 纪要 方案 计划 总结 清单 申请 登记 台账 预案 公告 通报"
    " 协议 说明 名单 日程 议程 简报 意见 办法 细则 规定 规程 标准 指标 结果 进展 安排"
    " 流程 材料 表格 样本 样品 照片 证明 证书 许可 批文 公示 问卷 回执 凭证 单据 明细"
    " 汇总 备忘"
)
_EN_MATTERS = _listed(
    "procurement tender contract delivery payment travel training appraisal vacancy"
    " survey inspection audit repair removal workshop reception campaign census archive"
    " safety fire privacy petition oversight budget closing asset vehicle estate"
    " network software dataset research lecture grant project quality climate"
    " energy hygiene clinic canteen dormitory garden union charity sponsor donation"
    " rental insurance"
)
_EN_PAPERS = _listed(
    "notice report request approval letter minutes scheme plan summary checklist"
    " application register ledger drill bulletin circular agreement briefing roster"
    " itinerary agenda digest opinion measure clause policy routine standard indicator"
    " outcome progress timetable workflow dossier form sample specimen photograph proof"
    " certificate licence permit display questionnaire receipt voucher docket breakdown"
    " overview memo"
)


@dataclass(frozen=True, slots=True)
class Word:
    """What a rule looks for, and the domain that goes with it."""

    text: str
    domain: str
    chinese: bool


@dataclass(frozen=True, slots=True)
class Twin:
    """One rule in both languages."""

    ours: str
    sieve: str


def _words() -> tuple[Word, ...]:
    texts = [(a + b, True) for a, b in product(_ZH_MATTERS, _ZH_PAPERS)]
    texts += [(f"{a} {b}", False) for a, b in product(_EN_MATTERS, _EN_PAPERS)]
    # Rare ones, of which no mail has any: ten thousand rules need words, too.
    texts += [(f"{a}第{n}号{b}", True) for n, (a, b) in
              enumerate(product(_ZH_MATTERS, _ZH_PAPERS))]  # fmt: skip
    texts += [(f"{a} {b} no. {n}", False) for n, (a, b) in
              enumerate(product(_EN_MATTERS, _EN_PAPERS))]  # fmt: skip
    random.Random(7).shuffle(texts)  # noqa: S311  the same words in every run
    return tuple(
        Word(text, f"firm{n}.example", chinese)
        for n, (text, chinese) in enumerate(texts)
    )


WORDS = _words()


def twins(count: int) -> list[Twin]:
    """Make rules: 30 % subject, 30 % body, 10 % each of sender and the mixtures."""
    return [_twin(n, WORDS[n % len(WORDS)], WORDS[(7 * n + 3) % len(WORDS)])
            for n in range(count)]  # fmt: skip


_OURS = """\
  - id: r{n}
    when: {when}
    extract: {{ref: {{in: subject+new, regex: 'no\\. (\\d+)|（(\\d+)）'}}}}
    then: [{{tag: r{n}}}]
"""
# The whole text of the mail, as Sieve's `body :text`.
_TEXT = "{{text: {{in: new+forwarded+quoted+footer, contains: '{}'}}}}"


def _twin(n: int, one: Word, other: Word) -> Twin:
    subject = f"{{subject: '{one.text}'}}"
    body = _TEXT.format(other.text)
    sender = f"{{from: {one.domain}}}"
    s_subject = f'header :contains "subject" "{one.text}"'
    s_body = f'body :text :contains "{other.text}"'
    s_sender = f'address :domain "from" "{one.domain}"'
    forms = (
        *((subject, s_subject),) * 3,
        *((body, s_body),) * 3,
        (sender, s_sender),
        (f"{{all: [{subject}, {body}]}}", f"allof({s_subject}, {s_body})"),
        (f"{{any: [{subject}, {body}]}}", f"anyof({s_subject}, {s_body})"),
        (f"{{from: {one.domain}, none: [{{subject: '{other.text}'}}]}}",
         f'allof({s_sender}, not header :contains "subject" "{other.text}")'),
    )  # fmt: skip
    when, test = forms[n % len(forms)]
    return Twin(_OURS.format(n=n, when=when), f'if {test} {{ addflag "r{n}"; }}\n')


def as_ours(rules: list[Twin]) -> str:
    """Give the rules as one file of mailroom's."""
    return "mailroom: 1\nrules:\n" + "".join(rule.ours for rule in rules)


def as_sieve(rules: list[Twin]) -> str:
    """Give the rules as one Sieve script."""
    return 'require ["body", "imap4flags"];\n' + "".join(r.sieve for r in rules)
