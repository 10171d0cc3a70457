"""Which commands a page tells its readers to type, and which of them it says that no reader of the tests types."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>background until|file|skip)(?:=|: )(?P<value>[^\n]*) -->\n)?"
    r" *```(?P<language>\w*)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
_SHELLS = {"bash", "console", "sh", "shell", "zsh"}
_PROGRAMS = "ao|curl|docker|make|mlflow|perf_analyzer|pip|prometheus|promtool|python3?|Rscript"
_A_COMMAND = re.compile(rf"(?:\$ )?(?:{_PROGRAMS}) (?!\d)")
_A_PATH = re.compile(r"\b[\w-]+/[\w./-]*\w")


@dataclass(frozen=True, slots=True)
class Told:
    """A block of commands.

    Attributes:
        line: The line of the page it begins in.
        language: What the page says it is.
        commands: Them, each as its words.
        skipped: Why whoever follows the page's steps does not type it; empty where they do.
    """

    line: int
    language: str
    commands: tuple[tuple[str, ...], ...]
    skipped: str = ""

    @property
    def path(self) -> str:
        """The test, or folder of tests, that runs it instead; empty where the page names none."""
        found = _A_PATH.search(self.skipped)
        return found[0] if found else ""


def told_commands(page: Path) -> Iterator[Told]:
    """Yield the blocks of commands of a page, those included that `steps_of` takes for something else."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        shell = found["language"] in _SHELLS
        if found["mark"] == "file" or not (
            shell or (found["language"] in ("", "text") and _A_COMMAND.match(found["text"]))
        ):
            continue
        line = text.count("\n", 0, found.start("text"))
        commands = tuple(_commands(found["text"]))
        yield Told(line, found["language"], commands, found["value"] if found["mark"] == "skip" else "")


def telling_words(command: tuple[str, ...]) -> list[str]:
    """Return what a test that runs a command of `ao` must name: the verb and the flags."""
    program, *words = command
    if program != "ao":
        return []
    flags = [word.split("=", 1)[0] for word in words if word.startswith("--")]
    return [word for word in words[:1] if re.fullmatch(r"[a-z]+", word)] + flags


def _commands(text: str) -> Iterator[tuple[str, ...]]:
    """Yield commands, each with the lines that its quotes and backslashes go on to."""
    begun = ""
    for line in text.splitlines():
        begun += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        try:
            words = shlex.split(begun, comments=True)
        except ValueError:  # a quote is open
            begun += "\n"
            continue
        if words:
            yield tuple(words)
        begun = ""
