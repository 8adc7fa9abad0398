"""Places: which one an organ's name or a 文号 speaks for, and which ones a text names.

Provinces with the one-character names that open a 文号 (黔府发…) and prefecture-level places are
public knowledge (GB/T 2260 and the customary abbreviations); smaller places are read from the text.
"""

from __future__ import annotations

import re

PROVINCES: dict[str, str] = {
    "北京市": "京", "天津市": "津", "河北省": "冀", "山西省": "晋",
    "内蒙古自治区": "蒙内", "辽宁省": "辽", "吉林省": "吉", "黑龙江省": "黑", "上海市": "沪",
    "江苏省": "苏", "浙江省": "浙",
    "安徽省": "皖", "福建省": "闽", "江西省": "赣", "山东省": "鲁", "河南省": "豫", "湖北省": "鄂",
    "湖南省": "湘", "广东省": "粤", "广西壮族自治区": "桂", "海南省": "琼", "重庆市": "渝",
    "四川省": "川", "贵州省": "黔贵", "云南省": "云滇", "西藏自治区": "藏", "陕西省": "陕",
    "甘肃省": "甘", "青海省": "青", "宁夏回族自治区": "宁", "新疆维吾尔自治区": "新",
    "香港特别行政区": "港", "澳门特别行政区": "澳", "台湾省": "台",
}  # fmt: skip

# Prefecture-level cities and prefectures, without 市 or 州, province by province.
_PREFECTURES = """
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中
运城 忻州 临汾 吕梁 呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 沈阳 大连
鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛 长春 四平 辽源 通化 白山 松原 白城
延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 南京 无锡 徐州 常州
苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州
丽水 合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门
莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南
青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封 洛阳 平顶山
安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 武汉 黄石 十堰 宜昌 襄阳 鄂州
荆门 孝感 荆州 黄冈 咸宁 随州 恩施 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化
娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞
中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左 海口
三亚 三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安
巴中 资阳 阿坝 甘孜 凉山 贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南 昆明 曲靖 玉溪 保山
昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都 林芝 山南 那曲
西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉
庆阳 定西 陇南 临夏 甘南 西宁 海东 海北 黄南 海南州 果洛 玉树 海西 银川 石嘴山 吴忠 固原 中卫
乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 喀什 和田 伊犁 塔城 阿勒泰
"""
# Everyday words or parts of longer names: places only when 市 or 州 follows.
_AMBIGUOUS: frozenset[str] = frozenset(
    {"朝阳", "通化", "大同", "长治", "白银", "安康", "中山", "保定", "永州", "平凉", "定西"}
    | {"海南州", "黄山", "日照", "资阳", "红河", "丽水"}
)
PREFECTURES: frozenset[str] = frozenset(_PREFECTURES.split())

_SUFFIX = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")
SHORT: dict[str, str] = {_SUFFIX.sub("", full): full for full in PROVINCES}
_BY_LETTER = {c: full for full, letters in PROVINCES.items() for c in letters}

NATION = "全国"
_MINISTRIES = (
    "外交|国防|发展改革|教育|科学技术|科技|工业和信息化|公安|国家安全|民政|司法|财政|人力资源和?社会保障|人社"
    "|自然资源|国土资源|生态环境|环境保护|住房和?城乡建设|交通运输|交通|铁道|水利|农业农村|农业|林业|商务"
    "|文化和旅游|文化|卫生|退役军人事务|应急管理|信息产业|建设|劳动和社会保障|劳动|人事|监察|化学工业|机械工业"
    "|对外贸易经济合作|邮电|电力工业|煤炭工业|冶金工业|中央宣传|中央组织"
)
_NATIONAL = re.compile(
    r"^(?:中共中央|中央|国务院|政务院|全国|最高人民|中华人民共和国|国家(?!税务总局[\u4e00-\u9fff]{2,6}税务局)"
    r"|中国(?:人民银行|证监会|证券监督|银监会|保监会|银保监会|银行保险监督|民用航空)(?![\u4e00-\u9fff]*[支分]行)"
    r"|海关总署|审计署|市场监管总局|税务总局|体育总局|安全监管总局|质检总局|工商总局|发展改革委)"
    rf"|^(?:{_MINISTRIES})部"
)
_PLACE = re.compile(
    r"^(?P<place>(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:自治州|地区|盟|州(?!市)|市))?"
    r"(?:(?![市县区])[\u4e00-\u9fff]{1,7}?(?:自治县|新区|县|区|市|旗))?)"
)
# Words that end like a place or open a title, and are none.
_NOT_A_PLACE = re.compile(
    r"(?:城市|超市|上市|夜市|股市|楼市|门市|集市|菜市|闹市|车市|牛市|熊市|都市|城区|社区|园区|辖区|^地区|山区"
    r"|灾区|景区|开发区|示范区|校区|小区|厂区|街区|片区|郊区|市区|矿区|库区|牧区|林区|疫区|老区|院区|库区|禁区|误区"
    r"|城镇|乡镇|小镇|村镇|家乡|下乡|返乡|县级市|郊县)$"
    r"|^(?:各|本|全|该|我|省|市|县|区|对|在|以|为)|关于|推进|加强|促进|印发|建设|实施|支持|管理"
)
_FIRST_PLACE = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:自治州|地区|市|州|县)")
_OF_TAXES = "国家税务总局"
_PARTY = "中共"


