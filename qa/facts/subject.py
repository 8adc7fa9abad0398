"""Which indicators a question asks for: its words without what only asks, wants or counts.

江苏2012年力争发展多少个江苏名牌 asks for 名牌; 食品和药品监督抽查合格率 asks for two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.facts.likeness import measure
from text.words import precise
from youju.records import Question

# Words that may stand around an indicator and are no part of its name; only at its edges, so that
# 建设工程 keeps its 建设 wherever the whole is known.
_EDGE_WORDS = """
要 要求 需 需要 须 应 应当 应该 力争 争取 计划 打算 准备 预计 预期 规划 确保
保证 年内 年底 年末 今年 明年 每年 年度 全年 当年 期末 未来 分别 各 各自 达到 达
到 做到 做 定 定为 定成 给 让 把 使 建 建成 建设 建立 建好 创建 培育 培养 培训
发展 打造 形成 组建 设立 新建 创 争创 获得 取得 拥有 有 完成 实现 制定 推广 控制
控制在 保持 稳定 低于 高于 超过 不低于 不高于 不超过 以上 以下 以内 左右 水平 目标
指标 任务 总数 数量 总量 提高 提升 提高到 降到 降低 下降 减少 增加 增长 增 新增
上升 升 升至 升到 降 降至 增至 增到 压减 压减到
压缩 缩短 缩短到 缩减 削减 扩大 扩大到 提升到 增加到
年 三年 五年 两年 几年 这 那 这些 个 家 名 项 是 为 在 不 的 得 出 了
能 会 可以 将 从 至 底 末 时 最 高 低 少 多 大 全部 总共 一共 共 合计 大概
大约 至少 最少 起码 最多 至多 又 呢 也 都 所 期间 之前 前 内 里 里面 咱们 咱
我们 我 想 才 算 行 达标 及格 值 数 数值
"""
_IDLE = frozenset(_EDGE_WORDS.split())
_COMPARED = re.compile(r"(?<!占)比(?:19|20)\d\d年?")
_JOINED = re.compile(r"、|以及|还有|(?<!普)及(?!格)|(?<!参)与|(?<![总饱调温共缓])和(?!谐)|,|;")
_MOST = 4  # indicators of one question
_HEAD_WORDS = 8  # words of the first name that a later one may share
_TAIL_WORDS = 5  # words of the last name that an earlier one may share


def wordings(text: str) -> tuple[str, ...]:
    """The text as an indicator's name: as it is, then without idle words at its edges."""
    plain = _COMPARED.sub("", text)
    return tuple(dict.fromkeys(name for name in (plain, bared(plain)) if name))


def bared(text: str) -> str:
    """A name without idle words at its edges; '' when there is nothing else.

    >>> bared("力争发展名牌")
    '名牌'
    """
    words = precise(text)
    while words and _idle(words[0]):
        words = words[1:]
    while words and _idle(words[-1]):
        words = words[:-1]
    return "".join(words)


def _idle(word: str) -> bool:
    if word.isascii():
        return word.isdigit()
    return word in _IDLE or all(char in _IDLE for char in word)  # 要建


def several(question: Question) -> tuple[tuple[str, ...], ...]:
    """The indicators that a question may list, each with its possible wordings; () for just one.

    An earlier name may lack the end of the last (食品和药品监督抽查合格率), a later one the
    beginning of the first (质量强镇和强区).
    """
    runs = [part for term in question.terms for part in _JOINED.split(term)]
    names = [name for name in map(bared, runs) if name]
    if not 1 < len(names) <= _MOST:
        return ()
    return tuple(tuple(dict.fromkeys(_completed(names, i))) for i in range(len(names)))


def _completed(names: Sequence[str], i: int) -> Iterator[str]:
    """A name as it stands, then with the ends of the last, then with the beginnings of the first.

    A name that measures something else is complete.
    """
    name, last = names[i], precise(names[-1])
    yield name
    if measure(name):
        return
    if i < len(names) - 1:
        for at in range(1, min(len(last), _TAIL_WORDS)):
            yield name + "".join(last[at:])
    first = precise(names[0])
    if i > 0:
        for end in range(min(len(first) - 1, _HEAD_WORDS), 0, -1):
            yield "".join(first[:end]) + name
