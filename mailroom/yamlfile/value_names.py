"""Knows which word of a closed list is meant where somebody writes it in Chinese."""

from collections.abc import Collection, Mapping

from mailroom.i18n import catalog
from mailroom.yamlfile.other_names import simple

# Subject → value → what people call it. The first word is shown. Where a subject is
# one of `_SAID`, what the desk itself says of a value stands before these.
_CALLED: Mapping[str, Mapping[str, str]] = {
    "yes or no": {
        "yes": "是 要 需要 需 有 对 真 开 启用 可以 允许",
        "no": "否 不 不要 不需要 不用 无 没有 假 关 停用 不可以 不允许",
    },
    "sensitivity": {
        "normal": "普通 一般 公开 正常",
        "internal": "内部 内部公开",
        "confidential": "保密 商业秘密 敏感",
        "classified": "涉密 国家秘密 绝密 机密 秘密",
    },
    "draft": {"normal": "照常 正常 普通", "asked": "按需 要求时", "never": "从不 不拟"},
    "traditional": {
        "same": "相同 不分 通用 简繁不分",
        "exact": "区分 严格 精确 简繁区分",
    },
    "only": {
        "unsorted": "未归类 未分类 待分拣",
        "unknown": "未知 无从归类 不明",
    },
    "machine": {
        "bounce": "退信 退件",
        "auto_reply": "自动回复 自动答复",
        "receipt": "回执 已读回执",
        "list": "邮件列表 列表",
        "bulk": "群发 批量",
        "own": "本系统 我方 本单位",
        "yes": "是",
        "no": "否 不是",
    },
    "language": {
        "zh": "中文 汉语 简体 简体中文",
        "zh-Hant": "繁体 繁体中文 正体",
        "en": "英文 英语",
        "mixed": "中英文 中英混合 混合 双语",
    },
    "trusted": {
        "yes": "可信 已验证 通过 是",
        "no": "不可信 未通过 否",
        "unknown": "未知 不明 不清楚",
    },
    "zone": {
        "new": "正文 新写内容 新内容",
        "forwarded": "转发内容 转发 被转发",
        "quoted": "引文 引用",
        "footer": "页脚 签名 落款",
    },
    "place": {
        "subject": "主题 标题",
        "body": "正文 内容",
        "new": "新写内容 新内容",
        "forwarded": "转发内容 转发",
        "quoted": "引文 引用",
        "footer": "页脚 签名 落款",
        "attachment": "附件 附件名",
        "attachment_text": "附件内容 附件正文 附件文字",
        "from": "发件人 来信人",
    },
    "mail_type": {
        "new": "新事 新来信",
        "change": "改期 更改",
        "cancel": "撤销 作废",
        "confirmation": "确认函",
        "chase": "催办 催促",
        "completion": "办结 完成",
        "thanks": "感谢",
        "question": "提问 咨询",
    },
    "fraud": {
        "lookalike": "仿冒域名 仿冒 假冒域名",
        "reply_to": "回复地址 回复地址不符",
        "leader": "冒充领导 领导",
        "page": "钓鱼网页 网页",
        "header": "信头 邮件头",
        "yes": "是 有",
        "no": "否 没有",
    },
    "known_sender": {
        "own": "本单位 我方 自己人 内部",
        "supplier": "供应商 供货商",
        "vip": "贵宾 重要客户 重要 领导",
        "government": "政府 政府机关 机关",
        "yes": "认识 已知 是",
        "no": "陌生 不认识 未知 陌生人 否",
    },
    "mark": {
        "read": "已读",
        "unread": "未读",
        "flagged": "星标 旗标 标星 重要",
    },
    "weekday": {
        day: f"周{sign} 星期{sign} 礼拜{sign}{more}"
        for day, sign, more in (
            ("mon", "一", ""),
            ("tue", "二", ""),
            ("wed", "三", ""),
            ("thu", "四", ""),
            ("fri", "五", ""),
            ("sat", "六", ""),
            ("sun", "日", " 周天 星期天 礼拜天"),
        )
    },
    "type": {
        "text": "文字 文本 原文",
        "code": "代码 编码 编号",
        "date": "日期 日子",
        "datetime": "日期时间 日期和时间",
        "end": "结束 结束时间 结束日期",
        "period": "期间 起止时间 时段",
        "eve": "前一天 前夕",
        "time": "时间 钟点 时刻",
        "deadline": "截止 期限 时限 截止日期",
        "validity": "有效期",
        "due_date": "付款日 到期日 应付日期",
        "days": "天数",
        "money": "金额 钱 价格",
        "total": "总额 合计 总金额",
        "capitals": "大写金额 大写",
        "currency": "币种 货币",
        "doc_no": "文号 发文字号",
        "ref_doc_no": "来文文号 引用文号",
        "security_level": "密级",
        "security_term": "保密期限",
        "urgency": "紧急程度 缓急",
        "invoice_no": "发票号 发票号码",
        "invoice_code": "发票代码",
        "po_no": "采购单号 采购订单号",
        "order_no": "订单号",
        "contract_no": "合同号 合同编号",
        "quote_no": "报价单号",
        "ticket_no": "工单号 票号",
        "claim_no": "报销单号 理赔号",
        "booking_ref": "预订号 预订编号",
        "vacancy_ref": "职位编号 岗位编号",
        "budget_code": "预算科目 预算编号",
        "account_no": "账号 银行账号",
        "card_last4": "卡号末四位 尾号",
        "credit_code": "统一社会信用代码 信用代码 税号",
        "id_card": "身份证 身份证号",
        "bank_card": "银行卡 银行卡号",
        "iban": "国际银行账号",
        "vat_no": "增值税号",
        "transport_no": "车次航班 车次 航班 航班号",
        "plate": "车牌 车牌号",
        "tracking_no": "快递单号 运单号",
        "pickup_code": "取件码",
        "person": "姓名 人名 人员",
        "contact": "联系人",
        "phone": "电话 电话号码",
        "mobile": "手机 手机号",
        "fax": "传真",
        "email": "邮箱 邮件地址 电子邮箱",
        "link": "链接 网址",
        "postcode": "邮编 邮政编码",
        "address": "地址",
        "room": "会议室 房间",
        "place": "地点 场所",
        "late": "迟到 滞后 晚点",
        "headcount": "人数",
        "number": "数字 数",
        "percent": "百分比 比例",
        "quantity": "数量",
    },
    "starts": {
        "registered": "收文 收到",
        "sent": "发出 去信",
        "bounced": "被退回 退信",
    },
    "ends_on": {"answer": "回复", "sent": "发出", "closed": "结案 完成"},
    "to": {"correspondent": "对方", "owner": "负责人 承办人"},
    "level": {
        "friendly": "提醒",
        "overdue": "催办",
        "head": "部门负责人 负责人",
        "leader": "领导",
    },
    "role": {
        "operator": "系统管理员 管理员",
        "editor": "规则编辑 编辑",
        "reviewer": "审核",
        "director": "主任 办公室主任",
        "leader": "领导",
    },
    "calendar": {"CN": "中国 大陆", "UK": "英国"},
}
_SAID = frozenset({"mail_type", "starts", "ends_on", "to", "level", "role"})


def called(subject: str, value: str) -> tuple[str, ...]:
    """Give the Chinese words for a value; the first is how to show it."""
    own = catalog("zh-CN").get(value) if subject in _SAID else None
    words = _CALLED.get(subject, {}).get(value, "").split()
    return tuple(dict.fromkeys((own, *words) if own else words))


def value_meant_by(subject: str, word: str, known: Collection[str]) -> str | None:
    """Say which known value a Chinese word stands for; None where for none."""
    said = simple(word.strip())
    fitting = (value for value in known if said in called(subject, value))
    return None if said.isascii() else next(fitting, None)


def shown(subject: str, word: str, known: Collection[str]) -> str:
    """List the known values; where somebody wrote Chinese, in Chinese as well."""
    values = sorted(known)
    if word.isascii() or subject not in _CALLED:
        return ", ".join(values)
    both = ((value, called(subject, value)) for value in values)
    return ", ".join(
        f"{value}（{words[0]}）" if words else value for value, words in both
    )
