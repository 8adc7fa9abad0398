"""What a value measures: the words before its verb, or the things that are counted.

Works on folded text; returns half-open offsets where the words stand together, so that the original
characters can be shown.
"""

from __future__ import annotations

import re

# Things to do whose number is itself the target: 建成…5个, 培育10家…
_ACTIONS = (
    "累计建成|建设完成|建成|新建|新办|改建|扩建|续建|筹建|创建|共建|组建|建立|建设|培育|培养|培训|培树|打造|形成|新增|增加|发展|引进"
    "|制定|制订|修订|制修订|推荐|评选|评定|认定|选树|选派|选拔|遴选|扶持|扶植|孵化(?!器)|导入|实施|启动|推广|完成|开展|举办|组织|创办|设立"
    "|成立|布局|布设|部署|发布|推出|改造|整治|治理|淘汰|关闭|关停|取缔|争创|创成|争取建设|支持建设|支持|确定|选择|安置|帮扶|解决|转移"
    "|吸纳|带动|接待|实现|达到|获得|获领|争取|取得|申报|申请|筛选|推进|推动|抓好|落实|招收|招聘|招募|表彰|购置|配备|投放|种植|造林"
    "|营造|栽植|绿化|新植|外购|繁育|养殖|加固|铺设|修建|兴建|架设|开工|竣工|投产|谋划|展示推介|推介|聚集|集聚|引育|救助|检查"
    "|抽查|抽检|清理|创造|提供|建档|复查|普查|搬迁|减少|退出|压减|化解|投入|投资|募集|发放|筹集|筹措|吸引|引导"
    "|招引|落地|签约|对接|覆盖|维修|储存|供应|出栏|研发|攻克|突破|转化|注册|壮大|开办|搭建|开发(?!区|商|性|利用)"
)
# A longer word stands before those that begin it, so that none has to be taken apart again.
ACTIONS = rf"(?>{_ACTIONS}){{1,12}}(?:(?:、|和|或)(?>备案|{_ACTIONS})){{0,12}}(?:出|了|起|好)?"
_ACTION = re.compile(ACTIONS)
# Who does it: 全省, 各县(市、区), 每个设区的市, 省级, 11个设区的市分别, 两年内
_SUBJECT = re.compile(
    r"(?:(?:全|各|每个?|本|我|其)?[\u4e00-\u9fff、()]{0,14}?(?:[省市县区州乡镇村]|集聚区|企业|政府|部门|单位|高校|院校)"
    r"(?!级)(?:\([^()]{1,12}\))?|[一二三四五六七八九十两\d]{1,2}年内?)(?:累计|分别|各|年均|每年|要|力争|至少|共|计划|争取|规划|再|将|平均)*",
)
_LEAD = re.compile(
    r"(?:[\s、,的]|而|但|其中:?|\d{1,2}年(?:内|(?!\d)(?=[\u4e00-\u9fff]{2}))|比上一?年度?|规模的"
    r"|比(?:(?:19|20)\d{2}|一九[〇零○一二三四五六七八九]{2})年|同时|并且|并|以及|和(?!谐|平)|及(?!格|时)|使(?!用)"
    r"|原则上|(?:我国)?第[一二三四五六七八九十]{1,2}个五年计划(?:草案)?(?:规定|安排)|(?:计划|规划)(?:草案)?(?:规定|要求|提出|确定)|提出|明年|计划(?!生育|免疫|单列|外|内)(?=[\u4e00-\u9fff]{4})"
    r"|确保|力争|争取|努力|推动|实现|全面|进一步|积极"
    r"|大力|加快|着力|新(?=培育|认定|引进|增设|组建|设立|创建|发展|开办)|要(?!素|件|道|求)|应(?!急|用|收|届|税)|将|逐步|稳步|不断|切实|继续|年内|全年(?!龄)|每年|每个?年度?"
    r"|年底前?|到年底|今年|本年度?|预计|主要目标是?|目标是?|目标为|保持|至少|[一二三四五六七八九]是|且|即|也|再(?!生|制|利|就|担保|保险|贷款|融资|加工|教育)"
    r"|自主|联合|共同|抓紧|规划(?=建设|新建)|组织(?=制定|实施|开展)|辐射|做到|保证|促进|促使|达到|有(?!机|效|色|害|线|关|限|毒|序)|让|集中(?!式|供|连|度)|累计(?=[\u4e00-\u9fff]{4})|深入|分别|期末|在此基础上"
    r"|[一二三四五六七八九十]{1,6}、|[(][一二三四五六七八九十\d]{1,3}[)]|\d{1,2}[.、](?=\D)|[①-⑳]|[—·●•■◆▪-]+)+"
)
_TIME = re.compile(
    r"(?:力争|争取)?(?:从|自|到|至|在|于|截至|以)?(?:一九[〇零○一二三四五六七八九]{2}年"
    r"|\"?[一二三四五六七八九十]{1,2}五\"?(?:期间|时期|末|初)?|(?:19|20)\d{2}\s*年?(?:\s*(?:[—~-]{1,2}|至|到)\s*(?:19|20)\d{2}\s*)?年?(?:度)?)"
    r"(?:底前?|末|以前|之前|前|起|期间|开始|内|初|\d{1,2}月(?:\d{1,2}日)?(?:底前?|前)?)?,?"
)
_ENDING = re.compile(
    r"(?:[\s、,:(]{1,8}+|的|(?<!占)比上一?年度?|计划|预期|预计|可能|只|也|仍|即|又|(?<![准规原细法守总附通])则|拟|到|至|在|共|总计|合计|各|(?<![生户人亩地])均|应|要|力争|争取|将|(?<!占)比|较|要求|在[一二三四五六七八九十两\d]{1,2}年内){1,8}$"
)
# Names that say nothing alone: they need the heading or what was said before.
_BARE = re.compile(
    r"^(?:全[省市县区国]|[省市县区乡]级|农村|城镇|城市|男性|女性|企业)?(?:的?(?:合格率|覆盖率|普及率|比例|比重|占比|总量|总数|数量|规模|面积|产量|产值|增加值|总产值|销售收入|营业收入|收入|指数|总额|年均|增速"
    r"|总规模|目标|满意度|满意率|达标率|使用率|利用率|投资|人数|户数|其中|占.{0,16}|达|增产|减产|水平|数|率|累计))?$"
)
_MEASURE = re.compile(
    r"(?:率|比例|比重|占比|指数|满意度|强度|密度|浓度|总量|产量|产值|增加值|面积|规模|总额|收入|数量|总数|人数|户数|家数|个数|次数|长度|能力"
    r"|里程|储量|寿命|销售额|交易额|投资|存栏|出栏|供给|保有量|水平|系数|能耗|排放|负荷|定额|均价|总值|吞吐量|流量|周期|时间|时限|年限|投入|支出|拥有量|容量|用量|增幅|增速|(?:排放|使用|消费|利用|用水|周转|蓄积|运输|业务|处理)量)$"
)
_NEXT_ITEM = re.compile(
    r"[,;。:!?]|[、和及与](?=(?:约|近|至少|不少于|超过)?(?:\d|[百千万][名家个项]|[一二两三四五六七八九十]{1,2}[个所座家项条]))|和一批|(?:以及|并|且)(?=[^,;。]{0,10}\d)"
    r"|[、和及](?=[^,;。、和及]{2,30}\d+(?:\.\d+)?(?:个|家|项|名|人|%|件|条|所|万|亿)"
    r"(?:以上|左右|以内)?(?:[、,;。和及]|$))|\s{2,}|\((?=[^()]{0,40}(?:牵头|负责|责任|配合))"
)
_SHARED = re.compile(
    r"(?:(?:质量)?(?:监督)?(?:抽查|抽检|抽验|监测|检验|验收|检测)?(?:批次)?(?:机械化|[\u4e00-\u9fff]{0,2})率"
    r"|满意度|覆盖率|(?:二氧化碳|碳|污染物)?排放(?:总量|量|强度|浓度)|产能|占比|比重|增加值|种植面积|总产值|营业收入|销售收入)$"
)
# Who makes it so: 引导机构逐步将担保费率, 力争使增长率. What it is made of follows.
_CAUSE = re.compile(
    r"[^,;。:]{0,30}(?:把|(?<![即行])将|(?<![大驱致促迫])使)(?!用|得|命|馆|军|来|领)(?=[\u4e00-\u9fff]{3})"
)
_EACH = re.compile(
    r"每(?:年|周|月|天|季度?|学期|学年|[一两二三四五六七八九十\d]{1,2}年|个?(?:月|季度|学期))"
    r"|(?:每个?|各(?=[^,;。]{1,14}(?:至少|不少于|分别|各)))(?:设区的?|试点|贫困)?"
    r"(?:[省市县区州盟镇村]|乡镇?|街道|地市?|集聚区|园区|行业|领域|高校|学校|院校|单位|企业|部门|机构|班|人)(?:\([^()]{1,12}\))?"
)
# Groups of which the same may be measured: places with places, others with their like.
_BEFORE_GROUP = r"(?:其他|其余|其它)?[\u4e00-\u9fff、]{0,12}?"
_GROUPS = tuple(
    re.compile(rf"{_BEFORE_GROUP}{kind}(?:\([^()]{{1,12}}\))?")
    for kind in (
        "(?:省会|省级|市级|县级|乡级|村级|县城|(?:主?城|市)区|城市|城镇|农村|乡村|乡镇|建制镇|[市县区镇村](?![级内域]))(?!以)",
        "企业",
        "单位",
        "学校",
        "机构",
        "医院",
        "部门",
        "园区",
        "行业",
        "产业",
    )
)
_LONGEST = 40


