"""A program of its own: LibreOffice on one file of a stranger, with limits and without a network.

    converter.py OFFICE FOLDER     FOLDER/in.doc → FOLDER/out/in.docx

What it is told beside the limits stands in the profile that `office` has written into the folder.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

MEMORY = 3 * 2**29  # of address space, of each of its processes
SECONDS = 60  # of processor time
_LARGEST = 256 * 2**20  # bytes of a file that it writes
_ALONE = 0x10000000 | 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET


def main(office: str, folder: str) -> None:
    """Become LibreOffice."""
    _limit()
    _leave_network()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath), "HOME": folder, "TMPDIR": folder,
        "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp",
    }  # fmt: skip
    for name in ("SYSTEMROOT", "TEMP", "TMP"):  # without which nothing starts on Windows
        if name in os.environ:
            environment[name] = os.environ[name]
    arguments = [
        office, f"-env:UserInstallation={Path(folder).as_uri()}/profile",
        "--headless", "--invisible", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", f"{folder}/out", f"{folder}/in.doc",
    ]  # fmt: skip
    os.execve(office, arguments, environment)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on this platform: the starter's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _leave_network() -> None:
    """A network without ways out, where the system lets everybody have one."""
    try:
        import ctypes

        user, group = os.getuid(), os.getgid()
        if ctypes.CDLL(None).unshare(_ALONE) != 0:
            return  # the proxy of the profile leads nowhere
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):  # fmt: skip
            Path(f"/proc/self/{name}").write_text(line)
    except (OSError, AttributeError, ImportError, TypeError):
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
