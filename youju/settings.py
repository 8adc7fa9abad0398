"""One frozen `Settings`, read once from a file, the environment and the command line's flags.

Every variable here is explained in README.md; a test fails when one is not.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from youju import config
from youju.access import Access
from youju.access import read as access_of
from youju.errors import SettingsError

PRODUCT_ROOT = Path(__file__).resolve().parent.parent
CORPUS = PRODUCT_ROOT / "corpus"
DEFAULT_INDEX = PRODUCT_ROOT / ".youju" / "index"
DEFAULT_DATA = DEFAULT_INDEX.parent / "data"
STORES = ("auto", "exact", "faiss")
TYPES = (
    "txt", "md", "html", "mht", "docx", "doc", "rtf", "pdf", "ofd", "xlsx", "xls", "csv", "zip",
    "image",
)  # fmt: skip
VARIABLES = {
    "YOUJU_INDEX": "index",
    "YOUJU_DATA": "data",
    "YOUJU_UPLOAD_MB": "upload_mb",
    "YOUJU_UPLOAD_FILES": "upload_files",
    "YOUJU_UPLOAD_TYPES": "upload_types",
    "YOUJU_OCR": "ocr",
    "YOUJU_OFFICE": "office",
    "YOUJU_ENCODER": "encoder",
    "YOUJU_READER": "reader",
    "YOUJU_STORE": "store",
    "YOUJU_THESAURUS": "thesaurus",
    "YOUJU_ALIASES": "aliases",
    "YOUJU_USER_DICT": "user_dict",
    "YOUJU_EVAL_QUESTIONS": "eval_questions",
    "YOUJU_EVAL_MB": "eval_mb",
    "YOUJU_FEEDBACK": "feedback",
    "YOUJU_AUDIT": "audit",
    "YOUJU_DEBUG": "debug",
}
CONFIG = "YOUJU_CONFIG"  # names the configuration file, where no flag does
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Settings:
    """What file, environment and flags decide. Optional files are None when not set."""

    index: Path = DEFAULT_INDEX
    data: Path = DEFAULT_DATA  # uploaded documents
    upload_mb: int = 32  # the most an uploaded file may weigh
    upload_files: int = 500  # the most documents kept in the data folder
    upload_types: tuple[str, ...] = TYPES
    ocr: bool = True  # recognise the text of scans and pictures
    office: str = "auto"  # LibreOffice for old Word files: auto, none or the program's path
    encoder: str = "bundled"
    reader: str = "bundled"  # bundled, none, or a cross-encoder by hub id or folder
    store: str = "auto"
    thesaurus: Path | None = None
    aliases: Path | None = None
    user_dict: Path | None = None
    eval_questions: int = 2000  # the most in a question set that the page evaluates
    eval_mb: int = 5  # the most its file may weigh
    feedback: bool = True  # keep what users say of answers, and what found nothing
    audit: Path | None = None  # where it is noted who asked, changed and removed what
    debug: bool = False
    access: Access | None = None  # collections that only some may read; of the file alone

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        file: config.Config | None = None,
        **overrides: str | Path | None,
    ) -> Settings:
        """Read YOUJU_* over what a file says; `overrides` (flags; None = not given) win over both.

        An empty variable counts as not set. Raises SettingsError for an impossible value.
        """
        environ = os.environ if environ is None else environ
        raw: dict[str, tuple[str, str]] = {} if file is None else file.texts()
        for variable, name in VARIABLES.items():
            if environ.get(variable, "").strip():
                raw[name] = (variable, environ[variable].strip())
        for name, value in overrides.items():
            if name not in VARIABLES.values():
                raise TypeError(f"unknown setting {name!r}")
            if value is not None:
                raw[name] = (f"--{name.replace('_', '-')}", str(value).strip())
        index = _index_dir(*raw["index"]) if "index" in raw else DEFAULT_INDEX
        return cls(
            index=index,
            data=_data_dir(*raw["data"]) if "data" in raw else _beside(index),
            upload_mb=_number(*raw["upload_mb"], 64) if "upload_mb" in raw else 32,
            upload_files=_number(*raw["upload_files"], 100_000) if "upload_files" in raw else 500,
            upload_types=_types(*raw["upload_types"]) if "upload_types" in raw else TYPES,
            ocr=_flag(*raw["ocr"]) if "ocr" in raw else True,
            office=_program(*raw["office"]) if "office" in raw else "auto",
            encoder=_model(*raw["encoder"]) if "encoder" in raw else "bundled",
            reader=_model(*raw["reader"]) if "reader" in raw else "bundled",
            store=_store(*raw["store"]) if "store" in raw else "auto",
            thesaurus=_file(*raw["thesaurus"]) if "thesaurus" in raw else None,
            aliases=_file(*raw["aliases"]) if "aliases" in raw else None,
            user_dict=_file(*raw["user_dict"]) if "user_dict" in raw else None,
            eval_questions=_number(*raw["eval_questions"], 100_000)
            if "eval_questions" in raw
            else 2000,
            eval_mb=_number(*raw["eval_mb"], 1000) if "eval_mb" in raw else 5,
            feedback=_flag(*raw["feedback"]) if "feedback" in raw else True,
            audit=_log(*raw["audit"]) if "audit" in raw else None,
            debug=_flag(*raw["debug"]) if "debug" in raw else False,
            access=access_of(file.values, file.source) if file is not None else None,
        )

    @property
    def feedback_file(self) -> Path:
        """Where feedback is kept: beside the index, of each index its own."""
        if self.index == DEFAULT_INDEX:
            return self.index.parent / "feedback.sqlite"
        full = self.index.resolve()
        return full.parent / f"{full.name}-feedback.sqlite"

    @property
    def default_index(self) -> bool:
        """True when nobody chose an index: then it may be built from the built-in corpus."""
        return self.index == DEFAULT_INDEX


def configured(flag: str | None, environ: Mapping[str, str] | None = None) -> config.Config:
    """The configuration file that a flag names, else the environment. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    named = flag if flag is not None else environ.get(CONFIG, "").strip()
    return config.load(named) if named or flag is not None else config.Config()


