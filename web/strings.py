"""Every word of the page in Chinese and English; what documents say stays as it is.

Gradio's labels take them through `gr.I18n(**translations())`; views carry both languages and the
style sheet shows the one of `<html lang>`.
"""

from __future__ import annotations

from web.markup import escape

STRINGS: dict[str, tuple[str, str]] = {
    "tagline": (
        "政策文件检索与问答：每句回答都是原文，点击编号即可核对出处。",
        "Answers from policy documents, word for word: click a number to see the source.",
    ),
    "tab.ask": ("问答", "Ask"),
    "tab.search": ("检索", "Search"),
    "tab.library": ("文库", "Library"),
    "tab.evaluate": ("评测", "Evaluate"),
    "tab.original": ("原文", "Original"),
    "ask.placeholder": ("请输入问题，按回车提问", "Ask a question, then press Enter"),
    "ask.button": ("提问", "Ask"),
    "search.placeholder": ("请输入关键词或问题，按回车检索", "Words or a question, then Enter"),
    "search.button": ("检索", "Search"),
}


def translations() -> dict[str, dict[str, str]]:
    """The strings by locale, as `gr.I18n` takes them."""
    chinese = {key: zh for key, (zh, _) in STRINGS.items()}
    english = {key: en for key, (_, en) in STRINGS.items()}
    return {"zh-CN": chinese, "zh-TW": chinese, "en": english}


def both(key: str, **values: object) -> str:
    """HTML of a string in both languages; `values` fill its {names} and are escaped."""
    return "".join(
        f'<span class="yj-{language}" lang="{language}">{escape(text.format(**values))}</span>'
        for language, text in zip(("zh", "en"), STRINGS[key], strict=True)
    )
