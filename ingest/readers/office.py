"""LibreOffice, where it is installed: old Word documents that our own reader cannot read → docx.

It runs in a process of its own (`converter`): an empty profile in a folder that is removed, no
macros, no network, limits on time and memory.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from youju.errors import ReadError

SECONDS = 120  # of wall time for one file
MAX_BYTES = 64 * 2**20
AUTO, NONE = "auto", "none"
MISSING = "安装 LibreOffice(libreoffice-writer)后重新索引即可读入"
TOLD = "由 LibreOffice 转换后读入,引文请对照原件核对"
_UNDECODED = re.compile("[\xa1-\xff]")
_CHINESE = re.compile("[\u3400-\u9fff]")
_PROGRAM = Path(__file__).with_name("converter.py")
_NAMES = ("soffice", "libreoffice")
_PLACES = (  # where installers put it without telling the path of commands
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "/opt/libreoffice/program/soffice",
)
_OPTION = (
    '<item oor:path="/org.openoffice.{0}"><prop oor:name="{1}" oor:op="fuse">'
    "<value>{2}</value></prop></item>"
)
_OPTIONS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Java/ApplicationSettings", "ooSetupJavaEnabled", "false"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(
        entry
        for kind in ("HTTP", "HTTPS")
        for entry in (
            ("Inet/Settings", f"ooInet{kind}ProxyName", "127.0.0.1"),
            ("Inet/Settings", f"ooInet{kind}ProxyPort", "9"),
        )
    ),
)
_asked = AUTO


def use(program: str) -> None:
    """Which one in this process: AUTO (the first that is found), NONE, or a path."""
    global _asked
    _asked = program


def found() -> str | None:
    """The program, or None where there is none or none is wanted."""
    if _asked == NONE:
        return None
    if _asked != AUTO:
        return _asked if os.access(_asked, os.X_OK) else None
    known = (shutil.which(name) for name in _NAMES)
    return next((path for path in known if path), None) or next(
        (path for path in _PLACES if os.access(path, os.X_OK)), None
    )


def docx(data: bytes, program: str) -> bytes:
    """An old Word document as .docx. ReadError: it failed, took too long, or made nothing."""
    with tempfile.TemporaryDirectory(prefix="youju-office-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        (folder / "in.doc").write_bytes(data)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_profile(), "utf-8")
        _run(program, folder)
        out = folder / "out" / "in.docx"
        if not out.is_file():
            raise ReadError("LibreOffice 打不开这份文件,请用 Word 或 WPS 打开后另存为 docx")
        if out.stat().st_size > MAX_BYTES:
            raise ReadError(f"转换后超过 {MAX_BYTES // 2**20} MB 的上限,请拆分后再加入")
        return out.read_bytes()


def is_garbled(text: str) -> bool:
    """True for Chinese bytes shown as Western letters: the file names no character set."""
    western = len(_UNDECODED.findall(text))
    return not _CHINESE.search(text) and 2 * western > len("".join(text.split()))


def _run(program: str, folder: Path) -> None:
    """Until it ends, with all that it started."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(_PROGRAM), program, str(folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=folder, start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ReadError(
            f"LibreOffice 转换了 {SECONDS} 秒还没有完成,已停止,请用 Word 或 WPS 打开后另存为 docx"
        ) from error
    finally:
        with suppress(OSError, AttributeError):  # it may have left others behind
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def _profile() -> str:
    items = "".join(_OPTION.format(*option) for option in _OPTIONS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>'
    )