def region_of(name: str) -> tuple[str, int, int] | None:
    """(place, start, end) for the place that opens a folded issuer or title; None if none does.

    贵州省人民政府 → 贵州省; 嘉兴市人民政府办公室 → 嘉兴市; 国务院办公厅 → 全国.
    """
    for lead in (_PARTY, _OF_TAXES):  # 中共河北省委, 国家税务总局河北省税务局
        if name.startswith(lead) and not name.startswith("中共中央"):
            below = region_of(name[len(lead) :])
            if below is not None:
                return below[0], below[1] + len(lead), below[2] + len(lead)
    for full in PROVINCES:
        if name.startswith(full):
            return _longest(name, full)
    for short, full in SHORT.items():
        if name.startswith(short):
            return full, 0, len(short)
    nation = _NATIONAL.match(name)
    if nation is not None:
        return NATION, 0, nation.end()
    local = _PLACE.match(name)
    place = local.group("place") if local else ""
    if _NOT_A_PLACE.search(place):
        first = _FIRST_PLACE.match(place)  # 长沙市城市管理局: 长沙市, not 长沙市城市
        place = first.group() if first else ""
    if len(place) < 2 or _NOT_A_PLACE.search(place):
        return None
    return place, 0, len(place)


def _longest(name: str, province: str) -> tuple[str, int, int]:
    """A province followed by a city or county that an organ's name closes: 浙江省嘉兴市人民政府."""
    rest = name[len(province) :]
    lower = re.match(
        r"([\u4e00-\u9fff]{1,8}?(?:自治州|地区|盟|市|州|县|区))(?=人民政府|人大|人民代表大会|政府)",
        rest,
    )
    end = len(province) + (lower.end() if lower else 0)
    return name[:end], 0, end


def region_of_number(doc_number: str) -> str | None:
    """黔府发[2015]15号 → 贵州省; 国发… → 全国; None when the first character tells nothing."""
    if not doc_number:
        return None
    if doc_number[0] == "国" or doc_number.startswith(("中发", "中办")):
        return NATION
    return _BY_LETTER.get(doc_number[0])


_NAMED = re.compile(
    "(?P<name>"
    + "|".join(sorted({*PROVINCES, *SHORT, *PREFECTURES}, key=len, reverse=True))
    + r")(?P<suffix>[省市州])?"
)


def places_in(text: str) -> list[tuple[int, int, str]]:
    """(start, end, name) of the provinces and prefectures that folded `text` names, in order.

    The name is without its suffix: 贵州省 and 贵州 are both 贵州.
    """
    found = []
    for match in _NAMED.finditer(text):
        name = match.group("name")
        suffix = match.group("suffix")
        if name in _AMBIGUOUS and not suffix:
            continue
        # 嘉兴省级…, 贵州省级…: the suffix belongs to the next word
        graded = text[match.end() : match.end() + 1] == "级"
        foreign = (suffix == "省" and name in PREFECTURES) or graded
        end = match.end("name") if suffix and foreign else match.end()
        found.append((match.start(), end, short_name(name)))
    return found


def may_be_place(name: str) -> bool:
    """False for everyday words that end like a place: 新小区, 农贸夜市, 特色小镇."""
    return _NOT_A_PLACE.search(name) is None


def short_name(place: str) -> str:
    """贵州省 → 贵州, 嘉兴市 → 嘉兴, 广西壮族自治区 → 广西; other names unchanged."""
    for short, full in SHORT.items():
        if place in (short, full):
            return short
    trimmed = re.sub(r"(?:市|自治州|地区|盟|省)$", "", place)
    return trimmed if len(trimmed) >= 2 else place


def same_place(asked: str, stated: str) -> bool:
    """True when the asked place is the stated one, whatever suffix either carries.

    浙江 is not 浙江省嘉兴市 and the other way round: a city does not speak for its province.
    """
    asked, stated = short_name(asked), short_name(stated)
    if asked == stated:
        return True
    for full in PROVINCES:
        if stated.startswith(full) and len(stated) > len(full):
            return asked in (short_name(stated[len(full) :]), stated)
    return False
