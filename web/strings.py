"""Every word of the page in Chinese and English; what documents say stays as it is.

Gradio's labels take them through `gr.I18n(**translations())`; views carry both languages and the
style sheet shows the one of `<html lang>`.
"""

from __future__ import annotations

from web.card_strings import CARD
from web.compare_strings import COMPARE
from web.eval_strings import EVALUATE
from web.library_strings import LIBRARY
from web.markup import attribute, escape
from web.taking_strings import TAKING

STRINGS: dict[str, tuple[str, str]] = {
    "tagline": (
        "政策文件检索与问答：句句都是原文，处处可以核对。",
        "Policy documents, quoted word for word, every quotation open to proof.",
    ),
    "tab.ask": ("问答", "Ask"),
    "tab.search": ("检索", "Search"),
    "tab.library": ("文库", "Library"),
    "tab.evaluate": ("评测", "Evaluate"),
    # asking and searching
    "ask.placeholder": ("请输入问题，按回车提问", "Ask a question, then press Enter"),
    "ask.button": ("提问", "Ask"),
    "ask.examples": ("示例问题", "Example questions"),
    "ask.history": ("最近的提问", "Recent questions"),
    "ask.clear": ("清空", "Clear"),
    "ask.searching": ("检索…", "Searching…"),
    "ask.checking": ("核对引文…", "Checking the quotations…"),
    "search.placeholder": ("请输入关键词或问题，按回车检索", "Words or a question, then Enter"),
    "search.button": ("检索", "Search"),
    "search.also": ("同时检索了", "Also searched"),
    "search.count": ("{n} 段，按相关程度排列", "{n} passages, the nearest first"),
    "search.unlimited": ("不限范围检索", "Search without filters"),
    "looser.document": ("不限文件", "any document"),
    "looser.collection": ("不限专题", "any collection"),
    "looser.region": ("不限地区", "any region"),
    "looser.year": ("不限年份", "any year"),
    "looser.in_force": ("包括已失效的", "void ones too"),
    "looser.place": ("不限地方", "any place"),
    "looser.time": ("不限时间", "any time"),
    "search.more": ("再列 {n} 段", "{n} more"),
    "ask.completed": ("按上一问补全为：", "Completed from the question before: "),
    "ask.edit": ("修改", "Edit"),
    "ask.typed": ("按原话提问", "Ask as typed"),
    "ask.thread": ("连续提问", "Asked so far"),
    "ask.threaded": ("连续提问", "Thread of questions"),
    "ask.anew": ("清空，另起话题", "Clear, start anew"),
    "ask.which": (
        "您问的是哪一项？请写明所问的事项，例如“贵州省2017年森林覆盖率目标是多少？”。",
        "Which matter do you mean? Please write the whole question, in Chinese.",
    ),
    "ask.chinese": (
        "文件都是中文的，请用中文提问。",
        "The documents are Chinese only: please ask in Chinese.",
    ),
    "answer.said": (
        "未作答的原因：",
        "The documents do not answer this question. In Chinese: ",
    ),
    "filter.as_of": ("效力日期", "Valid on"),
    "filter.today": ("今天", "today"),
    "filter.force_note": (
        "“只看有效”不含已失效、已废止、尚未生效的文件和征求意见稿；没有注明效力的仍在其中。",
        "In force leaves out expired, repealed, future and draft documents; those that do not "
        "state their validity are still searched.",
    ),
    "filter.hides": (
        "在现在的限定下没有答案，放宽后有：",
        "There is no answer within these limits; there is one without: ",
    ),
    "filter.looking": ("看看放宽限定后有没有答案…", "Looking without the limits…"),
    "filter.neither": ("放宽限定后也没有答案。", "Nor is there an answer without the limits."),
    "search.none": ("在所选范围内没有找到相关段落。", "Nothing found within the filters."),
    "search.parts": ("得分 {score}", "Score {score}"),
    "part.words": ("词语匹配", "words (BM25)"),
    "part.bigrams": ("字对匹配", "character pairs (BM25)"),
    "part.thesaurus": ("同义扩展", "thesaurus"),
    "part.dense": ("语义相似", "meaning (vectors)"),
    "part.late": ("逐词语义", "late interaction"),
    "filter.document": ("文件", "Document"),
    "filter.region": ("地区", "Region"),
    "filter.collection": ("专题", "Collection"),
    "filter.year": ("年份", "Year"),
    "filter.in_force": ("只看有效", "In force"),
    "filter.title": ("筛选范围", "Filters"),
    "upload.drop": ("把文件拖到这里", "Drop files here"),
    "upload.or": ("或", "or"),
    "upload.click": ("点击选取", "click to choose"),
    "upload.clear": ("移除", "Remove"),
    # the answer
    "kind.目标数值": ("目标数值", "Targets"),
    "kind.责任部门": ("责任部门", "Responsible"),
    "kind.文件效力": ("文件效力", "Validity"),
    "kind.日常说法": ("日常说法", "Plain words"),
    "kind.多份对比": ("多份对比", "Comparison"),
    "kind.无法回答": ("无法回答", "No answer"),
    "answer.evidence": ("依据：{n} 处原文引用", "Quotations as evidence: {n}"),
    "answer.time": ("用时 {ms} 毫秒", "{ms} ms"),
    "answer.refused": ("未作答", "No answer"),
    "answer.nothing": (
        "文件中没有找到可以回答这个问题的内容。",
        "The documents do not answer this question.",
    ),
    "certainty.sure": ("确定", "certain"),
    "certainty.likely": ("可能", "likely"),
    "certainty.none": ("未找到", "not found"),
    "answer.nearest": ("最接近的条款", "The nearest clauses"),
    "banner.void": (
        "注意：所引文件已不再有效，内容仅供参考：",
        "No longer in force, for reference only: ",
    ),
    "banner.changed": ("注意：所引文件的效力有限制：", "Limited validity: "),
    "banner.count": ("{n} 份文件", "{n} documents"),
    "banner.unknown": (
        "所引文件没有注明是否仍然有效，使用前请核实：",
        "The document does not say whether it is still in force; check before use: ",
    ),
    "card.open": ("查看原文", "Open original"),
    "card.link": ("复制链接", "Copy link"),
    "card.copy": ("复制引用", "Copy citation"),
    "card.badge": ("查看依据 ", "Evidence "),
    "card.page": ("第 {n} 页", "page {n}"),
    "card.recognised": (
        "识别文本（平均置信度 {sure}%）",
        "recognised text (mean confidence {sure}%)",
    ),
    "card.place": ("第 {start}–{end} 字", "characters {start}–{end}"),
    "card.crumbs": ("条款位置", "Clause"),
    "card.no_number": ("无文号", "no document number"),
    "copy.plain": ("纯文本", "Plain text"),
    "copy.markdown": ("Markdown", "Markdown"),
    "copy.gbt7714": ("GB/T 7714", "GB/T 7714"),
    "copy.legal": ("法律引用", "Legal style"),
    "copy.missing": ("缺少：{fields}", "Missing: {fields}"),
    "copy.done": ("已复制", "Copied"),
    "copy.failed": ("浏览器不允许复制，请手动选取", "The browser refused; select the text instead"),
    # validity
    "status.现行有效": ("现行有效", "In force"),
    "status.已失效": ("已失效", "Expired"),
    "status.已废止": ("已废止", "Repealed"),
    "status.已修改": ("已修改", "Amended"),
    "status.尚未生效": ("尚未生效", "Not yet in force"),
    "status.未注明": ("效力未注明", "Validity not stated"),
    # the original
    "original.title": ("原文", "Original"),
    "original.outline": ("目录", "Outline"),
    "original.find": ("在文中查找", "Find in document"),
    "original.previous": ("上一处", "Previous"),
    "original.next": ("下一处", "Next"),
    "original.original": ("原文", "As published"),
    "original.simple": ("简体", "Simplified"),
    "original.download": ("下载源文件", "Download file"),
    "original.pages": ("看原页", "Show the page"),
    "original.page": ("第 {n} 页，共 {all} 页", "Page {n} of {all}"),
    "original.before": ("上一页", "Previous page"),
    "original.after": ("下一页", "Next page"),
    "original.empty": (
        "点击“查看原文”，原文在这里打开，所引文字标出。",
        "“Open original” shows a document here, with what is quoted marked.",
    ),
    "original.close": ("关闭", "Close"),
    "original.wide": ("放宽", "Widen"),
    "original.facts": ("文件信息与依据", "About this document, with proof"),
    "original.size": ("共 {n} 字", "{n} characters"),
    "original.quoted": ("引文所在", "To the quotation"),
    "original.converted": (
        "简体仅供阅读，标出的引文仍为原文用字。",
        "Simplified for reading only; the marked quotation keeps its characters.",
    ),
    "link.kept": (
        "文件在链接生成后有改动，所引文字没有变，仍在原处。",
        "The document has changed since the link was made; the quotation stands where it stood.",
    ),
    "link.moved": (
        "文件在链接生成后有改动，所引文字没有变，已在新的位置标出。",
        "The document has changed since the link was made; the quotation has moved and is marked.",
    ),
    "link.changed": (
        "文件在链接生成后有改动，所引文字已不同，标出的是最接近的一处，请核对。",
        "The document and the quotation have changed; what is marked comes nearest to it.",
    ),
    "link.lost": (
        "文件在链接生成后有改动，已找不到所引文字。",
        "The document has changed since the link was made; the quotation is no longer in it.",
    ),
    "link.updated": (
        "文件在链接生成后有改动，以下是现在的内容。",
        "The document has changed since the link was made; this is how it reads now.",
    ),
    "original.gone": (
        "这份文件已不在索引里，请重新提问。",
        "This document is no longer in the index; please ask again.",
    ),
    "original.outside": (
        "这段位置不在文件里，请重新提问。",
        "That place is not in the document; please ask again.",
    ),
    "meta.title": ("标题", "Title"),
    "meta.doc_number": ("文号", "Number"),
    "meta.issuer": ("发文机关", "Issuer"),
    "meta.region": ("地区", "Region"),
    "meta.written_on": ("成文日期", "Written"),
    "meta.issued_on": ("印发日期", "Issued"),
    "meta.effective_on": ("施行日期", "In force from"),
    "meta.expires_on": ("失效日期", "In force until"),
    "meta.status": ("效力", "Validity"),
    "meta.file": ("源文件", "File"),
    "meta.unknown": ("未注明", "not stated"),
    # fields that a citation style may lack
    "field.文号": ("文号", "document number"),
    "field.发文机关": ("发文机关", "issuer"),
    "field.日期": ("日期", "date"),
    "field.条款编号": ("条款编号", "clause number"),
    **CARD,
    **EVALUATE,
    **COMPARE,
    **LIBRARY,
    **TAKING,
}


