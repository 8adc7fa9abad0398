"""The words of the Library tab in Chinese and English; part of `web.strings`."""

from __future__ import annotations

LIBRARY: dict[str, tuple[str, str]] = {
    "library.upload": (
        "上传文件（Word、WPS、pdf、ofd、Excel、网页、文本、zip，可多选）",
        "Upload documents (Word, pdf, ofd, Excel, web pages, text, zip; several at once)",
    ),
    "library.reindex": ("重建索引", "Index again"),
    "library.filter": ("筛选标题、文号、地区", "Filter"),
    "library.count": ("共 {n} 份文件", "{n} documents"),
    "library.col.title": ("标题", "Title"),
    "library.col.number": ("文号", "Number"),
    "library.col.region": ("地区", "Region"),
    "library.col.date": ("日期", "Date"),
    "library.col.status": ("效力", "Validity"),
    "library.col.clauses": ("条款", "Clauses"),
    "library.col.problems": ("读取时的问题", "Problems while reading"),
    "library.col.remove": ("移除", "Remove"),
    "library.builtin": ("内置文件，不能移除", "Built in, cannot be removed"),
    "library.elsewhere": (
        "由命令行编入，请在原文件夹里移除",
        "Indexed from the command line; remove it from its folder",
    ),
    "library.waiting": ("尚未编入索引，请点“重建索引”", "Not indexed yet: use “Index again”"),
    "library.remove": ("移除", "Remove"),
    "library.sure": ("确定移除？", "Remove it?"),
    "library.yes": ("确定", "Yes"),
    "library.no": ("取消", "No"),
    "library.reading": ("正在读取：{done} / {total} 份", "Reading: {done} of {total}"),
    "library.read": ("可以读取", "readable"),
    "library.added": ("已编入，{n} 个条款", "indexed, {n} clauses"),
    "library.refused": ("没有加入", "not added"),
    "library.stage": ("正在编入索引：{done} / {total}", "Indexing: {done} of {total}"),
    "library.serving": (
        "其间照常回答问题，用的是原有索引。",
        "Questions are answered from the old index meanwhile.",
    ),
    "library.done": (
        "索引已更新：{n} 份文件；新读 {read} 份，沿用 {reused} 份，移除 {removed} 份。",
        "Index updated: {n} documents; {read} read, {reused} unchanged, {removed} removed.",
    ),
    "library.unindexed": (
        "文件夹已改动，索引还没有更新；稍后请点“重建索引”。",
        "The folder has changed, the index not yet; use “Index again” later.",
    ),
    "stage.读取文件": ("读取文件", "reading"),
    "stage.words": ("词语索引", "words"),
    "stage.bigrams": ("字组索引", "character pairs"),
    "stage.vectors": ("计算向量", "vectors"),
    "stage.write": ("写入索引", "writing"),
}
