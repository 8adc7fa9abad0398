"""The words of taking answers away, of many questions and of feedback; part of `web.strings`."""

from __future__ import annotations

TAKING: dict[str, tuple[str, str]] = {
    "take.title": ("带走这个回答", "Take this answer away"),
    "take.copy": ("复制回答", "Copy answer"),
    "take.docx": ("Word", "Word"),
    "take.md": ("Markdown", "Markdown"),
    "take.txt": ("纯文本", "Plain text"),
    "take.print": ("打印", "Print"),
    "take.busy": ("正在生成文件…", "Making the file…"),
    "take.excerpt": ("加入摘录", "Add to excerpts"),
    "take.excerpted": ("已摘录", "In excerpts"),
    "tray.title": ("摘录", "Excerpts"),
    "tray.docx": ("摘录表 Word", "Memo, Word"),
    "tray.xlsx": ("摘录表 Excel", "Memo, Excel"),
    "tray.txt": ("纯文本", "Plain text"),
    "tray.clear": ("清空", "Clear"),
    "tray.remove": ("移除", "Remove"),
    "tray.hint": (
        "只保存在这个浏览器里；下载时按原文重新核对。",
        "Kept in this browser only; checked against the originals when downloaded.",
    ),
    # many questions
    "tab.batch": ("批量", "Batch"),
    "batch.hint": (
        "上传一张表，“问题”列每行一个问题；答完后下载同一张表，每行附回答、引文、效力和把握。",
        "Upload a sheet with a column 问题, one question a row; it comes back with the answers.",
    ),
    "batch.file": ("问题表：.xlsx、.xls、.csv", "Questions: .xlsx, .xls, .csv"),
    "batch.template": ("下载模板", "Template"),
    "batch.run": ("开始回答", "Answer all"),
    "batch.stop": ("停止", "Stop"),
    "batch.xlsx": ("下载 Excel", "Download Excel"),
    "batch.csv": ("下载 CSV", "Download CSV"),
    "batch.need_file": (
        "还没有问题表，请先上传，或下载模板填写。",
        "No sheet yet: upload one, or fill in the template.",
    ),
    "batch.busy": ("已答 {done} / {total} 题", "{done} of {total} answered"),
    "batch.stopped": (
        "已停止：答了 {done} / {total} 题，没有生成文件。",
        "Stopped after {done} of {total}; no file was made.",
    ),
    "batch.counted": (
        "共 {n} 题：已作答 {answered}，未作答 {refused}，出错 {failed}。",
        "{n} questions: {answered} answered, {refused} refused, {failed} with an error.",
    ),
    "batch.row": ("行", "Row"),
    "batch.question": ("问题", "Question"),
    "batch.answer": ("回答", "Answer"),
    "batch.state": ("结果", "Result"),
    "batch.state.已作答": ("已作答", "answered"),
    "batch.state.未作答": ("未作答", "refused"),
    "batch.state.出错": ("出错", "error"),
    "batch.more": (
        "只列出前 {n} 行，全部在下载的表里。",
        "The first {n} rows are shown; all are in the file.",
    ),
}
