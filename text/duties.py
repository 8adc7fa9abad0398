"""Who does what: the bodies that a sentence names before what they do, whatever the verb.

由X…, X会同Y…, X牵头,Y配合, 牵头单位:X, X是…, and the subject of a part. A body is known by how its
name ends (局, 部门, 单位, 人), a duty by where it stands; no list of duties is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from text.sentences import commas

# How the names of bodies end, and what must not go on after the shorter ends.
_END = (
    r"(?:人民政府|政府|委员会|办公[厅室]|部门|机构|机关|单位|公司|集团|协会|学会|商会|工会|联合会|联盟|银行|大学|学院"
    r"|学校|医院|法院|检察院|党委|街道|办事处|管委会|[居村]委会|领导小组|小组|指挥部|组织|基金会?"
    r"|[总支大]队|企业|业主|家长|高校"
    r"|中心(?!城|区|镇|村|线|任务|工作)|局(?!长|部|面|限|势)|厅(?!长)|委(?!托|员(?!会)|派|培|任)"
    r"|部(?!分|署|队|级|委|件|位|长|门)|[医法检学研]?院(?!校|士|长|内)"
    r"|办(?!理|法|结|事(?!处)|学|公(?![厅室])|案|好|证|税)"
    r"|署(?!名)|处(?!理|罚|置|于|分|以|方|长|所)|所(?!有|在|需|属|得|述|称|列|必|规|涉|产|指|长)|站(?!点|长)|馆(?!长)"
    r"|科室?(?!学|技|研|普|目|长)|(?:残|妇|文|侨|社|工商)联(?!合|系|动|网)|科协|供销社|团委"
    r"|会(?!同|议|计|商|员|见|诊|场|费|后|组|保)"
    r"|(?<!每)人(?!员|民|联|才|口|数|均|次|工|体|大(?!会)|力|社|事|身|类|群|物|选|单)"
    r"|[申经使用管所持]\w{0,4}者|用户|农户|[甲乙]方)"
)
_IN_NAME = (
    r"(?:经(?=[济营办信贸管])|应(?=急)|对(?=外)|(?<=自)由"
    r"|[^\W\d_由向对将把是于从被经报的为应按在其])"
)
_FURTHER = (
    rf"(?:(?:{_IN_NAME}{{0,12}}?(?:主管|行政|监管|监督管理|经办|执法))?(?:部门|机构)"
    r"|办公[厅室]|机关|委员会)"
)
_BODY = re.compile(
    rf"(?:{_IN_NAME}|[()]){{1,24}}?{_END}(?:{_FURTHER})?(?:\([^()]{{1,20}}\))?"
    rf"|(?:{_IN_NAME}{{2,8}}、){{1,3}}{_IN_NAME}{{2,8}}?(?:部门|机关|机构)"
)
_JOIN = re.compile(r"以及|和(?!谐)|与|及(?!时|其)|或者?|、|会同|联合|商(?!务|业|品)|协同|配合")
_REST = re.compile(r"(?:、|和)?等(?:[\u4e00-\u9fff]{0,6}?(?:部门|单位|机构))?")
_NO_DUTY = re.compile(
    r"[的之]|所(?=[\u4e00-\u9fff])|[内外中上下前后里](?!报)|为[\u4e00-\u9fff]{1,6}(?:提供|的)"
)
_BY = re.compile(r"(?<![理自缘因事])由(?!于|此|来)")
_LABEL = re.compile(
    r"(?P<role>[\u4e00-\u9fff]{2,6}?(?:单位|部门|处室|机构|机关|主体|科室|人))\s*(?::|是|为)\s*(?=[\u4e00-\u9fff])"
)
_OPENING = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]{1,9}条(?:之[一二三四五六七八九十\d]{1,4})?)?[\s\d.、()一二三四五六七八九十]*+(?:(?:同时|其中|并|且|应|凡|经)(?![\u4e00-\u9fff]?[级区市县]))?"
)
_NAMED = re.compile(
    rf"{_IN_NAME}{{1,24}}?(?:局|厅|委(?!托)|委员会|办公[厅室]|[^干]部门|机构|政府|单位|中心|公司|院"
    r"|协会|企业|[省市县区]\w{2,4}办|所|站|队|(?:残|妇|文|侨|社|工商)联(?!合))"
    r"(?!长)(?:办公[厅室])?"
)
_WHOLE_BODY = re.compile(rf"{_IN_NAME}{{1,16}}{_END}")  # 组织人事部, not 组织
_MOST = 12  # bodies of one list

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Duty:
    """A body at `body` of a folded text and what it does: `does` follows it in its part."""

    body: Pair
    does: Pair
    role: str = ""  # 牵头单位 where a label says so


def duties(text: str) -> list[Duty]:
    """The bodies of a folded sentence with what each does, in order."""
    found: dict[Pair, Duty] = {}
    for start, end in commas(text):
        for duty in _of_part(text, start, end):
            found.setdefault(duty.body, duty)
    return sorted(found.values(), key=lambda duty: duty.body)


def _of_part(text: str, start: int, end: int) -> Iterator[Duty]:
    opening = _OPENING.match(text, start, end)
    at = opening.end() if opening else start
    label = _LABEL.search(text, at, end)
    if label is not None:
        bodies, stop = _listed(text, label.end(), end)
        yield from (Duty(body, (stop, end), label.group("role")) for body in bodies)
        if bodies:
            return
    by = [m.end() for m in _BY.finditer(text, start, end)]
    for begin in by or [at]:  # 医院名单由X公布: what stands before 由 is done, and does nothing
        bodies, stop = _listed(text, begin, end)
        rest = text[stop:end].strip(" ,;。:")
        if bodies and len(rest) >= 2 and not _NO_DUTY.match(rest):
            yield from (Duty(body, (stop, end)) for body in bodies)


def _listed(text: str, start: int, end: int) -> tuple[list[Pair], int]:
    """The bodies that stand side by side from `start` on, and where their list ends."""
    bodies: list[Pair] = []
    at = start
    while len(bodies) < _MOST:
        body = _BODY.match(text, at, end)
        if body is None:
            break
        bodies.append(body.span())
        join = _JOIN.match(text, body.end(), end)
        if join is None:
            at = body.end()
            break
        at = join.end()
    if not bodies:
        return [], start
    stop = bodies[-1][1]
    more = _REST.match(text, stop, end)
    return bodies, more.end() if more else stop


# --- names of bodies -----------------------------------------------------------------------------

_PLACE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,6}?(?:自治[区州县]|[省市县区州旗])|[本我]?[省市县区州旗]|国家|县级以上(?:地方)?(?:各级)?)"
    r"(?!场|政(?!府)|容|长|委会|间|域|块|级|直)(?=[\u4e00-\u9fff]{2})"
)
_KINDS = (
    ("人民政府", "政府"), ("办事处", "办"), ("委员会", "委"),
    ("办公室", "办"), ("办公厅", "厅"), ("联合会", "联"),
)  # fmt: skip
_LEVELS = "省市县区州旗家"  # 县级以上 may be any
_HEADS = "局委厅办院部会署处联"


def bare(name: str) -> str:
    """A body's name without its place: 海川市发展改革委 and 市发展改革委 are 发展改革委."""
    while place := _PLACE.match(name):
        name = name[place.end() :]
    return name


