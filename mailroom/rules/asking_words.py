"""Keeps the words by which letters ask for an answer, and those that only sound so.

All of them are for single sentences in simplified characters.
"""

import re

_FLAGS = re.IGNORECASE

# Who applies waits for an answer, however courteous: "please find attached my CV".
APPLIES = re.compile(
    r"应聘|应征|求职|期待(?:您的)?面试|(?:附上|附件是|见附件)[^。]{0,8}(?:简历|履历)"
    r"|推荐[^。]{0,6}候选人|\bmy (?:cv|r[ée]sum[ée])\b|\b(?:apply"
    r"|application) for the (?:post|position|role|vacancy)\b",
    _FLAGS,
)
# A question that is put to us, an answer or an act that is asked for.
ASKS = re.compile(
    r"[?？]\s{0,2}$|吗[。\s]{0,2}$|(?:请|烦请|烦|麻烦|恳请|敬请|务请|望|盼|希望|拜托"
    r"|劳驾|务必|求|帮忙|帮我|想请|需要?您|需要?贵|给)[^,，]{0,40}(?:回复|回覆|回函"
    r"|复函|函复|答复|答覆|回执|回执|回音|回个|回电|回话|反馈|确认|告知|告诉|明示"
    r"|批准|审批|批复|批示|审核|审阅|核实|核对|查明|处理|办理|安排|协调|协助|帮忙"
    r"|提供|报送|上报|填报|填写|提交|发送|发给|发来|发我|寄给|寄来|开具|开一|换开"
    r"|重开|签字|签署|签收|盖章|用印|订一|预订|预留|留一|派人|派个|修一|看一下|看看"
    r"|支持|解决|通融|退还|补发|补充|更正|更换|改一下|说明|解释|考虑|给予|为盼"
    r"|联系我|准假|代班|出具|送达|落实|整改|参加|出席|莅临|报名|采购|购置|报价|转告"
    r"|转交|修改|定一下|查一查|查实|调查)|盼复|盼回|候复|静候|急盼|待复|为盼|为荷"
    r"|妥否|当否|可否|能否|是否可|是否能|是否同意|行不行|可以吗|方便的话|怎么(?:办"
    r"|处理|走|申请|报|弄)|什么时候|何时|多久|多少钱|(?:我|本人|我们|我司|我处|我部"
    r"|现|特|拟|兹)[^。,，]{0,12}(?:申请|投诉|举报|反映|预约|求助|需要|希望)|想(?:借"
    r"|订|约|请|申请|咨询|问|了解|反映)|^[^。]{0,12}申请[:：\s]|(?:报价"
    r"|价格)[^。]{0,10}有效|\b(?:could|can|would|will) (?:you|someone|somebody"
    r"|anyone|we|i)\b|\b(?:please|pls|kindly)\b[^.]{0,60}?\b(?:confirm|reply|respond"
    r"|answer|let (?:me|us)|advise|tell|send|return|provide|supply|arrange|book"
    r"|reserve|call|ring|phone|sign|complete|fill|raise|approve|authorise|authorize"
    r"|issue|forward|pass|check|look into|investigate|review|submit|acknowledge|help"
    r"|order|update|correct|amend|explain|make sure|ensure|quote|consider|get|give"
    r"|put|remove|cancel|move|change|process|find out|have|bring|fix|schedule"
    r"|report)\b|\blet (?:me|us) know\b|\brsvp\b|\bget back to (?:me|us)\b"
    r"|\blook(?:ing)? forward to (?:hearing|your (?:reply|response|answer))|\b(?:i"
    r"|we)(?: a|')?(?:'d| would) (?:like|appreciate|be grateful)\b|\bwe'd like\b"
    r"|\b(?:i|we) (?:need|require|request|await|want|wish to|ask (?:you|that)"
    r"|am applying|are applying|would like)\b|\b(?:i am|i'm|we are"
    r"|we're) (?:writing to (?:ask|request|complain|apply|enquire|inquire)"
    r"|waiting for|still waiting|chasing|asking|applying)\b|\b(?:my"
    r"|our) (?:application|request|complaint)\b|\bapply for\b|\b(?:call|ring"
    r"|phone) (?:(?:me|us|him|her|them)(?: back)?|back)\b|\b(?:are|is) (?:requested"
    r"|asked|required|invited) to\b|\bmust be \w+ed (?:by|within|before)\b|\b(?:must"
    r"|need to|should) (?:be )?(?:repl(?:y|ied)|respond|return(?:ed)?|confirm"
    r"|complete|sign|submit|acknowledge|send|sent)\b|\b(?:reply|respond|response"
    r"|comments?|answer|returns?) (?:is |are )?(?:needed|required|due|requested"
    r"|expected|by)\b|\bunless (?:you|we hear|payment)\b|\bwithout (?:your"
    r"|a) reply\b|\bwould be (?:appreciated|grateful)\b|\bany (?:chance|news"
    r"|update)\b|\b(?:claim|leave|holiday|permission|approval) (?:for|request)\b"
    r"|\b(?:quote|quotation|price|offer)\b[^.]{0,40}\b(?:valid|holds?|open) (?:for"
    r"|until|till|to)\b",
    _FLAGS,
)
# What can be given in words alone; the rest asks for a deed.
ANSWER = re.compile(
    r"回复|回覆|回函|复函|函复|答复|答覆|回执|回音|回电|回话|反馈|确认|告知|告诉"
    r"|明示|批示|盼复|候复|待复|妥否|当否|可否|能否|怎么|\b(?:let (?:me|us) know"
    r"|reply|respond|answer|confirm|advise|tell|rsvp|get back|hear(?:ing)? from"
    r"|call (?:me |us )?back)\b",
    _FLAGS,
)
# What only sounds as if it asked: the courtesies at the end of notices.
COURTESY = re.compile(
    r"(?:如有|若有|如需|有任何|有什么|有(?:问题|疑问|异议))[^。]{0,30}(?:联系|致电"
    r"|咨询|来电|垂询|查询|反馈|告知|告诉|与我们|联络)|请勿|切勿|请忽略|请知悉"
    r"|请周知|请悉知|请查收|请查阅|请收悉|敬请(?:谅解|关注|期待|知悉|留意)|请注意"
    r"|请谅解|请放心|请参阅|请见附件|请自行|请遵照|请妥善|请点击|欢迎(?:咨询|来电"
    r"|致电)|张贴|提前关机|带来不便|请(?:在此期间|绕行|错峰)|^\W{0,3}(?:thanks"
    r"|thank you)\b[^?]{0,60}$|\bif you (?:have (?:any|a quer|further|quest)|(?:need"
    r"|require) (?:any|further|more)|wish to)|\b(?:any|further) (?:questions?"
    r"|queries)\b|\bplease (?:do not|don't|note|find|see|be (?:aware|advised"
    r"|informed)|ignore|disregard|keep|quote|allow|remember|feel free|refer|visit"
    r"|click|accept our|consider the environment)\b|\bdo not (?:reply|respond)\b"
    r"|\bno[- ]?reply\b|\bsee (?:you|attached)\b|\b(?:in error"
    r"|received this (?:e-?mail|message))\b|\brate (?:our|us)\b|\bhow did we do\b",
    _FLAGS,
)
# The writer says that nothing is wanted, or that a machine wrote.
TELLS = re.compile(
    r"(?:无需|不必|不用|毋需|无须|勿需)(?:再)?(?:回复|回覆|答复|回信|回函|反馈|办理"
    r"|处理)|仅供(?:参考|知悉|参阅)|(?:特此|谨此)(?:通知|告知|通报|通告|公告|知会"
    r"|致谢|感谢)|供(?:领导)?参阅|请(?:各位)?(?:知悉|周知|悉知|谅解)|敬请(?:谅解"
    r"|知悉|周知|留意)|系统(?:自动)?(?:发送|生成|发出)|自动(?:发送|生成|发出)"
    r"|请勿(?:直接)?(?:回复|答复|回覆)|祝贺|恭喜|抄送(?:您|贵|你)[^。]{0,6}(?:知悉"
    r"|备案)|备案即可|本(?:通知|通函|办法|规定|公告)自[^。]{0,16}(?:起|施行|生效"
    r"|执行)|同时废止|张贴[^。]{0,20}(?:当眼|显眼|公告)|\bno (?:reply|response"
    r"|answer|action)(?: is| from you)? (?:needed|required|necessary|expected)\b"
    r"|\bno need to (?:reply|respond|answer|do anything)\b"
    r"|发票[^。,;]{0,10}(?:已(?:经)?开|开好|开具完|请查收)|票已?开(?:好|了|具)"
    r"|按(?:照)?(?:合同|协议)(?:的)?约定[^。]{0,16}付款"
    r"|\b(?:attached|enclosed|here) (?:is |are )?(?:our|the|your) (?:\w+ )?invoice\b"
    r"|\bfind (?:attached|enclosed) (?:our|the|your) (?:\w+ )?invoice\b"
    r"|不用(?:再)?(?:留|订|准备|来)了?|取消(?:了|预[订定])?[。,;]|(?:会议室|预订|房间?)取消"
    r"|\b(?:don't|do not|no longer) need (?:the |it|our )?[^.?]{0,40}"
    r"|\bfor (?:your )?(?:information|the (?:log|record|file)|info)(?: only)?\b"
    r"|\bfyi\b|\bjust (?:to let|letting) you know\b|\bplease do not reply\b"
    r"|\bdo not reply to this\b|\bautomated (?:message|e-?mail|notification"
    r"|system)\b|\b(?:automatically generated|system[- ]generated)\b"
    r"|\bwe (?:are pleased to )?confirm\b|\bthis (?:is|confirms"
    r"|to confirm) (?:to confirm )?(?:that )?(?:your|the|our)\b",
    _FLAGS,
)
# In so many words: no answer is wanted, whatever else the letter says.
NOTHING = re.compile(
    r"(?:无需|不必|不用|毋需|无须|勿需)(?:再|另行)?(?:回复|回覆|答复|回信|回函|反馈)"
    r"|\bno (?:reply|response|answer) (?:is )?(?:needed|required|necessary|expected)\b"
    r"(?! (?:if|unless))|\bno need to (?:reply|respond|answer)\b(?! (?:if|unless))",
    _FLAGS,
)
# Who writes so waits for no answer that an office should give.
WARES = re.compile(
    r"退订|优惠|促销|限时|特价|折扣|代开|加微信|加v|中奖|领奖|扫码|二维码"
    r"|验证(?:您的)?(?:账号|邮箱|身份)|密码(?:将|即将|已)?(?:过期|失效|到期)"
    r"|邮箱(?:容量|即将|升级|停用)|招商|公开课|转账|汇款|转[^。]{0,8}万|指定账户"
    r"|(?:不要|别)(?:告诉|跟)(?:别人|其他人)|保证金|\bunsubscribe\b|\bopt[- ]out\b"
    r"|\bspecial offer\b|\bdiscount|\bwebinar\b|\bnewsletter\b|\bverify your\b"
    r"|\bpassword\b|\bgift cards?\b|\bmailbox (?:is|storage|quota|will)\b|\b(?:new"
    r"|changed|updated) bank (?:account|details)\b|\bwire transfer\b|\bsort code\b"
    r"|\bremittance details\b|\bupdate your records\b|\bclick (?:here|below)\b"
    r"|\b(?:free trial|book a demo|limited time|brochure|catalogue)\b"
    r"|\bmanage (?:e-?mail )?preferences\b",
    _FLAGS,
)
# Who says no more than this wants nothing.
THANKS = re.compile(
    r"谢谢|感谢|多谢|辛苦了|thank you|thanks|much appreciated|many thanks|\bcheers\b",
    _FLAGS,
)
