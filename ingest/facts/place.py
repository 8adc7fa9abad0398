"""A value in its sentence: the words around it decide whether it is a target, and of what.

Three builds set a target: indicator + comparing verb + value, verb of doing + value + things (or
things + value), and the next item of a list of such values. Works on folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.facts import comparator as compare
from ingest.facts import indicator as names
from ingest.facts.exclusion import TIME_UNITS, is_excluded, is_relative, is_structure
from ingest.facts.objects import object_of
from ingest.facts.quantity import Quantity
from ingest.facts.target import Part, Target

_HARD = re.compile(r"[,;:。!?\n]")
_PREDICATE = re.compile(
    r"\s*(?:的[\u4e00-\u9fff]{2,10})?(?:实现|通过|完成|纳入|达到|接入|建成|开展|配备|全流程|实行|使用|采用|建立|得到|覆盖|安装|上网|上线|公开|办结|落实|推行|开通|执行)"
)
_VOID = re.compile(
    r"最[多少迟长高低早短]|原则上|一般|总数|合计|共计|人均|每[^,;。]{1,3}|内|期间|最终"
)
_REGION = re.compile(r"(?:全|各|每个?)?[省市县区国](?:级)?|各地|每年")
_FEW = re.compile(r"(?:至少|不少于|不低于|超过|力争|争取|确保|约|近|使|让|推动|支持|选择|遴选)\s*$")
_COUNTED = re.compile(
    r"[个项家名人种类件户条所座处支只台套辆艘架份批头羽株亩米吨克对间床宗枚片块盏村镇篇期部场次门]|公里|公顷|人次|千瓦|平方|立方|床位|[A-Za-z]"
)
_AIM = re.compile(r"[\s、]*(?:力争|确保|争取|努力)?(?:实现|完成|达到)")
_ONLY_FIGURE = re.compile(
    r"(?:到?(?:一九[〇零○一二三四五六七八九]{2}|\d{4})年的)?[\d.]{0,16}[\d一二三四五六七八九十百千万亿零两]{2,24}[余多]?[\u4e00-\u9fff]{0,4}"
)
_SHARED_AFTER = re.compile(r"[、和及][^,;。、\d]{0,12}\d[\d.]*万?")
_FOUND = frozenset(("认定", "确定", "评定", "评选", "表彰", "公布", "发布"))
_ACTIVITY = 5  # characters of a name that ends in a verb
_LIMITING = frozenset(("不低于", "不超过", "超过", "低于", "约"))
_GOES_ON = re.compile(r"\s*(?:的(?:目标|要求|水平|标准)|并|且|或|而|同时|为目标|全流程|[\[\]\"])")
_OF_WHOLE = re.compile(
    r"(?P<name>.*?)(?P<verb>不低于|不少于|不超过|不高于|达到|达|占(?!比)|高于|超过)(?P<of>[^,;。]{1,16}的)$"
)
_EACH_DOES = re.compile(rf"(?:[^,;。]{{0,20}}各)?{names.ACTIONS}")
# 为全省1万名聋人安装助听器
_FOR = re.compile(r"\s*[为帮][助]?(?:全[省市县])?")
_GIVEN = re.compile(r"[^,;。]{2,40}(?:提供|安装|实施|开展|配备|发放|解决|办理|改造|建立)")
_TOTAL = re.compile(r"总[数量]|累计|合计|占|各|其中|比重|比例")
_FROM = re.compile(
    r"(?P<name>[^,;。:]{2,60}?)(?:翻[^,;。]{1,2}番)?,?将?(?:由|从(?!业|事|严))[^,;。:]{2,30}$"
)
_FROM_REACH = 100  # characters: the most that _FROM matches, and it ends at the value
_FROM_FIGURE = re.compile(r"[即又]?(?:由|从)[\d.]{1,12}[%％万亿]?")
_AHEAD = re.compile(r"到(?:19|20)\d{2}年|目标|力争|预期|十[一二三四五]五|期间")
# 形成液晶材料50吨生产能力: what the value is of stands before it
_ABLE = re.compile(r"的?[\u4e00-\u9fff]{0,4}(?:能力|产能)(?=[,;。、]|$)")
_SCOPE = re.compile(r"(?:城镇|农村|城乡)$")  # 城镇新增就业: a part of the name
_NEW = re.compile(r"(?P<name>[^,;。:、\d]{3,24}?)(?P<verb>新增|增加|净增)$")
# ;到2022年, between two values of one ladder
_YEAR_STEP = re.compile(
    r"(?:以[上下内])?[,;。\s]*(?:并?力争|预计|争取|确保)?(?:到|至)?(?:19|20)\d{2}年(?:底|末)?前?[,\s]*"
)
_SHORTEST = 2  # characters of a name
_COUNTS_ON = re.compile(r"[\u4e00-\u9fff]\d{1,9}(?:个|家|所|名|项|户|座|处)")
_AMONG = "其中"
_PART_OF = 16  # characters of the name of a part, which is no measure itself


@dataclass(frozen=True, slots=True)
class Place:
    """A value in its sentence, and what was found before it."""

    text: str
    value: Quantity
    previous_end: int
    before: tuple[Target, ...]
    goal: bool

    @property
    def start(self) -> int:
        """Where the words that may govern the value begin."""
        at = self.previous_end
        for mark in _HARD.finditer(self.text, self.previous_end, self.value.start):
            if not self._in_bracket(mark.start()):
                at = mark.end()
        opener = self.text.rfind("(", at, self.value.start)
        if opener >= at and self.text.find(")", opener, self.value.start) < 0:
            at = opener + 1
        return at

    def _in_bracket(self, at: int) -> bool:
        opener = self.text.rfind("(", max(0, at - 60), at)
        if opener < 0 or self.text.find(")", opener, at) >= 0:
            return False
        return 0 <= self.text.find(")", at) < self.value.start

    def target(self) -> Target | None:
        """The target that the value sets, or None."""
        found = self._found()
        each = names.each(self.text, self._segment(), self.value.start) if found else None
        if found is None or each is None or not found.counted:
            return found
        told = found.parts
        if any(a < each[1] and each[0] < b for a, b in told):
            return found
        return replace(found, prefix=(each, *found.prefix))  # 每个县至少建成1家: of each

    def _found(self) -> Target | None:
        start, value, text = self.start, self.value, self.text
        left = text[start : value.start].lstrip(" 、和及与并")
        start = value.start - len(left)
        if self._rejected(left):
            return None
        continues = self._continues(start)
        for_people = _FOR.fullmatch(left) and _GIVEN.match(text, value.end)
        if not left.strip() or _FEW.fullmatch(left.strip()) or for_people:
            return self._number_led(left, continues)
        split = compare.split_verb(left)
        if split is not None:
            return self._measured(start, left, *split)
        return self._counted(start, left) or self._verbless(start, left, continues)

    def _rejected(self, left: str) -> bool:
        """Conditions, grants, time limits, the past, and what stands in a title."""
        text, at = self.text, self.value.start
        if text.rfind("《", 0, at) > text.rfind("》", 0, at):
            return True
        if left.startswith(("达到", "超过")) and (self._in_list() or self._next_year()):
            left = ""  # 年均增长20%以上,达到6000亿元; 到2022年,达到25%: no condition
        stretch = text[self._segment() : at]
        return is_excluded(stretch, left, self.value.unit, self._after, text[:at])

    @property
    def _after(self) -> str:
        return self.text[self.value.end : self.value.end + 40]

    def _segment(self) -> int:
        """Start of the comma-separated stretch that holds the value."""
        found = [m.end() for m in re.finditer(r"[,;。:]", self.text[: self.value.start])]
        return found[-1] if found else 0

    def _continues(self, start: int) -> bool:
        """True when the last target ends right before: the value goes on with its list."""
        if not self.before:
            return False
        last = self.before[-1]
        gap = self.text[max(last.quantity.end, last.name[1]) : start]
        return last.quantity.end >= self.previous_end and len(gap.strip()) <= 3

    def _relative(self) -> bool:
        """True for 面积100亩以上的…, a condition."""
        return is_relative(self._after)

    def _measured(self, start: int, left: str, name: str, verb: str, past: bool) -> Target | None:
        if past or self._relative():
            return None
        value, text = self.value, self.text
        a, b = names.trimmed(text, start, start + len(name))
        a, b = names.trimmed(text, names.caused(text, a, b), b)
        own = text[a:b]
        if own and name.rstrip().endswith("的"):
            return self._elliptical(
                (a, start + len(name.rstrip())), compare.worded(verb, value.suffix)
            )
        if _REGION.fullmatch(own) and not self._closes():
            return self._number_led(left, False)
        goes_on = self._in_list() or (not own and self._next_year())
        if own in ("总数", "累计", "") and goes_on and self.before[-1].counted:
            word = compare.worded(verb, value.suffix)  # 新增800家,总数达到2830家
            return Target(value, (a, b), word, (self.before[-1].name,), counted=True)
        if _VOID.fullmatch(own) or (value.unit in ("项", "个") and own.endswith(("指标", "任务"))):
            return None  # 约束性指标增加到4项: the document counts its own parts
        if verb in _LIMITING and re.search(rf"{names.ACTIONS}$", name.rstrip()):
            return self._counted(start, left)
        if verb == "达到" and text[start + len(name) : value.start].endswith(
            ("实现", "完成", "占")
        ):
            return self._done_or_share(start, left, (a, b))
        if not value.unit and not names.is_measure(own) and (own or not self.before):
            return None
        if not self._closes() and not _GOES_ON.match(text, value.end):
            return None  # 超10亿元企业: the value describes a thing
        moved = _FROM.search(text, max(0, value.start - _FROM_REACH), value.start)
        if moved is not None:
            # 由2015年底的2.8万家发展到8万家: a goal only where the sentence looks ahead
            if not self.goal and _AHEAD.search(text[: value.start]) is None:
                return None
            a, b = names.trimmed(text, *moved.span("name"))
            own = text[a:b]
        if _FROM_FIGURE.match(own):
            return None  # 提高10%,即由3%提高到3.3%: what it is of stands elsewhere
        prefix: tuple[Part, ...] = ()
        if _ONLY_FIGURE.fullmatch(own):  # 达到3500万吨,比1958年的2800万吨增长25%
            if not self.before or self.before[-1].counted:
                return None
            return Target(value, (b, b), compare.worded(verb, value.suffix), self.before[-1].parts)
        group = self._whole(a, b)[1] if own else (0, 0)
        if group[1]:  # 市级达到80%,县级达到60%: of what was said of 省级
            return Target(value, (a, b), compare.worded(verb, value.suffix), head=group)
        if names.is_bare(own):
            prefix = self._subject(a)
            if own and "".join(text[a:b] for a, b in prefix).endswith(own):
                a = b  # 覆盖率达到60%; 2025年覆盖率达到90%: the same name again
            if not own and not prefix:
                return None
        counted = names.opens_with_action(text, a, b) and not names.is_measure(own)
        word = compare.worded(verb, value.suffix)
        if not own and not prefix:
            return None
        if not prefix and not counted:
            prefix, head = self._whole(a, b)
            return Target(value, (a, b), word, prefix, head)
        return Target(value, (a, b), word, prefix, counted=counted)

    def _elliptical(self, name: Part, word: str) -> Target | None:
        """,超5亿元的达到300家: of the things that the list counts (超1亿元的企业达到4000家)."""
        last = self.before[-1] if self.before else None
        if last is None or last.quantity.unit != self.value.unit:
            return None
        gap = self.text[max(last.quantity.end, last.name[1]) : self._segment()]
        if gap.strip(" ,;、"):
            return None
        start, end = last.head if last.head[1] else last.name
        start = max(start, self.text.rfind("的", start, end) + 1)
        return Target(self.value, name, word, head=(start, end))

    def _whole(self, start: int, end: int) -> tuple[tuple[Part, ...], Part]:
        """(prefix, head) that a part of the last measure lacks: what it is a part of.

        综合利用率达到70%,其中粉煤灰达到90%; 县城污水处理率达到80%,农村达到60%.
        """
        none: tuple[tuple[Part, ...], Part] = ((), (0, 0))
        last = self.before[-1] if self.before and self._in_list() else None
        own, text = self.text[start:end], self.text
        if last is None or not own or last.counted or last.quantity.unit != self.value.unit:
            return none
        whole = last.head if last.head[1] else last.name
        if own.endswith("的部分") and names.is_measure(text[slice(*whole)]):
            return (), whole  # 300万元以上的部分不超过20%
        if names.is_measure(own) or len(own) > _PART_OF or re.search(r"\d", own):
            return none
        if last.prefix and text[slice(*last.prefix[-1])] == _AMONG:
            return last.prefix, (0, 0)
        if last.head[1] and not names.is_measure(text[slice(*last.name)]):
            return (), last.head
        if not names.is_measure(text[slice(*last.parts[-1])]):
            return none
        among = text.rfind(_AMONG, last.quantity.end, start)
        if among >= 0:
            return (*last.parts, (among, among + len(_AMONG))), (0, 0)
        return (), names.after_group(text, last.name, own)

    def _done_or_share(self, start: int, left: str, name: tuple[int, int]) -> Target | None:
        """完成1万家…工作 counts things; 占全省90% shares; 工业总产值实现5亿元 measures."""
        value, text = self.value, self.text
        own = text[slice(*name)]
        if left.endswith("占"):
            prefix = self._subject() if names.is_bare(own) else ()
            return Target(value, name, compare.worded("占", value.suffix), prefix)
        if not value.unit and not names.is_measure(own):
            return None
        if own and (names.is_measure(own) or not _COUNTED.search(value.unit)):
            return Target(value, name, compare.worded("达到", value.suffix))
        a, b = names.after(text, value.end, len(text))
        if b - a < 2 or is_structure(text[a:b]):
            return None
        return Target(value, (a, b), compare.worded("", value.suffix), counted=True)

    def _counted(self, start: int, left: str) -> Target | None:
        """建成5个示范区, 新建示范区20个."""
        value, text = self.value, self.text
        verb = names.action(text, start, value.start)
        if verb is None or not value.unit or value.unit in TIME_UNITS:
            return None
        if value.unit in ("%", "‰") or (value.unit == "次" and text[: verb[1]].endswith("提供")):
            return None  # 至少提供1次职业指导: what everybody is given
        rest = text[verb[1] : value.start].strip()
        adverb = compare.limit_before(rest)
        rest = rest[: len(rest) - len(adverb)].strip() if adverb else rest
        rest = re.sub(r"^(?:各|分别|约|近|至少|出)+$", "", rest)
        adverb_word = compare.limit(adverb or compare.limit_before(text[start : verb[0]]))
        suffix = compare.worded(adverb_word, value.suffix)
        of = _SCOPE.search(text, start, verb[0])
        of_start = of.start() if of else verb[0]
        added = ((of_start, verb[0] + 2),) if text.startswith("新增", verb[0]) else ()
        grown = _NEW.fullmatch(left)
        if not rest and grown is not None and self._closes():  # 高新技术企业新增2500家
            a, b = names.trimmed(text, start, start + grown.end("name"))
            if b - a >= 3 and names.action(text, a, b) is None:
                return Target(value, (a, b), suffix, ((verb[0], verb[1]),), counted=True)
        listed = self._named_by_activity(start)
        if not rest and listed is not None:
            return Target(value, listed, suffix, counted=True)
        if not rest or rest.endswith("等"):
            a, b = self._thing_after()
            if value.unit == "元" and self._relative():
                return None  # 投资500万元以上的项目
            if rest.endswith("等") and text[slice(*verb)] in _FOUND:
                return None  # 认定甲、乙等47个: told, not aimed at
            further = _COUNTS_ON.search(text, a, b)
            if (
                further is not None
            ):  # 20名专家、培养100名人员; of 10个贫困县126个幼儿园 none is left
                b = max(a, text.rfind("、", a, further.start()))
            if is_structure(text[a:b]) or (further is not None and b - a < _SHORTEST):
                return None
            if b - a >= 2:
                return Target(value, (a, b), suffix, added, counted=True)
            same = [t for t in self.before if t.counted and t.quantity.unit == value.unit]
            if not rest and same and self._closes() and self._again(verb, same[-1]):
                like = same[-1]  # 2023年新建幼儿园12所;2024年新建10所
                kept = tuple(part for part in like.prefix if text[part[0]] not in "每各")
                return Target(value, like.name, suffix, kept or added, counted=True)
            opens = not rest and names.opens_with_action(text, start, value.start)
            if opens and self._closes() and self._subject():  # 4年外购10万头
                return Target(value, verb, suffix, self._subject(), counted=True)
            return None
        if self._relative() or not self._closes():
            return None
        a, b = names.trimmed(text, verb[1], value.start - len(adverb))
        if b - a < 2 or is_structure(text[a:b]):
            return None
        return Target(value, (a, b), suffix, added, counted=True)

    def _again(self, verb: Part, like: Target) -> bool:
        """True when the verb before the value is the one by which a target before was counted."""
        word = self.text[slice(*verb)]
        return self.text.rfind(word, 0, verb[0]) >= max(0, like.name[0] - 2 * len(word) - 24)

    def _thing_after(self) -> tuple[int, int]:
        """What is counted: after the value, or after the next that shares it (20项、10项成果)."""
        text, at = self.text, self.value.end
        shared = _SHARED_AFTER.match(text, at)
        if shared is not None and text.startswith(self.value.unit, shared.end()):
            at = shared.end() + len(self.value.unit)
        return names.after(text, at, len(text))

    def _named_by_activity(self, start: int) -> tuple[int, int] | None:
        """创新创业培训80万人次 on a list: the verb that ends the name is a noun."""
        if not (self._closes() and self.before and self.before[-1].counted and self._in_list()):
            return None
        a, b = names.trimmed(self.text, start, self.value.start)
        own = self.text[a:b]
        return (a, b) if b - a >= _ACTIVITY and re.search(r"[,;。:\d]", own) is None else None

    def _closes(self) -> bool:
        """True when nothing but a mark follows the value: 示范区20个,"""
        return ends_stretch(self.text, self.value.end)

    def _verbless(self, start: int, left: str, continues: bool) -> Target | None:
        """合格率100%; 中国名牌产品40个 on a list; 中型企业80%通过认证."""
        value, text = self.value, self.text
        a, b = names.trimmed(text, start, value.start)
        limit = compare.limit_before(text[a:b])
        b -= len(limit)
        own = text[a:b]
        if not own or self._relative():
            return None
        if text[start : value.start].rstrip().endswith("的"):
            return self._of_whole(start)
        if value.unit in ("%", "‰") and own.startswith("占"):
            return Target(value, (a, b), compare.worded("占", value.suffix), self._subject())
        if value.unit in ("%", "‰") and not names.is_measure(own):
            predicate = _PREDICATE.match(text, value.end)
            if predicate is None:
                return None
            _, stop = names.after(text, value.end, len(text))
            head = names.trimmed(text, value.end, stop, verbs=False)
            return Target(
                value, (a, b), compare.worded(compare.limit(limit), value.suffix), head=head
            )
        if names.is_rate(own) and (value.unit or value.suffix):
            return Target(value, (a, b), compare.worded(compare.limit(limit), value.suffix))
        if value.unit and _EACH_DOES.fullmatch(own) and self._subject():
            return Target(
                value, (b, b), compare.worded("", value.suffix), self._subject(), counted=True
            )
        done = re.search(r"实现|完成", text[start:a]) is not None  # 实现主营业务收入280亿元
        ahead = self.goal or _AHEAD.search(text[: value.start]) is not None
        if done and ahead and value.unit and names.is_measure(own) and self._closes():
            return Target(value, (a, b), compare.worded("达到", value.suffix))
        listed = (
            continues
            or self._in_list()
            or _AIM.match(text, start) is not None
            or "其中" in text[start : value.start]
        )
        plain = re.search(r"[,;。的]|\d", own) is None and len(own) <= 30
        if not (value.unit and value.unit != "元" and self._closes() and plain):
            return None
        if listed or (self.goal and self._list_follows()):
            return Target(
                value, (a, b), compare.worded(compare.limit(limit), value.suffix), counted=True
            )
        if value.suffix in ("以内", "以下", "以上") and names.is_measure(own):
            return Target(value, (a, b), compare.worded(compare.limit(limit), value.suffix))
        return None

    def _of_whole(self, start: int) -> Target | None:
        """抽查数量占比不低于总数的20%."""
        found = _OF_WHOLE.match(self.text[start : self.value.start].rstrip())
        if found is None or self.value.unit not in ("%", "‰") or not self._closes():
            return None
        name = names.trimmed(self.text, start, start + found.end("name"))
        own = self.text[slice(*name)]
        share = found.group("verb") == "占" or "占" in own or names.is_measure(own)
        if not own or not share:
            return None
        verb = compare.limit("达到" if found.group("verb") == "达" else found.group("verb"))
        head = (
            (start + found.start("verb"), start + found.end("of") - 1) if verb == "占" else (0, 0)
        )
        return Target(self.value, name, compare.worded(verb, self.value.suffix), head=head)

    def _in_list(self) -> bool:
        """True when the stretch before this one ended with a target."""
        if not self.before:
            return False
        gap = self.text[self.before[-1].quantity.end : self._segment()]
        return len(gap.strip(" ,;、")) <= 2

    def _next_year(self) -> bool:
        """True when only a year stands between the last target and the stretch of the value."""
        if not self.before:
            return False
        gap = self.text[self.before[-1].quantity.end : self._segment()]
        return _YEAR_STEP.fullmatch(gap) is not None

    def _list_follows(self) -> bool:
        """True when two more items of the same build follow: 名牌产品900个,著名商标800个,…"""
        return len(re.findall(r"[,、;][^,、;。\d]{2,24}\d+(?:个|家|项|件|名|人)", self.text)) >= 2

    def _number_led(self, left: str, continues: bool) -> Target | None:
        """、6个质量强业; 力争2-4个园区被确认为…"""
        value, text = self.value, self.text
        a, b = names.after(text, value.end, len(text))
        if not value.unit or value.unit in ("%", "‰", "元") or value.unit in TIME_UNITS:
            return None
        if b - a < 2 or is_structure(text[a:b]):
            return None
        counted = bool(self.before) and self.before[-1].counted
        listed = counted and (continues or self._in_list() or self._same_stretch())
        marked = _FEW.search(left) is not None or _FOR.fullmatch(left) is not None
        if not listed and not marked:
            return None
        limit = compare.limit_before(left)
        suffix = compare.worded(compare.limit(limit), value.suffix)
        return Target(value, (a, b), suffix, counted=True)

    def _same_stretch(self) -> bool:
        """True when the target before stands in the same sentence, an item or two away."""
        gap = self.text[self.before[-1].name[1] : self.value.start]
        return len(gap) <= 3 or (len(gap) <= 24 and "。" not in gap and ";" not in gap)

    def _subject(self, at: int | None = None) -> tuple[Part, ...]:
        """What a bare indicator, whose name begins `at`, belongs to: the last target's name, or
        the object before it."""
        if self.before:
            last = self.before[-1]
            end = max(last.quantity.end, last.name[1])
            gap = self.text[end : self.value.start]
            if at is not None and len(self.text[end:at].strip(" ,、并")) == 0:
                gap = ""  # ,占全省…的比例由10%提高到20%
            if len(gap) <= 24 and ("。" not in gap or _YEAR_STEP.match(gap)):
                if not last.counted:
                    return last.parts
                near = self.text[max(last.quantity.end, last.name[1]) : self.value.start]
                return (last.name,) if _TOTAL.search(near) else ()
        bounds = [0, *(m.end() for m in re.finditer(r"[,;。:]", self.text[: self.value.start]))]
        stretches = list(pairwise(bounds))
        objects = [object_of(self.text, a, b - 1) for a, b in reversed(stretches)]
        measured = [part for part, _ in objects if names.is_measure(self.text[slice(*part)])]
        grown = [part for part, grows in objects if grows and part[1] > part[0]]
        chosen = next(iter([*measured, *grown, *(part for part, _ in objects[:1])]), (0, 0))
        return (chosen,) if chosen[1] > chosen[0] else ()


def ends_stretch(text: str, at: int) -> bool:
    """True when a mark or 和 follows position `at`: the value describes nothing after it."""
    if _ABLE.match(text, at):
        return True
    following = text[at : at + 8].lstrip()
    return not following or following[0] in ",;。、:()和及与.[并" or following[:2] == "以及"
