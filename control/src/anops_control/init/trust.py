"""What it means to open a model file: most can hold code, which runs as they are loaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SENTENCE = (
    "Whoever wrote a model file can let code run when it is loaded, with your rights: take only files from people "
    "you trust."
)
_NOTHING_RUNS = frozenset({".onnx", ".skops"})
"""Files of which only what is known to be safe is loaded."""
_OWNER_IS_TOLD = hasattr(os, "geteuid")


def runs_code(model: Path) -> bool:
    """Say whether loading a file may run code that is not shown."""
    return model.suffix.lower() not in _NOTHING_RUNS


def belongs_to_another(model: Path) -> bool:
    """Say whether a file, or what it links to, is another user's, as far as the system tells."""
    try:
        return _OWNER_IS_TOLD and model.stat().st_uid != os.geteuid()
    except OSError:
        return False
