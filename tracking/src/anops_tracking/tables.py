"""Lists models and moves aliases in the tables of MLflow's SQLite file, without MLflow, whose import takes seconds."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from anops_control.tracking.port import AwayError, NotKeptError, RegisteredModel, Version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anops_control.tracking.port import Keeper

_FILE = "sqlite:///"
_LAYOUTS = frozenset({"dc11669786a5"})
"""The layouts of the tables that are read here, as MLflow numbers them; any other is left to MLflow."""
_REMOVED = "Deleted_Internal"
"""The stage of versions that were removed: MLflow keeps their rows."""


class QuickKeeper:
    """What MLflow keeps in a file: all but lists, aliases and tags of models is asked of MLflow once it is needed."""

    def __init__(self, uri: str, whole: Callable[[], Keeper]) -> None:
        self.where = uri
        self._path = Path(uri.removeprefix(_FILE))
        self._make = whole

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever a keeper has
        return getattr(self._whole, name)

    def models(self) -> list[RegisteredModel]:
        """Return all registered models, by name."""
        tags: dict[str, dict[str, str]] = defaultdict(dict)
        aliases: dict[str, dict[str, int]] = defaultdict(dict)
        for name, key, value in self._rows(
            "SELECT name, key, value FROM registered_model_tags WHERE workspace = 'default'"
        ):
            tags[name][key] = value
        for name, alias, number in self._rows(
            "SELECT name, alias, version FROM registered_model_aliases WHERE workspace = 'default'"
        ):
            aliases[name][alias] = number
        return [
            RegisteredModel(name=name, description=text or "", aliases=aliases.get(name, {}), tags=tags.get(name, {}))
            for name, text in self._rows(
                "SELECT name, description FROM registered_models WHERE workspace = 'default' ORDER BY name"
            )
        ]

    def model(self, name: str) -> RegisteredModel:
        """Return a registered model."""
        for each in self.models():
            if each.name == name:
                return each
        raise NotKeptError(f"There is no registered model `{name}`.")

    def versions(self, model: str) -> list[Version]:
        """Return the versions of a model, the newest first."""
        aliases: dict[int, list[str]] = defaultdict(list)
        for alias, number in self.model(model).aliases.items():
            aliases[number].append(alias)
        tags: dict[int, dict[str, str]] = defaultdict(dict)
        for number, key, value in self._rows(
            "SELECT version, key, value FROM model_version_tags WHERE workspace = 'default' AND name = ?", (model,)
        ):
            tags[number][key] = value
        return [
            Version(
                model=model,
                number=number,
                aliases=tuple(sorted(aliases.get(number, ()))),
                description=description or "",
                tags=tags.get(number, {}),
                run=run or "",
                created=int(created or 0),
                source=source or "",
            )
            for number, created, description, source, run in self._rows(
                "SELECT version, creation_time, description, source, run_id FROM model_versions "
                "WHERE workspace = 'default' AND name = ? AND current_stage != ? ORDER BY version DESC",
                (model, _REMOVED),
            )
        ]

    def version(self, model: str, number: int) -> Version:
        """Return a version."""
        for each in self.versions(model):
            if each.number == number:
                return each
        raise NotKeptError(f"There is no version {number} of `{model}`.")

    def move_alias(self, model: str, alias: str, number: int) -> None:
        """Let an alias point to a version; a new one is made by MLflow, which knows the names that it can have."""
        if alias not in self.model(model).aliases:
            self._whole.move_alias(model, alias, number)
            return
        self.version(model, number)  # which must be there
        self._write(
            "UPDATE registered_model_aliases SET version = ? WHERE workspace = 'default' AND name = ? AND alias = ?",
            (number, model, alias),
        )

    def tag_model(self, model: str, key: str, value: str) -> None:
        """Say something of a model, in place of what was said under that key before."""
        self.model(model)  # which must be there
        self._write(
            "INSERT INTO registered_model_tags (workspace, name, key, value) VALUES ('default', ?, ?, ?) "
            "ON CONFLICT (workspace, key, name) DO UPDATE SET value = excluded.value",
            (model, key, value),
        )

    @cached_property
    def _whole(self) -> Keeper:
        return self._make()

    def _rows(self, query: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        try:
            with closing(_connected(self._path)) as database:
                return database.execute(query, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise AwayError(f"{self._path}: {error}") from error

    def _write(self, statement: str, values: Sequence[object]) -> None:
        try:
            with closing(_connected(self._path, "rw")) as database, database:
                database.execute(statement, tuple(values))
        except sqlite3.Error as error:
            raise AwayError(f"{self._path}: {error}") from error


def is_readable(uri: str) -> bool:
    """Say whether an address is that of a file whose tables are laid out as they are read here."""
    path = Path(uri.removeprefix(_FILE))
    if not uri.startswith(_FILE) or not path.is_file():
        return False
    try:
        with closing(_connected(path)) as database:
            return {row[0] for row in database.execute("SELECT version_num FROM alembic_version")} <= _LAYOUTS
    except sqlite3.Error:
        return False


def _connected(path: Path, mode: str = "ro") -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=20)
