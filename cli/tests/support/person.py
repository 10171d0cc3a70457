"""What a person does with a remedy: takes the printed command, fills in what stands in capitals, and runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PROGRAMS = r"(?:new=|cd |ao |uv |sudo |apt-get |Rscript |curl |install\.packages\(|(?:[\w./-]*/)?python[\d.]* -m )"
_COMMAND = re.compile(rf"(?:^|(?<=[`:] )|(?<=\()|(?<=`)|(?<=here: )){_PROGRAMS}[^`]*")
_ENDS = re.compile(r"`|; or |; else |, or |, so that |\. |\), |  +#|$")
_CAPITALS = re.compile(r"\b(?:FILE(?:\.csv)?|DIR|N)\b")


def commands_in(text: str) -> list[str]:
    """Return the commands of a line, as a person would copy them."""
    found = []
    for start in _COMMAND.finditer(text):
        rest = text[start.start() :]
        found.append(rest[: _ENDS.search(rest, 1).start()].strip().removesuffix("."))  # type: ignore[union-attr]
    return found


class Person:
    """Somebody at a shell, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = ""
        self.code = 0
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANOPS_", "AO_"))}
        self.environment = kept | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def runs(self, command: str, *, answer: str | None = None) -> str:
        """Run a line and return all that it said."""
        ended = subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            input=answer or "",
            capture_output=True,
            text=True,
            check=False,
        )
        self.said, self.code = ended.stdout + ended.stderr, ended.returncode
        assert "AnOps failed" not in self.said, self.said
        return self.said

    def reads(self, start: str) -> str:
        """Return the printed command that begins so."""
        lines = [line.strip() for line in self.said.splitlines()]
        found = [
            command
            for line in lines
            if line.startswith(("→", "•", "✔")) or start == "cd"
            for command in commands_in(line)
            if command.startswith(start)
        ]
        assert found, f"no `{start}` is printed:\n{self.said}"
        return found[0]

    def follows(self, start: str, *, complaint: str, **filled: Any) -> str:
        """Run the printed command that begins so; what was complained of must be over.

        Args:
            start: How it begins.
            complaint: What was printed, and must not be any more.
            filled: What stands for the words in capitals; FILE_csv for FILE.csv.
        """
        assert complaint in self.said, f"no complaint `{complaint}`:\n{self.said}"
        command = self.reads(start)
        for name, value in filled.items():
            word = name.replace("_", ".")
            assert re.search(rf"\b{re.escape(word)}(?![\w.])", command), f"no {word} in `{command}`"
            command = re.sub(rf"\b{re.escape(word)}(?![\w.])", str(value), command)
        assert not _CAPITALS.search(command), f"nobody said what stands for the capitals of `{command}`"
        self.runs(command)
        assert complaint not in self.said, f"`{command}` leads back to:\n{self.said}"
        return self.said


def follows(*commands: str) -> Callable[[Any], Any]:
    """Say of a test which commands of the source it follows; the test of the whole list reads it."""
    assert commands
    return lambda test: test
