"""Brings what an earlier AnOps has kept up to the forms of this one; each store whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.log_file import FORM as LOG_FORM
from anops_model_interface.log_file import OtherFormError
from anops_model_interface.log_upgrading import upgraded as log_upgraded

from anops_control.deploying import record
from anops_control.errors import CommandError
from anops_control.standing.kept import FILE, write_whole
from anops_control.tracking.opening import FOLDER, PREDICTIONS, kept, place_of
from anops_control.tracking.port import NotKeptError

if TYPE_CHECKING:
    from pathlib import Path

Told = dict[str, Any]


def upgraded(folder: Path) -> list[Told]:
    """Bring all stores of a project up to date.

    Returns:
        For each store there is: `store`, `file`, and the forms `was` and `now`.

    Raises:
        CommandError: One was written by a newer AnOps, or can't be written.
    """
    own = folder / FOLDER
    found: list[Told] = []
    if (own / PREDICTIONS).is_file():
        found.append(_log(own / PREDICTIONS))
    found += [_environment(own / "deployments" / name / FILE) for name in record.names(folder)]
    found += _registry(folder)
    return found


def _log(file: Path) -> Told:
    try:
        was = log_upgraded(file)
    except OtherFormError as error:
        raise CommandError(
            str(error), remedy="Use that version of AnOps, or a later one.", code=Code.STORE_UNUSABLE
        ) from error
    except OSError as error:
        raise CommandError(
            f"The prediction log can't be brought up to date: {error}.",
            remedy="Stop the services that write to it, and ask again.",
            code=Code.STORE_UNUSABLE,
        ) from error
    return {"store": "predictions", "file": str(file), "was": was, "now": LOG_FORM}


def _environment(file: Path) -> Told:
    told = json.loads(file.read_text(encoding="utf-8"))
    was = told.get("format")
    if isinstance(was, int) and was > record.FORMAT:
        raise CommandError(
            f"{file} was written by a newer AnOps (format {was}, this one has {record.FORMAT}).",
            remedy="Use that version of AnOps, or a later one.",
            code=Code.STORE_UNUSABLE,
        )
    if was != record.FORMAT:
        write_whole(file, json.dumps(record.brought_up(told), indent=1))
    return {"store": "environments", "file": str(file), "was": was, "now": record.FORMAT}


def _registry(folder: Path) -> list[Told]:
    place = place_of(folder)
    if not place.is_local:
        return []
    file = place.home / place.uri.removeprefix("sqlite:///")
    if not file.is_file():
        return []
    was = _layout(file)
    # MLflow brings its tables up to date when it is asked for what lists don't read
    with kept(place) as keeper, suppress(NotKeptError):
        keeper.run("none")
    return [{"store": "registry", "file": str(file), "was": was, "now": _layout(file)}]


def _layout(file: Path) -> str | None:
    """Return the layout of MLflow's tables, as MLflow numbers it; None where there are none yet."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return None if found is None else str(found[0])
