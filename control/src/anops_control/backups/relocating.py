"""Paths that a store has written down: on another computer, or in another folder, they are those of that one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from anops_control.backups.contents import is_database

if TYPE_CHECKING:
    from pathlib import Path

_DATABASES = (".anops/tracking.db",)
_STATES = ("deployments/*/*.json", "training/**/*.json", "workspaces/*/*.json")


def relocate(folder: Path, was: str, now: str) -> int:
    """Let the stores of a project name their files where they are now.

    Args:
        folder: The project.
        was: Where it was.
        now: Where it will be.

    Returns:
        How many places were rewritten.

    Raises:
        sqlite3.Error: A database can't be written.
    """
    if was == now:
        return 0
    count = 0
    for name in _DATABASES:
        if is_database(folder / name):
            count += _in_database(folder / name, was, now)
    for pattern in _STATES:
        for file in (folder / ".anops").glob(pattern):
            count += _in_json(file, was, now)
    return count


def _in_database(file: Path, was: str, now: str) -> int:
    count = 0
    with closing(sqlite3.connect(file)) as database, database:
        tables = [each[0] for each in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for column in [each[1] for each in database.execute(f'PRAGMA table_info("{table}")')]:
                for start, other in ((was, now), (f"file://{was}", f"file://{now}")):
                    # the path itself, or what lies below it: not a neighbour whose name begins alike
                    count += database.execute(
                        f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?) '  # noqa: S608  names of its own
                        f"WHERE typeof(\"{column}\") = 'text' "
                        f'AND ("{column}" = ? OR substr("{column}", 1, ?) = ?)',
                        (other, len(start) + 1, start, len(start) + 1, f"{start}/"),
                    ).rowcount
    return count


def _in_json(file: Path, was: str, now: str) -> int:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    found, count = _moved(told, was, now)
    if count:
        file.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return count


def _moved(told: Any, was: str, now: str) -> tuple[Any, int]:  # noqa: ANN401  anything that JSON can hold
    if isinstance(told, str):
        if told == was or told.startswith(f"{was}/"):
            return now + told[len(was) :], 1
        return told, 0
    if isinstance(told, dict):
        parts = {key: _moved(value, was, now) for key, value in told.items()}
        return {key: part for key, (part, _) in parts.items()}, sum(count for _, count in parts.values())
    if isinstance(told, list):
        items = [_moved(value, was, now) for value in told]
        return [part for part, _ in items], sum(count for _, count in items)
    return told, 0
