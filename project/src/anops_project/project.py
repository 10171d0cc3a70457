"""A model project as it is served: what its `ao.toml` says of it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema

from anops_project.sections.model import ModelSection
from anops_project.sections.project import ProjectSection
from anops_project.sections.service import ServiceSection

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_NAME = "ao.toml"


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
        from anops_project.ao_toml import AoToml  # noqa: PLC0415  pydantic is slow to import

        read = AoToml.check(tables, (ProjectSection, ModelSection, ServiceSection))
        project, model, service = read.one(ProjectSection), read.one(ModelSection), read.one(ServiceSection)
        schema = Schema(inputs=model.inputs, outputs=model.outputs, options=model.options)
        policy: Literal["error", "allow"] = "allow" if project.language == "r" else "error"
        return cls(folder.resolve(), project, model, service, schema.resolved(missing=policy))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a project's `ao.toml`.

        Raises:
            AnOpsError: The file is not there, is not TOML, or a section is wrong. `ao check` says where.
        """
        from pydantic import ValidationError  # noqa: PLC0415  slow to import

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
