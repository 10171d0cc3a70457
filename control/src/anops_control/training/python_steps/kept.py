"""Keeps what a step has made as a file, for the steps after it and for another process."""

from __future__ import annotations

import importlib
import pickle
from pathlib import Path
from typing import Any

from .failure import StepError


class Kept:
    """What the steps have made, in a folder.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, step: str) -> bool:
        """Say whether there is something of a step."""
        return self._file(step).exists()

    def read(self, step: str) -> dict[str, Any]:
        """Return what a step has made: `result`, and the `attributes` of the workflow.

        Raises:
            StepError: It can't be read.
        """
        try:
            read: dict[str, Any] = joblib().load(self._file(step))
        except Exception as error:
            raise StepError(
                f"What `{step}` made can't be read again: {error}", remedy="Train from the beginning: ao train"
            ) from error
        return read

    def write(self, step: str, result: object, attributes: dict[str, Any]) -> None:
        """Keep what a step has made.

        Raises:
            OSError: The file can't be written.
            StepError: It can't be put into a file.
        """
        file = self._file(step)
        partial = file.with_suffix(".partial")
        try:
            joblib().dump({"result": result, "attributes": attributes}, partial)
        except OSError:
            raise
        except Exception as error:
            raise StepError(
                f"What `{step}` returned can't be handed on as a file: it is a {type(result).__name__}. {error}",
                remedy="Return plain data, such as a data frame or an array: no generator, connection or open file.",
            ) from error
        partial.replace(file)

    def _file(self, step: str) -> Path:
        return self._folder / f"{step}.state"


def joblib() -> Any:  # noqa: ANN401  a module
    """Return joblib where it is, or what writes and reads pickles as it does."""
    try:
        return importlib.import_module("joblib")
    except ModuleNotFoundError:
        return Pickle


class Pickle:
    """Writes and reads pickles."""

    @staticmethod
    def dump(value: object, path: str | Path) -> None:
        """Write one."""
        with Path(path).open("wb") as opened:
            pickle.dump(value, opened, protocol=5)

    @staticmethod
    def load(path: str | Path) -> Any:  # noqa: ANN401  whatever it holds
        """Read one."""
        with Path(path).open("rb") as opened:
            return pickle.load(opened)  # noqa: S301  written by the run itself
