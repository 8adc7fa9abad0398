"""What kind of document a file is: its content decides, the suffix only between kinds of text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath

from ingest.readers import package, txt
from youju.errors import ReadError
from youju.records import MediaType

# Suffix → how text of that name is read. Of every other kind the first bytes tell.
_TEXTS: dict[str, MediaType] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".csv": "csv",
    ".tsv": "csv",
}
PICTURES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"))
# Names under which documents are kept: these are read, or refused by name.
SUFFIXES = (
    frozenset(_TEXTS)
    | PICTURES
    | frozenset(
        (  # noqa: SIM905  (a list of literals would fill the page)
            ".docx .docm .dotx .doc .dot .wps .wpt .rtf .odt .pdf .ofd .xlsx .xlsm .xls .et .ods "
            ".mht .mhtml .zip .rar .7z .pptx .ppt .dps .ceb"
        ).split()
    )
)
SUPPORTED = "txt、md、html、mht、pdf、ofd、docx、doc、wps、rtf、xlsx、xls、csv、zip"
_REFUSED = (
    (b"Rar!\x1a\x07", "是 rar 压缩包,请解压,或改存为 zip"),
    (b"7z\xbc\xaf\x27\x1c", "是 7z 压缩包,请解压,或改存为 zip"),
    (b"\x1f\x8b", "是 gzip 压缩包,请先解压"),
    (b"GIF8", "是 gif 图片,请另存为 png"),
    (b"Foxit", "是 CEB 版式文件,请用方正阅读器打开后另存为 pdf"),
    (b"FounderCEB", "是 CEB 版式文件,请用方正阅读器打开后另存为 pdf"),
    (b"\x62\x14\x23\x65", "是加密文件,请先解密"),  # document protection widely used in offices
    (b"%TSD-Header-###%", "是加密文件,请先解密"),
    (b"Salted__", "是加密文件,请先解密"),
    (b"-----BEGIN PGP MESSAGE", "是加密文件,请先解密"),
    (b"age-encryption.org/", "是加密文件,请先解密"),
)
_PICTURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"BM",
    b"RIFF",
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the name of a part begins that only this kind of package holds.
_PACKAGES: tuple[tuple[str, MediaType | str], ...] = (
    ("OFD.xml", "ofd"),
    ("word/document", "docx"),
    ("xl/workbook.bin", "是二进制工作簿(xlsb),请另存为 xlsx"),
    ("xl/workbook", "xlsx"),
    ("ppt/presentation", "是演示文稿(pptx),请另存为 pdf"),
    ("META-INF/manifest.xml", "是 OpenDocument 文件,请用 WPS 打开后另存为 docx 或 xlsx"),
)
_STREAMS: tuple[tuple[str, MediaType | str], ...] = (
    ("EncryptedPackage", "是加密的 Office 文件,请用 Word、Excel 或 WPS 打开,取消密码后另存"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "是演示文稿(ppt),请另存为 pdf"),
)
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.I)
_MAIL = re.compile(rb"^(?:[!-9;-~]+:[^\n]*+\n(?:[ \t][^\n]*+\n)*+){1,40}?mime-version:", re.I)
_HEAD = 4096
_USUAL = 0.8  # how usual the characters of Chinese text are at least, see `txt.usual`


def kind_of(path: str, data: bytes) -> MediaType:
    """The kind that the bytes are. ReadError says what they are when they are no document."""
    if not data:
        raise ReadError(f"{path} 是空文件")
    if not data.strip(b" \t\r\n\0"):
        raise ReadError(f"{path} 里没有内容({len(data)} 个空白字节),请重新下载或保存")
    kind = _signed(path, data)
    if kind is not None:
        return kind
    return _text_kind(path, PurePosixPath(path).suffix.lower(), data)


def is_document(head: bytes) -> bool:
    """True when these first bytes open a document, whatever the file is called."""
    return head.startswith((*_ZIP, _OLE, b"{\\rtf")) or b"%PDF-" in head[:1024]


def _signed(path: str, data: bytes) -> MediaType | None:
    """What the first bytes tell; None for what may be text."""
    for signature, reason in _REFUSED:
        if data.startswith(signature):
            raise ReadError(f"{path} {reason}")
    if data.startswith(_ZIP):
        return _package(path, data)
    if data.startswith(_OLE):
        return _compound(path, data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] == b"{\\rtf":
        return "rtf"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_PICTURES) and _looks_binary(data):
        return "image"
    return None


def _package(path: str, data: bytes) -> MediaType:
    # Counted in the bytes: the directory of a bomb alone can fill the memory when parsed.
    if data.count(package.DIRECTORY_ENTRY) > package.MAX_PARTS:
        raise ReadError(f"{path} 里的文件超过 {package.MAX_PARTS} 个,已停止读取,请拆分后再加入")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lstrip("/") for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise ReadError(f"{path} 的压缩结构已损坏或不完整,请重新下载,或打开后重新保存") from error
    for part, kind in _PACKAGES:
        if any(name.startswith(part) for name in names):
            return _chosen(path, kind)
    suffix = PurePosixPath(path).suffix.lower()
    if "[Content_Types].xml" in names or (suffix in SUFFIXES and suffix != ".zip"):
        raise ReadError(f"{path} 的内容不是{_named(suffix)},请用 Word 或 WPS 打开后另存")
    return "zip"


def _compound(path: str, data: bytes) -> MediaType:
    from ingest.readers import ole

    try:
        names = ole.streams(data)
    except ReadError as error:
        raise ReadError(f"{path} 是旧版 Office 文件(OLE 格式),但{error}") from error
    for name, kind in _STREAMS:
        if name in names:
            return _chosen(path, kind)
    raise ReadError(
        f"{path} 是 OLE 格式的文件,里面没有 Word 或 Excel 的正文,请用 Word 或 WPS 打开后另存为 docx"
    )


def _chosen(path: str, kind: str) -> MediaType:
    if kind.startswith("是"):
        raise ReadError(f"{path} {kind}")
    return kind  # type: ignore[return-value]


def _text_kind(path: str, suffix: str, data: bytes) -> MediaType:
    """Plain text, Markdown, a web page, a saved page of mail parts or comma-separated values."""
    if _looks_binary(data):
        if suffix in _TEXTS:
            at = data.index(0)
            raise ReadError(f"{path} 是二进制文件(第 {at} 字节是空字节),请另存为文本")
        raise ReadError(f"{path} 的内容不是{_named(suffix)},{_advice(suffix)}")
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _MAIL.match(head):
        return "mht"
    named = _TEXTS.get(suffix)
    if named != "html" and _WEB_PAGE.match(head):
        return "html"
    if named is None and not _is_chinese(data):
        raise ReadError(f"{path} 的内容不是{_named(suffix)},{_advice(suffix)}")
    return named or "txt"


def _is_chinese(data: bytes) -> bool:
    try:
        return txt.usual(txt.decode(data)[0]) >= _USUAL
    except ReadError:
        return False


def _looks_binary(data: bytes) -> bool:
    """A NUL that is no part of UTF-16 or UTF-32."""
    # UTF-32's marks are caught by the first two: UTF-16 LE and a NUL pair.
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    return b"\0" in data and not marked and txt.utf16(data) is None


def _advice(suffix: str) -> str:
    if suffix in (".doc", ".docx", ".wps", ".rtf"):
        return "请用 Word 或 WPS 打开后另存为 docx"
    return "请检查下载或保存时是否出错"


def _named(suffix: str) -> str:
    """The kind that the name claims."""
    kind = suffix.lstrip(".")
    return f" {kind.upper() if kind == 'pdf' else kind} 文档" if kind else "能识别的文档"
