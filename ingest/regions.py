"""Which place a document speaks for: named by its issuer or title, else by its 文号.

The table of provinces with the one-character names that open a 文号 (黔府发…) is public knowledge
(GB/T 2260 and the customary abbreviations); everything below a province is read from the text.
"""

from __future__ import annotations

import re

PROVINCES: dict[str, str] = {
    "北京市": "京", "天津市": "津", "河北省": "冀", "山西省": "晋", "内蒙古自治区": "蒙内",
    "辽宁省": "辽", "吉林省": "吉", "黑龙江省": "黑", "上海市": "沪", "江苏省": "苏", "浙江省": "浙",
    "安徽省": "皖", "福建省": "闽", "江西省": "赣", "山东省": "鲁", "河南省": "豫", "湖北省": "鄂",
    "湖南省": "湘", "广东省": "粤", "广西壮族自治区": "桂", "海南省": "琼", "重庆市": "渝",
    "四川省": "川", "贵州省": "黔贵", "云南省": "云滇", "西藏自治区": "藏", "陕西省": "陕",
    "甘肃省": "甘", "青海省": "青", "宁夏回族自治区": "宁", "新疆维吾尔自治区": "新",
    "香港特别行政区": "港", "澳门特别行政区": "澳", "台湾省": "台",
}  # fmt: skip

_SUFFIX = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")
SHORT: dict[str, str] = {_SUFFIX.sub("", full): full for full in PROVINCES}
_BY_LETTER = {c: full for full, letters in PROVINCES.items() for c in letters}

NATION = "全国"
_NATIONAL = re.compile(
    r"^(?:中共中央|中央|国务院|全国人民代表大会|全国人大|最高人民|中华人民共和国|国家)"
    r"|^[\u4e00-\u9fff]{2,12}部(?:办公厅)?(?:关于|$|令)|^[\u4e00-\u9fff]{2,10}总局"
)
_PLACE = re.compile(
    r"^(?P<place>(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:自治州|地区|盟|州|市))?"
    r"(?:[\u4e00-\u9fff]{1,7}?(?:自治县|新区|县|区|市|旗))?)"
)
_NOT_A_PLACE = re.compile(r"(?:城市|超市|上市|市$)(?<!..市)|开发区$|示范区$|^(?:各|本|全|该|我|省|市|县|区)")


def region_of(name: str) -> tuple[str, int, int] | None:
    """(place, start, end) for the place that opens a folded issuer or title; None if none does.

    贵州省人民政府 → 贵州省; 嘉兴市人民政府办公室 → 嘉兴市; 国务院办公厅 → 全国.
    """
    for full in PROVINCES:
        if name.startswith(full):
            return _longest(name, full)
    for short, full in SHORT.items():
        if name.startswith(short):
            return full, 0, len(short)
    if _NATIONAL.match(name):
        match = _NATIONAL.match(name)
        assert match is not None
        return NATION, 0, match.end()
    match = _PLACE.match(name)
    place = match.group("place") if match else ""
    if len(place) < 2 or _NOT_A_PLACE.search(place):
        return None
    return place, 0, len(place)


def _longest(name: str, province: str) -> tuple[str, int, int]:
    """A province followed by a city or county that an organ's name closes: 浙江省嘉兴市人民政府."""
    rest = name[len(province) :]
    lower = re.match(
        r"([\u4e00-\u9fff]{1,8}?(?:自治州|地区|盟|市|州|县|区))(?=人民政府|人大|人民代表大会|政府)", rest
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
