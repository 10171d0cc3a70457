"""The port to what runs a workflow: which program it is, and which line installs it where it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from anops_control.extras.opening import opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GROUP = "anops.engines"
"""The group of entry points by which a distribution offers an engine."""


class Engine(Protocol):
    """What runs the steps of a workflow in their order, keeps what each has done, and can go on after a failure.

    It is a program of its own. For each step it asks the host whose address is in the environment variable
    `ANOPS_STEP_HOST`, a Unix socket: a line `{"step": "load_data"}`, answered by a line with `ok` and `message`.
    """

    name: str
    """What it is called."""

    def command(self, run: Path, *, resumed: str | None) -> tuple[list[str], Mapping[str, str]]:
        """Return the program that runs the workflow, and what it needs in its environment.

        Args:
            run: The folder of the run, in which the engine may keep what it needs.
            resumed: The engine's own name of a run that it goes on with.
        """

    def identity(self, run: Path) -> str | None:
        """Return the engine's own name of a run, or None where it has not begun."""

    def card(self, run: Path) -> Path | None:
        """Return the page that tells of a run, or None where there is none."""


def engine() -> Engine:
    """Return the engine that is installed.

    Raises:
        CommandError: There is none, or it can't be imported.
    """
    make = opened("training", GROUP, "The steps of a training are run", "ao extra add training")
    return cast("Engine", make())