def _index_dir(source: str, value: str) -> Path:
    if not value:
        raise SettingsError(f"{source} 是空的，请给出索引文件夹的路径。")
    if "\0" in value:
        raise SettingsError(f"{source} 含有空字符，请给出一个正常的文件夹路径。")
    path = Path(value).expanduser()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{source} 指向的 {value} 是文件，请给出索引文件夹的路径。")
    return path


def _beside(index: Path) -> Path:
    """The data folder of an index: two indexes share no uploads unless somebody says so."""
    if index == DEFAULT_INDEX:
        return DEFAULT_DATA
    full = index.resolve()
    return full.parent / f"{full.name}-data"


def _data_dir(source: str, value: str) -> Path:
    """Sources are told apart by the name of their folder, so it cannot be that of the corpus."""
    if "\0" in value:
        raise SettingsError(f"{source} 含有空字符，请给出一个正常的文件夹路径。")
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise SettingsError(f"{source} 指向的 {value} 是文件，请给出存放上传文件的文件夹。")
    if path.name in ("", CORPUS.name) or path.resolve().is_relative_to(CORPUS):
        raise SettingsError(f"{source} 不能是 {value}，请用另一个名字的文件夹存放上传文件。")
    return path


def _types(source: str, value: str) -> tuple[str, ...]:
    chosen = tuple(name.strip().lower().lstrip(".") for name in value.split(",") if name.strip())
    wrong = [name for name in chosen if name not in TYPES]
    if wrong or not chosen:
        raise SettingsError(
            f"{source} 的值 {value!r} 不认识，请写 {'、'.join(TYPES)} 中的几种，用逗号隔开。"
        )
    return chosen


def _model(source: str, value: str) -> str:
    if any(char.isspace() for char in value):
        kinds = "bundled、none、模型名" if "READER" in source.upper() else "bundled、模型名"
        raise SettingsError(f"{source} 的值 {value!r} 含有空格，请写{kinds}或本地模型文件夹。")
    return value


def _number(source: str, value: str, most: int) -> int:
    if value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most:
        return int(value)
    raise SettingsError(f"{source} 的值 {value!r} 应为 1 到 {most} 的整数。")


def _store(source: str, value: str) -> str:
    if value not in STORES:
        raise SettingsError(f"{source} 的值 {value!r} 不认识，可用的是 {'、'.join(STORES)}。")
    return value


def _file(source: str, value: str) -> Path:
    path = Path(value).expanduser()
    if not path.is_file():
        raise SettingsError(f"{source} 指向的文件 {value} 不存在，请检查路径或取消该设置。")
    return path


def _program(source: str, value: str) -> str:
    if value in ("auto", "none"):
        return value
    path = Path(value).expanduser()
    if path.is_file() and os.access(path, os.X_OK):
        return str(path.absolute())
    raise SettingsError(f"{source} 的值 {value!r} 应为 auto、none 或 LibreOffice 程序的路径。")


def _log(source: str, value: str) -> Path:
    path = Path(value).expanduser()
    if "\0" in value or path.is_dir() or not path.parent.is_dir():
        raise SettingsError(f"{source} 的值 {value!r} 应为已有文件夹里的一个文件，请改正。")
    return path.absolute()


def _flag(source: str, value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise SettingsError(f"{source} 的值 {value!r} 不认识，请写 1 或 0。")
