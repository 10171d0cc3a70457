"""`[tasks.NAME]`: a piece of work that `ao run NAME` does."""

from __future__ import annotations

from typing import Annotated, Self

from anops_project.project import Section
from pydantic import BeforeValidator, Field, model_validator


def _lines(value: object) -> object:
    """Take one command as a list of one; a TOML array as the tuple that a frozen section holds."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Lines = Annotated[tuple[str, ...], BeforeValidator(_lines, json_schema_input_type=str | list[str])]
Names = Annotated[tuple[str, ...], BeforeValidator(_lines, json_schema_input_type=list[str])]


class TaskSection(Section):
    """What a task does, what it reads, what it makes, and what must be done before."""

    run: Lines = Field(
        default=(),
        description="The shell commands, one or a list; each starts when the one before has succeeded.",
    )
    needs: Names = Field(default=(), description="Files the task reads; `*` and `**` match names.")
    makes: Names = Field(
        default=(), description="Files the task makes. While they and `needs` are unchanged, it is up to date."
    )
    after: Names = Field(default=(), description="Tasks that must have succeeded before.")
    description: str = Field(default="", description="One sentence for the list that `ao run` shows.")
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables for the commands.")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.run and not self.after:
            raise ValueError("must have a `run` command, or name tasks to do in `after`")
        return self
