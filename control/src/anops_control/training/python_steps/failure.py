"""What is told of a step that did not do what it must."""

from __future__ import annotations

import os
import sys
import traceback


class StepError(Exception):
    """A step did not do what it must."""

    def __init__(
        self, message: str, *, remedy: str | None = None, where: str | None = None, missing: str | None = None
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.message = message
        self.remedy = remedy
        self.where = where


def failure(lead: str, error: BaseException, folder: str) -> StepError:
    """Return what is told of an error in a person's code.

    Args:
        lead: What failed.
        error: The error.
        folder: The project, whose lines are named.
    """
    traceback.print_exception(error)
    root = folder + os.sep
    own = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.startswith(root)]
    where = f"{os.path.relpath(own[-1].filename, root)}, line {own[-1].lineno}" if own else None
    told = traceback.format_exception_only(type(error), error)[-1].strip()
    missing = error.name if isinstance(error, ModuleNotFoundError) and not own[1:] else None
    remedy = f"Install `{missing}` into {sys.executable}." if missing else None
    return StepError(f"{lead}: {told}", where=where, remedy=remedy, missing=missing)
