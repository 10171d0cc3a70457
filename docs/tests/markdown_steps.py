"""What a page tells its reader to type, save and see, as steps that can be run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MARK_OR_BLOCK = re.compile(
    r"^<!-- (?P<mark>background until|file|skip)(?:=|: )\"?(?P<value>[^\"\n]*?)\"? -->$"
    r"|^```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        line: The line of the page it begins in.
        text: The commands, or the file's content.
        file: The file that the reader saves the text as; None for commands.
        until: What a command that keeps running prints once it is ready; None for one that ends.
        expected: What the page says is printed; None where it does not say.
    """

    line: int
    text: str
    file: str | None = None
    until: str | None = None
    expected: str | None = None


def steps_of(page: Path) -> list[Step]:
    """Return the steps of a page in order.

    A `bash` block is typed; a `text` block after it is what it prints. Comments before a block mark it:
    `background until="…"` for a command that keeps running, `file: NAME` for a block that the reader saves,
    `skip: REASON` for commands that a test has no need for.
    """
    text = page.read_text(encoding="utf-8")
    steps: list[Step] = []
    mark, value = "", ""
    awaiting_output = False
    for found in _MARK_OR_BLOCK.finditer(text):
        if found["mark"]:
            mark, value = found["mark"], found["value"]
            continue
        line = text.count("\n", 0, found.start()) + 1
        if mark == "file":
            steps.append(Step(line, found["text"], file=value))
        elif found["language"] == "bash" and mark != "skip":
            steps.append(Step(line, found["text"], until=value if mark == "background until" else None))
        elif found["language"] == "text" and awaiting_output:
            last = steps.pop()
            steps.append(Step(last.line, last.text, until=last.until, expected=found["text"]))
        awaiting_output = found["language"] == "bash" and mark != "skip"
        mark, value = "", ""
    return steps


def is_as_expected(expected: str, printed: str) -> bool:
    """Say whether a page's output is that of a command; `…` stands for anything, and spaces for any spaces."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in expected.split("…")]
    return re.search(r"\s*.*?\s*".join(parts), printed, re.DOTALL) is not None
