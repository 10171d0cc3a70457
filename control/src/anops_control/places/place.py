"""What a place is: somewhere a project's files are, and programs can be run on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.limits import Limits


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has ended.

    Attributes:
        code: Its exit code; negative where a signal ended it.
        stdout: What it wrote.
        stderr: What it wrote there.
        files: The files that were asked for, by name; one that it did not write is missing.
    """

    code: int
    stdout: str
    stderr: str
    files: Mapping[str, bytes] = field(default_factory=dict)


class Place(Protocol):
    """Somewhere a project's files are, and programs can be run on them."""

    @property
    def project(self) -> str:
        """The project's folder there."""

    @property
    def scratch(self) -> str:
        """A folder there for files that the checks bring and fetch."""

    @property
    def r(self) -> Sequence[str]:
        """What runs an R script there."""

    @property
    def measures(self) -> bool:
        """Whether it is measured there how much of the code the tests run."""

    def python(self, module: str) -> Sequence[str] | None:
        """Return what runs a module with the Python that loads the model; None where it has none of that name."""

    def tool(self, name: str) -> Sequence[str] | None:
        """Return what runs a tool that reads files and imports none of them, such as ruff; None where it lacks."""

    def has_r_package(self, package: str) -> bool:
        """Say whether R has a package there."""

    def run(
        self,
        command: Sequence[str],
        *,
        what: str,
        files: Mapping[str, bytes] | None = None,
        fetch: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a program in the project's folder.

        Args:
            command: The program and its arguments.
            what: What it does, for the message of a limit: "The test run".
            files: Are put into `scratch` first, by name.
            fetch: The names of files in `scratch` that are returned.
            environment: Variables for it, beside those that are there.

        Raises:
            LimitError: A limit of time or memory ended it, or one before it.
        """


class Opener(Protocol):
    """What an entry point of the group `anops.places` names: makes a place for a project's checks."""

    def __call__(self, configuration: Configuration, events: Events, limits: Limits) -> AbstractContextManager[Place]:
        """Open it, and leave nothing of it behind.

        Args:
            configuration: The project.
            events: Where the steps are told.
            limits: What all programs there may take together.

        Raises:
            CommandError: It can't be used.
        """
