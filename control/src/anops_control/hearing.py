"""Hears from the process that looks at a model what it is doing and what it knows, and tells it."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Self

from anops_model_interface.errors import AnOpsError
from anops_project.description import Description

from anops_control import events
from anops_control.budget import MORE, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from anops_model_interface.errors import Problem

_QUIET_SECONDS = 5.0
SMALLER = f"{MORE}, or give it a smaller model."
"""What to do where looking at a model took more than a limit."""


class ChoiceError(AnOpsError):
    """A file holds several models, and nobody said which is meant.

    Attributes:
        choices: What each is, by its name.
    """

    def __init__(self, problem: Problem, choices: dict[str, str]) -> None:
        super().__init__(problem.code, problem.message)
        self.problem = problem
        self.choices = choices


class Hearing:
    """One look at a model, heard by a pipe.

    Attributes:
        pipe: The end that the process writes to.
        doing: What it is doing.
        choices: What each object is that may be the model, by its name, where it could not tell which.
        parts: What a look in parts has found until now, by the name of the part.
    """

    def __init__(self, *, quiet_seconds: float = _QUIET_SECONDS) -> None:
        """Prepare to hear.

        Args:
            quiet_seconds: How long nothing is said in a log, at first and after each line.
        """
        self._quiet_seconds = quiet_seconds
        self.parts: dict[str, Any] = {}
        self.choices: dict[str, str] = {}
        self.doing = "starting"
        self._opened: set[str] = set()
        self._so_far: dict[str, Any] | None = None
        self._whole: dict[str, Any] | None = None
        self._told = 0.0
        self._reader, self.pipe = os.pipe()
        self._thread = threading.Thread(target=self._listen, args=(os.fdopen(self._reader, "rb"),), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @contextmanager
    def begun(self) -> Iterator[Callable[[float], None]]:
        """Tell what is being done from now on; call what is given once a second with the seconds spent."""
        self._close()  # the process has its own: when that ends, so does the listening
        told = events.current()

        def each_second(spent: float) -> None:
            lasting = spent - self._told >= self._quiet_seconds
            if lasting:
                self._told = spent
            told.doing(f"Looking at the model: {self.doing} ({spent:.0f} s)", lasting=lasting)

        try:
            yield each_second
        finally:
            told.idle()

    def opened(self) -> frozenset[str]:
        """Return which files of its folder the process opened itself, or asked for by name, once it has ended."""
        self._thread.join(5)
        return frozenset(self._opened)

    def unfinished(self, error: LimitError) -> Description:
        """Return what is known of a model whose look was ended.

        Raises:
            LimitError: Nothing is known.
        """
        self._thread.join(5)
        if self._whole is not None:  # what was left is what rows tell as well
            return Description.from_json(json.dumps(self._whole))
        if self._so_far is None:
            raise error
        found = Description.from_json(json.dumps(self._so_far))
        said = (
            f"{error.message} Its columns are known; what could not be found out: its options, what it answers, rows "
            f"to test it with, and whether rows depend on each other. {SMALLER}"
        )
        return replace(found, notes=(*found.notes, said), unfinished=True)

    def all_parts(self) -> dict[str, Any]:
        """Return what was found in parts, once the process has ended."""
        self._thread.join(5)
        return self.parts

    def _close(self) -> None:
        if self.pipe >= 0:
            os.close(self.pipe)
            self.pipe = -1

    def _listen(self, reader: IO[bytes]) -> None:
        with reader, contextlib.suppress(OSError):
            for line in reader:
                try:
                    said = json.loads(line)
                except ValueError:
                    continue  # cut off by the end of the process
                self.doing = said.get("doing", self.doing)
                self.choices = said.get("choices", self.choices)
                self._so_far = said.get("so_far", self._so_far)
                self._whole = said.get("whole", self._whole)
                self.parts |= said.get("part", {})
                if "opened" in said:
                    self._opened.add(said["opened"])