def _level(name: str) -> str:
    """省, 市 or 县 where the name says of which it is: 县住建局 is no 市住建局."""
    level = ""
    while place := _PLACE.match(name):  # 北京市海淀区财政局 is of a district
        level = place.group()[-1] if place.group()[-1] in _LEVELS else level
        name = name[place.end() :]
    return level


def same_body(one: str, two: str) -> bool:
    """True when two folded names may mean one body: 市发改委 and 市发展和改革委员会.

    A short name begins and ends as the full one and takes its characters in order.
    """
    if one == two:
        return True
    if _level(one) and _level(two) and _level(one) != _level(two):
        return False
    pairs = [(a, b) for a in {one, bare(one)} for b in {two, bare(two)}]
    return any(_short_of(a, b) or _short_of(b, a) for a, b in pairs)


def _short_of(short: str, full: str) -> bool:
    short, full = _kind(short), _kind(full)
    if len(short) < 2 or len(short) > len(full) or short[0] != full[0] or short[-1] != full[-1]:
        return False
    if short == full:
        return True
    if full[-1] not in _HEADS or len(short) < (2 if short[-1] == "联" else 3):
        return False
    rest = iter(full)
    return all(char in rest for char in short)


def _kind(name: str) -> str:
    for full, short in _KINDS:
        if name.endswith(full):
            return name.removesuffix(full) + short
    return name


def body_in(text: str) -> str | None:
    """The body that a folded question names: 海川市发展改革委 of 海川市发展改革委牵头哪些任务."""
    for pattern in (_NAMED, _WHOLE_BODY):
        for found in pattern.finditer(text):
            name = found.group().lstrip("请问由归是")
            if len(name) > 2:
                return name
    return None
