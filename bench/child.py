"""Run one command and write what it cost: `python -I -S child.py REPORT COMMAND…`.

A process of its own, because Linux hands a process's peak memory on to the children that it
starts: measured from a big parent every child would look as big. Imports as little as it can.
"""

import os
import sys
import time


def main(report: str, command: list[str]) -> None:
    """Write `exit-code seconds peak` (peak as `ru_maxrss` gives it) to the file `report`."""
    started = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    with open(report, "w", encoding="ascii") as file:  # noqa: PTH123 (pathlib is 5 MB)
        file.write(f"{os.waitstatus_to_exitcode(status)} {seconds!r} {usage.ru_maxrss}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
