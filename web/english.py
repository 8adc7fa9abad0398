"""What we say, in English: sentences that are made in Chinese far below the page.

A sentence is known by its template, with the names, figures and quoted words in it left as they
are; a sentence that fits none is introduced in English and shown as it is. `tests/test_english.py`
holds every template against the code that words it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from web.markup import escape

_FOLD = str.maketrans({",": "，", ":": "：", ";": "；", "(": "（", ")": "）"})
_DEEP = 3  # sentences inside sentences, e.g. a reason
_INTRODUCED = "In Chinese: "

# (as it is worded in Chinese, in English); {1}, {2} … are what is put in, in the Chinese order.
TEMPLATES: tuple[tuple[str, str], ...] = (
    # why a document holds or does not
    ("有效期届满，至{1}", "Its period ended on {1}"),
    ("有效期至{1}", "In force until {1}"),
    ("自{1}起施行", "In force from {1}"),
    ("被{1}，自{2}起", "Ended by {1}, from {2}"),
    ("推定有效，没有找到废止或失效的说明", "Presumed in force: nothing says that it has ended"),
    ("尚未正式发布", "Not yet issued"),
    # why there is no answer
    ("文件中没有找到{1}的相关内容", "The documents say nothing of this for {1}"),
    ("文件中没有找到关于“{1}”的内容", "The documents say nothing of “{1}”"),
    ("文件中没有找到关于{1}的内容", "The documents say nothing of {1}"),
    ("文件中没有找到相关内容", "The documents say nothing of this"),
    ("没有{1}的数值；最近的是{2}", "There is no figure for {1}; the nearest is: {2}"),
    (
        "没有文号为“{1}”的文件，相近的有：{2}",
        "There is no document with the number “{1}”; near are: {2}",
    ),
    ("没有文号为“{1}”的文件", "There is no document with the number “{1}”"),
    ("没有{1}号文件", "There is no document No. {1}"),
    ("没有一份文件注明{1}", "No document states {1}"),
    (
        "{1}没有注明{2}；标题所写的年限是{3}年",
        "{1} does not state: {2}; the years in its title are {3}",
    ),
    ("{1}没有注明{2}", "{1} does not state: {2}"),
    (
        "符合的文件太多，不知道问的是哪一份；请在问题里写明文件的名称、文号或地区",
        "Too many documents fit; please name the document, its number or its place",
    ),
    (
        "找到的条款不能逐字证明答案",
        "The clauses that were found do not prove an answer word for word",
    ),
    ("所问的文件里没有{1}", "The document has no {1}"),
    (
        "有{1}份文件都有{2}（{3}等），请写明是哪一份",
        "{1} documents have {2} ({3} and others): please name one",
    ),
    ("“{1}”共{2}行，没有第{3}行", "“{1}” has {2} rows; there is no row {3}"),
    ("{1}的文件都没有提及", "No document of {1} mentions it"),
    # what closes an answer
    ("共{1}份，这里列出前{2}份", "{1} in all; these are the first {2}"),
    ("共{1}行，这里列出前{2}行", "{1} rows in all; these are the first {2}"),
    ("共有{1}处不同，这里列出前{2}处", "{1} differences in all; these are the first {2}"),
    ("（共{1}项）", "({1} in all)"),
    (
        "另有{1}条同类目标没有列出，请写明地区或年份",
        "{1} more targets of this kind are not listed: name a place or a year",
    ),
    ("{1}的文件没有提及", "The documents of {1} do not mention it"),
    (
        "（没有找到{1}的规定；以上出自{2}的文件。）",
        "(Nothing was found for {1}; the above is from documents of {2}.)",
    ),
    (
        "（文库里没有{1}；以上出自别的文件。）",
        "(The library does not hold {1}; the above is from other documents.)",
    ),
    ("文库里没有{1}；{2}", "The library does not hold {1}. {2}"),
    # a question that cannot be asked
    (
        "问题太长（{1} 个字符），请缩短到 {2} 个字符以内再问",
        "The question is too long ({1} characters); please keep it to {2}",
    ),
    (
        "问题里有无法识别的字节，请用 UTF-8 编码输入",
        "The question holds bytes that are no text; please enter it in UTF-8",
    ),
    ("问题是空的，请输入想问的内容", "The question is empty; please write what you want to know"),
    (
        "问题里只有标点或符号，请写出想问的内容",
        "The question holds only signs; please write what you want to know",
    ),
    ("这一行的问题是空的，请写出想问的内容", "The question of this row is empty"),
    (
        "“{1}”不是日期，请写成 2023-06-30 的形式",
        "“{1}” is no date; please write it like 2023-06-30",
    ),
    # collections
    ("没有专题“{1}”，现有：{2}", "There is no collection “{1}”; there are: {2}"),
    (
        "没有专题“{1}”，还没有设过任何专题：可在“文库”页设置，"
        "或用 python cli.py collection {2} --add 文件",
        "There is no collection “{1}”, nor any other: put documents into one in the Library",
    ),
    (
        "专题“{1}”里的文件都已不在索引里，请先加入文件",
        "No document of the collection “{1}” is in the index; put some into it first",
    ),
    (
        "专题的名称是空的或含有不可见的字符，请写一个名称",
        "The name of the collection is empty or holds invisible characters; please write one",
    ),
    (
        "专题的名称有 {1} 个字，超过 {2} 字的上限，请缩短",
        "The name of the collection has {1} characters, more than {2}",
    ),
    (
        "专题不能用“{1}”这个名称，请换一个",
        "“{1}” cannot be the name of a collection; please choose another",
    ),
    (
        "已有 {1} 个专题，不能再加，请先移除不用的",
        "There are {1} collections already; remove one that is not used",
    ),
    # taking away
    ("没有收到要带走的问题，请重新提问", "No question to take away; please ask again"),
    ("收到的日期不对，请重新提问", "The date is wrong; please ask again"),
    ("收到的筛选范围不对，请重新提问", "The filters are wrong; please ask again"),
    (
        "摘录应为 1 到 {1} 条，收到 {2} 条，请调整后重试",
        "Between 1 and {1} excerpts can be taken, not {2}",
    ),
    (
        "第 {1} 条摘录的文件已不在索引里，请移除后重试",
        "The document of excerpt {1} is no longer in the index; remove it and try again",
    ),
    (
        "第 {1} 条摘录的位置不在《{2}》里，请移除后重试",
        "The place of excerpt {1} is not in 《{2}》; remove it and try again",
    ),
    (
        "第 {1} 条摘录的原文已改变（《{2}》），请移除后重新摘录",
        "The words of excerpt {1} have changed in 《{2}》; remove it and take it anew",
    ),
    # uploads
    (
        "只能移除或替换上传的文件；这份文件是内置的，或已经移除，请刷新文库",
        "Only uploads can be removed or replaced; this one is built in, or gone: reload the page",
    ),
    (
        "{1} 与 {2} 不是同一种文件，请换成 {3} 文件，或移除原文件后上传",
        "{1} is no file like {2}: take a {3} file, or remove the old one and upload it",
    ),
    ("标题不能为空", "The title cannot be empty"),
    ("{1}有 {2} 个字，超过 {3} 字的上限", "{1} has {2} characters, more than {3}"),
    (
        "“{1}”不是日期：请写成 2023-06-30 或 2023年6月30日",
        "“{1}” is no date; please write it like 2023-06-30",
    ),
    ("{1} 无法移除（{2}），请检查文件夹权限", "{1} cannot be removed ({2}); check the folder"),
    (
        "{1} 无法保存（{2}），请检查磁盘空间和文件夹权限",
        "{1} cannot be stored ({2}); check the disk",
    ),
    (
        "{1} 是 {2} 文件，本站只接受 {3}，请转换格式后再上传",
        "{1} is a {2} file; only {3} are taken here: please convert it",
    ),
    (
        "{1} 与文库中的“{2}”内容相同，没有重复加入",
        "{1} is the same as “{2}” in the library and was not added again",
    ),
    (
        "{1} 与文库中的一份文件内容相同，没有重复加入",
        "{1} is the same as a file in the library and was not added again",
    ),
    (
        "{1} 没有加入：上传的文件已达上限 {2} 份，请先移除一些",
        "{1} was not added: {2} uploads are the most; remove some first",
    ),
    (
        "{1} 读取所需的时间或内存超过上限，已停止，没有加入；请拆分或另存为其他格式再试",
        "{1} takes too much time or memory and was not added; split it, or save it otherwise",
    ),
    (
        "{1} 里没有一份文件可以读取（例如 {2}）",
        "{1} holds no file that can be read (for example: {2})",
    ),
    (
        "建立索引的进程意外停止，没有更新；原有索引不受影响，请重试",
        "The indexing process stopped; nothing was changed: please try again",
    ),
    (
        "文件夹已改动，索引还没有更新；稍后请点“重建索引”",
        "The folder has changed, the index not yet",
    ),
    ("{1} 是空文件", "{1} is empty"),
    (
        "{1} 里没有内容（{2} 个空白字节），请重新下载或保存",
        "{1} holds {2} blank bytes and nothing else",
    ),
    (
        "{1} 不是支持的文件类型（{2}；支持 {3}）",
        "{1} is of a type that is not supported ({2}; supported: {3})",
    ),
    (
        "{1} 有 {2} MB，超过上限 {3} MB，请拆分后再导入",
        "{1} has {2} MB, more than {3} MB: please split it",
    ),
    (
        "{1} 的内容不是{2}，请用 Word 或 WPS 打开后另存",
        "{1} is not what its name says ({2}); save it anew",
    ),
    ("{1} 的压缩结构已损坏或不完整，请重新下载，或打开后重新保存", "{1} is damaged or incomplete"),
    ("{1} 里没有文字；请确认文件内容后再加入", "{1} holds no text"),
    (
        "{1} 有 {2} 个字符，超过单个文件 {3} 字的上限；请拆分后再加入",
        "{1} has {2} characters, more than {3}: please split it",
    ),
    (
        "{1} 是空壳：只有标题、日期或页码，没有正文，没有加入；"
        "请换成带正文的文件，或打开其中所说的附件",
        "{1} is a shell without a text (title, date, page numbers) and was not added",
    ),
    (
        "{1} 是扫描件，{2}",
        "{1} is a scan: {2}",
    ),
    # sheets and question sets
    ("表格 {1} 有 {2} MB，超过上限 {3} MB，请拆分后再试", "{1} has {2} MB, more than {3} MB"),
    ("无法读取表格 {1}，请检查路径和权限", "{1} cannot be read"),
    ("表格 {1} 无法读取：{2}", "{1} cannot be read: {2}"),
    ("表格 {1} 是空的，请填好后再试", "{1} is empty; please fill it in"),
    (
        "表格 {1} 里没有名为“{2}”的列，请把问题所在列的首行写成“{3}”，或下载模板填写",
        "{1} has no column “{2}”; head the column of questions “{3}”, or use the template",
    ),
    (
        "表格 {1} 里没有问题，请在“{2}”列下每行写一个",
        "{1} holds no question; write one per row in the column “{2}”",
    ),
    (
        "表格 {1} 有 {2} 个问题，超过上限 {3} 个，请拆分后再试",
        "{1} has {2} questions, more than {3}",
    ),
    ("题集 {1} 有 {2} MB，超过上限 {3} MB，请拆分后再试", "{1} has {2} MB, more than {3} MB"),
    (
        "题集 {1} 是压缩文件，请解压后上传 JSONL",
        "{1} is an archive; unpack it and upload the JSONL",
    ),
    ("无法读取题集 {1}，请重新上传", "{1} cannot be read; please upload it again"),
    ("题集 {1} 有 {2} 题，超过上限 {3} 题，请拆分后再试", "{1} has {2} questions, more than {3}"),
    (
        "题集 {1} 中没有 split={2} 的题目，请换用“全部”或检查 split 字段",
        "{1} has no question of the part {2}; choose all, or look at the field split",
    ),
    (
        "两次结果的题目不同（{1} {2} 与 {3} {4}），不能比较；请选择同一题集、同一部分的结果",
        "The two runs asked different questions ({1} {2} and {3} {4}) and cannot be compared",
    ),
    (
        "没有这次评测的结果，请先运行评测或刷新页面后另选",
        "There is no such run; run one, or reload the page and choose another",
    ),
    ("题集 {1} 有误：{2}；请改正后重试", "{1} has errors: {2}. Please mend them and try again"),
    (
        "题集 {1} 里没有“{2}”列，请下载模板，按它的首行填写",
        "{1} has no column “{2}”; use the head of the template",
    ),
    (
        "题集 {1} 里没有可以评测的题目，请填写“{2}”和“{3}”",
        "{1} holds nothing to evaluate; please fill in “{2}” and “{3}”",
    ),
    (
        "还没有可以评测的反馈：请先在问答页评价回答，或导出 Excel 填好标准答案后上传",
        "Nothing to evaluate yet: judge answers, or export, fill in and upload the sheet",
    ),
    (
        "反馈文件 {1} 无法读写，请检查磁盘空间和权限，或删除它后重试",
        "The feedback file {1} cannot be used; check the disk, or delete it and try again",
    ),
    # what a comparison shows
    ("计量单位不同（{1}），不能直接比较高低", "The units differ ({1}): they cannot be compared"),
    (
        "有的地方同一年有几个数值，请对照表中原文比较",
        "Some places have several figures for a year: compare the words in the table",
    ),
    ("各地年份不同：{1}", "The years differ: {1}"),
    ("数值相同：{1}", "the same figure: {1}"),
    ("数值范围有重叠：{1}", "the ranges overlap: {1}"),
    ("{1}的数值高于{2}", "the figure of {1} is above that of {2}"),
    ("数值最高的是{1}，最低的是{2}", "the highest is {1}, the lowest {2}"),
    ("{1}年：{2}", "{1}: {2}"),
    # the index
    (
        "已停止建立索引，原有索引没有改动，照常可用；已识别的页面会保留，再次建立时不用重新识别",
        "Indexing was stopped; the index before is as it was and in use. "
        "Pages already recognised are kept and not recognised again",
    ),
    (
        "另一个进程正在建立索引 {1}：请等它结束后再试，或用 --index 指定另一个文件夹",
        "Another process is building the index {1}: please wait and try again",
    ),
    (
        "无法写入索引文件夹 {1}（{2}）：请检查磁盘空间和权限；原有索引不受影响",
        "The index {1} cannot be written ({2}); the old one goes on working",
    ),
)  # fmt: skip


def told(text: str, slot: Callable[[str], str] | None = None, deep: int = _DEEP) -> str | None:
    """HTML of the sentence in English, or None where no template fits.

    `slot` makes HTML of what stands in the gaps; without it they are escaped, Chinese marked.
    """
    folded, whole = _folded(text)
    for pieces, english in _compiled():
        gaps = _gaps(folded, pieces)
        if gaps is None:
            continue
        made = escape(english)
        for n, (start, end) in enumerate(gaps, 1):
            words = whole[start:end]
            inner = told(words, slot, deep - 1) if deep > 0 and len(words) > 1 else None
            # Braces are escaped like everything else.
            made = made.replace(f"&#123;{n}&#125;", inner or (slot or marked)(words))
        return made if deep < _DEEP or made.endswith((".", ".)")) else f"{made}."
    return None


def both_told(
    text: str, slot: Callable[[str], str] | None = None, introduced: str = _INTRODUCED
) -> str:
    """The sentence in both languages, as `web.strings.both` does it.

    `introduced` leads in a sentence that has no English.
    """
    chinese = (slot or escape)(text)
    english = told(text, slot)
    if english is None:
        english = f'{escape(introduced)}<span lang="zh">{chinese}</span>'
    return (
        f'<span class="yj-zh" lang="zh">{chinese}</span>'
        f'<span class="yj-en" lang="en">{english}</span>'
    )


def marked(words: str) -> str:
    """Words that stay as they are, marked as Chinese where they are."""
    chinese = any("\u4e00" <= char <= "\u9fff" for char in words)
    return f'<span lang="zh">{escape(words)}</span>' if chinese else escape(words)


def _folded(text: str) -> tuple[str, str]:
    """The sentence without its full stop, its signs folded; and the same as it was written."""
    whole = text.strip()
    whole = whole[:-1] if whole.endswith("。") else whole
    return whole.translate(_FOLD), whole


@cache
def _compiled() -> tuple[tuple[tuple[str, ...], str], ...]:
    return tuple((_pieces(chinese), english) for chinese, english in TEMPLATES)


def _pieces(template: str) -> tuple[str, ...]:
    """What stands between the gaps; signs folded, no full stop at the end."""
    pieces, rest = [], template
    n = 1
    while (at := rest.find(f"{{{n}}}")) >= 0:
        pieces.append(rest[:at])
        rest, n = rest[at + 3 :], n + 1
    return tuple(piece.translate(_FOLD) for piece in (*pieces, rest.removesuffix("。")))


def _gaps(text: str, pieces: tuple[str, ...]) -> list[tuple[int, int]] | None:
    """Where what was put in stands, or None where the sentence is another."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return [] if text == first else None
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) <= end):
        return None
    gaps, at = [], len(first)
    for piece in pieces[1:-1]:
        found = text.find(piece, at, end)
        if found < 0:
            return None
        gaps.append((at, found))
        at = found + len(piece)
    return [*gaps, (at, end)]
