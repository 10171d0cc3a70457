"""`[tasks.NAME]`: a piece of work that `ao run NAME` does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from anops_model_interface.tables import Before, key

from anops_project.section import About, Section


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

    def __post_init__(self) -> None:
        if not self.run and not self.after:
            raise ValueError("must have a `run` command, or name tasks to do in `after`")
