"""Asks the program `ao`, which is beside this Python or on PATH."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from anops.errors import DatasetError


def ask_ao(words: list[str]) -> dict[str, Any]:
    """Run it, and return what it writes as JSON.

    Args:
        words: The command and its arguments, `--json` among them.

    Raises:
        DatasetError: It is not there, or it failed; the text is its own.
    """
    program = shutil.which("ao") or shutil.which("ao", path=str(Path(sys.executable).parent))
    if program is None:
        raise DatasetError(
            "Datasets and features are read by `ao`, which is not on PATH.\n→ Install `ao`, or add its folder to PATH."
        )
    ended = subprocess.run(  # noqa: S603  the person's own `ao`
        [program, *words], capture_output=True, text=True, encoding="utf-8", check=False
    )
    if ended.returncode:
        raise DatasetError(ended.stderr.strip().removeprefix("✖ ") or f"`ao` ended with {ended.returncode}.")
    told: dict[str, Any] = json.loads(ended.stdout)
    return told
