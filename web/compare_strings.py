"""The words of the Compare tab in Chinese and English; part of `web.strings`."""

from __future__ import annotations

COMPARE: dict[str, tuple[str, str]] = {
    "tab.compare": ("对比", "Compare"),
    "compare.indicator": ("指标：选择或输入，例如 顾客满意度", "Indicator: choose or type one"),
    "compare.button": ("对比", "Compare"),
    "compare.csv": ("导出 CSV", "CSV"),
    "compare.xlsx": ("导出 Excel", "Excel"),
    "compare.place": ("地区", "Place"),
    "compare.silent": ("未提及", "Not mentioned"),
    "compare.others": ("其余 {n} 份文件未提及", "{n} other documents do not mention it"),
    "compare.rest": ("再列其余 {n} 个地区", "The other {n} places"),
    "compare.near": ("相近的是", "Nearest"),
    "compare.confidence": ("可信度 {share}", "confidence {share}"),
    "compare.likeness": ("各地指标一致度 {share}", "same indicator {share}"),
    "compare.none": (
        "没有找到这个指标的数值目标。请换一种说法，或在下方查看一份文件的全部数值目标。",
        "No target for this indicator. Try other words, or see all targets of a document below.",
    ),
    "compare.legend": (
        "▲ 至少（以上、不低于、超过） ▼ 至多（以下、不超过） ● 达到或未写",
        "▲ at least  ▼ at most  ● exactly, or not said",
    ),
    "compare.undated": ("未写年份", "no year"),
    "facts.document": ("一份文件的全部数值目标", "All targets of a document"),
    "facts.filter": ("筛选", "Filter"),
    "facts.count": (
        "共 {n} 项；点击列名排序，点击数值看原文",
        "{n} targets; click a column to sort",
    ),
    "facts.indicator": ("指标", "Indicator"),
    "facts.value": ("数值", "Value"),
    "facts.when": ("年份", "Year"),
    "facts.owners": ("责任单位", "Responsible"),
    "facts.path": ("所在条款", "Clause"),
    "facts.gone": (
        "这份文件已不在索引里，请重新选择。",
        "This document is no longer in the index; please choose another.",
    ),
    "facts.none": ("这份文件没有数值目标。", "This document sets no numeric targets."),
}
