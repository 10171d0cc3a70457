"""Brings the file of predictions that an earlier AnOps has written to the form of this one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from anops_model_interface.log_schema import FORM, SCHEMA, OtherFormError

if TYPE_CHECKING:
    from pathlib import Path

_STEPS = {
    1: ("ALTER TABLE predictions ADD COLUMN warnings TEXT",),
    2: (
        "ALTER TABLE predictions ADD COLUMN role TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE predictions ADD COLUMN unit TEXT NOT NULL DEFAULT ''",
    ),
}
"""What leads from each form to the next, beside tables and indexes that are made where they are not there."""


def upgraded(file: Path, *, wait_seconds: float = 5.0) -> int:
    """Bring a file up to date, whole or not at all.

    Returns:
        The form that it had.

    Raises:
        OSError: It can't be written, or somebody else is writing.
        OtherFormError: It was written by a newer AnOps.
    """
    try:
        with closing(sqlite3.connect(file, timeout=wait_seconds, isolation_level=None)) as log:
            was = int(log.execute("PRAGMA user_version").fetchone()[0])
            if was > FORM:
                raise OtherFormError(f"{file} was written by a newer AnOps (form {was}, and this one has {FORM}).")
            if 0 < was < FORM:
                log.execute("BEGIN EXCLUSIVE")
                for form in range(was, FORM):
                    for statement in _STEPS[form]:
                        log.execute(statement)
                for statement in filter(str.strip, SCHEMA.split(";")):
                    log.execute(statement)
                log.execute(f"PRAGMA user_version = {FORM}")
                log.execute("COMMIT")
            return was
    except sqlite3.Error as error:
        raise OSError(f"{file}: {error}") from error
