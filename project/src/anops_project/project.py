"""The sections of `ao.toml` that a model needs to be served, and the project they describe."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.origins import origins_of
from anops_model_interface.schema import Column, Option, Schema
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

CONFIG_NAME = "ao.toml"
Language = Literal["r", "python"]


def available_cpus() -> int:
    """Count the CPUs this process may use: its affinity, cut by the container's quota (cgroup v2)."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return cpus
    if quota == "max":
        return cpus
    return max(1, min(cpus, int(quota) // int(period)))


class Section(BaseModel):
    """A table of `ao.toml`: unknown keys are faults, values are not converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ProjectSection(Section):
    """`[project]`: what the model is called and what it is written in."""

    name: str = Field(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$", max_length=100, description="The model's name.")
    version: str = Field(
        default="0.1.0", pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", description="The model's version."
    )
    language: Language = Field(description='What the model is written in: "r" or "python".')
    description: str = Field(default="", description="One sentence about the model.")
    python: str | None = Field(
        default=None, description="The Python that loads the model; else the project's `.venv`, else the active one."
    )


class ModelSection(Section):
    """`[model]`: the fitted model and the contract of its data."""

    artifact: str | None = Field(default=None, description="The file that holds the fitted model.")
    code: str | None = Field(
        default=None, description="The file with `load_model` and `predict_model`; both are optional."
    )
    files: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description="Files and folders that the model or its code needs beside it: modules that it imports, files that "
        "`load_model` reads.",
    )
    row_independent: bool = Field(
        default=False, description="Whether a row's prediction does not depend on the other rows."
    )
    inputs: dict[str, Column] = Field(default_factory=dict, description="The columns that a request sends.")
    outputs: dict[str, Column] = Field(default_factory=dict, description="The columns that an answer has.")
    options: dict[str, Option] = Field(default_factory=dict, description="What a request may ask of `predict_model`.")

    @field_validator("artifact", "code", "files")
    @classmethod
    def _inside_the_project(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for each in () if value is None else (value,) if isinstance(value, str) else value:
            if not Path(each).parts or Path(each).is_absolute() or ".." in Path(each).parts:
                raise ValueError("must be a path inside the project")
        return value

    @model_validator(mode="after")
    def _needs_a_model(self) -> Self:
        if self.artifact is None and self.code is None:
            raise ValueError("must name an `artifact` or a `code` file")
        return self


class ServiceSection(Section):
    """`[service]`: how the model is served."""

    port: int = Field(default=8080, ge=0, le=65535, description="The port of the api-service.")
    workers: int = Field(
        default_factory=available_cpus,
        ge=1,
        le=1024,
        description="Processes that predict side by side; by default the CPUs this machine or container may use.",
    )
    max_batch_rows: int = Field(default=8192, ge=1, description="The most rows of one batch.")
    cors_origins: tuple[str, ...] = Field(
        default=(),
        strict=False,
        description='Origins whose web pages may ask, such as `["https://app.example"]`; `["*"]` for all.',
    )
    deadline_seconds: float = Field(
        default=30.0, gt=0, description="A prediction that takes longer is ended, and its worker replaced."
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, value: object) -> object:
        # the environment and a flag have them as one text, with commas between them
        parts = [value] if isinstance(value, str) else value
        if isinstance(parts, list | tuple) and all(isinstance(part, str) for part in parts):
            return tuple(sorted(origins_of(",".join(parts))))
        return value


@dataclass(frozen=True, slots=True)
class Project:
    """A model project as it is served.

    Attributes:
        folder: The absolute path of the folder that holds `ao.toml`.
        project: `[project]`.
        model: `[model]`, as written.
        service: `[service]`.
        schema: The contract with every policy resolved.
    """

    folder: Path
    project: ProjectSection
    model: ModelSection
    service: ServiceSection
    schema: Schema

    @property
    def artifact(self) -> Path | None:
        """The fitted model's file."""
        return self.folder / self.model.artifact if self.model.artifact else None

    @property
    def code(self) -> Path | None:
        """The statistician's own code."""
        return self.folder / self.model.code if self.model.code else None

    @classmethod
    def build(cls, folder: Path, tables: dict[str, Any]) -> Self:
        """Make a project from the tables of its `ao.toml`.

        Args:
            folder: The folder that the paths in `ao.toml` start from.
            tables: What a TOML parser gave; sections that serving does not need are left alone.

        Raises:
            pydantic.ValidationError: A section is missing or wrong; `loc` starts with the section's name.
        """

        class _Tables(BaseModel):
            project: ProjectSection
            model: ModelSection
            service: ServiceSection = Field(default_factory=ServiceSection)

        read = _Tables.model_validate(tables)
        schema = Schema(inputs=read.model.inputs, outputs=read.model.outputs, options=read.model.options)
        policy: Literal["error", "allow"] = "allow" if read.project.language == "r" else "error"
        return cls(folder.resolve(), read.project, read.model, read.service, schema.resolved(missing=policy))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a project's `ao.toml`.

        Raises:
            AnOpsError: The file is not there, is not TOML, or a section is wrong. `ao check` says where.
        """
        path = folder / CONFIG_NAME
        try:
            with path.open("rb") as file:
                return cls.build(folder, tomllib.load(file))
        except FileNotFoundError as error:
            raise AnOpsError(
                Code.MODEL_LOAD,
                f"Can't serve `{folder}`: it has no {CONFIG_NAME}.",
                remedy="Make a project of your fitted model: ao init --model FILE",
            ) from error
        except tomllib.TOMLDecodeError as error:
            raise AnOpsError(
                Code.MODEL_LOAD, f"Can't read {path}: {error}.", remedy="See `ao check` for the place."
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise AnOpsError(
                Code.MODEL_LOAD, f"Can't use {path}: `{where}`: {first['msg']}.", remedy="See `ao check` for the place."
            ) from error
