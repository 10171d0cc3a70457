"""The log of an environment whose services keep it elsewhere: fetched as it is at one moment, with what came true."""

from __future__ import annotations

import base64
import sqlite3
import time
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.log_file import OtherFormError
from anops_model_interface.outcome_log import OutcomeStore
from anops_model_interface.prediction_log import PredictionStore

from anops_control.errors import CommandError
from anops_control.tracking.opening import FOLDER, PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KEPT_IN = "/var/lib/anops"
"""The folder of a container that services keep things in."""
_READ = f"""
import base64, pathlib, sqlite3, sys
file = pathlib.Path("{KEPT_IN}/{PREDICTIONS}")
if file.is_file():
    memory = sqlite3.connect(":memory:")
    sqlite3.connect(f"{{file.as_uri()}}?mode=ro", uri=True).backup(memory)
    sys.stdout.write(base64.b64encode(memory.serialize()).decode())
"""
READ = ["python", "-c", _READ]
"""What is run in a container to read its log."""
_TABLES = ("predictions", "failures", "dropped", "outcomes")


def assembled(logs: Iterable[bytes], place: Path, project: Path) -> Path:
    """Return the file that several logs are brought together in, with the outcomes that the project knows.

    The outcomes that were added to it since the last time stay; predictions come from the logs alone, so that what was
    deleted there is gone here.

    Args:
        logs: What `READ` has said in each container.
        place: The environment's folder.
        project: The project's.

    Raises:
        CommandError: A log is of another form, or can't be read.
    """
    file, before = place / PREDICTIONS, place / f"before-{PREDICTIONS}"
    try:
        if file.is_file():
            PredictionStore(file).close()  # what another program left beside the file is in it then
            file.replace(before)
        for each in place.glob(f"{PREDICTIONS}-*"):
            each.unlink()
        PredictionStore(file).close()
        for said in logs:
            if data := base64.b64decode(said):
                _take(file, data)
        _add_outcomes(file, project / FOLDER / PREDICTIONS)
        _add_outcomes(file, before)  # what `ao monitor outcomes --log` was told
        for each in place.glob(f"{before.name}*"):
            each.unlink()
    except (OSError, OtherFormError, ValueError, sqlite3.Error) as error:
        raise CommandError(f"The prediction log can't be read: {error}", code=Code.STORE_UNUSABLE) from error
    return file


def _take(file: Path, data: bytes) -> None:
    part = file.with_name(f"{file.name}-part")
    part.write_bytes(data)
    try:
        PredictionStore(part).close()  # of another form, it is refused
        with sqlite3.connect(file) as whole:
            whole.execute("ATTACH ? AS part", (str(part),))
            for table in _TABLES:
                names = [row[1] for row in whole.execute(f"PRAGMA main.table_info({table})") if row[1] != "id"]
                columns = ", ".join(names)
                # an outcome that several have been told stands once
                whole.execute(f"INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM part.{table}")  # noqa: S608  ours
        whole.close()
    finally:
        for each in file.parent.glob(f"{part.name}*"):
            each.unlink()


def _add_outcomes(file: Path, known: Path) -> None:
    if not known.is_file():
        return
    ours, theirs = OutcomeStore(known, only_read=True), OutcomeStore(file)
    try:
        theirs.add(ours.all(), received=time.time())
    finally:
        ours.close()
        theirs.close()
