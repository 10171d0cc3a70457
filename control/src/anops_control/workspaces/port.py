"""The port behind which workspaces are brought up; who does is found by its entry point."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from anops_model_interface.codes import Code

from anops_control.extras.opening import opened, told_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GROUP = "anops.workspaces"
"""The group of entry points by which a distribution offers workspaces."""
COMMAND = "ao extra add workspaces"


class Workspaces(Protocol):
    """The workspaces of a person, each by its name. What is told of them can be written as JSON.

    Every method takes the folder in which providers and workspaces of the person are kept.
    """

    error: type[Exception]
    """What it raises: `message`, `details` and `remedy` say what a person reads."""

    def plan(
        self, name: str, *, home: Path, folder: Path, provider: str, least: int | None, most: int | None
    ) -> dict[str, Any]:
        """Return each stage before anything is done: `spec`, `ir`, `form`."""

    def up(
        self,
        name: str,
        *,
        home: Path,
        folder: Path,
        provider: str | None,
        least: int | None,
        most: int | None,
        doing: Callable[[str], None],
    ) -> dict[str, Any]:
        """Bring one up.

        Args:
            name: What it is called.
            home: Where providers and workspaces of the person are.
            folder: The project.
            provider: A provider's name or file; None: that of the last time, where it was not taken down, or `local`.
            least: How many workers there are at least.
            most: How many at most.
            doing: Is told what is being done; it raises where the workspace is wanted no more.
        """

    def provider(self, name: str, *, home: Path, folder: Path) -> dict[str, Any] | None:
        """Return what a provider says; None for `docker` and `local` without a file.

        It is its `target` (processes, docker, kubernetes, azure) and `image`; and `cpus`, `memory_bytes` where it
        limits them.
        """

    def list(self, home: Path) -> list[dict[str, Any]]:
        """Return what is known of each."""

    def status(self, home: Path, name: str) -> dict[str, Any]:
        """Return what is known of one, and how many workers it has now."""

    def connection(self, home: Path, name: str) -> dict[str, Any]:
        """Return how its scheduler is reached: `address`, `certificate`, `key`, `dashboard`, `runs`, `folder`."""

    def scale(self, home: Path, name: str, least: int | None, most: int | None) -> dict[str, Any]:
        """Change how many workers there are."""

    def down(self, home: Path, name: str, doing: Callable[[str], None]) -> None:
        """Take one down, also what a crash has left of it."""

    def forward(
        self, home: Path, name: str, port: int, ready: Callable[[str], None], stopped: Callable[[], bool]
    ) -> None:
        """Let the dashboard be reached on a port of this computer, until it is wanted no more."""


@contextmanager
def workspaces() -> Iterator[Workspaces]:
    """Give who brings workspaces up; what goes wrong there is told as a command's error.

    Raises:
        CommandError: The extra is not installed, or what was asked can't be done.
    """
    who: Workspaces = opened("workspaces", GROUP, "Workspaces are brought up", COMMAND)
    with told_as(Code.WORKSPACE_FAILED, who.error):
        yield who
