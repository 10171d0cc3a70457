"""On a real terminal a person is asked what a file does not tell, and the answer counts."""

from __future__ import annotations

import os
import pty
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_ASKS = """
import sys
from pathlib import Path
from anops_control.tables.dialect_questions import settled_dialect
from anops_control.tables.dialect import Asked
from ao.presenting import presented
with presented():
    found = settled_dialect(Path(sys.argv[1]), "rows.csv", Asked(), names=["wt"], numbers=frozenset(["wt"]))
print("settled", found.encoding, found.decimal)
"""


def on_a_terminal(file: Path, question: bytes, answer: bytes) -> str:
    """Ask about a file on a pseudo-terminal, answer the question once, and return all that was shown."""
    child, terminal = pty.fork()
    if not child:
        os.execve(sys.executable, [sys.executable, "-c", _ASKS, str(file)], {**os.environ, "TERM": "xterm"})  # noqa: S606  this Python
    shown, answered = b"", False
    while True:
        try:
            piece = os.read(terminal, 1 << 12)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
        if not answered and question in shown:
            os.write(terminal, answer + b"\n")
            answered = True
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown.decode(errors="replace")
    return shown.decode()


@pytest.mark.parametrize("mark", [",", "."])
def test_the_decimal_mark_is_asked_for(tmp_path: Path, mark: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("wt;x\n1,234;a\n2,500;b\n", encoding="utf-8")
    assert f"settled utf-8 {mark}" in on_a_terminal(file, b"Decimal mark", mark.encode())


def test_the_encoding_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes("wt,ort\n1.5,München\n".encode("cp1252"))
    shown = on_a_terminal(file, b"Does this word look right", b"y")
    assert "München" in shown
    assert "settled cp1252" in shown
