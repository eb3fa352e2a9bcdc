"""Keeps the words by which letters cancel, change, chase, report and confirm.

All of them are for text in simplified characters.
"""

import re

# If you want to cancel, free cancellation until Friday: nobody cancels anything there.
CANCEL = re.compile(
    r"取消(?!费|政策|期限|条款|资格|订阅|规定|不了)|作废|撤回|撤销(?!权)|不再需要"
    r"|不需要了|不用了|退掉"
    r"|^[\W_]{0,4}(?:cancel(?:led|ed|lation)?)\b(?!.{0,12}(?:policy|fee|charge|terms))"
    r"|\b(?:(?:please|must|have to|need to|want to|like to|can you|could you|i'?m"
    r"|we'?re|to) cancel(?:l?ing)?"
    r"|(?:is|are|has been|have been|was|been|now) (?:hereby )?cancell?ed"
    r"|cancellation of|call(?:ed|ing)? off"
    r"|no longer (?:need|require|want|going ahead|taking place)"
    r"|will not (?:go ahead|take place)|won'?t be needing"
    r"|withdraw (?:my|our|the)|stand down)\b",
    re.IGNORECASE | re.MULTILINE,
)
CONDITIONAL = re.compile(
    r"(?:如需|如果|如要|若需|若要|如有|若有|请勿|不得|不能|不可|无法|无须|无需|不会"
    r"|不|免费|可以|可).{0,6}$"
    r"|\b(?:if|unless|should|whether|before|until|free|may|wish)\b.{0,24}$",
    re.IGNORECASE,
)
CHANGE = re.compile(
    r"(?<!整)改(?:到|至|在|为|期|签)|换到|换成|调整(?:到|至|为)|(?:推迟|提前|延期|顺延|"
    r"延后)(?:到|至|召开|举行)|时间变更|变更通知"
    r"|(?:会议|时间|日程|行程|地点|人数|安排)(?:有|作|做|已)?.{0,4}(?:变更|调整|变动|"
    r"更改)|更正(?:如下|通知|:|$)|以.{0,4}(?:本|此)(?:次|通知|邮件)为准"
    r"|\b(?:moved? (?:\w+ ){0,4}(?:to|from|back|forward)|re-?schedul\w+|postpon\w+|"
    r"brought forward|pushed? back"
    r"|chang(?:e|ed|ing) (?:of|to|the|our|my|from)|we are now \d|now (?:on|at|"
    r"in) (?:the )?\w+|instead of|swap(?:ped)?"
    r"|amend(?:ed|ment)|revised|correction|updated? (?:date|time|agenda|programme|"
    r"venue|list))\b"
    r"|^[\W_]{0,4}(?:updated?|changed?|rescheduled|postponed|correction|amended|"
    r"revised)\b",
    re.IGNORECASE | re.MULTILINE,
)
CHASE = re.compile(
    r"催(?!款|化|收|生|熟)|仍未|尚未.{0,6}(?:收到|回复|答复|反馈|报送|提交|办理|解决)|"
    r"至今(?:未|没)|一直(?:未|没(?!问题))|迟迟|还没(?:有)?(?:收到|回复|答复|消息|处理|"
    r"人)"
    r"|没有(?:下文|回音|音讯)|什么时候能|何时能|再次(?:提醒|请|来信|致函|反映)|(?:已|"
    r"均已|均|严重|目前)逾期|已.{0,3}过.{0,3}(?:期限|截止)|(?:温馨|友情|再次|最后)提醒|"
    r"进展如何"
    r"|\b(?:chas(?:er|ing)(?! up (?:others|them))|follow(?:ing)?[- ]up on|any (?:news|"
    r"update|progress|word)|(?:gentle|friendly|final|second|polite)? ?reminder"
    r"|still (?:waiting|awaiting|no (?:reply|answer|news|response|sign)|nothing|"
    r"outstanding|haven't|not (?:received|heard|had|arrived|been))|(?:have|"
    r"has)(?: still)?(?:n'?t| not) (?:yet )?(?:heard|received|had|been)"
    r"|(?:not|never) (?:yet )?(?:heard|received|had) (?:back|anything|a reply|"
    r"an answer)|where are we with|overdue|nobody (?:has )?(?:came|come|answered|"
    r"called))\b",
    re.IGNORECASE,
)
COMPLETION = re.compile(
    r"(?:已|已经|均已|都已|全部|现已)(?:经)?(?:完成|修好|修复|办结|办妥|办好|解决|"
    r"处理(?:完|好|完毕)|恢复|送达|付款|支付|整改(?:完|到位)|归还|换好|补齐|签收|"
    r"安装(?:完|好))"
    r"|完工|修好了|弄好了|搞定了?|销号|办结"
    r"|\b(?:(?:is|are|has been|have been|was|were|now|all|it'?s|been) (?:now )?"
    r"(?:done|completed|complete|finished|fixed|repaired|resolved|restored|sorted|"
    r"settled|paid|delivered|replaced|returned|closed)"
    r"|(?:we|i)(?: have|'ve)? (?:finished|completed|fixed|repaired|resolved|replaced|"
    r"returned)|job (?:done|closed)|work complete)\b",
    re.IGNORECASE,
)
CONFIRM = re.compile(
    r"(?:兹|特此|现|已|予以|我方|我们|我司|本人)(?:.{0,3})确认|^[\W_]{0,4}(?:确认|同意|"
    r"可以|没问题|无异议|无意见|收到)|(?:准时|按时|届时)(?:参加|出席|到达|到场)|"
    r"(?:同意|批准)(?:上述|贵|该|此|按)"
    r"|(?:预订|订单|预约|行程|入住).{0,4}(?:已)?确认|(?:确认|回执)(?:单|函|如下|$)"
    r"|^[\W_]{0,4}(?:confirmed?|confirmation|accepted|agreed|approved|yes|ok(?:ay)?|"
    r"received)\b"
    r"|\b(?:(?:we|i)(?: hereby| can| are happy to| am happy to|"
    r" would like to)? confirm|(?:is|are|has been|have been) (?:now )?(?:confirmed|"
    r"approved|accepted)"
    r"|(?:we|i) (?:will|shall) (?:be there|attend)|happy to (?:attend|accept|join)|"
    r"booking confirmation|order confirmation)\b",
    re.IGNORECASE | re.MULTILINE,
)
ASKED = re.compile(
    r"(?:请|烦请|望|请您|请予|麻烦|等待|待|恳请|尽快|及时|可否|能否|"
    r"是否)[^。\n]{0,6}$|\b(?:please|pls|kindly|could|can|you|to|not|un|be|until|once|"
    r"when|if)\b[\w' ]{0,12}$",
    re.IGNORECASE,
)
QUESTION = re.compile(r"[??]|请问|(?:吗|呢|么)[。!]?\s*$", re.MULTILINE)
REQUEST = re.compile(
    r"请(?!问)|麻烦|帮|能否|可否|申请|想(?:借|订|约|请)|需要"
    r"|\b(?:please|pls|(?:could|can|may|would) (?:i|we|you|someone|somebody)|(?:i|"
    r"we)(?:'d| would) like|need|want)\b",
    re.IGNORECASE,
)
