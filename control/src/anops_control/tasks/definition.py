"""A task as the person wrote it, and what can be wrong with tasks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


Parameter = bool | int | float | str
DATA = "data:"
"""What stands before the name of a dataset in `needs`."""


def written(value: Parameter) -> str:
    """Return a parameter as a command gets it: R and the shell know `true` and `false` too."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of ao.toml.

    Attributes:
        name: Its name.
        steps: Shell commands, run one after the other.
        needs: Files, folders and patterns it reads, relative to the project's folder.
        makes: Files and folders it writes, relative to the project's folder.
        after: Tasks that must have ended well before it starts.
        description: One line for the list of tasks.
        env: Environment variables for its steps.
        parameters: Values that a person may change; its steps have them as environment variables.
        datasets: Files that become versions of datasets, by the names of these.
        retries: How often it is run again where it fails.
        retry_seconds: How long to wait before that, doubled each further time.
        max_seconds: After how long a run of it is ended; None: never.
    """

    name: str
    steps: tuple[str, ...]
    needs: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    description: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)
    retries: int = 0
    retry_seconds: float = 1.0
    max_seconds: float | None = None

    @property
    def made(self) -> tuple[str, ...]:
        """All that it makes, datasets too: `data:sales`."""
        return (*self.makes, *(f"{DATA}{name}" for name in self.datasets))

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of its steps."""
        return {**self.env, **{name: written(value) for name, value in self.parameters.items()}}

    @property
    def has_files(self) -> bool:
        """Whether files tell if it is up to date; a task without any always runs."""
        return bool(self.needs or self.makes or self.datasets)

    def definition(self) -> str:
        """Return a digest of what decides over its results: steps, variables, needs and makes."""
        values = [dict(self.env), dict(self.parameters), dict(self.datasets)]
        told = json.dumps([self.steps, values, self.needs, self.makes], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TaskFault:
    """One thing wrong with the tasks.

    Attributes:
        message: What is wrong, in one sentence.
        task: The task it is wrong in.
        key: The key of that task, such as `needs`, where it is in one.
        item: The entry of the key, where it is in one.
        remedy: An imperative that says how to fix it, where we are sure.
    """

    message: str
    task: str
    key: str | None = None
    item: str | None = None
    remedy: str | None = None


class TasksError(Exception):
    """The tasks can't run as they are written.

    Attributes:
        faults: Everything that is wrong with them.
    """

    def __init__(self, faults: Sequence[TaskFault]) -> None:
        super().__init__("\n".join(fault.message for fault in faults))
        self.faults = tuple(faults)


class UnknownTaskError(Exception):
    """A person asked for a task that there is not.

    Attributes:
        name: What they asked for.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
