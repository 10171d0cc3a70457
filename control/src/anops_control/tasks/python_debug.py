"""Runs a file as `python FILE` does, and opens the debugger where it fails; anything else is Python itself."""

from __future__ import annotations

import os
import pdb  # noqa: T100  the person asked for it
import runpy
import sys
import traceback
from pathlib import Path


def main() -> int:
    """Run what the arguments say."""
    arguments = sys.argv[1:]
    if not arguments or not arguments[0].endswith(".py"):
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  this very Python
    sys.argv, sys.path[0] = arguments, str(Path(arguments[0]).resolve().parent)
    try:
        runpy.run_path(arguments[0], run_name="__main__")
    except Exception as error:  # noqa: BLE001  whatever the person's code raises
        traceback.print_exception(error)
        pdb.post_mortem(error.__traceback__)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
