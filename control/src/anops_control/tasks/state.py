"""What each task read and wrote when it last ended well, kept in the project's `.ao` folder."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """A run of a task that ended well.

    Attributes:
        definition: The digest of the task as it was written then.
        needs: The digests of the files it needed.
        makes: The digests of the files it made.
    """

    definition: str
    needs: dict[str, str]
    makes: dict[str, str]


def own_folder(project: Path) -> Path:
    """Return the project's `.ao` folder, made where it is not there, and invisible to git."""
    folder = project / ".ao"
    folder.mkdir(exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


class State:
    """The records of a project's tasks, read anew at each call, so that two runs at once do no harm."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def get(self, task: str) -> Record | None:
        """Return the record of a task, or None where it has not succeeded yet."""
        return self._read().get(task)

    def put(self, task: str, record: Record) -> None:
        """Keep the record of a task that ended well."""
        self._write({**self._read(), task: record})

    def forget(self, task: str) -> None:
        """Drop the record of a task that starts or failed: what it makes is not to be relied on."""
        records = self._read()
        if records.pop(task, None) is not None:
            self._write(records)

    def _read(self) -> dict[str, Record]:
        try:
            kept = json.loads((self._project / ".ao" / "tasks.json").read_text(encoding="utf-8"))
            if kept["version"] != _VERSION:
                return {}
            return {name: Record(**record) for name, record in kept["tasks"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # nothing is lost but the time to run tasks again

    def _write(self, records: dict[str, Record]) -> None:
        folder = own_folder(self._project)
        kept = {"version": _VERSION, "tasks": {name: asdict(record) for name, record in records.items()}}
        handle, name = tempfile.mkstemp(dir=folder, prefix="tasks-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1)
        Path(name).replace(folder / "tasks.json")
