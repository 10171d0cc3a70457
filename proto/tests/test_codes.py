"""The table of codes has each code that something fails with, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from anops_model_interface.codes import Code

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "proto/src/anops_model_interface/codes.py"


def test_each_code_is_one_that_something_fails_with() -> None:
    files = [path for kind in ("py", "R") for path in ROOT.glob(f"*/src/**/*.{kind}") if path != TABLE]
    words = {word for path in files for word in re.findall(r"\b[A-Z][A-Z_]+\b", path.read_text(encoding="utf-8"))}
    assert {code.name for code in Code} <= words
