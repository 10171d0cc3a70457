"""`[training]`: how `ao train` fits the model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from anops_model_interface.tables import After, key

from anops_project.section import About, Section


def _inside_the_project(value: str | None) -> str | None:
    if value is not None and (not Path(value).parts or Path(value).is_absolute() or ".." in Path(value).parts):
        raise ValueError("must be a path inside the project")
    return value


Inside = Annotated[str | None, After(_inside_the_project)]


@dataclass(frozen=True, kw_only=True)
class TrainingSection(Section):
    """The steps that fit the model, and what they are given."""

    about: ClassVar = About("training", 8, "How `ao train` fits the model.")

    code: Inside = key("The file with the steps; by default `train.py` or `train.R`.", default=None)
    config: Inside = key(
        "The YAML, TOML or JSON file that the steps are given; by default `config.yaml`, `.yml`, `.toml` or `.json`, "
        "where there is one.",
        default=None,
    )
    workflow: str | None = key("Which workflow, where the file registers several.", default=None)
    seed: int = key("The seed of random numbers; each step gets its own from it.", default=1, ge=0, le=2**31 - 1)
    metric: str | None = key("The metric of `evaluate` that chooses the best run of a sweep.", default=None)
    better: Literal["lower", "higher"] = key("Which of its values are better.", default="lower")
