"""Keeps the traceback of a fault of ours out of a person's sight, and within reach."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

REPORT_IT = "Report it, with these details."


def keep_trace(trace: str) -> Path:
    """Write a traceback to a temporary file of its own, and return the file."""
    handle, path = tempfile.mkstemp(prefix="ao-failure-", suffix=".txt", text=True)
    os.close(handle)
    Path(path).write_text(trace, encoding="utf-8")
    return Path(path)