def trimmed(text: str, start: int, end: int, *, verbs: bool = True) -> tuple[int, int]:
    """start:end without times, adverbs and connectives at both ends.

    With `verbs` off only blanks and 的 go: 通过质量体系认证 keeps its verb.
    """
    if not verbs:
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip(" 的"))
        return start, max(start, start + len(text[start:end].rstrip()))
    moved = True
    while moved and start < end:
        moved = False
        for pattern in (_LEAD, _TIME):
            found = pattern.match(text, start, end)
            if found is not None and found.end() > start:
                start, moved = found.end(), True
    moved = True
    while moved and start < end:
        moved = False
        found = _ENDING.search(text, start, end)
        if found is not None:
            end, moved = found.start(), True
        for time in _TIME.finditer(text, start, end):
            if time.end() == end and time.end() > time.start():
                end, moved = time.start(), True
    if end - start > 2 * _LONGEST:
        return start, start  # a whole paragraph without marks names no indicator
    return start, max(start, end)


def caused(text: str, start: int, end: int) -> int:
    """Where what is changed begins: after 引导机构将, 力争使; else `start`."""
    found = _CAUSE.match(text, start, end)
    return found.end() if found else start


def action(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets of the verb of doing that governs what is counted before `end`, or None.

    It opens the stretch, follows its subject (全省建设…, 各县新建…) or ends it (创建|12个).
    Elsewhere it is a part of a noun: 省级检验检测中心, 中国出口名牌.
    """
    at, _ = trimmed(text, start, end)
    at = at if at < end else _skip_lead(text, start, end)
    first = _ACTION.match(text, at, end)
    if first is not None:
        return first.span()
    found = list(_ACTION.finditer(text, at, end))
    if found and found[-1].end() == end:
        return found[-1].span()
    subject = _SUBJECT.match(text, at, end)
    if subject is not None:
        first = _ACTION.match(text, subject.end(), end)
        if first is not None:
            return first.span()
    return None


def _skip_lead(text: str, start: int, end: int) -> int:
    found = _LEAD.match(text, start, end)
    return found.end() if found else start


def opens_with_action(text: str, start: int, end: int) -> bool:
    """True when start:end begins with a verb of doing (after adverbs and a time)."""
    start, _ = trimmed(text, start, end)
    return _ACTION.match(text, start, end) is not None


def after(text: str, at: int, end: int) -> tuple[int, int]:
    """The counted thing that follows a value at `at`: up to the next item of the list.

    Where figures describe it (200个单产10吨以上的核心群), only its head is named.
    """
    hard = re.compile(r"[,;。:!?]|\((?=[^()]{0,40}(?:牵头|负责|责任|配合))|\s{2,}").search(
        text, at, end
    )
    limit = hard.start() if hard else end
    described = re.search(r"(?<![\d、和及与])\d", text[at:limit])
    next_item = _NEXT_ITEM.search(text, at, limit)
    if described and not (next_item and next_item.start() < at + described.start()):
        figures = list(re.finditer(r"\d", text[at:limit]))
        of = text.find("的", at + figures[-1].end(), limit)
        if of >= 0 and 2 <= limit - of - 1 <= _LONGEST:
            return of + 1, limit
    stop = min(next_item.start() if next_item else limit, at + _LONGEST)
    piece = text[at:stop]
    return at + len(piece) - len(piece.lstrip(" 的")), at + len(piece.rstrip())


def each(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Offsets of 每个县, 每年, 各市: of whom or how often a count before `end` is due, or None."""
    found = list(_EACH.finditer(text, start, end))
    return found[-1].span() if found else None


def after_group(text: str, name: tuple[int, int], own: str) -> tuple[int, int]:
    """What an earlier `name` measures of its group, where `own` is another such group; else (0, 0).

    县城污水处理率 beside 农村 shares 污水处理率.
    """
    for group in _GROUPS:
        if "的" not in own and group.fullmatch(own):
            found = group.match(text, *name)
            if found is not None and name[1] - found.end() >= 3:
                return found.end(), name[1]
    return 0, 0


def is_bare(name: str) -> bool:
    """True for 合格率, 总量, 占全省 …: the name needs what it belongs to."""
    return _BARE.match(name) is not None


def is_measure(name: str) -> bool:
    """True when the name ends in something measured: 率, 比重, 产量 …"""
    return _MEASURE.search(name) is not None


def is_rate(name: str) -> bool:
    """True when a value may follow the name without a verb: 合格率100%."""
    return re.search(r"(?:率|比例|比重|占比|指数|满意度|总数|总量|数量|含量)$", name) is not None


def shared_head(text: str, name: tuple[int, int], last: tuple[int, int]) -> tuple[int, int]:
    """The end of the `last` name that an earlier `name` of the list shares with it, else (0, 0).

    国际 beside 国家标准制修订 shares 标准制修订; 棉花种植 beside 收获机械化率 shares 机械化率.
    """
    own, final = text[slice(*name)], text[slice(*last)]
    if name == last:
        return 0, 0
    if is_measure(final) and not is_measure(own):
        head = _SHARED.search(final)
        if head:
            return last[0] + head.start(), last[0] + head.end()
    elif len(own) <= 3 and len(final) >= len(own) + 3 and own[:1] == final[:1]:
        return last[0] + len(own), last[1]
    mark = final.find(own[-1]) if own[-1:] in tuple("级元类型期") else -1
    if mark >= 0 and len(final) - mark > 2:  # 千亿元 beside 百亿元特色产业集群
        return last[0] + mark + 1, last[1]
    return 0, 0
