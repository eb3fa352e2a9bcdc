"""Knows which key is meant where somebody calls it by another name, often Chinese."""

import difflib
import re
from collections.abc import Collection, Mapping

# English key → what people call it. One word may stand under several keys: which of
# them is meant says the place where it stands.
_CALLED: Mapping[str, str] = {
    "about": "说明 关于",
    "account": "账号",
    "address": "地址 邮箱 邮件地址",
    "all": "全部 所有 都 同时 全部满足",
    "also": "也是 另归 兼",
    "always": "总是 一律",
    "any": "任一 任意 其中之一 任一满足",
    "as": "为 作为",
    "assign": "分派 指派 交办 转办",
    "attach": "附上",
    "attachment": "附件 附件名",
    "attachment_text": "附件内容 附件正文 附件文字",
    "attachments": "附件",
    "auto_reply": "自动回复 自动答复",
    "body": "正文 内容 邮件正文",
    "category": "类别 分类 种类 类",
    "cc": "抄送",
    "chain": "督办链 催办链 链",
    "chains": "督办链 催办链",
    "clearance": "签发级别 审批级别",
    "confidence": "置信度 把握 可信度",
    "contains": "包含 含有 包括 含",
    "count": "计数 个数 次数",
    "cues": "线索 提示",
    "date": "日期 时间",
    "days": "天数 工作日 期限",
    "domain": "域名 网域",
    "draft": "草稿 拟稿",
    "draft_paper": "拟文 起草公文 内部公文",
    "draft_reply": "回复 起草回复 拟复 自动起草",
    "enabled": "启用 有效",
    "ends": "结尾 结尾是 以结尾",
    "en": "英文",
    "examples": "示例 例子 样例 例",
    "expect": "期望 预期",
    "extract": "提取 抽取 读取",
    "fields": "字段 栏目",
    "folder": "文件夹 目录",
    "follow_up": "跟进 催办 督办",
    "footer": "页脚 签名 落款",
    "forward_draft": "转发 转发草稿 起草转发",
    "forwarded": "转发内容 被转发",
    "from": "发件人 寄件人 来自 发信人",
    "glob": "通配符 通配",
    "has_attachment": "有附件 带附件",
    "header": "信头 邮件头",
    "hours": "时段 钟点",
    "id": "编号 标识 代号",
    "ignore": "忽略 不理 不办",
    "in": "在 范围",
    "is": "等于 是 完全是",
    "known_sender": "已知发件人 熟人",
    "language": "语言 语种",
    "list_id": "邮件列表 列表",
    "local": "用户名",
    "machine": "机器邮件 自动邮件",
    "mailbox": "邮箱 文件夹",
    "mark": "标记 标为 打标记",
    "match": "匹配 应匹配 命中",
    "move": "移动 移到 移至 归档到",
    "name": "名称 名字 姓名",
    "near": "邻近 靠近",
    "needs_reply": "需要回复 要回复 需回复",
    "new": "新写内容 新内容",
    "no_match": "不匹配 不应匹配 不命中",
    "none": "都不 没有 排除 除外 除非",
    "not": "不 非 反例",
    "note": "备注 注",
    "notify": "通知 告知",
    "over": "大于 超过",
    "owner": "负责人 经办人 承办人 主办",
    "papers": "公文 内部文件",
    "by_hand": "手填",
    "people": "人员 同事",
    "priority": "优先级 优先 优先顺序",
    "quarantine": "隔离 留置",
    "quoted": "引文 引用 引用内容",
    "reason": "理由 原因",
    "regex": "正则 正则表达式",
    "reply": "回复 答复 回复模板",
    "reply_to": "回复地址 答复地址",
    "review": "人工审核 复核 人看",
    "rooms": "会议室 房间",
    "rules": "规则",
    "save_attachment": "保存附件 存附件 留存附件",
    "sensitivity": "密级 敏感程度 保密级别",
    "size": "大小 尺寸",
    "starts": "开头 开头是 以开头",
    "steps": "步骤",
    "stop": "停止 到此为止 终止",
    "subject": "主题 标题 题目 邮件主题",
    "suppliers": "供应商",
    "tag": "标签 打标签",
    "template": "模板 模版",
    "text": "文字 文本 全文",
    "then": "那么 则 就 动作 处理 执行",
    "thread": "往来 会话 来往",
    "to": "收件人 收信人 给",
    "trusted": "可信 已验证",
    "type": "类型",
    "under": "小于 不足",
    "until": "截止 有效期至 直到",
    "weekday": "星期 周几",
    "weight": "权重 分量",
    "when": "当 条件 如果 若",
    "why": "为什么 原因",
    "within": "之内 以内 相距",
    "words": "词 整词 词语 单词",
    "working_day": "工作日",
    "zh": "中文",
    "zone": "部位 区域",
}
# As other programs call it; what is only misspelt finds itself.
_ELSEWHERE: Mapping[str, str] = {
    "all": "and both every",
    "any": "or either one_of",
    "assign": "assign_to",
    "body": "content message",
    "category": "drawer",
    "contains": "includes include like has",
    "cues": "hints clues",
    "draft_reply": "reply answer respond auto_reply",
    "enabled": "active",
    "ends": "ends_with endswith suffix",
    "follow_up": "followup remind reminder",
    "forward_draft": "forward redirect",
    "from": "sender author",
    "has_attachment": "attached",
    "is": "equals equal eq exactly",
    "mark": "flag addflag mark_as",
    "match": "matches should_match",
    "move": "fileinto file_into move_to folder",
    "no_match": "not_match nomatch should_not_match",
    "none": "not except unless without exclude excludes",
    "note": "comment description remark",
    "priority": "order rank",
    "regex": "regexp pattern matches",
    "save_attachment": "save save_attachments",
    "starts": "starts_with startswith begins begins_with prefix",
    "subject": "title topic",
    "tag": "label labels add_label",
    "then": "actions action do",
    "to": "recipient receiver addressee",
    "until": "expires valid_until",
    "when": "if condition conditions where",
    "words": "whole_words",
}
_MEANT: Mapping[str, tuple[str, ...]] = {
    said: tuple(key for key, words in table.items() if said in words.split())
    for table in (_CALLED, _ELSEWHERE)
    for words in table.values()
    for said in words.split()
}
# 主題 for 主题: the traditional signs of these words, and of those for values.
_SIMPLE = str.maketrans(
    "機單認識貴體話電傳網頁領導額幣號訂預鏈關從無對數時郵編碼員審國涉誤認車證銀"
    "題標內類別規則條當樣優級說發寄處動轉簡錄歸檔範圍詞語關聯絡議間開頭結應與",
    "机单认识贵体话电传网页领导额币号订预链关从无对数时邮编码员审国涉误认车证银"
    "题标内类别规则条当样优级说发寄处动转简录归档范围词语关联络议间开头结应与",
)


def is_a_name(word: str) -> bool:
    """Say whether some key is called so, in Chinese or elsewhere, or is this word."""
    return word in _CALLED or simple(word) in _MEANT


def simple(word: str) -> str:
    """Write the traditional signs of these words the simplified way."""
    return word.translate(_SIMPLE)


def meant_by(word: str, known: Collection[str]) -> str | None:
    """Say which of the known keys another word stands for; None where for none.

    A near miss in Chinese (发件 for 发件人) counts, where it is near no other word.
    """
    said = simple(word.strip())
    if said.isascii():
        said = re.sub(r"[\s-]+", "_", said.lower())
    fitting = {s: k for s, keys in _MEANT.items() for k in keys if k in known}
    if said in fitting or said.isascii():
        return fitting.get(said)
    near = difflib.get_close_matches(said, sorted(fitting), n=1, cutoff=0.6)
    return fitting[near[0]] if near else None
