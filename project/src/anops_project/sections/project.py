"""`[project]`: what the model is called and what it is written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from anops_model_interface.tables import key

from anops_project.section import About, Section

Language = Literal["r", "python"]


@dataclass(frozen=True, kw_only=True)
class ProjectSection(Section):
    """What the model is called and what it is written in."""

    about: ClassVar = About("project", 1, "What the model is called and what it is written in.", required=True)

    name: str = key("The model's name.", pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$", max_length=100)
    version: str = key("The model's version.", default="0.1.0", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")
    language: Language = key('What the model is written in: "r" or "python".')
    description: str = key("One sentence about the model.", default="")
    python: str | None = key(
        "The Python that loads the model; else the project's `.venv`, else the active one.", default=None
    )