def translations() -> dict[str, dict[str, str]]:
    """The strings by locale, as `gr.I18n` takes them."""
    chinese = {key: zh for key, (zh, _) in STRINGS.items()}
    english = {key: en for key, (_, en) in STRINGS.items()}
    return {"zh-CN": chinese, "zh-TW": chinese, "en": english}


def named(prefix: str, name: str) -> str:
    """HTML of a value that may have an English name, e.g. a status; else the value itself."""
    key = f"{prefix}.{name}"
    return both(key) if key in STRINGS else escape(name)


def label(key: str) -> str:
    """The accessible name of an element; `web/shell.js` says it in the reader's language."""
    return f'aria-label="{attribute(STRINGS[key][0])}" data-label="{key}"'


def hint(key: str) -> str:
    """The name of a field and the words that stand in it while it is empty."""
    return f'{label(key)} placeholder="{attribute(STRINGS[key][0])}" data-hint="{key}"'


def plain(key: str) -> str:
    """Attribute and text of an element that can hold no other, e.g. an option."""
    return f' data-text="{key}">{escape(STRINGS[key][0])}'


def both(key: str, **values: object) -> str:
    """HTML of a string in both languages; `values` fill its {names} and are escaped."""
    return "".join(
        f'<span class="yj-{language}" lang="{language}">{escape(text.format(**values))}</span>'
        for language, text in zip(("zh", "en"), STRINGS[key], strict=True)
    )
