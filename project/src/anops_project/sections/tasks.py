"""`[tasks.NAME]`: a piece of work that `ao run NAME` does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from anops_model_interface.tables import Before, key

from anops_project.section import About, Section

_PARAMETER = re.compile(r"[a-z][A-Za-z0-9_]*")
"""Variables of the system are in capitals, so that none of them is replaced."""


def _lines(value: object) -> object:
    """Take one command as a list of one; a TOML array as the tuple that a frozen section holds."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Lines = Annotated[tuple[str, ...], Before(_lines, instead=str | list[str])]
Names = Annotated[tuple[str, ...], Before(_lines, instead=list[str])]


@dataclass(frozen=True, kw_only=True)
class TaskSection(Section):
    """What a task does, what it reads, what it makes, and what must be done before."""

    about: ClassVar = About("tasks", 6, "What `ao run` can do.", one="Task")

    run: Lines = key("The shell commands, one or a list; each starts when the one before has succeeded.", default=())
    needs: Names = key("Files the task reads; `*` and `**` match names.", default=())
    makes: Names = key("Files the task makes. While they and `needs` are unchanged, it is up to date.", default=())
    after: Names = key("Tasks that must have succeeded before.", default=())
    description: str = key("One sentence for the list that `ao run` shows.", default="")
    env: dict[str, str] = key("Environment variables for the commands.", default_factory=dict)
    parameters: dict[str, bool | int | float | str] = key(
        "Values that `ao run --set NAME=VALUE` changes; the commands have each as an environment variable of its name.",
        default_factory=dict,
    )
    datasets: dict[str, str] = key(
        "Files that the task makes and that become versions of datasets: the name of each dataset, and its file.",
        default_factory=dict,
    )
    retries: int = key("How often a task that fails is run again.", default=0, ge=0, le=10)
    retry_seconds: float = key("How long to wait before that; twice as long each further time.", default=1.0, ge=0)
    max_seconds: float | None = key(
        "The longest that a run of the task may take, in seconds; then it is ended, and has failed.", default=None, gt=0
    )
    track: bool = key("Keep it as a run of `ao runs` whenever it is asked for, as `--track` does.", default=False)

    def __post_init__(self) -> None:
        if not self.run and not self.after:
            raise ValueError("must have a `run` command, or name tasks to do in `after`")
        for name in self.parameters:
            if not _PARAMETER.fullmatch(name):
                raise ValueError(
                    f"can't have a parameter `{name}`: its name must begin with a lower-case letter and have letters, "
                    "digits and _ alone, as it becomes an environment variable"
                )
