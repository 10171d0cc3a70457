"""Keeps a run as a folder below `.anops/pending`, until whoever keeps runs has taken it."""

from __future__ import annotations

import json
import math
import re
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from anops_control.run_lines import LineKind, RunLine
from anops_control.tracking.data_used import DATA_TAG, DataUse
from anops_control.tracking.opening import FOLDER, own_folder
from anops_control.tracking.port import NewRun, Point
from anops_control.tracking.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_RECORD = "run.json"
_LINES = "lines.jsonl"
_NOT_IN_A_NAME = re.compile(r"[^\w.\- /]")
_LONGEST_NAME = 250
_LONGEST_PARAMETER = 6000


@dataclass(slots=True)
class Recording:
    """A run that is being recorded.

    Attributes:
        folder: Where.
        name: Its name.
        started: When it began, in milliseconds since 1970.
        id: The run that it is added to; None: it is made when it is sent.
    """

    folder: Path
    name: str
    started: int
    id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, home: Path, name: str) -> Recording:
        """Begin to record.

        Args:
            home: The project's folder.
            name: What the run is called.
        """
        folder = own_folder(home / FOLDER) / "pending" / f"{time.strftime('%Y%m%d-%H%M%S')}-{token_hex(3)}"
        folder.mkdir(parents=True)
        return cls(folder, name, _now())

    @property
    def lines(self) -> Path:
        """The file that programs tell lines in."""
        return self.folder / _LINES

    def end(self, status: str, lines: Iterable[RunLine], files: Mapping[str, Path] | None = None) -> None:
        """Write what became of it: from now on it can be sent.

        Args:
            status: How it ended: FINISHED, FAILED, KILLED.
            lines: What was told.
            files: Further files to keep, by their paths in the run.
        """
        points, renamed = list[dict[str, Any]](), dict[str, str]()
        kept: dict[str, str] = {}
        used: list[DataUse] = []
        for line in lines:
            name = _name(line.name, renamed) if line.name else ""
            if line.kind is LineKind.PARAMETER:
                self.parameters[name] = text_of(line.value)[:_LONGEST_PARAMETER]
            elif line.kind is LineKind.TAG:
                self.tags[name] = text_of(line.value)
            elif line.kind is LineKind.METRIC:
                self._point(line, name, points)
            elif line.kind is LineKind.DATA and isinstance(line.value, dict):
                used.append(DataUse.of(line.name, line.value))
            elif line.kind in {LineKind.FIGURE, LineKind.ARTIFACT} and line.path is not None:
                self._keep(line, kept)
        kept |= {name: self._copied(path) for name, path in (files or {}).items() if path.is_file()}
        if used:
            self.tags[DATA_TAG] = json.dumps([asdict(each) for each in dict.fromkeys(used)], ensure_ascii=False)
        if renamed:
            self.tags["anops.renamed"] = json.dumps(renamed, ensure_ascii=False)
        told = {
            "id": self.id,
            "name": self.name,
            "status": status,
            "started": self.started,
            "ended": _now(),
            "parameters": self.parameters,
            "points": points,
            "tags": self.tags,
            "files": kept,
        }
        partial = self.folder / "run.part"
        # NaN is a number to MLflow, and to Python's JSON
        partial.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        partial.replace(self.folder / _RECORD)

    def _point(self, line: RunLine, name: str, points: list[dict[str, Any]]) -> None:
        if math.isinf(line.value):  # MLflow would keep 1.8e308 in its place
            self.tags[f"metric.{name}"] = "Infinity" if line.value > 0 else "-Infinity"
            return
        moment = _now() if line.time is None else int(line.time * 1000)
        points.append(asdict(Point(key=name, value=line.value, step=line.step or 0, time=moment)))

    def _keep(self, line: RunLine, kept: dict[str, str]) -> None:
        source = Path(str(line.path))
        folder = "figures" if line.kind is LineKind.FIGURE else "artifacts"
        name = re.sub(r"[^\w.\- ]", "_", line.name)
        if line.kind is LineKind.FIGURE and not name.endswith(source.suffix):
            name += source.suffix
        if source.is_dir():
            for each in sorted(source.rglob("*")):
                if each.is_file():
                    kept[f"{folder}/{name}/{each.relative_to(source).as_posix()}"] = self._copied(each)
        elif source.is_file():
            kept[f"{folder}/{name}"] = self._copied(source)
        else:
            self.tags[f"lost.{name}"] = str(source)

    def _copied(self, source: Path) -> str:
        folder = self.folder / "files" / token_hex(4)
        folder.mkdir(parents=True)
        shutil.copyfile(source, folder / source.name)
        return f"{folder.name}/{source.name}"


def waiting(home: Path) -> list[Path]:
    """Return the folders of runs that ended and were not sent yet, the oldest first."""
    return sorted(path.parent for path in (home / FOLDER / "pending").glob(f"*/{_RECORD}"))


def read_waiting(folder: Path, into: Path) -> NewRun | None:
    """Return a run that waits to be sent; None where its folder can't be read.

    Args:
        folder: Its folder.
        into: An empty folder for its files, under the names that they are kept by.
    """
    try:
        told = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        files = {}
        for name, place in told["files"].items():
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / "files" / place, target)
            files[name] = target
        points = tuple(Point(**each) for each in told["points"])
        return NewRun(**{**told, "points": points, "files": files})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _name(written: str, renamed: dict[str, str]) -> str:
    """Return a name that MLflow takes; two that would become the same stay apart."""
    for known, original in renamed.items():
        if original == written:
            return known
    name = _NOT_IN_A_NAME.sub("_", written).strip("/")[:_LONGEST_NAME] or "_"
    name = "/".join(part if part.strip(".") else "_" for part in re.split("/+", name))
    if name == written:
        return name
    free, number = name, 2
    while free in renamed:
        free, number = f"{name}_{number}", number + 1
    renamed[free] = written
    return free


def _now() -> int:
    return int(time.time() * 1000)
