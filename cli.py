"""The command line from a checkout: `python cli.py ask|search|ingest|index|show|verify|facts …`."""

from __future__ import annotations

import sys

from youju.cli import main

if __name__ == "__main__":
    sys.exit(main())
