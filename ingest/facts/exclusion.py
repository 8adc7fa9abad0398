"""What keeps a value from being a target: grants, conditions, spans of time, the past.

Works on folded text. Precision comes first: where one of these speaks, the value is left out.
"""

from __future__ import annotations

import re

_MONEY = re.compile(
    r"补助|补贴|奖励|奖补|奖金|(?:申请|资助)经费|罚|给予|补偿|贴息|缴纳|收费|收取|报销|扣除|减除|免征|征收|资助|不超过总|定额|标准为|每[人户头亩吨枚支套场台次][^,;。]{0,6}$"
    r"|注册资[本金]|违法所得|支付|价[格款]|保证金|(?:贷款|授信)额度|(?:最高|按).{0,6}$"
)
_MONEY_AFTER = re.compile(r"[^,;。]{0,8}(?:补助|补贴|奖励|奖补|奖金|罚款|资助|扶持资金|一次性)")
_GRANT = re.compile(r"支持|扶持|奖|补|给|每")
_CONDITION = re.compile(
    r"^\s*(?:对(?!外)于?|凡|符合|具备|满足|年满|未满|不满|经(?!济|营|过努力|认定的|批准的|认证的)|如(?!东|皋)|若|当(?!地|年|前)|按照?|每新增"
    r"|因(?!地)|超过|针对|占地|连续|达到|单[次个]|距|向|从(?!业|事)|获得?|不得|不准|严禁|禁止"
    r"|[近前][一二两三四五\d]+年)"
)
# 对引进企业且带动5个以上市场主体的,给予奖励; 对有就业意愿的提供1次职业指导
_RULE = re.compile(
    r"(?:^[\s\d一二三四五六七八九十.、()—-]{0,8}|[,:])对(?!外|接|标|照)[^。;]{2,160}?"
    r"(?:给予|予以|奖励|奖补|补助|补贴|资助|提供)"
)
_DUE = re.compile(r"到\d{4}年|年底前?|年内|力争|确保|达到|控制在")
_FORECAST = re.compile(r"(?:全球|世界|国际)[^,;。]{0,16}(?:市场|规模|需求)")  # 全球市场规模
_MEETING = re.compile(
    r"\s*(?:、[一二三四五六七八九十\d]+次)*(?:中央)?(?:全会|全体会议|会议|常务会)"
)
_PAST = re.compile(
    r"已经?(?!建成区)|截至|截止|目前(?!的?\d)|现有|过去|去年|上年(?!度?[增提])|近年|以来|(?:比|较)上年同期|当前(?!的?\d)|曾|历史|原有|共有|具有[^,;。]{0,10}基础|(?<![由从])(?:19|20)\d{2}年的"
)
_AIMED = re.compile(r"力争|争取|确保|预期|目标|计划")
_DONE = re.compile(
    r"(?:建成|完成|实现|达到|新增|增长|提高|下降|培育|形成|创建|获得|取得|增加|解决|减少|超过)了"
)
# Spans of time, and parts of names (五期, 三届), which count nothing that a plan sets out to do.
SPANS = frozenset(
    (
        "年",
        "天",
        "日",
        "周",
        "周年",
        "小时",
        "个小时",
        "分钟",
        "个工作日",
        "个月",
        "季度",
        "岁",
        "周岁",
    )
) | {"学时", "个学时", "课时", "届", "版", "点", "度"}
TIME_UNITS = SPANS | {"分", "成", "倍", "轮", "级"}
_LASTS = re.compile(
    r"寿命|受教育年限|(?:压缩|缩短|压减|控制)(?:到|至|在)|平均.{0,8}(?:时间|时长|年限)|优良天数|达标天数"
)
_STRUCTURE = re.compile(
    r"^(?:重点|重大|主要|专项|保障|具体|基本|配套|关键)?(?:专项计划|重点任务|任务|措施|方面|环节|阶段|机制|原则|部分|内容|问题|专项行动|行动|重点工程|工程|重大工程|制度|体系|要求|方向|关键环节|重点领域|领域"
    r"|运行机制|工作|现代化|目标|指标|文件|部门|单位|市|县|省|国家|条件|标准|行业|能力|年产|职责|职能|意见|规定|类别|层次|文号|条款|小组|组成|成员)$"
)
_RELATIVE = re.compile(
    r"\s*的(?!目标|要求|水平|标准|(?:生产|加工|制造|服务)?(?:能力|规模))|\s*及以[上下](?=[\u4e00-\u9fff])|\s*(?:者|范围内|以上的|政策|税率|征收率)"
)
# 6代及以上…, 高温达到40℃以上时,: what follows makes a grade or a condition of the value
_GRADE = re.compile(r"\s*及以[上下]|[^,;。:]{0,24}(?:[时的者]|(?:情况|前提|条件|天气)下)[,;:]")
_SUPPOSED = re.compile(r"(?:只要|每新?增加?|假[如定设])[^,;。]{0,30}$")
_NOT_AHEAD = re.compile(r"不得[^,;。]{0,4}$|近[一二两三四五\d]+年")
_QUOTA = re.compile(r"限[^,;。]{0,6}$|名额|总投资|投资额?约")


def is_past(text: str, sentence: str = "") -> bool:
    """True when a folded stretch tells what has been reached.

    同比增长 may be aimed at, where the `sentence` up to the value says so.
    """
    if _PAST.search(text) is not None or _DONE.search(text) is not None:
        return True
    return "同比" in text and _AIMED.search(sentence) is None


def is_grant(unit: str, before: str, after: str = "") -> bool:
    """True when money (or a share) is given, fined or charged, and so no goal is set."""
    if unit not in ("元", "美元", "%"):
        return False
    if _MONEY.search(before):
        return True
    return unit != "%" and bool(_MONEY_AFTER.match(after) or _GRANT.search(before))


def is_excluded(stretch: str, left: str, unit: str, after: str, sentence: str = "") -> bool:
    """True for conditions, grants, time limits, quotas and the past.

    `stretch` is the text from the last mark to the value, `left` the words that may govern it,
    `sentence` all that stands before the value.
    """
    return (
        is_past(stretch, sentence)
        or _CONDITION.match(left) is not None
        or _NOT_AHEAD.search(stretch) is not None
        or _SUPPOSED.search(stretch) is not None
        or _GRADE.match(after) is not None
        or (unit == "级" and after[:1].isalpha())
        or is_grant(unit, stretch, after)
        or (unit != "%" and _QUOTA.search(left) is not None)
        or _FORECAST.search(stretch) is not None
        or (unit == "次" and _MEETING.match(after) is not None)
        or (unit in SPANS and _LASTS.search(left) is None)
    )


def is_rule(sentence: str, unit: str, at: int) -> bool:
    """True when a value `at` follows 对…, to whom something is given: no goal is set."""
    if unit == "%" or _DUE.search(sentence) is not None:
        return False
    rule = _RULE.search(sentence)
    return rule is not None and rule.start() < at


def is_relative(after: str) -> bool:
    """True for 面积100亩以上的…: what follows the value makes it a condition."""
    return _RELATIVE.match(after) is not None


def is_structure(name: str) -> bool:
    """True for 任务, 方面, 重点工程: the document counts its own parts."""
    return _STRUCTURE.match(name) is not None
