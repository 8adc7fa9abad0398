"""What a family of embedding models wants before its texts, and how long they may be."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from youju.errors import SettingsError

# Longer than any passage; models that take more only take more memory.
MAX_TOKENS = 1024
_SHORT = 512

_BGE_ZH = "为这个句子生成表示以用于检索相关文章："
_BGE_EN = "Represent this sentence for searching relevant passages: "
_TASK = "Given a web search query, retrieve relevant passages that answer the query"
_INSTRUCT = f"Instruct: {_TASK}\nQuery: "
_QWEN = f"Instruct: {_TASK}\nQuery:"  # as its authors write it, without a space


@dataclass(frozen=True, slots=True)
class Usage:
    """Put `query` before questions and `passage` before passages; cut after `max_tokens`."""

    query: str = ""
    passage: str = ""
    max_tokens: int = _SHORT


# The first that is found in the lower-cased name decides; vectors are normalised for all of them.
FAMILIES: tuple[tuple[str, Usage], ...] = (
    (r"bge-m3", Usage(max_tokens=MAX_TOKENS)),
    (r"bge-.*zh", Usage(_BGE_ZH)),
    (r"bge-.*en(?![a-z])", Usage(_BGE_EN)),
    (r"qwen3-embedding", Usage(_QWEN, max_tokens=MAX_TOKENS)),
    (r"gte-qwen", Usage(_INSTRUCT, max_tokens=MAX_TOKENS)),
    (r"(?<![a-z])e5-.*instruct", Usage(_INSTRUCT)),
    (r"(?<![a-z])e5-", Usage("query: ", "passage: ")),
    (r"m3e-|(?<![a-z])gte-|text2vec", Usage()),
)
_QUERY_NAMES = ("query", "s2p_query", "retrieval.query", "search_query")
_PASSAGE_NAMES = ("document", "passage", "corpus", "retrieval.passage", "search_document")


def usage_of(name: str, folder: Path) -> Usage:
    """How the model `name`, whose files are in `folder`, is used.

    Prompts that the model itself brings win over those of its family. SettingsError when its
    config_sentence_transformers.json cannot be read.
    """
    last = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1].lower()
    family = next((usage for pattern, usage in FAMILIES if re.search(pattern, last)), Usage())
    own, default = _own_prompts(folder / "config_sentence_transformers.json")
    # sentence-transformers writes empty prompts for every model that it saves: they say nothing.
    if not any(own.values()):
        return family
    return Usage(
        _first(own, _QUERY_NAMES, default), _first(own, _PASSAGE_NAMES, default), family.max_tokens
    )


def _own_prompts(path: Path) -> tuple[dict[str, str], str]:
    """Prompts by name, and the one that is used where no name fits."""
    try:
        config = json.loads(path.read_text("utf-8"))
        prompts = {str(key): str(text or "") for key, text in (config.get("prompts") or {}).items()}
        return prompts, prompts.get(config.get("default_prompt_name") or "", "")
    except FileNotFoundError:
        return {}, ""
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(f"无法读取 {path}：请检查模型是否完整。") from error


def _first(prompts: dict[str, str], names: tuple[str, ...], default: str) -> str:
    return next((prompts[name] for name in names if name in prompts), default)
