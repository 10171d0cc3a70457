"""What a person does with a remedy: takes the printed command, fills in what stands in capitals, and runs it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

from ao.app import app
from typer.testing import CliRunner

_PROGRAMS = (
    r"new=|cd |ao |uv |sudo |apt-get |git |docker |pip install |Rscript |curl "
    r"|(?:\w+|\{\})=\S+ docker |install\.packages\(|(?:[\w./-]*/)?python[\d.]* -m "
)
_STARTS = re.compile(rf"(?:(?<=^)|(?<=: )|(?<=`)|(?<=\()|(?<=→ ))(?:{_PROGRAMS})")
"""A command begins a line, or follows a colon, a backtick, a bracket or an arrow."""
_ENDS = re.compile(r"`|; or |; else |; in |, or |, so that |\. (?=[A-Z])|\), |  +#|$")
_AO_ALONE = re.compile(r"ao [^$`|;&<>(){}*?~\n]*")
"""A line of which a shell makes nothing but words."""
_CAPITALS = re.compile(r"\b(?:FILE(?:\.csv)?|DIR|N)\b")


def commands_in(text: str) -> list[str]:
    """Return the commands of a line, as a person would copy them."""
    found, end = [], 0
    for start in _STARTS.finditer(text):
        if start.start() < end:
            continue  # it is a part of the one before
        stop = _ENDS.search(text, start.end())
        assert stop is not None
        end = stop.start()
        found.append(re.sub(r"(?<=\S)\.$", "", text[start.start() : end].strip()))
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
        """Run a line and return all that it said; `ao` alone in this process, where it is loaded already."""
        ours = Path(sys.executable).with_name("ao")
        if _AO_ALONE.fullmatch(command) and shutil.which("ao", path=self.environment["PATH"]) == str(ours):
            self._asks(shlex.split(command, comments=True)[1:], answer)
        else:
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

    def _asks(self, words: list[str], answer: str | None) -> None:
        others = dict.fromkeys(os.environ.keys() - self.environment.keys())  # are not there for a person
        with chdir(self.folder):
            ended = CliRunner().invoke(app, words, input=answer or "", env={**self.environment, **others})
        self.said, self.code = ended.stdout + ended.stderr, ended.exit_code

    def reads(self, start: str) -> str:
        """Return the printed command that begins so."""
        found = self.prints(start)
        assert found, f"no `{start}` is printed:\n{self.said}"
        return found

    def prints(self, start: str) -> str | None:
        """Return the printed command that begins so, where there is one."""
        lines = [line.strip() for line in self.said.splitlines()]
        found = [
            command
            for line in lines
            if line.startswith(("→", "•", "✔")) or start == "cd"
            for command in commands_in(line)
            if command.startswith(start)
        ]
        return found[0] if found else None

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
