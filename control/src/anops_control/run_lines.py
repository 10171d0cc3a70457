"""What a program that fits a model tells of it: JSON lines, appended to the file that `ANOPS_RUN_LINES` names.

A line is one object, written in one piece and ended by a newline:

    {"kind": "parameter", "name": "max_iter", "value": 500}
    {"kind": "metric", "name": "rmse", "value": 2.31, "step": 12}
    {"kind": "figure", "name": "residuals", "path": "/…/residuals.png"}
    {"kind": "artifact", "name": "coefficients.csv", "path": "/…/coefficients.csv"}
    {"kind": "tag", "name": "note", "value": "without outliers"}
    {"kind": "data", "name": "sales", "value": {"version": "…", "hash": "…", "role": "read"}}
    {"kind": "progress", "done": 3, "total": 10, "text": "tree 3"}

Each may say the `workflow_step` that told it ("train_model") and the `time`, in seconds since 1970. A metric that is no
finite number is the text "NaN", "Infinity" or "-Infinity", for which JSON has no number. A path is absolute, and its
file stays as it is. Names are as the person wrote them; whoever keeps them elsewhere may have to change them.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VARIABLE = "ANOPS_RUN_LINES"
"""The environment variable that names the file; without it nobody listens, and nothing is written."""

_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class LineKind(StrEnum):
    """What a line tells."""

    PARAMETER = "parameter"
    METRIC = "metric"
    FIGURE = "figure"
    ARTIFACT = "artifact"
    TAG = "tag"
    DATA = "data"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One thing that was told.

    Attributes:
        kind: What it is.
        name: Of what: empty for progress alone.
        value: Of a parameter or tag whatever JSON can hold, of a metric a number.
        step: The position of a metric in its series: an epoch, a number of trees.
        path: The file of a figure or an artifact.
        done: How much is done, of progress.
        total: Of how much, where that is known.
        text: What is being done, of progress.
        workflow_step: The step of the workflow that told it.
        time: When, in seconds since 1970.
    """

    kind: LineKind
    name: str = ""
    value: Any = None
    step: int | None = None
    path: str | None = None
    done: int | None = None
    total: int | None = None
    text: str = ""
    workflow_step: str | None = None
    time: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON, without what is empty."""
        told: dict[str, Any] = {"kind": self.kind.value}
        for each in fields(self)[1:]:
            value = getattr(self, each.name)
            if value is not None and value != "":
                told[each.name] = _word(value)
        return told


def read_line(text: str) -> RunLine | None:
    """Return what a line tells, or None where it is none of this protocol: another writer, a newer kind."""
    try:
        told = json.loads(text)
        kind = LineKind(told["kind"])
    except (ValueError, TypeError, KeyError):
        return None
    known = {each.name for each in fields(RunLine)} - {"kind"}
    values = {key: value for key, value in told.items() if key in known and value is not None}
    if kind is not LineKind.PROGRESS and not isinstance(values.get("name"), str):
        return None
    if kind in {LineKind.FIGURE, LineKind.ARTIFACT} and not isinstance(values.get("path"), str):
        return None
    if kind is LineKind.METRIC:
        value = values.get("value")
        value = _WORDS.get(value, value) if isinstance(value, str) else value
        if isinstance(value, str) or not isinstance(value, int | float):
            return None
        values["value"] = float(value)
    return RunLine(kind=kind, **values)


def tell(file: Path, line: RunLine) -> None:
    """Append a line to a file, in one piece: others append to it too."""
    with file.open("ab", buffering=0) as opened:
        opened.write(json.dumps(line.to_dict(), ensure_ascii=False).encode() + b"\n")


class Follower:
    """Reads a file of lines while others append to it; what is not ended yet waits."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0

    def new(self) -> Iterator[RunLine]:
        """Return the lines that have come since the last time."""
        if not self._file.exists():
            return
        with self._file.open("rb") as opened:
            opened.seek(self._offset)
            content = opened.read()
        whole = content[: content.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            if (read := read_line(line)) is not None:
                yield read


def _word(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
